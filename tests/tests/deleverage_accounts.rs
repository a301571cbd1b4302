//! The accounts of an epoch's instructions are what they must be.

use crate::deleverage_support::{ahead, Ahead};
use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll_client::addresses;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{counterfeit, refused, refused_by_anchor, swapped, unsigned, went, BTC};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Each instruction in a world where it would go through.
fn cases() -> [(World, Instruction); 4] {
    let Ahead { world, winners, .. } = ahead();
    let open = (
        world.clone(),
        world.open_deleveraging_instruction(BTC).unwrap(),
    );
    let mut world = world;
    went!(world.open_deleveraging(BTC));
    let register = (
        world.clone(),
        world.register_instruction(winners[0], BTC).unwrap(),
    );
    went!(world.register(winners[0], BTC));
    world.advance(600);
    let close = (
        world.clone(),
        world.close_deleveraging_instruction(BTC).unwrap(),
    );
    went!(world.close_deleveraging(BTC));
    let take = (
        world.clone(),
        world.deleverage_instruction(winners[0], BTC).unwrap(),
    );
    [open, register, close, take]
}

/// The program's accounts among those of an instruction.
fn owned(world: &World, instruction: &Instruction) -> Vec<Pubkey> {
    let keys = instruction.accounts.iter().map(|meta| meta.pubkey);
    let known = keys.filter(|key| {
        let account = world.raw(key);
        account
            .is_some_and(|account| *solana_account::ReadableAccount::owner(account) == plimsoll::ID)
    });
    known.collect()
}

#[test]
fn accounts_are_the_programs_and_of_their_type() {
    for (mut world, instruction) in cases() {
        let scenarios = world.exchange.collateral;
        for original in owned(&world, &instruction) {
            let fake = counterfeit(&mut world, original);
            let faked = swapped(instruction.clone(), original, fake);
            refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
            let wrong_type = swapped(instruction.clone(), original, scenarios);
            refused_by_anchor(
                &mut world,
                wrong_type,
                ErrorCode::AccountDiscriminatorMismatch,
            );
        }
        let payer = world.payer;
        let authority = swapped(instruction.clone(), addresses::EVENT_AUTHORITY, payer);
        refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
        went!(world.send(&[instruction]));
    }
}

#[test]
fn accounts_are_of_one_exchange_and_one_market() {
    for (mut world, instruction) in cases() {
        let foreign = Foreign::new(&mut world);
        let other = went!(world.list(MarketSpec::eth()));
        let (here, there) = (world.market_addresses(BTC).unwrap(), foreign.market);
        let trader = instruction.accounts.iter().find_map(|meta| {
            let mut all = world.traders().iter();
            all.position(|trader| {
                trader.address == meta.pubkey && trader.address != world.traders()[0].address
            })
        });
        let mut pairs = vec![
            (here.market, there.market),
            (here.market_risk, there.market_risk),
            (world.exchange.pool, foreign.exchange.pool),
            (world.exchange.insurance, foreign.exchange.insurance),
        ];
        if let Some(place) = trader {
            let id = plimsoll_testkit::TraderId(place);
            let theirs = foreign.account_of(&mut world, id);
            pairs.push((world.trader(id).unwrap().address, theirs));
        }
        let named = |key: &Pubkey| instruction.accounts.iter().any(|meta| meta.pubkey == *key);
        for (right, wrong) in pairs.into_iter().filter(|(right, _)| named(right)) {
            let mixed = swapped(instruction.clone(), right, wrong);
            refused(&mut world, mixed, PlimsollError::WrongExchange);
        }
        if named(&here.market_risk) {
            let risk = world.market_addresses(other).unwrap().market_risk;
            let mixed = swapped(instruction.clone(), here.market_risk, risk);
            refused(&mut world, mixed, PlimsollError::MarketMismatch);
        }
    }
}

#[test]
fn a_keeper_registers_into_an_account_of_its_own() {
    let [_, (mut world, register), ..] = cases();
    let (keeper, own) = (world.keeper, world.trader(world.keeper_id).unwrap().address);
    refused_by_anchor(
        &mut world,
        unsigned(register.clone(), keeper),
        ErrorCode::AccountNotSigner,
    );
    let margin_account = register.accounts[2].pubkey;
    let stranger = went!(world.new_trader(0));
    let theirs = world.trader(stranger).unwrap().address;
    let into = swapped(register.clone(), own, theirs);
    refused(&mut world, into, PlimsollError::NotKeeperAccount);
    let itself = swapped(register, margin_account, own);
    refused(&mut world, itself, PlimsollError::KeeperIsTrader);
}
