//! Portfolio requirements in exact fractions: R-N2 … R-N7 without any rounding.
//!
//! Nothing here takes a mean: what a side offsets is compared in products. The quick form has 128 bits
//! and serves books whose legs have at most 50; the slow one has no bounds.

use super::rational::{ppm, ratio, whole, Rational};
use super::Rng;
use num_bigint::BigInt;
use plimsoll_risk::portfolio::{Leg, Row, COLUMNS_MAX, LEGS_MAX, ONE_E4, ROWS_MAX};

/// Legs, rows and the least share of the gross, ppm.
#[derive(Clone, Debug)]
pub struct Book {
    /// The legs.
    pub legs: Vec<Leg>,
    /// Governance's rows.
    pub rows: Vec<Row>,
    /// The least share of the gross, ppm.
    pub floor_ppm: u32,
}

/// A random book, its legs of at most `bits` ≤ 50 bits; half of them have no more gross than exposure.
pub fn random_book(rng: &mut Rng, bits: u32) -> Book {
    let legs = usize::try_from(rng.between(1, 12)).expect("12");
    // Books of like legs net more than books of legs of all sizes.
    let alike = rng.one_in(2).then(|| rng.magnitude((1 << (bits - 2)) - 1));
    let plain = rng.one_in(2);
    let leg = |rng: &mut Rng| {
        let notional_q = match alike {
            Some(size) => rng.between(size, size * 3),
            None => rng.magnitude((1 << bits) - 1),
        };
        let ratio_ppm = u128::from(match rng.between(0, 3) {
            0 => rng.between(1, 1_000_000),
            _ => rng.between(5_000, 120_000),
        });
        let size = (u128::from(notional_q) * ratio_ppm).div_ceil(1_000_000);
        let size = i64::try_from(size).expect("50 bits");
        let more_q = if plain { 0 } else { rng.magnitude(notional_q) };
        Leg {
            column: u16::try_from(rng.between(0, 18)).expect("18"),
            notional_q,
            exposure_q: if rng.one_in(2) { size } else { -size },
            gross_q: size.unsigned_abs() + more_q,
        }
    };
    let legs = (0..legs).map(|_| leg(rng)).collect();
    let rows = (0..rng.between(0, 6)).map(|_| random_row(rng)).collect();
    let floor_ppm = rng.between_u32(0, 400_000);
    Book {
        legs,
        rows,
        floor_ppm,
    }
}

/// A row that may move all markets one way, each its own way, or few of them.
pub fn random_row(rng: &mut Rng) -> Row {
    let how = rng.between(0, 2);
    let up = rng.one_in(2);
    [0; COLUMNS_MAX].map(|_: i16| {
        let size = i16::try_from(rng.between(0, 30_000)).expect("30,000");
        match how {
            0 if up => size,
            0 => -size,
            1 if rng.one_in(3) => 0,
            _ if rng.one_in(2) => size,
            _ => -size,
        }
    })
}

/// R-N2 and R-N5: the rows of a book, with the two joint ones first. What R-N2 says of a book of one leg
/// R-N3 says as well.
pub fn moves(book: &Book) -> Vec<Vec<i16>> {
    let joint = [-ONE_E4, ONE_E4].map(|all| vec![all; book.legs.len()]);
    let stated = book.rows.iter().map(|row| {
        let of = |leg: &Leg| row.get(usize::from(leg.column)).copied().unwrap_or(0);
        book.legs.iter().map(of).collect()
    });
    joint.into_iter().chain(stated).collect()
}

/// A fraction of 128 bits, and by how much what is computed may exceed it.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// Atoms times the denominator.
    pub numerator: i128,
    /// Positive.
    pub denominator: i128,
    /// I8: the derived bound, in millionths of an atom.
    pub bound_e6: i128,
}

impl Term {
    fn atoms(numerator: u64, bound_e6: i128) -> Self {
        let numerator = i128::from(numerator);
        Self {
            numerator,
            denominator: 1,
            bound_e6,
        }
    }

    /// Whether the term is at most `q`.
    pub fn is_at_most(&self, q: u64) -> bool {
        self.numerator <= i128::from(q) * self.denominator
    }

    /// Whether `q` is less than the bound above the term.
    pub fn reaches(&self, q: u64) -> bool {
        let above = i128::from(q) * self.denominator - self.numerator;
        let bound = self.bound_e6 * self.denominator;
        above <= 0
            || above
                .checked_mul(1_000_000)
                .is_some_and(|above| above < bound)
    }
}

/// R-N5, R-N7: what a row costs: the larger of losses less what gains can offset, and losses less what
/// they can be relieved of.
pub fn row_terms(legs: &[Leg], moves: &[i16]) -> Vec<Term> {
    let mut sides = [Side::default(), Side::default()];
    for (leg, &by) in legs.iter().zip(moves) {
        let result_e4 = i128::from(leg.exposure_q) * i128::from(by);
        if result_e4 != 0 {
            let side = &mut sides[usize::from(result_e4 > 0)];
            side.parts
                .push((result_e4.abs(), i128::from(leg.notional_q)));
            side.sum_e4 += result_e4.abs();
            side.notional += i128::from(leg.notional_q);
        }
    }
    let [losing, gaining] = sides;
    let smaller = losing.notional.min(gaining.notional);
    let bound_e6 = 2_000_000 * i128::try_from(legs.len()).expect("12") + smaller;
    let less = |offset_e4: i128, notional: i128| Term {
        numerator: losing.sum_e4 * notional - offset_e4,
        denominator: 10_000 * notional,
        bound_e6,
    };
    vec![
        less(gaining.capped(&losing), losing.notional.max(1)),
        less(losing.capped(&gaining), gaining.notional.max(1)),
    ]
}

