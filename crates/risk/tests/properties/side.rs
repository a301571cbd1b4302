//! The ratios of each side against the reference, and what ramp and order mean for them.

use crate::reference::margin::{side_ratios as sides_of, slope};
use crate::reference::rational::{ratio, whole, Rational};
use crate::strategies::{cases, margin_params, positive, side_params, wide, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::margin::{
    floor_min_ppm_up, ramp_ppm_up, side_ratios, slope_ppm_up, MarginParams, Ratios, SideParams,
};
use plimsoll_risk::pricing::reduction_spread_ppm;
use proptest::prelude::*;

fn triple(ratios: &Ratios) -> [u32; 3] {
    [ratios.initial_ppm, ratios.call_ppm, ratios.liquidation_ppm]
}

/// Both sides' ratios, longs first.
fn sides(
    params: &MarginParams,
    side: &SideParams,
    target: u32,
    graced: u32,
    slope: u32,
) -> [[u32; 3]; 2] {
    let sides = side_ratios(params, side, target, graced, slope).unwrap();
    [triple(&sides.long), triple(&sides.short)]
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_m8_r_m9_each_side_is_the_references_bit_by_bit_and_in_order(
        params in margin_params(), side in side_params(),
        target in wide_u32(), graced in wide_u32(), slope in wide_u32(),
    ) {
        let expected = sides_of(&params, &side, target, graced, slope);
        match side_ratios(&params, &side, target, graced, slope) {
            Ok(found) => {
                let found = [triple(&found.long), triple(&found.short)];
                for [initial, call, liquidation] in found {
                    prop_assert!(initial >= call && call >= liquidation);
                    prop_assert_eq!(liquidation, params.floor_ppm);
                }
                prop_assert_eq!(found.map(|ratios| ratios.map(BigInt::from)), expected);
            }
            Err(_) => prop_assert!(expected.iter().any(|ratios| ratios[0] > u32::MAX.into())),
        }
    }

    #[test]
    fn i7_each_side_is_monotone_in_target_grace_slope_and_weight(
        params in margin_params(), side in side_params(),
        a in [0_u32..=1_000_000, 0..=1_000_000, 0..=4_000_000],
        more in [0_u32..=1_000_000, 0..=1_000_000, 0..=4_000_000],
        heavier in 0_u32..=1_000_000,
    ) {
        let at = |side: &SideParams, [target, graced, slope]: [u32; 3]| {
            sides(&params, side, target, graced, slope)
        };
        let base = at(&side, a);
        let not_below = |other: [[u32; 3]; 2]| {
            base.iter().flatten().zip(other.iter().flatten()).all(|(base, other)| other >= base)
        };
        for input in 0..3 {
            let mut raised = a;
            raised[input] += more[input];
            prop_assert!(not_below(at(&side, raised)));
        }
        let weighed = SideParams {
            long_weight_ppm: side.long_weight_ppm.saturating_add(heavier).min(1_000_000),
            short_weight_ppm: side.short_weight_ppm.saturating_add(heavier).min(1_000_000),
            slope_cap_ppm: side.slope_cap_ppm + heavier,
        };
        prop_assert!(not_below(at(&weighed, a)));
    }

    #[test]
    fn r_m8_r_m9_no_side_has_a_cliff_in_target_grace_slope_or_weight(
        params in margin_params(), side in side_params(),
        target in 0_u32..1_000_000, graced in 0_u32..1_000_000, slope in 0_u32..4_000_000,
    ) {
        let base = sides(&params, &side, target, graced, slope);
        let step = |other: [[u32; 3]; 2]| {
            let each = base.iter().flatten().zip(other.iter().flatten());
            each.map(|(base, other)| other.abs_diff(*base)).max().unwrap()
        };
        // One ppm, at most five times (the multiple) and four times (the slope), and two roundings.
        prop_assert!(step(sides(&params, &side, target + 1, graced, slope)) <= 25);
        prop_assert!(step(sides(&params, &side, target, graced + 1, slope)) <= 1);
        prop_assert!(step(sides(&params, &side, target, graced, slope + 1)) <= 6);
        let lighter = side.long_weight_ppm.min(side.short_weight_ppm).saturating_sub(1);
        let weighed = SideParams {
            long_weight_ppm: if side.long_weight_ppm == 1_000_000 { 1_000_000 } else { lighter },
            short_weight_ppm: if side.long_weight_ppm == 1_000_000 { lighter } else { 1_000_000 },
            ..side
        };
        if side.long_weight_ppm != side.short_weight_ppm {
            prop_assert!(step(sides(&params, &weighed, target, graced, slope)) <= 25);
        }
    }

    #[test]
    fn i6_the_call_line_of_each_side_moves_no_faster_than_the_ramp_and_two_ppm(
        params in margin_params(), side in side_params(),
        live in 0_u32..=1_000_000, target in 0_u32..=1_000_000, elapsed in 0_u64..20_000,
    ) {
        let live = live.clamp(params.floor_ppm, params.cap_ppm);
        let moved = ramp_ppm_up(&params, live, target, elapsed).unwrap();
        let before = sides(&params, &side, target, live, 0);
        let after = sides(&params, &side, target, moved, 0);
        // A ratio at the floor falls no further, one below its weight's floor rises from there.
        for ([_, before, _], [_, after, _]) in before.into_iter().zip(after) {
            let most = ratio(moved, live) * whole(before) + whole(2);
            let least = ratio(moved, live) * whole(before) - whole(2);
            prop_assert!(moved < live || whole(after) <= most);
            prop_assert!(moved > live || whole(after) >= least);
        }
    }

    #[test]
    fn r_m9_the_slope_is_the_references_bit_by_bit_and_less_than_one_and_a_half_above_exact(
        fast in wide(), slow in wide(),
    ) {
        let found = slope_ppm_up(fast, slow);
        if slow == 0 {
            prop_assert_eq!(found, if fast == 0 { 1_000_000 } else { u32::MAX });
            return Ok(());
        }
        let (expected, square) = slope(fast, slow);
        prop_assert_eq!(BigInt::from(found), expected);
        prop_assert!(found == u32::MAX || squared(whole(found)) >= square.clone());
        prop_assert!(found == 1_000_000 || squared(whole(found) - ratio(3, 2)) < square);
    }

    #[test]
    fn i7_the_slope_is_monotone_and_has_no_cliff(fast in positive(44), slow in positive(44), more in positive(44)) {
        let slope = slope_ppm_up(fast, slow);
        prop_assert!(slope_ppm_up(fast + more, slow) >= slope);
        prop_assert!(slope_ppm_up(fast, slow + more) <= slope);
        // A part in 1e9 more of the variance is half of that of the root.
        let step = slope_ppm_up(fast + fast / 1_000_000_000, slow) - slope;
        prop_assert!(u64::from(step) <= u64::from(slope) / 2_000_000_000 + 2, "{step}");
    }

    #[test]
    fn r_m10_the_floor_covers_fee_gap_and_any_spread_and_is_at_most_a_ppm_above_the_least(
        fee in 0_u32..=1_000_000, gap in 0_u32..=1_000_000, confidence in wide_u32(), premium in wide_u32(),
    ) {
        let floor = floor_min_ppm_up(fee, gap);
        prop_assert!(floor >= fee + gap + reduction_spread_ppm(confidence, premium, floor));
        let least = (0..=floor).rev().take_while(|&lower| {
            lower >= fee + gap + reduction_spread_ppm(u32::MAX, 0, lower)
        });
        prop_assert!(least.count() <= 2);
    }

    #[test]
    fn i10_the_sides_never_panic(
        params in margin_params(), a in [wide_u32(), wide_u32(), wide_u32()],
        (target, graced, slope) in (wide_u32(), wide_u32(), wide_u32()),
        (fast, slow) in (wide(), wide()),
    ) {
        let side = SideParams {
            long_weight_ppm: a[0],
            short_weight_ppm: a[1],
            slope_cap_ppm: a[2],
        };
        let _ = side_ratios(&params, &side, target, graced, slope);
        prop_assert!(slope_ppm_up(fast, slow) >= 1_000_000);
        let floor = floor_min_ppm_up(target, graced);
        prop_assert!(floor == u32::MAX || floor - floor / 4 >= target + graced);
    }
}

fn squared(x: Rational) -> Rational {
    x.clone() * x
}
