//! Books against the reference and against the sum of their positions.

use crate::reference::account;
use crate::reference::book::{atom, lines};
use crate::reference::books::{exposure, parts, Parts};
use crate::reference::Rng;
use crate::strategies::{cases, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use num_traits::Zero;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Line, Netting, Pledge, Prices, QuoteRisk};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::position::Position;
use plimsoll_risk::units::ONE_PPM;
use proptest::prelude::*;

pub fn requirements(margin: &Margin) -> [u64; 3] {
    [
        margin.requirement_initial_q,
        margin.requirement_call_q,
        margin.requirement_liquidation_q,
    ]
}

pub fn equities(margin: &Margin) -> [i64; 3] {
    [
        margin.equity_initial_q,
        margin.equity_call_q,
        margin.equity_liquidation_q,
    ]
}

/// Everything long, so that nothing hedges anything, and the last price the only one.
pub fn one_sided(rng: &mut Rng) -> Parts {
    let mut book = parts(rng, 8, 3);
    for held in &mut book.exposures {
        held.position.lots = held.position.lots.abs();
        held.prices = alone(held.prices);
    }
    for held in &mut book.pledges {
        held.prices = alone(held.prices);
    }
    book
}

pub fn alone(prices: Prices) -> Prices {
    Prices {
        slow_e8: prices.price_e8,
        guard_e8: prices.price_e8,
        ..prices
    }
}

