//! When a dead feed's market ends, and where.

use plimsoll_risk::settlement::{
    is_over, is_silent, is_within_rails, CHALLENGE_SECONDS, SILENCE_SECONDS,
};

#[test]
fn r_d1_a_feed_is_silent_after_four_hours_and_a_second() {
    let last = 1_750_000_000;
    assert_eq!(SILENCE_SECONDS, 4 * 3_600);
    assert!(!is_silent(last, last));
    assert!(!is_silent(last, last + 14_400));
    assert!(is_silent(last, last + 14_401));
    assert!(!is_silent(i64::MAX, i64::MIN));
    assert!(is_silent(i64::MIN, i64::MAX));
}

#[test]
fn r_d2_a_settlement_is_over_after_a_day_and_a_second() {
    let since = 1_750_000_000;
    assert_eq!(CHALLENGE_SECONDS, 24 * 3_600);
    assert!(!is_over(since, since + 86_400));
    assert!(is_over(since, since + 86_401));
}

#[test]
fn r_d1_rails_are_a_tenth_of_the_last_price_and_exact() {
    for (price_e8, last_e8, within) in [
        (100, 100, true),
        (110, 100, true),
        (111, 100, false),
        (90, 100, true),
        (89, 100, false),
        // A tenth of 105 is 10.5.
        (115, 105, true),
        (116, 105, false),
        (0, 0, false),
        (0, 1, false),
        (1, 0, false),
        (u64::MAX, u64::MAX, true),
        (1, u64::MAX, false),
    ] {
        assert_eq!(
            is_within_rails(price_e8, last_e8),
            within,
            "{price_e8} of {last_e8}"
        );
    }
}
