//! Guarded mode: what a lone print far from the last one stops, what it does not, and when it ends.

use plimsoll::error::PlimsollError;
use plimsoll::events::OrderOutcome;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Cause, MarketSpec, Order, TraderId, World};
use plimsoll_tests::{
    btc_spec, built, e8, event, holder, price, refused, refused_for, sent, state, swapped, units,
    went, BTC, COIN,
};
use std::sync::LazyLock;

/// The longest that a print is doubted here, and the least time between two guards.
const GUARD_SECONDS: i64 = 50;
const REST_SECONDS: i64 = 600;

/// A market that doubts prints beyond ten sigmas and two percent, and reduces at prices of a minute.
pub fn guarded_spec(spec: MarketSpec) -> MarketSpec {
    spec.with(|args| {
        args.risk.guard_sigmas_e2 = 1_000;
        args.risk.guard_floor_ppm = 20_000;
        args.risk.guard_seconds = 50;
        args.risk.guard_rest_seconds = 600;
        args.risk.reduction_age_seconds_max = 60;
    })
}

fn guarded() -> World {
    static WORLD: LazyLock<World> =
        LazyLock::new(|| built(World::builder().market(guarded_spec(btc_spec()))));
    WORLD.clone()
}

/// Publishes a price, 1e-8, ten seconds later; whether the market is guarded after it.
#[track_caller]
fn prints_e8(world: &mut World, price_e8: u64) -> bool {
    world.advance(10);
    let event = event!(went!(world.set_price(BTC, price_e8)), MarketRefreshed);
    let now = world.now_seconds();
    assert_eq!(event.guarded, world.risk(BTC).unwrap().is_guarded(now));
    event.guarded
}

#[track_caller]
fn doubted(world: &mut World, quote: u64) {
    assert!(prints_e8(world, e8(quote)), "{quote} is not doubted");
}

/// R-G1, R-G2: 2·|p − a| ÷ (p + a) is two percent at a·101 ÷ 99.
#[test]
fn a_print_at_the_band_is_within_it_and_the_next_tick_is_not() {
    let start_e8 = e8(60_000);
    let (above_e8, below_e8) = (start_e8 * 101 / 99, (start_e8 * 99).div_ceil(101));
    for (within_e8, beyond_e8) in [(above_e8, above_e8 + 1), (below_e8, below_e8 - 1)] {
        assert!(!prints_e8(&mut guarded(), within_e8));
        let mut world = guarded();
        assert!(prints_e8(&mut world, beyond_e8));
        let risk = world.risk(BTC).unwrap();
        assert_eq!(
            (risk.guard_price_e8, risk.guarded_seconds),
            (start_e8, world.now_seconds())
        );
        assert_eq!(risk.price_e8, beyond_e8, "it is the price all the same");
    }
}

/// R-G1: 2.5 % is more than two and less than ten sigmas of twenty minutes, 3.1 %.
#[test]
fn the_band_is_of_the_time_between_prints() {
    for (seconds, expected) in [(60, true), (1_200, false)] {
        let mut world = guarded();
        world.advance(seconds - 10);
        assert_eq!(prints_e8(&mut world, e8(61_500)), expected, "{seconds}");
    }
}

#[test]
fn ordinary_prints_are_not_doubted() {
    let mut world = guarded();
    let id = holder(&mut world, 20_000, COIN);
    for quote in [
        60_600, 61_200, 60_300, 59_400, 58_500, 59_600, 60_600, 61_700,
    ] {
        assert!(!prints_e8(&mut world, e8(quote)), "{quote}");
        went!(world.trade(id, BTC, Order::market(100), e8(quote)));
        assert_eq!(world.risk(BTC).unwrap().guarded_seconds, 0);
    }
}

/// An order that is placed before the print and settles at it.
fn waiting(order: plimsoll::instructions::PlaceOrderArgs) -> (World, TraderId, u64) {
    let mut world = guarded();
    let id = holder(&mut world, 20_000, COIN);
    world.advance(1);
    let order_id = went!(world.place(id, BTC, order));
    doubted(&mut world, 61_500);
    (world, id, order_id)
}

/// R-G2: what adds, opens the other side, or opens at all, waits; nobody ends it meanwhile.
#[test]
fn an_order_that_adds_waits_and_is_not_ended() {
    for lots in [1_000, -COIN - 1_000] {
        let (mut world, id, order_id) = waiting(Order::market(lots));
        let settle = world.settle_instruction(id, BTC, order_id).unwrap();
        world.advance(GUARD_SECONDS - 1);
        refused(&mut world, settle.clone(), PlimsollError::MarketGuarded);
        let expire = world.expire_instruction(id, BTC, order_id).unwrap();
        refused(&mut world, expire, PlimsollError::OrderStillLive);
        // R-G4: by the clock, without a print.
        world.advance(1);
        let event = event!(sent(&mut world, settle), OrderSettled);
        assert_eq!(
            (event.outcome, event.lots, event.price_e8),
            (OrderOutcome::Filled, lots, e8(61_500))
        );
    }
}

/// R-G3: whatever the next print says.
#[test]
fn the_next_print_lets_orders_go_on() {
    for quote in [61_500, 63_000, 60_000, 58_000] {
        let (mut world, id, order_id) = waiting(Order::market(1_000));
        // The print that settles the order stays where a keeper finds it.
        let (place, kept) = (
            world.price_account(BTC).unwrap(),
            plimsoll_testkit::address("kept", 0),
        );
        let update = world.raw(&place).unwrap().clone();
        world.put(kept, update.into()).unwrap();
        let settle = world.settle_instruction(id, BTC, order_id).unwrap();
        let settle = swapped(settle, place, kept);
        refused(&mut world, settle.clone(), PlimsollError::MarketGuarded);
        assert!(!prints_e8(&mut world, e8(quote)), "{quote}");
        assert_eq!(world.risk(BTC).unwrap().guard_price_e8, 0);
        let event = event!(sent(&mut world, settle), OrderSettled);
        assert_eq!(event.outcome, OrderOutcome::Filled, "{quote}");
    }
}

