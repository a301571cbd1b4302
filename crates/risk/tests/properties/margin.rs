//! Target, ramp and order of the ratios against the reference, and the bounds of the ramp.

use crate::reference::margin::{
    ramp_limits, ramp_up, ratios as ratios_of, target_exact, target_up,
};
use crate::reference::rational::whole;
use crate::reference::Rng;
use crate::strategies::{cases, margin_params, positive, wide, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::margin::{ramp_ppm_up, ratios, target_ppm_up, MarginParams, RAMP_STEP_SECONDS};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_m1_r_m2_the_target_is_the_references_bit_by_bit(
        params in margin_params(), variance_e18 in wide(), confidence_ppm in wide_u32(),
    ) {
        let target = target_ppm_up(&params, variance_e18, confidence_ppm).unwrap();
        prop_assert_eq!(BigInt::from(target), target_up(&params, variance_e18, confidence_ppm));
    }

    #[test]
    fn i7_the_target_is_monotone_in_variance_and_confidence_and_within_the_rails(
        params in margin_params(),
        (variance_e18, wilder) in (wide(), wide()),
        (confidence_ppm, vaguer) in (wide_u32(), wide_u32()),
    ) {
        let target = |variance: u64, confidence: u32| target_ppm_up(&params, variance, confidence).unwrap();
        let base = target(variance_e18, confidence_ppm);
        prop_assert!(target(variance_e18.saturating_add(wilder), confidence_ppm) >= base);
        prop_assert!(target(variance_e18, confidence_ppm.saturating_add(vaguer)) >= base);
        prop_assert!((params.floor_ppm..=params.cap_ppm).contains(&base));
    }

    #[test]
    fn r_m2_the_target_has_no_cliff_in_confidence(
        params in margin_params(), variance_e18 in positive(48), confidence_ppm in 0_u32..1_000_000,
    ) {
        let target = |confidence: u32| target_ppm_up(&params, variance_e18, confidence).unwrap();
        let step = target(confidence_ppm + 1) - target(confidence_ppm);
        prop_assert!(step <= params.confidence_weight_ppm.div_ceil(1_000_000), "{step}");
    }

    #[test]
    fn r_m3_a_step_of_the_ramp_is_the_references_bit_by_bit(
        params in margin_params(), live in wide_u32(), target in wide_u32(), elapsed in wide(),
    ) {
        let moved = ramp_ppm_up(&params, live, target, elapsed).unwrap();
        prop_assert_eq!(BigInt::from(moved), ramp_up(&params, live, target, elapsed));
    }

    #[test]
    fn i6_a_step_stays_in_the_rails_and_between_ratio_and_target(
        params in margin_params(), at in 0_u32..=1_000_000, to in 0_u32..=1_000_000, elapsed in wide(),
    ) {
        let within = |ppm: u32| params.floor_ppm + (params.cap_ppm - params.floor_ppm) / 1_000_000 * ppm;
        let (live, target) = (within(at), within(to));
        let moved = ramp_ppm_up(&params, live, target, elapsed).unwrap();
        prop_assert!((params.floor_ppm..=params.cap_ppm).contains(&moved));
        prop_assert!((live.min(target)..=live.max(target)).contains(&moved));
        let any = ramp_ppm_up(&params, at, to, elapsed).unwrap();
        prop_assert!((params.floor_ppm..=params.cap_ppm).contains(&any));
    }

    #[test]
    fn i6_initial_call_and_liquidation_are_always_in_order(
        params in margin_params(), target in wide_u32(), graced in wide_u32(),
    ) {
        let expected = ratios_of(&params, target, graced);
        match ratios(&params, target, graced) {
            Ok(found) => {
                prop_assert!(found.initial_ppm >= found.call_ppm);
                prop_assert!(found.call_ppm >= found.liquidation_ppm);
                prop_assert_eq!(found.liquidation_ppm, params.floor_ppm);
                let found = [found.initial_ppm, found.call_ppm, found.liquidation_ppm];
                prop_assert_eq!(found.map(BigInt::from), expected);
            }
            Err(_) => prop_assert!(expected[0] > u32::MAX.into()),
        }
    }

    #[test]
    fn i10_the_ratios_never_panic(
        a in [wide_u32(), wide_u32(), wide_u32(), wide_u32(), wide_u32(), wide_u32()],
        b in [wide_u32(), wide_u32(), wide_u32(), wide_u32(), wide_u32(), wide_u32()],
        variance_e18 in wide(), confidence_ppm in wide_u32(),
        (live, target, elapsed) in (wide_u32(), wide_u32(), wide()),
    ) {
        let params = MarginParams {
            multiplier_e4: a[0],
            horizon_seconds: a[1],
            floor_ppm: a[2],
            cap_ppm: a[3],
            stress_ppm: a[4],
            stress_weight_ppm: a[5],
            confidence_weight_ppm: b[0],
            initial_multiple_ppm: b[1],
            initial_min_ppm: b[2],
            doubling_seconds: b[3],
            halving_seconds: b[4],
            ramp_seconds_max: b[5],
        };
        let _ = target_ppm_up(&params, variance_e18, confidence_ppm);
        let _ = ramp_ppm_up(&params, live, target, elapsed);
        let _ = ratios(&params, live, target);
    }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn i6_a_step_is_no_faster_than_the_true_exponential_plus_one_ppm(
        params in margin_params(), live in 2_500_u32..=1_000_000, elapsed in 0_u64..20_000, up: bool,
    ) {
        let live = live.clamp(params.floor_ppm, params.cap_ppm);
        let target = if up { params.cap_ppm } else { params.floor_ppm };
        let moved = whole(ramp_ppm_up(&params, live, target, elapsed).unwrap());
        let (least, most) = ramp_limits(&params, live, elapsed);
        prop_assert!(moved.clone() <= most + whole(1));
        prop_assert!(moved >= least);
    }
}

