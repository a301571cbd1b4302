//! Takes a newer price into a risk account: volatility, guard, carry, target, ramp, grace, ratios,
//! depth. Permissionless.
//!
//! Requires: a fully verified update of the account's feed, later than the last one used, recent, not
//! from the future, its confidence within the limit.
//! Guarantees: ratios move no faster than the ramp (I6).

use crate::error::{OrRefuse, PlimsollError};
use crate::events::{MarketRefreshed, SettlementCancelled};
use crate::oracle;
use crate::state::{MarketRisk, Phase};
use anchor_lang::prelude::*;
use pyth_solana_receiver_sdk::price_update::PriceUpdateV2;

#[derive(Accounts)]
pub struct RefreshMarket<'info> {
    #[account(mut)]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    pub price_update: Account<'info, PriceUpdateV2>,
}

pub fn handle_refresh_market(ctx: Context<RefreshMarket>) -> Result<()> {
    let now_seconds = Clock::get()?.unix_timestamp;
    let mut risk = ctx.accounts.market_risk.load_mut()?;
    require!(risk.phase() != Phase::Settled, PlimsollError::MarketSettled);
    let reading = oracle::read(
        &ctx.accounts.price_update,
        &risk.feed_id,
        risk.params.confidence_ppm_max,
        now_seconds,
    )?;
    reading
        .check_current(
            risk.params.price_age_seconds_max,
            risk.publish_seconds,
            now_seconds,
        )
        .or_refuse()?;
    let variance_e18 = risk.take(&reading, now_seconds).or_refuse()?;
    if risk.revive() {
        emit!(SettlementCancelled {
            exchange: risk.exchange,
            risk_index: risk.index,
            price_e8: risk.price_e8,
        });
    }
    emit!(MarketRefreshed {
        market_index: risk.index,
        sequence: risk.sequence,
        publish_seconds: risk.publish_seconds,
        price_e8: risk.price_e8,
        confidence_ppm: risk.confidence_ppm,
        variance_e18,
        target_ppm: risk.target_ppm,
        live_ppm: risk.live_ppm,
        initial_ppm: risk.initial_ppm,
        call_ppm: risk.call_ppm,
        guarded: risk.is_guarded(now_seconds),
        liquidity_q: risk.liquidity_q,
        open_interest_cap_q: risk.open_interest_cap_q,
        funding_e18: risk.funding_e18,
        carry_index: risk.carry_index,
    });
    Ok(())
}
