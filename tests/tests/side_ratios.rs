//! What longs and shorts need (R-M8), and what new risk needs while volatility rises (R-M9).

use crate::by_hand::{flat_q, mul_div_up, notional_q, sized_q};
use plimsoll::error::PlimsollError;
use plimsoll::events::OrderOutcome;
use plimsoll::state::MarketRisk;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, World};
use plimsoll_tests::{
    btc_spec, built, e8, event, holder, price, refused, state, units, went, BTC, COIN,
};

/// Shorts weigh four fifths; volatility that rises costs nothing more.
fn lighter_shorts() -> MarketSpec {
    btc_spec().with(|args| {
        args.risk.short_weight_ppm = 800_000;
        args.risk.slope_cap_ppm = 1_000_000;
    })
}

/// R-M8 by hand: a ratio times the weight of a side, never below the floor.
fn weighed_ppm(ratio_ppm: u32, weight_ppm: u64, risk: &MarketRisk) -> u32 {
    let part = mul_div_up(u64::from(ratio_ppm), weight_ppm, 1_000_000);
    u32::try_from(part).unwrap().max(risk.params.floor_ppm)
}

#[track_caller]
fn assert_sides(risk: &MarketRisk) {
    let [long_ppm, short_ppm] = risk.initial_ppm;
    assert_eq!(long_ppm, 2 * risk.target_ppm);
    assert_eq!(short_ppm, 2 * weighed_ppm(risk.target_ppm, 800_000, risk));
    let [long_ppm, short_ppm] = risk.call_ppm;
    assert_eq!(short_ppm, weighed_ppm(long_ppm, 800_000, risk));
    assert_eq!(risk.liquidation_ppm, risk.params.floor_ppm);
}

#[test]
fn the_lighter_side_needs_less_at_initial_and_call() {
    let mut world = built(World::builder().market(lighter_shorts()));
    let long = holder(&mut world, 20_000, COIN);
    let short = holder(&mut world, 20_000, -COIN);
    let risk = *world.risk(BTC).unwrap();
    assert_sides(&risk);
    let notional_q = notional_q(COIN, e8(60_000), &risk);
    let (long, short) = (world.report(long).unwrap(), world.report(short).unwrap());
    let least_q = flat_q(notional_q, risk.params.floor_ppm) / 10 * 11;
    for (side, report) in [&long, &short].into_iter().enumerate() {
        assert_eq!(
            report.requirement_initial_q,
            sized_q(notional_q, risk.initial_ppm[side], &risk)
        );
        assert_eq!(
            report.requirement_call_q,
            // R-A1: a tenth above the liquidation line at least.
            sized_q(notional_q, risk.call_ppm[side], &risk).max(least_q)
        );
        assert_eq!(
            report.requirement_liquidation_q,
            flat_q(notional_q, risk.params.floor_ppm),
            "one floor for both"
        );
    }
    assert!(10 * short.requirement_initial_q < 9 * long.requirement_initial_q);
    assert!(10 * short.requirement_call_q < 9 * long.requirement_call_q);
}

#[test]
fn with_the_same_deposit_a_short_opens_where_a_long_does_not() {
    // Between 1.6 and 2 times the target, and a taker fee of 30.
    let world = built(World::builder().market(lighter_shorts()));
    for (lots, outcome) in [
        (COIN, OrderOutcome::Unaffordable),
        (-COIN, OrderOutcome::Filled),
    ] {
        let mut world = world.clone();
        let id = went!(world.new_trader(units(1_900)));
        let settled = went!(world.trade(id, BTC, Order::market(lots), e8(60_000)));
        assert_eq!(event!(settled, OrderSettled).outcome, outcome);
    }
}

/// R-M8 in a storm and in a calm so deep that four fifths of the ratio lie below the floor.
#[test]
fn both_sides_follow_the_market_and_keep_the_floor() {
    let mut world = built(World::builder().market(lighter_shorts()));
    for minute in 0..60 {
        price(&mut world, if minute % 2 == 0 { 60_300 } else { 60_000 });
        assert_sides(world.risk(BTC).unwrap());
    }
    let risk = world.risk(BTC).unwrap();
    assert!(risk.call_ppm[0] > 2 * risk.params.floor_ppm);
    let calm = lighter_shorts().with(|args| {
        args.risk.variance_seed_e18 = args.risk.variance_min_e18;
    });
    let mut world = built(World::builder().market(calm));
    price(&mut world, 60_000);
    let risk = world.risk(BTC).unwrap();
    assert_sides(risk);
    let floor_ppm = risk.params.floor_ppm;
    assert!(risk.call_ppm[0] > floor_ppm);
    assert_eq!(
        (risk.call_ppm[1], risk.initial_ppm[1]),
        (floor_ppm, 2 * floor_ppm)
    );
}

