//! Sensitivities against central differences of the exact requirement.

use crate::reference::portfolio::{random_book, random_row, Book};
use crate::reference::sensitivity::{bounds, requirement, Smooth};
use crate::reference::Rng;
use crate::strategies::{cases, wide, wide_i64, wide_u32};
use plimsoll_risk::portfolio::{requirement_up, Binding, Leg, Requirement, Row, LEGS_MAX};
use plimsoll_risk::sensitivity::{sensitivities, Sensitivity};
use proptest::prelude::*;

/// A ten-thousandth to either side.
const STEP: f64 = 1e-4;

/// Slopes below and above, of one leg changed.
fn slopes(book: &Book, place: usize, changed: impl Fn(Smooth, f64) -> Smooth) -> (f64, f64) {
    let at = |factor: f64| {
        let mut legs: Vec<Smooth> = book.legs.iter().map(Smooth::of).collect();
        legs[place] = changed(legs[place], factor);
        requirement(book, &legs)
    };
    let (below, here, above) = (at(1.0 - STEP), at(1.0), at(1.0 + STEP));
    ((here - below) / STEP, (above - here) / STEP)
}

/// Whether what decides is clear: no other bound is as near as rounding, but for one that is the same.
fn is_clear(book: &Book, rounding: f64) -> bool {
    let legs: Vec<Smooth> = book.legs.iter().map(Smooth::of).collect();
    let bounds = bounds(book, &legs);
    let top = bounds[1..].iter().copied().fold(0.0, f64::max);
    let same = |bound: f64| (bound - top).abs() < 1e-12 * top;
    let near = |bound: f64| !same(bound) && (bound - top).abs() < rounding;
    !bounds.into_iter().any(near)
}

/// A book of legs of a thousand dollars and more.
fn book(rng: &mut Rng) -> Book {
    let mut book = random_book(rng, 40);
    for leg in &mut book.legs {
        let times = (rng.magnitude(1 << 34) + (1 << 30)).div_ceil(leg.notional_q);
        leg.notional_q *= times;
        leg.exposure_q *= i64::try_from(times).unwrap();
        leg.gross_q *= times;
        if rng.one_in(2) {
            leg.gross_q *= 4;
        }
    }
    if rng.one_in(2) {
        book.rows.push(random_row(rng));
        book.floor_ppm = 0;
    }
    book
}

/// Two parts in 1e8 of notional and of what rows move, and four atoms: means and shares are in ppm, slopes
/// and their parts in atoms.
fn rounding(book: &Book) -> f64 {
    let moved = |leg: &Leg| leg.notional_q as f64 + 3.0 * leg.exposure_q.abs() as f64;
    book.legs.iter().map(moved).sum::<f64>() * 2e-8 + 4.0
}

fn kind(binding: Binding) -> usize {
    match binding {
        Binding::Gross => 0,
        Binding::Floor => 1,
        Binding::Alone(_) => 2,
        Binding::Root => 3,
        Binding::Joint(_) => 4,
        Binding::Row(_) => 5,
    }
}

#[test]
fn r_k4_sensitivities_are_the_slopes_of_the_exact_requirement() {
    let mut rng = Rng(1);
    let (mut compared, mut unclear, mut distinct) = ([0_u32; 6], 0_u32, 0_u32);
    for _ in 0..60_000 {
        let book = book(&mut rng);
        let found = requirement_up(&book.legs, &book.rows, book.floor_ppm).unwrap();
        let all = sensitivities(&book.legs, &book.rows, book.floor_ppm, &found).unwrap();
        let rounding = rounding(&book) * 100.0;
        if !is_clear(&book, rounding) {
            unclear += 1;
            continue;
        }
        for (place, slope) in all.iter().enumerate().take(book.legs.len()) {
            let of_volatility = slopes(&book, place, Smooth::steepened);
            let of_size = slopes(&book, place, Smooth::sized);
            let scale = found.gross_q as f64;
            for ((below, above), slope_q) in
                [(of_volatility, slope.volatility_q), (of_size, slope.size_q)]
            {
                // Where another bound or cap takes over within the step, there are two slopes.
                if (above - below).abs() > scale * 2e-3 {
                    unclear += 1;
                    continue;
                }
                let (exact, found_q) = ((above + below) / 2.0, slope_q as f64 * 100.0);
                let most = rounding + (above - below).abs();
                assert!(
                    (found_q - exact).abs() <= most,
                    "{place} {slope:?} {exact} {most} {found:?} {book:?}"
                );
                compared[kind(found.binding)] += 1;
                distinct += u32::from(slope.volatility_q.abs_diff(slope.size_q) > 100);
            }
        }
    }
    assert!(compared.iter().all(|&count| count > 3_000), "{compared:?}");
    let sum = compared.iter().sum::<u32>();
    assert!(
        unclear < sum / 20 && distinct > 3_000,
        "{unclear} of {sum}, {distinct}"
    );
}

fn sum(all: &[Sensitivity], of: impl Fn(&Sensitivity) -> i64) -> f64 {
    all.iter().map(|slope| of(slope) as f64).sum()
}

#[test]
fn r_k4_a_percent_of_everything_is_a_percent_of_the_requirement() {
    let mut rng = Rng(2);
    for _ in 0..60_000 {
        let book = book(&mut rng);
        let found = requirement_up(&book.legs, &book.rows, book.floor_ppm).unwrap();
        let all = sensitivities(&book.legs, &book.rows, book.floor_ppm, &found).unwrap();
        // Requirements are homogeneous in ratios and in sizes (Euler).
        let rounding = rounding(&book) + 40.0;
        let percent = found.requirement_q as f64 / 100.0;
        for of in [
            |slope: &Sensitivity| slope.volatility_q,
            |slope: &Sensitivity| slope.size_q,
        ] {
            let together = sum(&all, of);
            assert!(
                (together - percent).abs() <= rounding,
                "{together} {percent} {found:?} {book:?}"
            );
        }
        assert!(all[book.legs.len()..]
            .iter()
            .all(|slope| *slope == Sensitivity::default()));
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

fn any_binding() -> impl Strategy<Value = Binding> {
    (0..6, 0..20_usize, any::<bool>()).prop_map(|(kind, place, up)| match kind {
        0 => Binding::Gross,
        1 => Binding::Floor,
        2 => Binding::Alone(place),
        3 => Binding::Root,
        4 => Binding::Joint(up),
        _ => Binding::Row(place),
    })
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn i10_sensitivities_never_panic(
        legs in prop::collection::vec(wide_leg(), 0..=LEGS_MAX + 1),
        rows in prop::collection::vec(any::<Row>(), 0..=3), floor_ppm in wide_u32(),
        (requirement_q, gross_q, binding) in (wide(), wide(), any_binding()),
    ) {
        let any = Requirement { requirement_q, gross_q, binding };
        let _ = sensitivities(&legs, &rows, floor_ppm, &any);
        if let Ok(found) = requirement_up(&legs, &rows, floor_ppm) {
            let _ = sensitivities(&legs, &rows, floor_ppm, &found);
        }
    }
}
