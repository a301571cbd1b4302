//! Orders that wait for a trigger: what they must say, what they escrow, and when they end by time.

use plimsoll::constants::{ORDERS_MAX, ORDER_LIFE_SECONDS_MAX};
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderOutcome, OrderPlaced, OrderSettled};
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll::state::{OrderKind, OrderSlot};
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{
    btc, e8, earned_q, event, holder, price, refused, sent, state, units, went, BTC, COIN,
};

/// An hour from now, Unix seconds.
fn hour(world: &World) -> i64 {
    world.now_seconds() + 3_600
}

#[track_caller]
fn refused_order(world: &mut World, id: TraderId, order: PlaceOrderArgs, error: PlimsollError) {
    let instruction = world.place_instruction(id, BTC, order).unwrap();
    refused(world, instruction, error);
}

/// R-O6.
#[test]
fn an_order_waits_with_two_fees_and_no_target() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let (now, expires_seconds) = (world.now_seconds(), hour(&world));
    let limit = Order::limit(5_000, e8(59_000), expires_seconds);
    let stop = Order::stop(-5_000, e8(58_000), expires_seconds);
    let profit = PlaceOrderArgs {
        limit_price_e8: e8(62_900),
        reduce_only: true,
        ..Order::take_profit(-5_000, e8(63_000), expires_seconds)
    };
    for (index, (order, trigger_price_e8)) in [(limit, 59_000), (stop, 58_000), (profit, 63_000)]
        .into_iter()
        .enumerate()
    {
        let instruction = world.place_instruction(id, BTC, order).unwrap();
        let event = event!(sent(&mut world, instruction), OrderPlaced);
        let order_id = index as u64 + 1;
        assert_eq!(
            event,
            OrderPlaced {
                margin_account: world.trader(id).unwrap().address,
                sequence: order_id + 1,
                market_index: BTC,
                order_id,
                lots: order.lots,
                limit_price_e8: order.limit_price_e8,
                reduce_only: order.reduce_only,
                kind: order.kind,
                trigger_price_e8: e8(trigger_price_e8),
                expires_seconds,
                fee_q: 40_000,
                target_seconds: 0,
            }
        );
        let account = world.account(id).unwrap();
        assert_eq!(
            account.orders[index],
            OrderSlot {
                id: order_id,
                lots: order.lots,
                limit_price_e8: order.limit_price_e8,
                placed_seconds: now,
                fee_q: 40_000,
                market_index: BTC,
                reduce_only: u8::from(order.reduce_only),
                kind: order.kind as u8,
                trigger_price_e8: e8(trigger_price_e8),
                expires_seconds,
                ..OrderSlot::default()
            }
        );
        assert_eq!(account.escrow_q(), 40_000 * order_id);
    }
    assert_eq!(
        world.account(id).unwrap().balance_q,
        1_000_000_000 - 120_000
    );
}

/// R-O6: what a kind needs, and what would say something else.
#[test]
fn each_kind_has_its_condition_and_no_other() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let expires_seconds = hour(&world);
    let limit = Order::limit(100, e8(59_000), expires_seconds);
    let stop = Order::stop(100, e8(61_000), expires_seconds);
    let profit = Order::take_profit(100, e8(59_000), expires_seconds);
    let with_trigger = |order, trigger_price_e8| PlaceOrderArgs {
        trigger_price_e8,
        ..order
    };
    let no_limit = PlaceOrderArgs {
        limit_price_e8: 0,
        ..limit
    };
    for order in [
        no_limit,
        with_trigger(no_limit, e8(59_000)),
        with_trigger(limit, 1),
        with_trigger(limit, e8(59_000)),
        with_trigger(stop, 0),
        with_trigger(profit, 0),
        with_trigger(Order::market(100), 1),
        with_trigger(Order::within(100, 1), u64::MAX),
    ] {
        refused_order(&mut world, id, order, PlimsollError::OrderCondition);
    }
    for order in [limit, stop, profit, with_trigger(stop, u64::MAX)] {
        went!(world.place(id, BTC, order));
    }
}

