//! Calls that the crate refuses: a vector's first step with one number of its type's ends in place of its own.

use crate::by_crate::answer;
use crate::format::{Calls, Number, Refused, Vector};
use crate::play;
use plimsoll_vectors::{DONE, MALFORMED};
use std::collections::BTreeMap;

const ENDS: [i128; 7] = [
    0,
    -1,
    u32::MAX as i128,
    i64::MAX as i128,
    i64::MIN as i128,
    1 << 63,
    u64::MAX as i128,
];

/// One call for each number and status that can be had.
pub fn of(calls: &Calls, vector: &Vector) -> Vec<Refused> {
    let first = vector.steps.first().expect("a step");
    let mut found = BTreeMap::new();
    for (of_step, numbers) in [(true, &first.input), (false, &vector.input)] {
        for (name, end) in numbers.keys().flat_map(|name| ENDS.map(|end| (name, end))) {
            let mut refused = Refused {
                input: vector.input.clone(),
                step: first.input.clone(),
                status: DONE,
            };
            let changed = if of_step {
                &mut refused.step
            } else {
                &mut refused.input
            };
            changed.insert(name.clone(), Number(end));
            refused.status = play::status(calls, &refused, &mut answer);
            if ![DONE, MALFORMED].contains(&refused.status) {
                let call = (of_step, name, refused.status);
                found.entry(call).or_insert(refused);
            }
        }
    }
    found.into_values().collect()
}
