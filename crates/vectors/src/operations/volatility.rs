//! The estimator.

use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::volatility::{Volatility, VolatilityParams};

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

pub fn start(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    push_volatility(&volatility_path(arguments)?.start, results)
}

pub fn sample(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let params = volatility_path(arguments)?.params;
    let state = volatility(arguments)?;
    let (price_e8, confidence_e8) = (arguments.next()?, arguments.next()?);
    let sampled = state.sample(&params, price_e8, confidence_e8, arguments.next()?)?;
    push_estimate(&sampled, results)?;
    push_volatility(&sampled, results)
}

pub fn finish(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let params = volatility_path(arguments)?.params;
    results.push(volatility(arguments)?.variance_e18(&params))
}
