//! Single functions: scores, sizes, crowding, haircuts, and the arithmetic that all else is made of.

use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::depth::{crowded_ppm_up, liquidity_down, size_factor_ppm_up};
use plimsoll_risk::haircut::{counted_ppm_down, onboarded_cap_down};
use plimsoll_risk::math::{mul_div_down, mul_div_up, sqrt_up};
use plimsoll_risk::score::{distance_e4_down, liquidation_price_e8, ruin_ppm_up, LegLine};

pub fn score(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (equity_q, sigma_q) = (arguments.next()?, arguments.next()?);
    let leg = LegLine {
        headroom_q: arguments.next()?,
        notional_q: arguments.next()?,
        ratio_ppm: arguments.next()?,
        price_e8: arguments.next()?,
        long: arguments.next::<u8>()? != 0,
    };
    results.push(ruin_ppm_up(equity_q, sigma_q))?;
    results.push(distance_e4_down(leg.headroom_q, sigma_q))?;
    results.push(liquidation_price_e8(&leg))
}

pub fn size(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let notional_q = arguments.next()?;
    let (own_depth_lots, price_e8) = (arguments.next()?, arguments.next()?);
    let (lot_divisor, external_q) = (arguments.next()?, arguments.next()?);
    let liquidity_q = liquidity_down(own_depth_lots, price_e8, lot_divisor, external_q)?;
    results.push(liquidity_q)?;
    results.push(size_factor_ppm_up(notional_q, liquidity_q)?)
}

pub fn crowd(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (initial_ppm, open_lots) = (arguments.next()?, arguments.next()?);
    let (low_lots, high_lots) = (arguments.next()?, arguments.next()?);
    results.push(crowded_ppm_up(initial_ppm, open_lots, low_lots, high_lots)?)
}

pub fn onboard(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (haircut_ppm, cap) = (arguments.next()?, arguments.next()?);
    let (listed, onboarding, now) = (arguments.next()?, arguments.next()?, arguments.next()?);
    results.push(counted_ppm_down(haircut_ppm, listed, onboarding, now)?)?;
    results.push(onboarded_cap_down(cap, listed, onboarding, now)?)
}

pub fn divide(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (a, b, d) = (arguments.next()?, arguments.next()?, arguments.next()?);
    results.push(mul_div_down(a, b, d)?)?;
    results.push(mul_div_up(a, b, d)?)?;
    results.push(sqrt_up(a))
}
