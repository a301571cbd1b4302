//! Simulated prices, one a second, and keepers who choose when to sample them.

use crate::reference::Rng;
use plimsoll_risk::volatility::{Volatility, VolatilityParams};

/// Sigma of a second at 100 % a year.
pub const SIGMA_OF_A_SECOND: f64 = 1.780_724_5e-4;
/// The instant of a path's first price.
pub const START_SECONDS: i64 = 1_700_000_000;

/// A standard normal number (Box and Muller).
pub fn normal(rng: &mut Rng) -> f64 {
    let uniform = |rng: &mut Rng| ((rng.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (-2.0 * uniform(rng).ln()).sqrt() * (std::f64::consts::TAU * uniform(rng)).cos()
}

/// How prices move. Each kind has a variance of `SIGMA_OF_A_SECOND`² a second in the mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Gaussian returns.
    Gaussian,
    /// Half of the variance in Gaussian returns, half in normal jumps, one in twenty minutes.
    Jumps,
}

/// So many seconds of prices, 1e-8, in steps of `step` seconds, at `share` of the volatility.
pub fn path(rng: &mut Rng, kind: Kind, share: f64, step: f64, steps: usize) -> Vec<u64> {
    let sigma = SIGMA_OF_A_SECOND * share * step.sqrt();
    let jump_every = 1_200.0 / step;
    let mut logarithm = 1e10_f64.ln();
    let mut prices = vec![10_000_000_000];
    for _ in 1..steps {
        let moved = match kind {
            Kind::Gaussian => normal(rng),
            Kind::Jumps => {
                let jumps = rng.one_in(jump_every as u64);
                let jump = if jumps {
                    normal(rng) * jump_every.sqrt()
                } else {
                    0.0
                };
                (normal(rng) + jump) * 0.5_f64.sqrt()
            }
        };
        logarithm += sigma * moved;
        prices.push(logarithm.exp() as u64);
    }
    prices
}

/// What a keeper who chooses the instant of a sample wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// To sample at the first instant there is.
    Honest,
    /// The least fast variance after the sample.
    Least,
    /// The most.
    Most,
}

/// Samples a path of one price a second, each sample at an instant from `least_seconds` to
/// `least_seconds + late_seconds` after the one before: the one that serves the aim best, with
/// knowledge of all prices up to the last of those instants. Returns the mean of the fast variance over
/// time, 1e-18.
pub fn sampled(
    prices: &[u64],
    params: &VolatilityParams,
    (least_seconds, late_seconds): (usize, usize),
    aim: Aim,
) -> f64 {
    let params = VolatilityParams {
        sample_seconds_min: least_seconds as u32,
        ..*params
    };
    let seed_e18 = (SIGMA_OF_A_SECOND * 1e9).powi(2) as u64;
    let mut state = Volatility::seeded(prices[0], START_SECONDS, seed_e18);
    let (mut at, mut sum_e18, mut counted) = (0, 0.0, 0.0);
    while at + least_seconds + late_seconds < prices.len() {
        let earliest = at + least_seconds;
        let latest = match aim {
            Aim::Honest => earliest,
            Aim::Least | Aim::Most => earliest + late_seconds,
        };
        let choices = (earliest..=latest).map(|then| {
            let now = START_SECONDS + then as i64;
            (state.sample(&params, prices[then], 0, now).unwrap(), then)
        });
        let by_fast = |choice: &(Volatility, usize)| choice.0.fast_e18;
        let best = match aim {
            Aim::Most => choices.max_by_key(by_fast),
            Aim::Honest | Aim::Least => choices.min_by_key(by_fast),
        };
        let (next, then) = best.unwrap();
        let held = (then - at) as f64;
        sum_e18 += state.fast_e18 as f64 * held;
        counted += held;
        (state, at) = (next, then);
    }
    sum_e18 / counted
}

/// The least (or most) root of the mean squared return per second that any choice of instants with the
/// same limits can show of a whole path known in advance, in sigmas of a second at 100 % a year: the
/// shortest path through all instants, without the estimator.
pub fn omniscient(prices: &[u64], (least_seconds, late_seconds): (usize, usize), aim: Aim) -> f64 {
    let logarithms: Vec<f64> = prices.iter().map(|price| (*price as f64).ln()).collect();
    let worst = if aim == Aim::Most {
        f64::NEG_INFINITY
    } else {
        f64::INFINITY
    };
    let mut sums = vec![worst; prices.len()];
    sums[0] = 0.0;
    let mut end = 0;
    for at in least_seconds..prices.len() {
        let earliest = at.saturating_sub(least_seconds + late_seconds);
        for before in earliest..=at - least_seconds {
            let sum = sums[before] + (logarithms[at] - logarithms[before]).powi(2);
            sums[at] = if aim == Aim::Most {
                sums[at].max(sum)
            } else {
                sums[at].min(sum)
            };
        }
        if sums[at].is_finite() {
            end = at;
        }
    }
    (sums[end] / end as f64).sqrt() / SIGMA_OF_A_SECOND
}
