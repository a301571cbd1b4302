//! R-T3, I4: assets so cheap that one unit of the price grid is a percent and more of the price. What a
//! forced reduction costs is exact to an atom all the same.

use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{built, event, state, units, went};

const MARKET: u16 = 0;
/// Lots of ten base units: at a price of 92 units of 1e-8 dollars they are worth 9,200 dollars.
const LOTS: i64 = 1_000_000_000;
/// A quarter of the floor: the most that a spread can be.
const SPREAD_PPM_MAX: u64 = 6_250;

/// A market like solana's of an asset at `price_e8`, in the largest lots.
fn cheap(price_e8: u64) -> World {
    let spec = MarketSpec::sol().at(price_e8).with(|args| {
        args.lot_exponent = 1;
        args.risk.confidence_ppm_max = 100_000;
        args.risk.confidence_weight_ppm = 0;
        args.trade.skew_scale_lots = 2_000_000_000_000;
        args.trade.open_interest_cap_lots = 12_500_000_000;
        args.liquidity.crowded_low_lots = 12_500_000_000;
        args.liquidity.crowded_high_lots = 25_000_000_000;
        args.trade.order_lots_max = 2_000_000_000;
    });
    built(World::builder().market(spec))
}

/// Notional of lots in atoms; a lot is worth a tenth of an atom for each unit of the price, so that a
/// multiple of ten leaves no rest.
fn notional_q(lots: i64, price_e8: u64) -> u64 {
    lots.unsigned_abs() * price_e8 / 10
}

/// A trader who holds `lots`, and has so little that `left_ppm` of the notional is left at `then_e8`.
fn holder(world: &mut World, lots: i64, then_e8: u64, left_ppm: u64) -> TraderId {
    let price_e8 = world.risk(MARKET).unwrap().price_e8;
    let id = went!(world.new_trader(units(10_000)));
    went!(world.trade(id, MARKET, Order::market(lots), price_e8));
    let loss_q = notional_q(lots, price_e8.abs_diff(then_e8));
    let kept_q = loss_q + notional_q(lots, then_e8) * left_ppm / 1_000_000;
    let equity_q = world.margin(id).unwrap().equity_liquidation_q;
    went!(world.withdraw(id, equity_q.unsigned_abs() - kept_q));
    id
}

/// Lets a minute pass, then publishes a price that is certain to `confidence` units of 1e-8, twice, so that
/// nobody doubts it.
fn price(world: &mut World, price_e8: u64, confidence: u64) {
    for seconds in [60, 1] {
        world.advance(seconds);
        let update = world.update(MARKET, price_e8).unwrap();
        world
            .publish(MARKET, update.confidence(confidence))
            .unwrap();
        went!(world.refresh(MARKET));
    }
}

/// What a reduction cost beyond the market's price: the spread, rounded up once, and what the odd lots'
/// notional was rounded by.
#[track_caller]
fn assert_spread(lots: i64, cost_q: i64, price_e8: u64, spread_ppm: u64) {
    let notional_e1 = i128::from(lots) * i128::from(price_e8);
    let spread_e7 = notional_e1.abs() * i128::from(spread_ppm);
    let beyond_e7 = i128::from(cost_q) * 10_000_000 - notional_e1 * 1_000_000 - spread_e7;
    assert!(
        (0..20_000_000).contains(&beyond_e7),
        "{lots} lots at {price_e8} for {cost_q}: {beyond_e7} e-7 atoms beyond the spread"
    );
}

/// Price at the start and at the end, for a long and for a short.
const MOVES: [(u64, u64, i64); 6] = [
    (100, 94, LOTS),
    (92, 87, LOTS),
    (20, 19, LOTS),
    (100, 106, -LOTS),
    (87, 92, -LOTS),
    (20, 21, -LOTS),
];

#[test]
fn an_account_below_the_line_is_liquidated_for_spread_and_fee() {
    for (from_e8, to_e8, lots) in MOVES {
        let mut world = cheap(from_e8);
        let id = holder(&mut world, lots, to_e8, 15_000);
        price(&mut world, to_e8, 1);
        assert_eq!(state(&world, id), AccountState::Liquidatable);
        let event = event!(went!(world.liquidate(id, MARKET)), PositionLiquidated);
        assert_spread(event.lots, event.cost_q, to_e8, SPREAD_PPM_MAX);
        assert_eq!(event.price_e8, to_e8);
        // Half of what the spread leaves of 1.5 % is below the configured 0.5 %.
        let fee_q = event.keeper_fee_q + event.insurance_fee_q;
        let closed_q = notional_q(event.lots, to_e8);
        assert_eq!(fee_q, closed_q * 4_375 / 1_000_000);
        let paid_q = event.equity_before_q - event.equity_after_q;
        let most_q = closed_q * (SPREAD_PPM_MAX + 4_375) / 1_000_000 + 2;
        assert!(paid_q.unsigned_abs() <= most_q, "{paid_q} of {most_q}");
        assert_eq!(state(&world, id), AccountState::Healthy);
        assert!(event.position_lots != 0, "a part was enough");
    }
}

#[test]
fn an_account_in_a_margin_call_is_cut_for_the_spread() {
    for (from_e8, to_e8, lots) in MOVES {
        let mut world = cheap(from_e8);
        let id = holder(&mut world, lots, to_e8, 28_000);
        price(&mut world, to_e8, 1);
        assert_eq!(state(&world, id), AccountState::MarginCall);
        let event = event!(went!(world.cut(id, MARKET)), PositionCut);
        assert_spread(event.lots, event.cost_q, to_e8, SPREAD_PPM_MAX);
        assert_eq!((event.price_e8, event.keeper_fee_q), (to_e8, 20_000));
        assert_eq!(state(&world, id), AccountState::Healthy);
        assert!(event.position_lots != 0, "a part was enough");
    }
}

/// A spread of 0.11 % of a price of 87 units is a tenth of a unit.
#[test]
fn a_spread_far_below_a_unit_of_the_price_costs_no_more() {
    let mut world = cheap(92);
    let id = holder(&mut world, LOTS, 87, 15_000);
    let other = went!(world.new_trader(units(10_000)));
    for lots in [-1_400_000_000, -1_300_000_000] {
        went!(world.trade(other, MARKET, Order::market(lots), 92));
    }
    price(&mut world, 87, 0);
    // From a skew of −1.7e9 lots to −2.7e9, of a scale of 2e12.
    let event = event!(went!(world.liquidate(id, MARKET)), PositionLiquidated);
    assert_spread(event.lots, event.cost_q, 87, 1_100);
}
