//! Sizes that are searched for.

use crate::reference::fixtures::reduction;
use plimsoll_risk::liquidation::{lots_to_target_up, searched_lots_up, Reduction};
use plimsoll_risk::RiskError::{AboveTheLine, Overflow};

/// What a cut lacks after so many lots where so many are needed, in one shape or another.
type Lacks = fn(lots: i64, needed: i64) -> i64;

#[test]
fn r_l1_a_search_ends_within_a_256th_of_what_suffices() {
    let leg = Reduction {
        lots: 1_000_000,
        price_e8: 100_000_000,
        ..reduction()
    };
    let closed = lots_to_target_up(&leg).unwrap();
    assert_eq!((closed, leg.lots), (272_728, 1_000_000));
    // Straight, convex as where size adds, bent where another bound takes over, and a leap; and how many
    // sizes each may look at.
    let shapes: [(Lacks, u32); 5] = [
        (|lots, needed| needed - lots, 5),
        (|lots, needed| (needed - lots) * 1_000, 5),
        (
            |lots, needed| (needed - lots) * (3_000_000 - lots - needed),
            6,
        ),
        (|lots, needed| (needed - lots).max((needed - lots) * 9), 7),
        (
            |lots, needed| if lots < needed { 1_000_000_000_000 } else { 0 },
            17,
        ),
    ];
    // Needed: less than the closed form, exactly it, a little more, much more, all.
    for needed in [
        1, 700, 200_000, 272_727, 272_728, 272_729, 300_000, 900_000, 1_000_000,
    ] {
        for (shape, (lacks, most)) in shapes.into_iter().enumerate() {
            let (mut asked, mut first) = (0, 0);
            let found = searched_lots_up(&leg, 1_000_000, |lots| {
                asked += 1;
                let lacks = lacks(i64::try_from(lots).unwrap(), needed);
                if lacks <= 0 && first == 0 {
                    first = lots;
                }
                Ok(lacks)
            });
            let (found, needed) = (found.unwrap(), needed.unsigned_abs());
            assert!(
                found >= needed && found - needed <= first.div_ceil(256),
                "{shape}, {needed}: {found}"
            );
            assert!(asked <= most, "{shape}, {needed}: asked {asked} times");
        }
    }
}

#[test]
fn r_l1_where_nothing_suffices_a_search_takes_what_helps_most() {
    let leg = reduction();
    // 15 are missing, the closed form is 2,728, all are 10,000.
    let search = |lacks: fn(i64) -> i64| {
        searched_lots_up(&leg, 1_000_000, |lots| {
            Ok(lacks(i64::try_from(lots).unwrap()))
        })
    };
    assert_eq!(search(|lots| 1_000 + (lots - 2_728).abs()), Ok(2_728));
    assert_eq!(search(|lots| 1_000 + (lots - 9_000).abs()), Ok(10_000));
    // A hedge: what is closed asks for more, but for the first 100 lots.
    assert_eq!(
        search(|lots| 15_000_000 + if lots > 100 { lots } else { -lots }),
        Ok(79)
    );
    // Nothing helps: all that is allowed, which its caller refuses.
    assert_eq!(search(|lots| 15_000_000 + lots), Ok(10_000));
}

#[test]
fn r_l2_a_search_goes_no_further_than_the_interval_allows() {
    let leg = reduction();
    let search = |limit_ppm, needed: i64| {
        searched_lots_up(&leg, limit_ppm, |lots| {
            Ok(needed - i64::try_from(lots).unwrap())
        })
    };
    assert_eq!(search(500_000, 9_000), Ok(5_000));
    assert_eq!(search(100_000, 2_728), Ok(1_000));
    assert_eq!(search(1_000_000, i64::MAX), Ok(10_000), "nothing suffices");
    let fails = searched_lots_up(&leg, 1_000_000, |_| Err(Overflow));
    assert_eq!(fails, Err(Overflow));
    let above = Reduction {
        equity_q: 60_000_000,
        ..leg
    };
    assert_eq!(
        searched_lots_up(&above, 1_000_000, |_| Ok(0)),
        Err(AboveTheLine)
    );
}
