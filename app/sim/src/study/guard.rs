//! What stopping liquidations costs, and what it spares: none, the engine's guard, and a band about the
//! feed's slow price.
//!
//! One position is opened at every row on either side, closed by nothing but a liquidation: triggered at
//! the first print beyond the static line while liquidation is not stopped, filled whole at the next
//! print. Prices do not feel it; there are no fees, cuts or top-ups.

use plimsoll_risk::guard::{Guard, Print};
use plimsoll_risk::margin::{side_ratios, SideParams};
use plimsoll_risk::volatility::Volatility;
use plimsoll_risk::Result;
use serde::Serialize;

use crate::tape::{Minute, Tape};

use super::engine::{ratios, states, Market};
use super::Spacing;

/// How far from the feed's slow price the naive band stops liquidation.
pub const NAIVE_BAND_PPM: u64 = 30_000;
/// A lone bad print is this share of the true price.
const BAD_PRINT_PERCENT: u64 = 90;
/// Bad prints are tried at so many rows, evenly through the tape.
const BAD_PRINTS: usize = 7;

/// What stops liquidation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    None,
    EngineGuard,
    NaiveBand,
}

impl Stop {
    pub const ALL: [Self; 3] = [Self::None, Self::EngineGuard, Self::NaiveBand];
}

/// What a position is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Equity {
    /// The initial requirement of its time.
    Initial,
    /// Twice the floor.
    TwiceFloor,
}

impl Equity {
    pub const ALL: [Self; 2] = [Self::Initial, Self::TwiceFloor];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::TwiceFloor => "2 × floor",
        }
    }
}

/// One rule on one tape.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    pub stop: Stop,
    pub equity: Equity,
    pub positions: u64,
    pub liquidated: u64,
    pub bankrupt: u64,
    /// Over the notional of all positions at their opening.
    pub deficit_ppm: f64,
    /// Rows at which liquidation was stopped; a guard lasts no longer than until the next.
    pub stopped_rows: u64,
    /// Times that liquidation became stopped.
    pub stops: u64,
    /// Share of the positions open at a lone bad print, 10 % low, which it alone liquidates.
    pub wrongly_liquidated_ppm: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Guards {
    pub session: String,
    pub asset: String,
    pub rows: usize,
    pub outcomes: Vec<Outcome>,
}

/// # Errors
/// What the risk crate refuses.
pub fn of(session: &str, tape: &Tape) -> Result<Guards> {
    let market = Market::of(tape, Spacing::Minutes);
    let mut outcomes = Vec::new();
    for equity in Equity::ALL {
        for stop in Stop::ALL {
            outcomes.push(outcome(&tape.rows, &market, stop, equity)?);
        }
    }
    Ok(Guards {
        session: session.to_owned(),
        asset: tape.asset.clone(),
        rows: tape.rows.len(),
        outcomes,
    })
}

fn outcome(rows: &[Minute], market: &Market, stop: Stop, equity: Equity) -> Result<Outcome> {
    let states = states(rows, &market.volatility, market.variance_seed_e18)?;
    let stopped = stopped(rows, &states, market, stop)?;
    let shares = equity_shares(rows, &states, market, equity)?;
    let book = Book::of(rows, market, shares);
    let ends = book.run(rows, &stopped);
    let deficits = ends.iter().map(|end| end.deficit);
    let positions = ends.len() as u64;
    Ok(Outcome {
        stop,
        equity,
        positions,
        liquidated: count(&ends, |end| end.triggered.is_some()),
        bankrupt: count(&ends, |end| end.deficit > 0.0),
        deficit_ppm: deficits.sum::<f64>() / positions.max(1) as f64 * 1e6,
        stopped_rows: stopped.iter().filter(|stopped| **stopped).count() as u64,
        stops: stopped.chunk_by(|a, b| a == b).filter(|run| run[0]).count() as u64,
        wrongly_liquidated_ppm: wrongly_liquidated_ppm(rows, market, stop, &book, &ends)?,
    })
}

fn count(ends: &[End], of: impl Fn(&End) -> bool) -> u64 {
    ends.iter().filter(|end| of(end)).count() as u64
}

/// Whether liquidation is stopped once each row's price is in.
pub fn stopped(
    rows: &[Minute],
    states: &[Volatility],
    market: &Market,
    stop: Stop,
) -> Result<Vec<bool>> {
    match stop {
        Stop::None => Ok(vec![false; rows.len()]),
        Stop::NaiveBand => Ok(rows.iter().map(leaves_naive_band).collect()),
        Stop::EngineGuard => {
            let mut guard = Guard::default();
            let mut stopped = vec![false; rows.len().min(1)];
            for (row, pair) in rows.windows(2).enumerate() {
                let [last, print] = [&pair[0], &pair[1]].map(|minute| Print {
                    price_e8: minute.price_e8,
                    publish_seconds: minute.unix_seconds,
                });
                let now = print.publish_seconds;
                let variance_e18 = states[row].recent_variance_e18(&market.volatility);
                guard = guard
                    .after(&market.guard, variance_e18, last, print, now)?
                    .0;
                stopped.push(guard.is_active(&market.guard, now));
            }
            Ok(stopped)
        }
    }
}

fn leaves_naive_band(row: &Minute) -> bool {
    let apart = u128::from(row.price_e8.abs_diff(row.ema_price_e8));
    apart * 1_000_000 > u128::from(row.ema_price_e8) * u128::from(NAIVE_BAND_PPM)
}

