//! What the pool is worth: the sum over all markets. Pure: nothing is written here.

use crate::error::{OrRefuse, PlimsollError};
use crate::state::{Market, MarketRisk};
use crate::view::check_fresh;
use anchor_lang::prelude::*;
use plimsoll_risk::pool::{market_worth_up, MarketWorth};

/// What all markets together are worth to the pool.
pub fn markets_worth<'info>(
    exchange: &Pubkey,
    pairs: &'info [AccountInfo<'info>],
    market_count: u16,
    now_seconds: i64,
) -> Result<i64> {
    require!(
        pairs.len() == usize::from(market_count).saturating_mul(2),
        PlimsollError::MarketAccountMissing
    );
    let mut worth_q = 0_i64;
    for (index, pair) in pairs.chunks_exact(2).enumerate() {
        let market = AccountLoader::<Market>::try_from(&pair[0])?;
        let market = market.load()?;
        let risk = AccountLoader::<MarketRisk>::try_from(&pair[1])?;
        let risk = risk.load()?;
        require!(
            usize::from(market.index) == index && risk.index == market.index,
            PlimsollError::MarketAccountMissing
        );
        require!(
            market.exchange == *exchange && risk.exchange == *exchange,
            PlimsollError::WrongExchange
        );
        check_fresh(&risk, now_seconds)?;
        let worth = market_worth_up(&MarketWorth {
            cash_q: market.payable_q(),
            unpaid_q: market.unpaid_q,
            open_interest: market.carried_interest_up(&risk.carry()).or_refuse()?,
            price_e8: risk.price_e8,
            other_price_e8: risk.slow_price_e8,
            lot_divisor: risk.lot_divisor,
        })
        .or_refuse()?;
        worth_q = worth_q.checked_add(worth).ok_or(PlimsollError::Overflow)?;
    }
    Ok(worth_q)
}
