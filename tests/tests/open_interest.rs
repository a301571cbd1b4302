//! What many positions together make of a market: crowding (R-S5) and what moving its price costs (R-S6).

use crate::by_hand::{flat_q, mul_div_up, notional_q, size_add_ppm, sized_q};
use plimsoll::error::PlimsollError;
use plimsoll::events::{MarketSwept, OrderOutcome};
use plimsoll::state::MarketRisk;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{btc_spec, built, e8, event, holder, refused, units, went, BTC, COIN};
use std::sync::LazyLock;

/// The initial ratio rises between ten and thirty coins on the larger side.
fn crowding() -> MarketSpec {
    btc_spec().with(|args| {
        args.liquidity.crowded_low_lots = 10_000_000;
        args.liquidity.crowded_high_lots = 30_000_000;
    })
}

fn crowded(coins: i64) -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| built(World::builder().market(crowding())));
    let mut world = WORLD.clone();
    if coins != 0 {
        holder(&mut world, 4_000_000, coins * COIN);
    }
    world
}

/// R-S5 by hand, ppm.
fn crowded_ppm(base_ppm: u32, coins: u64) -> u32 {
    let beyond = coins.clamp(10, 30) - 10;
    let room = u64::from(1_000_000 - base_ppm);
    base_ppm + u32::try_from(mul_div_up(room, beyond, 20)).unwrap()
}

/// How an order for a coin ends for who deposits so much.
#[track_caller]
fn opens(world: &World, deposit_q: u64, lots: i64) -> (OrderOutcome, World, TraderId) {
    let mut world = world.clone();
    let id = went!(world.new_trader(deposit_q));
    let settled = went!(world.trade(id, BTC, Order::market(lots), e8(60_000)));
    (event!(settled, OrderSettled).outcome, world, id)
}

/// A fill counts the open interest that it leaves, and whoever opens pays; to the atom.
#[test]
fn new_risk_pays_for_a_crowd() {
    for (before, after) in [
        (5, 6),
        (9, 10),
        (10, 11),
        (19, 20),
        (28, 29),
        (29, 30),
        (34, 35),
    ] {
        let world = crowded(before);
        let risk = *world.risk(BTC).unwrap();
        let ppm = crowded_ppm(risk.initial_ppm[0], after);
        let needed_q = sized_q(notional_q(COIN, e8(60_000), &risk), ppm, &risk);
        // Two fees, and the premium of the skew.
        let scale = world.market(BTC).unwrap().params.skew_scale_lots;
        let twice_mean = (2 * before + 1).unsigned_abs() * 1_000_000;
        let premium_q = mul_div_up(units(60_000), twice_mean, 2 * scale);
        let exact_q = needed_q + 20_000 + units(30) + premium_q;
        let (outcome, filled, id) = opens(&world, exact_q, COIN);
        assert_eq!(outcome, OrderOutcome::Filled, "{after} coins");
        let (outcome, ..) = opens(&world, exact_q - 1, COIN);
        assert_eq!(outcome, OrderOutcome::Unaffordable, "{after} coins");
        assert_eq!(
            filled.margin(id).unwrap().equity_initial_q,
            i64::try_from(needed_q).unwrap()
        );
    }
}

/// What the sweep tells raises the initial line of those who are in, and neither call nor liquidation.
#[test]
fn a_crowd_raises_the_initial_line_alone() {
    let mut world = crowded(10);
    let id = holder(&mut world, 100_000, COIN);
    holder(&mut world, 4_000_000, 4 * COIN);
    let (risk, before) = (*world.risk(BTC).unwrap(), world.report(id).unwrap());
    assert_eq!(risk.open_interest_lots, 0, "nobody has told it yet");
    let swept: MarketSwept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!(swept.open_interest_lots, 15_000_000);
    let after = world.report(id).unwrap();
    assert_eq!(after, world.expected_report(id).unwrap());
    let notional_q = units(60_000);
    let add_ppm = size_add_ppm(notional_q, &risk);
    let alone_q = flat_q(notional_q, crowded_ppm(risk.initial_ppm[0], 15));
    assert_eq!(
        after.requirement_initial_q,
        alone_q + mul_div_up(alone_q, add_ppm, 1_000_000)
    );
    assert!(after.requirement_initial_q > 5 * before.requirement_initial_q);
    assert_eq!(
        (after.requirement_call_q, after.requirement_liquidation_q),
        (before.requirement_call_q, before.requirement_liquidation_q)
    );
    assert_eq!(after.state, before.state);
    // What is free is what the crowded line leaves.
    let free_q = after.equity_initial_q.unsigned_abs() - after.requirement_initial_q;
    let too_much = world.withdraw_instruction(id, free_q + 1).unwrap();
    refused(&mut world, too_much, PlimsollError::InitialRequirement);
    went!(world.withdraw(id, free_q));
    let same = world.sweep_instruction(BTC).unwrap();
    refused(&mut world, same, PlimsollError::NothingToMove);
}

