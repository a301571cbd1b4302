//! The estimator against the reference, and what a price can do to it.

use crate::reference::rational::{ratio, whole};
use crate::reference::volatility::{limit_e9, sample, shown_e18, winsorised, Sampled};
use crate::strategies::{
    cases, next_price, positive, volatility, volatility_params, wide, wide_i64, wide_u32,
};
use num_bigint::BigInt;
use plimsoll_risk::volatility::{sigma_up, winsorised_return, Volatility, VolatilityParams};
use plimsoll_risk::RiskError;
use proptest::prelude::*;

/// A state, parameters, the next price and the seconds until it.
fn step() -> impl Strategy<Value = (Volatility, VolatilityParams, u64, u32)> {
    (volatility(), volatility_params()).prop_flat_map(|(state, params)| {
        let elapsed = prop_oneof![9 => 1_u32..=4_000, 1 => wide_u32()];
        (
            Just(state),
            Just(params),
            next_price(state.anchor_price_e8),
            elapsed,
        )
    })
}

fn variances(state: &Volatility) -> [u64; 4] {
    [
        state.fast_e18,
        state.slow_e18,
        state.long_e18,
        state.envelope_e18,
    ]
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_v1_to_r_v6_a_sample_is_the_references_bit_by_bit(
        (state, params, price_e8, elapsed) in step(), confidence_share in 0_u64..2_000,
    ) {
        let now = state.sampled_seconds + i64::from(elapsed);
        let confidence_e8 = price_e8 / 100_000 * confidence_share;
        let sampled = state.sample(&params, price_e8, confidence_e8, now).unwrap();
        match sample(&state, &params, price_e8, confidence_e8, now) {
            None => prop_assert_eq!(sampled, state),
            Some(expected) => {
                prop_assert_eq!(Sampled::from(sampled), expected);
                prop_assert_eq!(sampled.sampled_seconds, now);
            }
        }
    }

    #[test]
    fn r_v1_every_variance_is_monotone_in_the_size_of_the_return(
        (state, params, price_e8, elapsed) in step(), further in positive(62),
    ) {
        let now = state.sampled_seconds + i64::from(elapsed);
        let anchor = state.anchor_price_e8;
        let further = if price_e8 >= anchor {
            price_e8.saturating_add(further).min((1 << 62) - 1)
        } else {
            price_e8.saturating_sub(further).max(1)
        };
        let near = state.sample(&params, price_e8, 0, now).unwrap();
        let far = state.sample(&params, further, 0, now).unwrap();
        for (near, far) in variances(&near).into_iter().zip(variances(&far)) {
            prop_assert!(near <= far);
        }
    }

    #[test]
    fn r_v2_the_anchor_moves_towards_the_price_by_no_more_than_the_limit(
        anchor in positive(62), price in positive(62), limit in 0_u64..2_000_000_000,
    ) {
        let (counted, carried) = winsorised_return(anchor, price, limit).unwrap();
        prop_assert_eq!((counted.into(), carried.into()), winsorised(anchor, price, &limit.into()));
        prop_assert!(counted <= limit);
        prop_assert!((anchor.min(price)..=anchor.max(price)).contains(&carried));
        if counted == limit {
            let moved = ratio(BigInt::from(2) * anchor.abs_diff(carried), BigInt::from(anchor) + carried);
            prop_assert!(moved <= ratio(limit, 1_000_000_000), "the carry is never understated");
        } else {
            prop_assert_eq!(carried, price);
        }
    }

    #[test]
    fn r_v2_one_print_shows_at_most_the_squared_limit(
        (state, params, price_e8, elapsed) in step(),
    ) {
        let elapsed = elapsed.max(params.sample_seconds_min);
        let now = state.sampled_seconds + i64::from(elapsed);
        let sampled = state.sample(&params, price_e8, 0, now).unwrap();
        let largest = state.fast_e18.max(state.slow_e18).max(params.variance_min_e18);
        // (w·σ)² per second, σ and the limit each rounded up to 1e-9 of a return.
        let sigmas = f64::from(params.winsor_sigmas_e2) / 100.0;
        let sigma_e9 = (largest as f64 * f64::from(elapsed)).sqrt();
        let most = ((sigma_e9 + 1.0) * sigmas + 1.0).powi(2) / f64::from(elapsed) + 1.0;
        for (before, after) in variances(&state).into_iter().zip(variances(&sampled)) {
            let bound = most.max(before as f64).max(state.fast_e18 as f64) * (1.0 + 1e-9) + 2.0;
            prop_assert!(after as f64 <= bound, "{before} to {after}, at most {bound}");
        }
    }

    #[test]
    fn r_v3_every_variance_falls_with_confidence(
        (state, params, price_e8, elapsed) in step(), less in positive(50), more in positive(50),
    ) {
        let now = state.sampled_seconds + i64::from(elapsed);
        let with = |confidence| state.sample(&params, price_e8, confidence, now);
        if let (Ok(sure), Ok(vague)) = (with(less), with(less.saturating_add(more))) {
            for (sure, vague) in variances(&sure).into_iter().zip(variances(&vague)) {
                prop_assert!(vague <= sure);
            }
        }
    }

    #[test]
    fn r_v4_no_silence_lowers_the_variance_by_more_than_the_capped_time(
        state in volatility(), params in volatility_params(), elapsed in wide_u32(),
    ) {
        let still = |elapsed: u32| {
            let now = state.sampled_seconds + i64::from(elapsed);
            state.sample(&params, state.anchor_price_e8, 0, now).unwrap()
        };
        let most = still(params.decay_seconds_max.max(params.sample_seconds_min));
        for (after, least) in variances(&still(elapsed)).into_iter().zip(variances(&most)) {
            prop_assert!(after >= least);
        }
    }

    #[test]
    fn r_v6_the_variance_for_margin_is_the_largest_there_is(
        state in volatility(), params in volatility_params(),
    ) {
        let variance = state.variance_e18(&params);
        let largest = variances(&state).into_iter().max().unwrap();
        prop_assert_eq!(variance, largest.max(params.variance_min_e18));
        prop_assert!(variance >= params.variance_min_e18);
    }

    #[test]
    fn r_v6_sigma_is_the_root_rounded_up(variance_e18 in wide(), horizon in wide_u32()) {
        let square = u128::from(variance_e18) * u128::from(horizon);
        let sigma = u128::from(sigma_up(variance_e18, horizon));
        if square <= u128::from(u64::MAX) {
            prop_assert!(sigma * sigma >= square && (sigma == 0 || (sigma - 1).pow(2) < square));
        } else {
            prop_assert_eq!(sigma, 1 << 32);
        }
    }

    #[test]
    fn i10_the_estimator_never_panics_and_names_its_refusals(
        (anchor, variances) in (wide(), [wide(), wide(), wide(), wide()]),
        halves in [wide_u32(), wide_u32(), wide_u32(), wide_u32()],
        (winsor, minimum, sample_min, decay_max) in (wide_u32(), wide(), wide_u32(), wide_u32()),
        (price, confidence, sampled, now) in (wide(), wide(), wide_i64(), wide_i64()),
    ) {
        let state = Volatility {
            anchor_price_e8: anchor,
            sampled_seconds: sampled,
            fast_e18: variances[0],
            slow_e18: variances[1],
            long_e18: variances[2],
            envelope_e18: variances[3],
        };
        let params = VolatilityParams {
            half_life_fast_seconds: halves[0],
            half_life_slow_seconds: halves[1],
            half_life_long_seconds: halves[2],
            half_life_envelope_seconds: halves[3],
            winsor_sigmas_e2: winsor,
            variance_min_e18: minimum,
            sample_seconds_min: sample_min,
            decay_seconds_max: decay_max,
        };
        let _ = state.variance_e18(&params);
        let _ = winsorised_return(anchor, price, variances[0]);
        match state.sample(&params, price, confidence, now) {
            Ok(sampled) if sampled == state => {}
            Ok(sampled) => {
                let expected = sample(&state, &params, price, confidence, now).unwrap();
                prop_assert_eq!(Sampled::from(sampled), expected);
            }
            Err(error) => prop_assert!(matches!(
                error,
                RiskError::PriceInvalid
                    | RiskError::PriceNotNewer
                    | RiskError::Overflow
                    | RiskError::DivisionByZero
            )),
        }
    }
}

#[test]
fn r_v2_the_limit_is_so_many_sigmas_of_the_elapsed_time() {
    let params = crate::reference::fixtures::volatility_params();
    let state = Volatility::seeded(1, 0, crate::reference::fixtures::VARIANCE_E18);
    let limit = limit_e9(&state, &params, 60);
    assert_eq!(limit, 11_034_752.into());
    let shown = shown_e18(&limit, &limit, (0, 1), 60);
    // 64 times the variance, but for rounding.
    let times = (whole(shown) / whole(state.fast_e18)).to_f64();
    assert!((64.0..64.001).contains(&times), "{times}");
}
