//! Calls that the risk crate never sees.

use plimsoll_risk::RiskError;
use plimsoll_vectors::{evaluate, DONE, KINDS, MALFORMED, NUMBER_BYTES, OUTPUT_BYTES_MAX};
use std::collections::BTreeSet;

const FORCED_FILL: u8 = 13;
const ADD_LEG: u8 = 15;
const ADD_PART: u8 = 18;
const FINISH_BOOK: u8 = 19;

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

/// A book without a balance, then a state and a step.
fn of_book(operation: u8, state: &[u8], step: &[i128]) -> Vec<u8> {
    let input = KINDS
        .iter()
        .find(|kind| kind.name == "books")
        .expect("books")
        .input;
    let input = vec![0_u8; input.len() * NUMBER_BYTES];
    let step: Vec<u8> = step
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    answer_within(
        OUTPUT_BYTES_MAX,
        operation,
        &[&input, state, &step].concat(),
    )
}

/// A collateral worth two atoms: what it has in common with positions, its amount, and what it has not.
const COLLATERAL: [i128; 18] = [
    1, 7, 100, 100, 100, 100, 5, 4, 3, 0, 1_000_000, 1, 2, 0, 0, 0, 0, 0,
];

#[test]
fn a_books_state_is_what_the_last_step_wrote_and_nothing_else() {
    let added = of_book(ADD_PART, &[0], &COLLATERAL);
    assert_eq!(added[0], DONE);
    let state = &added[1 + 9 * NUMBER_BYTES..];
    assert_eq!(state[0], 1);
    assert_eq!(of_book(FINISH_BOOK, state, &[])[0], DONE);
    assert_eq!(
        of_book(FINISH_BOOK, &state[..state.len() - 1], &[]),
        [MALFORMED]
    );
    assert_eq!(
        of_book(FINISH_BOOK, &[state, &[0]].concat(), &[]),
        [MALFORMED]
    );
    assert_eq!(of_book(FINISH_BOOK, &[], &[]), [MALFORMED]);
    // What is handed on is handed on as it came.
    let again = of_book(ADD_PART, state, &COLLATERAL);
    assert_eq!(again[1..3], 2_i16.to_le_bytes());
    assert_eq!(again[again.len() - (state.len() - 1)..], state[1..]);
}

#[test]
fn a_collateral_has_none_of_what_only_a_position_has() {
    for place in 13..COLLATERAL.len() {
        let mut step = COLLATERAL;
        step[place] = 1;
        assert_eq!(of_book(ADD_PART, &[0], &step), [MALFORMED], "{place}");
    }
}

#[test]
fn a_leg_more_than_a_book_may_have_is_refused_by_the_crate() {
    let netting = [0; 33];
    let add = |held: usize| {
        let count = i128::try_from(held).expect("few");
        let legs = vec![0; held * 4];
        answer(ADD_LEG, &[&netting[..], &[count], &legs, &[0; 4]].concat())[0]
    };
    assert_eq!(add(11), DONE);
    assert_eq!(add(12), 1 + RiskError::SizeInvalid as u8);
    assert_eq!(add(13), MALFORMED);
}
