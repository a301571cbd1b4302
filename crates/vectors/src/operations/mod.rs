//! What each operation calls. Arguments are read in the order of a struct literal's fields, which is the order of
//! the names in [`crate::KINDS`].

use crate::codec::{Arguments, Results};
use crate::{Outcome, Refusal};

mod book;
mod cut;
mod market;
mod measures;
mod portfolio;
mod ratios;
mod trading;
mod volatility;

/// The one place that says which number means which function.
pub fn answer(operation: u8, arguments: &mut Arguments, results: &mut Results) -> Outcome {
    match operation {
        1 => volatility::start(arguments, results),
        2 => volatility::sample(arguments, results),
        3 => volatility::finish(arguments, results),
        4 => ratios::start(arguments, results),
        5 => ratios::step(arguments, results),
        9 => trading::reduce(arguments, results),
        10 => trading::premium(arguments, results),
        11 => trading::start_fills(results),
        12 => trading::fill(arguments, results),
        13 => trading::forced_fill(arguments, results),
        14 => portfolio::start(arguments, results),
        15 => portfolio::add_leg(arguments, results),
        16 => portfolio::finish(arguments, results),
        17 => book::start(arguments, results),
        18 => book::add_part(arguments, results),
        19 => book::finish(arguments, results),
        20 => measures::score(arguments, results),
        21 => market::start_guard(arguments, results),
        22 => market::guard(arguments, results),
        23 => market::raise(arguments, results),
        24 => market::start_depth(arguments, results),
        25 => market::post_depth(arguments, results),
        26 => measures::size(arguments, results),
        27 => measures::crowd(arguments, results),
        28 => market::sides(arguments, results),
        29 => market::floor_min(arguments, results),
        30 => measures::onboard(arguments, results),
        31 => book::count_quote(arguments, results),
        32 => book::credit(arguments, results),
        33 => portfolio::net(arguments, results),
        34 => measures::divide(arguments, results),
        35 => cut::start(arguments, results),
        36 => cut::add_part(arguments, results),
        37 => cut::finish(arguments, results),
        _ => Err(Refusal::Malformed),
    }
}
