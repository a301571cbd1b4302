//! Every output, computed by the crate.

use crate::format::{Calls, Vector};
use crate::play;
use plimsoll_vectors::{evaluate, Kind, KINDS, OUTPUT_BYTES_MAX};

/// The vector with its outputs computed anew.
pub fn recomputed(kind: &str, vector: &Vector) -> Vector {
    play::recomputed(&calls(kind), vector, &mut answer)
        .unwrap_or_else(|status| panic!("{kind}: {}: status {status}", vector.name))
}

/// The calls of a kind.
pub fn calls(kind: &str) -> Calls {
    let Kind {
        start,
        step,
        finish,
        input,
        step_input,
        step_output,
        output,
        ..
    } = KINDS.iter().find(|one| one.name == kind).expect("a kind");
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Calls {
        start: *start,
        step: *step,
        finish: *finish,
        input: names(input),
        step_input: names(step_input),
        step_output: names(step_output),
        output: names(output),
    }
}

/// The native crate's answer.
pub fn answer(operation: u8, arguments: &[u8]) -> Vec<u8> {
    let mut output = vec![0; OUTPUT_BYTES_MAX];
    let length = evaluate(operation, arguments, &mut output);
    output.truncate(length);
    output
}
