//! An epoch takes the deficit and its rounding, from each the exact share, in any order.

use crate::reference::rational::{ratio, whole};
use crate::reference::Rng;
use crate::strategies::{cases, wide};
use plimsoll_risk::claims::{worth_down, INDEX_ONE};
use plimsoll_risk::deleverage::{deficit_q, gain_down, Backing, Haircut};
use plimsoll_risk::position::{OpenInterest, Position};
use plimsoll_risk::units::worth_down as position_worth_down;
use proptest::prelude::*;

const DIVISOR: u64 = 100_000;

/// A market in deficit: open positions, nominal claims, and an epoch's price.
#[derive(Clone, Debug)]
struct Case {
    positions: Vec<Position>,
    claims_q: Vec<u64>,
    price_e8: u64,
    haircut: Haircut,
}

/// What an epoch left, by account.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    taken_q: u64,
    positions: Vec<(Position, i64)>,
    claims_q: Vec<u64>,
}

impl Case {
    /// Longs and shorts around a price, claims, and a cash that covers only a part of what is owed.
    fn random(rng: &mut Rng) -> Option<Self> {
        let price_e8 = rng.between(1_000_000, 10_000_000_000_000);
        let positions: Vec<Position> = (0..rng.between(1, 40))
            .map(|_| {
                let size = rng.between(1, 1 << 30) as i64;
                let lots = if rng.one_in(2) { size } else { -size };
                let worth_q = position_worth_down(lots, price_e8, DIVISOR).unwrap();
                let share = rng.between(500_000, 1_500_000) as i128;
                let entry_q = (i128::from(worth_q) * share / 1_000_000) as i64;
                Position { lots, entry_q }
            })
            .collect();
        let claims_q: Vec<u64> = (0..rng.between(0, 20))
            .map(|_| rng.magnitude(1 << 45))
            .collect();
        let mut sums = OpenInterest::default();
        for position in &positions {
            sums = sums.replace(Position::default(), *position).unwrap();
        }
        let open_q = sums.traders_profit_down(price_e8, DIVISOR).unwrap();
        let all_q: u64 = claims_q.iter().sum();
        let owed_q = u64::try_from(all_q as i64 + open_q).ok()?;
        let backing = Backing {
            cash_q: rng.magnitude(owed_q),
            ..Backing::default()
        };
        let lacking_q = deficit_q(all_q, open_q, &backing).unwrap();
        let gains_q = positions
            .iter()
            .map(|position| gain_of(*position, price_e8))
            .sum();
        let haircut = Haircut::new(lacking_q, all_q, gains_q).unwrap();
        assert_eq!(haircut.deficit_q, lacking_q, "those ahead can bear it");
        (lacking_q > 0).then_some(Self {
            positions,
            claims_q,
            price_e8,
            haircut,
        })
    }

    /// Takes the haircut in an order.
    fn close(&self, order: &[usize]) -> Left {
        let index = self.haircut.index_down(INDEX_ONE).unwrap();
        let all_q: u64 = self.claims_q.iter().sum();
        let mut left = Left {
            taken_q: all_q - worth_down(all_q, index).unwrap(),
            positions: self
                .positions
                .iter()
                .map(|position| (*position, 0))
                .collect(),
            claims_q: self
                .claims_q
                .iter()
                .map(|claim| worth_down(*claim, index).unwrap())
                .collect(),
        };
        for place in order {
            let position = self.positions[*place];
            if gain_of(position, self.price_e8) > 0 {
                let taken = self
                    .haircut
                    .deleverage(position, self.price_e8, DIVISOR)
                    .unwrap();
                let filled = position.fill(taken.fill).unwrap();
                left.taken_q += taken.forfeited_q;
                left.positions[*place] = (filled.position, filled.realised_q);
            }
        }
        left
    }
}

fn gain_of(position: Position, price_e8: u64) -> u64 {
    gain_down(position, price_e8, DIVISOR).unwrap()
}

