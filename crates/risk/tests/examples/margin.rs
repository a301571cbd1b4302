//! Target, ramp and order of the ratios.

use crate::reference::fixtures::{margin_params, VARIANCE_E18};
use plimsoll_risk::margin::{
    floor_min_ppm_up, ramp_is_due, ramp_ppm_up, ratios, side_ratios, slope_ppm_up, target_ppm_up,
    MarginParams, Ratios, SideParams, SideRatios, RAMP_STEP_SECONDS,
};
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, ParameterOutOfRange};

#[test]
fn r_m1_the_target_is_sigmas_mixed_with_stress_between_floor_and_cap() {
    // 5 sigmas of ten minutes, three quarters, and a quarter of 6 %.
    let table = [
        (0, 20_000),
        (1, 20_000),
        (VARIANCE_E18, 31_358),
        (1_000_000_000_000, 106_857),
        // Five sigmas reach the cap first: 0.75 · 30 % + 1.5 %.
        (10_000_000_000_000, 240_000),
        (u64::MAX, 240_000),
    ];
    for (variance_e18, target_ppm) in table {
        assert_eq!(
            target_ppm_up(&margin_params(), variance_e18, 0),
            Ok(target_ppm)
        );
    }
}

#[test]
fn r_m1_the_stress_weight_runs_from_none_to_all() {
    let weighed = |stress_weight_ppm| {
        let params = MarginParams {
            stress_weight_ppm,
            ..margin_params()
        };
        target_ppm_up(&params, VARIANCE_E18, 0)
    };
    assert_eq!(weighed(0), Ok(21_810));
    assert_eq!(weighed(999_999), Ok(60_000));
    assert_eq!(weighed(1_000_000), Ok(60_000));
    assert_eq!(weighed(1_000_001), Err(ParameterOutOfRange));
}

#[test]
fn r_m2_confidence_adds_its_share_up_to_the_cap() {
    let target = |confidence_ppm| target_ppm_up(&margin_params(), VARIANCE_E18, confidence_ppm);
    assert_eq!(target(1), Ok(31_359));
    assert_eq!(target(1_000), Ok(32_358));
    assert_eq!(target(268_641), Ok(299_999));
    assert_eq!(target(268_642), Ok(300_000));
    assert_eq!(target(268_643), Ok(300_000));
    assert_eq!(target(u32::MAX), Ok(300_000));
    // The floor comes before the confidence, so that a quiet market pays for noise as well.
    assert_eq!(target_ppm_up(&margin_params(), 0, 1), Ok(20_001));
    let third = MarginParams {
        confidence_weight_ppm: 333_333,
        ..margin_params()
    };
    assert_eq!(target_ppm_up(&third, 0, 4), Ok(20_002), "rounded up");
}

#[test]
fn r_m2_a_floor_above_the_cap_is_refused_and_an_equal_one_is_the_ratio() {
    let bounded = |floor_ppm, cap_ppm| {
        let params = MarginParams {
            floor_ppm,
            cap_ppm,
            ..margin_params()
        };
        (
            target_ppm_up(&params, VARIANCE_E18, 0),
            ramp_ppm_up(&params, 30_000, 40_000, 60),
        )
    };
    assert_eq!(bounded(25_000, 25_000), (Ok(25_000), Ok(25_000)));
    assert_eq!(
        bounded(25_001, 25_000),
        (Err(ParameterOutOfRange), Err(ParameterOutOfRange))
    );
}

#[test]
fn r_m3_the_live_ratio_moves_by_doublings_and_halvings() {
    // Live, target, seconds, live after: doubling in an hour, halving in twelve.
    let table = [
        (30_000, 300_000, 0, 30_000),
        (30_000, 300_000, 60, 30_349),
        (30_000, 300_000, 3_600, 60_000),
        (30_000, 300_000, 3_601, 60_000),
        (30_000, 300_000, u64::MAX, 60_000),
        (30_000, 30_100, 3_600, 30_100),
        (30_000, 30_000, 60, 30_000),
        (30_000, 20_000, 0, 30_000),
        (30_000, 20_000, 60, 29_972),
        (30_000, 20_000, 3_600, 28_317),
        (30_000, 20_000, 3_601, 28_317),
        (30_000, 29_990, 3_600, 29_990),
        // Outside the rails it comes back to them at once.
        (10_000, 20_000, 0, 20_000),
        (400_000, 20_000, 0, 300_000),
        (20_000, 10_000, 3_600, 20_000),
        (300_000, 400_000, 3_600, 300_000),
        (0, 20_000, 60, 20_000),
        (0, 0, 0, 20_000),
    ];
    for (live_ppm, target_ppm, elapsed, moved) in table {
        let ramped = ramp_ppm_up(&margin_params(), live_ppm, target_ppm, elapsed);
        assert_eq!(ramped, Ok(moved), "{live_ppm} to {target_ppm} in {elapsed}");
    }
}

