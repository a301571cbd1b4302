//! Moves surplus from a market to the pool, or cash from the pool to a market that needs it, within
//! the market's loss cap (R-Q3), and tells the market's risk account what only trades and pool know: the
//! share of open profit that could be paid (R-A5), the larger side's open interest (R-S5), the most that a side
//! may be worth (R-Q7), the skew and how much each side asks of the pool (R-C7).
//! Permissionless.

use super::worth::{market_worth, Purpose};
use crate::error::{OrRefuse, PlimsollError};
use crate::events::MarketSwept;
use crate::state::{Market, MarketRisk, Pool};
use anchor_lang::prelude::*;
use plimsoll_risk::book::credit_ppm_down;
use plimsoll_risk::carry::{skew_ppm, utilisation_ppm_up};
use plimsoll_risk::pool::{sweep_q, Band};
use plimsoll_risk::units::{notional_up, share_up};

#[event_cpi]
#[derive(Accounts)]
pub struct SweepMarket<'info> {
    #[account(
        mut,
        constraint = pool.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(
        mut,
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_sweep_market(ctx: Context<SweepMarket>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let event = {
        let mut pool = accounts.pool.load_mut()?;
        let mut market = accounts.market.load_mut()?;
        let mut risk = accounts.market_risk.load_mut()?;
        let moved_q = sweep(&mut pool, &mut market)?;
        let told = tell(&pool, &market, &mut risk)?;
        require!(moved_q != 0 || told, PlimsollError::NothingToMove);
        MarketSwept {
            market: accounts.market.key(),
            sequence: market.next_sequence(),
            moved_q,
            cash_q: market.cash_q,
            pool_cash_q: pool.cash_q,
            credit_ppm: risk.credit_ppm,
            open_interest_lots: risk.open_interest_lots,
            skew_ppm: risk.skew_ppm,
            utilisation_ppm: risk.utilisation_ppm,
            capacity_q: risk.capacity_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}

/// R-Q3: moves what the target asks for, signed: positive from the pool to the market.
fn sweep(pool: &mut Pool, market: &mut Market) -> Result<i64> {
    // Profit that waits for cash is owed before anything is surplus.
    let target_q = market.params.cash_target_q.saturating_add(market.unpaid_q);
    let moved_q = sweep_q(
        market.payable_q(),
        target_q,
        pool.cash_q,
        market.drawn_q,
        market.params.loss_cap_q,
    )
    .or_refuse()?;
    market.cash_q = market
        .cash_q
        .checked_add_signed(moved_q)
        .ok_or(PlimsollError::Overflow)?;
    market.drawn_q = market
        .drawn_q
        .checked_add(moved_q)
        .ok_or(PlimsollError::Overflow)?;
    let back_q = moved_q.checked_neg().ok_or(PlimsollError::Overflow)?;
    pool.cash_q = pool
        .cash_q
        .checked_add_signed(back_q)
        .ok_or(PlimsollError::Overflow)?;
    Ok(moved_q)
}

/// R-A5, R-C7, R-Q7, R-S5: what the risk account is told; whether that was news.
fn tell(pool: &Pool, market: &Market, risk: &mut MarketRisk) -> Result<bool> {
    let sums = market.carried_interest_up(&risk.carry()).or_refuse()?;
    let claims_q = sums
        .claims_down(risk.price_e8, risk.lot_divisor)
        .or_refuse()?
        .saturating_add(market.unpaid_q);
    let drawable_q = market.drawable_q(pool.cash_q).or_refuse()?;
    let backing_q = market.payable_q().saturating_add(drawable_q);
    let credit_ppm = credit_ppm_down(backing_q, claims_q).or_refuse()?;
    let lots = sums.larger_side_lots();
    let skew_ppm = skew_ppm(
        sums.skew_lots().or_refuse()?,
        risk.carry_params.full_skew_lots,
    )
    .or_refuse()?;
    let utilisation_ppm = [
        utilisation(risk, sums.long_lots, market.unpaid_q, backing_q)?,
        utilisation(risk, sums.short_lots, market.unpaid_q, backing_q)?,
    ];
    let known = Band {
        low_e8: risk.price_e8.min(risk.slow_price_e8),
        high_e8: risk.price_e8.max(risk.slow_price_e8),
    };
    let capacity_q = market_worth(market, risk, pool.cash_q, known, Purpose::Tell)?
        .capacity_down(pool.params.capacity_gap_ppm)
        .or_refuse()?;
    let used = risk.tell_usage(skew_ppm, utilisation_ppm).or_refuse()?;
    let news = used
        || risk.credit_ppm != credit_ppm
        || risk.open_interest_lots != lots
        || risk.capacity_q != capacity_q;
    risk.credit_ppm = credit_ppm;
    risk.open_interest_lots = lots;
    risk.capacity_q = capacity_q;
    Ok(news)
}

/// R-C3: the reserve of a side and what is owed already, over what could be paid.
fn utilisation(risk: &MarketRisk, lots: u64, unpaid_q: u64, backing_q: u64) -> Result<u32> {
    let notional_q = notional_up(lots, risk.price_e8, risk.lot_divisor).or_refuse()?;
    let reserve_q = share_up(notional_q, risk.carry_params.reserve_ppm).or_refuse()?;
    utilisation_ppm_up(reserve_q.saturating_add(unpaid_q), backing_q).or_refuse()
}
