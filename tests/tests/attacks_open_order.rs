//! An order is cancelled after its price is known, by withdrawing what it would need.

use crate::attacks_support::balance_q;
use plimsoll::error::PlimsollError;
use plimsoll::events::OrderOutcome;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc, e8, event, holder, refused, units, went, BTC, COIN};

#[track_caller]
fn refused_withdrawal(world: &mut World, id: TraderId, amount_q: u64) {
    let instruction = world.withdraw_instruction(id, amount_q).unwrap();
    refused(world, instruction, PlimsollError::OrdersOpen);
}

#[test]
fn an_order_that_adds_risk_keeps_the_collateral_in() {
    let mut world = btc();
    let id = went!(world.new_trader(units(100_000)));
    let order_id = went!(world.place(id, BTC, Order::market(COIN)));
    refused_withdrawal(&mut world, id, 1);
    world.advance(2);
    // Its settling update is out, and everybody sees where the price goes.
    let update = world.update(BTC, e8(60_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let all_q = balance_q(&world, id).unsigned_abs();
    for amount_q in [1, all_q - 1, all_q] {
        refused_withdrawal(&mut world, id, amount_q);
    }
    went!(world.refresh(BTC));
    refused_withdrawal(&mut world, id, all_q);
    let settled = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(settled.outcome, OrderOutcome::Filled);
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
}

#[test]
fn an_order_that_could_turn_a_position_adds_risk() {
    let mut world = btc();
    let id = holder(&mut world, 100_000, COIN);
    for order in [Order::market(-COIN), Order::within(-2 * COIN, e8(50_000))] {
        let mut world = world.clone();
        went!(world.place(id, BTC, order));
        refused_withdrawal(&mut world, id, 1);
    }
    // One of several is enough.
    went!(world.place(id, BTC, Order::reduce(-COIN)));
    went!(world.place(id, BTC, Order::within(100, e8(1))));
    refused_withdrawal(&mut world, id, 1);
}

#[test]
fn an_order_that_only_reduces_holds_nothing_back() {
    let mut world = btc();
    let id = holder(&mut world, 100_000, COIN);
    let order_id = went!(world.place(id, BTC, Order::reduce(-COIN)));
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    world.advance(2);
    went!(world.set_price(BTC, e8(60_000)));
    let settled = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(
        (settled.outcome, settled.lots),
        (OrderOutcome::Filled, -COIN)
    );
}

#[test]
fn an_order_that_has_ended_holds_nothing_back() {
    let mut world = btc();
    let id = went!(world.new_trader(units(100_000)));
    let order_id = went!(world.place(id, BTC, Order::market(COIN)));
    let params = world.market(BTC).unwrap().params;
    let life =
        params.order_delay_seconds + params.order_window_seconds + params.order_timeout_seconds;
    world.advance(i64::from(life) + 1);
    refused_withdrawal(&mut world, id, 1);
    went!(world.expire(id, BTC, order_id));
    let all_q = balance_q(&world, id).unsigned_abs();
    went!(world.withdraw(id, all_q));
}
