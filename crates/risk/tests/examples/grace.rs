//! The ring of the last minutes.

use plimsoll_risk::grace::{GraceRing, GRACE_MINUTES_MAX, RING_MINUTES};
use plimsoll_risk::RiskError::{ParameterOutOfRange, PriceNotNewer};

const GRACE_MINUTES: u32 = 10;

/// A ring that rises from 100 to 200 at the 30th second of minute 100.
fn risen() -> GraceRing {
    let mut ring = GraceRing::filled(100, 0);
    ring.record(100, 200, 100 * 60 + 30).unwrap();
    ring
}

#[test]
fn r_m4_a_rise_reaches_the_call_line_after_the_grace() {
    let ring = risen();
    let table = [
        (100 * 60 + 30, 100),
        (110 * 60 + 30, 100),
        (110 * 60 + 59, 100),
        (111 * 60, 200),
        (5_000 * 60, 200),
    ];
    for (now, graced) in table {
        assert_eq!(
            ring.graced_ppm(200, GRACE_MINUTES, now),
            Ok(graced),
            "at {now}"
        );
    }
}

#[test]
fn r_m4_a_grace_of_zero_ends_with_the_minute() {
    assert_eq!(risen().graced_ppm(200, 0, 100 * 60 + 59), Ok(100));
    assert_eq!(risen().graced_ppm(200, 0, 101 * 60), Ok(200));
}

#[test]
fn r_m4_the_longest_grace_is_31_minutes() {
    assert_eq!(GRACE_MINUTES_MAX as usize, RING_MINUTES - 1);
    assert_eq!(
        risen().graced_ppm(200, GRACE_MINUTES_MAX, 131 * 60 + 59),
        Ok(100)
    );
    assert_eq!(
        risen().graced_ppm(200, GRACE_MINUTES_MAX, 132 * 60),
        Ok(200)
    );
    let beyond = risen().graced_ppm(200, GRACE_MINUTES_MAX + 1, 132 * 60);
    assert_eq!(beyond, Err(ParameterOutOfRange));
}

#[test]
fn r_m4_a_fall_counts_at_once() {
    let mut ring = GraceRing::filled(200, 0);
    ring.record(200, 150, 6_000).unwrap();
    assert_eq!(ring.graced_ppm(150, GRACE_MINUTES, 6_000), Ok(150));
}

#[test]
fn r_m4_a_ratio_that_fell_and_rose_again_within_the_grace_waits_as_well() {
    let mut ring = GraceRing::filled(200, 0);
    ring.record(200, 150, 100 * 60).unwrap();
    ring.record(150, 200, 105 * 60).unwrap();
    // Ten minutes before minute 112 it was 200, but it has not been for ten minutes.
    assert_eq!(ring.graced_ppm(200, GRACE_MINUTES, 108 * 60), Ok(150));
    assert_eq!(ring.graced_ppm(200, GRACE_MINUTES, 115 * 60 + 59), Ok(150));
    assert_eq!(ring.graced_ppm(200, GRACE_MINUTES, 116 * 60), Ok(200));
}

#[test]
fn r_m4_a_minute_keeps_the_least_of_its_ratios() {
    let mut ring = GraceRing::filled(100, 0);
    for (before, after) in [(100, 130), (130, 90), (90, 200)] {
        ring.record(before, after, 600).unwrap();
    }
    assert_eq!(ring.graced_ppm(200, 5, 15 * 60 + 59), Ok(90));
    assert_eq!(ring.graced_ppm(200, 5, 16 * 60), Ok(200));
}

#[test]
fn r_m4_minutes_without_a_record_held_the_ratio_before() {
    let mut ring = GraceRing::filled(100, 0);
    ring.record(100, 120, 60).unwrap();
    // 1,000 minutes of silence at 120, then a rise.
    ring.record(120, 300, 1_001 * 60).unwrap();
    assert!(ring.minutes_ppm.iter().all(|&minute_ppm| minute_ppm == 120));
    assert_eq!(ring.graced_ppm(300, GRACE_MINUTES, 1_001 * 60), Ok(120));
}

#[test]
fn r_m4_time_does_not_run_backwards_but_stands_still_within_a_minute() {
    let mut ring = risen();
    assert_eq!(ring.record(200, 210, 99 * 60 + 59), Err(PriceNotNewer));
    assert_eq!(ring.record(200, 210, 100 * 60), Ok(()));
    assert_eq!(ring, risen(), "the minute holds 100 already");
}

#[test]
fn r_m4_times_before_1970_and_extreme_clocks_work() {
    let mut ring = GraceRing::filled(100, -61);
    assert_eq!(ring.head_minutes, -2);
    ring.record(100, 200, -1).unwrap();
    assert_eq!(ring.graced_ppm(200, 1, 59), Ok(100));
    assert_eq!(ring.graced_ppm(200, 1, 60), Ok(200));
    let mut ages = GraceRing::filled(100, i64::MIN);
    ages.record(100, 200, i64::MAX).unwrap();
    assert_eq!(ages.graced_ppm(200, GRACE_MINUTES, i64::MAX), Ok(100));
    assert_eq!(
        ages.graced_ppm(200, GRACE_MINUTES, i64::MIN),
        Ok(100),
        "an older clock"
    );
}
