use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::DelegateChanged;
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{
    btc, e8, event, holder, price, refused, refused_by_anchor, sent, state, swapped, units,
    unsigned, went, BTC, COIN,
};
use solana_pubkey::Pubkey;

fn delegated(world: &mut World) -> (TraderId, Pubkey) {
    let id = holder(world, 20_000, COIN);
    let trader = world.trader(id).unwrap();
    let delegate = world.new_key("delegate", 0).unwrap();
    let instruction = build::set_delegate(trader.owner, trader.address, delegate);
    let event = event!(sent(world, instruction), DelegateChanged);
    assert_eq!(
        event,
        DelegateChanged {
            margin_account: trader.address,
            delegate
        }
    );
    assert_eq!(world.account(id).unwrap().delegate, delegate);
    (id, delegate)
}

#[test]
fn a_delegate_trades() {
    let mut world = btc();
    let (id, delegate) = delegated(&mut world);
    let owner = world.trader(id).unwrap().owner;
    let place = world
        .place_instruction(id, BTC, Order::market(1_000))
        .unwrap();
    let placed = sent(&mut world, swapped(place, owner, delegate));
    assert_eq!(event!(placed, OrderPlaced).lots, 1_000);
}

#[test]
fn a_delegate_cancels_and_leaves_a_margin_call() {
    let mut world = btc();
    let (id, delegate) = delegated(&mut world);
    let owner = world.trader(id).unwrap().owner;
    let stop = Order::stop(-COIN, e8(50_000), world.now_seconds() + 3_600);
    let place = world.place_instruction(id, BTC, stop).unwrap();
    let placed = sent(&mut world, swapped(place, owner, delegate));
    let order_id = event!(placed, OrderPlaced).order_id;
    let cancel = world.cancel_instruction(id, order_id).unwrap();
    sent(&mut world, swapped(cancel, owner, delegate));
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    while state(&world, id) == AccountState::Healthy {
        let quote = world.risk(BTC).unwrap().price_e8 / e8(1) - 50;
        price(&mut world, quote);
    }
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    let exited = sent(&mut world, swapped(exit, owner, delegate));
    assert_eq!(event!(exited, PositionExited).lots, -COIN);
}

#[test]
fn a_delegate_neither_withdraws_nor_closes_nor_delegates() {
    let mut world = btc();
    let (id, delegate) = delegated(&mut world);
    let trader = world.trader(id).unwrap();
    for instruction in [
        world.withdraw_instruction(id, 1).unwrap(),
        build::close_margin_account(trader.owner, trader.address),
        build::set_delegate(trader.owner, trader.address, delegate),
    ] {
        let by_delegate = swapped(instruction, trader.owner, delegate);
        refused(&mut world, by_delegate, PlimsollError::NotAccountOwner);
    }
}

#[test]
fn the_zero_key_names_nobody() {
    let mut world = btc();
    let (id, delegate) = delegated(&mut world);
    let trader = world.trader(id).unwrap();
    sent(
        &mut world,
        build::set_delegate(trader.owner, trader.address, Pubkey::default()),
    );
    let place = world
        .place_instruction(id, BTC, Order::market(1_000))
        .unwrap();
    let by_former = swapped(place.clone(), trader.owner, delegate);
    refused(&mut world, by_former, PlimsollError::NotAccountAuthority);
    let nobody = unsigned(
        swapped(place, trader.owner, Pubkey::default()),
        Pubkey::default(),
    );
    refused_by_anchor(&mut world, nobody, ErrorCode::AccountNotSigner);
}

#[test]
fn only_the_owner_delegates() {
    let mut world = btc();
    let id = world.new_trader(units(1)).unwrap();
    let other = world.new_trader(units(1)).unwrap();
    let (trader, stranger) = (
        world.trader(id).unwrap(),
        world.trader(other).unwrap().owner,
    );
    let foreign = build::set_delegate(stranger, trader.address, stranger);
    refused(&mut world, foreign, PlimsollError::NotAccountOwner);
    let own = build::set_delegate(trader.owner, trader.address, stranger);
    refused_by_anchor(
        &mut world,
        unsigned(own.clone(), trader.owner),
        ErrorCode::AccountNotSigner,
    );
    let pool = world.exchange.pool;
    let wrong_type = swapped(own, trader.address, pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
}
