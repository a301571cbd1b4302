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
}
