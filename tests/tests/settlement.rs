//! R-D1, R-D2, R-D3: a market whose feed died comes to its end, and everybody gets out.

use crate::collateral_support::ETH;
use plimsoll::error::PlimsollError;
use plimsoll::state::Phase;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc, counterfeit, e8, event, holder, refused, refused_by_anchor, state};
use plimsoll_tests::{swapped, three_markets, units, went, BTC, COIN};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Bitcoin at 60,000 whose feed has been silent for four hours and a second, a long and a short of a coin.
fn silent() -> (World, TraderId, TraderId) {
    let mut world = btc();
    let long = holder(&mut world, 20_000, COIN);
    let short = holder(&mut world, 20_000, -COIN);
    world.advance(1);
    went!(world.set_price(BTC, e8(61_000)));
    world.advance(4 * HOUR + 1);
    (world, long, short)
}

/// The same market, settled at 61,000.
fn settled() -> (World, TraderId, TraderId) {
    let (mut world, long, short) = silent();
    went!(world.start_settlement(BTC));
    world.advance(DAY + 1);
    went!(world.finish_settlement(BTC));
    (world, long, short)
}

fn phase(world: &World) -> Phase {
    world.risk(BTC).unwrap().phase()
}

#[test]
fn r_d1_nobody_settles_a_market_whose_feed_spoke_four_hours_ago() {
    let (mut world, _, _) = silent();
    world.advance(-1);
    for starter in [world.keeper, world.governance] {
        let start = world.start_settlement_instruction(starter, BTC, e8(61_000));
        refused(&mut world, start.unwrap(), PlimsollError::FeedNotSilent);
    }
    world.advance(1);
    let sent = went!(world.start_settlement(BTC));
    let event = event!(sent, SettlementStarted);
    assert_eq!(event.price_e8, e8(61_000));
    assert_eq!(event.ends_seconds, world.now_seconds() + DAY);
    assert_eq!(phase(&world), Phase::Settling);
}

#[test]
fn r_d1_only_governance_names_another_price_within_a_tenth_and_once() {
    let (mut world, _, _) = silent();
    let start = |world: &World, starter, price_e8| {
        world
            .start_settlement_instruction(starter, BTC, price_e8)
            .unwrap()
    };
    let (keeper, governance) = (world.keeper, world.governance);
    for (starter, price_e8) in [
        (keeper, e8(61_000) + 1),
        (keeper, e8(61_000) - 1),
        (keeper, 0),
        (governance, 0),
        (governance, e8(67_100) + 1),
        (governance, e8(54_900) - 1),
        (governance, u64::MAX),
    ] {
        let instruction = start(&world, starter, price_e8);
        refused(&mut world, instruction, PlimsollError::SettlementPrice);
    }
    went!(world.start_settlement(BTC));
    // Nobody else may start the day again.
    let again = start(&world, keeper, e8(61_000));
    refused(&mut world, again, PlimsollError::SettlementRunning);
    world.advance(DAY - 1);
    let named = start(&world, governance, e8(54_900));
    went!(world.send(&[named]));
    let renamed = start(&world, governance, e8(55_000));
    refused(&mut world, renamed, PlimsollError::SettlementRunning);
    world.advance(2);
    let finish = world.finish_settlement_instruction(BTC).unwrap();
    refused(&mut world, finish, PlimsollError::SettlementNotDue);
    world.advance(DAY);
    went!(world.finish_settlement(BTC));
    assert_eq!(world.risk(BTC).unwrap().price_e8, e8(54_900));
}

#[test]
fn r_d2_a_price_of_the_feed_takes_a_settlement_back() {
    let (mut world, _, _) = silent();
    went!(world.start_settlement(BTC));
    world.advance(DAY - 1);
    let finish = world.finish_settlement_instruction(BTC).unwrap();
    refused(&mut world, finish, PlimsollError::SettlementNotDue);
    let sent = went!(world.set_price(BTC, e8(50_000)));
    assert_eq!(event!(sent, SettlementCancelled).price_e8, e8(50_000));
    assert_eq!(phase(&world), Phase::Open);
    world.advance(2);
    let finish = world.finish_settlement_instruction(BTC).unwrap();
    refused(&mut world, finish, PlimsollError::SettlementNotDue);
    let again = world.start_settlement_instruction(world.keeper, BTC, e8(50_000));
    refused(&mut world, again.unwrap(), PlimsollError::FeedNotSilent);
    // What governance named is forgotten as well.
    world.advance(4 * HOUR);
    let named = world.start_settlement_instruction(world.governance, BTC, e8(52_000));
    went!(world.send(&[named.unwrap()]));
}

#[test]
fn r_d3_everybody_leaves_a_settled_market_at_its_price_and_the_books_close() {
    let (mut world, long, short) = settled();
    let gain_q = i64::try_from(units(1_000)).unwrap();
    for (id, sign) in [(long, 1), (short, -1)] {
        let before = world.account(id).unwrap();
        let index = before.position_in(BTC).unwrap();
        let slot = before.positions[index];
        let (balance_q, entry_q, pending_q) = (before.balance_q, slot.entry_q, slot.unpaid_q);
        let sent = went!(world.close_settled(id, BTC));
        let event = event!(sent, PositionSettled);
        assert_eq!(event.lots, -sign * COIN);
        assert_eq!(event.price_e8, e8(61_000));
        // No premium, no spread, no taker fee: what it is worth less what it cost.
        let worth_q = sign * 61 * gain_q;
        assert_eq!(event.realised_q, worth_q - entry_q);
        let after = world.account(id).unwrap();
        let fee_q = i64::try_from(event.keeper_fee_q).unwrap();
        assert!(fee_q > 0);
        let paid_q = after.balance_q - balance_q + fee_q;
        let pending = after.positions[index].unpaid_q;
        let total_q = paid_q + i64::try_from(pending).unwrap() - i64::try_from(pending_q).unwrap();
        assert_eq!(total_q, event.realised_q);
        assert_eq!(world.lots(id, BTC), Ok(0));
    }
    let market = world.market(BTC).unwrap();
    assert_eq!((market.long_lots, market.short_lots), (0, 0));
    let again = world.close_settled_instruction(long, BTC).unwrap();
    refused(&mut world, again, PlimsollError::NoPosition);
}

