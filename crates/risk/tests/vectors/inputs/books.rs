//! Portfolios, books, and what they are made of.

use super::{named, sign, step, table, vector};
use crate::by_crate::calls;
use crate::format::{Number, Numbers, Vector};
use crate::reference::books::{exposure, parts, pledge, Parts};
use crate::reference::portfolio::{random_book, random_row};
use crate::reference::Rng;
use plimsoll_risk::book::{Exposure, Pledge, QuoteRisk};
use plimsoll_risk::portfolio::{Leg, Row};
use plimsoll_risk::units::ONE_PPM;

const NO_ROWS: [Row; 4] = [[0; 16]; 4];

/// The inputs of a vector, then its netting: rows of so many columns.
pub fn netted(
    kind: &str,
    first: &[Number],
    floor_ppm: u32,
    (rows, columns): (&[Row], usize),
) -> Numbers {
    let mut values = first.to_vec();
    values.push(floor_ppm.into());
    let moves = rows.iter().flat_map(|row| &row[..columns]);
    values.extend(moves.map(|&move_e4| Number::from(move_e4)));
    named(calls(kind).input, &values)
}

/// Up to four rows, the others of zeros.
fn rows(rng: &mut Rng) -> [Row; 4] {
    let count = usize::try_from(rng.between(0, 4)).unwrap();
    let mut rows = NO_ROWS;
    rows[..count].fill_with(|| random_row(rng));
    rows
}

fn portfolio(name: &str, floor_ppm: u32, rows: &[Row; 4], legs: &[Leg]) -> Vector {
    let steps = legs.iter().map(|leg| {
        let Leg {
            column,
            notional_q,
            exposure_q,
            gross_q,
        } = *leg;
        step(
            "portfolios",
            [
                column.into(),
                notional_q.into(),
                exposure_q.into(),
                gross_q.into(),
            ],
        )
    });
    let input = netted("portfolios", &[], floor_ppm, (rows, 8));
    vector(name, input, steps.collect())
}

const fn leg(column: u16, notional_q: u64, exposure_q: i64, gross_q: u64) -> Leg {
    Leg {
        column,
        notional_q,
        exposure_q,
        gross_q,
    }
}

pub fn portfolios() -> Vec<Vector> {
    let mut rng = Rng(201);
    let mut all: Vec<Vector> = (0..24)
        .map(|number: u32| {
            let mut book = random_book(&mut rng, [20, 34, 44, 50][number as usize % 4]);
            for leg in &mut book.legs {
                leg.column %= 10;
            }
            let floor_ppm = if number.is_multiple_of(3) {
                0
            } else {
                book.floor_ppm
            };
            let rows = rows(&mut rng);
            portfolio(&format!("book {number}"), floor_ppm, &rows, &book.legs)
        })
        .collect();
    let most = i64::MAX.unsigned_abs();
    let hedge = [leg(0, 1_000_003, 50_001, 0), leg(1, 1_000_003, -50_001, 0)];
    let uneven = [leg(0, 90_000, 89_999, 0), leg(1, 9_000_000, -90_001, 0)];
    let huge = [leg(0, most, i64::MAX, 0), leg(1, most / 2, i64::MIN / 2, 0)];
    let nothing = [leg(0, 0, 0, 0), leg(1, 0, 7, 0), leg(2, 5, -1, 0)];
    let mut apart = NO_ROWS;
    apart[0][..2].copy_from_slice(&[-10_000, 5_001]);
    apart[3][..2].copy_from_slice(&[i16::MIN, i16::MAX]);
    for (name, floor_ppm, rows, legs) in [
        ("a hedge of two", 0, &NO_ROWS, &hedge[..]),
        ("a hedge of two and a floor", 800_000, &NO_ROWS, &hedge),
        ("a hedge of two that decouple", 0, &apart, &hedge),
        (
            "a small wild leg and a large calm one",
            0,
            &NO_ROWS,
            &uneven,
        ),
        ("nothing netted", ONE_PPM, &NO_ROWS, &uneven),
        ("all there can be", 300_000, &NO_ROWS, &huge),
        ("next to nothing", 1, &apart, &nothing),
    ] {
        all.push(portfolio(name, floor_ppm, rows, legs));
    }
    all
}

