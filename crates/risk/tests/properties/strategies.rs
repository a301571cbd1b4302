//! What the properties draw from.

use plimsoll_risk::margin::{MarginParams, SideParams};
use plimsoll_risk::units::lot_divisor;
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use proptest::prelude::*;
use proptest::test_runner::RngAlgorithm;

/// So many cases, and no file of failures beside the sources.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::XorShift,
        ..ProptestConfig::default()
    }
}

/// Any 64 bits, with every order of magnitude and the ends as likely.
pub fn wide() -> impl Strategy<Value = u64> {
    (any::<u64>(), any::<u8>()).prop_map(|(bits, how)| match how {
        0..=7 => 0,
        8..=15 => 1,
        16..=23 => u64::MAX,
        24..=31 => 1 << 63,
        32..=39 => (1 << 62) - 1,
        _ => bits >> (how % 64),
    })
}

/// Any 32 bits, likewise.
pub fn wide_u32() -> impl Strategy<Value = u32> {
    (any::<u32>(), any::<u8>()).prop_map(|(bits, how)| match how {
        0..=15 => 0,
        16..=31 => 1,
        32..=47 => u32::MAX,
        _ => bits >> (how % 32),
    })
}

/// Any signed 64 bits, likewise.
pub fn wide_i64() -> impl Strategy<Value = i64> {
    (any::<i64>(), any::<u8>()).prop_map(|(bits, how)| match how {
        0..=15 => 0,
        16..=31 => i64::MIN,
        32..=47 => i64::MAX,
        _ => bits >> (how % 64),
    })
}

/// From one to `bits` bits, log-uniform, never zero.
pub fn positive(bits: u32) -> impl Strategy<Value = u64> {
    (64 - bits..64, any::<u64>()).prop_map(|(shift, random)| (random >> shift).max(1))
}

/// A signed size of at most `bits` bits, never zero.
pub fn size(bits: u32) -> impl Strategy<Value = i64> {
    (positive(bits), any::<bool>()).prop_map(|(size, negative)| {
        let size = i64::try_from(size).unwrap();
        if negative {
            -size
        } else {
            size
        }
    })
}

/// The divisor of a lot size that a market may have.
pub fn divisor() -> impl Strategy<Value = u64> {
    (-8_i32..=1).prop_map(|exponent| lot_divisor(exponent).unwrap())
}

prop_compose! {
    /// An estimator within the ranges that the program accepts.
    pub fn volatility_params()(
        fast in 300_u32..=14_400,
        slow in 14_400_u32..=604_800,
        long in 604_800_u32..=31_536_000,
        envelope in 3_600_u32..=172_800,
        winsor in 300_u32..=2_000,
        minimum in positive(43),
        sample_seconds_min in 1_u32..=300,
        decay_seconds_max in 60_u32..=3_600,
    ) -> VolatilityParams {
        VolatilityParams {
            half_life_fast_seconds: fast,
            half_life_slow_seconds: slow,
            half_life_long_seconds: long,
            half_life_envelope_seconds: envelope,
            winsor_sigmas_e2: winsor,
            variance_min_e18: minimum,
            sample_seconds_min,
            decay_seconds_max,
        }
    }
}

prop_compose! {
    /// Ratios within the ranges that the program accepts, floor ≤ stress ≤ cap.
    pub fn margin_params()(
        multiplier_e4 in 10_000_u32..=200_000,
        horizon_seconds in 60_u32..=14_400,
        floor_ppm in 2_500_u32..=500_000,
        stress_above in 0_u32..=300_000,
        cap_above in 0_u32..=700_000,
        stress_weight_ppm in 250_000_u32..=1_000_000,
        confidence_weight_ppm in 0_u32..=5_000_000,
        initial_multiple_ppm in 1_100_000_u32..=5_000_000,
        initial_min_above in 0_u32..=500_000,
        doubling_seconds in 900_u32..=86_400,
        halving_seconds in 3_600_u32..=86_400,
        ramp_seconds_max in 60_u32..=14_400,
    ) -> MarginParams {
        MarginParams {
            multiplier_e4,
            horizon_seconds,
            floor_ppm,
            cap_ppm: (floor_ppm + stress_above + cap_above).min(1_000_000),
            stress_ppm: (floor_ppm + stress_above).min(1_000_000),
            stress_weight_ppm,
            confidence_weight_ppm,
            initial_multiple_ppm,
            initial_min_ppm: (floor_ppm + initial_min_above).min(1_000_000),
            doubling_seconds,
            halving_seconds,
            ramp_seconds_max,
        }
    }
}

prop_compose! {
    /// Any sides that the program accepts.
    pub fn side_params()(
        lighter_ppm in 0_u32..=1_000_000, longs_heavier: bool, slope_cap_ppm in 1_000_000_u32..=4_000_000,
    ) -> SideParams {
        let (long_weight_ppm, short_weight_ppm) =
            if longs_heavier { (1_000_000, lighter_ppm) } else { (lighter_ppm, 1_000_000) };
        SideParams { long_weight_ppm, short_weight_ppm, slope_cap_ppm }
    }
}

prop_compose! {
    /// A state of the estimator between a few and a few million per cent a year.
    pub fn volatility()(
        anchor_price_e8 in positive(62),
        sampled_seconds in 0_i64..4_000_000_000,
        fast_e18 in positive(44),
        slow_e18 in positive(44),
        long_e18 in positive(44),
        envelope_e18 in positive(44),
    ) -> Volatility {
        Volatility {
            anchor_price_e8,
            sampled_seconds,
            fast_e18,
            slow_e18,
            long_e18,
            envelope_e18: envelope_e18.max(fast_e18),
        }
    }
}

/// A price that is a few percent, or any factor, away from `anchor_e8`.
pub fn next_price(anchor_e8: u64) -> impl Strategy<Value = u64> {
    prop_oneof![
        3 => (950_000_u64..=1_050_000).prop_map(move |ppm| {
            let moved = u128::from(anchor_e8) * u128::from(ppm) / 1_000_000;
            u64::try_from(moved).unwrap().clamp(1, (1 << 62) - 1)
        }),
        1 => positive(62),
        1 => Just(anchor_e8),
    ]
}
