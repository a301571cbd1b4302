//! What triggers an order, who earns what, and at which price it fills then. How it ends is in
//! `trigger_outcomes.rs`.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderOutcome, OrderTriggered};
use plimsoll::state::OrderSlot;
use plimsoll_client::addresses;
use plimsoll_testkit::{Order, PriceUpdate, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, earned_q, event, refused, refused_by_anchor, sent, swapped,
    three_markets, units, unsigned, went, BTC, COIN,
};
use pyth_solana_receiver_sdk::price_update::VerificationLevel;
use solana_instruction::Instruction;

/// An hour from now, Unix seconds.
fn hour(world: &World) -> i64 {
    world.now_seconds() + 3_600
}

/// A trader whose stop at 61,000 an update touches that was published a second later, and the instruction.
fn touched(world: &mut World) -> (TraderId, Instruction) {
    let id = world.new_trader(units(20_000)).unwrap();
    let stop = Order::stop(COIN, e8(61_000), hour(world));
    let order_id = went!(world.place(id, BTC, stop));
    world.advance(1);
    let update = world.update(BTC, e8(61_000)).unwrap();
    world.publish(BTC, update).unwrap();
    (id, world.trigger_instruction(id, BTC, order_id).unwrap())
}

/// R-O6.
#[test]
fn a_touch_binds_an_order_and_pays_its_keeper() {
    let mut world = btc();
    let (id, trigger) = touched(&mut world);
    let before = world.account(id).unwrap().orders[0];
    world.advance(3);
    let now = world.now_seconds();
    let event = event!(sent(&mut world, trigger.clone()), OrderTriggered);
    assert_eq!(
        event,
        OrderTriggered {
            margin_account: world.trader(id).unwrap().address,
            sequence: 3,
            market_index: BTC,
            order_id: 1,
            keeper: world.keeper,
            keeper_fee_q: 20_000,
            price_e8: e8(61_000),
            publish_seconds: now - 3,
            target_seconds: now + 2,
        }
    );
    let bound = OrderSlot {
        fee_q: 20_000,
        target_seconds: now + 2,
        ..before
    };
    assert_eq!(world.account(id).unwrap().orders[0], bound);
    assert_eq!(earned_q(&world), 20_000);
    refused(&mut world, trigger, PlimsollError::NotWaiting);
}

/// R-O6: limits and take-profits wait for better prices, stops for worse ones.
#[test]
fn each_kind_is_touched_from_its_side() {
    let start = btc();
    let expires_seconds = hour(&start);
    let limit = |lots| Order::limit(lots, e8(60_000), expires_seconds);
    let stop = |lots| Order::stop(lots, e8(60_000), expires_seconds);
    let profit = |lots| Order::take_profit(lots, e8(60_000), expires_seconds);
    for (order, by) in [
        (limit(100), [true, true, false]),
        (profit(100), [true, true, false]),
        (stop(100), [false, true, true]),
        (limit(-100), [false, true, true]),
        (profit(-100), [false, true, true]),
        (stop(-100), [true, true, false]),
    ] {
        let mut world = start.clone();
        let id = world.new_trader(units(20_000)).unwrap();
        let order_id = went!(world.place(id, BTC, order));
        let trigger = world.trigger_instruction(id, BTC, order_id).unwrap();
        for (price_e8, touches) in [e8(60_000) - 1, e8(60_000), e8(60_000) + 1]
            .into_iter()
            .zip(by)
        {
            let update = world.update(BTC, price_e8).unwrap();
            world.publish(BTC, update).unwrap();
            if touches {
                sent(&mut world.clone(), trigger.clone());
            } else {
                refused(
                    &mut world,
                    trigger.clone(),
                    PlimsollError::TriggerNotTouched,
                );
            }
        }
    }
}

/// R-O6, I9: a touch counts from the placement on, and not for longer than a price may be taken over.
#[test]
fn a_touch_is_neither_older_than_the_order_nor_than_the_limit() {
    let mut world = btc();
    world.advance(30);
    let id = world.new_trader(units(20_000)).unwrap();
    let placed = world.now_seconds();
    let order_id = went!(world.place(id, BTC, Order::stop(100, e8(61_000), hour(&world))));
    let feed_id = world.risk(BTC).unwrap().feed_id;
    let limit = i64::from(world.risk(BTC).unwrap().params.price_age_seconds_max);
    let trigger = world.trigger_instruction(id, BTC, order_id).unwrap();
    for (publish_seconds, now, error) in [
        (placed - 1, placed, Some(PlimsollError::TouchedTooEarly)),
        (placed, placed, None),
        (placed + 1, placed, Some(PlimsollError::PriceFromFuture)),
        (placed, placed + limit, None),
        (placed, placed + limit + 1, Some(PlimsollError::PriceTooOld)),
        (placed - 1, placed + 1, Some(PlimsollError::TouchedTooEarly)),
    ] {
        let mut world = world.clone();
        world.set_time(now);
        let update = PriceUpdate::new(feed_id, e8(61_000), publish_seconds);
        world.publish(BTC, update).unwrap();
        match error {
            Some(error) => refused(&mut world, trigger.clone(), error),
            None => drop(sent(&mut world, trigger.clone())),
        }
    }
}

