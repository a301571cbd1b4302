//! R-N2 … R-N7 in floating point, for differences.

use super::portfolio::{moves, Book};
use plimsoll_risk::portfolio::Leg;

/// A leg that can be changed by any factor.
#[derive(Clone, Copy, Debug)]
pub struct Smooth {
    notional: f64,
    exposure: f64,
    gross: f64,
}

impl Smooth {
    /// The leg itself.
    pub fn of(leg: &Leg) -> Self {
        Self {
            notional: leg.notional_q as f64,
            exposure: leg.exposure_q as f64,
            gross: leg.gross_q.max(leg.exposure_q.unsigned_abs()) as f64,
        }
    }

    /// With so many times the ratio.
    pub fn steepened(self, factor: f64) -> Self {
        Self {
            exposure: self.exposure * factor,
            gross: self.gross * factor,
            ..self
        }
    }

    /// With so many times the size, at so many times the price.
    pub fn sized(self, factor: f64) -> Self {
        let notional = self.notional * factor;
        Self {
            notional,
            ..self.steepened(factor)
        }
    }
}

/// The gross, then floor, single exposures, root and rows of legs in the place of a book's own.
pub fn bounds(book: &Book, legs: &[Smooth]) -> Vec<f64> {
    let gross: f64 = legs.iter().map(|leg| leg.gross).sum();
    let mut bounds = vec![gross, gross * f64::from(book.floor_ppm) / 1e6];
    bounds.extend(legs.iter().map(|leg| leg.exposure.abs()));
    if legs.len() > 1 {
        bounds.push(
            legs.iter()
                .map(|leg| leg.exposure.powi(2))
                .sum::<f64>()
                .sqrt(),
        );
        bounds.extend(moves(book).iter().flat_map(|moves| row_losses(legs, moves)));
    }
    bounds
}

/// The requirement of legs in the place of a book's own.
pub fn requirement(book: &Book, legs: &[Smooth]) -> f64 {
    let bounds = bounds(book, legs);
    bounds[1..]
        .iter()
        .copied()
        .fold(0.0, f64::max)
        .min(bounds[0])
}

/// The loss of a row by what gains offset, and by what losses are relieved of; the larger counts.
fn row_losses(legs: &[Smooth], moves: &[i16]) -> [f64; 2] {
    let side = |sign: f64| -> Vec<(f64, f64)> {
        let results = legs.iter().zip(moves);
        let results = results
            .map(|(leg, &by)| (sign * leg.exposure * f64::from(by) / 10_000.0, leg.notional));
        results.filter(|(result, _)| *result > 0.0).collect()
    };
    let (losing, gaining) = (side(-1.0), side(1.0));
    let sum = |side: &[(f64, f64)]| side.iter().map(|part| part.0).sum::<f64>();
    let mean =
        |side: &[(f64, f64)]| sum(side) / side.iter().map(|part| part.1).sum::<f64>().max(1.0);
    let capped = |side: &[(f64, f64)], mean: f64| {
        side.iter()
            .map(|(part, notional)| part.min(notional * mean))
            .sum::<f64>()
    };
    let by_gains = capped(&gaining, mean(&losing));
    let by_losses = capped(&losing, mean(&gaining));
    [by_gains, by_losses].map(|offset| sum(&losing) - offset)
}
