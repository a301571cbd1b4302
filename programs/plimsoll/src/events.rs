//! What happened, for indexers. Amounts carry their unit; `sequence` counts per market or account.
//!
//! Events that concern money are emitted by a call to the program itself, where logs cannot truncate
//! them; refreshes, which are frequent and can be read back from the account, go to the log.

use crate::params::{CollateralParams, LiquidityParams, RiskParams, TradeParams};
use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeCreated {
    pub exchange: Pubkey,
    pub governance: Pubkey,
    pub quote_mint: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralCreated {
    pub exchange: Pubkey,
    pub mint: Pubkey,
    pub index: u16,
    pub params: CollateralParams,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralPriced {
    pub exchange: Pubkey,
    pub mint: Pubkey,
    pub index: u16,
    pub underlying: u16,
    pub feed_id: [u8; 32],
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenariosCreated {
    pub exchange: Pubkey,
    pub netting_floor_ppm: u32,
    pub rows: Vec<[i16; 16]>,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketCreated {
    pub exchange: Pubkey,
    pub market: Pubkey,
    pub index: u16,
    pub feed_id: [u8; 32],
    pub lot_exponent: i32,
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
    pub trade: TradeParams,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginAccountCreated {
    pub margin_account: Pubkey,
    pub owner: Pubkey,
    pub sub_id: u16,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginAccountClosed {
    pub margin_account: Pubkey,
    pub owner: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegateChanged {
    pub margin_account: Pubkey,
    pub delegate: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposited {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub amount_q: u64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub amount_q: u64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralPledged {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub collateral_index: u16,
    pub amount: u64,
    pub held: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralReleased {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub collateral_index: u16,
    pub amount: u64,
    pub held: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolDeposited {
    pub provider: Pubkey,
    pub owner: Pubkey,
    pub amount_q: u64,
    pub shares: u64,
    pub pool_worth_q: i64,
    pub pool_shares: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsuranceDeposited {
    pub depositor: Pubkey,
    pub amount_q: u64,
    pub balance_q: u64,
}

/// `moved_q` is positive from the pool to the market.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketSwept {
    pub market: Pubkey,
    pub sequence: u64,
    pub moved_q: i64,
    pub cash_q: u64,
    pub pool_cash_q: u64,
    /// The share of open profit that could be paid since (R-A5).
    pub credit_ppm: u32,
    /// The larger side's open interest (R-S5).
    pub open_interest_lots: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketRefreshed {
    pub market_index: u16,
    pub sequence: u64,
    pub publish_seconds: i64,
    pub price_e8: u64,
    pub confidence_ppm: u32,
    pub variance_e18: u64,
    pub target_ppm: u32,
    pub live_ppm: u32,
    /// Of longs and of shorts.
    pub initial_ppm: [u32; 2],
    /// Of longs and of shorts.
    pub call_ppm: [u32; 2],
    /// Whether the price is doubted (R-G2).
    pub guarded: bool,
    pub liquidity_q: u64,
    pub open_interest_cap_q: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlookPosted {
    pub market_index: u16,
    pub implied_e18: u64,
    pub forecast_e18: u64,
    pub expires_seconds: i64,
}

/// `depths_q` as they count, for moves of 2, 5, 10, 20 and 50 %.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepthPosted {
    pub market_index: u16,
    pub depths_q: [u64; 5],
    pub liquidity_q: u64,
    pub open_interest_cap_q: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPlaced {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order_id: u64,
    pub lots: i64,
    pub limit_price_e8: u64,
    pub reduce_only: bool,
    pub fee_q: u64,
    pub target_seconds: i64,
}

/// How an order ended.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderOutcome {
    /// Filled at the settling update.
    Filled,
    /// The feed made no update within the window, or nobody settled it in time.
    Expired,
    /// The average price would have been worse than the limit.
    LimitExceeded,
    /// The account could not have met its initial requirement or its slots were full.
    Unaffordable,
    /// The side's open interest would have exceeded its cap.
    CapReached,
    /// A reduce-only order found nothing to reduce.
    NothingToReduce,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSettled {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub order_id: u64,
    pub outcome: OrderOutcome,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// Lots filled; zero unless filled.
    pub lots: i64,
    /// Price of the settling update, 1e-8; zero where none was needed.
    pub price_e8: u64,
    /// What the lots cost, premium included.
    pub cost_q: i64,
    pub taker_fee_q: u64,
    pub realised_q: i64,
    /// Of a realised profit, what waits for the market's cash.
    pub unpaid_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionCut {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// Lots traded: negative where a long was cut.
    pub lots: i64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// What the lots cost, spread included.
    pub cost_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub equity_before_q: i64,
    pub requirement_before_q: u64,
    pub equity_after_q: i64,
    pub requirement_after_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionLiquidated {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    pub insurance_fee_q: u64,
    /// Lots traded: negative where a long was liquidated.
    pub lots: i64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// What the lots cost, spread included.
    pub cost_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub equity_before_q: i64,
    pub requirement_before_q: u64,
    pub equity_after_q: i64,
    pub requirement_after_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeficitAbsorbed {
    pub margin_account: Pubkey,
    pub market_index: u16,
    pub deficit_q: u64,
    pub insurance_q: u64,
    pub market_q: u64,
}

/// The account's balance made good what a market's cash lacked.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeficitRepaid {
    pub margin_account: Pubkey,
    pub market_index: u16,
    pub repaid_q: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfitCollected {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub amount_q: u64,
    pub unpaid_q: u64,
    pub balance_q: i64,
}
