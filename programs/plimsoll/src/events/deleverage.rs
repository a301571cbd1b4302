//! How an epoch of deleveraging goes.

use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleveragingOpened {
    pub market: Pubkey,
    pub sequence: u64,
    pub epoch: u32,
    /// The epoch's price, 1e-8.
    pub price_e8: u64,
    pub deficit_q: u64,
    /// When registration is over, Unix seconds.
    pub closes_seconds: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WinnerRegistered {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub epoch: u32,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// What the position is ahead at the epoch's price.
    pub gain_q: u64,
    /// Of all that are registered.
    pub gains_q: u64,
}

/// Every gain bears `deficit_q ÷ gains_q` of it.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleveragingClosed {
    pub market: Pubkey,
    pub sequence: u64,
    pub epoch: u32,
    pub deficit_q: u64,
    pub gains_q: u64,
    pub claims_before_q: u64,
    pub claims_after_q: u64,
    /// Positions that are still to be deleveraged.
    pub registered: u32,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionDeleveraged {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub epoch: u32,
    /// Lots traded: negative where a long was closed.
    pub lots: i64,
    /// The epoch's price, 1e-8.
    pub price_e8: u64,
    /// Profit that was taken.
    pub forfeited_q: u64,
    /// What is left of the profit of those lots: next to nothing.
    pub realised_q: i64,
    pub position_lots: i64,
    pub balance_q: i64,
}
