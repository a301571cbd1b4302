//! What each operation calls. Arguments are read in the order of a struct literal's fields, which is the order of
//! the names in [`crate::KINDS`].

use crate::codec::{Arguments, Results};
use crate::{Outcome, Refusal};

mod account;
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
        6 => account::start(arguments, results),
        7 => account::add_exposure(arguments, results),
        8 => account::finish(arguments, results),
        9 => trading::reduce(arguments, results),
        10 => trading::premium(arguments, results),
        11 => trading::start_fills(results),
        12 => trading::fill(arguments, results),
        13 => trading::forced_fill(arguments, results),
        _ => Err(Refusal::Malformed),
    }
}