#[test]
fn r_d3_a_settled_market_takes_neither_orders_nor_prices_nor_another_settlement() {
    let (mut world, long, _) = silent();
    let id = went!(world.place(long, BTC, Order::reduce(-COIN / 2)));
    went!(world.start_settlement(BTC));
    world.advance(DAY + 1);
    went!(world.finish_settlement(BTC));

    let update = world.update(BTC, e8(61_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let refresh = world.refresh_instruction(BTC).unwrap();
    refused(&mut world, refresh, PlimsollError::MarketSettled);
    let settle = world.settle_instruction(long, BTC, id).unwrap();
    refused(&mut world, settle, PlimsollError::MarketSettled);
    for order in [Order::market(COIN), Order::reduce(-COIN)] {
        let place = world.place_instruction(long, BTC, order).unwrap();
        refused(&mut world, place, PlimsollError::MarketSettled);
    }
    let start = world.start_settlement_instruction(world.governance, BTC, e8(61_000));
    refused(&mut world, start.unwrap(), PlimsollError::MarketSettled);
    let finish = world.finish_settlement_instruction(BTC).unwrap();
    refused(&mut world, finish, PlimsollError::SettlementNotDue);
    // The order that waited ends, and its keeper is paid.
    went!(world.expire(long, BTC, id));
}

#[test]
fn r_d3_in_a_settled_market_nothing_is_triggered_and_nobody_exits() {
    let mut world = btc();
    let long = holder(&mut world, 20_000, COIN);
    let expires_seconds = world.now_seconds() + 3 * DAY;
    let stop = Order::stop(-COIN, e8(59_000), expires_seconds);
    let id = went!(world.place(long, BTC, stop));
    world.advance(4 * HOUR + 1);
    went!(world.start_settlement(BTC));
    world.advance(DAY + 1);
    went!(world.finish_settlement(BTC));
    let update = world.update(BTC, e8(58_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let trigger = world.trigger_instruction(long, BTC, id).unwrap();
    refused(&mut world, trigger, PlimsollError::MarketSettled);
    let exit = world.exit_instruction(long, BTC, u64::MAX).unwrap();
    refused(&mut world, exit, PlimsollError::MarketSettled);
    went!(world.cancel(long, id));
}

#[test]
fn r_d3_a_leg_in_a_settled_market_does_not_bind_the_rest_of_an_account() {
    let mut world = three_markets();
    let id = went!(world.new_trader(units(100_000)));
    went!(world.trade(id, BTC, Order::market(COIN), e8(60_000)));
    world.advance(4 * HOUR + 1);
    went!(world.start_settlement(BTC));
    world.advance(DAY + 1);
    went!(world.set_price(ETH, e8(3_000)));
    let withdraw = world.withdraw_instruction(id, units(1)).unwrap();
    refused(&mut world, withdraw, PlimsollError::RiskTooOld);
    went!(world.finish_settlement(BTC));
    went!(world.withdraw(id, units(1)));
    went!(world.trade(id, ETH, Order::market(1_000), e8(3_000)));
    assert_eq!(state(&world, id), AccountState::Healthy);
}

#[test]
fn r_d3_a_loss_beyond_the_balance_is_closed_and_absorbed() {
    let (mut world, long, short) = silent();
    went!(world.start_settlement(BTC));
    let named = world.start_settlement_instruction(world.governance, BTC, e8(67_000));
    went!(world.send(&[named.unwrap()]));
    world.advance(DAY + 1);
    went!(world.finish_settlement(BTC));
    let owned_q = world.account(short).unwrap().balance_q;
    let _ = went!(world.close_settled(short, BTC));
    let _ = went!(world.close_settled(long, BTC));
    assert!(owned_q > 0);
    assert!(world.account(short).unwrap().balance_q >= 0);
}

#[test]
fn settlements_refuse_accounts_that_do_not_belong_together() {
    let (mut world, long, _) = silent();
    let start = world.start_settlement_instruction(world.keeper, BTC, e8(61_000));
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let fake = counterfeit(&mut world, risk);
    let foreign = swapped(start.unwrap(), risk, fake);
    refused_by_anchor(
        &mut world,
        foreign,
        anchor_lang::error::ErrorCode::AccountOwnedByWrongProgram,
    );
    let close = world.close_settled_instruction(long, BTC).unwrap();
    refused(&mut world, close, PlimsollError::SettlementNotDue);

    let mut world = three_markets();
    world.advance(4 * HOUR + 1);
    went!(world.start_settlement(BTC));
    world.advance(DAY + 1);
    let finish = world.finish_settlement_instruction(BTC).unwrap();
    let market = |index| world.market_addresses(index).unwrap().market;
    let other = swapped(finish, market(BTC), market(ETH));
    refused(&mut world, other, PlimsollError::MarketMismatch);
    let risk = |index| world.market_addresses(index).unwrap().market_risk;
    let (btc, eth) = (risk(BTC), risk(ETH));
    let finish = world.finish_settlement_instruction(BTC).unwrap();
    let early = swapped(finish, btc, eth);
    refused(&mut world, early, PlimsollError::SettlementNotDue);
}