fn position(held: &Exposure) -> Numbers {
    let (long, short) = (held.ratios.long, held.ratios.short);
    step(
        "books",
        [
            0.into(),
            held.underlying.into(),
            held.prices.price_e8.into(),
            held.prices.slow_e8.into(),
            held.prices.guard_e8.into(),
            held.lot_divisor.into(),
            long.initial_ppm.into(),
            long.call_ppm.into(),
            long.liquidation_ppm.into(),
            held.liquidity_q.into(),
            held.credit_ppm.into(),
            held.sigma_ppm.into(),
            held.position.lots.into(),
            held.position.entry_q.into(),
            held.unpaid_q.into(),
            short.initial_ppm.into(),
            short.call_ppm.into(),
            short.liquidation_ppm.into(),
        ],
    )
}

fn collateral(held: &Pledge) -> Numbers {
    let none = Number(0);
    step(
        "books",
        [
            1.into(),
            held.underlying.into(),
            held.prices.price_e8.into(),
            held.prices.slow_e8.into(),
            held.prices.guard_e8.into(),
            held.divisor.into(),
            held.ratios.initial_ppm.into(),
            held.ratios.call_ppm.into(),
            held.ratios.liquidation_ppm.into(),
            held.liquidity_q.into(),
            held.counted_ppm.into(),
            held.sigma_ppm.into(),
            held.amount.into(),
            none,
            none,
            none,
            none,
            none,
        ],
    )
}

fn book(name: &str, parts: &Parts, rows: &[Row; 4]) -> Vector {
    let input = netted("books", &first(parts), parts.floor_ppm, (rows, 8));
    vector(name, input, steps(parts))
}

/// What a vector says of an account.
pub fn first(parts: &Parts) -> [Number; 4] {
    [
        parts.balance_q.into(),
        parts.quote.price_e8.into(),
        parts.quote.haircut_initial_ppm.into(),
        parts.quote.haircut_call_ppm.into(),
    ]
}

/// Positions, then collaterals.
pub fn steps(parts: &Parts) -> Vec<Numbers> {
    let positions = parts.exposures.iter().map(position);
    positions
        .chain(parts.pledges.iter().map(collateral))
        .collect()
}

/// The parts with nothing held.
fn emptied(parts: &Parts, balance_q: i64) -> Parts {
    Parts {
        balance_q,
        exposures: Vec::new(),
        pledges: Vec::new(),
        ..parts.clone()
    }
}

/// Up to four positions that are netted with nothing, of any size, in a currency at par: their margin is exact.
fn plain(rng: &mut Rng, number: usize) -> Vector {
    let mut parts = parts(rng, 0, 0);
    (parts.quote, parts.floor_ppm) = (QuoteRisk::PAR, ONE_PPM);
    let worth_q = rng.magnitude(1 << 44);
    let places = 0..=u16::try_from(number % 4).unwrap();
    parts.exposures = places.map(|place| exposure(rng, place, worth_q)).collect();
    for held in &mut parts.exposures {
        (held.liquidity_q, held.credit_ppm) = (u64::MAX, ONE_PPM);
        held.prices.guard_e8 = held.prices.price_e8;
    }
    let asked_q = parts.margin().unwrap().requirement_call_q;
    parts.balance_q -= parts.margin().unwrap().equity_call_q;
    parts.balance_q += i64::try_from(asked_q / 100 * rng.between(0, 250)).unwrap();
    book(&format!("account {number}"), &parts, &NO_ROWS)
}

