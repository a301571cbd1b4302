//! What a large position needs, and what the market's depth makes of it (R-S1 … R-S4).

use crate::by_hand::{flat_q, notional_q, sized_q};
use plimsoll_client::margin::PositionMargin;
use plimsoll_risk::account::Margin;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::{btc_spec, built, e8, holder, unbacked, units, went, BTC, COIN};

/// What can be unwound in the market below: ten coins of its own, and a hundredth of 40 million.
const LIQUIDITY_Q: u64 = units(600_000 + 400_000);
const BASE_Q: u64 = units(40_000_000);

/// A thin market, in which depth may double in a day.
fn thin() -> MarketSpec {
    btc_spec().with(|args| {
        args.liquidity.own_depth_lots = 10_000_000;
        args.liquidity.base_depth_q = BASE_Q;
        args.liquidity.participation_ppm = 10_000;
        args.liquidity.depth_growth_ppm = 1_000_000;
        args.liquidity.depth_age_seconds_max = 3_600;
        args.liquidity.depth_halving_seconds = 3_600;
        args.risk.cap_ppm = 1_000_000;
        args.risk.short_weight_ppm = 1_000_000;
    })
}

fn world() -> World {
    unbacked(built(World::builder().market(thin())))
}

/// The margin of a new holder of `coins`, as the program, the client and the formulas all say.
#[track_caller]
fn margin(world: &mut World, coins: i64) -> Margin {
    let id = holder(world, 4_000_000, coins * COIN);
    let report = world.report(id).unwrap();
    assert_eq!(report, world.expected_report(id).unwrap());
    let (margin, risk) = (world.margin(id).unwrap(), *world.risk(BTC).unwrap());
    let (side, notional_q) = (
        usize::from(coins < 0),
        notional_q(coins * COIN, e8(60_000), &risk),
    );
    let by_hand = [
        sized_q(notional_q, risk.initial_ppm[side], &risk),
        sized_q(notional_q, risk.call_ppm[side], &risk),
        flat_q(notional_q, risk.liquidation_ppm),
    ];
    let reported = [
        report.requirement_initial_q,
        report.requirement_call_q,
        report.requirement_liquidation_q,
    ];
    assert_eq!(reported, by_hand, "{coins} coins");
    let requirements = [
        margin.requirement_initial_q,
        margin.requirement_call_q,
        margin.requirement_liquidation_q,
    ];
    assert_eq!(requirements, by_hand, "{coins} coins");
    let parts: Vec<PositionMargin> = world.parts(id).unwrap();
    assert_eq!(parts[0].part.requirement_call_q, by_hand[1]);
    margin
}

/// R-S1, R-S2: √(1 + N ÷ L), at the initial and the call line and to the atom.
#[test]
fn twice_the_size_needs_more_than_twice_the_margin() {
    let world = world();
    assert_eq!(world.risk(BTC).unwrap().liquidity_q, LIQUIDITY_Q);
    let mut coins = 1;
    while coins < 128 {
        let (one, two) = (
            margin(&mut world.clone(), coins),
            margin(&mut world.clone(), 2 * coins),
        );
        for (one_q, two_q) in [
            (one.requirement_initial_q, two.requirement_initial_q),
            (one.requirement_call_q, two.requirement_call_q),
        ] {
            assert!(two_q > 2 * one_q, "{coins}: {one_q} {two_q}");
            let share = coins as f64 * 0.06;
            let root = ((1.0 + 2.0 * share) / (1.0 + share)).sqrt();
            let growth = two_q as f64 / one_q as f64;
            assert!((growth / (2.0 * root) - 1.0).abs() < 1e-5, "{growth}");
        }
        let (one_q, two_q) = (one.requirement_liquidation_q, two.requirement_liquidation_q);
        assert_eq!(two_q, 2 * one_q, "the liquidation line knows no size");
        let short = margin(&mut world.clone(), -coins);
        assert_eq!(short.requirement_call_q, one.requirement_call_q);
        coins *= 2;
    }
}

