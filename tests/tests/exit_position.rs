//! The immediate exit of an account in a margin call: when, at which price, and what it must not do.

use crate::random::Random;
use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::PositionExited;
use plimsoll::state::OrderSlot;
use plimsoll_client::addresses;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, event, holder, jump, price, refused, refused_by_anchor, sent, state,
    swapped, three_markets, units, unsigned, went, BTC, COIN,
};

/// A trader of one coin whose account is in a margin call at 56,900.
fn called(world: &mut World) -> TraderId {
    let id = holder(world, 4_000, COIN);
    jump(world, 56_900);
    assert_eq!(state(world, id), AccountState::MarginCall);
    id
}

/// R-O9, R-T3, R-T4, to the atom.
#[test]
fn an_exit_pays_confidence_spread_and_fee() {
    let mut world = btc();
    let id = called(&mut world);
    let before = *world.account(id).unwrap();
    let event = event!(went!(world.exit(id, BTC, u64::MAX)), PositionExited);
    // A basis point of confidence off 56,900; then the spread: another basis point, and the mean premium of
    // closing the only position, which lowers the skew: nothing.
    let low_q = 56_900_000_000 - 5_690_000_i64;
    let cost_q = -(low_q - low_q / 10_000);
    let (fee_q, realised_q) = (low_q / 2_000 + 1, -cost_q - before.positions[0].entry_q);
    assert_eq!(
        event,
        PositionExited {
            margin_account: world.trader(id).unwrap().address,
            sequence: before.sequence + 1,
            market_index: BTC,
            market_sequence: event.market_sequence,
            lots: -COIN,
            price_e8: e8(56_900),
            cost_q,
            taker_fee_q: event.taker_fee_q,
            carry_q: 0,
            realised_q,
            unpaid_q: 0,
            position_lots: 0,
            balance_q: before.balance_q + realised_q - event.taker_fee_q as i64,
        }
    );
    assert!((fee_q - 1..=fee_q).contains(&(event.taker_fee_q as i64)));
    let market = world.market(BTC).unwrap();
    assert_eq!(
        (market.long_lots, market.fees_q),
        (0, 30_000_000 + event.taker_fee_q)
    );
}

#[test]
fn a_part_may_be_closed_and_no_more_than_there_is() {
    let mut world = btc();
    let id = called(&mut world);
    let none = world.exit_instruction(id, BTC, 0).unwrap();
    refused(&mut world, none, PlimsollError::OrderSize);
    let event = event!(went!(world.exit(id, BTC, 400_000)), PositionExited);
    assert_eq!((event.lots, event.position_lots), (-400_000, 600_000));
    // The call is answered, so the rest has to wait for a price like any other.
    assert_eq!(state(&world, id), AccountState::Healthy);
    let rest = world.exit_instruction(id, BTC, 600_000).unwrap();
    refused(&mut world, rest, PlimsollError::AboveTheLine);
}

#[test]
fn only_a_margin_call_is_answered_by_an_exit() {
    for (quote, error) in [
        (60_000, Some(PlimsollError::AboveTheLine)),
        (56_900, None),
        (56_600, Some(PlimsollError::LiquidateInstead)),
        (55_000, Some(PlimsollError::LiquidateInstead)),
    ] {
        let mut world = btc();
        let id = holder(&mut world, 4_000, COIN);
        jump(&mut world, quote);
        let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
        match error {
            Some(error) => refused(&mut world, exit, error),
            None => drop(sent(&mut world, exit)),
        }
    }
}