#[test]
fn r_m3_a_period_of_zero_is_refused() {
    let params = MarginParams {
        doubling_seconds: 0,
        halving_seconds: 0,
        ..margin_params()
    };
    assert_eq!(
        ramp_ppm_up(&params, 30_000, 40_000, 60),
        Err(DivisionByZero)
    );
    assert_eq!(
        ramp_ppm_up(&params, 40_000, 30_000, 60),
        Err(DivisionByZero)
    );
}

#[test]
fn r_m7_a_step_is_due_after_a_minute() {
    assert_eq!(RAMP_STEP_SECONDS, 60);
    for (elapsed, due) in [
        (0, false),
        (59, false),
        (60, true),
        (61, true),
        (u64::MAX, true),
    ] {
        assert_eq!(ramp_is_due(elapsed), due, "{elapsed} s");
    }
}

#[test]
fn r_m5_the_liquidation_line_is_the_floor_and_new_risk_pays_the_target() {
    let calm = ratios(&margin_params(), 50_000, 30_000);
    let expected = Ratios {
        initial_ppm: 100_000,
        call_ppm: 30_000,
        liquidation_ppm: 20_000,
    };
    assert_eq!(calm, Ok(expected));
    // The target alone moves the initial ratio, the graced ratio alone the call line.
    let wild = ratios(&margin_params(), 300_000, 30_000);
    assert_eq!(
        wild,
        Ok(Ratios {
            initial_ppm: 600_000,
            ..expected
        })
    );
    let odd = MarginParams {
        initial_multiple_ppm: 1_000_001,
        initial_min_ppm: 0,
        ..margin_params()
    };
    assert_eq!(
        ratios(&odd, 50_001, 0).unwrap().initial_ppm,
        50_002,
        "rounded up"
    );
}

#[test]
fn r_m6_initial_call_and_liquidation_are_in_order_by_explicit_maximum() {
    // Target, graced, initial, call.
    let table = [
        (0, 0, 40_000, 20_000),
        (19_999, 19_999, 40_000, 20_000),
        (20_001, 20_001, 40_002, 20_001),
        (20_000, 39_999, 40_000, 39_999),
        (20_000, 40_001, 40_001, 40_001),
        (20_000, u32::MAX, u32::MAX, u32::MAX),
    ];
    for (target_ppm, graced_ppm, initial_ppm, call_ppm) in table {
        let expected = Ratios {
            initial_ppm,
            call_ppm,
            liquidation_ppm: 20_000,
        };
        assert_eq!(
            ratios(&margin_params(), target_ppm, graced_ppm),
            Ok(expected)
        );
    }
    assert_eq!(ratios(&margin_params(), u32::MAX, 0), Err(Overflow));
}

/// Shorts at nine tenths, the initial ratio up to doubled.
const SIDES: SideParams = SideParams {
    long_weight_ppm: 1_000_000,
    short_weight_ppm: 900_000,
    slope_cap_ppm: 2_000_000,
};

fn triple(ratios: &Ratios) -> [u32; 3] {
    [ratios.initial_ppm, ratios.call_ppm, ratios.liquidation_ppm]
}

#[test]
fn r_m8_the_lighter_side_pays_its_weight_and_both_keep_the_floor() {
    // Target, graced, then initial and call of the longs and of the shorts.
    let table = [
        (50_000, 30_000, [100_000, 30_000], [90_000, 27_000]),
        (50_001, 30_001, [100_002, 30_001], [90_002, 27_001]),
        (21_000, 21_000, [42_000, 21_000], [40_000, 20_000]),
        (
            50_000,
            1_000_000,
            [1_000_000, 1_000_000],
            [900_000, 900_000],
        ),
        (0, 0, [40_000, 20_000], [40_000, 20_000]),
    ];
    for (target_ppm, graced_ppm, long, short) in table {
        let sides =
            side_ratios(&margin_params(), &SIDES, target_ppm, graced_ppm, 1_000_000).unwrap();
        assert_eq!(triple(sides.of(true)), [long[0], long[1], 20_000]);
        assert_eq!(triple(sides.of(false)), [short[0], short[1], 20_000]);
    }
}

