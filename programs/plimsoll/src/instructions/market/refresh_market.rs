//! Takes a newer price into a market's risk: volatility, target, ramp, grace, ratios. Permissionless.
//!
//! Requires: a fully verified update of the market's feed, later than the last one used, recent, not
//! from the future, its confidence within the limit.
//! Guarantees: ratios move no faster than the ramp (I6).

use crate::error::OrRefuse;
use crate::events::MarketRefreshed;
use crate::oracle;
use crate::state::MarketRisk;
use anchor_lang::prelude::*;
use plimsoll_risk::grace::GraceRing;
use plimsoll_risk::margin::{self, MarginParams};
use plimsoll_risk::oracle::PriceReading;
use plimsoll_risk::volatility::Volatility;
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
    refresh(&mut risk, &reading).or_refuse()?;
    risk.refreshed_seconds = now_seconds;
    emit!(MarketRefreshed {
        market_index: risk.index,
        sequence: risk.sequence,
        publish_seconds: risk.publish_seconds,
        price_e8: risk.price_e8,
        confidence_ppm: risk.confidence_ppm,
        variance_e18: risk.volatility().variance_e18(&risk.params.volatility()),
        target_ppm: risk.target_ppm,
        live_ppm: risk.live_ppm,
        initial_ppm: risk.initial_ppm,
        call_ppm: risk.call_ppm,
    });
    Ok(())
}

/// All times are the feed's own, so that when a keeper brings a price does not change what it says.
fn refresh(risk: &mut MarketRisk, reading: &PriceReading) -> plimsoll_risk::Result<()> {
    let first = risk.publish_seconds == 0;
    let at_seconds = reading.publish_seconds;
    let params = risk.params.volatility();
    let volatility = if first {
        Volatility::seeded(reading.price_e8, at_seconds, risk.params.variance_seed_e18)
    } else {
        let (price_e8, confidence_e8) = (reading.price_e8, reading.confidence_e8);
        risk.volatility()
            .sample(&params, price_e8, confidence_e8, at_seconds)?
    };
    let confidence_ppm = reading.confidence_ppm_up()?;

    let margin_params = risk.params.margin();
    let variance_e18 = volatility.variance_e18(&params);
    let target_ppm = margin::target_ppm_up(&margin_params, variance_e18, confidence_ppm)?;
    let before_ppm = risk.live_ppm;
    let (live_ppm, ramped_seconds) = ramped(risk, &margin_params, target_ppm, at_seconds)?;
    // The ring's clock is the feed's, which may lie a little before the market's creation.
    let mut ring = if first {
        GraceRing::filled(before_ppm, at_seconds)
    } else {
        risk.ring()
    };
    ring.record(before_ppm, live_ppm, at_seconds)?;
    let graced_ppm = ring.graced_ppm(live_ppm, risk.params.grace_minutes, at_seconds)?;
    let ratios = margin::ratios(&margin_params, target_ppm, graced_ppm)?;

    risk.set_volatility(volatility);
    risk.set_ring(ring);
    risk.set_ratios(ratios);
    risk.price_e8 = reading.price_e8;
    risk.slow_price_e8 = reading.slow_price_e8;
    risk.publish_seconds = at_seconds;
    risk.confidence_ppm = confidence_ppm;
    risk.target_ppm = target_ppm;
    risk.live_ppm = live_ppm;
    risk.ramped_seconds = ramped_seconds;
    risk.sequence = risk.sequence.wrapping_add(1);
    Ok(())
}

/// R-M3, R-M7: the live ratio after a step, if one is due, and when the last step was. A market's first
/// price starts the clock.
fn ramped(
    risk: &MarketRisk,
    params: &MarginParams,
    target_ppm: u32,
    at_seconds: i64,
) -> plimsoll_risk::Result<(u32, i64)> {
    if risk.publish_seconds == 0 {
        return Ok((risk.live_ppm, at_seconds));
    }
    let elapsed_seconds = at_seconds.abs_diff(risk.ramped_seconds);
    if !margin::ramp_is_due(elapsed_seconds) {
        return Ok((risk.live_ppm, risk.ramped_seconds));
    }
    let live_ppm = margin::ramp_ppm_up(params, risk.live_ppm, target_ppm, elapsed_seconds)?;
    Ok((live_ppm, at_seconds))
}
