//! A keeper, or the owner as a keeper, picks among signed prices the one that suits.

use crate::attacks_support::refused_together;
use plimsoll::error::PlimsollError;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{PriceUpdate, TraderId, World};
use plimsoll_tests::{
    btc, e8, earned_q, event, holder, jump, refused, sent, state, swapped, units, went, BTC, COIN,
};
use solana_instruction::Instruction;

/// At this price [`holder`] of one bitcoin with 4,000 is healthy, and no lower one here is doubted after it.
const HEALTHY: u64 = 57_500;
/// At this price [`holder`] of one bitcoin with 4,000 is in a margin call.
const CALLED: u64 = 56_950;
/// And at this one liquidatable.
const LIQUIDATABLE: u64 = 56_700;

/// The oldest price that reduces, seconds.
fn oldest(world: &World) -> i64 {
    i64::from(world.risk(BTC).unwrap().params.reduction_age_seconds_max)
}

/// A healthy long; a low price that its feed made `age_seconds` ago lies ready, unused.
fn dipped(quote: u64, age_seconds: i64) -> (World, TraderId) {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, HEALTHY);
    world.advance(40);
    let at = world.now_seconds() - age_seconds;
    let feed_id = world.risk(BTC).unwrap().feed_id;
    let low = PriceUpdate::new(feed_id, e8(quote), at);
    world.publish(BTC, low).unwrap();
    (world, id)
}

fn reduction(world: &World, id: TraderId, quote: u64) -> Instruction {
    match quote {
        CALLED => world.cut_instruction(id, BTC).unwrap(),
        _ => world.liquidate_instruction(id, BTC).unwrap(),
    }
}

#[test]
fn a_price_of_long_ago_reduces_nobody() {
    for quote in [CALLED, LIQUIDATABLE] {
        for too_old in [1, 20] {
            let (mut world, id) = dipped(quote, oldest(&btc()) + too_old);
            let refresh = world.refresh_instruction(BTC).unwrap();
            let reduce = reduction(&world, id, quote);
            let attempt = [refresh, reduce.clone()];
            refused_together(&mut world, &attempt, PlimsollError::RiskTooOld);
            // Nor in two transactions.
            went!(world.refresh(BTC));
            assert!(state(&world, id) > AccountState::Healthy);
            refused(&mut world, reduce.clone(), PlimsollError::RiskTooOld);
            went!(world.set_price(BTC, e8(HEALTHY)));
            refused(&mut world, reduce, PlimsollError::AboveTheLine);
        }
    }
}

#[test]
fn a_price_as_old_as_the_limit_reduces() {
    for quote in [CALLED, LIQUIDATABLE] {
        let (mut world, id) = dipped(quote, oldest(&btc()));
        let refresh = world.refresh_instruction(BTC).unwrap();
        let reduce = reduction(&world, id, quote);
        went!(world.send(&[refresh, reduce]));
        assert!(world.lots(id, BTC).unwrap() < COIN);
        assert!(earned_q(&world) > 0);
    }
}

#[test]
fn a_price_grows_too_old_while_a_keeper_waits() {
    for quote in [CALLED, LIQUIDATABLE] {
        let (mut world, id) = dipped(quote, 0);
        went!(world.refresh(BTC));
        let reduce = reduction(&world, id, quote);
        world.advance(oldest(&world) + 1);
        refused(&mut world, reduce.clone(), PlimsollError::RiskTooOld);
        world.advance(-1);
        sent(&mut world, reduce);
    }
}

/// The owner's own cut of an account in a margin call, paid into another account of the same owner.
fn self_cut() -> (World, Instruction) {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, CALLED);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let second = went!(world.open_account("trader", id.0 as u64, 1));
    let (own, keeper) = (
        world.trader(second).unwrap(),
        world.trader(world.keeper_id).unwrap(),
    );
    assert_eq!(own.owner, world.trader(id).unwrap().owner);
    let cut = world.cut_instruction(id, BTC).unwrap();
    let cut = swapped(cut, keeper.owner, own.owner);
    (world, swapped(cut, keeper.address, own.address))
}

#[test]
fn an_owner_does_not_leave_at_an_old_price() {
    for seconds in [11, 60, 149] {
        let (mut world, cut) = self_cut();
        world.advance(seconds);
        refused(&mut world, cut, PlimsollError::RiskTooOld);
    }
}

#[test]
fn an_owner_may_cut_at_a_price_as_old_as_the_limit() {
    let (mut world, cut) = self_cut();
    world.advance(oldest(&world));
    let event = event!(sent(&mut world, cut), PositionCut);
    assert_eq!(event.price_e8, e8(CALLED));
    let worth_q = event.lots * CALLED as i64;
    assert!(event.lots < 0 && event.cost_q > worth_q, "{event:?}");
    assert!(event.keeper_fee_q < units(1));
}
