//! What each operation calls. Arguments are read in the order of a struct literal's fields, which is the order of
//! the names in [`crate::KINDS`].

use crate::codec::{Arguments, Results};
use crate::{Outcome, Refusal};
use plimsoll_risk::account::{contribution, Exposure, Margin};
use plimsoll_risk::grace::{GraceRing, RING_MINUTES};
use plimsoll_risk::liquidation::{lots_to_target_up, Reduction};
use plimsoll_risk::margin::{ramp_ppm_up, ratios, target_ppm_up, MarginParams, Ratios};
use plimsoll_risk::position::{Fill, Position};
use plimsoll_risk::pricing::{order_fill, premium_up, reduction_fill};
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use plimsoll_risk::RiskError;

/// The one place that says which number means which function.
pub fn answer(operation: u8, arguments: &mut Arguments, results: &mut Results) -> Outcome {
    match operation {
        1 => start_volatility(arguments, results),
        2 => sample_volatility(arguments, results),
        3 => finish_volatility(arguments, results),
        4 => start_ratios(arguments, results),
        5 => step_ratios(arguments, results),
        6 => start_account(arguments, results),
        7 => add_exposure(arguments, results),
        8 => finish_account(arguments, results),
        9 => reduce(arguments, results),
        10 => premium(arguments, results),
        11 => push_position(&Position::default(), results),
        12 => fill(arguments, results),
        13 => forced_fill(arguments, results),
        _ => Err(Refusal::Malformed),
    }
}

/// The parameters of a path, and where it starts.
struct VolatilityPath {
    params: VolatilityParams,
    start: Volatility,
}

fn volatility_path(arguments: &mut Arguments) -> Outcome<VolatilityPath> {
    Ok(VolatilityPath {
        params: VolatilityParams {
            half_life_fast_seconds: arguments.next()?,
            half_life_slow_seconds: arguments.next()?,
            half_life_long_seconds: arguments.next()?,
            half_life_envelope_seconds: arguments.next()?,
            winsor_sigmas_e2: arguments.next()?,
            variance_min_e18: arguments.next()?,
            sample_seconds_min: arguments.next()?,
            decay_seconds_max: arguments.next()?,
        },
        start: Volatility::seeded(arguments.next()?, arguments.next()?, arguments.next()?),
    })
}

fn volatility(arguments: &mut Arguments) -> Outcome<Volatility> {
    Ok(Volatility {
        anchor_price_e8: arguments.next()?,
        fast_e18: arguments.next()?,
        slow_e18: arguments.next()?,
        long_e18: arguments.next()?,
        envelope_e18: arguments.next()?,
        sampled_seconds: arguments.next()?,
    })
}

/// All of it but the time: what a step shows.
fn push_estimate(state: &Volatility, results: &mut Results) -> Outcome {
    results.push(state.anchor_price_e8)?;
    results.push(state.fast_e18)?;
    results.push(state.slow_e18)?;
    results.push(state.long_e18)?;
    results.push(state.envelope_e18)
}

fn push_volatility(state: &Volatility, results: &mut Results) -> Outcome {
    push_estimate(state, results)?;
    results.push(state.sampled_seconds)
}

fn start_volatility(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    push_volatility(&volatility_path(arguments)?.start, results)
}

fn sample_volatility(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let params = volatility_path(arguments)?.params;
    let state = volatility(arguments)?;
    let (price_e8, confidence_e8) = (arguments.next()?, arguments.next()?);
    let sampled = state.sample(&params, price_e8, confidence_e8, arguments.next()?)?;
    push_estimate(&sampled, results)?;
    push_volatility(&sampled, results)
}

fn finish_volatility(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let params = volatility_path(arguments)?.params;
    results.push(volatility(arguments)?.variance_e18(&params))
}

/// The parameters of a path, and where it starts.
struct RatioPath {
    params: MarginParams,
    grace_minutes: u32,
    live_ppm: u32,
    now_seconds: i64,
}

fn ratio_path(arguments: &mut Arguments) -> Outcome<RatioPath> {
    Ok(RatioPath {
        params: MarginParams {
            multiplier_e4: arguments.next()?,
            horizon_seconds: arguments.next()?,
            floor_ppm: arguments.next()?,
            cap_ppm: arguments.next()?,
            stress_ppm: arguments.next()?,
            stress_weight_ppm: arguments.next()?,
            confidence_weight_ppm: arguments.next()?,
            initial_multiple_ppm: arguments.next()?,
            initial_min_ppm: arguments.next()?,
            doubling_seconds: arguments.next()?,
            halving_seconds: arguments.next()?,
            ramp_seconds_max: arguments.next()?,
        },
        grace_minutes: arguments.next()?,
        live_ppm: arguments.next()?,
        now_seconds: arguments.next()?,
    })
}

fn push_ratio_state(live_ppm: u32, last: i64, ring: &GraceRing, results: &mut Results) -> Outcome {
    results.push(live_ppm)?;
    results.push(last)?;
    results.push(ring.head_minutes)?;
    ring.minutes_ppm
        .iter()
        .try_for_each(|&minute_ppm| results.push(minute_ppm))
}