/// More with `BOOKS=1000000`, in the release profile.
fn books(few: u64) -> u64 {
    let asked = std::env::var("BOOKS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(few)
}

#[test]
fn i8_a_book_is_never_below_the_reference_and_within_its_bound_above() {
    let mut rng = Rng(41);
    for number in 0..books(10_000) {
        let book = parts(&mut rng, 8, 4);
        let margin = book.margin().unwrap();
        let Parts {
            exposures, pledges, ..
        } = &book;
        let exact = lines(
            book.balance_q,
            &book.quote,
            exposures,
            pledges,
            &book.netting(),
        );
        for line in 0..3 {
            let above =
                BigInt::from(requirements(&margin)[line]) * atom() - &exact.requirement[line];
            assert!(-&exact.below[line] <= above, "{number} {line} {book:?}");
            assert!(above <= exact.above[line], "{number} {line} {book:?}");
            let below = &exact.equity[line] - BigInt::from(equities(&margin)[line]) * atom();
            assert!(below >= BigInt::zero(), "{number} {line} {book:?}");
            assert!(below <= exact.equity_below, "{number} {line} {book:?}");
        }
    }
}

#[test]
fn r_a1_r_a2_without_spot_and_netting_a_book_is_the_sum_of_its_positions_bit_by_bit() {
    let mut rng = Rng(42);
    for _ in 0..20_000 {
        let mut book = parts(&mut rng, 8, 0);
        for held in &mut book.exposures {
            held.liquidity_q = u64::MAX;
            held.credit_ppm = ONE_PPM;
            held.prices.guard_e8 = held.prices.price_e8;
        }
        book.quote = QuoteRisk::PAR;
        let made = book.book().unwrap().margin(&Netting::NONE).unwrap();
        let sum = account::lines(book.balance_q, &book.exposures);
        let found = requirements(&made).map(BigInt::from);
        assert_eq!(found, sum.requirement, "{book:?}");
        assert_eq!(equities(&made).map(BigInt::from), sum.equity, "{book:?}");
        assert_eq!(BigInt::from(made.notional_q), sum.notional, "{book:?}");
    }
}

#[test]
fn i6_i7_lines_are_in_order_and_the_netted_part_lies_between_the_floor_and_the_gross() {
    let mut rng = Rng(43);
    for _ in 0..50_000 {
        let parts = parts(&mut rng, 8, 4);
        let (book, netting) = (parts.book().unwrap(), parts.netting());
        let margin = book.margin(&netting).unwrap();
        let [initial, call, liquidation] = requirements(&margin);
        assert!(initial >= call && call >= liquidation, "{parts:?}");
        let [initial, call, liquidation] = equities(&margin);
        assert!(initial <= call && call <= liquidation, "{parts:?}");
        for line in [Line::Initial, Line::Call] {
            let (netted, whole_q) = book.line(line, &netting).unwrap();
            let least = u128::from(netted.gross_q) * u128::from(parts.floor_ppm);
            assert!(u128::from(netted.requirement_q) * 1_000_000 >= least);
            assert!(netted.requirement_q <= netted.gross_q && netted.requirement_q <= whole_q);
        }
    }
}

#[test]
fn r_a1_the_liquidation_line_knows_neither_rows_nor_other_ratios_nor_size_nor_the_quote() {
    let mut rng = Rng(44);
    for _ in 0..30_000 {
        let before = parts(&mut rng, 8, 4);
        let mut after = parts(&mut rng, 0, 0);
        after.balance_q = before.balance_q;
        after.exposures.clone_from(&before.exposures);
        after.pledges.clone_from(&before.pledges);
        for held in &mut after.exposures {
            let other = exposure(&mut rng, 0, 1);
            held.liquidity_q = other.liquidity_q.max(1 << 34);
            held.credit_ppm = other.credit_ppm;
            held.sigma_ppm = other.sigma_ppm;
            held.prices.slow_e8 = held.prices.price_e8 / 2 + 1;
            held.prices.guard_e8 = held.prices.price_e8 * 2;
            for side in [&mut held.ratios.long, &mut held.ratios.short] {
                side.initial_ppm *= 2;
                side.call_ppm = side.call_ppm / 2 + 1;
            }
        }
        for held in &mut after.pledges {
            held.liquidity_q = rng.magnitude(1 << 50).max(1 << 34);
            held.prices.slow_e8 = held.prices.price_e8 / 2;
            held.prices.guard_e8 = held.prices.price_e8 / 3;
            held.ratios.call_ppm = held.ratios.initial_ppm;
        }
        let (before, after) = (before.margin().unwrap(), after.margin().unwrap());
        let line = |margin: &Margin| {
            (
                margin.equity_liquidation_q,
                margin.requirement_liquidation_q,
            )
        };
        assert_eq!(line(&before), line(&after));
    }
}

#[test]
fn i7_a_one_sided_book_needs_its_gross_and_more_in_size_and_ratio() {
    let mut rng = Rng(45);
    for _ in 0..30_000 {
        let mut book = one_sided(&mut rng);
        for cell in book.rows.iter_mut().flatten() {
            *cell = -cell.abs();
        }
        let base = book.margin().unwrap();
        let (netted, _) = book
            .book()
            .unwrap()
            .line(Line::Call, &book.netting())
            .unwrap();
        assert_eq!(netted.requirement_q, netted.gross_q, "{book:?}");
        let mut larger = book.clone();
        let place = usize::try_from(rng.between(0, 7)).unwrap();
        if let Some(held) = larger.exposures.get_mut(place) {
            held.position.lots += i64::try_from(rng.magnitude(1 << 30)).unwrap();
        } else if let Some(held) = larger.pledges.get_mut(place % 4) {
            held.amount += rng.magnitude(1 << 30);
        }
        let Ok(larger) = larger.margin() else {
            continue;
        };
        let mut steeper = book.clone();
        let more = |ratios: &mut Ratios, by_ppm: u32| {
            ratios.initial_ppm += by_ppm;
            ratios.call_ppm += by_ppm;
            ratios.liquidation_ppm += by_ppm;
        };
        if let Some(held) = steeper.exposures.get_mut(place) {
            more(&mut held.ratios.long, rng.between_u32(0, 500_000));
        } else if let Some(held) = steeper.pledges.get_mut(place % 4) {
            more(&mut held.ratios, rng.between_u32(0, 500_000));
        }
        let steeper = steeper.margin().unwrap();
        for line in 0..3 {
            assert!(
                requirements(&larger)[line] >= requirements(&base)[line],
                "{book:?}"
            );
            assert!(
                requirements(&steeper)[line] >= requirements(&base)[line],
                "{book:?}"
            );
        }
        assert_eq!(equities(&steeper), equities(&base));
    }
}

#[test]
fn r_a1_the_order_of_positions_and_of_collaterals_does_not_matter() {
    let mut rng = Rng(52);
    for _ in 0..30_000 {
        let book = parts(&mut rng, 8, 4);
        let mut turned = book.clone();
        turned.exposures.reverse();
        turned.pledges.reverse();
        assert_eq!(book.margin().unwrap(), turned.margin().unwrap(), "{book:?}");
    }
}

fn wide_prices() -> impl Strategy<Value = Prices> {
    (wide(), wide(), wide()).prop_map(|(price_e8, slow_e8, guard_e8)| Prices {
        price_e8,
        slow_e8,
        guard_e8,
    })
}

fn wide_ratios() -> impl Strategy<Value = Ratios> {
    (wide_u32(), wide_u32(), wide_u32()).prop_map(|(initial_ppm, call_ppm, liquidation_ppm)| {
        Ratios {
            initial_ppm,
            call_ppm,
            liquidation_ppm,
        }
    })
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn i10_a_book_never_panics(
        (balance_q, lots, entry_q) in (wide_i64(), wide_i64(), wide_i64()),
        (unpaid_q, lot_divisor, liquidity_q) in (wide(), wide(), wide()),
        (amount, divisor, quote_e8) in (wide(), wide(), wide()),
        (here, there) in (wide_prices(), wide_prices()),
        (long, short) in (wide_ratios(), wide_ratios()),
        (credit_ppm, counted_ppm, floor_ppm) in (wide_u32(), wide_u32(), wide_u32()),
        (haircut_initial_ppm, haircut_call_ppm, sigma_ppm) in (wide_u32(), wide_u32(), wide_u32()),
        cell in any::<i16>(),
    ) {
        let exposure = Exposure {
            underlying: 1,
            position: Position { lots, entry_q },
            unpaid_q,
            prices: here,
            lot_divisor,
            ratios: SideRatios { long, short },
            sigma_ppm,
            liquidity_q,
            credit_ppm,
        };
        let pledge = Pledge {
            underlying: 1,
            amount,
            divisor,
            prices: there,
            counted_ppm,
            ratios: short,
            sigma_ppm,
            liquidity_q,
        };
        let quote = QuoteRisk { price_e8: quote_e8, haircut_initial_ppm, haircut_call_ppm };
        let rows = [[cell; 16]];
        let netting = Netting { rows: &rows, floor_ppm };
        let mut book = Book::new(balance_q, &quote).unwrap();
        for underlying in [1, 2] {
            let _ = book.hold(&Exposure { underlying, ..exposure });
        }
        for underlying in [1, 3, 1] {
            let _ = book.pledge(&Pledge { underlying, ..pledge });
        }
        let _ = (book.margin(&netting), book.sigma_up(), book.assess(&netting, &[1, u64::MAX]));
    }
}
