//! What the pool is worth: its cash and the sum over all markets. Pure: nothing is written here.

use crate::error::{OrRefuse, PlimsollError};
use crate::params::PoolParams;
use crate::state::{Exchange, Market, MarketRisk, Phase, Pool};
use crate::view::check_fresh;
use anchor_lang::prelude::*;
use plimsoll_risk::pool::{share_price_e9_down, Band, BandWidth, MarketWorth};

/// What a pool is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To sell shares: the dearest worth, at prices that are fresh and not doubted.
    Enter,
    /// To pay for shares: the cheapest, likewise.
    Leave,
    /// To tell: the cheapest, at whatever is known.
    Tell,
}

/// A pool's worth, and what of its cash must stay.
#[derive(Clone, Copy, Debug)]
pub struct PoolWorth {
    pub worth_q: i64,
    /// R-Q6.
    pub reserved_q: u64,
    /// R-Q2.
    pub share_price_e9: u64,
}

/// R-Q1: what a pool and all markets, given in pairs with their risk accounts, are worth.
///
/// # Errors
/// [`PlimsollError::MarketAccountMissing`], [`PlimsollError::WrongExchange`], [`PlimsollError::RiskTooOld`],
/// [`PlimsollError::MarketGuarded`], or an overflow.
pub fn pool_worth<'info>(
    exchange: &AccountLoader<'info, Exchange>,
    pool: &Pool,
    pairs: &'info [AccountInfo<'info>],
    purpose: Purpose,
) -> Result<PoolWorth> {
    let now_seconds = Clock::get()?.unix_timestamp;
    let market_count = exchange.load()?.market_count;
    require!(
        pairs.len() == usize::from(market_count).saturating_mul(2),
        PlimsollError::MarketAccountMissing
    );
    let mut worth_q = i64::try_from(pool.cash_q).map_err(|_| PlimsollError::Overflow)?;
    let mut reserved_q = 0_u64;
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
            market.exchange == pool.exchange && risk.exchange == pool.exchange,
            PlimsollError::WrongExchange
        );
        let age_seconds = if purpose == Purpose::Tell {
            0
        } else {
            check_price(&market, &risk, now_seconds)?;
            now_seconds.saturating_sub(risk.publish_seconds)
        };
        let band = price_band(&risk, &pool.params, age_seconds)?;
        let market = market_worth(&market, &risk, pool.cash_q, band, purpose)?;
        let part_q = match purpose {
            Purpose::Enter => market.up(),
            Purpose::Leave | Purpose::Tell => market.down(),
        }
        .or_refuse()?;
        worth_q = worth_q.checked_add(part_q).ok_or(PlimsollError::Overflow)?;
        if purpose == Purpose::Leave {
            reserved_q = reserved_q.saturating_add(market.reserved_up().or_refuse()?);
        }
    }
    Ok(PoolWorth {
        worth_q,
        reserved_q,
        share_price_e9: share_price_e9_down(pool.shares, worth_q).or_refuse()?,
    })
}

/// A market's part, between the prices given.
///
/// # Errors
/// An overflow.
pub fn market_worth(
    market: &Market,
    risk: &MarketRisk,
    pool_cash_q: u64,
    band: Band,
    purpose: Purpose,
) -> Result<MarketWorth> {
    let carry = risk.carry();
    let open_interest = match purpose {
        Purpose::Enter => market.carried_interest_up(&carry),
        Purpose::Leave | Purpose::Tell => market.carried_interest_down(&carry),
    };
    Ok(MarketWorth {
        cash_q: market.payable_q(),
        unpaid_q: market.unpaid_q,
        drawable_q: market.drawable_q(pool_cash_q).or_refuse()?,
        open_interest: open_interest.or_refuse()?,
        band,
        lot_divisor: risk.lot_divisor,
    })
}

/// A price that nobody has a position at does not matter: a market whose feed is dead must not lock providers in.
fn check_price(market: &Market, risk: &MarketRisk, now_seconds: i64) -> Result<()> {
    if market.open_interest().larger_side_lots() == 0 {
        return Ok(());
    }
    check_fresh(risk, now_seconds)?;
    require!(!risk.is_guarded(now_seconds), PlimsollError::MarketGuarded);
    Ok(())
}

/// R-Q4: between which prices the market is by the time that others know.
fn price_band(risk: &MarketRisk, params: &PoolParams, age_seconds: i64) -> Result<Band> {
    if risk.phase() == Phase::Settled {
        return Ok(Band {
            low_e8: risk.price_e8,
            high_e8: risk.price_e8,
        });
    }
    BandWidth {
        confidence_ppm: risk.confidence_ppm,
        sigma_hour_ppm: risk.sigma_hour_ppm,
        age_seconds,
        sigmas_e2: params.band_sigmas_e2,
        least_ppm: params.band_ppm_min,
    }
    .band(risk.price_e8, risk.slow_price_e8)
    .or_refuse()
}
