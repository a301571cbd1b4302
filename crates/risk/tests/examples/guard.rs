//! A market that doubts a print.

use crate::reference::fixtures::VARIANCE_E18;
use plimsoll_risk::guard::{band_e9_up, Guard, GuardParams, Print, Verdict};
use plimsoll_risk::RiskError::{ParameterOutOfRange, PriceInvalid, PriceNotNewer};

const NOW_SECONDS: i64 = 1_700_000_000;
const CALM: Guard = Guard {
    reference_price_e8: 0,
    since_seconds: 0,
};
const OPEN: Guard = Guard {
    reference_price_e8: 10_000,
    since_seconds: NOW_SECONDS,
};
const ENDED: Guard = Guard {
    reference_price_e8: 0,
    ..OPEN
};

/// Eight sigmas, at least 1 %, for three minutes, at most once in twelve.
fn params() -> GuardParams {
    GuardParams {
        band_sigmas_e2: 800,
        band_floor_ppm: 10_000,
        guard_seconds: 180,
        rest_seconds: 720,
    }
}

fn print(price_e8: u64, publish_seconds: i64) -> Print {
    Print {
        price_e8,
        publish_seconds,
    }
}

/// A print of `price_e8`, `after` seconds after OPEN began and ten after the one before it.
fn next(guard: Guard, last_e8: u64, price_e8: u64, after: i64) -> (Guard, Verdict) {
    let now = NOW_SECONDS + after;
    let last = print(last_e8, now - 10);
    guard
        .after(&params(), VARIANCE_E18, last, print(price_e8, now), now)
        .unwrap()
}

#[test]
fn r_g1_the_band_is_so_many_sigmas_of_the_time_between_prints_and_at_least_the_floor() {
    let table = [
        // 8 sigmas of ten seconds at 100 % a year are 0.45 %: the floor counts.
        (VARIANCE_E18, 10, 10_000_000),
        // Of a minute, 1.1034752 %, as for winsorising.
        (VARIANCE_E18, 60, 11_034_752),
        (VARIANCE_E18, 6_000, 110_347_456),
        (0, 6_000, 10_000_000),
        (u64::MAX, u64::MAX, 34_359_738_368),
    ];
    for (variance_e18, elapsed, band_e9) in table {
        assert_eq!(
            band_e9_up(&params(), variance_e18, elapsed),
            band_e9,
            "{elapsed}"
        );
    }
    let widest = GuardParams {
        band_sigmas_e2: u32::MAX,
        band_floor_ppm: u32::MAX,
        ..params()
    };
    assert_eq!(band_e9_up(&widest, u64::MAX, 1), 184_467_440_694_145_844);
    assert_eq!(band_e9_up(&widest, 0, 1), 4_294_967_295_000);
}

#[test]
fn r_g2_a_print_beyond_the_band_begins_a_guard_with_the_last_as_reference() {
    // From 19,900 to 20,100 is 1 % exactly: at the band is within it.
    assert_eq!(next(CALM, 19_900, 20_100, 0), (CALM, Verdict::Quiet));
    // 1 % as a symmetric return from 10,000 is 10,100.50….
    for quiet in [10_000, 10_100, 9_901] {
        assert_eq!(
            next(CALM, 10_000, quiet, 0),
            (CALM, Verdict::Quiet),
            "{quiet}"
        );
    }
    for doubtful in [10_101, 9_900, 1, (1 << 62) - 1] {
        assert_eq!(
            next(CALM, 10_000, doubtful, 0),
            (OPEN, Verdict::Doubted),
            "{doubtful}"
        );
    }
}

