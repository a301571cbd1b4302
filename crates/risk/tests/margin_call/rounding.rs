//! What rounding can do to an account whose cuts are not checked, and from which lot on nothing.

use crate::desk::{Book, Rules, Terms, SPECIFIED};
use crate::reference::Rng;
use plimsoll_risk::account::{AccountState, Exposure};
use plimsoll_risk::margin::Ratios;
use plimsoll_risk::position::Position;
use plimsoll_risk::units::cost_up;

/// Fee and spread bounded, but no cut refused.
const UNCHECKED: Rules = Rules {
    headroom_checked: false,
    ..SPECIFIED
};

/// The worst that unchecked cuts did to accounts at the liquidation line.
#[derive(Debug, Default)]
struct Worst {
    cuts: u64,
    /// Largest fall of headroom beyond a price unit on each lot closed, quote atoms.
    fall_q: i64,
    /// Accounts that a cut made liquidatable.
    liquidatable: u64,
}

/// Cuts of accounts that have just no headroom, in lots of at least `lot_e6` millionths of an atom and
/// at prices of at least `price_e8`.
fn search(seed: u64, floor_ppm: u32, lot_e6: u64, price_e8: u64) -> Worst {
    let mut rng = Rng(seed);
    let mut worst = Worst::default();
    for _ in 0..200_000 {
        let price_e8 = price_e8 + rng.magnitude(1 << 24);
        let lot_divisor = [10, 100, 1_000, 10_000, 100_000, 1_000_000][rng.between(0, 5) as usize];
        if price_e8 * 1_000_000 / lot_divisor < lot_e6 {
            continue;
        }
        let size = i64::try_from(rng.magnitude(10_000)).unwrap();
        let lots = if rng.one_in(2) { size } else { -size };
        let leg = Exposure {
            position: Position {
                lots,
                entry_q: cost_up(lots, price_e8, lot_divisor).unwrap(),
            },
            unpaid_q: 0,
            price_e8,
            slow_price_e8: price_e8,
            lot_divisor,
            ratios: Ratios {
                initial_ppm: 900_000,
                call_ppm: floor_ppm * 2,
                liquidation_ppm: floor_ppm,
            },
        };
        let mut book = Book {
            balance_q: 0,
            legs: vec![leg],
        };
        book.balance_q = -book.margin().headroom_liquidation_q();
        if book.margin().state() != AccountState::MarginCall {
            continue;
        }
        let terms = Terms {
            target_ppm: 1_100_000,
            limit_ppm: rng.between_u32(50_000, 500_000),
            fee_q: rng.magnitude(1_000_000),
            liquidation_fee_ppm: 0,
            dust_q: 0,
            confidence_ppm: 1_000_000,
            skew_lots: 0,
            skew_scale_lots: 1 << 40,
        };
        let reduced = book.cut(0, &terms, UNCHECKED).unwrap().unwrap();
        let after = reduced.book.margin();
        let unit_q = i64::try_from(reduced.lots / lot_divisor).unwrap();
        worst.cuts += 1;
        worst.fall_q = worst.fall_q.max(-after.headroom_liquidation_q() - unit_q);
        worst.liquidatable += u64::from(after.state() >= AccountState::Liquidatable);
    }
    assert!(worst.cuts > 10_000, "{worst:?}");
    worst
}

#[test]
fn r_l4_cuts_in_lots_of_sixteen_floors_never_lower_headroom_even_unchecked() {
    // A lot of 16 ÷ floor atoms relieves the line of 16 and costs at most half; a price of 8 ÷ floor
    // units costs an eighth of the relief by its rounding; all other roundings are below four atoms.
    for floor_ppm in [2_500, 20_000, 100_000] {
        let lot_e6 = 16_000_000 * 1_000_000 / u64::from(floor_ppm);
        let worst = search(31, floor_ppm, lot_e6, 8_000_000 / u64::from(floor_ppm));
        assert_eq!(
            (worst.liquidatable, worst.fall_q.max(0)),
            (0, 0),
            "{floor_ppm}: {worst:?}"
        );
    }
}

#[test]
fn r_l4_an_unchecked_cut_of_dust_loses_a_few_atoms_and_may_liquidate() {
    // Why what lowers headroom is refused: below that size roundings exceed the relief.
    let worst = search(32, 20_000, 0, 1);
    assert!((2..=4).contains(&worst.fall_q), "a few atoms: {worst:?}");
    assert!(
        worst.liquidatable > 0,
        "enough to liquidate who stands at the line: {worst:?}"
    );
}
