//! What collateral counts for after its listing.

use plimsoll_risk::haircut::{counted_ppm_down, onboarded_cap_down};
use plimsoll_risk::RiskError::ParameterOutOfRange;

const WEEK: u32 = 604_800;

#[test]
fn r_h1_the_counted_share_grows_from_nothing_to_one_less_the_haircut() {
    for (now, counted_ppm) in [
        (999, 0),
        (1_000, 0),
        (1_001, 1),
        (1_000 + 302_400, 475_000),
        (1_000 + 604_799, 949_998),
        (1_000 + 604_800, 950_000),
        (i64::MAX, 950_000),
        (i64::MIN, 0),
    ] {
        assert_eq!(
            counted_ppm_down(50_000, 1_000, WEEK, now),
            Ok(counted_ppm),
            "at {now}"
        );
    }
    assert_eq!(counted_ppm_down(1_000_000, 0, WEEK, i64::MAX), Ok(0));
    assert_eq!(
        counted_ppm_down(1_000_001, 0, WEEK, 0),
        Err(ParameterOutOfRange)
    );
}

#[test]
fn r_h1_without_onboarding_everything_counts_from_the_listing_on() {
    assert_eq!(counted_ppm_down(0, 1_000, 0, 999), Ok(0));
    assert_eq!(counted_ppm_down(0, 1_000, 0, 1_000), Ok(1_000_000));
    assert_eq!(onboarded_cap_down(77, 1_000, 0, 999), Ok(0));
    assert_eq!(onboarded_cap_down(77, 1_000, 0, 1_000), Ok(77));
}

#[test]
fn r_h1_the_cap_on_deposits_grows_likewise() {
    for (now, cap) in [
        (-1, 0),
        (0, 0),
        (1, u64::MAX / 604_800),
        (302_400, u64::MAX / 2),
        (604_800, u64::MAX),
    ] {
        assert_eq!(
            onboarded_cap_down(u64::MAX, 0, WEEK, now),
            Ok(cap),
            "at {now}"
        );
    }
}
