//! R-K4 in a book: differences of its exact call requirement, on both sides of where it stands.

use super::books::Parts;
use super::bounded;
use crate::format::{Number, Numbers};
use crate::reference::book::{call_legs, CallLeg};
use crate::reference::portfolio::Book;
use crate::reference::sensitivity::{requirement, Smooth};
use num_bigint::BigInt;
use plimsoll_risk::book::Exposure;
use plimsoll_risk::portfolio::PERPS_MAX;

/// What a leg is changed in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Volatility,
    Size,
}

/// By how much: either way, far enough for floating point and near enough for a slope.
const CHANGES: [f64; 4] = [-1e-3, -1e-4, 1e-4, 1e-3];

/// A book at the call line.
struct Called {
    legs: Vec<CallLeg>,
    book: Book,
}

impl Called {
    /// R-A1: netted, with what size adds, or the distance from the liquidation line, one leg changed.
    fn requirement(&self, index: usize, perp: &Exposure, by: By, change: f64) -> f64 {
        let mut smooth: Vec<Smooth> = self.book.legs.iter().map(Smooth::of).collect();
        let factor = 1.0 + change;
        let leg = &mut smooth[index];
        let (sized, larger) = match by {
            By::Volatility => (1.0, 0.0),
            By::Size => (factor, change),
        };
        *leg = match by {
            By::Volatility => leg.steepened(factor),
            By::Size => leg.sized(factor),
        };
        let CallLeg { alone, fixed, .. } = self.legs[index];
        let price = perp.prices.price_e8 as f64 / perp.lot_divisor as f64;
        let notional = perp.position.lots.unsigned_abs() as f64 * price;
        let added = |factor: f64, sized: f64| {
            let size = notional * sized / perp.liquidity_q.max(1) as f64;
            alone * factor * ((1.0 + size).sqrt().min(4_294.967_295) - 1.0)
        };
        let sum = |of: fn(&CallLeg) -> f64| self.legs.iter().map(of).sum::<f64>();
        let all = sum(|leg| leg.added) + added(factor, sized) - added(1.0, 1.0);
        let least = sum(|leg| leg.fixed[0] + leg.fixed[1] / 10.0);
        let least = least + (fixed[0] + fixed[1] / 10.0) * larger;
        (requirement(&self.book, &smooth) + all).max(least)
    }

    /// The number where it is among the slopes on either side.
    fn slope(&self, index: usize, perp: &Exposure, by: By, name: &str, found: &Numbers) -> Number {
        let at = |change| self.requirement(index, perp, by, change);
        let slopes = CHANGES.map(|change| (at(change) - at(0.0)) / change / 100.0);
        let low = slopes.into_iter().fold(f64::INFINITY, f64::min);
        let high = slopes.into_iter().fold(f64::NEG_INFINITY, f64::max);
        // R-K4: 2e-8 of notionals and moves and four atoms; a ppm of what size adds to; floating point.
        let moves = self.book.legs.iter().map(|leg| {
            (3 * leg.gross_q.max(leg.exposure_q.unsigned_abs())) as f64 + leg.notional_q as f64
        });
        let off = moves.sum::<f64>() * 2e-8 + self.legs[index].alone * 6e-8 + 24.0;
        let off = off + at(0.0) * 1e-13;
        let whole = |x: f64| BigInt::from(x as i128);
        bounded(
            found,
            name,
            whole((low - off).floor()),
            whole((high + off).ceil()),
        )
    }
}

pub fn of(parts: &Parts, found: &Numbers) -> Numbers {
    let legs = call_legs(&parts.quote, &parts.exposures, &parts.pledges);
    let called = Called {
        book: Book {
            legs: legs.iter().map(|leg| leg.leg).collect(),
            rows: parts.rows.clone(),
            floor_ppm: parts.floor_ppm,
        },
        legs,
    };
    let perps = parts
        .exposures
        .iter()
        .filter(|held| held.position.lots != 0);
    let perps: Vec<&Exposure> = perps.collect();
    let mut slopes = Numbers::new();
    for place in 0..PERPS_MAX {
        for (by, what) in [(By::Volatility, "volatility"), (By::Size, "size")] {
            let name = format!("perp_{place}_{what}_q");
            let slope = perps.get(place).map_or(Number(0), |perp| {
                let same = |leg: &CallLeg| leg.leg.column == perp.underlying;
                let index = called.legs.iter().position(same).expect("a leg");
                called.slope(index, perp, by, &name, found)
            });
            slopes.insert(name, slope);
        }
    }
    slopes
}
