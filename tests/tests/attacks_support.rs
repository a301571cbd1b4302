//! What the attempts to take others' money share.

use plimsoll::error::PlimsollError;
use plimsoll::events::OrderOutcome;
use plimsoll::state::MarginAccount;
use plimsoll_testkit::{Cause, Order, TraderId, World, WorldError};
use plimsoll_tests::{assert_unchanged, event, went};
use solana_instruction::Instruction;

/// Opens `lots` at a price, in orders as large as the market takes.
#[track_caller]
pub fn open(world: &mut World, id: TraderId, market: u16, lots: i64, price_e8: u64) {
    let largest = world.market(market).unwrap().params.order_lots_max as i64;
    let mut rest = lots;
    while rest != 0 {
        let part = rest.clamp(-largest, largest);
        let sent = went!(world.trade(id, market, Order::market(part), price_e8));
        assert_eq!(event!(sent, OrderSettled).outcome, OrderOutcome::Filled);
        rest -= part;
    }
}

/// Closes a whole position at a price.
#[track_caller]
pub fn leave(world: &mut World, id: TraderId, market: u16, price_e8: u64) {
    let lots = world.lots(id, market).unwrap();
    if lots != 0 {
        went!(world.trade(id, market, Order::reduce(-lots), price_e8));
    }
    assert_eq!(world.lots(id, market), Ok(0));
}

/// A trader's balance, quote atoms.
pub fn balance_q(world: &World, id: TraderId) -> i64 {
    world.account(id).unwrap().balance_q
}

/// A trader's balance and what markets still owe them, quote atoms.
pub fn owned_q(world: &World, id: TraderId) -> i64 {
    let unpaid = world.account(id).unwrap().positions;
    balance_q(world, id) + unpaid.iter().map(|slot| slot.unpaid_q as i64).sum::<i64>()
}

/// Sends several instructions as one transaction, which must be refused with `error` and change
/// nothing.
#[track_caller]
pub fn refused_together(world: &mut World, instructions: &[Instruction], error: PlimsollError) {
    let before = world.snapshot();
    match world.send(instructions) {
        Ok(sent) => panic!("went through instead of {error:?}: {:?}", sent.events),
        Err(WorldError::Refused(refusal)) => assert_eq!(refusal.cause, Cause::Program(error)),
        Err(error) => panic!("{error}"),
    }
    assert_unchanged(&before, &world.snapshot());
}

/// Everything that its holders could be paid now is in the vault: balances above zero, escrows,
/// fees, the pool, insurance, and the cash of markets as far as they may pay it.
#[track_caller]
pub fn assert_backed(world: &World) {
    let books = world.books().unwrap();
    let lacking_q: i128 = world
        .traders()
        .iter()
        .filter_map(|trader| world.view::<MarginAccount>(&trader.address).ok())
        .map(|account| i128::from(account.balance_q.min(0)))
        .sum();
    let held_back_q: i128 = world
        .market_indices()
        .map(|index| *world.market(index).unwrap())
        .map(|market| i128::from(market.cash_q - market.payable_q()))
        .sum();
    assert!(
        books.total_q() - lacking_q - held_back_q <= books.vault_q,
        "{books:?}, lacking {lacking_q}, held back {held_back_q}"
    );
}
