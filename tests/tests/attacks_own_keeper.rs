//! An account pays its owner's own keeper more than it may lose, out of what it owes to others.

use crate::attacks_support::{assert_backed, balance_q};
use plimsoll::error::PlimsollError;
use plimsoll::events::OrderOutcome;
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{built, e8, earned_q, event, jump_in, price_in, refused, state, units, went};

const SOL: u16 = 0;

/// Shrinks a long, but only at a price that never comes.
fn far(lots: i64) -> PlaceOrderArgs {
    PlaceOrderArgs {
        limit_price_e8: e8(1_000_000),
        ..Order::reduce(-lots)
    }
}

#[track_caller]
fn refused_order(world: &mut World, id: TraderId, order: PlaceOrderArgs, error: PlimsollError) {
    let instruction = world.place_instruction(id, SOL, order).unwrap();
    refused(world, instruction, error);
}

/// A long of `lots` whose account meets the initial requirement, but not after one more fee.
fn tight(deposit_q: u64, lots: i64) -> (World, TraderId) {
    let mut world = built(World::builder().market(MarketSpec::sol()));
    let id = went!(world.new_trader(deposit_q));
    went!(world.trade(id, SOL, Order::market(lots), e8(150)));
    assert_eq!(world.lots(id, SOL), Ok(lots));
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    assert!(world.margin(id).unwrap().meets_initial());
    (world, id)
}

#[test]
fn orders_that_cannot_fill_end_at_the_initial_requirement() {
    let mut world = built(World::builder().market(MarketSpec::sol()));
    let id = went!(world.new_trader(units(11)));
    went!(world.trade(id, SOL, Order::market(1_000), e8(150)));
    let mut placed = 0;
    loop {
        let instruction = world.place_instruction(id, SOL, far(1_000)).unwrap();
        let mut imagined = world.clone();
        if imagined.send(std::slice::from_ref(&instruction)).is_err() {
            refused(&mut world, instruction, PlimsollError::ReduceOnce);
            break;
        }
        let order_id = went!(world.place(id, SOL, far(1_000)));
        world.advance(2);
        went!(world.set_price(SOL, e8(150)));
        let ended = event!(went!(world.settle(id, SOL, order_id)), OrderSettled);
        assert_eq!(ended.outcome, OrderOutcome::LimitExceeded);
        assert!(world.margin(id).unwrap().meets_initial());
        placed += 1;
        assert!(placed < 200);
    }
    assert!(placed > 0);
}

#[test]
fn below_the_initial_requirement_an_order_to_reduce_has_no_limit() {
    let (mut world, id) = tight(units(11), 1_000);
    for limit_price_e8 in [1, e8(150), e8(1_000_000)] {
        let order = PlaceOrderArgs {
            limit_price_e8,
            ..Order::reduce(-1_000)
        };
        refused_order(&mut world, id, order, PlimsollError::ReduceOnce);
    }
    went!(world.place(id, SOL, Order::reduce(-1_000)));
}

#[test]
fn below_the_initial_requirement_there_is_one_order_a_market() {
    let (mut world, id) = tight(units(11), 1_000);
    let first = went!(world.place(id, SOL, Order::reduce(-500)));
    refused_order(
        &mut world,
        id,
        Order::reduce(-500),
        PlimsollError::ReduceOnce,
    );
    world.advance(2);
    went!(world.set_price(SOL, e8(149)));
    let settled = event!(went!(world.settle(id, SOL, first)), OrderSettled);
    assert_eq!(settled.lots, -500);
}

#[test]
fn below_the_initial_requirement_an_order_has_the_least_size() {
    let (mut world, id) = tight(units(11), 1_000);
    let least = world.market(SOL).unwrap().params.order_lots_min as i64;
    for lots in [1, least - 1] {
        refused_order(
            &mut world,
            id,
            Order::reduce(-lots),
            PlimsollError::ReduceOnce,
        );
    }
    went!(world.place(id, SOL, Order::reduce(-least)));
}

#[test]
fn a_position_below_the_least_size_leaves_whole() {
    let (mut world, id) = tight(units(1), 50);
    went!(world.deposit(id, 30_000));
    went!(world.trade(id, SOL, Order::reduce(-1), e8(150)));
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    for lots in [1, 48] {
        refused_order(
            &mut world,
            id,
            Order::reduce(-lots),
            PlimsollError::ReduceOnce,
        );
    }
    refused_order(&mut world, id, far(49), PlimsollError::ReduceOnce);
    let sent = went!(world.trade(id, SOL, Order::reduce(-49), e8(150)));
    assert_eq!(event!(sent, OrderSettled).position_lots, 0);
    assert!(balance_q(&world, id) > 0);
}

#[test]
fn profit_that_nobody_has_paid_pays_no_fee() {
    let fee_q = units(10);
    let spec = MarketSpec::sol().with(|args| args.trade.keeper_fee_q = fee_q);
    let mut world = built(World::builder().market(spec));
    let id = went!(world.new_trader(units(12)));
    went!(world.trade(id, SOL, Order::market(50), e8(150)));
    let held_q = balance_q(&world, id);
    assert!(held_q > 0 && held_q.unsigned_abs() < fee_q);
    price_in(&mut world, SOL, e8(600));
    assert!(world.margin(id).unwrap().equity_liquidation_q > fee_q as i64);
    refused_order(
        &mut world,
        id,
        Order::reduce(-50),
        PlimsollError::FeeNotCovered,
    );
    // One atom short of the fee, then exactly the fee.
    let short_q = fee_q - held_q.unsigned_abs();
    went!(world.deposit(id, short_q - 1));
    refused_order(
        &mut world,
        id,
        Order::reduce(-50),
        PlimsollError::FeeNotCovered,
    );
    went!(world.deposit(id, 1));
    went!(world.place(id, SOL, Order::reduce(-50)));
    assert_eq!(balance_q(&world, id), 0);
}

#[test]
fn the_bounty_of_bankrupt_dust_is_a_share_of_the_dust() {
    let spec = MarketSpec::sol().with(|args| args.trade.keeper_fee_q = units(10));
    let mut world = built(World::builder().market(spec));
    let id = went!(world.new_trader(units(100)));
    went!(world.trade(id, SOL, Order::market(50), e8(150)));
    went!(world.trade(id, SOL, Order::reduce(-49), e8(150)));
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    went!(world.sweep_insurance(SOL));
    let earned_before_q = earned_q(&world);
    let fund_q = |world: &World| {
        world.insurance().unwrap().balance_q + world.market(SOL).unwrap().insurance_q
    };
    let before_q = fund_q(&world);
    jump_in(&mut world, SOL, e8(138));
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    let liquidated = event!(
        went!(world.liquidate_and_absorb(id, SOL)),
        PositionLiquidated
    );
    assert_backed(&world);
    // One lot at 138 is 138,000 atoms; a quarter of the floor of 2.5 % of it.
    let bounty_q = 138_000 * 6_250 / 1_000_000;
    assert_eq!((liquidated.lots, liquidated.keeper_fee_q), (-1, bounty_q));
    assert_eq!(earned_q(&world) - earned_before_q, bounty_q as i64);
    let paid_q = before_q - fund_q(&world);
    assert!(paid_q < bounty_q + 12_000, "{paid_q}");
}
