use crate::bounds;
use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::ExchangeCreated;
use plimsoll::instructions::CreateExchangeArgs;
use plimsoll::params::{DebtParams, PoolParams, WithdrawalParams};
use plimsoll::state::{Exchange, Insurance, Pool};
use plimsoll_client::addresses::ExchangeAddresses;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Cause, World, DEBT_PARAMS, POOL_PARAMS, WITHDRAWAL_PARAMS};
use plimsoll_tests::{
    btc, built, event, refused, refused_by_anchor, refused_for, refused_with, sent, swapped,
    unsigned,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// The system program's word for an address that is taken.
const ACCOUNT_IN_USE: u32 = 0;

fn args() -> CreateExchangeArgs {
    CreateExchangeArgs {
        guardian: Pubkey::new_from_array([1; 32]),
        risk_operator: Pubkey::new_from_array([2; 32]),
        pool: POOL_PARAMS,
        withdrawal: WITHDRAWAL_PARAMS,
        debt: DEBT_PARAMS,
    }
}

fn create(world: &mut World) -> (Pubkey, Instruction) {
    let governance = world.new_key("second governance", 0).unwrap();
    (
        governance,
        build::create_exchange(governance, world.exchange.quote_mint, args()),
    )
}

#[test]
fn the_signer_becomes_governance() {
    let mut world = btc();
    let (governance, instruction) = create(&mut world);
    let event = event!(sent(&mut world, instruction), ExchangeCreated);

    let quote_mint = world.exchange.quote_mint;
    let new = ExchangeAddresses::new(addresses::exchange(&governance), quote_mint);
    assert_eq!(
        event,
        ExchangeCreated {
            exchange: new.exchange,
            governance,
            quote_mint,
            pool: args().pool,
            withdrawal: args().withdrawal,
            debt: DEBT_PARAMS,
        }
    );
    let exchange: &Exchange = world.view(&new.exchange).unwrap();
    assert_eq!(
        (exchange.creator, exchange.governance),
        (governance, governance)
    );
    assert_eq!(exchange.guardian, args().guardian);
    assert_eq!(exchange.risk_operator, args().risk_operator);
    assert_eq!(exchange.quote_mint, quote_mint);
    assert_eq!(exchange.debt, DEBT_PARAMS);
    assert_eq!((exchange.market_count, exchange.collateral_count), (0, 0));
    let pool: &Pool = world.view(&new.pool).unwrap();
    assert_eq!(
        (pool.exchange, pool.cash_q, pool.shares),
        (new.exchange, 0, 0)
    );
    let insurance: &Insurance = world.view(&new.insurance).unwrap();
    assert_eq!((insurance.exchange, insurance.balance_q), (new.exchange, 0));
}

#[test]
fn a_key_has_one_exchange() {
    let mut world = btc();
    let (_, instruction) = create(&mut world);
    sent(&mut world, instruction.clone());
    refused_with(&mut world, instruction, ACCOUNT_IN_USE);
}

#[test]
fn the_quote_mint_has_six_decimals() {
    for decimals in [5, 7] {
        let mut world = btc();
        let mint = world.new_mint("odd mint", 0, decimals).unwrap();
        let governance = world.new_key("second governance", 0).unwrap();
        let instruction = build::create_exchange(governance, mint, args());
        refused(&mut world, instruction, PlimsollError::QuoteDecimals);
    }
}

#[test]
fn accounts_are_where_they_must_be() {
    let mut world = btc();
    let (governance, instruction) = create(&mut world);
    let exchange = addresses::exchange(&governance);
    let taken = world.exchange;
    for (right, wrong) in [
        (exchange, addresses::exchange(&exchange)),
        (addresses::pool(&exchange), taken.pool),
        (addresses::insurance(&exchange), taken.insurance),
    ] {
        let instruction = swapped(instruction.clone(), right, wrong);
        refused_by_anchor(&mut world, instruction, ErrorCode::ConstraintSeeds);
    }
    let not_a_mint = swapped(instruction.clone(), taken.quote_mint, taken.vault);
    let cause = Cause::Runtime("InvalidAccountData".to_owned());
    refused_for(&mut world, not_a_mint, &cause);
    let stranger = swapped(instruction.clone(), taken.quote_mint, taken.pool);
    refused_by_anchor(&mut world, stranger, ErrorCode::AccountOwnedByWrongProgram);
    let authority = swapped(instruction.clone(), addresses::EVENT_AUTHORITY, governance);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    refused_by_anchor(
        &mut world,
        unsigned(instruction, governance),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn a_world_without_markets_is_in_order() {
    let world = built(World::builder());
    world.check_invariants().unwrap();
    assert_eq!(world.pool().unwrap().cash_q, 10_000_000_000_000);
}

#[test]
fn every_pool_parameter_has_two_bounds() {
    let base = PoolParams {
        provision_q_min: 10_000_000,
        ..POOL_PARAMS
    };
    bounds::check(PoolParams::BOUNDS, base, |pool| {
        let mut world = btc();
        let governance = world.new_key("second governance", 0).unwrap();
        let args = CreateExchangeArgs { pool, ..args() };
        let mint = world.exchange.quote_mint;
        let instruction = build::create_exchange(governance, mint, args);
        (world, instruction)
    });
}

#[test]
fn every_withdrawal_parameter_has_two_bounds() {
    bounds::check(WithdrawalParams::BOUNDS, WITHDRAWAL_PARAMS, |withdrawal| {
        let mut world = btc();
        let governance = world.new_key("second governance", 0).unwrap();
        let args = CreateExchangeArgs {
            withdrawal,
            ..args()
        };
        let mint = world.exchange.quote_mint;
        let instruction = build::create_exchange(governance, mint, args);
        (world, instruction)
    });
}

#[test]
fn the_least_ticket_pays_its_keeper() {
    let mut world = btc();
    let governance = world.new_key("second governance", 0).unwrap();
    let mint = world.exchange.quote_mint;
    for (keeper_fee_q, fits) in [(1_000_000, true), (1_000_001, false)] {
        let pool = PoolParams {
            keeper_fee_q,
            ..POOL_PARAMS
        };
        let args = CreateExchangeArgs { pool, ..args() };
        let instruction = build::create_exchange(governance, mint, args);
        if fits {
            sent(&mut world.clone(), instruction);
        } else {
            refused(
                &mut world,
                instruction,
                PlimsollError::ParametersInconsistent,
            );
        }
    }
}

#[test]
fn every_debt_parameter_has_both_bounds() {
    crate::bounds::check(DebtParams::BOUNDS, DEBT_PARAMS, |debt| {
        let mut world = btc();
        let governance = world.new_key("second governance", 0).unwrap();
        let args = CreateExchangeArgs { debt, ..args() };
        let mint = world.exchange.quote_mint;
        (world, build::create_exchange(governance, mint, args))
    });
}
