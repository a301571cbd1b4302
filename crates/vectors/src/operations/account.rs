//! An account, leg by leg.

use super::trading::position;
use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::account::{contribution, Exposure, Margin};
use plimsoll_risk::margin::Ratios;

fn margin(arguments: &mut Arguments) -> Outcome<Margin> {
    Ok(Margin {
        equity_initial_q: arguments.next()?,
        equity_call_q: arguments.next()?,
        equity_liquidation_q: arguments.next()?,
        requirement_initial_q: arguments.next()?,
        requirement_call_q: arguments.next()?,
        requirement_liquidation_q: arguments.next()?,
        notional_q: arguments.next()?,
    })
}

pub fn push_margin(margin: &Margin, results: &mut Results) -> Outcome {
    results.push(margin.equity_initial_q)?;
    results.push(margin.equity_call_q)?;
    results.push(margin.equity_liquidation_q)?;
    results.push(margin.requirement_initial_q)?;
    results.push(margin.requirement_call_q)?;
    results.push(margin.requirement_liquidation_q)?;
    results.push(margin.notional_q)
}

fn exposure(arguments: &mut Arguments) -> Outcome<Exposure> {
    Ok(Exposure {
        position: position(arguments)?,
        unpaid_q: arguments.next()?,
        price_e8: arguments.next()?,
        slow_price_e8: arguments.next()?,
        lot_divisor: arguments.next()?,
        ratios: Ratios {
            initial_ppm: arguments.next()?,
            call_ppm: arguments.next()?,
            liquidation_ppm: arguments.next()?,
        },
    })
}

pub fn start(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    push_margin(&Margin::of_balance(arguments.next()?), results)
}

pub fn add_exposure(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let _balance_q: i64 = arguments.next()?;
    let margin = margin(arguments)?;
    let exposure = exposure(arguments)?;
    push_margin(&contribution(&exposure)?, results)?;
    push_margin(&margin.plus(&exposure)?, results)
}

pub fn finish(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let _balance_q: i64 = arguments.next()?;
    let margin = margin(arguments)?;
    push_margin(&margin, results)?;
    results.push(margin.state() as u8)?;
    results.push(margin.free_q())
}
