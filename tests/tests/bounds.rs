//! Each parameter just below its lower and just above its upper bound, and at both.

use bytemuck::Pod;
use plimsoll::error::PlimsollError;
use plimsoll::params::Bounds;
use plimsoll_testkit::{World, WorldError};
use plimsoll_tests::refused;
use solana_instruction::Instruction;

/// Sets one field by its place.
fn with<T: Pod>(mut params: T, field: &Bounds, value: u64) -> T {
    let bytes = bytemuck::bytes_of_mut(&mut params);
    let value = &value.to_le_bytes()[..field.size];
    bytes[field.offset..field.offset + field.size].copy_from_slice(value);
    params
}

/// The largest value of a field's type.
fn largest(field: &Bounds) -> u64 {
    if field.size == 8 {
        u64::MAX
    } else {
        u64::from(u32::MAX)
    }
}

/// `attempt` makes a world and the instruction that sets the parameters. Outside a bound it must be
/// refused, with the field's name in the log; at a bound it must not be refused for that bound.
pub fn check<T: Pod>(fields: &[Bounds], base: T, attempt: impl Fn(T) -> (World, Instruction)) {
    assert!(fields.len() > 2);
    for field in fields {
        let below = field.lower.checked_sub(1);
        let above = (field.upper < largest(field)).then(|| field.upper + 1);
        for value in [below, above, above.map(|_| largest(field))]
            .into_iter()
            .flatten()
        {
            let (mut world, instruction) = attempt(with(base, field, value));
            refused(
                &mut world,
                instruction.clone(),
                PlimsollError::ParameterOutOfBounds,
            );
            assert_named(world.send(&[instruction]), field.name);
        }
        for value in [field.lower, field.upper] {
            let (mut world, instruction) = attempt(with(base, field, value));
            let result = world.send(&[instruction]);
            assert_within(result.map(|_| ()), field.name, value);
        }
    }
}

fn assert_named<T: std::fmt::Debug>(result: Result<T, WorldError>, name: &str) {
    let Err(WorldError::Refused(refusal)) = result else {
        panic!("{name}: {result:?}")
    };
    let line = format!("Program log: {name}");
    assert!(
        refusal.logs.contains(&line),
        "{name} is not named: {:?}",
        refusal.logs
    );
}

fn assert_within(result: Result<(), WorldError>, name: &str, value: u64) {
    match result {
        Ok(()) => {}
        // A rule between fields may still refuse what each field's bounds allow.
        Err(error) => {
            let between = [
                PlimsollError::RatiosOutOfOrder,
                PlimsollError::PremiumTooSteep,
                PlimsollError::FloorTooLow,
                PlimsollError::ParametersInconsistent,
                PlimsollError::BorrowRatesOutOfOrder,
                PlimsollError::FullSkewTooSmall,
                PlimsollError::DiscountTooHigh,
            ];
            let found = error.program_error();
            assert!(
                found.is_some_and(|found| between.contains(&found)),
                "{name} = {value}: {error}"
            );
        }
    }
}
