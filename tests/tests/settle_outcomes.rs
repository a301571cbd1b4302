//! How an order ends. The keeper is paid the escrowed fee whatever becomes of it.

use plimsoll::constants::POSITIONS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderOutcome, OrderSettled};
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{
    btc, btc_spec, built, e8, earned_q, event, holder, price, refused, sent, state, three_markets,
    units, went, BTC, COIN,
};
use OrderOutcome::{CapReached, Expired, Filled, LimitExceeded, NothingToReduce, Unaffordable};

/// Places an order and settles it at `quote`.
#[track_caller]
fn settled(world: &mut World, id: TraderId, order: PlaceOrderArgs, quote: u64) -> OrderSettled {
    event!(went!(world.trade(id, BTC, order, e8(quote))), OrderSettled)
}

/// As [`settled`], where nothing may change but the order, its fee and the counters.
#[track_caller]
fn unfilled(world: &mut World, id: TraderId, order: PlaceOrderArgs, quote: u64) -> OrderOutcome {
    let before = (
        *world.account(id).unwrap(),
        *world.market(BTC).unwrap(),
        earned_q(world),
    );
    let event = settled(world, id, order, quote);
    let (account, market) = (world.account(id).unwrap(), world.market(BTC).unwrap());
    assert_eq!(account.balance_q, before.0.balance_q - 20_000);
    assert_eq!(account.positions, before.0.positions);
    assert_eq!(account.escrow_q(), 0);
    assert_eq!(market.open_interest(), before.1.open_interest());
    assert_eq!(
        (market.cash_q, market.fees_q),
        (before.1.cash_q, before.1.fees_q)
    );
    assert_eq!(
        (
            event.lots,
            event.cost_q,
            event.taker_fee_q,
            event.realised_q
        ),
        (0, 0, 0, 0)
    );
    assert_eq!(event.position_lots, world.lots(id, BTC).unwrap());
    assert_eq!(
        (event.keeper_fee_q, earned_q(world)),
        (20_000, before.2 + 20_000)
    );
    event.outcome
}

/// R-O2.
#[test]
fn an_order_whose_window_was_empty_expires_by_proof() {
    for (late, outcome) in [(0, Filled), (1, Expired)] {
        let mut world = btc();
        let id = world.new_trader(units(20_000)).unwrap();
        let order_id = went!(world.place(id, BTC, Order::market(1_000)));
        let window = world.market(BTC).unwrap().params.order_window_seconds;
        world.advance(2 + i64::from(window) + late);
        went!(world.set_price(BTC, e8(60_000)));
        let event = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
        assert_eq!(event.outcome, outcome);
        assert_eq!((event.keeper_fee_q, earned_q(&world)), (20_000, 20_000));
    }
}

#[test]
fn a_limit_includes_the_premium() {
    // One coin at 60,000 costs 60,000.06 with the premium, and brings 59,999.94.
    for (lots, limit_price_e8, outcome) in [
        (COIN, e8(60_000) + 6_000_000, Filled),
        (COIN, e8(60_000) + 5_999_900, LimitExceeded),
        (-COIN, e8(60_000) - 6_000_000, Filled),
        (-COIN, e8(60_000) - 5_999_900, LimitExceeded),
    ] {
        let mut world = btc();
        let id = world.new_trader(units(20_000)).unwrap();
        let order = Order::within(lots, limit_price_e8);
        if outcome == Filled {
            assert_eq!(settled(&mut world, id, order, 60_000).outcome, Filled);
        } else {
            assert_eq!(unfilled(&mut world, id, order, 60_000), outcome);
        }
    }
}

#[test]
fn any_limit_can_be_written() {
    let mut world = btc();
    let id = world.new_trader(units(20_000)).unwrap();
    assert_eq!(
        unfilled(&mut world, id, Order::within(1_000, 1), 60_000),
        LimitExceeded
    );
    let overflowing = Order::within(1_000, u64::MAX);
    assert_eq!(settled(&mut world, id, overflowing, 60_000).outcome, Filled);
}

/// I3.
#[test]
fn a_fill_meets_the_initial_requirement_to_the_atom() {
    let lots = COIN;
    let mut rich = btc();
    let id = holder(&mut rich, 20_000, lots);
    // What was free after the fill is what the deposit could have been smaller by.
    let spare_q = rich.margin(id).unwrap().free_q();
    for (short_q, outcome) in [(0, Filled), (1, Unaffordable)] {
        let mut world = btc();
        let id = world.new_trader(units(20_000) - spare_q - short_q).unwrap();
        let order = Order::market(lots);
        if outcome == Filled {
            assert_eq!(settled(&mut world, id, order, 60_000).outcome, Filled);
            assert_eq!(world.margin(id).unwrap().free_q(), 0);
        } else {
            assert_eq!(unfilled(&mut world, id, order, 60_000), outcome);
        }
    }
}

#[test]
fn new_risk_pays_the_target_at_once() {
    // The same order, before and after a jump of volatility that the call line has not followed.
    let mut calm = btc();
    let id = holder(&mut calm, 20_000, COIN);
    let needed_q = 20_000_000_000 - calm.margin(id).unwrap().free_q();
    let mut world = btc();
    let id = world.new_trader(needed_q + units(10)).unwrap();
    let call_ppm = world.risk(BTC).unwrap().call_ppm;
    price(&mut world, 61_000);
    price(&mut world, 60_000);
    assert_eq!(world.risk(BTC).unwrap().call_ppm, call_ppm);
    assert_eq!(
        unfilled(&mut world, id, Order::market(COIN), 60_000),
        Unaffordable
    );
}