/// Open interest may be worth a hundredth of what the smallest move costs: 27.5 coins at 60,000.
fn manipulable() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let spec = btc_spec().with(|args| {
            args.liquidity.base_depth_q = units(300_000_000);
            args.liquidity.manipulation_share_ppm = 10_000;
            args.liquidity.manipulation_fee_ppm = 500;
        });
        built(World::builder().market(spec))
    });
    WORLD.clone()
}

const CAP_LOTS: i64 = 27_500_000;

/// R-S6: each side by itself, to the lot; what reduces always goes.
#[test]
fn open_interest_is_worth_less_than_moving_the_price_costs() {
    let mut world = manipulable();
    assert_eq!(
        world.risk(BTC).unwrap().open_interest_cap_q,
        units(1_650_000)
    );
    let id = holder(&mut world, 1_000_000, CAP_LOTS - 100);
    let (outcome, ..) = opens(&world, units(100_000), 101);
    assert_eq!(outcome, OrderOutcome::CapReached);
    let (outcome, mut full, other) = opens(&world, units(100_000), 100);
    assert_eq!(outcome, OrderOutcome::Filled);
    // The other side is another sum.
    let (outcome, ..) = opens(&full, units(1_000_000), -CAP_LOTS);
    assert_eq!(outcome, OrderOutcome::Filled);
    let (outcome, ..) = opens(&full, units(1_000_000), -CAP_LOTS - 1);
    assert_eq!(outcome, OrderOutcome::CapReached);
    for (id, order) in [
        (id, Order::reduce(-COIN)),
        (id, Order::market(-COIN)),
        (other, Order::reduce(-100)),
        // Turning to the side that has room.
        (other, Order::market(-200)),
    ] {
        let mut full = full.clone();
        let settled = went!(full.trade(id, BTC, order, e8(60_000)));
        assert_eq!(event!(settled, OrderSettled).outcome, OrderOutcome::Filled);
    }
    // A rise of the price alone may leave a side above its cap; it may shrink and not grow.
    plimsoll_tests::price(&mut full, 60_600);
    let settled = went!(full.trade(id, BTC, Order::market(-1_000_000), e8(60_600)));
    assert_eq!(event!(settled, OrderSettled).outcome, OrderOutcome::Filled);
    let settled = went!(full.trade(id, BTC, Order::market(1_000_000), e8(60_600)));
    assert_eq!(
        event!(settled, OrderSettled).outcome,
        OrderOutcome::CapReached
    );
}

/// A depth that its poster takes back, or lets fade, closes the market for new risk and for nothing else.
#[test]
fn a_cap_follows_depth_down() {
    let mut world = manipulable();
    let curve = [4, 25, 100, 400, 2_500];
    went!(world.post_depth(BTC, curve.map(|part| units(100_000_000) * part)));
    let cap_q = world.risk(BTC).unwrap().open_interest_cap_q;
    assert_eq!(cap_q, units(1_815_000), "a tenth more");
    let id = holder(&mut world, 1_000_000, CAP_LOTS + COIN);
    let fading = |world: &mut World| {
        world.advance(2 * 3_600);
        went!(world.set_price(BTC, e8(60_000)));
    };
    let taken_back = |world: &mut World| {
        went!(world.post_depth(BTC, [0; 5]));
    };
    let ends: [&dyn Fn(&mut World); 2] = [&fading, &taken_back];
    for end in ends {
        let mut world = world.clone();
        end(&mut world);
        let risk: &MarketRisk = world.risk(BTC).unwrap();
        assert_eq!(risk.open_interest_cap_q, units(1_650_000));
        let (outcome, ..) = opens(&world, units(100_000), 100);
        assert_eq!(outcome, OrderOutcome::CapReached);
        let (outcome, ..) = opens(&world, units(100_000), -COIN);
        assert_eq!(outcome, OrderOutcome::Filled, "the other side has room");
        let settled = went!(world.trade(id, BTC, Order::reduce(-100), e8(60_000)));
        assert_eq!(event!(settled, OrderSettled).outcome, OrderOutcome::Filled);
    }
}
