//! I1: a rise of volatility alone cuts positions and liquidates none. The price goes up and down around
//! where everybody entered, so that nobody's profit or loss is more than one step of it, while volatility
//! and with it the call line rise as far as the rails let them.

use plimsoll::error::PlimsollError;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc, e8, event, refused, state, units, went, BTC, COIN};

const HOURS: i64 = 4;
/// Half of the price's swing, quote units on 60,000.
const SWING: u64 = 200;

struct Trader {
    id: TraderId,
    deposit_q: i64,
    cuts: u32,
}

/// Longs and shorts from the highest leverage that the initial requirement allows to a third of it. The
/// call line will pass all but the last two.
fn traders(world: &mut World) -> Vec<Trader> {
    let mut traders = Vec::new();
    for deposit in [2_100, 2_500, 3_000, 4_000, 6_000] {
        for side in [1, -1] {
            let id = went!(world.new_trader(units(deposit)));
            let filled = went!(world.trade(id, BTC, Order::market(side * COIN), e8(60_000)));
            assert_eq!(event!(filled, OrderSettled).position_lots, side * COIN);
            let deposit_q = i64::try_from(units(deposit)).unwrap();
            traders.push(Trader {
                id,
                deposit_q,
                cuts: 0,
            });
        }
    }
    traders
}

#[test]
fn volatility_alone_cuts_positions_and_liquidates_none() {
    let mut world = btc();
    let mut traders = traders(&mut world);
    let [calm_ppm, _] = world.risk(BTC).unwrap().call_ppm;
    for minute in 0..HOURS * 60 {
        world.advance(60);
        let quote = if minute % 2 == 0 {
            60_000 - SWING
        } else {
            60_000 + SWING
        };
        went!(world.set_price(BTC, e8(quote)));
        for trader in &mut traders {
            let found = state(&world, trader.id);
            assert!(
                found < AccountState::Liquidatable,
                "minute {minute}: {found:?}"
            );
            if found == AccountState::MarginCall {
                let result = world.cut(trader.id, BTC);
                match result {
                    Ok(sent) => {
                        assert!(event!(sent, PositionCut).lots != 0);
                        trader.cuts += 1;
                        world.check_invariants().unwrap();
                    }
                    Err(error) => {
                        assert_eq!(error.program_error(), Some(PlimsollError::CutTooSoon));
                    }
                }
            }
            let found = state(&world, trader.id);
            assert!(
                found < AccountState::Liquidatable,
                "after the cut: {found:?}"
            );
        }
    }
    let [wild_ppm, _] = world.risk(BTC).unwrap().call_ppm;
    assert!(wild_ppm > 3 * calm_ppm, "the line rose: {wild_ppm} ppm");
    let (called, spared) = traders.split_at(8);
    assert!(
        called.iter().all(|trader| trader.cuts > 0),
        "below {wild_ppm} ppm all are cut"
    );
    assert!(
        spared.iter().all(|trader| trader.cuts == 0),
        "above {wild_ppm} ppm none is"
    );
    for trader in &traders {
        let instruction = world.liquidate_instruction(trader.id, BTC).unwrap();
        refused(&mut world, instruction, PlimsollError::AboveTheLine);
        // What cuts cost: the swing on what was cut, the spread, two cents each.
        let left_q = world.margin(trader.id).unwrap().equity_liquidation_q;
        let lost_q = trader.deposit_q - left_q;
        let swings_q = i64::try_from(2 * units(SWING)).unwrap();
        let entering_q = 31_000_000;
        let most_q = swings_q + entering_q + 10_000_000;
        assert!(lost_q < most_q, "{} cuts cost {lost_q}", trader.cuts);
        assert!(left_q > 0);
    }
    assert_eq!(world.insurance().unwrap().paid_q, 0);
}

/// The same rise, with no keeper cutting anybody: still nobody becomes liquidatable.
#[test]
fn volatility_alone_liquidates_none_that_nobody_cuts_either() {
    let mut world = btc();
    let traders = traders(&mut world);
    for minute in 0..HOURS * 60 {
        world.advance(60);
        let quote = if minute % 2 == 0 {
            60_000 - SWING
        } else {
            60_000 + SWING
        };
        went!(world.set_price(BTC, e8(quote)));
    }
    let called = traders.iter().filter(|trader| {
        let found = state(&world, trader.id);
        assert!(found < AccountState::Liquidatable);
        found == AccountState::MarginCall
    });
    assert!(called.count() > traders.len() / 2, "most are called");
}
