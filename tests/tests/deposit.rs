use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::Deposited;
use plimsoll::params::CollateralParams;
use plimsoll::state::MarginAccount;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, event, patch, refused, refused_by_anchor, refused_with,
    sent, swapped, units, unsigned, went, TOKEN_INSUFFICIENT_FUNDS, TOKEN_MINT_MISMATCH,
    TOKEN_OWNER_MISMATCH, TOKEN_PROGRAM,
};
use solana_instruction::Instruction;

/// A trader with tokens and nothing deposited.
fn ready(world: &mut World, amount: u64) -> (TraderId, Instruction) {
    let id = world.new_trader(0).unwrap();
    let owner = world.trader(id).unwrap().owner;
    world.mint_quote(&owner, units(amount)).unwrap();
    (id, world.deposit_instruction(id, units(amount)).unwrap())
}

#[test]
fn a_deposit_is_credited_to_the_atom() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, 100);
    let before = *world.collateral().unwrap();
    let event = event!(sent(&mut world, instruction), Deposited);
    let trader = world.trader(id).unwrap();
    assert_eq!(
        event,
        Deposited {
            margin_account: trader.address,
            sequence: 1,
            amount_q: units(100),
            balance_q: 100_000_000,
        }
    );
    assert_eq!(world.account(id).unwrap().balance_q, 100_000_000);
    assert_eq!(
        world.collateral().unwrap().vault_q,
        before.vault_q + units(100)
    );
    assert_eq!(world.token_amount(&trader.tokens), Some(0));
    let second = event!(went!(world.deposit(id, 1)), Deposited);
    assert_eq!(
        (second.sequence, second.amount_q, second.balance_q),
        (2, 1, 100_000_001)
    );
}

#[test]
fn anyone_may_pay_in_for_anyone() {
    let mut world = btc();
    let (id, _) = ready(&mut world, 1);
    let address = world.trader(id).unwrap().address;
    let payer = world.new_key("benefactor", 0).unwrap();
    let from = world.mint_quote(&payer, 5).unwrap();
    let instruction = build::deposit(&world.exchange, payer, from, address, 5);
    sent(&mut world, instruction);
    assert_eq!(world.account(id).unwrap().balance_q, 5);
}

#[test]
fn amounts_are_positive_and_owned() {
    let mut world = btc();
    let (id, _) = ready(&mut world, 1);
    let nothing = world.deposit_instruction(id, 0).unwrap();
    refused(&mut world, nothing, PlimsollError::ZeroAmount);
    for amount_q in [units(1) + 1, u64::MAX] {
        let too_much = world.deposit_instruction(id, amount_q).unwrap();
        refused_with(&mut world, too_much, TOKEN_INSUFFICIENT_FUNDS);
    }
}

#[test]
fn a_balance_does_not_overflow() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, 1);
    let address = world.trader(id).unwrap().address;
    let full = |account: &mut MarginAccount| account.balance_q = i64::MAX;
    patch(&mut world, address, full);
    refused(&mut world, instruction, PlimsollError::Overflow);
}

#[test]
fn the_exchange_takes_no_more_than_its_cap() {
    let quote = CollateralParams {
        deposit_cap: units(50),
        haircut_ppm: 0,
        onboarding_seconds: 0,
        start_discount_ppm: 0,
        max_discount_ppm: 0,
    };
    let mut world = built(
        World::builder()
            .market(btc_spec())
            .pool(0)
            .insurance(0)
            .quote(quote),
    );
    let (id, instruction) = ready(&mut world, 50);
    let owner = world.trader(id).unwrap().owner;
    sent(&mut world, instruction);
    world.mint_quote(&owner, 1).unwrap();
    let one_more = world.deposit_instruction(id, 1).unwrap();
    refused(&mut world, one_more, PlimsollError::DepositCap);
}

