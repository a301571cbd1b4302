//! Fills, what they cost, and how much has to be closed.

use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::liquidation::{lots_to_target_up, Reduction};
use plimsoll_risk::position::{Fill, Position};
use plimsoll_risk::pricing::{order_fill, premium_up, reduction_fill};
use plimsoll_risk::RiskError;

fn position(arguments: &mut Arguments) -> Outcome<Position> {
    Ok(Position {
        lots: arguments.next()?,
        entry_q: arguments.next()?,
    })
}

fn push_position(position: &Position, results: &mut Results) -> Outcome {
    results.push(position.lots)?;
    results.push(position.entry_q)
}

pub fn start_fills(results: &mut Results) -> Outcome {
    push_position(&Position::default(), results)
}

/// Zero lots where nothing has to be closed.
pub fn reduce(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let reduction = Reduction {
        equity_q: arguments.next()?,
        requirement_q: arguments.next()?,
        target_ppm: arguments.next()?,
        lots: arguments.next()?,
        price_e8: arguments.next()?,
        lot_divisor: arguments.next()?,
        ratio_ppm: arguments.next()?,
        cost_ppm: arguments.next()?,
        fixed_cost_q: arguments.next()?,
        dust_q: arguments.next()?,
    };
    match lots_to_target_up(&reduction) {
        Err(RiskError::AboveTheLine) => results.push(0),
        lots => results.push(lots?),
    }
}

pub fn premium(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (lots, skew_lots) = (arguments.next()?, arguments.next()?);
    let (price_e8, lot_divisor) = (arguments.next()?, arguments.next()?);
    let scale_lots = arguments.next()?;
    let premium_q = premium_up(lots, skew_lots, price_e8, lot_divisor, scale_lots)?;
    let filled = order_fill(lots, skew_lots, price_e8, lot_divisor, scale_lots)?;
    results.push(premium_q)?;
    results.push(filled.cost_q)
}

pub fn fill(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let before = position(arguments)?;
    let filled = before.fill(Fill {
        lots: arguments.next()?,
        cost_q: arguments.next()?,
    })?;
    push_position(&filled.position, results)?;
    results.push(filled.realised_q)?;
    push_position(&filled.position, results)
}

pub fn forced_fill(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (lots, price_e8) = (arguments.next()?, arguments.next()?);
    let filled = reduction_fill(lots, price_e8, arguments.next()?, arguments.next()?)?;
    results.push(filled.cost_q)
}
