//! Calls that the risk crate never sees.

use plimsoll_vectors::{evaluate, DONE, KINDS, MALFORMED, NUMBER_BYTES, OUTPUT_BYTES_MAX};
use std::collections::BTreeSet;

const FORCED_FILL: u8 = 13;

/// Three lots at 100 units of 1e-8 and a divisor of 10, worse by a tenth.
const SOUND: [i128; 4] = [3, 100, 10, 100_000];

fn answer(operation: u8, arguments: &[i128]) -> Vec<u8> {
    let input = arguments.iter().map(|number| number.to_le_bytes());
    answer_within(
        OUTPUT_BYTES_MAX,
        operation,
        &input.collect::<Vec<_>>().concat(),
    )
}

fn answer_within(output_bytes: usize, operation: u8, input: &[u8]) -> Vec<u8> {
    let mut output = vec![0x5a; output_bytes];
    let length = evaluate(operation, input, &mut output);
    output.truncate(length);
    output
}

#[test]
fn a_sound_call_is_answered_with_its_results() {
    let found = answer(FORCED_FILL, &SOUND);
    assert_eq!(found[0], DONE);
    assert_eq!(found[1..], 33_i128.to_le_bytes());
}

#[test]
fn operations_that_do_not_exist_are_malformed() {
    assert_eq!(answer(0, &SOUND), [MALFORMED]);
    assert_eq!(answer(u8::MAX, &SOUND), [MALFORMED]);
}

#[test]
fn too_few_and_too_many_arguments_are_malformed() {
    assert_eq!(answer(FORCED_FILL, &SOUND[..3]), [MALFORMED]);
    assert_eq!(answer(FORCED_FILL, &[3, 100, 10, 100_000, 0]), [MALFORMED]);
    let bytes = SOUND.map(i128::to_le_bytes).concat();
    let short = answer_within(OUTPUT_BYTES_MAX, FORCED_FILL, &bytes[..bytes.len() - 1]);
    assert_eq!(short, [MALFORMED]);
}

#[test]
fn an_argument_beyond_its_type_is_malformed() {
    let lots = |lots: i128| answer(FORCED_FILL, &[lots, 1, 10, 0])[0];
    assert_eq!(lots(i128::from(i64::MAX)), DONE);
    assert_eq!(lots(1 << 63), MALFORMED);
    let spread = |ppm: i128| answer(FORCED_FILL, &[3, 100, 10, ppm])[0];
    assert_eq!(spread(-1), MALFORMED);
    assert_eq!(spread(1 << 32), MALFORMED);
}

#[test]
fn an_answer_never_exceeds_its_room() {
    let bytes = SOUND.map(i128::to_le_bytes).concat();
    for room in 0..=NUMBER_BYTES {
        let found = answer_within(room, FORCED_FILL, &bytes);
        assert_eq!(found, [MALFORMED][..room.min(1)], "{room}");
    }
    let found = answer_within(1 + NUMBER_BYTES, FORCED_FILL, &bytes);
    assert_eq!(found.len(), 1 + NUMBER_BYTES);
}

#[test]
fn no_two_operations_share_a_number() {
    let numbers = |kind: &plimsoll_vectors::Kind| [kind.start, Some(kind.step), kind.finish];
    let all: Vec<u8> = KINDS.iter().flat_map(numbers).flatten().collect();
    let distinct: BTreeSet<u8> = all.iter().copied().collect();
    assert_eq!(distinct.len(), all.len(), "{all:?}");
}
