//! When an epoch of deleveraging opens, registers and closes, and what that earns.

use crate::deleverage_support::{ahead, deficit, open_q, Ahead, CLAIM, LOSER};
use plimsoll::error::PlimsollError;
use plimsoll_testkit::TraderId;
use plimsoll_tests::{earned_q, event, price, refused, went, BTC};

/// The keeper is paid from the market's taker fees, and no more than a hundredth of what was found.
#[test]
fn registering_is_paid_from_the_markets_fees() {
    let Ahead {
        mut world, winners, ..
    } = ahead();
    went!(world.open_deleveraging(BTC));
    let (fees_q, had_q) = (world.market(BTC).unwrap().fees_q, earned_q(&world));
    let event = event!(went!(world.register(winners[0], BTC)), WinnerRegistered);
    let fee_q = world.market(BTC).unwrap().params.keeper_fee_q;
    assert_eq!(event.keeper_fee_q, fee_q);
    assert_eq!(world.market(BTC).unwrap().fees_q, fees_q - fee_q);
    assert_eq!(earned_q(&world), had_q + fee_q as i64);
    assert_eq!(event.gain_q, open_q(&world, winners[0]));
    let market = world.market_addresses(BTC).unwrap().market;
    let taken_q = world.market(BTC).unwrap().fees_q;
    plimsoll_tests::patch(
        &mut world,
        market,
        |market: &mut plimsoll::state::Market| {
            market.fees_q -= taken_q;
            market.cash_q += taken_q;
        },
    );
    let event = event!(went!(world.register(winners[1], BTC)), WinnerRegistered);
    assert_eq!(event.keeper_fee_q, 0);
}

#[test]
fn epochs_open_for_a_deficit_alone_and_rest() {
    let Ahead {
        mut world, winners, ..
    } = ahead();
    let (open, close) = (
        world.open_deleveraging_instruction(BTC).unwrap(),
        world.close_deleveraging_instruction(BTC).unwrap(),
    );
    let (register, take) = (
        world.register_instruction(winners[0], BTC).unwrap(),
        world.deleverage_instruction(winners[0], BTC).unwrap(),
    );
    refused(
        &mut world,
        close.clone(),
        PlimsollError::RegistrationNotOver,
    );
    refused(
        &mut world,
        register.clone(),
        PlimsollError::RegistrationOver,
    );
    refused(&mut world, take.clone(), PlimsollError::NotRegistered);
    let stale = {
        let mut later = world.clone();
        later.advance(11);
        later
    };
    refused(&mut { stale }, open.clone(), PlimsollError::RiskTooOld);
    let mut doubted = world.clone();
    price(&mut doubted, 75_000);
    refused(&mut doubted, open.clone(), PlimsollError::MarketGuarded);

    went!(world.open_deleveraging(BTC));
    refused(&mut world, open.clone(), PlimsollError::EpochNotOver);
    refused(
        &mut world,
        close.clone(),
        PlimsollError::RegistrationNotOver,
    );
    went!(world.register(winners[0], BTC));
    refused(&mut world, register.clone(), PlimsollError::NotAhead);
    refused(&mut world, take.clone(), PlimsollError::NotRegistered);
    let behind = world.register_instruction(TraderId(LOSER), BTC).unwrap();
    refused(&mut world, behind, PlimsollError::NotAhead);
    let claim = world.register_instruction(TraderId(CLAIM), BTC).unwrap();
    refused(&mut world, claim, PlimsollError::NotAhead);
    let nobody = world.new_trader(0).unwrap();
    let flat = world.register_instruction(nobody, BTC).unwrap();
    refused(&mut world, flat, PlimsollError::NoPosition);
    world.advance(600);
    let late = world.register_instruction(winners[1], BTC).unwrap();
    refused(&mut world, late, PlimsollError::RegistrationOver);
    went!(world.close_deleveraging(BTC));
    refused(&mut world, close, PlimsollError::RegistrationNotOver);

    // The next waits for the rest, and for what is outstanding.
    for _ in 0..3 {
        world.advance(600);
    }
    for quote in [63_000, 64_000, 65_000, 66_000] {
        price(&mut world, quote);
    }
    refused(&mut world, open.clone(), PlimsollError::EpochNotOver);
    went!(world.deleverage(winners[0], BTC));
    refused(&mut world, take, PlimsollError::NotRegistered);
    went!(world.open_deleveraging(BTC));
    assert_eq!(world.market(BTC).unwrap().deleveraging.epoch, 2);
}

#[test]
fn a_market_that_is_backed_opens_no_epoch() {
    let Ahead { mut world, .. } = ahead();
    let open = world.open_deleveraging_instruction(BTC).unwrap();
    price(&mut world, 61_000);
    price(&mut world, 60_000);
    assert_eq!(deficit(&world), 0);
    refused(&mut world, open, PlimsollError::NoDeficit);
}
