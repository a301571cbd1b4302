use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::InsuranceDeposited;
use plimsoll::state::{Collateral, Insurance};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::World;
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, event, patch, refused, refused_by_anchor, refused_with, sent, swapped, units,
    unsigned, TOKEN_INSUFFICIENT_FUNDS, TOKEN_OWNER_MISMATCH, TOKEN_PROGRAM,
};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// A benefactor with a thousand quote units.
fn gift(world: &mut World, amount_q: u64) -> (Pubkey, Pubkey, Instruction) {
    let giver = world.new_key("giver", 0).unwrap();
    let from = world.mint_quote(&giver, units(1_000)).unwrap();
    (
        giver,
        from,
        build::deposit_insurance(&world.exchange, giver, from, amount_q),
    )
}

#[test]
fn a_gift_is_added_to_the_fund() {
    let mut world = btc();
    let before = (*world.insurance().unwrap(), *world.collateral().unwrap());
    let (depositor, from, instruction) = gift(&mut world, units(10));
    let event = event!(sent(&mut world, instruction), InsuranceDeposited);
    let balance_q = before.0.balance_q + units(10);
    assert_eq!(
        event,
        InsuranceDeposited {
            depositor,
            amount_q: units(10),
            balance_q
        }
    );
    assert_eq!(world.insurance().unwrap().balance_q, balance_q);
    assert_eq!(
        world.collateral().unwrap().vault_q,
        before.1.vault_q + units(10)
    );
    assert_eq!(world.token_amount(&from), Some(units(990)));
}

#[test]
fn amounts_are_positive_owned_and_fit() {
    let mut world = btc();
    let (_, _, nothing) = gift(&mut world, 0);
    refused(&mut world, nothing, PlimsollError::ZeroAmount);
    let (_, _, too_much) = gift(&mut world, u64::MAX);
    refused_with(&mut world, too_much, TOKEN_INSUFFICIENT_FUNDS);
    let (_, _, one) = gift(&mut world, 1);
    let (insurance, collateral) = (world.exchange.insurance, world.exchange.collateral);
    let mut full = world.clone();
    patch(&mut full, insurance, |fund: &mut Insurance| {
        fund.balance_q = u64::MAX
    });
    refused(&mut full, one.clone(), PlimsollError::Overflow);
    let mut capped = world;
    let cap = |record: &mut Collateral| record.params.deposit_cap = record.vault_q;
    patch(&mut capped, collateral, cap);
    refused(&mut capped, one, PlimsollError::DepositCap);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let (giver, from, instruction) = gift(&mut world, 1);
    let own = world.exchange;
    for original in [own.insurance, own.collateral, own.vault, from] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(instruction.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
    }
    for original in [own.insurance, own.collateral] {
        let wrong_type = swapped(instruction.clone(), original, own.pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let foreign = Foreign::new(&mut world);
    for (right, wrong) in [
        (own.insurance, foreign.exchange.insurance),
        (own.collateral, foreign.exchange.collateral),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
    let their_vault = swapped(instruction.clone(), own.vault, foreign.exchange.vault);
    refused(&mut world, their_vault, PlimsollError::VaultMismatch);
    let from_vault = swapped(instruction.clone(), from, own.vault);
    refused_with(&mut world, from_vault, TOKEN_OWNER_MISMATCH);
    let payer = world.payer;
    for (right, wrong, error) in [
        (TOKEN_PROGRAM, plimsoll::ID, ErrorCode::InvalidProgramId),
        (
            addresses::EVENT_AUTHORITY,
            payer,
            ErrorCode::ConstraintAddress,
        ),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused_by_anchor(&mut world, mixed, error);
    }
    refused_by_anchor(
        &mut world,
        unsigned(instruction.clone(), giver),
        ErrorCode::AccountNotSigner,
    );
    patch(&mut world, own.collateral, |record: &mut Collateral| {
        record.index = 1
    });
    refused(&mut world, instruction, PlimsollError::NotQuoteCollateral);
}
