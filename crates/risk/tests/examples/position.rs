//! Fills, and a market's sums of positions.

use plimsoll_risk::position::{Fill, Filled, OpenInterest, Position};
use plimsoll_risk::RiskError::{Overflow, SizeInvalid};

fn position(lots: i64, entry_q: i64) -> Position {
    Position { lots, entry_q }
}

#[test]
fn r_f1_a_fill_opens_adds_reduces_closes_and_flips() {
    // Position before, fill, position after, realised.
    let table = [
        ("opens a long", (0, 0), (10, 1_000), (10, 1_000), 0),
        ("opens a short", (0, 0), (-10, -1_000), (-10, -1_000), 0),
        ("adds to a long", (10, 1_000), (5, 600), (15, 1_600), 0),
        (
            "adds to a short",
            (-10, -1_000),
            (-5, -600),
            (-15, -1_600),
            0,
        ),
        (
            "reduces a long at a profit",
            (10, 1_000),
            (-4, -480),
            (6, 600),
            80,
        ),
        (
            "reduces a long at a loss",
            (10, 1_000),
            (-4, -320),
            (6, 600),
            -80,
        ),
        (
            "reduces a short at a profit",
            (-10, -1_000),
            (4, 320),
            (-6, -600),
            80,
        ),
        (
            "reduces a short at a loss",
            (-10, -1_000),
            (4, 480),
            (-6, -600),
            -80,
        ),
        ("closes a long", (10, 1_000), (-10, -1_100), (0, 0), 100),
        ("closes a short", (-10, -1_000), (10, 900), (0, 0), 100),
        ("flips a long", (10, 1_000), (-15, -1_800), (-5, -600), 200),
        ("flips a short", (-10, -1_000), (15, 1_350), (5, 450), 100),
    ];
    for (what, before, (lots, cost_q), after, realised_q) in table {
        let filled = position(before.0, before.1).fill(Fill { lots, cost_q });
        let expected = Filled {
            position: position(after.0, after.1),
            realised_q,
        };
        assert_eq!(filled, Ok(expected), "{what}");
    }
}

#[test]
fn r_f1_what_is_realised_is_rounded_against_the_owner_and_the_rest_stays_in_the_entry() {
    // A third of an entry of 100 is 33.3: a long is charged 34, a short is credited 33.
    let long = position(3, 100)
        .fill(Fill {
            lots: -1,
            cost_q: -40,
        })
        .unwrap();
    assert_eq!((long.realised_q, long.position), (6, position(2, 66)));
    let short = position(-3, -100)
        .fill(Fill {
            lots: 1,
            cost_q: 20,
        })
        .unwrap();
    assert_eq!((short.realised_q, short.position), (13, position(-2, -67)));
    // A flip splits its own cost the same way: two thirds of −100 are −66.
    let flip = position(2, 50)
        .fill(Fill {
            lots: -3,
            cost_q: -100,
        })
        .unwrap();
    assert_eq!((flip.realised_q, flip.position), (16, position(-1, -34)));
}

#[test]
fn r_f1_an_empty_fill_and_sums_beyond_64_bits_are_refused() {
    assert_eq!(
        position(1, 1).fill(Fill { lots: 0, cost_q: 5 }),
        Err(SizeInvalid)
    );
    assert_eq!(
        position(i64::MAX, 0).fill(Fill { lots: 1, cost_q: 0 }),
        Err(Overflow)
    );
    assert_eq!(
        position(1, i64::MAX).fill(Fill { lots: 1, cost_q: 1 }),
        Err(Overflow)
    );
    assert_eq!(
        position(1, i64::MAX).fill(Fill {
            lots: -1,
            cost_q: 1
        }),
        Err(Overflow)
    );
    assert_eq!(
        position(-1, i64::MIN).fill(Fill { lots: 1, cost_q: 1 }),
        Err(Overflow)
    );
}

#[test]
fn r_f1_only_the_opposite_side_and_no_more_than_all_reduces() {
    let table = [
        (10, -1, true),
        (10, -10, true),
        (10, -11, false),
        (10, 1, false),
        (10, 0, false),
        (-10, 10, true),
        (-10, 11, false),
        (-10, -1, false),
        (0, 1, false),
        (0, -1, false),
        (i64::MIN, i64::MAX, true),
        (i64::MAX, i64::MIN, false),
    ];
    for (held, lots, reduces) in table {
        assert_eq!(
            position(held, 0).is_reduced_by(lots),
            reduces,
            "{held} by {lots}"
        );
    }
}

