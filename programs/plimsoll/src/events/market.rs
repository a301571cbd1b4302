//! What cranks and posters tell a market.

use anchor_lang::prelude::*;

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
    /// R-C1: positive where longs pay.
    pub funding_e18: i64,
    /// What longs and what shorts have been charged so far (R-C4).
    pub carry_index: [i64; 2],
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

/// `unpaid_q` is what the market owes still, to all accounts.
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