#[test]
fn r_m8_even_sides_have_the_markets_ratios() {
    let even = side_ratios(
        &margin_params(),
        &SideParams::EVEN,
        50_000,
        30_000,
        u32::MAX,
    );
    let market = ratios(&margin_params(), 50_000, 30_000).unwrap();
    assert_eq!(even, Ok(SideRatios::both(market)));
}

#[test]
fn r_m8_the_larger_weight_is_one() {
    let weighed = |long_weight_ppm, short_weight_ppm| {
        let side = SideParams {
            long_weight_ppm,
            short_weight_ppm,
            ..SIDES
        };
        side_ratios(&margin_params(), &side, 50_000, 30_000, 1_000_000).map(|_| ())
    };
    assert_eq!(weighed(1_000_000, 0), Ok(()));
    assert_eq!(weighed(0, 1_000_000), Ok(()));
    assert_eq!(weighed(999_999, 999_999), Err(ParameterOutOfRange));
    assert_eq!(weighed(1_000_001, 1_000_000), Err(ParameterOutOfRange));
    assert_eq!(weighed(1_000_000, 1_000_001), Err(ParameterOutOfRange));
}

#[test]
fn r_m9_the_slope_lifts_the_initial_ratio_alone_up_to_its_cap() {
    // Slope, initial of the longs and of the shorts.
    let table = [
        (0, 100_000, 90_000),
        (1_000_000, 100_000, 90_000),
        (1_000_001, 100_001, 90_001),
        (1_500_000, 150_000, 135_000),
        (2_000_000, 200_000, 180_000),
        (2_000_001, 200_000, 180_000),
        (u32::MAX, 200_000, 180_000),
    ];
    for (slope_ppm, long, short) in table {
        let sides = side_ratios(&margin_params(), &SIDES, 50_000, 30_000, slope_ppm).unwrap();
        assert_eq!(triple(&sides.long), [long, 30_000, 20_000]);
        assert_eq!(triple(&sides.short), [short, 27_000, 20_000]);
    }
    let low = SideParams {
        slope_cap_ppm: 999_999,
        ..SIDES
    };
    let refused = side_ratios(&margin_params(), &low, 50_000, 30_000, 1_000_000);
    assert_eq!(refused, Err(ParameterOutOfRange));
    let wide = SideParams {
        slope_cap_ppm: u32::MAX,
        ..SIDES
    };
    let beyond = side_ratios(&margin_params(), &wide, 1_000_000, 30_000, u32::MAX);
    assert_eq!(beyond, Err(Overflow));
}

#[test]
fn r_m9_the_slope_is_the_root_of_fast_over_slow() {
    let table = [
        (VARIANCE_E18, VARIANCE_E18, 1_000_000),
        (VARIANCE_E18, VARIANCE_E18 + 1, 1_000_000),
        (0, 0, 1_000_000),
        (0, 1, 1_000_000),
        (4 * VARIANCE_E18, VARIANCE_E18, 2_000_000),
        (2 * VARIANCE_E18, VARIANCE_E18, 1_414_214),
        // One part in 1e11 more is a whole ppm of the square, and so of the root.
        (VARIANCE_E18 + 1, VARIANCE_E18, 1_000_001),
        (u64::MAX, 1 << 62, 2_000_000),
        (u64::MAX, 1, u32::MAX),
        (1, 0, u32::MAX),
    ];
    for (fast_e18, slow_e18, slope_ppm) in table {
        let slope = slope_ppm_up(fast_e18, slow_e18);
        assert_eq!(slope, slope_ppm, "{fast_e18} over {slow_e18}");
    }
}

#[test]
fn r_m10_the_floor_pays_fee_gap_and_a_quarter_of_itself() {
    // 0.5 % and 1 % are three quarters of 2 %.
    let table = [
        (5_000, 10_000, 20_000),
        (0, 0, 0),
        (1, 0, 2),
        (3, 0, 4),
        (u32::MAX, u32::MAX, u32::MAX),
    ];
    for (fee_ppm, gap_ppm, floor_ppm) in table {
        assert_eq!(floor_min_ppm_up(fee_ppm, gap_ppm), floor_ppm);
    }
}