#[test]
fn r_m1_roundings_lift_the_target_by_less_than_four_ppm() {
    // Sigma by 1e-9 (below 0.02 ppm at 20 sigmas), the ratio, the mix and the noise by one each.
    let params = MarginParams {
        confidence_weight_ppm: 333_333,
        ..crate::reference::fixtures::margin_params()
    };
    let mut rng = Rng(4);
    let mut largest: f64 = 0.0;
    for _ in 0..20_000 {
        let (variance_e18, confidence_ppm) = (rng.magnitude(1 << 43), rng.between_u32(0, 10_000));
        let exact = target_exact(&params, variance_e18, confidence_ppm);
        let target = whole(target_ppm_up(&params, variance_e18, confidence_ppm).unwrap());
        let above = (target - exact).to_f64();
        assert!(
            (0.0..4.0).contains(&above),
            "{variance_e18}, {confidence_ppm}: {above}"
        );
        largest = largest.max(above);
    }
    assert!(
        largest > 2.0,
        "the bound is attained within a factor of two: {largest}"
    );
}

/// Ramps from `live` to `target` at steps of `step` seconds for `seconds`.
fn ramped(params: &MarginParams, live: u32, target: u32, step: u64, seconds: u64) -> u32 {
    (0..seconds / step).fold(live, |live, _| {
        ramp_ppm_up(params, live, target, step).unwrap()
    })
}

#[test]
fn r_m7_steps_a_minute_apart_keep_the_ramp_within_its_periods() {
    // Over T in n steps a rise is at most 2^(T/D)·(live + n): each step adds at most one ppm.
    let mut rng = Rng(5);
    for _ in 0..2_000 {
        let params = MarginParams {
            floor_ppm: 2_500,
            cap_ppm: 1_000_000,
            doubling_seconds: rng.between_u32(900, 86_400),
            halving_seconds: rng.between_u32(3_600, 86_400),
            ..crate::reference::fixtures::margin_params()
        };
        let live = rng.between_u32(2_500, 400_000);
        let (step, steps) = (rng.between(RAMP_STEP_SECONDS, 600), rng.between(1, 60));
        let seconds = step * steps;
        let doublings = seconds as f64 / f64::from(params.doubling_seconds);
        let most = 2_f64.powf(doublings) * (f64::from(live) + steps as f64);
        let risen = ramped(&params, live, 1_000_000, step, seconds);
        assert!(f64::from(risen) <= most, "{live} to {risen} in {seconds} s");
        let halvings = seconds as f64 / f64::from(params.halving_seconds);
        let fallen = ramped(&params, live, 0, step, seconds);
        let least = f64::from(live) * 2_f64.powf(-halvings) - 1e-6;
        assert!(
            f64::from(fallen) >= least,
            "{live} to {fallen} in {seconds} s"
        );
    }
}

#[test]
fn r_m7_at_a_step_a_minute_a_halving_of_up_to_a_day_is_never_stalled() {
    // The slowest fall the rounding of a step can make of a day's halving: half as fast.
    for halving_seconds in [3_600, 43_200, 86_400] {
        let params = MarginParams {
            floor_ppm: 2_500,
            halving_seconds,
            ..crate::reference::fixtures::margin_params()
        };
        let halvings = (300_000_f64 / 2_500.0).log2();
        let twice = (2.0 * halvings * f64::from(halving_seconds)) as u64;
        assert_eq!(ramped(&params, 300_000, 0, RAMP_STEP_SECONDS, twice), 2_500);
    }
}

#[test]
fn r_m7_at_a_step_a_second_rounding_would_stall_the_fall_and_outrun_the_rise() {
    // Why the caller must wait: 20,000 · 2^(−1 s ÷ 12 h) is 19,999.7, which rounds up to 20,000.
    let params = MarginParams {
        floor_ppm: 2_500,
        ..crate::reference::fixtures::margin_params()
    };
    assert_eq!(ramped(&params, 20_000, 0, 1, 86_400), 20_000);
    let day = MarginParams {
        doubling_seconds: 86_400,
        ..params
    };
    assert!(
        ramped(&day, 2_500, 300_000, 1, 3_600) > 6_000,
        "a day's doubling within the hour"
    );
    assert!(ramped(&day, 2_500, 300_000, RAMP_STEP_SECONDS, 3_600) < 2_700);
}