/// R-P9, R-G2, as for a cut.
#[test]
fn an_exit_needs_a_fresh_price_that_nobody_doubts() {
    let mut world = btc();
    let id = called(&mut world);
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    let limit = i64::from(world.risk(BTC).unwrap().params.reduction_age_seconds_max);
    for (seconds, fresh) in [(limit, true), (limit + 1, false)] {
        let mut world = world.clone();
        world.advance(seconds);
        if fresh {
            sent(&mut world, exit.clone());
        } else {
            refused(&mut world, exit.clone(), PlimsollError::RiskTooOld);
        }
    }
    let mut doubted = btc();
    let id = holder(&mut doubted, 4_000, COIN);
    price(&mut doubted, 56_900);
    let exit = doubted.exit_instruction(id, BTC, u64::MAX).unwrap();
    refused(&mut doubted, exit, PlimsollError::MarketGuarded);
}

/// R-O9: who knows the price that an order will take must not choose between the two.
#[test]
fn an_order_on_its_way_ends_before_an_exit() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    let stop = Order::stop(-COIN, e8(50_000), world.now_seconds() + 3_600);
    went!(world.place(id, BTC, stop));
    jump(&mut world, 56_900);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let mut waiting = world.clone();
    let order_id = went!(world.place(id, BTC, Order::reduce(-COIN / 2)));
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    refused(&mut world, exit.clone(), PlimsollError::ExitAfterOrder);
    world.advance(2);
    went!(world.set_price(BTC, e8(56_880)));
    refused(&mut world, exit, PlimsollError::ExitAfterOrder);
    went!(world.settle(id, BTC, order_id));
    // An order that waits for a trigger takes no price yet.
    went!(waiting.exit(id, BTC, u64::MAX));
    let account = waiting.account(id).unwrap();
    assert!(account.orders.iter().any(OrderSlot::is_waiting));
}

/// R-O9: each of the named prices can be the worst.
#[test]
fn an_exit_takes_the_worst_of_price_and_slow_price() {
    for lots in [COIN, -COIN] {
        let start = {
            let mut world = btc();
            let id = holder(&mut world, 4_000, lots);
            jump(&mut world, if lots > 0 { 56_900 } else { 63_000 });
            assert_eq!(state(&world, id), AccountState::MarginCall);
            (world, id)
        };
        let mut costs = Vec::new();
        for slow_ppm in [997_000, 999_000, 1_000_000, 1_001_000, 1_003_000_u64] {
            let (mut world, id) = (start.0.clone(), start.1);
            world.advance(1);
            let price_e8 = world.risk(BTC).unwrap().price_e8;
            let slow_e8 = price_e8 / 1_000_000 * slow_ppm;
            let update = world.update(BTC, price_e8).unwrap();
            let update = update.slow_price(i64::try_from(slow_e8).unwrap());
            world.publish(BTC, update).unwrap();
            went!(world.refresh(BTC));
            let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
            let cost_q = event!(sent(&mut world, exit), PositionExited).cost_q;
            let at = |price_e8: u64| {
                let worth_q = i64::try_from(price_e8 / 100).unwrap();
                if lots > 0 {
                    -worth_q
                } else {
                    worth_q
                }
            };
            let confidence_e8 = price_e8 / 10_000;
            for named_e8 in [price_e8 - confidence_e8, price_e8, slow_e8] {
                assert!(lots < 0 || cost_q > at(named_e8));
            }
            for named_e8 in [price_e8 + confidence_e8, price_e8, slow_e8] {
                assert!(lots > 0 || cost_q > at(named_e8));
            }
            costs.push(cost_q);
        }
        if lots < 0 {
            costs.reverse();
        }
        // Dearer where the slow price is worse, the same wherever it is no worse than the confidence.
        assert!(costs[0] > costs[1] && costs[1] > costs[2], "{costs:?}");
        assert_eq!(costs[2..], [costs[2]; 3], "{costs:?}");
    }
}

/// I4: where the worst price costs more than closing relieves, an order is the way out.
#[test]
fn an_exit_that_would_bring_a_line_nearer_is_refused() {
    let mut world = btc();
    let id = called(&mut world);
    world.advance(1);
    let price_e8 = e8(56_900);
    let update = world.update(BTC, price_e8).unwrap();
    let slow = i64::try_from(price_e8 / 100 * 97).unwrap();
    world.publish(BTC, update.slow_price(slow)).unwrap();
    went!(world.refresh(BTC));
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    refused(&mut world, exit, PlimsollError::DoesNotImprove);
    went!(world.place(id, BTC, Order::reduce(-COIN)));
}

