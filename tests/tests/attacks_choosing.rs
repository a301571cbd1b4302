//! Somebody tries to choose the price: an owner with two accounts, a keeper with many updates, a trader who
//! waits for a margin call.

use crate::random::Random;
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderOutcome, OrderSettled, PositionExited};
use plimsoll_client::instructions::KeeperKeys;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, PriceUpdate, TraderId, World};
use plimsoll_tests::{btc, e8, event, holder, jump, refused, sent, state, units, went, BTC, COIN};

/// A price that has moved at random by up to so many basis points.
fn moved(random: &mut Random, price_e8: u64, bps: u64) -> u64 {
    price_e8 / 10_000 * (10_000 - bps + random.below(2 * bps + 1))
}

/// One owner's three accounts: two that trade and one that earns keepers' fees.
fn straddler(world: &mut World) -> [TraderId; 3] {
    let number = world.traders().len() as u64;
    [0, 1, 2].map(|sub_id| {
        let id = world.open_account("straddler", number, sub_id).unwrap();
        if sub_id < 2 {
            went!(world.deposit(id, units(20_000)));
        }
        id
    })
}

fn balances_q(world: &World, ids: &[TraderId]) -> i64 {
    ids.iter()
        .map(|id| world.account(*id).unwrap().balance_q)
        .sum()
}

/// Settles by the owner's own account that earns fees.
fn settle_oneself(world: &mut World, ids: [TraderId; 3], of: usize, order_id: u64) -> OrderSettled {
    let own = world.trader(ids[2]).unwrap();
    let keys = KeeperKeys {
        keeper: own.owner,
        keeper_account: own.address,
        ..world.keeper_keys(ids[of], BTC).unwrap()
    };
    let risk = world.risk_accounts(ids[of], Some(BTC)).unwrap();
    let price = world.price_account(BTC).unwrap();
    let settle = plimsoll_client::instructions::settle_order(&keys, price, &risk, order_id);
    event!(sent(world, settle), OrderSettled)
}

/// R-O1, R-O8, I9: two opposite orders, of which the owner settles the one that has won by now.
#[test]
fn a_straddle_of_two_accounts_pays_its_fees_and_gains_nothing() {
    let mut random = Random(11);
    let mut world = btc();
    for round in 0..12 {
        let ids = straddler(&mut world);
        let before_q = balances_q(&world, &ids);
        let sides = [COIN, -COIN];
        let orders = [0, 1]
            .map(|side: usize| went!(world.place(ids[side], BTC, Order::market(sides[side]))));
        world.advance(2);
        let price_e8 = moved(&mut random, e8(60_000), 30);
        went!(world.set_price(BTC, price_e8));
        let settling = world.update(BTC, price_e8).unwrap();
        let settling = settling.previous(world.now_seconds() - 2);
        // The price moves on, so that one of the two is worth having and the other is not.
        world.advance(5);
        let later_e8 = moved(&mut random, price_e8, 50);
        went!(world.set_price(BTC, later_e8));
        let (won, lost) = if later_e8 > price_e8 { (0, 1) } else { (1, 0) };
        world.publish(BTC, settling).unwrap();
        let winner = settle_oneself(&mut world, ids, won, orders[won]);
        // The other cannot be called back, starved of collateral, or settled at anything else.
        let cancel = world.cancel_instruction(ids[lost], orders[lost]).unwrap();
        refused(&mut world, cancel, PlimsollError::NotWaiting);
        let withdraw = world.withdraw_instruction(ids[lost], 1).unwrap();
        refused(&mut world, withdraw, PlimsollError::OrdersOpen);
        let loser = event!(
            went!(world.settle(ids[lost], BTC, orders[lost])),
            OrderSettled
        );
        assert_eq!(winner.outcome, OrderOutcome::Filled);
        assert_eq!(
            (loser.outcome, loser.price_e8),
            (winner.outcome, winner.price_e8)
        );
        assert_eq!(winner.price_e8, price_e8);
        // Both are closed at one later price: what is left is what trading costs.
        let closing = [0, 1]
            .map(|side: usize| went!(world.place(ids[side], BTC, Order::reduce(-sides[side]))));
        world.advance(2);
        went!(world.set_price(BTC, later_e8));
        let ends = [0, 1].map(|side: usize| {
            event!(
                went!(world.settle(ids[side], BTC, closing[side])),
                OrderSettled
            )
        });
        let all = [&winner, &loser, &ends[0], &ends[1]];
        let fees_q: u64 = all.iter().map(|end| end.taker_fee_q).sum();
        let unpaid_q: u64 = ends.iter().map(|end| end.unpaid_q).sum();
        let gain_q = balances_q(&world, &ids) - before_q + unpaid_q as i64;
        let kept_q = winner.keeper_fee_q as i64;
        let costs_q = (fees_q + 4 * 20_000) as i64 - kept_q;
        // Premium and rebate of going there and back are the same but for rounding, against the owner.
        assert!(
            (-8..=0).contains(&(gain_q + costs_q)),
            "round {round}: {gain_q}, {costs_q}"
        );
    }
}