pub fn books() -> Vec<Vector> {
    let mut rng = Rng(202);
    let mut all = Vec::new();
    for number in 0..24 {
        let mut parts = parts(&mut rng, 6, 4);
        // Most of what is held has a column.
        for held in &mut parts.exposures {
            held.underlying /= 2;
        }
        for held in &mut parts.pledges {
            held.underlying /= 2;
        }
        if number % 3 == 0 {
            parts.floor_ppm = 0;
        }
        let rows = rows(&mut rng);
        all.push(book(&format!("book {number}"), &parts, &rows));
    }
    all.extend((0..16).map(|number| plain(&mut rng, number)));
    let any = parts(&mut rng, 0, 0);
    let mut full = emptied(&any, 1_000_000_000);
    full.exposures = (0..8).map(|n| exposure(&mut rng, n, 1 << 40)).collect();
    full.pledges = vec![pledge(&mut rng, 3, 1 << 39)];
    all.push(book("as many positions as fit", &full, &NO_ROWS));
    full.pledges = (2..6).map(|n| pledge(&mut rng, n, 1 << 41)).collect();
    full.exposures.truncate(6);
    all.push(book("as many collaterals as fit", &full, &rows(&mut rng)));
    all.push(book(
        "a basis trade",
        &basis_trade(&mut rng, &any),
        &NO_ROWS,
    ));
    all.push(book("a debt", &emptied(&any, -1), &NO_ROWS));
    all.push(book("all there can be", &emptied(&any, i64::MAX), &NO_ROWS));
    all
}

/// Short a perp, and as much spot of its underlying.
fn basis_trade(rng: &mut Rng, any: &Parts) -> Parts {
    let mut parts = emptied(any, 5_000_000);
    let mut short = exposure(rng, 0, 1 << 36);
    short.position.lots = -short.position.lots.abs();
    short.position.entry_q = -short.position.entry_q.abs();
    let mut spot = pledge(rng, 0, 1);
    spot.prices = short.prices;
    spot.divisor = short.lot_divisor;
    spot.amount = short.position.lots.unsigned_abs();
    spot.counted_ppm = ONE_PPM;
    parts.exposures = vec![short];
    parts.pledges = vec![spot];
    parts
}

pub fn nets() -> Vec<Vector> {
    let mut rng = Rng(203);
    let mut steps = Vec::new();
    for perp_q in [0_u64, 1, 2, 1 << 53, 1 << 62] {
        for spot_q in [0_u64, 1, 2, (1 << 53) - 1, 1 << 53, 1 << 62] {
            for long in [0, 1] {
                steps.push(step("nets", [long.into(), perp_q.into(), spot_q.into()]));
            }
        }
    }
    for _ in 0..20 {
        let perp_q = rng.magnitude(1 << 40);
        let spot_q = perp_q * rng.between(50, 150) / 100;
        let long = rng.between(0, 1);
        steps.push(step("nets", [long.into(), perp_q.into(), spot_q.into()]));
    }
    table("perps and spot of one underlying", steps)
}

pub fn quotes() -> Vec<Vector> {
    let mut rng = Rng(204);
    let mut quote = |price_e8: u64, equity_q: i64, collateral_q: u64| {
        step(
            "quotes",
            [
                price_e8.into(),
                rng.between_u32(0, 300_000).into(),
                rng.between_u32(0, 300_000).into(),
                equity_q.into(),
                collateral_q.into(),
            ],
        )
    };
    let mut steps = Vec::new();
    for price_e8 in [1, 99_999_999, 100_000_000, 100_000_001, u64::MAX] {
        for equity_q in [i64::MIN, -1, 0, 1, i64::MAX] {
            steps.push(quote(price_e8, equity_q, u64::MAX));
        }
    }
    let mut rng = Rng(205);
    for _ in 0..40 {
        let size = rng.magnitude(1 << 50);
        let equity_q = sign(&mut rng, size);
        let price_e8 = rng.between(80_000_000, 120_000_000);
        steps.push(quote(price_e8, equity_q, rng.magnitude(1 << 50)));
    }
    table("below, at and above par", steps)
}

pub fn credits() -> Vec<Vector> {
    let mut rng = Rng(206);
    let pairs = [(0, 0), (0, 1), (1, 0), (u64::MAX - 1, u64::MAX), (1, 3)];
    let random = (0..30).map(|_| (rng.magnitude(1 << 50), rng.magnitude(1 << 50)));
    let pairs: Vec<(u64, u64)> = pairs.into_iter().chain(random).collect();
    let credit =
        |(backing_q, claims_q): (u64, u64)| step("credits", [backing_q.into(), claims_q.into()]);
    table(
        "backing and claims",
        pairs.into_iter().map(credit).collect(),
    )
}
