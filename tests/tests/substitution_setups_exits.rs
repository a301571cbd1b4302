//! Setups of what providers, owners and dead feeds leave by: redemptions, withdrawals, orders that wait,
//! settlements.

use crate::collateral_support::WSOL_RISK;
use crate::substitution_setups::{fallen, whole, TRADER};
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{address, Order, World, POOL_PARAMS};
use plimsoll_tests::{e8, units, BTC};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// After so many seconds without a price a feed is dead.
const SILENT_SECONDS: i64 = 4 * 3_600 + 1;
const CHALLENGE_SECONDS: i64 = 86_400 + 1;

/// A trader's stop that no price has touched, and its number.
fn waiting(number: u64) -> (World, u64) {
    let mut world = whole(number);
    let stop = Order::stop(100, e8(61_000), world.now_seconds() + 3_600);
    let order_id = world.place(TRADER, BTC, stop).unwrap();
    (world, order_id)
}

pub fn cancel_order(number: u64) -> (World, Instruction) {
    let (world, order_id) = waiting(number);
    let instruction = world.cancel_instruction(TRADER, order_id).unwrap();
    (world, instruction)
}

pub fn trigger_order(number: u64) -> (World, Instruction) {
    let (mut world, order_id) = waiting(number);
    world.advance(1);
    let update = world.update(BTC, e8(61_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let instruction = world.trigger_instruction(TRADER, BTC, order_id).unwrap();
    (world, instruction)
}

pub fn exit_position(number: u64) -> (World, Instruction) {
    let (world, id) = fallen(number, AccountState::MarginCall);
    let instruction = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    (world, instruction)
}

pub fn request_redemption(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let owner = address("provider", 0);
    let (_, instruction) = world.request_instruction(&owner, units(100)).unwrap();
    (world, instruction)
}

/// A ticket of a provider whose time has come.
fn due(number: u64) -> (World, Pubkey) {
    let mut world = whole(number);
    let ticket = world.request_redemption("provider", 0, units(100)).unwrap();
    world.advance(i64::from(POOL_PARAMS.cooldown_seconds));
    world.refresh_all().unwrap();
    (world, ticket)
}

pub fn redeem(number: u64) -> (World, Instruction) {
    let (world, ticket) = due(number);
    let instruction = world.redeem_instruction(&ticket).unwrap();
    (world, instruction)
}

pub fn collect_redemption(number: u64) -> (World, Instruction) {
    let (mut world, ticket) = due(number);
    world.redeem(&ticket).unwrap();
    let id = world.open_account("provider", 0, 0).unwrap();
    let trader = world.trader(id).unwrap();
    let pool = world.exchange.pool;
    let instruction = build::collect_redemption(pool, trader.owner, trader.address);
    (world, instruction)
}

pub fn withdraw_exempt(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.exempt_instruction(TRADER, units(10)).unwrap();
    (world, instruction)
}

pub fn request_withdrawal(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let (_, instruction) = world.ticket_instruction(TRADER, units(10), 0).unwrap();
    (world, instruction)
}

pub fn pay_withdrawal(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let ticket = world.request_withdrawal(TRADER, units(10), 0).unwrap();
    let trader = world.trader(TRADER).unwrap();
    let (owner, tokens) = (trader.owner, trader.tokens);
    let instruction = build::pay_withdrawal(&world.exchange, ticket, owner, tokens);
    (world, instruction)
}

/// All feeds have been dead for long enough.
fn silent(number: u64) -> World {
    let mut world = whole(number);
    world.advance(SILENT_SECONDS);
    world
}

/// A market or a collateral whose settlement nobody objected to, by the index of its risk account.
fn challenged(number: u64, index: u16) -> World {
    let mut world = silent(number);
    world.start_settlement(index).unwrap();
    world.advance(CHALLENGE_SECONDS);
    world
}

pub fn start_settlement(number: u64) -> (World, Instruction) {
    let world = silent(number);
    let price_e8 = world.risk(BTC).unwrap().price_e8;
    let starter = world.keeper;
    let instruction = world.start_settlement_instruction(starter, BTC, price_e8);
    (world, instruction.unwrap())
}

pub fn finish_settlement(number: u64) -> (World, Instruction) {
    let world = challenged(number, BTC);
    let instruction = world.finish_settlement_instruction(BTC).unwrap();
    (world, instruction)
}

pub fn finish_settlement_of_collateral(number: u64) -> (World, Instruction) {
    let world = challenged(number, WSOL_RISK);
    let instruction = world.finish_settlement_instruction(WSOL_RISK).unwrap();
    (world, instruction)
}

pub fn close_settled(number: u64) -> (World, Instruction) {
    let mut world = challenged(number, BTC);
    world.finish_settlement(BTC).unwrap();
    let instruction = world.close_settled_instruction(TRADER, BTC).unwrap();
    (world, instruction)
}
