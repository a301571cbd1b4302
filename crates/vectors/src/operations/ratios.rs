//! Target, ramp, grace and the three ratios.

use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::grace::{GraceRing, RING_MINUTES};
use plimsoll_risk::margin::{ramp_ppm_up, ratios, target_ppm_up, MarginParams};

/// The parameters of a path, and where it starts.
struct RatioPath {
    params: MarginParams,
    grace_minutes: u32,
    live_ppm: u32,
    now_seconds: i64,
}

pub fn margin_params(arguments: &mut Arguments) -> Outcome<MarginParams> {
    Ok(MarginParams {
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
    })
}

fn ratio_path(arguments: &mut Arguments) -> Outcome<RatioPath> {
    Ok(RatioPath {
        params: margin_params(arguments)?,
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

pub fn start(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let path = ratio_path(arguments)?;
    let ring = GraceRing::filled(path.live_ppm, path.now_seconds);
    push_ratio_state(path.live_ppm, path.now_seconds, &ring, results)
}

pub fn step(arguments: &mut Arguments, results: &mut Results) -> Outcome {
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