#[test]
fn r_g2_a_withdrawal_is_valued_at_the_worse_price_while_guarded() {
    let params = params();
    let at =
        |guard: Guard, price, is_long| guard.worse_price_e8(&params, price, is_long, NOW_SECONDS);
    assert_eq!(at(OPEN, 12_000, true), 10_000);
    assert_eq!(at(OPEN, 12_000, false), 12_000);
    assert_eq!(at(OPEN, 8_000, true), 8_000);
    assert_eq!(at(OPEN, 8_000, false), 10_000);
    for is_long in [true, false] {
        assert_eq!(at(ENDED, 12_000, is_long), 12_000);
        let after = OPEN.worse_price_e8(&params, 12_000, is_long, NOW_SECONDS + 180);
        assert_eq!(after, 12_000, "a guard that has ended by itself");
    }
}

#[test]
fn r_g3_the_next_print_ends_the_guard_either_way() {
    for reverted in [10_000, 10_100, 9_901] {
        assert_eq!(
            next(OPEN, 12_000, reverted, 10),
            (ENDED, Verdict::Reverted),
            "{reverted}"
        );
    }
    // The same price again, a further one, and one as far on the other side.
    for confirmed in [12_000, 13_000, 10_101, 8_000] {
        assert_eq!(
            next(OPEN, 12_000, confirmed, 10),
            (ENDED, Verdict::Confirmed),
            "{confirmed}"
        );
    }
}

#[test]
fn r_g4_a_guard_ends_by_itself() {
    let params = params();
    assert!(OPEN.is_active(&params, NOW_SECONDS));
    assert!(OPEN.is_active(&params, NOW_SECONDS + 179));
    assert!(!OPEN.is_active(&params, NOW_SECONDS + 180));
    assert!(!ENDED.is_active(&params, NOW_SECONDS));
    assert!(!Guard::default().is_active(&params, 0));
    let never = GuardParams {
        guard_seconds: 0,
        ..params
    };
    assert!(!OPEN.is_active(&never, NOW_SECONDS));
    // A print that comes later closes it without a verdict on the doubted one.
    assert_eq!(next(OPEN, 12_000, 12_000, 180), (ENDED, Verdict::Quiet));
}

#[test]
fn r_g4_no_guard_begins_before_the_rest_is_over() {
    for after in [10, 180, 719] {
        assert_eq!(
            next(ENDED, 10_000, 12_000, after),
            (ENDED, Verdict::Quiet),
            "{after}"
        );
    }
    let again = Guard {
        reference_price_e8: 10_000,
        since_seconds: NOW_SECONDS + 720,
    };
    assert_eq!(next(ENDED, 10_000, 12_000, 720), (again, Verdict::Doubted));
    // As well where no print closed the first.
    assert_eq!(next(OPEN, 10_000, 12_000, 720), (again, Verdict::Doubted));
}

#[test]
fn r_g4_a_rest_of_less_than_four_guards_is_refused() {
    let short = GuardParams {
        rest_seconds: 719,
        ..params()
    };
    let (last, new) = (print(10_000, 0), print(10_000, 1));
    assert_eq!(
        CALM.after(&short, 1, last, new, 1),
        Err(ParameterOutOfRange)
    );
    let endless = GuardParams {
        guard_seconds: u32::MAX,
        rest_seconds: u32::MAX,
        ..params()
    };
    assert_eq!(
        CALM.after(&endless, 1, last, new, 1),
        Err(ParameterOutOfRange)
    );
}

#[test]
fn r_g1_prints_are_in_order_and_positive() {
    let refused = |last, new| {
        CALM.after(&params(), 1, last, new, NOW_SECONDS)
            .unwrap_err()
    };
    assert_eq!(refused(print(1, 5), print(1, 5)), PriceNotNewer);
    assert_eq!(refused(print(1, 5), print(1, 4)), PriceNotNewer);
    assert_eq!(
        refused(print(1, i64::MIN), print(1, i64::MAX)),
        PriceNotNewer
    );
    assert_eq!(refused(print(0, 5), print(1, 6)), PriceInvalid);
    assert_eq!(refused(print(1, 5), print(0, 6)), PriceInvalid);
    assert_eq!(refused(print(1, 5), print(1 << 62, 6)), PriceInvalid);
}