fn start_ratios(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let path = ratio_path(arguments)?;
    let ring = GraceRing::filled(path.live_ppm, path.now_seconds);
    push_ratio_state(path.live_ppm, path.now_seconds, &ring, results)
}

fn step_ratios(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let path = ratio_path(arguments)?;
    let (before_ppm, last): (u32, i64) = (arguments.next()?, arguments.next()?);
    let mut ring = GraceRing {
        head_minutes: arguments.next()?,
        minutes_ppm: [0; RING_MINUTES],
    };
    for minute_ppm in &mut ring.minutes_ppm {
        *minute_ppm = arguments.next()?;
    }
    let now: i64 = arguments.next()?;
    let target_ppm = target_ppm_up(&path.params, arguments.next()?, arguments.next()?)?;
    let live_ppm = ramp_ppm_up(&path.params, before_ppm, target_ppm, now.abs_diff(last))?;
    ring.record(before_ppm, live_ppm, now)?;
    let graced_ppm = ring.graced_ppm(live_ppm, path.grace_minutes, now)?;
    let held = ratios(&path.params, target_ppm, graced_ppm)?;
    results.push(target_ppm)?;
    results.push(live_ppm)?;
    results.push(graced_ppm)?;
    results.push(held.initial_ppm)?;
    results.push(held.call_ppm)?;
    results.push(held.liquidation_ppm)?;
    push_ratio_state(live_ppm, now, &ring, results)
}

fn margin(arguments: &mut Arguments) -> Outcome<Margin> {
    Ok(Margin {
        equity_initial_q: arguments.next()?,
        equity_call_q: arguments.next()?,
        equity_liquidation_q: arguments.next()?,
        requirement_initial_q: arguments.next()?,
        requirement_call_q: arguments.next()?,
        requirement_liquidation_q: arguments.next()?,
        notional_q: arguments.next()?,
    })
}

fn push_margin(margin: &Margin, results: &mut Results) -> Outcome {
    results.push(margin.equity_initial_q)?;
    results.push(margin.equity_call_q)?;
    results.push(margin.equity_liquidation_q)?;
    results.push(margin.requirement_initial_q)?;
    results.push(margin.requirement_call_q)?;
    results.push(margin.requirement_liquidation_q)?;
    results.push(margin.notional_q)
}

fn exposure(arguments: &mut Arguments) -> Outcome<Exposure> {
    Ok(Exposure {
        position: position(arguments)?,
        unpaid_q: arguments.next()?,
        price_e8: arguments.next()?,
        slow_price_e8: arguments.next()?,
        lot_divisor: arguments.next()?,
        ratios: Ratios {
            initial_ppm: arguments.next()?,
            call_ppm: arguments.next()?,
            liquidation_ppm: arguments.next()?,
        },
    })
}

fn start_account(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    push_margin(&Margin::of_balance(arguments.next()?), results)
}

fn add_exposure(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let _balance_q: i64 = arguments.next()?;
    let margin = margin(arguments)?;
    let exposure = exposure(arguments)?;
    push_margin(&contribution(&exposure)?, results)?;
    push_margin(&margin.plus(&exposure)?, results)
}

fn finish_account(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let _balance_q: i64 = arguments.next()?;
    let margin = margin(arguments)?;
    push_margin(&margin, results)?;
    results.push(margin.state() as u8)?;
    results.push(margin.free_q())
}

/// Zero lots where nothing has to be closed.
fn reduce(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let reduction = Reduction {
        equity_q: arguments.next()?,
        requirement_q: arguments.next()?,
        target_ppm: arguments.next()?,
        lots: arguments.next()?,
        price_e8: arguments.next()?,
        lot_divisor: arguments.next()?,
        ratio_ppm: arguments.next()?,
        cost_ppm: arguments.next()?,
        fixed_cost_q: arguments.next()?,
        dust_q: arguments.next()?,
    };
    match lots_to_target_up(&reduction) {
        Err(RiskError::AboveTheLine) => results.push(0),
        lots => results.push(lots?),
    }
}

fn premium(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (lots, skew_lots) = (arguments.next()?, arguments.next()?);
    let (price_e8, lot_divisor) = (arguments.next()?, arguments.next()?);
    let scale_lots = arguments.next()?;
    let premium_q = premium_up(lots, skew_lots, price_e8, lot_divisor, scale_lots)?;
    let filled = order_fill(lots, skew_lots, price_e8, lot_divisor, scale_lots)?;
    results.push(premium_q)?;
    results.push(filled.cost_q)
}

fn position(arguments: &mut Arguments) -> Outcome<Position> {
    Ok(Position {
        lots: arguments.next()?,
        entry_q: arguments.next()?,
    })
}

fn push_position(position: &Position, results: &mut Results) -> Outcome {
    results.push(position.lots)?;
    results.push(position.entry_q)
}

fn fill(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let before = position(arguments)?;
    let filled = before.fill(Fill {
        lots: arguments.next()?,
        cost_q: arguments.next()?,
    })?;
    push_position(&filled.position, results)?;
    results.push(filled.realised_q)?;
    push_position(&filled.position, results)
}

fn forced_fill(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (lots, price_e8) = (arguments.next()?, arguments.next()?);
    let filled = reduction_fill(lots, price_e8, arguments.next()?, arguments.next()?)?;
    results.push(filled.cost_q)
}
