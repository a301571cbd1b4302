//! Decay against the exponential series.

use crate::reference::exponential::halved;
use crate::reference::rational::{ratio, whole, Rational};
use crate::reference::volatility::{blend_exact, factor_up, one_q32, scaled_up};
use crate::reference::Rng;
use crate::strategies::{cases, wide, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::decay::{blend_up, decay_factor_up, scale_up, ONE_Q32};
use plimsoll_risk::RiskError;
use proptest::prelude::*;

/// The relative error of a factor above 2^-10: the chord's, and less than 3e-7 of rounding.
fn chord_error() -> Rational {
    ratio(15, 1_000_000)
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_v5_a_factor_is_the_chord_of_the_table_bit_by_bit(t in wide_u32(), half_life in wide_u32()) {
        if half_life == 0 {
            prop_assert_eq!(decay_factor_up(t, half_life), Err(RiskError::DivisionByZero));
        } else {
            let factor = decay_factor_up(t, half_life).unwrap();
            prop_assert_eq!(BigInt::from(factor), factor_up(t, half_life));
            prop_assert!((1..=ONE_Q32).contains(&factor));
        }
    }

    #[test]
    fn r_v5_a_factor_falls_with_time_and_rises_with_the_half_life(
        t in wide_u32(), half_life in wide_u32(), more in wide_u32(),
    ) {
        let factor = |t, half_life| decay_factor_up(t, half_life).unwrap();
        let half_life = half_life.max(1);
        prop_assert!(factor(t.saturating_add(more), half_life) <= factor(t, half_life));
        prop_assert!(factor(t, half_life.saturating_add(more)) >= factor(t, half_life));
    }

    #[test]
    fn r_v5_scaling_is_the_exact_ceiling(x in wide(), factor in 0..=ONE_Q32) {
        let scaled = scale_up(x, factor).unwrap();
        prop_assert_eq!(BigInt::from(scaled), scaled_up(&x.into(), &factor.into()));
        prop_assert!(scaled <= x);
    }

    #[test]
    fn r_v5_a_blend_lies_at_most_two_above_the_mean(old in wide(), new in wide(), factor in 0..=ONE_Q32) {
        let exact = ratio(BigInt::from(old) * factor + BigInt::from(new) * (ONE_Q32 - factor), one_q32());
        match blend_up(old, new, factor) {
            Ok(blended) => {
                prop_assert!(exact <= whole(blended) && whole(blended) < exact + whole(2));
            }
            Err(error) => {
                prop_assert_eq!(error, RiskError::Overflow);
                prop_assert!(exact > whole(u64::MAX) - whole(2));
            }
        }
    }

    #[test]
    fn i10_decay_never_panics(a in wide(), b in wide(), factor in wide()) {
        let _ = scale_up(a, factor);
        let _ = blend_up(a, b, factor);
    }
}

#[test]
fn r_v5_a_factor_lies_above_the_exponential_by_no_more_than_the_chord_error() {
    let mut rng = Rng(2);
    let mut largest = ratio(0, 1);
    for _ in 0..8_000 {
        let half_life = u32::try_from(rng.magnitude(31_536_000)).unwrap();
        let t = rng.between_u32(0, half_life.saturating_mul(10).min(31_536_000));
        let exact = halved(u64::from(t), u64::from(half_life)) * whole(ONE_Q32);
        let factor = whole(decay_factor_up(t, half_life).unwrap());
        // Exact to 2^-200 of itself, which matters only at whole halvings.
        assert!(
            factor.clone() + ratio(1, 1_u64 << 60) >= exact,
            "{t} of {half_life}"
        );
        let error = factor / exact - whole(1);
        assert!(
            error <= chord_error(),
            "{t} of {half_life}: {}",
            error.to_f64()
        );
        largest = largest.max(error);
    }
    assert!(
        largest > chord_error() * ratio(9, 10),
        "the bound is nearly attained"
    );
}

#[test]
fn r_v5_steps_of_any_length_lengthen_a_half_life_by_at_most_055_percent() {
    // A value decays for one half-life in equal steps; what a chord forgets adds up to 0.54 %.
    let half_life = 86_400;
    let start = 1_000_000_000_000_000_u64;
    let mut largest: f64 = 0.0;
    for step in [1, 2, 10, 60, 450, 675, 900, 1_350, 3_600, 86_400] {
        let factor = decay_factor_up(step, half_life).unwrap();
        let decayed = (0..half_life / step).fold(start, |x, _| scale_up(x, factor).unwrap());
        let longer = -1.0 / (decayed as f64 / start as f64).log2() - 1.0;
        assert!(
            (-1e-9..0.0055).contains(&longer),
            "steps of {step}: {longer}"
        );
        largest = largest.max(longer);
    }
    assert!(largest > 0.0054, "small steps nearly attain it: {largest}");
}

#[test]
fn r_v5_a_blend_misses_the_true_mean_by_the_chord_error_of_the_difference() {
    // |error| ≤ kept · 1.5e-5 · |old − new| + 2, and something comes near.
    let mut rng = Rng(3);
    let mut nearest: f64 = 0.0;
    for _ in 0..20_000 {
        let (old, new) = (rng.magnitude(1 << 50), rng.magnitude(1 << 50));
        let half_life = rng.between_u32(300, 31_536_000);
        let elapsed = rng.between_u32(1, half_life.min(3_600));
        let factor = decay_factor_up(elapsed, half_life).unwrap();
        let blended = blend_up(old, new, factor).unwrap();
        let error = whole(blended) - blend_exact(old, new, elapsed, half_life);
        let bound = chord_error() * whole(old.abs_diff(new)) + whole(2);
        assert!(
            error.abs() <= bound,
            "{old} and {new}, {elapsed} of {half_life}"
        );
        // What falls, falls too slowly, never too fast.
        assert!(old < new || error >= ratio(-1, 1_000_000), "{old} to {new}");
        nearest = nearest.max((error.abs() / bound).to_f64());
    }
    assert!(nearest > 0.9, "the bound is nearly attained: {nearest}");
}

#[test]
fn r_v5_rounding_stalls_a_decay_only_below_four_percent_a_year() {
    // A sample a second at a half-life of a year, from 4 % a year: it still falls; at 3.7 % it stands.
    let factor = decay_factor_up(1, 31_536_000).unwrap();
    let variance_e18 = |percent: f64| ((percent / 100.0).powi(2) * 1e18 / 31_536_000.0) as u64;
    let falls = |variance: u64| blend_up(variance, 0, factor).unwrap() < variance;
    assert!(falls(variance_e18(4.0)));
    assert!(!falls(variance_e18(3.7)));
}
