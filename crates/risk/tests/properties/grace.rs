//! The ring against a history without end.

use crate::reference::history::History;
use crate::strategies::cases;
use plimsoll_risk::grace::{GraceRing, GRACE_MINUTES_MAX};
use proptest::prelude::*;

/// Seconds since the change before, and the ratio from then on.
fn changes() -> impl Strategy<Value = Vec<(i64, u32)>> {
    let gap = prop_oneof![4 => 0_i64..90, 4 => 0_i64..900, 1 => 0_i64..10_000];
    prop::collection::vec((gap, 1_u32..1_000), 0..60)
}

/// Ring and history after the same changes, and the time of the last.
fn after(start: i64, changes: &[(i64, u32)]) -> (GraceRing, History, i64) {
    let mut ring = GraceRing::filled(500, start);
    let mut history = History::always(500);
    let mut now = start;
    for &(gap, live_ppm) in changes {
        now += gap;
        ring.record(history.live_ppm(), live_ppm, now).unwrap();
        history.change(live_ppm, now);
    }
    (ring, history, now)
}

proptest! {
    #![proptest_config(cases(5_000))]

    #[test]
    fn r_m4_the_ring_tells_the_least_ratio_of_the_grace_as_the_whole_history_does(
        start in -10_000_i64..10_000, changes in changes(),
        grace_minutes in 0..=GRACE_MINUTES_MAX, later in 0_i64..4_000,
    ) {
        let (ring, history, last) = after(start, &changes);
        let now = last + later;
        let graced = ring.graced_ppm(history.live_ppm(), grace_minutes, now).unwrap();
        prop_assert_eq!(graced, history.graced_ppm(grace_minutes, now));
    }

    #[test]
    fn i6_a_grace_is_never_shorter_than_its_minutes_and_never_blocks_a_fall(
        start in -10_000_i64..10_000, changes in changes(),
        grace_minutes in 0..=GRACE_MINUTES_MAX, later in 0_i64..4_000,
    ) {
        let (ring, history, last) = after(start, &changes);
        let now = last + later;
        let live = history.live_ppm();
        let graced = ring.graced_ppm(live, grace_minutes, now).unwrap();
        prop_assert!(graced <= live, "falls count at once");
        let grace_seconds = i64::from(grace_minutes) * 60;
        prop_assert!(graced <= history.least_since(now - grace_seconds), "rises wait");
        prop_assert!(
            graced >= history.least_since(now - grace_seconds - 59),
            "and no longer than to the end of the minute"
        );
    }

    #[test]
    fn i10_the_ring_never_panics(
        start: i64, now: i64, then: i64, before: u32, live: u32, grace_minutes in 0_u32..40,
    ) {
        let mut ring = GraceRing::filled(before, start);
        let recorded = ring.record(before, live, now);
        prop_assert_eq!(recorded.is_ok(), now.div_euclid(60) >= start.div_euclid(60));
        let graced = ring.graced_ppm(live, grace_minutes, then);
        prop_assert_eq!(graced.is_ok(), grace_minutes <= GRACE_MINUTES_MAX);
    }
}