/// R-O1, I9: what a keeper holds in hand settles nothing but the orders that it must.
#[test]
fn a_keeper_with_many_updates_has_one_for_each_order() {
    let mut world = btc();
    let id = world.new_trader(units(50_000)).unwrap();
    let feed_id = world.risk(BTC).unwrap().feed_id;
    let start = world.now_seconds();
    let mut random = Random(12);
    // A chain of an update every second or two, all known to the keeper.
    let mut updates = Vec::new();
    let (mut at, mut price_e8) = (start, e8(60_000));
    for _ in 0..24 {
        let next = at + 1 + random.below(2) as i64;
        price_e8 = moved(&mut random, price_e8, 20);
        updates.push(PriceUpdate::new(feed_id, price_e8, next).previous(at));
        at = next;
    }
    let mut orders = Vec::new();
    for second in [0, 3, 7, 8] {
        world.set_time(start + second);
        orders.push((
            went!(world.place(id, BTC, Order::market(1_000))),
            start + second + 2,
        ));
    }
    world.set_time(at);
    went!(world.set_price(BTC, price_e8));
    for (order_id, target) in orders {
        let settle = world.settle_instruction(id, BTC, order_id).unwrap();
        let mut prices = Vec::new();
        for update in &updates {
            let mut world = world.clone();
            world.publish(BTC, update.clone()).unwrap();
            let message = update.content.price_message;
            if message.prev_publish_time < target && target <= message.publish_time {
                let event = event!(sent(&mut world, settle.clone()), OrderSettled);
                assert_eq!(event.outcome, OrderOutcome::Filled);
                prices.push(event.price_e8);
            } else {
                refused(
                    &mut world,
                    settle.clone(),
                    PlimsollError::NotTheSettlingUpdate,
                );
            }
        }
        assert_eq!(prices.len(), 1);
    }
}