/// R-O7.
#[test]
fn a_conditional_order_expires_within_ninety_days_and_a_market_order_not_at_all() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let now = world.now_seconds();
    let stop = |expires_seconds| Order::stop(100, e8(61_000), expires_seconds);
    for expires_seconds in [
        i64::MIN,
        -1,
        0,
        now - 1,
        now,
        now + ORDER_LIFE_SECONDS_MAX + 1,
        i64::MAX,
    ] {
        refused_order(
            &mut world,
            id,
            stop(expires_seconds),
            PlimsollError::OrderExpiry,
        );
    }
    for expires_seconds in [now + 1, now + ORDER_LIFE_SECONDS_MAX] {
        went!(world.place(id, BTC, stop(expires_seconds)));
    }
    for expires_seconds in [-1, 1, now + 1] {
        let market = PlaceOrderArgs {
            expires_seconds,
            ..Order::market(100)
        };
        refused_order(&mut world, id, market, PlimsollError::OrderExpiry);
    }
}

#[test]
fn orders_of_all_kinds_share_eight_places() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let expires_seconds = hour(&world);
    for lots in 1..ORDERS_MAX as i64 {
        went!(world.place(
            id,
            BTC,
            Order::stop(100 + lots, e8(61_000), expires_seconds)
        ));
    }
    went!(world.place(id, BTC, Order::market(100)));
    let ninth = Order::limit(100, e8(1), expires_seconds);
    refused_order(&mut world, id, ninth, PlimsollError::OrdersFull);
    // One that was cancelled leaves its place.
    went!(world.cancel(id, 3));
    assert_eq!(went!(world.place(id, BTC, ninth)), 9);
    assert_eq!(world.account(id).unwrap().orders[2].id, 9);
}

#[test]
fn sizes_are_within_limits_where_the_order_may_add_risk() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let expires_seconds = hour(&world);
    let least = world.market(BTC).unwrap().params.order_lots_min as i64;
    for lots in [0, least - 1, i64::MIN] {
        let order = Order::stop(lots, e8(58_000), expires_seconds);
        refused_order(&mut world, id, order, PlimsollError::OrderSize);
    }
    // An order that only reduces may have any size, and may wait for its position.
    for (lots, fits) in [(0, false), (i64::MIN, false), (1, true), (-i64::MAX, true)] {
        let order = PlaceOrderArgs {
            reduce_only: true,
            ..Order::stop(lots, e8(58_000), expires_seconds)
        };
        if fits {
            went!(world.place(id, BTC, order));
        } else {
            refused_order(&mut world, id, order, PlimsollError::OrderSize);
        }
    }
}

/// R-O5: a conditional order is not sure to reduce anything.
#[test]
fn below_the_initial_requirement_nothing_waits() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    let stop = |world: &World| PlaceOrderArgs {
        reduce_only: true,
        ..Order::stop(-COIN, e8(56_000), hour(world))
    };
    let order_id = went!(world.place(id, BTC, stop(&world)));
    price(&mut world, 56_900);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let order = stop(&world);
    refused_order(&mut world, id, order, PlimsollError::InitialRequirement);
    // What waits already is no order on its way: the account may still reduce, once.
    went!(world.place(id, BTC, Order::reduce(-COIN / 2)));
    refused_order(
        &mut world,
        id,
        Order::reduce(-COIN / 2),
        PlimsollError::ReduceOnce,
    );
    // Its fees were paid when the account could, so it may be triggered now.
    world.advance(2);
    went!(world.set_price(BTC, e8(56_000)));
    went!(world.trigger(id, BTC, order_id));
    refused_order(
        &mut world,
        id,
        Order::reduce(-COIN / 2),
        PlimsollError::BelowLiquidationLine,
    );
}

