//! What providers, insurers and sweeps move.

use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolDeposited {
    pub provider: Pubkey,
    pub owner: Pubkey,
    pub amount_q: u64,
    pub shares: u64,
    pub pool_worth_q: i64,
    pub pool_shares: u64,
    /// What a share costs, 1e-9.
    pub share_price_e9: u64,
}

/// Shares moved into a ticket.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedemptionRequested {
    pub redemption: Pubkey,
    pub provider: Pubkey,
    pub owner: Pubkey,
    pub number: u64,
    pub shares: u64,
    pub due_seconds: i64,
    /// At the prices last known, fresh or not.
    pub pool_worth_q: i64,
    pub pool_shares: u64,
    pub share_price_e9: u64,
}

/// Shares of the ticket at the head were redeemed: all that were left, or as many as the pool could pay.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeemed {
    pub redemption: Pubkey,
    pub provider: Pubkey,
    pub number: u64,
    pub shares: u64,
    /// The keeper's fee included.
    pub amount_q: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// Shares of the ticket that wait for cash.
    pub shares_left: u64,
    pub pool_worth_q: i64,
    /// What markets may have to draw (R-Q6).
    pub reserved_q: u64,
    pub pool_shares: u64,
    pub share_price_e9: u64,
}

/// What was redeemed moved into a margin account.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedemptionCollected {
    pub provider: Pubkey,
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub amount_q: u64,
    pub balance_q: i64,
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
    /// Longs less shorts over the full skew (R-C1).
    pub skew_ppm: i32,
    /// What longs and what shorts ask of what the pool could pay (R-C3).
    pub utilisation_ppm: [u32; 2],
    /// The most that a side may be worth (R-Q7).
    pub capacity_q: u64,
}
