//! Portfolio requirements against exact fractions, and how they move.

use crate::reference::portfolio::{
    exact, moves, random_book, random_row, requirement, row_terms, Book,
};
use crate::reference::rational::whole;
use crate::reference::Rng;
use crate::strategies::{cases, wide, wide_i64, wide_u32};
use plimsoll_risk::portfolio::{net_up, requirement_up, Binding, Leg, Requirement, Row, LEGS_MAX};
use plimsoll_risk::portfolio::{COLUMNS_MAX, ROWS_MAX};
use proptest::prelude::*;

fn required(book: &Book) -> Requirement {
    requirement_up(&book.legs, &book.rows, book.floor_ppm).unwrap()
}

/// So many random books of legs of at most `bits` bits.
fn books(seed: u64, count: u32, bits: u32) -> impl Iterator<Item = (Book, Rng)> {
    let mut rng = Rng(seed);
    (0..count).map(move |_| (random_book(&mut rng, bits), Rng(rng.bits())))
}

/// A leg with its size, and with `by` percent more of it.
fn sized(leg: &Leg, percent: u64) -> Leg {
    Leg {
        notional_q: leg.notional_q * percent,
        ..steepened(leg, percent)
    }
}

/// A leg with `percent` of its ratio.
fn steepened(leg: &Leg, percent: u64) -> Leg {
    Leg {
        exposure_q: leg.exposure_q * i64::try_from(percent).unwrap(),
        gross_q: leg.gross_q * percent,
        ..*leg
    }
}

fn every_leg(book: &Book, change: impl Fn(&Leg) -> Leg) -> Book {
    Book {
        legs: book.legs.iter().map(change).collect(),
        ..book.clone()
    }
}

fn one_leg(book: &Book, place: usize, leg: Leg) -> Book {
    let mut book = book.clone();
    book.legs[place] = leg;
    book
}

/// I8: what a book's requirement may lie above exact, atoms: the derived bound, whole atoms up.
fn bound_q(book: &Book) -> u64 {
    let exact = exact(book);
    let terms = exact
        .terms
        .iter()
        .map(|term| u64::try_from(term.bound_e6 / 1_000_000 + 1).unwrap());
    terms.max().unwrap().max(exact.root_bound_q)
}

#[test]
fn i8_a_million_requirements_are_at_least_exact_and_less_than_the_derived_bound_above() {
    let mut bindings = [0_u32; 6];
    for bits in [8, 30, 45, 50] {
        for (book, _) in books(u64::from(bits), 300_000, bits) {
            let found = required(&book);
            let exact = exact(&book);
            assert!(exact.is_at_most(found.requirement_q), "{book:?}: {found:?}");
            assert!(exact.reaches(found.requirement_q), "{book:?}: {found:?}");
            assert_eq!(found.gross_q, exact.gross_q);
            bindings[match found.binding {
                Binding::Gross => 0,
                Binding::Floor => 1,
                Binding::Alone(_) => 2,
                Binding::Root => 3,
                Binding::Joint(_) => 4,
                Binding::Row(_) => 5,
            }] += 1;
        }
    }
    assert!(bindings.iter().all(|&count| count > 1_000), "{bindings:?}");
}

#[test]
fn r_n2_to_r_n7_fractions_of_128_bits_are_those_of_unbounded_integers() {
    for (book, _) in books(1, 20_000, 45) {
        let (slow, quick) = (requirement(&book), exact(&book));
        // The least whole number that covers every term is the same.
        let least = u64::try_from(slow.ceil()).unwrap();
        assert!(quick.is_at_most(least), "{book:?}");
        assert!(!quick.is_at_most(least - 1), "{book:?}");
        let found = required(&book).requirement_q;
        assert!(
            whole(found) >= slow && found - least <= bound_q(&book),
            "{book:?}"
        );
    }
}

#[test]
fn i7_a_requirement_lies_between_the_floor_and_the_gross_and_never_below_one_exposure() {
    for (book, _) in books(2, 100_000, 50) {
        let found = required(&book);
        let of_gross = u128::from(found.requirement_q) * 1_000_000;
        assert!(of_gross >= u128::from(found.gross_q) * u128::from(book.floor_ppm));
        assert!(found.requirement_q <= found.gross_q);
        for leg in &book.legs {
            assert!(found.requirement_q >= leg.exposure_q.unsigned_abs());
        }
    }
}

#[test]
fn r_n5_more_rows_never_lower_the_requirement() {
    for (mut book, mut rng) in books(3, 50_000, 50) {
        let before = required(&book);
        book.rows.insert(0, random_row(&mut rng));
        book.rows.push(random_row(&mut rng));
        assert!(required(&book).requirement_q >= before.requirement_q);
    }
}

