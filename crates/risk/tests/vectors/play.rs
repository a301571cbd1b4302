//! Plays a vector as a chain of calls, on whatever answers them.

use crate::format::{Calls, Number, Numbers, Refused, Step, Vector};
use plimsoll_vectors::{DONE, NUMBER_BYTES};

/// The vector with its outputs computed anew by `answer`, or the status of the first call that it refuses.
pub fn recomputed(
    calls: &Calls,
    vector: &Vector,
    answer: &mut impl FnMut(u8, &[u8]) -> Vec<u8>,
) -> Result<Vector, u8> {
    let mut call = |operation: u8, arguments: &[&[u8]]| {
        let answer = answer(operation, &arguments.concat());
        match answer.split_first() {
            Some((&DONE, results)) => Ok(results.to_vec()),
            Some((&status, [])) => Err(status),
            _ => panic!("{}: {answer:?}", vector.name),
        }
    };
    let input = encoded(&calls.input, &vector.input);
    let mut state = match calls.start {
        Some(start) => call(start, &[&input])?,
        None => Vec::new(),
    };
    let mut steps = Vec::new();
    for step in &vector.steps {
        let step_input = encoded(&calls.step_input, &step.input);
        let results = call(calls.step, &[&input, &state, &step_input])?;
        let (output, next) = results.split_at(calls.step_output.len() * NUMBER_BYTES);
        steps.push(Step {
            input: step.input.clone(),
            output: decoded(&calls.step_output, output),
        });
        state = next.to_vec();
    }
    let output = match calls.finish {
        Some(finish) => decoded(&calls.output, &call(finish, &[&input, &state])?),
        None => Numbers::new(),
    };
    Ok(Vector {
        steps,
        output,
        ..vector.clone()
    })
}

/// The status that a refused call's vector ends with.
pub fn status(
    calls: &Calls,
    refused: &Refused,
    answer: &mut impl FnMut(u8, &[u8]) -> Vec<u8>,
) -> u8 {
    let vector = Vector {
        name: format!("refused with status {}", refused.status),
        input: refused.input.clone(),
        steps: vec![Step {
            input: refused.step.clone(),
            output: Numbers::new(),
        }],
        output: Numbers::new(),
    };
    recomputed(calls, &vector, answer).err().unwrap_or(DONE)
}

fn encoded(names: &[String], numbers: &Numbers) -> Vec<u8> {
    assert_eq!(names.len(), numbers.len(), "{names:?}, {numbers:?}");
    let bytes = names.iter().map(|name| numbers[name].0.to_le_bytes());
    bytes.collect::<Vec<_>>().concat()
}

fn decoded(names: &[String], bytes: &[u8]) -> Numbers {
    assert_eq!(bytes.len(), names.len() * NUMBER_BYTES, "{names:?}");
    let (numbers, _) = bytes.as_chunks::<NUMBER_BYTES>();
    let numbers = numbers
        .iter()
        .map(|number| Number(i128::from_le_bytes(*number)));
    names.iter().cloned().zip(numbers).collect()
}
