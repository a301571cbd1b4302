//! Target, ramp and the order of the ratios.

use super::exponential::{doubled, halved};
use super::rational::{ppm, ratio, whole, Rational};
use super::volatility::{factor_up, one_q32, scaled_up, sqrt_up};
use num_bigint::BigInt;
use plimsoll_risk::margin::{MarginParams, SideParams};

/// R-M1, R-M2 with the roundings of the rule.
pub fn target_up(params: &MarginParams, variance_e18: u64, confidence_ppm: u32) -> BigInt {
    let sigma_e9 = sqrt_up(&over_horizon(variance_e18, params.horizon_seconds));
    let (floor, cap) = (BigInt::from(params.floor_ppm), BigInt::from(params.cap_ppm));
    let volatile = ratio(sigma_e9 * params.multiplier_e4, 10_000_000)
        .ceil()
        .min(cap.clone());
    let weight = ppm(params.stress_weight_ppm);
    let mixed = whole(volatile) * (whole(1) - weight.clone()) + whole(params.stress_ppm) * weight;
    let noise = whole(confidence_ppm) * ppm(params.confidence_weight_ppm);
    (mixed.ceil().max(floor.clone()) + noise.ceil())
        .max(floor)
        .min(cap)
}

/// R-M1, R-M2 without any rounding, but for the 2^-64 of a root.
pub fn target_exact(params: &MarginParams, variance_e18: u64, confidence_ppm: u32) -> Rational {
    let square = over_horizon(variance_e18, params.horizon_seconds);
    let root: BigInt = (square << 128_u32).sqrt();
    let sigma_e9 = ratio(root, BigInt::from(1) << 64_u32);
    let (floor, cap) = (whole(params.floor_ppm), whole(params.cap_ppm));
    let volatile = (sigma_e9 * ratio(params.multiplier_e4, 10_000_000)).min(cap.clone());
    let weight = ppm(params.stress_weight_ppm);
    let mixed = volatile * (whole(1) - weight.clone()) + whole(params.stress_ppm) * weight;
    let noise = whole(confidence_ppm) * ppm(params.confidence_weight_ppm);
    (mixed.max(floor.clone()) + noise).max(floor).min(cap)
}

/// Variance over a horizon; beyond 64 bits (sigma above 4.29) it counts as 2^64 − 1.
fn over_horizon(variance_e18: u64, seconds: u32) -> BigInt {
    (BigInt::from(variance_e18) * seconds).min(u64::MAX.into())
}

/// R-M3 with the roundings of the rule.
pub fn ramp_up(params: &MarginParams, live_ppm: u32, target_ppm: u32, elapsed: u64) -> BigInt {
    let steps = u32::try_from(elapsed.min(u64::from(params.ramp_seconds_max))).expect("32 bits");
    let (live, target) = (BigInt::from(live_ppm), BigInt::from(target_ppm));
    let moved = if target > live {
        let shrink = factor_up(steps, params.doubling_seconds);
        ratio(live * one_q32(), shrink).ceil().min(target)
    } else {
        scaled_up(&live, &factor_up(steps, params.halving_seconds)).max(target)
    };
    moved
        .max(params.floor_ppm.into())
        .min(params.cap_ppm.into())
}

/// R-M3 with the true exponential: how far a ratio may have risen and how far fallen.
pub fn ramp_limits(params: &MarginParams, live_ppm: u32, elapsed: u64) -> (Rational, Rational) {
    let steps = elapsed.min(u64::from(params.ramp_seconds_max));
    let live = whole(live_ppm);
    (
        live.clone() * halved(steps, u64::from(params.halving_seconds)),
        live * doubled(steps, u64::from(params.doubling_seconds)),
    )
}

/// R-M5, R-M6: initial, call, liquidation.
pub fn ratios(params: &MarginParams, target_ppm: u32, graced_ppm: u32) -> [BigInt; 3] {
    let liquidation = BigInt::from(params.floor_ppm);
    let call = liquidation.clone().max(graced_ppm.into());
    let multiple = (whole(target_ppm) * ppm(params.initial_multiple_ppm)).ceil();
    let initial = multiple
        .max(params.initial_min_ppm.into())
        .max(call.clone());
    [initial, call, liquidation]
}

/// R-M8, R-M9: initial, call, liquidation of the long side, then of the short side.
pub fn side_ratios(
    params: &MarginParams,
    side: &SideParams,
    target_ppm: u32,
    graced_ppm: u32,
    slope_ppm: u32,
) -> [[BigInt; 3]; 2] {
    let floor = BigInt::from(params.floor_ppm);
    let slope = ppm(slope_ppm.min(side.slope_cap_ppm)).max(whole(1));
    [side.long_weight_ppm, side.short_weight_ppm].map(|weight_ppm| {
        let weighed = |x: u32| (whole(x) * ppm(weight_ppm)).ceil().max(floor.clone());
        let call = weighed(graced_ppm);
        let multiple = (whole(weighed(target_ppm)) * ppm(params.initial_multiple_ppm)).ceil();
        let initial = (whole(multiple) * slope.clone())
            .ceil()
            .max(params.initial_min_ppm.into())
            .max(call.clone());
        [initial, call, floor.clone()]
    })
}

/// R-M9: the slope with the roundings of the rule, and its exact square in ppm of ppm.
pub fn slope(fast_e18: u64, slow_e18: u64) -> (BigInt, Rational) {
    let square = ratio(fast_e18, slow_e18);
    let square_ppm = (square.clone() * whole(1_000_000)).ceil();
    let root = sqrt_up(&(square_ppm * 1_000_000)).max(1_000_000.into());
    (
        root.min(u32::MAX.into()),
        square * whole(1_000_000_000_000_i64),
    )
}
