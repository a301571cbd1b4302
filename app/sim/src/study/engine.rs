//! The risk crate alone over a tape: the estimator's states, and the ratios that follow from them.

use plimsoll_risk::guard::GuardParams;
use plimsoll_risk::margin::{ramp_ppm_up, slope_ppm_up, target_ppm_up, MarginParams};
use plimsoll_risk::units::ONE_PPM_U64;
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use plimsoll_risk::Result;

use crate::replay::listing;
use crate::tape::{Minute, Tape};

use super::Spacing;

/// What a market is listed with, as far as a study needs it.
#[derive(Clone, Copy, Debug)]
pub struct Market {
    pub volatility: VolatilityParams,
    pub margin: MarginParams,
    pub guard: GuardParams,
    pub variance_seed_e18: u64,
}

impl Market {
    /// The presets of the tape's asset, with the estimator's limits as R-V8 recommends them.
    pub fn of(tape: &Tape, spacing: Spacing) -> Self {
        let risk = listing::market(tape).args.risk;
        let mut volatility = risk.volatility();
        volatility.winsor_sigmas_e2 = 700;
        volatility.sample_seconds_min = 60;
        if spacing == Spacing::Hours {
            // A row of an hourly tape is no silence: it decays the estimate by its whole hour.
            volatility.decay_seconds_max = 3_600;
        }
        Self {
            volatility,
            margin: risk.margin(),
            guard: risk.guard(),
            variance_seed_e18: risk.variance_seed_e18,
        }
    }
}

/// The estimator's state after each row; it starts with the first at `seed_e18`.
///
/// # Errors
/// What the estimator refuses.
pub fn states(
    rows: &[Minute],
    params: &VolatilityParams,
    seed_e18: u64,
) -> Result<Vec<Volatility>> {
    let mut states: Vec<Volatility> = Vec::with_capacity(rows.len());
    for row in rows {
        states.push(match states.last() {
            None => Volatility::seeded(row.price_e8, row.unix_seconds, seed_e18),
            Some(last) => last.sample(params, row.price_e8, row.confidence_e8, row.unix_seconds)?,
        });
    }
    Ok(states)
}

/// A market's ratios at one row, ppm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    pub target_ppm: u32,
    pub live_ppm: u32,
    pub slope_ppm: u32,
}

/// Target, live ratio and slope after each row; the live ratio starts at the first target.
/// `variance_e18` picks what of a state the target is set from.
///
/// # Errors
/// What the ratios refuse.
pub fn ratios(
    rows: &[Minute],
    states: &[Volatility],
    margin: &MarginParams,
    variance_e18: impl Fn(&Volatility) -> u64,
) -> Result<Vec<Ratio>> {
    let mut ratios: Vec<Ratio> = Vec::with_capacity(rows.len());
    let mut last_seconds = 0;
    for (row, state) in rows.iter().zip(states) {
        let noise_ppm = u128::from(row.confidence_e8) * u128::from(ONE_PPM_U64);
        let noise_ppm = noise_ppm.div_ceil(u128::from(row.price_e8));
        let noise_ppm = u32::try_from(noise_ppm).unwrap_or(u32::MAX);
        let target_ppm = target_ppm_up(margin, variance_e18(state), noise_ppm)?;
        let elapsed = u64::try_from(row.unix_seconds - last_seconds).unwrap_or(0);
        let live_ppm = match ratios.last() {
            None => target_ppm,
            Some(last) => ramp_ppm_up(margin, last.live_ppm, target_ppm, elapsed)?,
        };
        last_seconds = row.unix_seconds;
        ratios.push(Ratio {
            target_ppm,
            live_ppm,
            slope_ppm: slope_ppm_up(state.fast_e18, state.slow_e18),
        });
    }
    Ok(ratios)
}