/// I4, over random states and sizes.
#[test]
fn no_exit_brings_a_line_nearer() {
    let mut random = Random(4);
    let mut went_through = 0;
    for _ in 0..60 {
        let mut world = btc();
        let lots =
            (1_000 + random.below(2_000_000) as i64) * if random.below(2) == 0 { 1 } else { -1 };
        let id = holder(&mut world, 10_000, lots);
        let free_q = world.margin(id).unwrap().free_q();
        went!(world.withdraw(id, free_q));
        let step = if lots > 0 { 9_985 } else { 10_015 };
        for _ in 0..60 {
            if state(&world, id) != AccountState::Healthy {
                break;
            }
            world.advance(60);
            let price_e8 = world.risk(BTC).unwrap().price_e8 / 10_000 * step;
            went!(world.set_price(BTC, price_e8));
        }
        let size = 1 + random.below(lots.unsigned_abs());
        let exit = world.exit_instruction(id, BTC, size).unwrap();
        let before = world.margin(id).unwrap();
        if world.send(&[exit]).is_ok() {
            let after = world.margin(id).unwrap();
            assert!(after.headroom_call_q() >= before.headroom_call_q());
            assert!(after.headroom_liquidation_q() >= before.headroom_liquidation_q());
            went_through += 1;
        }
    }
    assert!(went_through > 30, "{went_through}");
}

#[test]
fn only_owner_and_delegate_exit() {
    let mut world = btc();
    let id = called(&mut world);
    let other = world.new_trader(units(10)).unwrap();
    let (trader, stranger) = (world.trader(id).unwrap(), world.trader(other).unwrap());
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    for (right, wrong) in [
        (trader.owner, stranger.owner),
        (trader.address, stranger.address),
    ] {
        let instruction = swapped(exit.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::NotAccountAuthority);
    }
    refused_by_anchor(
        &mut world,
        unsigned(exit, trader.owner),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn there_is_a_leg_and_its_own_pair_of_accounts() {
    let mut world = three_markets();
    let id = called(&mut world);
    let other = world.exit_instruction(id, 1, u64::MAX).unwrap();
    refused(&mut world, other, PlimsollError::NoPosition);
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    let (own, other) = (
        world.market_addresses(0).unwrap(),
        world.market_addresses(1).unwrap(),
    );
    for (right, wrong) in [
        (own.market, other.market),
        (own.market_risk, other.market_risk),
    ] {
        let instruction = swapped(exit.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::MarketMismatch);
    }
    sent(&mut world, exit);
}

#[test]
fn everything_belongs_to_one_exchange_and_is_what_it_must_be() {
    let mut world = btc();
    let id = called(&mut world);
    let exit = world.exit_instruction(id, BTC, u64::MAX).unwrap();
    let own = world.market_addresses(BTC).unwrap();
    let (exchange, pool) = (world.exchange.exchange, world.exchange.pool);
    let address = world.trader(id).unwrap().address;
    let mut both = world.clone();
    let foreign = Foreign::new(&mut both);
    let theirs = foreign.account_of(&mut both, id);
    for (right, wrong) in [
        (address, theirs),
        (own.market, foreign.market.market),
        (own.market_risk, foreign.market.market_risk),
        (exchange, foreign.exchange.exchange),
    ] {
        let instruction = swapped(exit.clone(), right, wrong);
        refused(&mut both, instruction, PlimsollError::WrongExchange);
        let fake = counterfeit(&mut world, right);
        let faked = swapped(exit.clone(), right, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(exit.clone(), right, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let owner = world.trader(id).unwrap().owner;
    let authority = swapped(exit.clone(), addresses::EVENT_AUTHORITY, owner);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    sent(&mut world, exit);
}
