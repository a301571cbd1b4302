//! What a market lacks, and how all who are ahead bear it.

use plimsoll_risk::claims::INDEX_ONE;
use plimsoll_risk::deleverage::{deficit_q, gain_down, Backing, Deleveraging, Haircut};
use plimsoll_risk::position::{Fill, Position};
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, SizeInvalid};

/// Lots of 1e-3: lots times price over this are quote atoms.
const DIVISOR: u64 = 100_000;
/// 150 quote units.
const PRICE: u64 = 15_000_000_000;

const BACKING: Backing = Backing {
    cash_q: 100,
    drawable_q: 50,
    insurable_q: 7,
};

#[test]
fn r_w5_a_deficit_is_what_is_owed_beyond_cash_insurance_and_loss_cap() {
    assert_eq!(deficit_q(100, 57, &BACKING), Ok(0));
    assert_eq!(deficit_q(100, 58, &BACKING), Ok(1));
    // What those who are behind have yet to pay backs those who are ahead.
    assert_eq!(deficit_q(1_000, -843, &BACKING), Ok(0));
    assert_eq!(deficit_q(1_000, -800, &BACKING), Ok(43));
    assert_eq!(deficit_q(0, i64::MIN, &BACKING), Err(Overflow));
    assert_eq!(deficit_q(u64::MAX, 0, &BACKING), Err(Overflow));
    let much = Backing {
        cash_q: u64::MAX,
        ..BACKING
    };
    assert_eq!(deficit_q(0, 0, &much), Err(Overflow));
}

#[test]
fn r_w6_a_haircut_takes_no_more_than_all_gains() {
    let haircut = Haircut::new(30, 60, 40).unwrap();
    assert_eq!((haircut.deficit_q, haircut.gains_q), (30, 100));
    assert_eq!(
        [1, 10, 100].map(|gain| haircut.of_up(gain).unwrap()),
        [1, 3, 30]
    );
    let all = Haircut::new(101, 60, 40).unwrap();
    assert_eq!((all.deficit_q, all.gains_q), (100, 100));
    assert_eq!(all.index_down(INDEX_ONE), Ok(0));
    assert_eq!(Haircut::new(0, u64::MAX, 1), Err(Overflow));
    let nobody = Haircut::new(5, 0, 0).unwrap();
    assert_eq!(nobody.of_up(1), Err(DivisionByZero));
}

#[test]
fn r_w4_r_w6_the_index_falls_by_the_share_and_ends_at_a_65536th() {
    let quarter = Haircut::new(25, 60, 40).unwrap();
    assert_eq!(quarter.index_down(INDEX_ONE), Ok(INDEX_ONE / 4 * 3));
    assert_eq!(
        quarter.index_down(INDEX_ONE / 4 * 3),
        Ok(INDEX_ONE / 16 * 9)
    );
    let nearly = Haircut::new(65_535, 65_536, 0).unwrap();
    assert_eq!(nearly.index_down(INDEX_ONE), Ok(INDEX_ONE >> 16));
    assert_eq!(nearly.index_down(INDEX_ONE - (1 << 40)), Ok(0));
}

#[test]
fn r_w6_a_position_loses_the_share_of_its_lots_and_of_its_profit() {
    // Ten units bought at 100 are 500 ahead at 150; a quarter is 125, and 2.5 units.
    let long = Position {
        lots: 10_000,
        entry_q: 1_000_000_000,
    };
    assert_eq!(gain_down(long, PRICE, DIVISOR), Ok(500_000_000));
    let haircut = Haircut::new(250, 500, 500).unwrap();
    let taken = haircut.deleverage(long, PRICE, DIVISOR).unwrap();
    let fill = Fill {
        lots: -2_500,
        cost_q: -375_000_000 + 125_000_000,
    };
    assert_eq!(
        taken,
        Deleveraging {
            fill,
            forfeited_q: 125_000_000
        }
    );
    let left = long.fill(fill).unwrap();
    assert_eq!((left.position.lots, left.realised_q), (7_500, 0));
    assert_eq!(gain_down(left.position, PRICE, DIVISOR), Ok(375_000_000));

    // Four units sold at 160 are 40 ahead; a quarter is 10.
    let short = Position {
        lots: -4_000,
        entry_q: -640_000_000,
    };
    let taken = haircut.deleverage(short, PRICE, DIVISOR).unwrap();
    assert_eq!((taken.fill.lots, taken.forfeited_q), (1_000, 10_000_000));
    assert_eq!(short.fill(taken.fill).unwrap().realised_q, 0);
}

#[test]
fn r_w6_a_lot_that_was_rounded_up_pays_the_profit_that_is_not_taken() {
    let one = Position {
        lots: 1,
        entry_q: 100_000,
    };
    let haircut = Haircut::new(1, 4, 0).unwrap();
    let taken = haircut.deleverage(one, PRICE, DIVISOR).unwrap();
    assert_eq!(taken.forfeited_q, 12_500);
    let left = one.fill(taken.fill).unwrap();
    assert_eq!(
        (left.position, left.realised_q),
        (Position::default(), 37_500)
    );
}

#[test]
fn r_w6_who_is_not_ahead_loses_nothing() {
    let haircut = Haircut::new(1, 4, 0).unwrap();
    for lots in [0, -10_000] {
        let behind = Position {
            lots,
            entry_q: lots * 100_000,
        };
        assert_eq!(gain_down(behind, PRICE, DIVISOR), Ok(0));
        assert_eq!(haircut.deleverage(behind, PRICE, DIVISOR), Err(SizeInvalid));
    }
    let long = Position {
        lots: 10_000,
        entry_q: 0,
    };
    let nothing = Haircut::new(0, 4, 0).unwrap();
    assert_eq!(nothing.deleverage(long, PRICE, DIVISOR), Err(SizeInvalid));
}

/// Hyperliquid on 2025-10-10 closed whole positions from the head of a queue until the deficit was covered, at
/// prices that took more than it: 45 to 51.7 million beyond a deficit of 23.2. A share takes the deficit, from all.
#[test]
fn i5_incident_2025_10_10_a_queue_of_whole_positions_overshoots_and_a_share_does_not() {
    let positions = [40_000, 30_000, 20_000, 10_000].map(|lots| Position {
        lots,
        entry_q: lots * 100_000,
    });
    let gains_q = positions.map(|position| gain_down(position, PRICE, DIVISOR).unwrap());
    let deficit_q = 200_000_000;
    let mut queued_q = 0;
    for gain_q in gains_q {
        if queued_q < deficit_q {
            queued_q += gain_q;
        }
    }
    assert_eq!(queued_q, 10 * deficit_q, "the first in the queue loses all");
    let haircut = Haircut::new(deficit_q, 0, gains_q.iter().sum()).unwrap();
    let taken_q = positions.map(|position| {
        let taken = haircut.deleverage(position, PRICE, DIVISOR).unwrap();
        taken.forfeited_q
    });
    assert_eq!(taken_q, [80_000_000, 60_000_000, 40_000_000, 20_000_000]);
    assert_eq!(taken_q.iter().sum::<u64>(), deficit_q);
}
