//! Fills and sums of positions.

use crate::reference::account::{fill as fill_of, realised_exact, worth};
use crate::reference::rational::whole;
use crate::strategies::{cases, divisor, positive, size, wide_i64};
use num_bigint::BigInt;
use plimsoll_risk::position::{Fill, OpenInterest, Position};
use plimsoll_risk::units::cost_up;
use proptest::prelude::*;

/// A position and a fill, of sizes that often match.
fn trade() -> impl Strategy<Value = (Position, Fill)> {
    let lots = || prop_oneof![size(4), size(40)];
    (
        lots(),
        -(1_i64 << 50)..1 << 50,
        lots(),
        -(1_i64 << 50)..1 << 50,
        0_u8..4,
    )
        .prop_map(|(held, entry_q, lots, cost_q, how)| match how {
            0 => (Position::default(), Fill { lots, cost_q }),
            1 => (
                Position {
                    lots: held,
                    entry_q,
                },
                Fill {
                    lots: -held,
                    cost_q,
                },
            ),
            _ => (
                Position {
                    lots: held,
                    entry_q,
                },
                Fill { lots, cost_q },
            ),
        })
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_f1_a_fill_is_the_references_bit_by_bit((position, fill) in trade()) {
        let filled = position.fill(fill).unwrap();
        let (entry, realised) = fill_of(position, fill);
        prop_assert_eq!(filled.position.lots, position.lots + fill.lots);
        prop_assert_eq!(BigInt::from(filled.position.entry_q), entry);
        prop_assert_eq!(BigInt::from(filled.realised_q), realised);
    }

    #[test]
    fn r_f1_a_fill_conserves_worth_less_entry_plus_realised(
        (position, fill) in trade(), price_e8 in positive(50), divisor in divisor(),
    ) {
        let filled = position.fill(fill).unwrap();
        let after = filled.position;
        // What the account owns changes by the worth of what it got less what it paid, exactly.
        let before_q = worth(position.lots, price_e8, divisor) - whole(position.entry_q);
        let after_q = worth(after.lots, price_e8, divisor) - whole(after.entry_q) + whole(filled.realised_q);
        prop_assert_eq!(after_q, before_q + worth(fill.lots, price_e8, divisor) - whole(fill.cost_q));
        prop_assert!(after.lots != 0 || after.entry_q == 0, "a flat position has no entry");
    }

    #[test]
    fn i8_what_is_realised_lies_less_than_two_atoms_below_exact((position, fill) in trade()) {
        let opposite = -position.lots.signum() * fill.lots.abs();
        if opposite == 0 {
            return Ok(());
        }
        let fill = Fill { lots: opposite, ..fill };
        let realised = whole(position.fill(fill).unwrap().realised_q);
        let exact = realised_exact(position, fill);
        prop_assert!(realised <= exact && exact < realised + whole(2));
    }

    #[test]
    fn r_f1_any_sequence_of_fills_at_one_price_never_gains(
        lots in prop::collection::vec(size(20), 1..20), price_e8 in positive(40), divisor in divisor(),
    ) {
        let mut position = Position::default();
        let (mut realised, mut paid) = (0, 0);
        let back = -lots.iter().sum::<i64>();
        for lots in lots.into_iter().chain((back != 0).then_some(back)) {
            let fill = Fill { lots, cost_q: cost_up(lots, price_e8, divisor).unwrap() };
            let filled = position.fill(fill).unwrap();
            position = filled.position;
            realised += filled.realised_q;
            paid += fill.cost_q;
            prop_assert_eq!(position.entry_q, paid + realised);
        }
        prop_assert_eq!(position, Position::default());
        prop_assert!(realised <= 0, "gained {realised}");
    }

    #[test]
    fn r_f1_a_reduction_only_shrinks((position, fill) in trade()) {
        let after = position.fill(fill).unwrap().position;
        let smaller = after.lots.unsigned_abs() < position.lots.unsigned_abs()
            && (after.lots == 0 || after.lots.signum() == position.lots.signum());
        prop_assert_eq!(position.is_reduced_by(fill.lots), smaller);
    }

    #[test]
    fn i10_positions_never_panic(
        (lots, entry_q) in (wide_i64(), wide_i64()), (traded, cost_q) in (wide_i64(), wide_i64()),
        sums in [crate::strategies::wide(), crate::strategies::wide()],
        entries in [wide_i64(), wide_i64()],
    ) {
        let position = Position { lots, entry_q };
        let _ = position.is_reduced_by(traded);
        let after = position.fill(Fill { lots: traded, cost_q });
        let open_interest = OpenInterest {
            long_lots: sums[0],
            short_lots: sums[1],
            long_entry_q: entries[0],
            short_entry_q: entries[1],
        };
        let _ = open_interest.skew_lots();
        let _ = open_interest.traders_profit_down(sums[0], sums[1]);
        if let Ok(after) = after {
            let _ = open_interest.replace(position, after.position);
        }
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn r_f2_the_sums_are_those_of_all_positions_after_any_sequence(
        fills in prop::collection::vec((0_usize..5, size(20), 1_i64..2_000), 0..100),
        price_e8 in positive(40), divisor in divisor(),
    ) {
        let mut positions = [Position::default(); 5];
        let mut sums = OpenInterest::default();
        for (account, lots, price) in fills {
            let before = positions[account];
            let after = before.fill(Fill { lots, cost_q: lots * price }).unwrap().position;
            sums = sums.replace(before, after).unwrap();
            positions[account] = after;
        }
        let side = |sign: i64| positions.into_iter().filter(move |p| p.lots.signum() == sign);
        let lots = |sign| side(sign).map(|p| p.lots.unsigned_abs()).sum::<u64>();
        let entry = |sign| side(sign).map(|p| p.entry_q).sum::<i64>();
        let expected = OpenInterest {
            long_lots: lots(1),
            short_lots: lots(-1),
            long_entry_q: entry(1),
            short_entry_q: entry(-1),
        };
        prop_assert_eq!(sums, expected);
        prop_assert_eq!(sums.larger_side_lots(), lots(1).max(lots(-1)));
        prop_assert_eq!(sums.skew_lots().unwrap(), positions.iter().map(|p| p.lots).sum::<i64>());
        // All profits together are the profit of the sums, within two atoms below exact.
        let exact = positions.iter().fold(whole(0), |sum, p| {
            sum + worth(p.lots, price_e8, divisor) - whole(p.entry_q)
        });
        let profit = whole(sums.traders_profit_down(price_e8, divisor).unwrap());
        prop_assert!(profit <= exact && exact < profit + whole(2));
    }
}
