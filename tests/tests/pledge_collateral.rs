use crate::collateral_support::{pledger, wrapped, PARAMS, SOL_ATOMS, WSOL, WSOL_RISK};
use anchor_lang::error::ErrorCode;
use plimsoll::constants::COLLATERALS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll::events::CollateralPledged;
use plimsoll::params::CollateralParams;
use plimsoll::state::{Collateral, CollateralSlot, MarginAccount};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_risk::depth::size_factor_ppm_up;
use plimsoll_risk::units::share_up;
use plimsoll_testkit::{MarketSpec, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, event, patch, refused, refused_by_anchor, refused_with, sent, swapped,
    unsigned, went, TOKEN_INSUFFICIENT_FUNDS, TOKEN_MINT_MISMATCH, TOKEN_OWNER_MISMATCH,
    TOKEN_PROGRAM,
};
use solana_instruction::Instruction;

/// A trader with two wrapped solana in hand, and the pledge of one and a half.
fn ready(world: &mut World) -> (TraderId, Instruction) {
    let id = world.new_trader(0).unwrap();
    world.mint_collateral(id, WSOL, 2 * SOL_ATOMS).unwrap();
    let instruction = world.pledge_instruction(id, WSOL, 1_500_000_000).unwrap();
    (id, instruction)
}

#[test]
fn a_pledge_is_held_to_the_atom() {
    let mut world = wrapped();
    let (id, instruction) = ready(&mut world);
    let event = event!(sent(&mut world, instruction), CollateralPledged);
    let trader = world.trader(id).unwrap();
    assert_eq!(
        event,
        CollateralPledged {
            margin_account: trader.address,
            sequence: 1,
            collateral_index: WSOL,
            amount: 1_500_000_000,
            held: 1_500_000_000,
        }
    );
    let held = CollateralSlot {
        amount: 1_500_000_000,
        collateral_index: WSOL,
        _pad: [0; 6],
    };
    let account = world.account(id).unwrap();
    assert_eq!(account.collaterals[0], held);
    assert_eq!(account.balance_q, 0, "a pledge is no balance");
    assert_eq!(
        world.collateral_record(WSOL).unwrap().vault_q,
        1_500_000_000
    );
    let keys = world.collateral_keys(id, WSOL).unwrap();
    assert_eq!(world.token_amount(&keys.tokens), Some(500_000_000));
    assert_eq!(world.token_amount(&keys.vault), Some(1_500_000_000));
    let second = event!(went!(world.pledge(id, WSOL, 1)), CollateralPledged);
    assert_eq!(
        (second.sequence, second.amount, second.held),
        (2, 1, 1_500_000_001)
    );
    assert_eq!(world.pledged(id, WSOL), Ok(1_500_000_001));
}

/// R-H1, R-H2: 95 % of ten times 150 count; what can be lost of it is asked for.
#[test]
fn r_h1_a_pledge_counts_less_its_haircut_and_asks_for_its_volatility() {
    let mut world = wrapped();
    let id = pledger(&mut world, 0, 10);
    let margin = world.margin(id).unwrap();
    assert_eq!(margin.equity_initial_q, 1_425_000_000);
    assert_eq!(margin.equity_call_q, 1_425_000_000);
    assert_eq!(margin.equity_liquidation_q, 1_425_000_000);
    // Two atoms for what the value was rounded down by; R-H3 for its size.
    let risk = world.risk(WSOL_RISK).unwrap();
    let size_q = 1_425_000_002;
    let alone_q = share_up(size_q, risk.ratios().long.initial_ppm).unwrap();
    let factor_ppm = size_factor_ppm_up(size_q, risk.liquidity_q).unwrap();
    let asked_q = share_up(alone_q, factor_ppm).unwrap();
    assert!(factor_ppm > 1_000_000 && asked_q > alone_q);
    assert_eq!(margin.requirement_initial_q, asked_q);
    let call_q = share_up(size_q, risk.ratios().long.call_ppm).unwrap();
    assert!(margin.requirement_call_q >= call_q);
    assert_eq!(
        margin.requirement_liquidation_q, 35_625_001,
        "the floor alone"
    );
    assert_eq!(margin.notional_q, 0);
    assert!(margin.free_q() > 0);
}