/// R-O6, I9: a keeper may choose when to trigger, among touches that are recent. The fill takes a price that
/// is published later than that, at which the order costs what it is worth and the premium.
#[test]
fn a_keeper_who_chooses_when_to_trigger_does_not_know_the_price() {
    let mut random = Random(13);
    let mut world = btc();
    let id = world.new_trader(units(50_000)).unwrap();
    let order = Order::take_profit(COIN, e8(60_000), world.now_seconds() + 3_600);
    let order_id = went!(world.place(id, BTC, order));
    let limit = i64::from(world.risk(BTC).unwrap().params.price_age_seconds_max);
    let placed = world.now_seconds();
    let mut known: Vec<PriceUpdate> = Vec::new();
    let mut fills = 0;
    for _ in 0..20 {
        world.advance(7);
        let now = world.now_seconds();
        let price_e8 = moved(&mut random, e8(60_000), 40);
        let update = world.update(BTC, price_e8).unwrap();
        went!(world.set_price(BTC, price_e8));
        known.push(update);
        let trigger = world.trigger_instruction(id, BTC, order_id).unwrap();
        let settle = world.settle_instruction(id, BTC, order_id).unwrap();
        for touch in &known {
            let message = touch.content.price_message;
            let mut world = world.clone();
            world.publish(BTC, touch.clone()).unwrap();
            let touches = message.price <= 6_000_000_000_000;
            if now - message.publish_time > limit {
                refused(&mut world, trigger.clone(), PlimsollError::PriceTooOld);
                continue;
            }
            if !touches {
                refused(
                    &mut world,
                    trigger.clone(),
                    PlimsollError::TriggerNotTouched,
                );
                continue;
            }
            assert!(message.publish_time >= placed);
            sent(&mut world, trigger.clone());
            // Nothing that anybody knows by now settles the order.
            for update in &known {
                world.publish(BTC, update.clone()).unwrap();
                refused(
                    &mut world,
                    settle.clone(),
                    PlimsollError::NotTheSettlingUpdate,
                );
            }
            world.advance(2);
            let later_e8 = moved(&mut random, price_e8, 40);
            let last = known.last().unwrap().clone();
            world.publish(BTC, last).unwrap();
            went!(world.set_price(BTC, later_e8));
            let event = event!(sent(&mut world, settle.clone()), OrderSettled);
            assert_eq!(
                (event.outcome, event.price_e8),
                (OrderOutcome::Filled, later_e8)
            );
            let worth_q = i64::try_from(later_e8 / 100).unwrap();
            assert!(event.cost_q > worth_q, "{} for {worth_q}", event.cost_q);
            fills += 1;
        }
    }
    assert!(fills > 30, "{fills}");
}

/// What an account in a margin call gets for its coin: by an exit now, and by an order at a later price.
fn exit_and_order(world: &World, id: TraderId, lots: i64, later_e8: u64) -> (PositionExited, i64) {
    let mut exiting = world.clone();
    let exit = event!(went!(exiting.exit(id, BTC, u64::MAX)), PositionExited);
    let mut ordering = world.clone();
    let settled = went!(ordering.trade(id, BTC, Order::reduce(-lots), later_e8));
    let settled = event!(settled, OrderSettled);
    assert_eq!(settled.outcome, OrderOutcome::Filled);
    (exit, settled.cost_q)
}

/// R-O9: along a random path, an exit is never better than the worst price named, and dearer than an order on
/// average over what may follow.
#[test]
fn entering_a_margin_call_on_purpose_gains_nothing() {
    let mut random = Random(14);
    let mut exits = 0;
    for lots in [COIN, -COIN] {
        let mut world = btc();
        let id = holder(&mut world, 4_000, lots);
        jump(&mut world, if lots > 0 { 56_900 } else { 63_000 });
        for _ in 0..40 {
            world.advance(5);
            let price_e8 = world.risk(BTC).unwrap().price_e8;
            let price_e8 = moved(&mut random, price_e8, 8);
            let slow_e8 = moved(&mut random, price_e8, 20);
            let confidence_e8 = price_e8 / 10_000 * (1 + random.below(5));
            let update = world
                .update(BTC, price_e8)
                .unwrap()
                .confidence(confidence_e8);
            let slow = i64::try_from(slow_e8).unwrap();
            world.publish(BTC, update.slow_price(slow)).unwrap();
            went!(world.refresh(BTC));
            if state(&world, id) != AccountState::MarginCall {
                continue;
            }
            let mut orders_q = 0;
            let (up_e8, down_e8) = (price_e8 + price_e8 / 1_000, price_e8 - price_e8 / 1_000);
            for later_e8 in [up_e8, down_e8] {
                let (exit, order_q) = exit_and_order(&world, id, lots, later_e8);
                orders_q += order_q;
                let named_e8 = if lots > 0 {
                    (price_e8 - confidence_e8).min(slow_e8)
                } else {
                    (price_e8 + confidence_e8).max(slow_e8)
                };
                let worth_q = i64::try_from(named_e8 / 100).unwrap() * -lots.signum();
                assert!(exit.cost_q > worth_q, "{} at {named_e8}", exit.cost_q);
                exits += 1;
                if later_e8 == down_e8 {
                    assert!(exit.cost_q > orders_q / 2, "{} and {orders_q}", exit.cost_q);
                }
            }
        }
    }
    assert!(exits > 40, "{exits}");
}
