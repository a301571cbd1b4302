//! Opens an epoch of deleveraging in a market that owes more than its cash, insurance and its loss cap in the pool
//! can pay: freezes the price and the deficit, and until when those who are ahead are registered. Permissionless.
//!
//! Requires: a fresh price that nobody doubts; the last epoch rested, and all its positions deleveraged (R-W7).

use super::backing::deficit_at;
use crate::error::PlimsollError;
use crate::events::DeleveragingOpened;
use crate::state::{Deleveraging, Insurance, Market, MarketRisk, Pool};
use crate::view::check_younger;
use anchor_lang::prelude::*;

/// An epoch rests for this many times as long as it registers, its own time included.
const REST_WINDOWS: i64 = 4;

#[event_cpi]
#[derive(Accounts)]
pub struct OpenDeleveraging<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    #[account(
        constraint = pool.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        constraint = insurance.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub fn handle_open_deleveraging(ctx: Context<OpenDeleveraging>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut market = accounts.market.load_mut()?;
        let risk = accounts.market_risk.load()?;
        check_due(&market, &risk, now_seconds)?;
        let (pool, insurance) = (accounts.pool.load()?, accounts.insurance.load()?);
        let (price_e8, lot_divisor) = (risk.price_e8, risk.lot_divisor);
        let deficit_q = deficit_at(&market, &pool, &insurance, &risk.carry(), price_e8)?;
        require!(deficit_q > 0, PlimsollError::NoDeficit);
        let window_seconds = i64::from(market.params.registration_seconds);
        let last = market.deleveraging;
        market.deleveraging = Deleveraging {
            opened_seconds: now_seconds,
            closes_seconds: now_seconds.saturating_add(window_seconds),
            price_e8,
            lot_divisor,
            deficit_q,
            gains_q: 0,
            epoch: last.epoch.checked_add(1).ok_or(PlimsollError::Overflow)?,
            outstanding: 0,
        };
        DeleveragingOpened {
            market: accounts.market.key(),
            sequence: market.next_sequence(),
            epoch: market.deleveraging.epoch,
            price_e8,
            deficit_q,
            closes_seconds: market.deleveraging.closes_seconds,
        }
    };
    emit_cpi!(event);
    Ok(())
}

fn check_due(market: &Market, risk: &MarketRisk, now_seconds: i64) -> Result<()> {
    check_younger(risk, risk.params.reduction_age_seconds_max, now_seconds)?;
    require!(!risk.is_guarded(now_seconds), PlimsollError::MarketGuarded);
    let last = &market.deleveraging;
    let rest_seconds = REST_WINDOWS.saturating_mul(market.params.registration_seconds.into());
    let rested = last.epoch == 0 || now_seconds.saturating_sub(last.opened_seconds) >= rest_seconds;
    require!(
        !last.is_open() && last.outstanding == 0 && rested,
        PlimsollError::EpochNotOver
    );
    Ok(())
}
