//! Sensitivities worked out by hand, one book per kind of bound.

use plimsoll_risk::portfolio::{requirement_up, Binding, Leg, Row, COLUMNS_MAX, LEGS_MAX};
use plimsoll_risk::sensitivity::{sensitivities, Sensitivity};
use plimsoll_risk::RiskError::SizeInvalid;

/// A leg of so many dollars, short where negative, at so many per mille.
fn leg(column: u16, dollars: i64, permille: i64) -> Leg {
    let exposure_q = dollars * permille * 1_000;
    Leg {
        column,
        notional_q: dollars.unsigned_abs() * 1_000_000,
        exposure_q,
        gross_q: exposure_q.unsigned_abs(),
    }
}

/// All markets moved by `moves`, in 1e-4 of their ratios.
fn row(moves: &[i16]) -> Row {
    let mut row = [0; COLUMNS_MAX];
    row[..moves.len()].copy_from_slice(moves);
    row
}

/// What decides, and per leg the change by volatility and by size, in cents.
fn slopes(legs: &[Leg], rows: &[Row], floor_ppm: u32) -> (Binding, Vec<(i64, i64)>) {
    let found = requirement_up(legs, rows, floor_ppm).unwrap();
    let all = sensitivities(legs, rows, floor_ppm, &found).unwrap();
    let cents = |slope: &Sensitivity| (slope.volatility_q / 10_000, slope.size_q / 10_000);
    assert!(all.iter().all(|slope| slope.price_q() == slope.size_q));
    assert!(all[legs.len()..]
        .iter()
        .all(|slope| *slope == Sensitivity::default()));
    (found.binding, all[..legs.len()].iter().map(cents).collect())
}

#[test]
fn r_k4_the_gross_the_floor_and_one_leg_move_by_their_percent() {
    let book = [leg(0, 100_000, 50), leg(1, 50_000, 60)];
    assert_eq!(
        slopes(&book, &[], 0),
        (Binding::Gross, vec![(5_000, 5_000), (3_000, 3_000)])
    );
    let hedged = [leg(0, 100_000, 50), leg(1, -50_000, 60)];
    let most = (Binding::Floor, vec![(4_500, 4_500), (2_700, 2_700)]);
    assert_eq!(slopes(&hedged, &[], 900_000), most);
    let alone = [Leg {
        gross_q: 20_000_000_000,
        ..book[0]
    }];
    assert_eq!(
        slopes(&alone, &[], 0),
        (Binding::Alone(0), vec![(5_000, 5_000)])
    );
    let beside = [leg(0, 0, 50), leg(1, 1_000, 50)].map(|leg| Leg {
        gross_q: 100_000_000,
        ..leg
    });
    assert_eq!(
        slopes(&beside, &[], 0),
        (Binding::Alone(1), vec![(0, 0), (50, 50)])
    );
    // Of a requirement that one leg decides, the others change nothing.
    let mut found = requirement_up(&hedged, &[], 0).unwrap();
    found.binding = Binding::Alone(1);
    let all = sensitivities(&hedged, &[], 0, &found).unwrap();
    assert_eq!((all[0].size_q, all[1].size_q), (0, 30_000_000));
}

#[test]
fn r_k4_the_root_moves_by_each_legs_share_of_the_squares() {
    // 300 and 400 make 500: nine and sixteen twenty-fifths of 5.
    let book = [leg(0, 6_000, 50), leg(1, -8_000, 50)];
    assert_eq!(
        slopes(&book, &[], 0),
        (Binding::Root, vec![(180, 180), (320, 320)])
    );
}

#[test]
fn r_k4_in_a_row_without_gains_each_loss_moves_by_its_percent() {
    let book = [leg(0, 100_000, 50), leg(1, 50_000, 60), leg(2, 10_000, 100)];
    let book = book.map(|leg| Leg {
        gross_q: leg.gross_q * 3,
        ..leg
    });
    let all = vec![(5_000, 5_000), (3_000, 3_000), (1_000, 1_000)];
    assert_eq!(slopes(&book, &[], 0), (Binding::Joint(false), all));
    let fall = row(&[-20_000, -10_000, 0]);
    let all = vec![(10_000, 10_000), (3_000, 3_000), (0, 0)];
    assert_eq!(slopes(&book, &[fall], 0), (Binding::Row(0), all));
}

#[test]
fn r_k4_a_gain_below_its_cap_offsets_by_its_percent() {
    // Falling, two longs lose 1,000 each of 10,000, a tenth; the short of 10,000 gains 800.
    let book = [
        leg(0, 10_000, 100),
        leg(1, 10_000, 100),
        leg(2, -10_000, 80),
    ];
    let all = vec![(2_000, 2_000), (2_000, 2_000), (-1_600, -1_600)];
    assert_eq!(
        slopes(&book, &[row(&[-20_000; 3])], 0),
        (Binding::Row(0), all)
    );
}

#[test]
fn r_k4_what_a_capped_gain_offsets_moves_with_the_mean_loss() {
    // Moved by two ratios, 100,000 of BTC lose 4,000; 20,000 of a wild short would gain 20,000, and count
    // for 4 % of their size, 800.
    let book = [leg(0, 100_000, 20), leg(1, -20_000, 500)].map(|leg| Leg {
        gross_q: 10_000_000_000,
        ..leg
    });
    let fall = row(&[-20_000, -20_000]);
    // What decides is the root; asked of the row all the same, its slopes are those of 4,000 − 800.
    let mut found = requirement_up(&book, &[fall], 0).unwrap();
    assert_eq!(found.binding, Binding::Root);
    found.binding = Binding::Row(0);
    let all = sensitivities(&book, &[fall], 0, &found).unwrap();
    // Wilder BTC: 40 more, and 8 more offset. Larger BTC: 40 more, at the same mean. A wilder short gains
    // nothing that counts, a larger one 8.
    assert_eq!(
        (all[0].volatility_q, all[0].size_q),
        (32_000_000, 40_000_000)
    );
    assert_eq!((all[1].volatility_q, all[1].size_q), (0, -8_000_000));
}

#[test]
fn r_k4_what_a_capped_loss_is_relieved_of_moves_with_the_mean_gain() {
    // The other direction: the short loses 20,000, 100,000 of BTC gain 4,000, of which 20,000 count: 800.
    let book = [leg(0, 100_000, 20), leg(1, -20_000, 500)].map(|leg| Leg {
        gross_q: 20_000_000_000,
        ..leg
    });
    let rise = row(&[20_000, 20_000]);
    // A wilder short: 200 more, nothing of it relieved. A larger one: 8 of it relieved. Wilder BTC: 8 more.
    // Larger BTC: the mean gain stays.
    let all = vec![(-800, 0), (20_000, 19_200)];
    assert_eq!(slopes(&book, &[rise], 0), (Binding::Row(0), all));
    // A small loss beside it is relieved of all of itself, whatever it is.
    let beside = [book[0], book[1], leg(2, -20_000, 1)];
    let rise = row(&[20_000, 20_000, 20_000]);
    let (binding, all) = slopes(&beside, &[rise], 0);
    assert_eq!((binding, all[2]), (Binding::Row(0), (0, 0)));
}

#[test]
fn r_k4_what_is_out_of_range_is_refused() {
    let many = [leg(0, 1, 50); LEGS_MAX + 1];
    let found = requirement_up(&many[1..], &[], 0).unwrap();
    assert_eq!(sensitivities(&many, &[], 0, &found), Err(SizeInvalid));
    let mut absent = found;
    absent.binding = Binding::Row(0);
    assert_eq!(sensitivities(&many[1..], &[], 0, &absent), Err(SizeInvalid));
}
