//! Who may sell, slice, take over and book interest, and with which accounts.

use crate::collateral_support::{price_sol, wrapped, SOL_ATOMS, WSOL};
use crate::sell_collateral::{buyer, owing, sol_at};
use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll_client::addresses;
use plimsoll_testkit::{TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, holder, jump, refused, refused_by_anchor, sent, swapped, units, unsigned,
    went, BTC, COIN,
};
use solana_instruction::Instruction;

/// Worlds in which a sale, a slice of collateral, a slice of legs and a take-over go through: the account
/// acted on, whose account acts, and the instruction.
fn ready() -> Vec<(World, TraderId, TraderId, Instruction)> {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let by = buyer(&mut world);
    sol_at(&mut world, 76);
    price_sol_again(&mut world);
    let sale = world.sale_instruction(by, id, WSOL, SOL_ATOMS).unwrap();
    let spot = world.collateral_bit(id, WSOL).unwrap();
    let slice = world.slice_instruction(by, id, spot).unwrap();
    let mut all = vec![(world.clone(), id, by, sale), (world, id, by, slice)];
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    let by = went!(world.new_trader(units(50_000)));
    jump(&mut world, 56_500);
    let slice = world.slice_instruction(by, id, 1).unwrap();
    let take_over = world.take_over_instruction(by, id, BTC).unwrap();
    all.extend([(world.clone(), id, by, slice), (world, id, by, take_over)]);
    all
}

fn price_sol_again(world: &mut World) {
    world.advance(1);
    price_sol(world, 7_600_000_000);
}

#[test]
fn all_go_through_as_they_are() {
    for (mut world, _, _, instruction) in ready() {
        sent(&mut world, instruction);
    }
}

#[test]
fn a_keeper_signs_and_acts_from_their_own_account() {
    for (mut world, id, by, instruction) in ready() {
        let (keeper, trader) = (world.trader(by).unwrap(), world.trader(id).unwrap());
        let silent = unsigned(instruction.clone(), keeper.owner);
        refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
        let stranger = swapped(instruction.clone(), keeper.owner, trader.owner);
        refused(&mut world, stranger, PlimsollError::NotKeeperAccount);
        let own = swapped(instruction.clone(), keeper.address, trader.address);
        let own = swapped(own, keeper.owner, trader.owner);
        refused(&mut world, own, PlimsollError::KeeperIsTrader);
        let authority = swapped(instruction, addresses::EVENT_AUTHORITY, keeper.address);
        refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    }
}

#[test]
fn everything_belongs_to_one_exchange() {
    for (mut world, id, by, instruction) in ready() {
        let foreign = Foreign::new(&mut world);
        let pairs = [
            (
                world.trader(id).unwrap().address,
                foreign.account_of(&mut world, id),
            ),
            (
                world.trader(by).unwrap().address,
                foreign.account_of(&mut world, by),
            ),
            (world.exchange.exchange, foreign.exchange.exchange),
        ];
        for (right, wrong) in pairs {
            let mixed = swapped(instruction.clone(), right, wrong);
            refused(&mut world, mixed, PlimsollError::WrongExchange);
        }
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    for (mut world, _, _, instruction) in ready() {
        let pool = world.exchange.pool;
        let own = [addresses::EVENT_AUTHORITY, plimsoll::ID];
        let states = instruction.accounts.iter().filter(|meta| {
            let signs = meta.is_signer;
            !signs && !own.contains(&meta.pubkey)
        });
        let states: Vec<_> = states.map(|meta| meta.pubkey).collect();
        assert!(states.len() >= 4);
        for original in states {
            let fake = counterfeit(&mut world, original);
            let faked = swapped(instruction.clone(), original, fake);
            refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
            let wrong_type = swapped(instruction.clone(), original, pool);
            refused_by_anchor(
                &mut world,
                wrong_type,
                ErrorCode::AccountDiscriminatorMismatch,
            );
        }
    }
}

#[test]
fn markets_are_given_to_be_written() {
    let (mut world, _, _, mut slice) = ready().swap_remove(2);
    let market = slice.accounts.last_mut().unwrap();
    assert!(market.is_writable);
    market.is_writable = false;
    refused_by_anchor(&mut world, slice, ErrorCode::AccountNotMutable);
}