#[test]
fn a_margin_call_allows_reducing_only() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    world.advance(2);
    went!(world.set_price(BTC, e8(56_900)));
    assert_eq!(state(&world, id), AccountState::MarginCall);
    // So low a price is doubted until another follows or a minute has passed; the order waits.
    let settle = world.settle_instruction(id, BTC, order_id).unwrap();
    refused(&mut world, settle, PlimsollError::MarketGuarded);
    world.advance(60);
    let event = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(event.outcome, Unaffordable);
    let event = settled(&mut world, id, Order::reduce(-COIN / 2), 56_900);
    assert_eq!((event.outcome, event.position_lots), (Filled, COIN / 2));
}

#[test]
fn each_side_has_a_cap() {
    let spec = btc_spec().with(|args| args.trade.open_interest_cap_lots = 1_500_000);
    for side in [1, -1] {
        let mut world = built(World::builder().market(spec.clone()));
        let first = holder(&mut world, 20_000, side * COIN);
        let id = world.new_trader(units(20_000)).unwrap();
        assert_eq!(
            unfilled(&mut world, id, Order::market(side * 500_001), 60_000),
            CapReached
        );
        let event = settled(&mut world, id, Order::market(side * 500_000), 60_000);
        assert_eq!(event.outcome, Filled);
        assert_eq!(
            unfilled(&mut world, id, Order::market(side * 100), 60_000),
            CapReached
        );
        // The other side has its own cap, also for an account that turns.
        let event = settled(&mut world, id, Order::market(side * -2_000_000), 60_000);
        assert_eq!(
            (event.outcome, event.position_lots),
            (Filled, side * -1_500_000)
        );
        assert_eq!(
            world.market(BTC).unwrap().open_interest().skew_lots(),
            Ok(side * -500_000)
        );
        let event = settled(&mut world, first, Order::reduce(side * -COIN), 60_000);
        assert_eq!(event.outcome, Filled);
    }
}

#[test]
fn a_reducing_order_is_clipped_to_the_position() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let order = went!(world.place(id, BTC, Order::reduce(-3 * COIN)));
    let second = went!(world.place(id, BTC, Order::reduce(-COIN)));
    world.advance(2);
    went!(world.set_price(BTC, e8(60_000)));
    let event = event!(went!(world.settle(id, BTC, order)), OrderSettled);
    assert_eq!(
        (event.outcome, event.lots, event.position_lots),
        (Filled, -COIN, 0)
    );
    let event = event!(went!(world.settle(id, BTC, second)), OrderSettled);
    assert_eq!((event.outcome, event.lots), (NothingToReduce, 0));
    assert_eq!(
        earned_q(&world),
        3 * 20_000,
        "the opening order's and both of these"
    );
}

#[test]
fn a_reducing_order_does_not_follow_a_position_that_turned() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let order = went!(world.place(id, BTC, Order::reduce(-COIN)));
    let event = settled(&mut world, id, Order::market(-2 * COIN), 60_000);
    assert_eq!(event.position_lots, -COIN);
    let event = event!(went!(world.settle(id, BTC, order)), OrderSettled);
    assert_eq!(event.outcome, NothingToReduce);
    assert_eq!(
        (event.position_lots, world.lots(id, BTC)),
        (-COIN, Ok(-COIN))
    );
}

#[test]
fn a_ninth_market_is_unaffordable() {
    let specs = (1..=POSITIONS_MAX as u8 + 1).map(|number| MarketSpec::sol().numbered(number));
    let mut world = built(World::builder().markets(specs));
    let id = world.new_trader(units(20_000)).unwrap();
    for market in 0..POSITIONS_MAX as u16 {
        let event = event!(
            went!(world.trade(id, market, Order::market(100), e8(150))),
            OrderSettled
        );
        assert_eq!(event.outcome, Filled);
    }
    let ninth = POSITIONS_MAX as u16;
    let event = event!(
        went!(world.trade(id, ninth, Order::market(100), e8(150))),
        OrderSettled
    );
    assert_eq!(event.outcome, Unaffordable);
    assert_eq!(
        world.account(id).unwrap().position_or_free(ninth),
        Err(PlimsollError::PositionsFull.into())
    );
}

#[test]
fn more_risk_needs_fresh_prices_of_all_positions() {
    let mut world = three_markets();
    let id = world.new_trader(units(50_000)).unwrap();
    went!(world.trade(id, 1, Order::market(100_000), e8(3_000)));
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    let reduce = went!(world.place(id, 1, Order::reduce(-100)));
    world.advance(2);
    for (market, price_e8) in [(0, e8(60_000)), (1, e8(3_000))] {
        went!(world.set_price(market, price_e8));
    }
    let settling = world
        .update(0, e8(60_000))
        .unwrap()
        .previous(world.now_seconds() - 2);
    let reducing = world
        .update(1, e8(3_000))
        .unwrap()
        .previous(world.now_seconds() - 2);
    world.advance(i64::from(world.risk(1).unwrap().params.risk_age_seconds_max) + 1);
    went!(world.set_price(0, e8(60_000)));
    world.publish(0, settling).unwrap();
    world.publish(1, reducing).unwrap();
    let settle = world.settle_instruction(id, 0, order_id).unwrap();
    refused(&mut world, settle.clone(), PlimsollError::RiskTooOld);
    // Reducing does not wait for a price of anything.
    let reduced = event!(went!(world.settle(id, 1, reduce)), OrderSettled);
    assert_eq!(reduced.outcome, Filled);
    went!(world.set_price(1, e8(3_000)));
    let event = event!(sent(&mut world, settle), OrderSettled);
    assert_eq!(event.outcome, Filled);
}
