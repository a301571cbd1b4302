//! Random books: every order of magnitude, dust and whales, hedged, crossed and one-sided.

use super::Rng;
use plimsoll_risk::book::{Book, Exposure, Netting, Pledge, Prices, QuoteRisk};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::portfolio::Row;
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{lot_divisor, ONE_PPM};
use plimsoll_risk::{account::Margin, Result};

/// What a book is made of.
#[derive(Clone, Debug)]
pub struct Parts {
    pub balance_q: i64,
    pub quote: QuoteRisk,
    pub exposures: Vec<Exposure>,
    pub pledges: Vec<Pledge>,
    pub rows: Vec<Row>,
    pub floor_ppm: u32,
}

impl Parts {
    /// How the book is netted.
    pub fn netting(&self) -> Netting<'_> {
        Netting {
            rows: &self.rows,
            floor_ppm: self.floor_ppm,
        }
    }

    /// Positions first, then collaterals.
    pub fn book(&self) -> Result<Book> {
        let mut book = Book::new(self.balance_q, &self.quote)?;
        for exposure in &self.exposures {
            book.hold(exposure)?;
        }
        for pledge in &self.pledges {
            book.pledge(pledge)?;
        }
        Ok(book)
    }

    /// The book's margin.
    pub fn margin(&self) -> Result<Margin> {
        self.book()?.margin(&self.netting())
    }
}

/// Ratios up to one, in order.
pub fn ratios(rng: &mut Rng) -> Ratios {
    let initial_ppm = rng.between_u32(3, 1_000_000);
    let call_ppm = rng.between_u32(2, initial_ppm);
    let liquidation_ppm = rng.between_u32(1, call_ppm);
    Ratios {
        initial_ppm,
        call_ppm,
        liquidation_ppm,
    }
}

/// Prices of which two are near the first, or the first again.
fn prices(rng: &mut Rng) -> Prices {
    let price_e8 = rng.magnitude(1 << 42).max(100);
    let near = |rng: &mut Rng| price_e8 * rng.between(70, 140) / 100;
    let slow_e8 = near(rng);
    let guard_e8 = if rng.one_in(3) { near(rng) } else { price_e8 };
    Prices {
        price_e8,
        slow_e8,
        guard_e8,
    }
}

/// The amount worth about so many atoms.
fn amount(worth_q: u64, price_e8: u64, divisor: u64) -> u64 {
    let exact = u128::from(worth_q) * u128::from(divisor) / u128::from(price_e8);
    u64::try_from(exact.clamp(1, 1 << 48)).expect("clamped")
}

fn liquidity(rng: &mut Rng) -> u64 {
    match rng.between(0, 3) {
        0 => u64::MAX,
        1 => rng.magnitude(1 << 30),
        _ => rng.magnitude(1 << 50),
    }
}

/// A position worth about so many atoms.
pub fn exposure(rng: &mut Rng, underlying: u16, worth_q: u64) -> Exposure {
    let prices = prices(rng);
    let exponent = i32::try_from(rng.between(0, 9)).expect("small") - 8;
    let divisor = lot_divisor(exponent).expect("in range");
    let lots = i64::try_from(amount(worth_q, prices.price_e8, divisor)).expect("clamped");
    let lots = if rng.one_in(2) { -lots } else { lots };
    let worth = i128::from(lots) * i128::from(prices.price_e8) / i128::from(divisor);
    let entry = worth * i128::from(rng.between(70, 140)) / 100;
    let long = ratios(rng);
    let short = if rng.one_in(2) { long } else { ratios(rng) };
    Exposure {
        underlying,
        position: Position {
            lots,
            entry_q: i64::try_from(entry).expect("small"),
        },
        unpaid_q: if rng.one_in(3) {
            rng.magnitude(1 << 30)
        } else {
            0
        },
        prices,
        lot_divisor: divisor,
        ratios: SideRatios { long, short },
        sigma_ppm: rng.between_u32(1, 100_000),
        liquidity_q: liquidity(rng),
        credit_ppm: if rng.one_in(2) {
            ONE_PPM
        } else {
            rng.between_u32(0, ONE_PPM)
        },
    }
}

/// A collateral worth about so many atoms.
pub fn pledge(rng: &mut Rng, underlying: u16, worth_q: u64) -> Pledge {
    let prices = prices(rng);
    let divisor = 10_u64.pow(rng.between_u32(2, 12));
    Pledge {
        underlying,
        amount: amount(worth_q, prices.price_e8, divisor),
        divisor,
        prices,
        counted_ppm: if rng.one_in(3) {
            ONE_PPM
        } else {
            rng.between_u32(0, ONE_PPM)
        },
        ratios: ratios(rng),
        sigma_ppm: rng.between_u32(1, 100_000),
        liquidity_q: liquidity(rng),
    }
}

fn quote(rng: &mut Rng) -> QuoteRisk {
    if rng.one_in(3) {
        return QuoteRisk::PAR;
    }
    QuoteRisk {
        price_e8: rng.between(80_000_000, 110_000_000),
        haircut_initial_ppm: rng.between_u32(0, 200_000),
        haircut_call_ppm: rng.between_u32(0, 200_000),
    }
}

fn row(rng: &mut Rng) -> Row {
    let mut row = Row::default();
    for cell in &mut row {
        if !rng.one_in(3) {
            let cell_e4 = i64::try_from(rng.between(0, 60_000)).expect("small") - 30_000;
            *cell = i16::try_from(cell_e4).expect("small");
        }
    }
    row
}

/// Up to so many positions and collaterals. Their worths are of one order of magnitude in half of the books.
pub fn parts(rng: &mut Rng, positions: u64, collaterals: u64) -> Parts {
    let common_q = rng.magnitude(1 << 48);
    let alike = rng.one_in(2);
    let worth = |rng: &mut Rng| {
        if alike {
            (common_q * rng.between(50, 200) / 100).max(1)
        } else {
            rng.magnitude(1 << 48)
        }
    };
    let exposures: Vec<Exposure> = (0..rng.between(0, positions))
        .map(|place| {
            let worth_q = worth(rng);
            exposure(rng, u16::try_from(place * 2).expect("small"), worth_q)
        })
        .collect();
    let pledges = (0..rng.between(0, collaterals))
        .map(|_| {
            let worth_q = worth(rng);
            let underlying = u16::try_from(rng.between(0, 24)).expect("small");
            let mut pledge = pledge(rng, underlying, worth_q);
            let hedged = exposures.iter().find(|held| held.underlying == underlying);
            if let Some(held) = hedged.filter(|_| rng.one_in(2)) {
                // The same asset at the same price, of nearly the perp's size.
                pledge.prices = held.prices;
                let size =
                    u128::from(held.position.lots.unsigned_abs()) * u128::from(pledge.divisor);
                let exact = size / u128::from(held.lot_divisor) + u128::from(rng.between(0, 2));
                pledge.amount = u64::try_from(exact.min(1 << 48)).expect("clamped");
            }
            pledge
        })
        .collect();
    let balance_q = i64::try_from(rng.magnitude(1 << 50)).expect("small");
    let rows = (0..rng.between(0, 16)).map(|_| row(rng)).collect();
    Parts {
        balance_q: if rng.one_in(3) { -balance_q } else { balance_q },
        quote: quote(rng),
        exposures,
        pledges,
        rows,
        floor_ppm: if rng.one_in(4) {
            ONE_PPM
        } else {
            rng.between_u32(300_000, ONE_PPM)
        },
    }
}