#[test]
fn an_order_that_waits_needs_fresh_prices_and_both_fees() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q - 39_999));
    let expires_seconds = hour(&world);
    let stop = PlaceOrderArgs {
        reduce_only: true,
        ..Order::stop(-COIN, e8(56_000), expires_seconds)
    };
    refused_order(&mut world, id, stop, PlimsollError::InitialRequirement);
    went!(world.deposit(id, 1));
    let mut stale = world.clone();
    stale.advance(i64::from(world.risk(BTC).unwrap().params.risk_age_seconds_max) + 1);
    refused_order(&mut stale, id, stop, PlimsollError::RiskTooOld);
    went!(world.place(id, BTC, stop));
}

/// R-O7: who ends an order earns one fee; the other was for who would have triggered it.
#[test]
fn an_order_that_waited_too_long_is_expired_by_anyone_for_one_fee() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let expires_seconds = hour(&world);
    let order = Order::stop(1_000, e8(61_000), expires_seconds);
    let order_id = went!(world.place(id, BTC, order));
    let expire = build::expire_order(&world.keeper_keys(id, BTC).unwrap(), order_id);
    for seconds in [world.now_seconds(), expires_seconds - 1, expires_seconds] {
        world.set_time(seconds);
        refused(&mut world, expire.clone(), PlimsollError::OrderStillLive);
    }
    world.set_time(expires_seconds + 1);
    let event = event!(sent(&mut world, expire.clone()), OrderSettled);
    let balance_q = 1_000_000_000 - 20_000;
    assert_eq!(
        event,
        OrderSettled {
            margin_account: world.trader(id).unwrap().address,
            sequence: 3,
            market_index: BTC,
            market_sequence: event.market_sequence,
            order_id,
            outcome: OrderOutcome::Expired,
            keeper: world.keeper,
            keeper_fee_q: 20_000,
            lots: 0,
            price_e8: 0,
            cost_q: 0,
            taker_fee_q: 0,
            carry_q: 0,
            realised_q: 0,
            unpaid_q: 0,
            position_lots: 0,
            balance_q,
        }
    );
    let account = world.account(id).unwrap();
    assert_eq!((account.balance_q, account.escrow_q()), (balance_q, 0));
    assert_eq!(earned_q(&world), 20_000);
    refused(&mut world, expire, PlimsollError::OrderNotFound);
}

/// Affordable or not is judged at the fill, so what waits holds no collateral back; once triggered it does.
#[test]
fn an_order_that_waits_does_not_stop_a_withdrawal() {
    let mut world = btc();
    let id = world.new_trader(units(20_000)).unwrap();
    let order = Order::limit(COIN, e8(59_000), hour(&world));
    let order_id = went!(world.place(id, BTC, order));
    went!(world.withdraw(id, units(1_000)));
    world.advance(1);
    went!(world.set_price(BTC, e8(59_000)));
    let mut poor = world.clone();
    went!(world.trigger(id, BTC, order_id));
    let withdraw = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, withdraw, PlimsollError::OrdersOpen);
    // Who takes everything out first finds the order unaffordable, and both keepers paid.
    let all_q = poor.account(id).unwrap().balance_q.unsigned_abs();
    went!(poor.withdraw(id, all_q));
    went!(poor.trigger(id, BTC, order_id));
    poor.advance(2);
    went!(poor.set_price(BTC, e8(58_990)));
    let settled = event!(went!(poor.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(settled.outcome, OrderOutcome::Unaffordable);
    assert_eq!((settled.keeper_fee_q, earned_q(&poor)), (20_000, 40_000));
}

#[test]
fn kinds_are_numbered_as_they_are_stored() {
    let kinds = [
        OrderKind::Market,
        OrderKind::Limit,
        OrderKind::Stop,
        OrderKind::TakeProfit,
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        assert_eq!(kind as usize, number);
    }
}
