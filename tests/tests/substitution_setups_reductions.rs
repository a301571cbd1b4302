//! Setups of what is done to accounts below a line and to markets that owe more than what backs them.

use crate::collateral_support::{open, WSOL};
use crate::sell_collateral::{buyer, owing, sol_at};
use crate::substitution_setups::{fallen, whole, TRADER};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, TraderId, World};
use plimsoll_tests::{e8, unbacked, units, BTC, COIN};
use solana_instruction::Instruction;

pub fn accrue_debt(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let id = owing(&mut world, 54_000);
    world.accrue(id, BTC).unwrap();
    world.advance(86_400);
    let instruction = world.accrue_instruction(id, BTC).unwrap();
    (world, instruction)
}

/// Who owes more than their wrapped solana is good for since its price fell, and who has quote currency.
fn for_sale(number: u64) -> (World, TraderId, TraderId) {
    let mut world = whole(number);
    let id = owing(&mut world, 54_000);
    let by = buyer(&mut world);
    sol_at(&mut world, 76);
    world.advance(1);
    world.refresh_all().unwrap();
    (world, id, by)
}

pub fn sell_collateral(number: u64) -> (World, Instruction) {
    let (world, id, by) = for_sale(number);
    let instruction = world.sale_instruction(by, id, WSOL, u64::MAX).unwrap();
    (world, instruction)
}

pub fn reduce_slice_of_collateral(number: u64) -> (World, Instruction) {
    let (world, id, by) = for_sale(number);
    let spot = world.collateral_bit(id, WSOL).unwrap();
    let instruction = world.slice_instruction(by, id, spot).unwrap();
    (world, instruction)
}

pub fn reduce_slice(number: u64) -> (World, Instruction) {
    let (world, id) = fallen(number, AccountState::MarginCall);
    let legs = world.all_legs(id).unwrap();
    let instruction = world.slice_instruction(world.keeper_id, id, legs).unwrap();
    (world, instruction)
}

pub fn take_over_position(number: u64) -> (World, Instruction) {
    let (world, id) = fallen(number, AccountState::Liquidatable);
    let instruction = world.take_over_instruction(TRADER, id, BTC).unwrap();
    (world, instruction)
}

pub fn sweep_insurance(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.sweep_insurance_instruction(BTC).unwrap();
    (world, instruction)
}

/// Two traders are ahead in a further market by four times what it may lose.
fn short(number: u64) -> (World, [TraderId; 2], u16) {
    let mut world = whole(number);
    let spec = MarketSpec::btc().numbered(9).with(|args| {
        args.trade.cash_target_q = 0;
        args.trade.loss_cap_q = units(1_000);
    });
    let market = world.list(spec).unwrap();
    world.sweep(market).unwrap();
    world = unbacked(world);
    let winners = [(); 2].map(|()| {
        let id = world.new_trader(units(20_000)).unwrap();
        open(&mut world, id, market, COIN);
        id
    });
    world.advance(60);
    world.jump(market, e8(62_000)).unwrap();
    (world, winners, market)
}

pub fn open_deleveraging(number: u64) -> (World, Instruction) {
    let (world, _, market) = short(number);
    let instruction = world.open_deleveraging_instruction(market).unwrap();
    (world, instruction)
}

pub fn register_winner(number: u64) -> (World, Instruction) {
    let (mut world, [id, _], market) = short(number);
    world.open_deleveraging(market).unwrap();
    let instruction = world.register_instruction(id, market).unwrap();
    (world, instruction)
}

/// An epoch in which both are registered and nobody is any more.
fn registered(number: u64) -> (World, TraderId, u16) {
    let (mut world, winners, market) = short(number);
    world.open_deleveraging(market).unwrap();
    for id in winners {
        world.register(id, market).unwrap();
    }
    let params = world.market(market).unwrap().params;
    world.advance(i64::from(params.registration_seconds));
    (world, winners[0], market)
}

pub fn close_deleveraging(number: u64) -> (World, Instruction) {
    let (world, _, market) = registered(number);
    let instruction = world.close_deleveraging_instruction(market).unwrap();
    (world, instruction)
}

pub fn deleverage_position(number: u64) -> (World, Instruction) {
    let (mut world, id, market) = registered(number);
    world.close_deleveraging(market).unwrap();
    let instruction = world.deleverage_instruction(id, market).unwrap();
    (world, instruction)
}
