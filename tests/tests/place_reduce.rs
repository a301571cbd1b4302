//! Reduce-only orders: when they may be placed, and of what size.

use plimsoll::error::PlimsollError;
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll::state::MarginAccount;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc, e8, holder, patch, price, refused, state, units, went, BTC, COIN};

#[track_caller]
fn refused_order(world: &mut World, id: TraderId, order: PlaceOrderArgs, error: PlimsollError) {
    let instruction = world.place_instruction(id, BTC, order).unwrap();
    refused(world, instruction, error);
}

#[test]
fn reducing_is_possible_until_liquidation() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    price(&mut world, 56_900);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    refused_order(
        &mut world,
        id,
        Order::market(100),
        PlimsollError::InitialRequirement,
    );
    went!(world.clone().place(id, BTC, Order::reduce(-COIN)));
    for quote in [56_700, 55_000] {
        price(&mut world, quote);
        assert!(state(&world, id) >= AccountState::Liquidatable);
        refused_order(
            &mut world,
            id,
            Order::reduce(-COIN),
            PlimsollError::BelowLiquidationLine,
        );
    }
}

/// R-O5: below the initial requirement each fee buys a reduction that is sure to fill.
#[test]
fn below_the_initial_requirement_there_is_one_sure_reduction_a_market() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    price(&mut world, 56_900);
    let least = world.market(BTC).unwrap().params.order_lots_min as i64;
    let limited = PlaceOrderArgs {
        limit_price_e8: 1,
        ..Order::reduce(-COIN)
    };
    refused_order(&mut world, id, limited, PlimsollError::ReduceOnce);
    refused_order(
        &mut world,
        id,
        Order::reduce(1 - least),
        PlimsollError::ReduceOnce,
    );
    went!(world.place(id, BTC, Order::reduce(-least)));
    refused_order(
        &mut world,
        id,
        Order::reduce(-COIN),
        PlimsollError::ReduceOnce,
    );
    // Above it, reductions are as free as any order.
    went!(world.deposit(id, units(10_000)));
    went!(world.place(id, BTC, limited));
    went!(world.place(id, BTC, Order::reduce(-1)));
}

#[test]
fn a_position_smaller_than_an_order_is_reduced_whole() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, 100);
    went!(world.trade(id, BTC, Order::reduce(-60), e8(60_000)));
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    went!(world.deposit(id, 20_000));
    price(&mut world, 59_900);
    refused_order(
        &mut world,
        id,
        Order::reduce(-39),
        PlimsollError::ReduceOnce,
    );
    went!(world.place(id, BTC, Order::reduce(-40)));
}

/// The escrow is paid to a keeper: it must not be somebody else's money.
#[test]
fn a_fee_is_covered_by_the_balance_not_by_open_profit() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    price(&mut world, 63_000);
    let address = world.trader(id).unwrap().address;
    patch(&mut world, address, |account: &mut MarginAccount| {
        account.balance_q = 19_999
    });
    assert_eq!(state(&world, id), AccountState::Healthy);
    refused_order(
        &mut world,
        id,
        Order::reduce(-COIN),
        PlimsollError::FeeNotCovered,
    );
}

#[test]
fn reducing_needs_no_fresh_price() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    world.advance(i64::from(world.risk(BTC).unwrap().params.risk_age_seconds_max) + 1);
    refused_order(
        &mut world,
        id,
        Order::market(-100),
        PlimsollError::RiskTooOld,
    );
    went!(world.place(id, BTC, Order::reduce(-100)));
}

#[test]
fn a_reducing_order_opposes_a_position() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let short = holder(&mut world, 20_000, -COIN);
    refused_order(&mut world, id, Order::reduce(1), PlimsollError::NotReducing);
    refused_order(
        &mut world,
        short,
        Order::reduce(-1),
        PlimsollError::NotReducing,
    );
    for (id, lots) in [(id, i64::MIN), (short, 0)] {
        refused_order(
            &mut world,
            id,
            Order::reduce(lots),
            PlimsollError::OrderSize,
        );
    }
    // Any size, also larger than the position: it is clipped when it settles.
    for lots in [-1, -COIN, -COIN - 1, -i64::MAX] {
        went!(world.place(id, BTC, Order::reduce(lots)));
    }
    went!(world.place(short, BTC, Order::reduce(i64::MAX)));
    let flat = world.new_trader(units(10)).unwrap();
    refused_order(
        &mut world,
        flat,
        Order::reduce(-1),
        PlimsollError::NoPosition,
    );
}

#[test]
fn a_waiting_profit_is_no_position_to_reduce() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let address = world.trader(id).unwrap().address;
    patch(&mut world, address, |account: &mut MarginAccount| {
        account.positions[0].lots = 0;
        account.positions[0].unpaid_q = 1;
    });
    refused_order(
        &mut world,
        id,
        Order::reduce(-1),
        PlimsollError::NotReducing,
    );
    refused_order(&mut world, id, Order::reduce(1), PlimsollError::NotReducing);
}