#[derive(Default)]
struct Side {
    /// Result and notional of each leg.
    parts: Vec<(i128, i128)>,
    sum_e4: i128,
    notional: i128,
}

impl Side {
    /// What this side counts for at the mean of the other, times the notional of the other.
    fn capped(&self, other: &Self) -> i128 {
        let parts = self.parts.iter();
        parts
            .map(|&(part, notional)| (part * other.notional.max(1)).min(notional * other.sum_e4))
            .sum()
    }
}

/// What a book may need, exact.
#[derive(Debug)]
pub struct Exact {
    /// R-N6.
    pub gross_q: u64,
    /// R-N3, R-N5, R-N6.
    pub terms: Vec<Term>,
    /// R-N4: the sum of squares.
    pub squares: u128,
    /// The derived bound of the root, atoms.
    pub root_bound_q: u64,
}

/// R-N2 … R-N7 in 128 bits.
pub fn exact(book: &Book) -> Exact {
    let legs = &book.legs;
    let sizes: Vec<u64> = legs
        .iter()
        .map(|leg| leg.exposure_q.unsigned_abs())
        .collect();
    let gross_q = legs
        .iter()
        .zip(&sizes)
        .map(|(leg, size)| leg.gross_q.max(*size))
        .sum();
    let floor = Term {
        numerator: i128::from(gross_q) * i128::from(book.floor_ppm),
        denominator: 1_000_000,
        bound_e6: 1_000_000,
    };
    let mut terms = vec![floor];
    terms.extend(sizes.iter().map(|&size| Term::atoms(size, 1)));
    for moves in moves(book)
        .iter()
        .take(if legs.len() > 1 { usize::MAX } else { 0 })
    {
        terms.extend(row_terms(legs, moves));
    }
    let largest = sizes.iter().max().expect("a leg");
    // A root of n squares, each rounded up to a unit of 2^-29 of the largest, and rounded up itself.
    let unit = 1_u64 << (u64::BITS - largest.leading_zeros()).saturating_sub(30);
    let root_bound_q = if unit == 1 { 1 } else { 5 * unit };
    Exact {
        gross_q,
        terms,
        squares: sizes.iter().map(|&size| u128::from(size).pow(2)).sum(),
        root_bound_q,
    }
}

impl Exact {
    /// Whether `q` is at least exact.
    pub fn is_at_most(&self, q: u64) -> bool {
        let covers = self.terms.iter().all(|term| term.is_at_most(q));
        q >= self.gross_q || (covers && self.squares <= u128::from(q).pow(2))
    }

    /// Whether `q` is at most the gross and less than the derived bound above one of the terms.
    pub fn reaches(&self, q: u64) -> bool {
        let below = u128::from(q.saturating_sub(self.root_bound_q)).pow(2);
        let near = self.terms.iter().any(|term| term.reaches(q));
        q <= self.gross_q && (near || below < self.squares)
    }
}

/// R-N2 … R-N7 in unbounded integers, but for the 2^-64 of a root, which is rounded down.
pub fn requirement(book: &Book) -> Rational {
    assert!(book.legs.len() <= LEGS_MAX && book.rows.len() <= ROWS_MAX);
    let sizes = book.legs.iter().map(|leg| whole(leg.exposure_q).abs());
    let sizes: Vec<Rational> = sizes.collect();
    let gross = book.legs.iter().zip(&sizes);
    let gross = gross
        .map(|(leg, size)| whole(leg.gross_q).max(size.clone()))
        .fold(whole(0), |sum, alone| sum + alone);
    let mut worst = gross.clone() * ppm(book.floor_ppm);
    let mut squares = whole(0);
    for size in sizes {
        squares = squares + size.clone() * size.clone();
        worst = worst.max(size);
    }
    if book.legs.len() > 1 {
        let root: BigInt = (squares.floor() << 128_u32).sqrt();
        worst = worst.max(ratio(root, BigInt::from(1) << 64_u32));
        for moves in moves(book) {
            worst = worst.max(row_loss(&book.legs, &moves));
        }
    }
    worst.min(gross)
}

/// R-N5, R-N7: what a row costs, by means.
fn row_loss(legs: &[Leg], moves: &[i16]) -> Rational {
    let result = |leg: &Leg, by: i16| whole(leg.exposure_q) * ratio(by, ONE_E4);
    let side = |gains: bool| -> Vec<(Rational, Rational)> {
        let results = legs
            .iter()
            .zip(moves)
            .map(|(leg, &by)| (result(leg, by), leg));
        let on_side = results.filter(|(result, _)| {
            let zero = whole(0);
            (gains && *result > zero) || (!gains && *result < zero)
        });
        on_side
            .map(|(result, leg)| (result.abs(), whole(leg.notional_q)))
            .collect()
    };
    let (losing, gaining) = (side(false), side(true));
    let sums = |side: &[(Rational, Rational)]| {
        side.iter()
            .fold((whole(0), whole(0)), |sums, (part, notional)| {
                (sums.0 + part.clone(), sums.1 + notional.clone())
            })
    };
    let mean = |side: &[(Rational, Rational)]| {
        let (part, notional) = sums(side);
        part / notional.max(whole(1))
    };
    let capped = |side: &[(Rational, Rational)], mean: &Rational| {
        let parts = side.iter();
        parts
            .map(|(part, notional)| part.clone().min(notional.clone() * mean.clone()))
            .fold(whole(0), |sum, part| sum + part)
    };
    let offset = capped(&gaining, &mean(&losing)).min(capped(&losing, &mean(&gaining)));
    sums(&losing).0 - offset
}