/// Equity per notional that a position is opened with, by row.
fn equity_shares(
    rows: &[Minute],
    states: &[Volatility],
    market: &Market,
    equity: Equity,
) -> Result<Vec<f64>> {
    let margin = &market.margin;
    if equity == Equity::TwiceFloor {
        return Ok(vec![f64::from(margin.floor_ppm) * 2e-6; rows.len()]);
    }
    let of = |state: &Volatility| state.variance_e18(&market.volatility);
    let ratios = ratios(rows, states, margin, of)?;
    let shares = ratios.iter().map(|ratio| {
        let (target, live) = (ratio.target_ppm, ratio.live_ppm);
        let sides = side_ratios(margin, &SideParams::EVEN, target, live, ratio.slope_ppm)?;
        Ok(f64::from(sides.long.initial_ppm) * 1e-6)
    });
    shares.collect()
}

/// Positions to open: one at each row on either side, with the share of equity of its row.
struct Book {
    floor: f64,
    opened: Vec<Opened>,
}

struct Opened {
    row: usize,
    price: f64,
    /// One for long, minus one for short.
    sign: f64,
    equity: f64,
}

/// What became of a position.
#[derive(Clone, Copy, Debug, PartialEq)]
struct End {
    triggered: Option<usize>,
    /// Below zero at the fill, or at the tape's end, per notional at opening.
    deficit: f64,
}

impl Book {
    fn of(rows: &[Minute], market: &Market, shares: Vec<f64>) -> Self {
        let both = |(row, equity): (usize, f64)| {
            [1.0, -1.0].map(|sign| Opened {
                row,
                price: rows[row].price_e8 as f64,
                sign,
                equity,
            })
        };
        Self {
            floor: f64::from(market.margin.floor_ppm) * 1e-6,
            opened: shares.into_iter().enumerate().flat_map(both).collect(),
        }
    }

    fn run(&self, rows: &[Minute], stopped: &[bool]) -> Vec<End> {
        let prices: Vec<f64> = rows.iter().map(|row| row.price_e8 as f64).collect();
        let of = |opened| self.end(opened, &prices, stopped);
        self.opened.iter().map(of).collect()
    }

    fn end(&self, opened: &Opened, prices: &[f64], stopped: &[bool]) -> End {
        let equity =
            |price: f64| opened.equity + opened.sign * (price - opened.price) / opened.price;
        let below = |price: f64| equity(price) < self.floor * price / opened.price;
        let triggered =
            (opened.row + 1..prices.len()).find(|&row| !stopped[row] && below(prices[row]));
        let last = prices.len() - 1;
        let filled = triggered.map_or(last, |row| (row + 1).min(last));
        End {
            triggered,
            deficit: (-equity(prices[filled])).max(0.0),
        }
    }
}

/// The share of open positions that a print 10 % too low, which the next row takes back, makes
/// liquidatable at that print. The positions and their equity are those of the true tape.
fn wrongly_liquidated_ppm(
    rows: &[Minute],
    market: &Market,
    stop: Stop,
    book: &Book,
    ends: &[End],
) -> Result<f64> {
    let (mut wrong, mut open) = (0_u64, 0_u64);
    for number in 1..=BAD_PRINTS {
        let bad = rows.len() * number / (BAD_PRINTS + 1);
        if bad == 0 {
            continue;
        }
        let mut printed = rows.to_vec();
        printed[bad].price_e8 = (rows[bad].price_e8 / 100 * BAD_PRINT_PERCENT).max(1);
        let states = states(&printed, &market.volatility, market.variance_seed_e18)?;
        let stopped = stopped(&printed, &states, market, stop)?;
        for (end, opened) in ends.iter().zip(&book.opened) {
            if opened.row >= bad || end.triggered.is_some_and(|row| row <= bad) {
                continue;
            }
            open += 1;
            let (from, to) = (opened.price, printed[bad].price_e8 as f64);
            let equity = opened.equity + opened.sign * (to - from) / from;
            wrong += u64::from(!stopped[bad] && equity < book.floor * to / from);
        }
    }
    Ok(wrong as f64 / open.max(1) as f64 * 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(sign: f64) -> Opened {
        Opened {
            row: 0,
            price: 100.0,
            sign,
            equity: 0.05,
        }
    }

    fn book() -> Book {
        Book {
            floor: 0.02,
            opened: Vec::new(),
        }
    }

    #[test]
    fn a_liquidation_fills_at_the_print_after_the_line() {
        // A long with 5 falls below 2 % of 96 at 96 and is filled at 94: one short of 100's notional.
        let prices = [100.0, 97.5, 96.0, 94.0, 99.0];
        let end = book().end(&opened(1.0), &prices, &[false; 5]);
        assert_eq!(end.triggered, Some(2));
        assert!((end.deficit - 0.01).abs() < 1e-12, "{}", end.deficit);
        let short = book().end(&opened(-1.0), &prices, &[false; 5]);
        assert_eq!(
            short,
            End {
                triggered: None,
                deficit: 0.0
            }
        );
    }

    #[test]
    fn a_stop_delays_the_trigger_and_changes_the_deficit() {
        let prices = [100.0, 96.0, 94.0, 92.0, 91.0];
        let stopped = [false, true, true, false, false];
        let end = book().end(&opened(1.0), &prices, &stopped);
        assert_eq!(end.triggered, Some(3));
        assert!((end.deficit - 0.04).abs() < 1e-12, "{}", end.deficit);
    }

    #[test]
    fn the_naive_band_is_about_the_slow_price() {
        let row = |price_e8: u64| Minute {
            unix_seconds: 0,
            open_e8: price_e8,
            high_e8: price_e8,
            low_e8: price_e8,
            close_e8: price_e8,
            price_e8,
            confidence_e8: 0,
            ema_price_e8: 100,
        };
        for (price, stops) in [(96, true), (97, false), (103, false), (104, true)] {
            assert_eq!(leaves_naive_band(&row(price)), stops, "{price}");
        }
    }
}