/// A stranger's dust of a mint whose feed is silent would block withdrawals.
#[test]
fn only_owner_and_delegate_pledge() {
    let mut world = wrapped();
    let id = world.new_trader(0).unwrap();
    let address = world.trader(id).unwrap().address;
    let benefactor = world.new_trader(0).unwrap();
    world.mint_collateral(benefactor, WSOL, 5).unwrap();
    let keys = world.collateral_keys(benefactor, WSOL).unwrap();
    let benefactor = world.trader(benefactor).unwrap().owner;
    let pledge = build::pledge_collateral(&keys, benefactor, address, 5);
    refused(
        &mut world,
        pledge.clone(),
        PlimsollError::NotAccountAuthority,
    );
    let owner = world.trader(id).unwrap().owner;
    sent(&mut world, build::set_delegate(owner, address, benefactor));
    sent(&mut world, pledge);
    assert_eq!(world.pledged(id, WSOL), Ok(5));
}

#[test]
fn amounts_are_positive_and_owned() {
    let mut world = wrapped();
    let (id, _) = ready(&mut world);
    let nothing = world.pledge_instruction(id, WSOL, 0).unwrap();
    refused(&mut world, nothing, PlimsollError::ZeroAmount);
    for amount in [2 * SOL_ATOMS + 1, u64::MAX] {
        let too_much = world.pledge_instruction(id, WSOL, amount).unwrap();
        refused_with(&mut world, too_much, TOKEN_INSUFFICIENT_FUNDS);
    }
}

#[test]
fn what_is_held_does_not_overflow() {
    let mut world = wrapped();
    let (id, instruction) = ready(&mut world);
    went!(world.pledge(id, WSOL, 1));
    let address = world.trader(id).unwrap().address;
    let full = |account: &mut MarginAccount| account.collaterals[0].amount = u64::MAX;
    patch(&mut world, address, full);
    refused(&mut world, instruction, PlimsollError::Overflow);
}

#[test]
fn the_exchange_takes_no_more_than_its_cap() {
    let mut world = btc();
    let params = CollateralParams {
        deposit_cap: 50,
        ..PARAMS
    };
    went!(world.list_collateral(9, params));
    went!(world.price_collateral(WSOL, MarketSpec::sol(), None));
    let id = world.new_trader(0).unwrap();
    went!(world.pledge(id, WSOL, 50));
    world.mint_collateral(id, WSOL, 1).unwrap();
    let one_more = world.pledge_instruction(id, WSOL, 1).unwrap();
    refused(&mut world, one_more, PlimsollError::DepositCap);
    went!(world.release(id, WSOL, 1));
    went!(world.pledge(id, WSOL, 1));
}

#[test]
fn an_account_holds_so_many_collaterals() {
    let mut world = wrapped();
    let id = world.new_trader(0).unwrap();
    for number in 0..COLLATERALS_MAX {
        let index = went!(world.list_collateral(6, PARAMS));
        let spec = MarketSpec::eth().numbered(u8::try_from(number).unwrap() + 1);
        went!(world.price_collateral(index, spec, None));
        went!(world.pledge(id, index, 7));
    }
    world.mint_collateral(id, WSOL, 1).unwrap();
    let one_more = world.pledge_instruction(id, WSOL, 1).unwrap();
    refused(&mut world, one_more.clone(), PlimsollError::CollateralsFull);
    went!(world.pledge(id, 2, 1));
    went!(world.release(id, 3, 7));
    sent(&mut world, one_more);
    let held = world.account(id).unwrap().collaterals;
    assert_eq!(
        held.map(|slot| (slot.collateral_index, slot.amount)),
        [(2, 8), (WSOL, 1), (4, 7), (5, 7)]
    );
}

