//! The estimator with unbounded integers and a table from the series.

use super::exponential::halved;
use super::rational::{ratio, whole, Rational};
use num_bigint::BigInt;
use num_traits::{One, Zero};
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use std::sync::OnceLock;

/// 2^32.
pub fn one_q32() -> BigInt {
    BigInt::one() << 32
}

/// ⌈2^32 · 2^(−i/64)⌉ for i in 0..=64.
fn entries() -> &'static [BigInt] {
    static ENTRIES: OnceLock<Vec<BigInt>> = OnceLock::new();
    ENTRIES.get_or_init(|| {
        let entry = |i: u64| (halved(i, 64) * whole(one_q32())).ceil();
        // The series stops a little above or below; at whole halvings there is nothing to round.
        (0..=64)
            .map(|i| {
                if i % 64 == 0 {
                    one_q32() >> (i / 64)
                } else {
                    entry(i)
                }
            })
            .collect()
    })
}

/// R-V5: the chord of the table at `elapsed ÷ half_life`, rounded up once, at least one.
pub fn factor_up(elapsed: u32, half_life: u32) -> BigInt {
    let halvings_q32 = (BigInt::from(elapsed) << 32) / half_life;
    let halvings = u64::try_from(&halvings_q32 >> 32).expect("64 bits");
    if halvings > 64 {
        return BigInt::one();
    }
    let fraction_q32 = u64::try_from(halvings_q32 % one_q32()).expect("64 bits");
    let index = usize::try_from(fraction_q32 / (1 << 26)).expect("below 64");
    let (here, next) = (entries()[index].clone(), entries()[index + 1].clone());
    let chord = whole(here.clone()) - whole(here - next) * ratio(fraction_q32 % (1 << 26), 1 << 26);
    (chord / whole(BigInt::one() << halvings))
        .ceil()
        .max(BigInt::one())
}

/// ⌈x·factor⌉.
pub fn scaled_up(x: &BigInt, factor_q32: &BigInt) -> BigInt {
    ratio(x * factor_q32, one_q32()).ceil()
}

/// The least integer whose square is not below `x`.
pub fn sqrt_up(x: &BigInt) -> BigInt {
    let root = x.sqrt();
    if &root * &root == *x {
        root
    } else {
        root + 1
    }
}

/// What a sample makes of a state, without limits of size.
#[derive(Debug, PartialEq, Eq)]
pub struct Sampled {
    /// The anchor of the next return, 1e-8.
    pub anchor_e8: BigInt,
    /// Fast, slow, long, envelope, 1e-18 per second.
    pub variances_e18: [BigInt; 4],
}

impl From<Volatility> for Sampled {
    fn from(state: Volatility) -> Self {
        let Volatility {
            fast_e18,
            slow_e18,
            long_e18,
            envelope_e18,
            ..
        } = state;
        Self {
            anchor_e8: state.anchor_price_e8.into(),
            variances_e18: [fast_e18, slow_e18, long_e18, envelope_e18].map(BigInt::from),
        }
    }
}

/// R-V2: the largest return that may count, 1e-9.
pub fn limit_e9(state: &Volatility, params: &VolatilityParams, elapsed: u64) -> BigInt {
    let variance = state
        .fast_e18
        .max(state.slow_e18)
        .max(params.variance_min_e18);
    // Beyond 64 bits of variance times time half a sigma already exceeds every return.
    let square = (BigInt::from(variance) * elapsed).min(u64::MAX.into());
    let sigma = sqrt_up(&square);
    ratio(sigma * params.winsor_sigmas_e2, 100)
        .ceil()
        .min(1_999_999_999.into())
}

/// R-V1, R-V2: the return that counts (1e-9) and the next anchor.
pub fn winsorised(anchor_e8: u64, price_e8: u64, limit_e9: &BigInt) -> (BigInt, BigInt) {
    let (anchor, price) = (BigInt::from(anchor_e8), BigInt::from(price_e8));
    let twice_mean = &anchor + &price;
    let exact = (ratio(2 * (&price - &anchor), twice_mean) * whole(1_000_000_000)).abs();
    if exact <= whole(limit_e9.clone()) {
        return (exact.ceil(), price);
    }
    // The point q with 2·|q − anchor| ÷ (q + anchor) = limit.
    let half = ratio(limit_e9.clone(), 2_000_000_000_i64);
    let (above, below) = (whole(1) + half.clone(), whole(1) - half);
    let carried = if price > anchor {
        (whole(anchor) * above / below).floor()
    } else {
        (whole(anchor) * below / above).ceil()
    };
    (limit_e9.clone(), carried)
}

/// R-V1, R-V3: the variance that one sample shows, before weighing, 1e-18 per second.
pub fn shown_e18(
    return_e9: &BigInt,
    limit_e9: &BigInt,
    (confidence_e8, price_e8): (u64, u64),
    elapsed: u64,
) -> BigInt {
    let noise = ratio(BigInt::from(confidence_e8) * 1_000_000_000, price_e8).ceil();
    let noise = noise.min(limit_e9 / 2);
    let clean = (return_e9 * return_e9 - &noise * &noise).max(BigInt::zero());
    ratio(clean, elapsed).ceil()
}

/// R-V1 … R-V6 for one price; `None` where too little time has passed.
pub fn sample(
    state: &Volatility,
    params: &VolatilityParams,
    price_e8: u64,
    confidence_e8: u64,
    now_seconds: i64,
) -> Option<Sampled> {
    let elapsed = u64::try_from(now_seconds - state.sampled_seconds).expect("time goes on");
    if elapsed < u64::from(params.sample_seconds_min).max(1) {
        return None;
    }
    let limit = limit_e9(state, params, elapsed);
    let (return_e9, anchor_e8) = winsorised(state.anchor_price_e8, price_e8, &limit);
    let shown = shown_e18(&return_e9, &limit, (confidence_e8, price_e8), elapsed);
    let decays = u32::try_from(elapsed.min(u64::from(params.decay_seconds_max))).expect("32 bits");
    let weigh = |old: u64, half_life: u32| {
        let factor = factor_up(decays, half_life);
        scaled_up(&old.into(), &factor) + scaled_up(&shown, &(one_q32() - factor))
    };
    let fast = weigh(state.fast_e18, params.half_life_fast_seconds);
    let envelope_factor = factor_up(decays, params.half_life_envelope_seconds);
    let envelope = scaled_up(&state.envelope_e18.into(), &envelope_factor).max(fast.clone());
    Some(Sampled {
        anchor_e8,
        variances_e18: [
            fast,
            weigh(state.slow_e18, params.half_life_slow_seconds),
            weigh(state.long_e18, params.half_life_long_seconds),
            envelope,
        ],
    })
}

/// The exactly weighed mean of an old and a shown variance, with the true exponential.
pub fn blend_exact(old_e18: u64, shown_e18: u64, elapsed: u32, half_life: u32) -> Rational {
    let kept = halved(u64::from(elapsed), u64::from(half_life));
    whole(old_e18) * kept.clone() + whole(shown_e18) * (whole(1) - kept)
}