#[test]
fn r_f1_profit_is_worth_less_entry_rounded_down() {
    // 3 lots of 1e-3 at 0.33333333: 999.99999 atoms.
    assert_eq!(position(3, 900).profit_down(33_333_333, 100_000), Ok(99));
    assert_eq!(
        position(-3, -1_100).profit_down(33_333_333, 100_000),
        Ok(100)
    );
    assert_eq!(position(0, 0).profit_down(33_333_333, 100_000), Ok(0));
    assert_eq!(position(1, i64::MIN).profit_down(1, 1), Err(Overflow));
}

#[test]
fn r_f2_a_position_is_taken_out_of_the_sums_and_its_successor_put_in() {
    let sums = OpenInterest {
        long_lots: 10,
        short_lots: 20,
        long_entry_q: 100,
        short_entry_q: -200,
    };
    let flipped = sums.replace(position(4, 40), position(-1, -12));
    assert_eq!(
        flipped,
        Ok(OpenInterest {
            long_lots: 6,
            short_lots: 21,
            long_entry_q: 60,
            short_entry_q: -212
        })
    );
    assert_eq!(sums.replace(position(0, 0), position(0, 0)), Ok(sums));
    let closed = sums.replace(position(-20, -200), position(0, 0)).unwrap();
    assert_eq!((closed.short_lots, closed.short_entry_q), (0, 0));
}

#[test]
fn r_f2_what_was_never_part_of_the_sums_cannot_be_taken_out() {
    let sums = OpenInterest::default();
    assert_eq!(sums.replace(position(1, 0), position(0, 0)), Err(Overflow));
    assert_eq!(sums.replace(position(-1, 0), position(0, 0)), Err(Overflow));
    let full = OpenInterest {
        long_lots: u64::MAX,
        short_lots: u64::MAX,
        ..sums
    };
    assert_eq!(full.replace(position(0, 0), position(1, 0)), Err(Overflow));
    assert_eq!(full.replace(position(0, 0), position(-1, 0)), Err(Overflow));
    let entered = OpenInterest {
        long_entry_q: i64::MAX,
        short_entry_q: i64::MAX,
        ..sums
    };
    assert_eq!(
        entered.replace(position(0, 0), position(1, 1)),
        Err(Overflow)
    );
    assert_eq!(
        entered.replace(position(0, 0), position(-1, 1)),
        Err(Overflow)
    );
}

#[test]
fn r_f3_each_side_counts_by_itself_never_the_net() {
    let sums = |long_lots, short_lots| OpenInterest {
        long_lots,
        short_lots,
        ..OpenInterest::default()
    };
    assert_eq!(sums(100, 99).larger_side_lots(), 100);
    assert_eq!(sums(99, 100).larger_side_lots(), 100);
    assert_eq!(sums(100, 100).larger_side_lots(), 100);
    assert_eq!(sums(100, 99).skew_lots(), Ok(1));
    assert_eq!(sums(0, 5).skew_lots(), Ok(-5));
    assert_eq!(sums(1 << 63, 0).skew_lots(), Err(Overflow));
    assert_eq!(sums(0, 1 << 63).skew_lots(), Err(Overflow));
    assert_eq!(sums(i64::MAX as u64, i64::MAX as u64).skew_lots(), Ok(0));
}

#[test]
fn r_f2_the_sums_know_the_profit_of_all_traders() {
    let sums = OpenInterest {
        long_lots: 3,
        short_lots: 3,
        long_entry_q: 900,
        short_entry_q: -1_100,
    };
    // 999.99999 − 900 and 1,100 − 999.99999, each rounded down.
    assert_eq!(sums.traders_profit_down(33_333_333, 100_000), Ok(99 + 100));
    for beyond in [
        OpenInterest {
            long_lots: 1 << 63,
            ..sums
        },
        OpenInterest {
            short_lots: 1 << 63,
            ..sums
        },
        OpenInterest {
            long_entry_q: i64::MIN,
            ..sums
        },
    ] {
        assert_eq!(
            beyond.traders_profit_down(33_333_333, 100_000),
            Err(Overflow)
        );
    }
}

#[test]
fn r_l14_what_is_taken_over_leaves_a_markets_sums_what_they_are() {
    let owner = position(10, 1_000);
    let sums = OpenInterest::default()
        .replace(Position::default(), owner)
        .unwrap();
    let closes = Fill {
        lots: -4,
        cost_q: -320,
    };
    let left = owner.fill(closes).unwrap();
    let taken = Position::default()
        .fill(closes.opposite().unwrap())
        .unwrap();
    assert_eq!(taken.position, position(4, 320));
    let after = sums.replace(owner, left.position).unwrap();
    let after = after.replace(Position::default(), taken.position).unwrap();
    assert_eq!(after.long_lots, sums.long_lots);
    // What the owner lost is no longer part of the entries.
    assert_eq!(after.long_entry_q - sums.long_entry_q, left.realised_q);
    let least = Fill {
        lots: i64::MIN,
        cost_q: 0,
    };
    assert_eq!(least.opposite(), Err(Overflow));
}
