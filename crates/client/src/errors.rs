//! The program's errors by their number.

use anchor_lang::error::ERROR_CODE_OFFSET;
use plimsoll::error::PlimsollError;

macro_rules! errors {
    ($($error:ident),* $(,)?) => {
        /// Every error of the program.
        pub const ALL: &[PlimsollError] = &[ $( PlimsollError::$error ),* ];

        // Does not compile where the list above lacks one.
        const _: fn(PlimsollError) = |error| match error {
            $( PlimsollError::$error => (), )*
        };
    };
}

errors! {
    Overflow, DivisionByZero,
    NotGovernance, NotAccountAuthority, NotAccountOwner, WrongExchange, MarketMismatch,
    NotKeeperAccount, RiskAccountMissing, RiskAccountUnexpected, MarketAccountMissing, KeeperIsTrader,
    NotRiskOperator, WrongMint, ScenariosMissing,
    ParameterOutOfBounds, RatiosOutOfOrder, QuoteDecimals, ExchangeFull, FirstCollateralNotQuote,
    LotExponent, PremiumTooSteep, FloorTooLow, ParametersInconsistent, OutlookTooLong,
    BorrowRatesOutOfOrder, FullSkewTooSmall,
    InitialRequirement, AccountNotEmpty, PositionsFull, BelowLiquidationLine, OrdersOpen,
    ReduceOnce, FeeNotCovered, CollateralsFull, CollateralNotHeld, BalanceNotEnough,
    PriceInvalid, ExponentOutOfRange, PriceFromFuture, PriceTooOld, PriceNotNewer,
    ConfidenceTooWide, WrongFeed, NotFullyVerified, RiskTooOld, MarketGuarded,
    NotTheSettlingUpdate, OrderSize, OrdersFull, OrderNotFound, OrderStillLive, NotReducing,
    NothingToMove, MarketSettled, FeedNotSilent, SettlementPrice, SettlementRunning, SettlementNotDue,
    AboveTheLine, CutTooSoon, NoPosition, DoesNotImprove, LiquidateInstead,
    ZeroAmount, NotQuoteCollateral, DepositCap, VaultMismatch, AmountTooSmall, PoolExhausted,
    CollateralUnpriced, QuoteCollateral,
}

/// The number that a transaction carries when the program refuses with `error`.
#[must_use]
pub fn code(error: PlimsollError) -> u32 {
    error.into()
}

/// The program's error of a number; nothing where the number is another program's or Anchor's own.
#[must_use]
pub fn of_code(number: u32) -> Option<PlimsollError> {
    if number < ERROR_CODE_OFFSET {
        return None;
    }
    ALL.iter().copied().find(|error| code(*error) == number)
}