#[test]
fn a_collateral_without_a_price_is_not_taken() {
    let mut world = wrapped();
    let index = went!(world.list_collateral(6, PARAMS));
    let id = world.new_trader(0).unwrap();
    world.mint_collateral(id, index, 7).unwrap();
    let instruction = world.pledge_instruction(id, index, 7).unwrap();
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::CollateralUnpriced,
    );
    went!(world.price_collateral(index, MarketSpec::eth(), None));
    sent(&mut world, instruction);
}

#[test]
fn the_quote_currency_is_deposited_not_pledged() {
    let mut world = wrapped();
    let id = world.new_trader(0).unwrap();
    world.mint_collateral(id, 0, 7).unwrap();
    let pledge = world.pledge_instruction(id, 0, 7).unwrap();
    refused(&mut world, pledge.clone(), PlimsollError::QuoteCollateral);
    went!(world.price_collateral(0, MarketSpec::usdc(), None));
    refused(&mut world, pledge, PlimsollError::QuoteCollateral);
}

#[test]
fn the_vault_is_the_collaterals_own() {
    let mut world = wrapped();
    let (id, instruction) = ready(&mut world);
    pledger(&mut world, 0, 10);
    let keys = world.collateral_keys(id, WSOL).unwrap();
    let own = world.exchange;
    for wrong in [own.vault, keys.tokens] {
        let elsewhere = swapped(instruction.clone(), keys.vault, wrong);
        refused(&mut world, elsewhere, PlimsollError::VaultMismatch);
    }
    let from_vault = swapped(instruction.clone(), keys.tokens, keys.vault);
    refused_with(&mut world, from_vault, TOKEN_OWNER_MISMATCH);
    let owner = world.trader(id).unwrap().owner;
    let quote = world.mint_quote(&owner, SOL_ATOMS * 2).unwrap();
    let other_mint = swapped(instruction.clone(), keys.tokens, quote);
    refused_with(&mut world, other_mint, TOKEN_MINT_MISMATCH);
    let record = |collateral: &mut Collateral| collateral.vault_q += 1;
    patch(&mut world, keys.collateral, record);
    refused(&mut world, instruction, PlimsollError::VaultMismatch);
}

#[test]
fn both_ends_belong_to_one_exchange() {
    let mut world = wrapped();
    let (id, instruction) = ready(&mut world);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let address = world.trader(id).unwrap().address;
    let to_theirs = swapped(instruction.clone(), address, theirs);
    refused(&mut world, to_theirs, PlimsollError::WrongExchange);
    let own = world.collateral_keys(id, WSOL).unwrap().collateral;
    let their_quote = swapped(instruction, own, foreign.exchange.collateral);
    refused(&mut world, their_quote, PlimsollError::WrongExchange);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = wrapped();
    let (id, instruction) = ready(&mut world);
    let trader = world.trader(id).unwrap();
    let keys = world.collateral_keys(id, WSOL).unwrap();
    for original in [trader.address, keys.collateral, keys.vault, keys.tokens] {
        let fake = counterfeit(&mut world, original);
        let instruction = swapped(instruction.clone(), original, fake);
        refused_by_anchor(
            &mut world,
            instruction,
            ErrorCode::AccountOwnedByWrongProgram,
        );
    }
    let pool = world.exchange.pool;
    for original in [trader.address, keys.collateral] {
        let wrong_type = swapped(instruction.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let stranger = world.new_key("stranger", 0).unwrap();
    let not_theirs = swapped(instruction.clone(), trader.owner, stranger);
    refused(&mut world, not_theirs, PlimsollError::NotAccountAuthority);
    let wrong_program = swapped(instruction.clone(), TOKEN_PROGRAM, plimsoll::ID);
    refused_by_anchor(&mut world, wrong_program, ErrorCode::InvalidProgramId);
    let authority = swapped(instruction.clone(), addresses::EVENT_AUTHORITY, stranger);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    let silent = unsigned(instruction, trader.owner);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
}