#[test]
fn only_the_quote_currency_is_taken() {
    let mut world = btc();
    let (id, _) = ready(&mut world, 1);
    let trader = world.trader(id).unwrap();
    let mint = world.new_mint("second mint", 0, 6).unwrap();
    let exchange = world.exchange.exchange;
    let params = CollateralParams {
        deposit_cap: units(1),
        haircut_ppm: 0,
        onboarding_seconds: 0,
        start_discount_ppm: 0,
        max_discount_ppm: 0,
    };
    let listed = build::create_collateral(world.governance, exchange, mint, params);
    sent(&mut world, listed);
    let from = world.mint_tokens(&mint, &trader.owner, 100).unwrap();
    let quote = world.deposit_instruction(id, 1).unwrap();
    let other = [
        (
            world.exchange.collateral,
            addresses::collateral(&exchange, &mint),
        ),
        (world.exchange.vault, addresses::vault(&exchange, &mint)),
        (trader.tokens, from),
    ]
    .into_iter()
    .fold(quote.clone(), |instruction, (right, wrong)| {
        swapped(instruction, right, wrong)
    });
    refused(&mut world, other, PlimsollError::NotQuoteCollateral);
    let other_tokens = swapped(quote, trader.tokens, from);
    refused_with(&mut world, other_tokens, TOKEN_MINT_MISMATCH);
}

#[test]
fn the_vault_is_the_collaterals_own() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, 1);
    let own = world.exchange;
    let exchange = own.exchange;
    let decoy = world.mint_quote(&exchange, 0).unwrap();
    let elsewhere = swapped(instruction.clone(), own.vault, decoy);
    refused(&mut world, elsewhere, PlimsollError::VaultMismatch);
    let from_vault = swapped(
        instruction.clone(),
        world.trader(id).unwrap().tokens,
        own.vault,
    );
    refused_with(&mut world, from_vault, TOKEN_OWNER_MISMATCH);
    let record = |collateral: &mut plimsoll::state::Collateral| collateral.vault_q += 1;
    patch(&mut world, own.collateral, record);
    refused(&mut world, instruction, PlimsollError::VaultMismatch);
}

#[test]
fn both_ends_belong_to_one_exchange() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, 1);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let address = world.trader(id).unwrap().address;
    let to_theirs = swapped(instruction.clone(), address, theirs);
    refused(&mut world, to_theirs, PlimsollError::WrongExchange);
    let own = world.exchange;
    let their_collateral = swapped(
        instruction.clone(),
        own.collateral,
        foreign.exchange.collateral,
    );
    refused(
        &mut world,
        their_collateral.clone(),
        PlimsollError::WrongExchange,
    );
    let their_vault = swapped(their_collateral, own.vault, foreign.exchange.vault);
    refused(&mut world, their_vault, PlimsollError::WrongExchange);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, 1);
    let trader = world.trader(id).unwrap();
    let own = world.exchange;
    for original in [trader.address, own.collateral, own.vault, trader.tokens] {
        let fake = counterfeit(&mut world, original);
        let instruction = swapped(instruction.clone(), original, fake);
        refused_by_anchor(
            &mut world,
            instruction,
            ErrorCode::AccountOwnedByWrongProgram,
        );
    }
    let wrong_type = swapped(instruction.clone(), trader.address, own.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let wrong_type = swapped(instruction.clone(), own.collateral, own.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let stranger = world.new_key("stranger", 0).unwrap();
    let not_theirs = swapped(instruction.clone(), trader.owner, stranger);
    refused_with(&mut world, not_theirs, TOKEN_OWNER_MISMATCH);
    let wrong_program = swapped(instruction.clone(), TOKEN_PROGRAM, plimsoll::ID);
    refused_by_anchor(&mut world, wrong_program, ErrorCode::InvalidProgramId);
    let authority = swapped(instruction.clone(), addresses::EVENT_AUTHORITY, stranger);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    let silent = unsigned(instruction, trader.owner);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
}