/// A short is called later than a long, and liquidated at the same line.
#[test]
fn a_short_meets_its_own_call_line_and_the_common_floor() {
    let mut world = built(World::builder().market(lighter_shorts()));
    let risk = *world.risk(BTC).unwrap();
    let between_ppm = (risk.call_ppm[0] + risk.call_ppm[1]) / 2;
    // Three percent of 60,000 are lost either way: what is left of the deposit lies between the two lines.
    for (lots, quote, found) in [
        (COIN, 58_800, AccountState::MarginCall),
        (-COIN, 61_200, AccountState::Healthy),
    ] {
        let mut world = world.clone();
        let left_q = flat_q(units(quote), between_ppm);
        let id = went!(world.new_trader(left_q + units(1_200 + 30) + 100_000));
        went!(world.trade(id, BTC, Order::market(lots), e8(60_000)));
        assert_eq!(world.lots(id, BTC), Ok(lots));
        let half = (60_000 + quote) / 2;
        price(&mut world, half);
        price(&mut world, quote);
        assert_eq!(state(&world, id), found, "{:?}", world.margin(id));
    }
    let id = holder(&mut world, 2_500, -COIN);
    for quote in [60_600, 61_200, 61_750] {
        price(&mut world, quote);
    }
    assert!(state(&world, id) >= AccountState::Liquidatable);
    went!(world.liquidate(id, BTC));
}

/// Two markets that differ in what a rising term structure may cost.
fn sloped(slope_cap_ppm: u32) -> World {
    let spec = btc_spec().with(|args| {
        args.risk.short_weight_ppm = 1_000_000;
        args.risk.slope_cap_ppm = slope_cap_ppm;
    });
    built(World::builder().market(spec))
}

#[test]
fn rising_volatility_lifts_the_initial_ratio_alone() {
    let (mut flat, mut steep) = (sloped(1_000_000), sloped(1_500_000));
    let ids = [&mut flat, &mut steep].map(|world| holder(world, 20_000, COIN));
    let (mut rose, mut capped) = (0, 0);
    for minute in 0..90 {
        let quote = match minute {
            0..45 if minute % 2 == 0 => 60_080,
            _ => 60_000,
        };
        price(&mut flat, quote);
        price(&mut steep, quote);
        let (even, risk) = (*flat.risk(BTC).unwrap(), *steep.risk(BTC).unwrap());
        assert_eq!(
            (risk.target_ppm, risk.live_ppm, risk.call_ppm),
            (even.target_ppm, even.live_ppm, even.call_ppm)
        );
        assert_eq!(risk.liquidation_ppm, even.liquidation_ppm);
        let root = (risk.fast_e18 as f64 / risk.slow_e18 as f64).sqrt();
        let slope = root.clamp(1.0, 1.5);
        let expected_ppm = f64::from(even.initial_ppm[0]) * slope;
        let initial_ppm = f64::from(risk.initial_ppm[0]);
        assert!(
            (initial_ppm - expected_ppm).abs() <= 2.0,
            "minute {minute}: {initial_ppm} {expected_ppm}"
        );
        rose += u32::from(root > 1.0 && root < 1.5);
        capped += u32::from(root > 1.5);
    }
    assert!(rose > 2 && capped > 10, "{rose} {capped}");
    let [even, risen] = [flat.margin(ids[0]), steep.margin(ids[1])].map(Result::unwrap);
    assert_eq!(
        (risen.requirement_call_q, risen.requirement_liquidation_q),
        (even.requirement_call_q, even.requirement_liquidation_q)
    );
}

/// New risk pays it; who is in does not.
#[test]
fn what_opened_before_a_rise_may_not_open_in_it() {
    for (slope_cap_ppm, outcome) in [
        (1_000_000, OrderOutcome::Filled),
        (1_500_000, OrderOutcome::Unaffordable),
    ] {
        let mut world = sloped(slope_cap_ppm);
        let id = holder(&mut world, 4_000, COIN);
        for minute in 0..8 {
            price(&mut world, if minute % 2 == 0 { 60_300 } else { 60_000 });
        }
        let risk = *world.risk(BTC).unwrap();
        assert!(risk.fast_e18 > 2 * risk.slow_e18, "volatility rises");
        assert_eq!(state(&world, id), AccountState::Healthy);
        let needed_q = sized_q(units(60_000), 2 * risk.target_ppm, &risk);
        let other = went!(world.new_trader(needed_q + units(100)));
        let result = world.place(other, BTC, Order::market(COIN));
        let order_id = result.expect("an order of an account without positions");
        world.advance(2);
        went!(world.set_price(BTC, e8(60_000)));
        let settled = went!(world.settle(other, BTC, order_id));
        assert_eq!(event!(settled, OrderSettled).outcome, outcome);
        let force = world.liquidate_instruction(id, BTC).unwrap();
        refused(&mut world, force, PlimsollError::AboveTheLine);
    }
}