#[test]
fn r_n2_to_r_n7_the_order_of_legs_does_not_matter() {
    for (mut book, mut rng) in books(4, 50_000, 50) {
        let before = required(&book);
        for last in (1..book.legs.len()).rev() {
            let other = usize::try_from(rng.between(0, last as u64)).unwrap();
            book.legs.swap(last, other);
        }
        let after = required(&book);
        assert_eq!(after.requirement_q, before.requirement_q, "{book:?}");
    }
}

#[test]
fn r_n2_r_n5_the_opposite_book_in_opposite_rows_needs_the_same() {
    for (book, _) in books(5, 50_000, 50) {
        let opposite = Book {
            rows: book.rows.iter().map(|row| row.map(|by| -by)).collect(),
            ..every_leg(&book, |leg| Leg {
                exposure_q: -leg.exposure_q,
                ..*leg
            })
        };
        let (here, there) = (required(&book), required(&opposite));
        assert_eq!(here.requirement_q, there.requirement_q);
        assert_eq!(here.gross_q, there.gross_q);
    }
}

#[test]
fn i7_a_requirement_is_homogeneous_in_size_up_to_rounding() {
    for (book, mut rng) in books(6, 50_000, 40) {
        let times = rng.between(2, 100);
        let larger = every_leg(&book, |leg| sized(leg, times));
        let (here, there) = (
            required(&book).requirement_q,
            required(&larger).requirement_q,
        );
        // Both are at least exact, and exact is homogeneous.
        assert!(there <= here * times + bound_q(&larger), "{book:?}");
        assert!(here * times <= there + bound_q(&book) * times, "{book:?}");
    }
}

#[test]
fn i7_more_volatility_of_everything_raises_the_requirement_in_proportion_up_to_rounding() {
    for (book, mut rng) in books(7, 50_000, 40) {
        let book = every_leg(&book, |leg| steepened(leg, 100));
        let percent = rng.between(101, 1_000);
        let stormy = every_leg(&book, |leg| steepened(leg, percent));
        let stormy = every_leg(&stormy, |leg| Leg {
            exposure_q: leg.exposure_q / 100,
            gross_q: leg.gross_q / 100,
            ..*leg
        });
        let (calm, storm) = (
            required(&book).requirement_q,
            required(&stormy).requirement_q,
        );
        assert!(storm + bound_q(&book) > calm, "{book:?}");
        let (calm, storm) = (u128::from(calm), u128::from(storm));
        let percent = u128::from(percent);
        assert!(storm * 100 <= calm * percent + u128::from(bound_q(&stormy)) * 100);
        assert!(calm * percent <= storm * 100 + u128::from(bound_q(&book)) * percent);
    }
}

/// The book with all legs on one side, and rows that move every market one way.
fn one_sided(book: &Book, rng: &mut Rng) -> Book {
    let long = rng.one_in(2);
    let mut book = every_leg(book, |leg| Leg {
        exposure_q: if long {
            leg.exposure_q.abs()
        } else {
            -leg.exposure_q.abs()
        },
        ..*leg
    });
    for row in &mut book.rows {
        let up = rng.one_in(2);
        *row = row.map(|by| if up { by.abs() } else { -by.abs() });
    }
    book
}

#[test]
fn i7_on_one_side_a_larger_or_wilder_leg_never_lowers_the_requirement() {
    for (book, mut rng) in books(8, 100_000, 40) {
        let book = one_sided(&book, &mut rng);
        let place = rng.between(0, book.legs.len() as u64 - 1) as usize;
        let mut leg = book.legs[place];
        leg.exposure_q += leg.exposure_q.signum() * rng.magnitude(1 << 40) as i64;
        leg.gross_q = leg.gross_q.max(leg.exposure_q.unsigned_abs()) + rng.between(0, 100);
        let before = required(&book).requirement_q;
        let wilder = required(&one_leg(&book, place, leg)).requirement_q;
        assert!(wilder >= before, "{book:?}");
        leg.notional_q += rng.magnitude(1 << 40);
        let larger = required(&one_leg(&book, place, leg)).requirement_q;
        assert!(larger >= before, "{book:?}");
    }
}

#[test]
fn i7_on_one_side_without_add_ons_the_requirement_is_the_gross() {
    for (book, mut rng) in books(9, 50_000, 50) {
        let book = every_leg(&one_sided(&book, &mut rng), |leg| Leg {
            gross_q: 0,
            ..*leg
        });
        let found = required(&book);
        let sum: u64 = book
            .legs
            .iter()
            .map(|leg| leg.exposure_q.unsigned_abs())
            .sum();
        assert_eq!((found.requirement_q, found.binding), (sum, Binding::Gross));
    }
}