/// Posts far more than there is; what counts of it at 2 %.
#[track_caller]
fn spoofed(world: &mut World) -> u64 {
    went!(world.post_depth(BTC, [units(10_000_000_000); 5]));
    world.risk(BTC).unwrap().depths_q[0]
}

/// R-S4: who never posted, or not for a day, may double; whoever posts more often gains nothing by it.
#[test]
fn depth_grows_no_faster_than_its_rail() {
    let mut world = world();
    assert_eq!(spoofed(&mut world), 2 * BASE_Q);
    assert_eq!(spoofed(&mut world), 2 * BASE_Q, "again in the same second");
    for hour in 1..=24 {
        world.advance(3_600);
        let counted_q = spoofed(&mut world) as f64;
        let part = f64::from(hour) / 24.0;
        let most_q = 2.0 * BASE_Q as f64 / (1.0 - part / 2.0);
        assert!(counted_q <= most_q, "hour {hour}: {counted_q} {most_q}");
    }
    let grown_q = world.risk(BTC).unwrap().depths_q[0];
    assert!(grown_q > 3 * BASE_Q && grown_q <= 4 * BASE_Q, "{grown_q}");
    // Falls count at once, down to what governance vouches for.
    went!(world.post_depth(BTC, [0; 5]));
    let risk = world.risk(BTC).unwrap();
    assert_eq!((risk.depths_q, risk.liquidity_q), ([0; 5], LIQUIDITY_Q));
}

/// R-S3: whole for an hour, then half of it every hour; the base stays.
#[test]
fn a_post_that_nobody_renews_fades() {
    let mut world = world();
    assert_eq!(spoofed(&mut world), 2 * BASE_Q);
    let cap_q = world.risk(BTC).unwrap().open_interest_cap_q;
    let own_q = units(600_000);
    let posted = world.now_seconds();
    for (minutes, share) in [
        (0, 1.0),
        (60, 1.0),
        (75, 2_f64.powf(-0.25)),
        (90, 2_f64.powf(-0.5)),
        (120, 0.5),
        (600, 0.5),
    ] {
        world.set_time(posted + minutes * 60);
        if minutes > 0 {
            went!(world.set_price(BTC, e8(60_000)));
        }
        let risk = world.risk(BTC).unwrap();
        let external = (risk.liquidity_q - own_q) as f64;
        let expected = 2.0 * BASE_Q as f64 * share / 100.0;
        assert!(
            external <= expected && external > expected * (1.0 - 2e-5),
            "{minutes}: {external} {expected}"
        );
        // R-S6: the nearest depth is the cheapest to move, so the cap is proportional to it.
        let part = risk.open_interest_cap_q as f64 / cap_q as f64;
        assert!((part / share - 1.0).abs() < 2e-5, "{minutes}: {part}");
    }
}

/// Depth that vanishes raises what a large position needs, and liquidates nobody.
#[test]
fn depth_that_fades_raises_what_a_large_position_needs() {
    let mut world = world();
    spoofed(&mut world);
    let id = holder(&mut world, 4_000_000, 40 * COIN);
    let deep = world.margin(id).unwrap();
    world.advance(3 * 3_600);
    went!(world.set_price(BTC, e8(60_000)));
    let (shallow, risk) = (world.margin(id).unwrap(), *world.risk(BTC).unwrap());
    assert_eq!(risk.liquidity_q, LIQUIDITY_Q);
    let notional_q = units(2_400_000);
    assert_eq!(
        shallow.requirement_call_q,
        sized_q(notional_q, risk.call_ppm[0], &risk)
    );
    assert!(shallow.requirement_call_q > deep.requirement_call_q);
    assert_eq!(
        shallow.requirement_liquidation_q,
        deep.requirement_liquidation_q
    );
}
