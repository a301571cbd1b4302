//! How orders are placed and how they end.

use anchor_lang::prelude::*;

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
    /// A realised profit, which has yet to vest.
    pub unpaid_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}
