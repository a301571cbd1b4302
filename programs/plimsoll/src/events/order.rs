//! How orders are placed and how they end.

use crate::state::OrderKind;
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
    pub kind: OrderKind,
    /// What touches a conditional order, 1e-8; zero for a market order.
    pub trigger_price_e8: u64,
    /// The last second in which it may be triggered; zero for a market order.
    pub expires_seconds: i64,
    /// All that is escrowed for keepers.
    pub fee_q: u64,
    /// When its price is taken; zero where that is not known before it is triggered.
    pub target_seconds: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderTriggered {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order_id: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// The price that touched the trigger, 1e-8, and when it was published.
    pub price_e8: u64,
    pub publish_seconds: i64,
    pub target_seconds: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderCancelled {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub order_id: u64,
    pub refunded_q: u64,
    pub balance_q: i64,
}

/// All orders of an account that waited ended, because it owed more than it had.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrdersRefunded {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub refunded_q: u64,
    pub balance_q: i64,
}

/// How an order ended.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderOutcome {
    /// Filled at the settling update.
    Filled,
    /// The feed made no update within the window, nobody settled it in time, or it waited until its expiry.
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
    /// Carry since the position was last touched, which is in what is realised and in the entry.
    pub carry_q: i64,
    pub realised_q: i64,
    /// A realised profit, which has yet to vest.
    pub unpaid_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}

/// An account in a margin call closed a leg at once.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionExited {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    /// Lots traded: negative where a long was closed.
    pub lots: i64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// What the lots cost, at the worst price and with the spread.
    pub cost_q: i64,
    pub taker_fee_q: u64,
    /// Carry since the position was last touched, which is in what is realised and in the entry.
    pub carry_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}
