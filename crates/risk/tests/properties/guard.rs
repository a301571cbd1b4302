//! The guard against a history of all guards, and how long it can stop liquidation.

use crate::reference::guard::{band_e9, Episodes};
use crate::strategies::{cases, next_price, positive, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::guard::{band_e9_up, Guard, GuardParams, Print, Verdict};
use plimsoll_risk::RiskError;
use proptest::collection::vec;
use proptest::prelude::*;

prop_compose! {
    /// Guards within the ranges that a program would accept.
    fn guard_params()(
        band_sigmas_e2 in 0_u32..=2_000,
        band_floor_ppm in 0_u32..=100_000,
        guard_seconds in 0_u32..=600,
        rest_guards in 4_u32..=20,
    ) -> GuardParams {
        GuardParams {
            band_sigmas_e2,
            band_floor_ppm,
            guard_seconds,
            rest_seconds: guard_seconds * rest_guards,
        }
    }
}

/// A print as a share of the first price, the seconds until it and how late it is brought.
fn prints() -> impl Strategy<Value = Vec<(u64, i64, i64)>> {
    let price = prop_oneof![next_price(1 << 40), Just(1 << 40)];
    let gap = prop_oneof![8 => 1_i64..120, 1 => 1_i64..4_000];
    vec((price, gap, 0_i64..60), 1..60)
}

/// What the guard says of each print: the clock, the guard after it, the verdict.
fn told(
    params: &GuardParams,
    variance_e18: u64,
    prints: &[(u64, i64, i64)],
) -> Vec<(i64, Guard, Verdict)> {
    let mut guard = Guard::default();
    let mut last = Print {
        price_e8: 1 << 40,
        publish_seconds: 1_700_000_000,
    };
    let mut now = last.publish_seconds;
    let mut all = Vec::new();
    for &(price_e8, gap, late) in prints {
        let print = Print {
            price_e8,
            publish_seconds: last.publish_seconds + gap,
        };
        now = now.max(print.publish_seconds + late);
        let (after, verdict) = guard.after(params, variance_e18, last, print, now).unwrap();
        (guard, last) = (after, print);
        all.push((now, guard, verdict));
    }
    all
}

/// The guarded seconds, as intervals of the clock.
fn guarded(params: &GuardParams, told: &[(i64, Guard, Verdict)]) -> Vec<(i64, i64)> {
    let begins = told
        .iter()
        .enumerate()
        .filter(|(_, step)| step.2 == Verdict::Doubted);
    begins
        .map(|(index, &(began, _, _))| {
            let itself = began + i64::from(params.guard_seconds);
            let next = told.get(index + 1).map_or(i64::MAX, |step| step.0);
            (began, itself.min(next))
        })
        .collect()
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_g1_the_band_is_the_references_bit_by_bit(
        (sigmas, floor, variance_e18, elapsed) in (wide_u32(), wide_u32(), wide(), wide()),
    ) {
        let params = GuardParams {
            band_sigmas_e2: sigmas,
            band_floor_ppm: floor,
            guard_seconds: 0,
            rest_seconds: 0,
        };
        let band = band_e9_up(&params, variance_e18, elapsed);
        prop_assert_eq!(BigInt::from(band), band_e9(&params, variance_e18, elapsed));
    }

    #[test]
    fn i10_the_guard_never_panics(
        params in [wide_u32(), wide_u32(), wide_u32(), wide_u32()],
        (reference, variance_e18, last, price) in (wide(), wide(), wide(), wide()),
        (since, then, publish, now) in (wide_i64(), wide_i64(), wide_i64(), wide_i64()),
    ) {
        let params = GuardParams {
            band_sigmas_e2: params[0],
            band_floor_ppm: params[1],
            guard_seconds: params[2],
            rest_seconds: params[3],
        };
        let guard = Guard { reference_price_e8: reference, since_seconds: since };
        let _ = guard.worse_price_e8(&params, price, true, now);
        let last = Print { price_e8: last, publish_seconds: then };
        let print = Print { price_e8: price, publish_seconds: publish };
        if let Err(error) = guard.after(&params, variance_e18, last, print, now) {
            prop_assert!(matches!(
                error,
                RiskError::ParameterOutOfRange | RiskError::PriceNotNewer | RiskError::PriceInvalid
            ));
        }
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn r_g2_r_g3_r_g4_a_guard_is_the_one_that_the_whole_history_tells(
        params in guard_params(), variance_e18 in positive(40), prints in prints(),
    ) {
        let mut episodes = Episodes(Vec::new());
        let mut last = Print { price_e8: 1 << 40, publish_seconds: 1_700_000_000 };
        for ((now, guard, verdict), &(price_e8, gap, _)) in
            told(&params, variance_e18, &prints).into_iter().zip(&prints)
        {
            let print = Print { price_e8, publish_seconds: last.publish_seconds + gap };
            let was_open = episodes.reference_e8(&params, now).is_some();
            let beyond = episodes.print(&params, variance_e18, (last, print), now);
            last = print;
            let expected = match (was_open, beyond) {
                (false, false) => Verdict::Quiet,
                (false, true) => Verdict::Doubted,
                (true, false) => Verdict::Reverted,
                (true, true) => Verdict::Confirmed,
            };
            prop_assert_eq!(verdict, expected);
            for later in [now, now + 1, now + 100, now + 1_000] {
                let reference_e8 = episodes.reference_e8(&params, later);
                prop_assert_eq!(guard.is_active(&params, later), reference_e8.is_some());
                for is_long in [true, false] {
                    let worse = guard.worse_price_e8(&params, price_e8, is_long, later);
                    let reference = reference_e8.unwrap_or(price_e8);
                    let extremes = (price_e8.min(reference), price_e8.max(reference));
                    prop_assert_eq!(worse, if is_long { extremes.0 } else { extremes.1 });
                }
            }
        }
    }

    #[test]
    fn r_g4_liquidation_is_stopped_for_at_most_one_guard_in_any_time_of_a_rest(
        params in guard_params(), variance_e18 in positive(36), prints in prints(),
    ) {
        let intervals = guarded(&params, &told(&params, variance_e18, &prints));
        let rest = i64::from(params.rest_seconds);
        // The most is attained in a window that begins or ends with a guard.
        let starts = intervals.iter().flat_map(|&(from, to)| [from, to - rest]);
        for start in starts {
            let within = |&(from, to): &(i64, i64)| (to.min(start + rest) - from.max(start)).max(0);
            let stopped: i64 = intervals.iter().map(within).sum();
            prop_assert!(stopped <= i64::from(params.guard_seconds), "{stopped} s in {rest} s");
        }
    }

    #[test]
    fn r_g3_two_prints_never_leave_a_market_guarded(
        params in guard_params(), variance_e18 in positive(36), prints in prints(),
    ) {
        let told = told(&params, variance_e18, &prints);
        for pair in told.windows(2) {
            let [(_, first, _), (now, second, verdict)] = pair else { unreachable!() };
            if first.is_active(&params, *now) {
                prop_assert!(matches!(verdict, Verdict::Reverted | Verdict::Confirmed));
                prop_assert!(!second.is_active(&params, *now));
            }
        }
    }
}

#[test]
fn r_g4_prints_that_leap_at_every_step_stop_liquidation_for_a_quarter_of_the_time() {
    // The bound is attained: prints just often enough that no guard is cut short.
    let params = GuardParams {
        band_sigmas_e2: 800,
        band_floor_ppm: 10_000,
        guard_seconds: 180,
        rest_seconds: 720,
    };
    let leaps: Vec<_> = (0..1_000)
        .map(|n| ((1 << 40) << (n % 2 + 1), 180, 0))
        .collect();
    let told = told(&params, 1, &leaps);
    let intervals = guarded(&params, &told);
    let stopped: i64 = intervals.iter().map(|(from, to)| to - from).sum();
    assert_eq!((intervals.len(), stopped), (250, 45_000));
}
