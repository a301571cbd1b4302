use crate::collateral_support::decoupled;
use anchor_lang::error::ErrorCode;
use plimsoll::constants::{NETTING_FLOOR_PPM_MAX, NETTING_FLOOR_PPM_MIN};
use plimsoll::error::PlimsollError;
use plimsoll::events::ScenariosCreated;
use plimsoll::instructions::CreateScenariosArgs;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_risk::portfolio::{Row, ROWS_MAX};
use plimsoll_testkit::World;
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, event, refused, refused_by_anchor, refused_with, sent, swapped, unsigned,
    went,
};
use solana_instruction::Instruction;

fn create(world: &World, netting_floor_ppm: u32, rows: Vec<Row>) -> Instruction {
    let args = CreateScenariosArgs {
        netting_floor_ppm,
        rows,
    };
    build::create_scenarios(world.governance, world.exchange.exchange, args)
}

#[test]
fn rows_are_kept_as_given() {
    let mut world = btc();
    let rows = vec![decoupled(), [-20_000; 16], [20_000; 16]];
    let instruction = create(&world, 400_000, rows.clone());
    let event = event!(sent(&mut world, instruction), ScenariosCreated);
    let exchange = world.exchange.exchange;
    assert_eq!(
        event,
        ScenariosCreated {
            exchange,
            netting_floor_ppm: 400_000,
            rows: rows.clone(),
        }
    );
    assert_eq!(world.exchange_account().unwrap().scenarios, 1);
    let set = world.scenarios().unwrap();
    assert_eq!((set.exchange, set.row_count), (exchange, 3));
    let netting = set.netting().unwrap();
    assert_eq!((netting.rows, netting.floor_ppm), (&rows[..], 400_000));
    assert!(set.rows[3..].iter().flatten().all(|e4| *e4 == 0));
}

#[test]
fn there_may_be_none_and_at_most_so_many() {
    for count in [0, 1, ROWS_MAX] {
        let mut world = btc();
        let instruction = create(&world, 500_000, vec![decoupled(); count]);
        sent(&mut world, instruction);
        assert_eq!(usize::from(world.scenarios().unwrap().row_count), count);
    }
    let mut world = btc();
    let too_many = create(&world, 500_000, vec![decoupled(); ROWS_MAX + 1]);
    refused(&mut world, too_many, PlimsollError::ParameterOutOfBounds);
}

#[test]
fn the_floor_has_two_bounds() {
    for floor_ppm in [
        0,
        NETTING_FLOOR_PPM_MIN - 1,
        NETTING_FLOOR_PPM_MAX + 1,
        u32::MAX,
    ] {
        let mut world = btc();
        let wrong = create(&world, floor_ppm, vec![]);
        refused(&mut world, wrong, PlimsollError::ParameterOutOfBounds);
    }
    for floor_ppm in [NETTING_FLOOR_PPM_MIN, NETTING_FLOOR_PPM_MAX] {
        let mut world = btc();
        went!(world.create_scenarios(floor_ppm, &[]));
    }
}

#[test]
fn moves_are_at_most_twice_the_ratio() {
    for (row, place) in [(0, 0), (1, 15)] {
        for move_e4 in [-20_001, 20_001, i16::MIN, i16::MAX] {
            let mut world = btc();
            let mut rows = vec![decoupled(); 2];
            rows[row][place] = move_e4;
            let wrong = create(&world, 500_000, rows);
            refused(&mut world, wrong, PlimsollError::ParameterOutOfBounds);
        }
    }
}

#[test]
fn rows_are_created_once() {
    let mut world = btc();
    went!(world.create_scenarios(500_000, &[decoupled()]));
    let again = create(&world, 400_000, vec![]);
    refused_with(&mut world, again, 0);
}

#[test]
fn only_governance_creates() {
    let mut world = btc();
    let instruction = create(&world, 500_000, vec![decoupled()]);
    let (stranger, governance) = (world.new_key("stranger", 0).unwrap(), world.governance);
    let by_stranger = swapped(instruction.clone(), governance, stranger);
    refused(&mut world, by_stranger, PlimsollError::NotGovernance);
    let silent = unsigned(instruction.clone(), governance);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
    let foreign = Foreign::new(&mut world);
    let args = CreateScenariosArgs {
        netting_floor_ppm: 500_000,
        rows: vec![],
    };
    let theirs = build::create_scenarios(governance, foreign.exchange.exchange, args);
    refused(&mut world, theirs, PlimsollError::NotGovernance);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let instruction = create(&world, 500_000, vec![decoupled()]);
    let own = world.exchange;
    let fake = counterfeit(&mut world, own.exchange);
    let wrong_owner = swapped(instruction.clone(), own.exchange, fake);
    refused_by_anchor(
        &mut world,
        wrong_owner,
        ErrorCode::AccountOwnedByWrongProgram,
    );
    let wrong_type = swapped(instruction.clone(), own.exchange, own.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let place = addresses::scenario_set(&own.exchange);
    let elsewhere = plimsoll_testkit::address("elsewhere", 0);
    let wrong_place = swapped(instruction.clone(), place, elsewhere);
    refused_by_anchor(&mut world, wrong_place, ErrorCode::ConstraintSeeds);
    let system = anchor_lang::system_program::ID;
    let wrong_program = swapped(instruction.clone(), system, plimsoll::ID);
    refused_by_anchor(&mut world, wrong_program, ErrorCode::InvalidProgramId);
    let authority = swapped(instruction, addresses::EVENT_AUTHORITY, own.pool);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