/// R-O7: an order can be triggered or expired at any time, never both.
#[test]
fn an_order_is_triggered_until_its_expiry_is_over() {
    let mut world = btc();
    let id = world.new_trader(units(20_000)).unwrap();
    let expires_seconds = hour(&world);
    let order = Order::stop(100, e8(61_000), expires_seconds);
    let order_id = went!(world.place(id, BTC, order));
    for (seconds, alive) in [(expires_seconds, true), (expires_seconds + 1, false)] {
        let mut world = world.clone();
        // A touch of the last second, which is still young enough.
        world.set_time(expires_seconds);
        let update = world.update(BTC, e8(61_000)).unwrap();
        world.publish(BTC, update).unwrap();
        world.set_time(seconds);
        let trigger = world.trigger_instruction(id, BTC, order_id).unwrap();
        let expire = world.expire_instruction(id, BTC, order_id).unwrap();
        if alive {
            refused(&mut world, expire, PlimsollError::OrderStillLive);
            sent(&mut world, trigger);
        } else {
            refused(&mut world, trigger, PlimsollError::OrderExpired);
            sent(&mut world, expire);
        }
    }
}

#[test]
fn a_touch_is_a_fully_verified_certain_price_of_the_feed() {
    let mut world = btc();
    let (_, trigger) = touched(&mut world);
    let good = world.update(BTC, e8(61_000)).unwrap();
    let partial = VerificationLevel::Partial { num_signatures: 12 };
    for (update, error) in [
        (
            good.clone().verified(partial),
            PlimsollError::NotFullyVerified,
        ),
        (
            good.clone().with(|message| message.feed_id = [9; 32]),
            PlimsollError::WrongFeed,
        ),
        (
            good.clone().confidence(e8(6_100)),
            PlimsollError::ConfidenceTooWide,
        ),
        (
            good.clone().with(|message| message.price = -1),
            PlimsollError::PriceInvalid,
        ),
    ] {
        world.publish(BTC, update).unwrap();
        refused(&mut world, trigger.clone(), error);
    }
    let forged = PriceUpdate {
        owner: world.payer,
        ..good.clone()
    };
    world.publish(BTC, forged).unwrap();
    refused_by_anchor(
        &mut world,
        trigger.clone(),
        ErrorCode::AccountOwnedByWrongProgram,
    );
    world.publish(BTC, good).unwrap();
    sent(&mut world, trigger);
}

/// R-O1: after the trigger there is one price, the first of the delay later.
#[test]
fn a_triggered_order_fills_at_the_unique_later_price() {
    let mut world = btc();
    let (id, trigger) = touched(&mut world);
    let settle = world.settle_instruction(id, BTC, 1).unwrap();
    refused(&mut world, settle.clone(), PlimsollError::NotTriggered);
    sent(&mut world, trigger);
    // Neither the touch nor anything before the target.
    refused(
        &mut world,
        settle.clone(),
        PlimsollError::NotTheSettlingUpdate,
    );
    world.advance(1);
    went!(world.set_price(BTC, e8(61_100)));
    refused(
        &mut world,
        settle.clone(),
        PlimsollError::NotTheSettlingUpdate,
    );
    world.advance(1);
    went!(world.set_price(BTC, e8(61_200)));
    let right = world
        .update(BTC, e8(61_200))
        .unwrap()
        .previous(world.now_seconds() - 1);
    // Whoever refreshes the market with what comes later changes nothing.
    world.advance(1);
    went!(world.set_price(BTC, e8(61_300)));
    refused(
        &mut world,
        settle.clone(),
        PlimsollError::NotTheSettlingUpdate,
    );
    world.publish(BTC, right).unwrap();
    let event = event!(sent(&mut world, settle), OrderSettled);
    assert_eq!(
        (event.outcome, event.lots, event.price_e8),
        (OrderOutcome::Filled, COIN, e8(61_200))
    );
    assert_eq!((event.keeper_fee_q, earned_q(&world)), (20_000, 40_000));
    assert_eq!(world.account(id).unwrap().escrow_q(), 0);
}