/// A book in hundreds of atoms, and one leg of it between once and five times as large or as wild.
fn grown(book: &Book, rng: &mut Rng) -> (Book, Book, usize) {
    let book = every_leg(book, |leg| sized(leg, 100));
    let place = rng.between(0, book.legs.len() as u64 - 1) as usize;
    let percent = rng.between(101, 500);
    let leg = book.legs[place];
    let larger = if rng.one_in(2) {
        sized(&leg, percent)
    } else {
        steepened(&leg, percent)
    };
    let wilder = larger.notional_q == leg.notional_q;
    let leg = Leg {
        notional_q: if wilder {
            leg.notional_q
        } else {
            larger.notional_q / 100
        },
        exposure_q: larger.exposure_q / 100,
        gross_q: larger.gross_q / 100,
        ..leg
    };
    let larger = one_leg(&book, place, leg);
    (book, larger, place)
}

#[test]
fn i7_a_larger_or_wilder_leg_never_lowers_what_a_row_costs_in_which_it_loses() {
    for (book, mut rng) in books(10, 100_000, 34) {
        let (book, larger, place) = grown(&book, &mut rng);
        let found = required(&larger);
        for moves in moves(&book) {
            let gains = i64::from(moves[place]) * book.legs[place].exposure_q.signum() > 0;
            if gains || book.legs.len() == 1 {
                continue;
            }
            let still = row_terms(&book.legs, &moves);
            let covered = still
                .iter()
                .all(|term| term.is_at_most(found.requirement_q));
            assert!(covered || found.requirement_q == found.gross_q, "{book:?}");
        }
        // Root, floor and single exposures never fall either, so that a hedge lowers what rows cost alone.
        let (before, after) = (exact(&book), exact(&larger));
        assert!(after.squares > before.squares && after.gross_q > before.gross_q);
    }
}

#[test]
fn i7_a_hedge_lowers_the_requirement_by_at_most_what_it_gains_in_the_wildest_row() {
    let mut lowered = 0;
    for (book, mut rng) in books(11, 100_000, 34) {
        let (book, larger, place) = grown(&book, &mut rng);
        let (before, after) = (
            required(&book).requirement_q,
            required(&larger).requirement_q,
        );
        let size = |book: &Book| book.legs[place].exposure_q.unsigned_abs();
        let wildest = moves(&book)
            .iter()
            .map(|by| by[place].unsigned_abs())
            .max()
            .unwrap();
        let gained = (size(&larger) - size(&book)) * u64::from(wildest) / 10_000;
        lowered += u32::from(after + bound_q(&book) < before);
        assert!(after + gained + 1 + bound_q(&book) >= before, "{book:?}");
    }
    assert!(lowered > 1_000, "{lowered}");
}

#[test]
fn r_n1_a_net_size_is_at_least_exact_and_at_most_two_atoms_above() {
    let mut rng = Rng(12);
    for _ in 0..200_000 {
        // In thousandths of an atom; spot of less than an atom is left out.
        let high = if rng.one_in(2) { 1 << 50 } else { 20_000 };
        let (perp, spot) = (rng.between(0, high), rng.between(1_000, high));
        let spot = if rng.one_in(3) {
            perp.max(1_000) + rng.between(0, 2_000)
        } else {
            spot
        };
        let long = rng.one_in(2);
        let (size_q, net_long) = net_up(long, perp.div_ceil(1_000), spot / 1_000).unwrap();
        let signed = |size: u64, long: bool| if long { size as i64 } else { -(size as i64) };
        let net = signed(perp, long) + spot as i64;
        let size = (size_q * 1_000) as i64;
        assert!(
            size >= net.abs() && size - net.abs() <= 2_000,
            "{perp} {spot} {long}"
        );
        // Within the roundings the side may be wrong, never the size.
        assert!(
            net_long == (net > 0) || net.abs() <= 1_000,
            "{perp} {spot} {long}"
        );
    }
}

fn wide_leg() -> impl Strategy<Value = Leg> {
    (any::<u16>(), wide(), wide_i64(), wide()).prop_map(
        |(column, notional_q, exposure_q, gross_q)| Leg {
            column: column % 20,
            notional_q,
            exposure_q,
            gross_q,
        },
    )
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn i10_the_portfolio_never_panics(
        legs in prop::collection::vec(wide_leg(), 0..=LEGS_MAX + 1),
        rows in prop::collection::vec(any::<Row>(), 0..=3), floor_ppm in wide_u32(),
        perp_long in any::<bool>(), perp_q in wide(), spot_q in wide(),
    ) {
        if let Ok((size_q, _)) = net_up(perp_long, perp_q, spot_q) {
            prop_assert!(size_q >= perp_q.abs_diff(spot_q) || !perp_long);
        }
        if let Ok(found) = requirement_up(&legs, &rows, floor_ppm) {
            prop_assert!(found.requirement_q <= found.gross_q);
            for leg in &legs {
                prop_assert!(found.requirement_q >= leg.exposure_q.unsigned_abs());
            }
        }
        let rows = vec![[0; COLUMNS_MAX]; ROWS_MAX + 1];
        prop_assert!(requirement_up(&legs, &rows, floor_ppm).is_err());
    }
}