/// An order is placed whatever the last print was: it fills at none that was there when it was placed.
#[test]
fn an_order_placed_while_a_print_is_doubted_waits_as_well() {
    let mut world = guarded();
    let id = went!(world.new_trader(units(20_000)));
    doubted(&mut world, 61_500);
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    world.advance(2);
    let update = world.update(BTC, e8(61_500)).unwrap();
    world.publish(BTC, update).unwrap();
    let settle = world.settle_instruction(id, BTC, order_id).unwrap();
    refused(&mut world, settle.clone(), PlimsollError::MarketGuarded);
    went!(world.refresh(BTC));
    let event = event!(sent(&mut world, settle), OrderSettled);
    assert_eq!(event.outcome, OrderOutcome::Filled);
}

#[test]
fn reducing_goes_on() {
    for order in [
        Order::reduce(-400_000),
        Order::reduce(-COIN),
        Order::market(-COIN),
    ] {
        let (mut world, id, order_id) = waiting(order);
        let event = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
        assert_eq!(
            (event.outcome, event.lots),
            (OrderOutcome::Filled, order.lots)
        );
        assert!(world.risk(BTC).unwrap().is_guarded(world.now_seconds()));
    }
    let mut world = guarded();
    let id = holder(&mut world, 20_000, COIN);
    doubted(&mut world, 61_500);
    went!(world.place(id, BTC, Order::reduce(-COIN)));
}

/// Equity and state follow the doubted print at once; what cannot be taken back waits.
#[test]
fn nobody_is_cut_or_liquidated_at_a_doubted_print() {
    for (deposit, quote, found) in [
        (2_900, 58_000, AccountState::MarginCall),
        (2_600, 58_000, AccountState::Liquidatable),
        (2_400, 57_500, AccountState::Bankrupt),
    ] {
        let mut world = guarded();
        let id = holder(&mut world, deposit, COIN);
        doubted(&mut world, quote);
        assert_eq!(state(&world, id), found);
        let force = if found == AccountState::MarginCall {
            world.cut_instruction(id, BTC).unwrap()
        } else {
            world.liquidate_instruction(id, BTC).unwrap()
        };
        refused(&mut world, force.clone(), PlimsollError::MarketGuarded);
        world.advance(GUARD_SECONDS - 1);
        refused(&mut world, force.clone(), PlimsollError::MarketGuarded);
        // R-G4: by the clock.
        let mut later = world.clone();
        later.advance(1);
        assert!(!sent(&mut later, force.clone()).events.is_empty());
        // R-G3: confirmed.
        let mut confirmed = world.clone();
        assert!(!prints_e8(&mut confirmed, e8(quote)));
        assert_eq!(state(&confirmed, id), found);
        assert!(!sent(&mut confirmed, force.clone()).events.is_empty());
        // R-G3: reverted; it was nothing.
        assert!(!prints_e8(&mut world, e8(60_000)));
        assert_eq!(state(&world, id), AccountState::Healthy);
        refused(&mut world, force, PlimsollError::AboveTheLine);
    }
}

/// R-G4: in any ten minutes one guard, however the prints leap.
#[test]
fn a_guard_is_followed_by_a_rest() {
    let mut world = guarded();
    doubted(&mut world, 61_500);
    let began = world.now_seconds();
    let mut high = false;
    while world.now_seconds() < began + REST_SECONDS - 20 {
        let quote = if high { 61_500 } else { 58_000 };
        assert!(!prints_e8(&mut world, e8(quote)), "at rest");
        high = !high;
    }
    let leap = e8(if high { 61_500 } else { 58_000 });
    let ended = world.now_seconds();
    for (after, expected) in [(REST_SECONDS - 1, false), (REST_SECONDS, true)] {
        let mut world = world.clone();
        world.advance(began + after - ended - 10);
        // The storm has widened the band; the estimate is put back from outside.
        calm(&mut world);
        assert_eq!(prints_e8(&mut world, leap), expected, "after {after}");
        assert_eq!(world.now_seconds(), began + after);
    }
}

fn calm(world: &mut World) {
    let address = world.market_addresses(BTC).unwrap().market_risk;
    plimsoll_tests::patch(world, address, |risk: &mut plimsoll::state::MarketRisk| {
        let seed_e18 = risk.params.variance_seed_e18;
        (risk.fast_e18, risk.slow_e18) = (seed_e18, seed_e18);
    });
}

/// I1, I9: an account that a lone print makes liquidatable for an hour of tries loses nothing to it.
#[test]
fn a_lone_print_that_reverts_costs_nobody_a_position() {
    let mut world = guarded();
    let ids = [2_100, 2_600, 2_900].map(|deposit| holder(&mut world, deposit, COIN));
    price(&mut world, 60_000);
    doubted(&mut world, 57_000);
    let keepers = |world: &mut World| {
        for id in ids {
            for force in [
                world.cut_instruction(id, BTC).unwrap(),
                world.liquidate_instruction(id, BTC).unwrap(),
            ] {
                let cause = Cause::Program(PlimsollError::MarketGuarded);
                refused_for(world, force, &cause);
            }
        }
    };
    keepers(&mut world);
    world.advance(GUARD_SECONDS - 11);
    keepers(&mut world);
    assert!(!prints_e8(&mut world, e8(60_000)));
    for id in ids {
        assert_eq!(world.lots(id, BTC), Ok(COIN));
        assert!(state(&world, id) <= AccountState::MarginCall);
    }
}
