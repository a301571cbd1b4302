//! How fast money may leave a vault.

use plimsoll_risk::outflow::{exemption_used_q, Outflow, OutflowLimits};
use plimsoll_risk::RiskError::{DivisionByZero, Overflow};

const LIMITS: OutflowLimits = OutflowLimits {
    limit_q: 1_000,
    exempt_limit_q: 100,
    window_seconds: 500,
};

#[test]
fn r_e1_a_share_of_what_was_there_may_leave_or_the_least() {
    let of = |held_q, gone_q| {
        OutflowLimits::new((held_q, gone_q), (100_000, 5_000), 50_000, 60).unwrap()
    };
    assert_eq!(
        (of(100_000, 0).limit_q, of(100_000, 0).exempt_limit_q),
        (10_000, 500)
    );
    assert_eq!(of(94_000, 6_000), of(100_000, 0), "what has gone was there");
    assert_eq!(of(49_999, 0).limit_q, 5_000);
    let beyond = OutflowLimits::new((u64::MAX, 1), (1, 1), 1, 1);
    assert_eq!(beyond, Err(Overflow));
}

#[test]
fn r_e2_a_bucket_leaks_evenly_and_the_queue_is_served_first() {
    let full = Outflow {
        gone_q: 1_000,
        exempt_q: 100,
        ticketed_q: 700,
        served_q: 0,
        since_seconds: 50,
    };
    // After, gone, exempt, served, room.
    let table = [
        (0, 1_000, 100, 0, 0),
        (100, 1_000, 80, 200, 0),
        (350, 1_000, 30, 700, 0),
        (400, 900, 20, 700, 100),
        (500, 700, 0, 700, 300),
        (5_000, 700, 0, 700, 300),
        (-10, 1_000, 100, 0, 0),
    ];
    for (after, gone_q, exempt_q, served_q, room_q) in table {
        let now = full.settled(&LIMITS, 50 + after).unwrap();
        assert_eq!(
            (now.gone_q, now.exempt_q, now.served_q),
            (gone_q, exempt_q, served_q),
            "{after}"
        );
        assert_eq!(now.room_q(&LIMITS), room_q, "{after}");
        assert_eq!(now.exempt_room_q(&LIMITS), 100 - exempt_q);
        assert_eq!(now.waiting_q(), 700 - served_q);
        assert_eq!(now.since_seconds, 50 + after.max(0));
    }
    // Whoever has asked comes first, before anybody has reckoned what room he has.
    let empty = Outflow { gone_q: 0, ..full };
    assert_eq!(empty.room_q(&LIMITS), 0);
    // What is over the limit, since that fell, leaves no room.
    let over = Outflow {
        gone_q: 2_000,
        ..full
    };
    assert_eq!(over.settled(&LIMITS, 60).unwrap().served_q, 0);
    let none = OutflowLimits {
        window_seconds: 0,
        ..LIMITS
    };
    assert_eq!(full.settled(&none, 60), Err(DivisionByZero));
}

#[test]
fn r_e3_a_part_is_used_until_its_window_is_over() {
    assert_eq!(exemption_used_q(7, 100, 50, 149), 7);
    assert_eq!(exemption_used_q(7, 100, 50, 150), 0);
    assert_eq!(exemption_used_q(7, i64::MIN, 50, i64::MAX), 0);
}
