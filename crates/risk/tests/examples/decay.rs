//! Decay factors and what they scale.

use crate::reference::exponential::halved;
use crate::reference::rational::{ratio, whole};
use plimsoll_risk::decay::{blend_up, decay_factor_up, scale_up, ONE_Q32};
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, ParameterOutOfRange};

#[test]
fn r_v5_factors_of_common_times() {
    // Seconds, half-life, factor: from a program of its own in another language.
    let table = [
        (0, 5, ONE_Q32),
        (1, 1_800, 4_293_322_308),
        (10, 1_800, 4_278_517_401),
        (60, 86_400, 4_292_911_060),
        (60, 2_592_000, 4_294_898_756),
        (900, 21_600, 4_172_752_365),
        (1, 1, 1 << 31),
        (31, 1, 2),
        (32, 1, 1),
        (33, 1, 1),
        (u32::MAX, 1, 1),
        (u32::MAX, u32::MAX, 1 << 31),
    ];
    for (elapsed, half_life, factor) in table {
        assert_eq!(
            decay_factor_up(elapsed, half_life),
            Ok(factor),
            "{elapsed} of {half_life}"
        );
    }
    assert_eq!(decay_factor_up(1, 0), Err(DivisionByZero));
    assert_eq!(decay_factor_up(0, 0), Err(DivisionByZero));
}

#[test]
fn r_v5_every_table_entry_is_the_true_value_rounded_up() {
    for i in 0..=64 {
        let exact = halved(u64::from(i), 64) * whole(ONE_Q32);
        let entry = whole(decay_factor_up(i, 64).unwrap());
        // The series is exact to 2^-200, which matters only where the true value is whole.
        let tolerance = ratio(1, 1_u64 << 60);
        assert!(entry.clone() + tolerance >= exact, "entry {i} is too small");
        assert!(entry < exact + whole(1), "entry {i} is too large");
    }
}

#[test]
fn r_v5_published_decays_lie_below_within_the_chord_error() {
    // 2^(−1 h ÷ H) for half-lives of 3 h, 24 h and 168 h, and 2^(−0.4 s ÷ 3 h) as 1 of 27,000 s.
    let table = [
        (3_600, 10_800, 0.793_700_525_984),
        (3_600, 86_400, 0.971_531_941_154),
        (3_600, 604_800, 0.995_882_623_658),
        (1, 27_000, 0.999_974_328_212),
    ];
    for (elapsed, half_life, published) in table {
        let factor = decay_factor_up(elapsed, half_life).unwrap() as f64 / ONE_Q32 as f64;
        let error = factor / published - 1.0;
        assert!(
            (-1e-12..1.5e-5).contains(&error),
            "{elapsed} of {half_life}: {error:e}"
        );
    }
}

#[test]
fn r_v5_scaling_rounds_up_and_refuses_more_than_one() {
    let half = ONE_Q32 / 2;
    let table = [
        (0, half, 0),
        (1, half, 1),
        (2, half, 1),
        (3, half, 2),
        (u64::MAX, ONE_Q32, u64::MAX),
        (u64::MAX, ONE_Q32 - 1, 18_446_744_069_414_584_320),
        (u64::MAX, 1, 1 << 32),
        (u64::MAX, 0, 0),
        (1 << 32, 1, 1),
        ((1 << 32) + 1, 1, 2),
    ];
    for (x, factor, scaled) in table {
        assert_eq!(scale_up(x, factor), Ok(scaled), "{x} · {factor}");
    }
    assert_eq!(scale_up(1, ONE_Q32 + 1), Err(ParameterOutOfRange));
}

#[test]
fn r_v5_a_blend_is_at_most_two_units_above_the_mean() {
    let half = ONE_Q32 / 2;
    let table = [
        (10, 20, ONE_Q32, 10),
        (10, 20, half, 15),
        (10, 20, 0, 20),
        (1, 1, half, 2),
        (3, 5, half, 5),
    ];
    for (old, new, factor, blended) in table {
        assert_eq!(blend_up(old, new, factor), Ok(blended), "{old} and {new}");
    }
    assert_eq!(blend_up(1, 1, ONE_Q32 + 1), Err(ParameterOutOfRange));
    assert_eq!(blend_up(u64::MAX, u64::MAX, half), Err(Overflow));
}