/// I5. What is taken is the deficit and less than an atom for each who bears it, and one for all claims; nobody bears
/// more than their exact share and an atom; nobody's position is larger than its share, nor smaller by a lot.
#[test]
fn i5_r_w6_an_epoch_takes_the_deficit_and_its_rounding_in_any_order() {
    let mut rng = Rng(1_010);
    let mut cases = 0;
    while cases < 3_000 {
        let Some(case) = Case::random(&mut rng) else {
            continue;
        };
        cases += 1;
        let mut order: Vec<usize> = (0..case.positions.len()).collect();
        let left = case.close(&order);
        let deficit_q = case.haircut.deficit_q;
        let bearers = case.positions.len() as u64 + 1;
        assert!(left.taken_q >= deficit_q, "{left:?}");
        // Below a 65,536th claims go as a whole (R-W4).
        let all_q: u64 = case.claims_q.iter().sum();
        assert!(
            left.taken_q <= deficit_q + bearers + (all_q >> 16),
            "{left:?}"
        );
        if case.haircut.index_down(INDEX_ONE).unwrap() > 0 {
            assert!(
                left.taken_q <= deficit_q + bearers,
                "no overshoot: {left:?}"
            );
        }
        check_shares(&case, &left);
        order.reverse();
        assert_eq!(case.close(&order), left);
        for place in 1..order.len() {
            order.swap(place, rng.between(0, place as u64) as usize);
        }
        assert_eq!(case.close(&order), left);
    }
}

fn check_shares(case: &Case, left: &Left) {
    let share = ratio(case.haircut.deficit_q, case.haircut.gains_q);
    for (before, (after, realised_q)) in case.positions.iter().zip(&left.positions) {
        let gain_q = gain_of(*before, case.price_e8);
        if gain_q == 0 {
            assert_eq!(
                (after, *realised_q),
                (before, 0),
                "who is behind bears nothing"
            );
            continue;
        }
        let kept_lots = whole(before.lots.unsigned_abs()) * (whole(1) - share.clone());
        let lots = whole(after.lots.unsigned_abs());
        assert!(lots <= kept_lots && lots > kept_lots - whole(1));
        // What the position is still ahead and what was realised make up the rest.
        let kept_q = whole(gain_of(*after, case.price_e8)) + whole(*realised_q);
        let exact = whole(gain_q) * (whole(1) - share.clone());
        assert!(kept_q <= exact.clone() + whole(1), "{before:?} {after:?}");
        assert!(kept_q > exact - whole(4), "{before:?} {after:?}");
        assert!(*realised_q >= -3);
    }
    for (before, after) in case.claims_q.iter().zip(&left.claims_q) {
        assert!(whole(*after) <= whole(*before) * (whole(1) - share.clone()));
    }
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_w6_what_is_taken_of_a_gain_is_the_exact_ceiling_and_never_more_than_the_gain(
        deficit_q in wide(), claims_q in 0_u64..1 << 62, open_q in 0_u64..1 << 62, gain_ppm in 0_u64..=1_000_000,
    ) {
        let haircut = Haircut::new(deficit_q, claims_q, open_q).unwrap();
        prop_assume!(haircut.gains_q > 0);
        let gain_q = (u128::from(haircut.gains_q) * u128::from(gain_ppm) / 1_000_000) as u64;
        let taken_q = haircut.of_up(gain_q).unwrap();
        let exact = whole(gain_q) * ratio(haircut.deficit_q, haircut.gains_q);
        prop_assert_eq!(exact.ceil(), taken_q.into());
        prop_assert!(taken_q <= gain_q);
    }

    #[test]
    fn i10_deleveraging_never_panics(
        numbers in prop::array::uniform4(wide()), lots in any::<i64>(), entry_q in any::<i64>(),
    ) {
        let [deficit_q, gains_q, price_e8, lot_divisor] = numbers;
        let haircut = Haircut { deficit_q, gains_q };
        let _ = haircut.of_up(price_e8);
        let _ = haircut.index_down(price_e8);
        let _ = haircut.deleverage(Position { lots, entry_q }, price_e8, lot_divisor);
    }
}
