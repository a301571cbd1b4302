//! Every refusal, as the rule that was broken.
//!
//! Blocks of a hundred: 0 mathematics, 100 access, 200 parameters, 300 margin, 400 prices, 500 markets
//! and orders, 600 cuts and liquidations, 700 vaults and tokens. Codes are never reused.

use anchor_lang::prelude::*;
use plimsoll_risk::RiskError;

#[error_code]
#[derive(PartialEq, Eq)]
pub enum PlimsollError {
    #[msg("I10: a result must fit its type")]
    Overflow = 0,
    #[msg("I10: a divisor must not be zero")]
    DivisionByZero = 1,

    #[msg("only the governance key may do this")]
    NotGovernance = 100,
    #[msg("only the owner or the delegate of the margin account may do this")]
    NotAccountAuthority = 101,
    #[msg("only the owner of the margin account may do this")]
    NotAccountOwner = 102,
    #[msg("the account must belong to this exchange")]
    WrongExchange = 103,
    #[msg("the market and its risk account must have the same index")]
    MarketMismatch = 104,
    #[msg("the keeper's margin account must belong to the signing keeper")]
    NotKeeperAccount = 105,
    #[msg("the risk accounts of all positions must follow, in the order of their slots")]
    RiskAccountMissing = 106,
    #[msg("no accounts may follow beyond those that the positions need")]
    RiskAccountUnexpected = 107,
    #[msg("every market and its risk account must follow, in the order of their indices")]
    MarketAccountMissing = 108,
    #[msg("a keeper must be paid into another account than the one it acts on")]
    KeeperIsTrader = 109,

    #[msg("only the risk operator may do this")]
    NotRiskOperator = 110,
    #[msg("the token account, the collateral and the mint must belong together")]
    WrongMint = 111,
    #[msg("the exchange's stress rows must follow the risk accounts")]
    ScenariosMissing = 112,

    #[msg("every parameter must lie within the bounds that its documentation states")]
    ParameterOutOfBounds = 200,
    #[msg("the ratios must be ordered: fee below floor, floor at most stress, stress at most cap")]
    RatiosOutOfOrder = 201,
    #[msg("the quote mint must have six decimals")]
    QuoteDecimals = 202,
    #[msg("the exchange must have room for one more")]
    ExchangeFull = 203,
    #[msg("the first collateral must be the quote mint")]
    FirstCollateralNotQuote = 204,
    #[msg("a lot must be between 1e-8 and 10 base units")]
    LotExponent = 205,
    #[msg("R-T5: premium must be at most a quarter of the floor at the cap and twice the fee for an order")]
    PremiumTooSteep = 206,

    #[msg("R-M10: the floor must cover liquidation fee, spread and gap")]
    FloorTooLow = 207,
    #[msg("one side's weight must be one, guards must rest four times as long, low marks lie below high ones")]
    ParametersInconsistent = 208,
    #[msg("R-V7: an outlook must not count for longer than the market allows")]
    OutlookTooLong = 209,

    #[msg("R-C2: the borrow fee must not fall with utilisation")]
    BorrowRatesOutOfOrder = 220,
    #[msg("R-C1: full skew must be at least the cap of open interest")]
    FullSkewTooSmall = 221,

    #[msg("R-A4: equity must cover the initial requirement")]
    InitialRequirement = 300,
    #[msg("the margin account must hold nothing before it is closed")]
    AccountNotEmpty = 301,
    #[msg("the margin account must have a free position slot")]
    PositionsFull = 302,
    #[msg("R-A3: a reduce-only order needs an account above the liquidation line")]
    BelowLiquidationLine = 303,
    #[msg("an order that may add risk must end before a withdrawal")]
    OrdersOpen = 304,
    #[msg("R-O5: below the initial requirement: one reduce-only order a market, without limit, of the least size")]
    ReduceOnce = 305,
    #[msg("an escrowed fee must be covered by the balance")]
    FeeNotCovered = 306,

    #[msg("the margin account must have a free collateral slot")]
    CollateralsFull = 307,
    #[msg("the margin account must hold that much of the collateral")]
    CollateralNotHeld = 308,
    #[msg("a withdrawal must be covered by the quote balance: against collateral nothing is lent")]
    BalanceNotEnough = 309,

