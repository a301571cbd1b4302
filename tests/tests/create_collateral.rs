use crate::bounds;
use anchor_lang::error::ErrorCode;
use plimsoll::constants::EXCHANGE_COLLATERALS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll::events::CollateralCreated;
use plimsoll::instructions::CreateExchangeArgs;
use plimsoll::params::CollateralParams;
use plimsoll::state::{Collateral, Exchange};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{World, DEBT_PARAMS, POOL_PARAMS, WITHDRAWAL_PARAMS};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, event, patch, refused, refused_by_anchor, refused_with, sent, swapped, unsigned,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

const PARAMS: CollateralParams = CollateralParams {
    deposit_cap: 1_000_000_000,
    haircut_ppm: 100_000,
    onboarding_seconds: 604_800,
    start_discount_ppm: 5_000,
    max_discount_ppm: 80_000,
};

fn list(world: &mut World, params: CollateralParams) -> (Pubkey, Instruction) {
    let mint = world.new_mint("second mint", 0, 9).unwrap();
    let exchange = world.exchange.exchange;
    (
        mint,
        build::create_collateral(world.governance, exchange, mint, params),
    )
}

#[test]
fn a_second_collateral_gets_the_next_index() {
    let mut world = btc();
    let (mint, instruction) = list(&mut world, PARAMS);
    let event = event!(sent(&mut world, instruction), CollateralCreated);

    let exchange = world.exchange.exchange;
    assert_eq!(
        event,
        CollateralCreated {
            exchange,
            mint,
            index: 1,
            params: PARAMS
        }
    );
    assert_eq!(world.exchange_account().unwrap().collateral_count, 2);
    let listed: &Collateral = world
        .view(&addresses::collateral(&exchange, &mint))
        .unwrap();
    assert_eq!(
        (listed.index, listed.exchange, listed.mint),
        (1, exchange, mint)
    );
    assert_eq!(listed.vault, addresses::vault(&exchange, &mint));
    assert_eq!(
        (listed.vault_q, listed.listed_seconds),
        (0, world.now_seconds())
    );
    assert_eq!(listed.params, PARAMS);
    assert_eq!(world.token_amount(&listed.vault), Some(0));
}

#[test]
fn a_mint_is_listed_once() {
    let mut world = btc();
    let (_, instruction) = list(&mut world, PARAMS);
    sent(&mut world, instruction.clone());
    refused_with(&mut world, instruction, 0);
}

#[test]
fn the_first_collateral_is_the_quote_mint() {
    let mut world = btc();
    let governance = world.new_key("second governance", 0).unwrap();
    let exchange = addresses::exchange(&governance);
    let args = CreateExchangeArgs {
        guardian: governance,
        risk_operator: governance,
        pool: POOL_PARAMS,
        withdrawal: WITHDRAWAL_PARAMS,
        debt: DEBT_PARAMS,
    };
    let quote = world.exchange.quote_mint;
    sent(&mut world, build::create_exchange(governance, quote, args));
    let (mint, _) = list(&mut world, PARAMS);
    let other = build::create_collateral(governance, exchange, mint, PARAMS);
    refused(&mut world, other, PlimsollError::FirstCollateralNotQuote);
    sent(
        &mut world,
        build::create_collateral(governance, exchange, quote, PARAMS),
    );
}

#[test]
fn there_is_room_for_so_many() {
    let mut world = btc();
    let (_, instruction) = list(&mut world, PARAMS);
    let exchange = world.exchange.exchange;
    let full = |exchange: &mut Exchange| exchange.collateral_count = EXCHANGE_COLLATERALS_MAX;
    patch(&mut world, exchange, full);
    refused(&mut world, instruction.clone(), PlimsollError::ExchangeFull);
    let nearly = |exchange: &mut Exchange| exchange.collateral_count -= 1;
    patch(&mut world, exchange, nearly);
    sent(&mut world, instruction);
}

#[test]
fn every_parameter_has_two_bounds() {
    bounds::check(CollateralParams::BOUNDS, PARAMS, |params| {
        let mut world = btc();
        let (_, instruction) = list(&mut world, params);
        (world, instruction)
    });
}

#[test]
fn only_governance_lists() {
    let mut world = btc();
    let (_, instruction) = list(&mut world, PARAMS);
    let stranger = world.new_key("stranger", 0).unwrap();
    let governance = world.governance;
    let by_stranger = swapped(instruction.clone(), governance, stranger);
    refused(&mut world, by_stranger, PlimsollError::NotGovernance);
    refused_by_anchor(
        &mut world,
        unsigned(instruction, governance),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn another_exchange_has_another_governance() {
    let mut world = btc();
    let foreign = Foreign::new(&mut world);
    let (mint, _) = list(&mut world, PARAMS);
    let key = foreign.exchange.exchange;
    let instruction = build::create_collateral(world.governance, key, mint, PARAMS);
    refused(&mut world, instruction, PlimsollError::NotGovernance);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let (mint, instruction) = list(&mut world, PARAMS);
    let own = world.exchange;
    let wrong_type = swapped(instruction.clone(), own.exchange, own.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let wrong_place = swapped(
        instruction.clone(),
        addresses::collateral(&own.exchange, &mint),
        own.collateral,
    );
    refused_by_anchor(&mut world, wrong_place, ErrorCode::ConstraintSeeds);
    let wrong_vault = swapped(
        instruction.clone(),
        addresses::vault(&own.exchange, &mint),
        own.vault,
    );
    refused_by_anchor(&mut world, wrong_vault, ErrorCode::ConstraintSeeds);
    let token_program = plimsoll_tests::TOKEN_PROGRAM;
    let wrong_program = swapped(instruction, token_program, plimsoll::ID);
    refused_by_anchor(&mut world, wrong_program, ErrorCode::InvalidProgramId);
}

/// R-L10: what a sale brings is never less than what the collateral counted for.
#[test]
fn r_l10_no_discount_exceeds_the_haircut() {
    for (start, most, allowed) in [
        (0, 0, true),
        (100_000, 100_000, true),
        (0, 100_001, false),
        (50_001, 50_000, false),
    ] {
        let mut world = btc();
        let params = CollateralParams {
            start_discount_ppm: start,
            max_discount_ppm: most,
            ..PARAMS
        };
        let (_, instruction) = list(&mut world, params);
        if allowed {
            sent(&mut world, instruction);
        } else {
            refused(&mut world, instruction, PlimsollError::DiscountTooHigh);
        }
    }
}