/// R-O2, R-O4: from its trigger on an order ends as a market order does.
#[test]
fn a_triggered_order_expires_by_proof_or_timeout() {
    let mut world = btc();
    let (id, trigger) = touched(&mut world);
    sent(&mut world, trigger);
    let params = world.market(BTC).unwrap().params;
    let end = world.now_seconds() + 2 + i64::from(params.order_window_seconds);
    let mut proven = world.clone();
    proven.set_time(end + 1);
    went!(proven.set_price(BTC, e8(61_000)));
    let settled = event!(went!(proven.settle(id, BTC, 1)), OrderSettled);
    assert_eq!(settled.outcome, OrderOutcome::Expired);
    let dead = end + i64::from(params.order_timeout_seconds);
    let expire = world.expire_instruction(id, BTC, 1).unwrap();
    world.set_time(dead);
    refused(&mut world, expire.clone(), PlimsollError::OrderStillLive);
    world.set_time(dead + 1);
    let balance_q = world.account(id).unwrap().balance_q;
    let expired = event!(sent(&mut world, expire), OrderSettled);
    assert_eq!(
        (expired.outcome, expired.keeper_fee_q, expired.balance_q),
        (OrderOutcome::Expired, 20_000, balance_q)
    );
}

#[test]
fn only_an_order_that_waits_is_triggered() {
    let mut world = btc();
    let (id, trigger) = touched(&mut world);
    let market = went!(world.place(id, BTC, Order::market(100)));
    let bound = world.trigger_instruction(id, BTC, market).unwrap();
    refused(&mut world, bound, PlimsollError::NotWaiting);
    for order_id in [0, 3, u64::MAX] {
        let unknown = world.trigger_instruction(id, BTC, order_id).unwrap();
        refused(&mut world, unknown, PlimsollError::OrderNotFound);
    }
    sent(&mut world, trigger);
}

#[test]
fn market_risk_and_feed_are_the_orders_own() {
    let mut world = three_markets();
    let (_, trigger) = touched(&mut world);
    let (own, other) = (
        world.market_addresses(0).unwrap(),
        world.market_addresses(1).unwrap(),
    );
    let other_market = swapped(trigger.clone(), own.market, other.market);
    refused(
        &mut world,
        other_market.clone(),
        PlimsollError::MarketMismatch,
    );
    let other_risk = swapped(trigger.clone(), own.market_risk, other.market_risk);
    refused(&mut world, other_risk, PlimsollError::MarketMismatch);
    let prices = (
        world.price_account(0).unwrap(),
        world.price_account(1).unwrap(),
    );
    let update = world.update(1, e8(61_000)).unwrap();
    world.publish(1, update).unwrap();
    let other_price = swapped(trigger, prices.0, prices.1);
    refused(&mut world, other_price.clone(), PlimsollError::WrongFeed);
    let other_pair = swapped(other_price, own.market, other.market);
    let other_pair = swapped(other_pair, own.market_risk, other.market_risk);
    refused(&mut world, other_pair, PlimsollError::MarketMismatch);
}

#[test]
fn the_keepers_account_is_the_keepers_own_and_not_the_traders() {
    let mut world = btc();
    let (id, trigger) = touched(&mut world);
    let trader = world.trader(id).unwrap();
    let keeper = world.trader(world.keeper_id).unwrap();
    let other = world.new_trader(0).unwrap();
    let stranger = world.trader(other).unwrap();
    let to_stranger = swapped(trigger.clone(), keeper.address, stranger.address);
    refused(&mut world, to_stranger, PlimsollError::NotKeeperAccount);
    let own = swapped(trigger.clone(), keeper.address, trader.address);
    let own = swapped(own, keeper.owner, trader.owner);
    refused(&mut world, own, PlimsollError::KeeperIsTrader);
    refused_by_anchor(
        &mut world,
        unsigned(trigger, keeper.owner),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn everything_belongs_to_one_exchange_and_is_what_it_must_be() {
    let mut world = btc();
    let (id, trigger) = touched(&mut world);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let keeper_id = world.keeper_id;
    let their_keeper = foreign.account_of(&mut world, keeper_id);
    let own = world.market_addresses(BTC).unwrap();
    let pool = world.exchange.pool;
    for (right, wrong) in [
        (world.trader(id).unwrap().address, theirs),
        (world.trader(keeper_id).unwrap().address, their_keeper),
        (own.market, foreign.market.market),
        (own.market_risk, foreign.market.market_risk),
    ] {
        let instruction = swapped(trigger.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::WrongExchange);
        let fake = counterfeit(&mut world, right);
        let faked = swapped(trigger.clone(), right, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(trigger.clone(), right, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let keeper = world.keeper;
    let authority = swapped(trigger, addresses::EVENT_AUTHORITY, keeper);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
