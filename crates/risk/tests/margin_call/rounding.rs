//! What rounding can do to an account whose reductions are not checked, and from which size on nothing.

use crate::desk::{Book, Reduced, Rules, Terms, SPECIFIED};
use crate::reference::{fixtures, Rng};
use plimsoll_risk::account::AccountState;
use plimsoll_risk::book::Exposure;
use plimsoll_risk::margin::Ratios;
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{cost_up, lot_divisor};

/// Fee and spread bounded, but no cut refused.
const UNCHECKED: Rules = Rules {
    headroom_checked: false,
    ..SPECIFIED
};

/// The worst that unchecked cuts did to accounts at the liquidation line.
#[derive(Debug, Default)]
struct Worst {
    cuts: u64,
    /// Largest fall of headroom, quote atoms.
    fall_q: i64,
    /// Accounts that a cut made liquidatable.
    liquidatable: u64,
}

/// Which reductions a search looks at: those of a notional of 16 ÷ floor atoms and of whole legs, or the
/// others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sizes {
    Proven,
    Smaller,
}

impl Sizes {
    fn of(reduced: &Reduced, index: usize, floor_ppm: u32) -> Self {
        let whole = reduced.book.legs[index].position.lots == 0;
        if whole || reduced.closed_q >= 16_000_000 / u64::from(floor_ppm) {
            Self::Proven
        } else {
            Self::Smaller
        }
    }
}

/// A leg in lots of any size, from a millionth of an atom, at any price from one unit of 1e-8.
fn leg(rng: &mut Rng, floor_ppm: u32) -> Exposure {
    let price_e8 = rng.magnitude(1 << 24);
    let divisor = lot_divisor(1 - i32::try_from(rng.between(0, 5)).unwrap()).unwrap();
    let size = i64::try_from(rng.magnitude(1 << 20)).unwrap();
    let lots = if rng.one_in(2) { size } else { -size };
    let position = Position {
        lots,
        entry_q: cost_up(lots, price_e8, divisor).unwrap(),
    };
    let ratios = Ratios {
        initial_ppm: 1_000_000,
        call_ppm: floor_ppm * 2,
        liquidation_ppm: floor_ppm,
    };
    fixtures::held(position, price_e8, divisor, ratios)
}

/// The dearest terms of a reduction: the widest spread, any fee.
fn terms(rng: &mut Rng, floor_ppm: u32) -> Terms {
    Terms {
        target_ppm: 1_100_000,
        limit_ppm: rng.between_u32(50_000, 1_000_000),
        fee_q: rng.magnitude(1_000_000),
        liquidation_fee_ppm: floor_ppm / 2,
        dust_q: 0,
        confidence_ppm: 1_000_000,
        skew_lots: 0,
        skew_scale_lots: 1 << 40,
    }
}

/// Cuts of accounts that have just no headroom.
fn search(seed: u64, floor_ppm: u32, sizes: Sizes) -> Worst {
    let mut rng = Rng(seed);
    let mut worst = Worst::default();
    for _ in 0..200_000 {
        let mut book = Book::of(vec![leg(&mut rng, floor_ppm)]);
        book.balance_q = -book.margin().headroom_liquidation_q();
        let terms = terms(&mut rng, floor_ppm);
        if book.margin().state() != AccountState::MarginCall {
            continue;
        }
        let reduced = book.cut(0, &terms, UNCHECKED).unwrap().unwrap();
        if Sizes::of(&reduced, 0, floor_ppm) != sizes {
            continue;
        }
        let after = reduced.book.margin();
        worst.cuts += 1;
        worst.fall_q = worst.fall_q.max(-after.headroom_liquidation_q());
        worst.liquidatable += u64::from(after.state() >= AccountState::Liquidatable);
    }
    assert!(worst.cuts > 10_000, "{worst:?}");
    worst
}

#[test]
fn r_l4_cuts_of_sixteen_floors_or_whole_legs_never_lower_headroom_even_unchecked() {
    // 16 ÷ floor atoms relieve the line of 16 and cost at most half; roundings are below four atoms.
    for floor_ppm in [2_500, 20_000, 100_000, 500_000] {
        let worst = search(31, floor_ppm, Sizes::Proven);
        assert_eq!(
            (worst.liquidatable, worst.fall_q.max(0)),
            (0, 0),
            "{floor_ppm}: {worst:?}"
        );
    }
}

#[test]
fn r_l4_liquidations_of_sixteen_floors_or_whole_legs_never_lower_headroom_even_unchecked() {
    let mut rng = Rng(33);
    let (mut whole, mut parts) = (0, 0);
    for _ in 0..400_000 {
        let floor_ppm = [2_500, 20_000, 100_000, 500_000][rng.between(0, 3) as usize];
        let mut book = Book::of(vec![leg(&mut rng, floor_ppm)]);
        let line_q = book.margin().requirement_liquidation_q;
        let equity_q = i64::try_from(rng.between(0, line_q)).unwrap() - 1;
        book.balance_q = equity_q - book.margin().equity_liquidation_q;
        let before_q = book.margin().headroom_liquidation_q();
        let reduced = book.liquidate(0, &terms(&mut rng, floor_ppm)).unwrap();
        if Sizes::of(&reduced, 0, floor_ppm) == Sizes::Smaller {
            // A target of 1.1 closes more than an eleventh of the leg.
            let least_q = 16_000_000 * 11 / u64::from(floor_ppm);
            assert!(book.margin().notional_q <= least_q, "{book:?}");
            continue;
        }
        let after = reduced.book.margin();
        assert!(after.headroom_liquidation_q() >= before_q, "{book:?}");
        let flat = reduced.book.legs[0].position.lots == 0;
        whole += u32::from(flat);
        parts += u32::from(!flat);
    }
    assert!(whole > 10_000 && parts > 10_000, "{whole} and {parts}");
}

#[test]
fn r_l4_an_unchecked_cut_of_dust_loses_a_few_atoms_and_may_liquidate() {
    // Why what lowers headroom is refused: below that size roundings exceed the relief.
    let worst = search(32, 20_000, Sizes::Smaller);
    assert!((2..4).contains(&worst.fall_q), "a few atoms: {worst:?}");
    assert!(
        worst.liquidatable > 0,
        "enough to liquidate who stands at the line: {worst:?}"
    );
}