    #[msg("R-P1: a price must be positive and below 2^62 in 1e-8")]
    PriceInvalid = 400,
    #[msg("R-P2: the feed's exponent must lie between -12 and 0")]
    ExponentOutOfRange = 401,
    #[msg("R-P3: a price must not be from the future")]
    PriceFromFuture = 402,
    #[msg("R-P4: a price must not be older than the limit")]
    PriceTooOld = 403,
    #[msg("R-P5: a price must be newer than the last one used")]
    PriceNotNewer = 404,
    #[msg("R-P6: a price's confidence must be within the limit")]
    ConfidenceTooWide = 405,
    #[msg("R-P7: the price must be of the market's feed")]
    WrongFeed = 406,
    #[msg("R-P8: the price must be fully verified")]
    NotFullyVerified = 407,
    #[msg("R-P9: every risk account used must have been refreshed within its limit")]
    RiskTooOld = 408,

    #[msg("R-G2: while a lone print is doubted no risk is added and nobody is forced to reduce")]
    MarketGuarded = 409,

    #[msg("R-O1: an order fills at the first update published at or after its target time")]
    NotTheSettlingUpdate = 500,
    #[msg("an order's size must be within the market's limits")]
    OrderSize = 501,
    #[msg("the margin account must have a free order slot")]
    OrdersFull = 502,
    #[msg("the order must exist")]
    OrderNotFound = 503,
    #[msg("R-O4: an order that may still settle must not be expired")]
    OrderStillLive = 504,
    #[msg("a reduce-only order must be smaller than and opposite to the position")]
    NotReducing = 505,
    #[msg("the market must have something to move or pay")]
    NothingToMove = 506,

    #[msg("R-D3: a settled market takes neither prices nor orders")]
    MarketSettled = 530,
    #[msg("R-D1: a settlement needs a feed that has been silent for four hours")]
    FeedNotSilent = 531,
    #[msg("R-D1: the settlement price must be the last one, or governance's within a tenth of it")]
    SettlementPrice = 532,
    #[msg("R-D1: a settlement is running; governance may name its price once")]
    SettlementRunning = 533,
    #[msg("R-D2: a settlement must have stood a day without a price of the feed")]
    SettlementNotDue = 534,

    #[msg("R-L1: the account must be below the line that the action needs")]
    AboveTheLine = 600,
    #[msg("R-L2: a leg must not be cut again within the interval")]
    CutTooSoon = 601,
    #[msg("the account must have a position in this market")]
    NoPosition = 602,
    #[msg("R-L4: a reduction must leave the account no further below the line")]
    DoesNotImprove = 603,
    #[msg("R-A3: a liquidatable account is liquidated, not cut")]
    LiquidateInstead = 604,

    #[msg("an amount must not be zero")]
    ZeroAmount = 700,
    #[msg("only the quote currency is deposited and withdrawn; other collateral is pledged and released")]
    NotQuoteCollateral = 701,
    #[msg("the collateral's deposit cap must not be exceeded")]
    DepositCap = 702,
    #[msg("I2: the vault must hold what the books say")]
    VaultMismatch = 703,
    #[msg("an amount must be large enough to buy a share")]
    AmountTooSmall = 704,
    #[msg("R-Q2: a pool that is worth nothing sells no shares")]
    PoolExhausted = 705,
    #[msg("the collateral must have a price before it is taken")]
    CollateralUnpriced = 706,
    #[msg("the quote currency is deposited and withdrawn, not pledged")]
    QuoteCollateral = 707,
}

impl From<RiskError> for PlimsollError {
    fn from(error: RiskError) -> Self {
        match error {
            RiskError::Overflow => Self::Overflow,
            RiskError::DivisionByZero => Self::DivisionByZero,
            RiskError::ParameterOutOfRange => Self::ParameterOutOfBounds,
            RiskError::PriceInvalid => Self::PriceInvalid,
            RiskError::ExponentOutOfRange => Self::ExponentOutOfRange,
            RiskError::PriceFromFuture => Self::PriceFromFuture,
            RiskError::PriceTooOld => Self::PriceTooOld,
            RiskError::PriceNotNewer => Self::PriceNotNewer,
            RiskError::ConfidenceTooWide => Self::ConfidenceTooWide,
            RiskError::NotTheSettlingUpdate => Self::NotTheSettlingUpdate,
            RiskError::SizeInvalid => Self::OrderSize,
            RiskError::AboveTheLine => Self::AboveTheLine,
            RiskError::PoolExhausted => Self::PoolExhausted,
        }
    }
}

/// Turns a refusal of the risk crate into the program's own.
pub trait OrRefuse<T> {
    /// The value, or the program's error of the same rule.
    ///
    /// # Errors
    /// The mapped error.
    fn or_refuse(self) -> Result<T>;
}

impl<T> OrRefuse<T> for plimsoll_risk::Result<T> {
    fn or_refuse(self) -> Result<T> {
        self.map_err(|error| PlimsollError::from(error).into())
    }
}
