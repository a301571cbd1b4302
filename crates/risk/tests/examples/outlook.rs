//! Expected variance.

use crate::reference::fixtures::VARIANCE_E18;
use plimsoll_risk::outlook::{implied_variance_e18_up, raised_variance_e18, Outlook};
use plimsoll_risk::RiskError::Overflow;

const NOW_SECONDS: i64 = 1_700_000_000;

fn outlook(variance_e18: u64, expires_seconds: i64) -> Outlook {
    Outlook {
        variance_e18,
        expires_seconds,
    }
}

/// Measured 1,000, slow 400, four times as the rail.
fn raised(outlooks: &[Outlook]) -> u64 {
    raised_variance_e18(1_000, 400, outlooks, 400, NOW_SECONDS)
}

#[test]
fn r_v7_an_annual_volatility_becomes_a_variance_per_second() {
    let table = [
        (0, Ok(0)),
        // 1e10 ÷ 31,536,000 is 317.09….
        (1, Ok(318)),
        // 100 % a year, rounded up.
        (10_000, Ok(VARIANCE_E18)),
        (5_000, Ok(7_927_447_996)),
        // The largest volatility that fits, and the next.
        (241_192_147, Ok(18_446_743_967_043_889_206)),
        (241_192_148, Err(Overflow)),
        (u32::MAX, Err(Overflow)),
    ];
    for (bps, variance_e18) in table {
        assert_eq!(implied_variance_e18_up(bps), variance_e18, "{bps}");
    }
}

#[test]
fn r_v7_an_outlook_raises_the_variance_up_to_a_multiple_of_the_slow_one() {
    let later = NOW_SECONDS + 600;
    assert_eq!(raised(&[]), 1_000);
    let table = [
        (0, 1_000),
        (999, 1_000),
        (1_200, 1_200),
        (1_600, 1_600),
        (1_601, 1_600),
    ];
    for (variance_e18, expected) in table {
        assert_eq!(
            raised(&[outlook(variance_e18, later)]),
            expected,
            "{variance_e18}"
        );
    }
    // The largest counts, wherever it stands.
    let many = [
        outlook(1_100, later),
        outlook(1_300, later),
        outlook(0, later),
    ];
    assert_eq!(raised(&many), 1_300);
    // What is measured above the rail stays.
    let stormy = raised_variance_e18(5_000, 400, &many, 400, NOW_SECONDS);
    assert_eq!(stormy, 5_000);
}

#[test]
fn r_v7_an_outlook_counts_in_its_last_second_and_not_after() {
    for (expires_seconds, expected) in [
        (NOW_SECONDS, 1_200),
        (NOW_SECONDS - 1, 1_000),
        (i64::MAX, 1_200),
        (i64::MIN, 1_000),
        (0, 1_000),
    ] {
        let posted = [outlook(1_200, expires_seconds)];
        assert_eq!(raised(&posted), expected, "{expires_seconds}");
    }
    // An expired one does not hide a current one.
    let mixed = [outlook(1_500, NOW_SECONDS - 1), outlook(1_200, NOW_SECONDS)];
    assert_eq!(raised(&mixed), 1_200);
    assert_eq!(raised(&[Outlook::default()]), 1_000);
}

#[test]
fn r_v7_the_rail_rounds_up_and_saturates() {
    let posted = [outlook(u64::MAX, NOW_SECONDS)];
    let at = |slow, multiple| raised_variance_e18(1, slow, &posted, multiple, NOW_SECONDS);
    assert_eq!(at(33, 150), 50, "49.5");
    assert_eq!(at(0, 400), 1);
    assert_eq!(at(400, 0), 1);
    assert_eq!(at(u64::MAX, 100), u64::MAX);
    assert_eq!(at(u64::MAX, 101), u64::MAX);
    assert_eq!(at(u64::MAX, u32::MAX), u64::MAX);
}
