//! How a market or collateral whose feed is dead comes to its end.

use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementStarted {
    pub exchange: Pubkey,
    /// Index of the risk account: the market's, or the collateral's with its flag.
    pub risk_index: u16,
    pub starter: Pubkey,
    pub price_e8: u64,
    pub last_price_e8: u64,
    /// Until when the feed can still refute it, Unix seconds.
    pub ends_seconds: i64,
}

/// The feed spoke again.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementCancelled {
    pub exchange: Pubkey,
    pub risk_index: u16,
    pub price_e8: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementFinished {
    pub exchange: Pubkey,
    pub risk_index: u16,
    pub price_e8: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionSettled {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// Lots traded: negative where a long was closed.
    pub lots: i64,
    pub price_e8: u64,
    pub cost_q: i64,
    /// Carry since the position was last touched, which is in what is realised.
    pub carry_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub balance_q: i64,
}
