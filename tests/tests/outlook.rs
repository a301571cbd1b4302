//! R-V7: what is expected of volatility raises margin within its rail, as slowly as volatility itself,
//! and for a time; it liquidates nobody (I1).

use plimsoll::error::PlimsollError;
use plimsoll::instructions::PostOutlookArgs;
use plimsoll::params::RiskParams;
use plimsoll::state::MarketRisk;
use plimsoll_risk::account::AccountState;
use plimsoll_risk::margin::target_ppm_up;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{btc_spec, built, e8, event, refused, state, units, went, BTC, COIN};
use std::sync::LazyLock;

/// Far beyond every rail.
const WILD: PostOutlookArgs = PostOutlookArgs {
    implied_bps: 50_000,
    forecast_bps: 0,
    valid_seconds: 3_600,
};
const NOTHING: PostOutlookArgs = PostOutlookArgs {
    implied_bps: 0,
    forecast_bps: 0,
    valid_seconds: 3_600,
};

/// Bitcoin at a volatility of 50 %, whose outlook counts up to so many times the slow variance, hundredths.
fn spec(multiple_e2: u32) -> MarketSpec {
    btc_spec().with(|args| {
        args.risk.outlook_multiple_e2 = multiple_e2;
        args.risk.outlook_seconds_max = 3_600;
        args.risk.slope_cap_ppm = 1_000_000;
        args.risk.short_weight_ppm = 1_000_000;
    })
}

fn calm() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| built(World::builder().market(spec(400))));
    WORLD.clone()
}

/// Squared basis points a year into 1e-18 a second, rounded up.
const fn variance_e18(bps: u64) -> u64 {
    (bps * bps * 10_000_000_000).div_ceil(31_536_000)
}

/// The target at a variance, with the usual confidence of a basis point.
fn target_ppm(params: &RiskParams, variance_e18: u64) -> u32 {
    target_ppm_up(&params.margin(), variance_e18, 100).unwrap()
}

/// Refreshes at the same price, a minute later; the variance that margin is set from.
#[track_caller]
fn minute(world: &mut World) -> (u64, MarketRisk) {
    world.advance(60);
    let event = event!(went!(world.set_price(BTC, e8(60_000))), MarketRefreshed);
    (event.variance_e18, *world.risk(BTC).unwrap())
}

#[test]
fn an_outlook_raises_the_target_up_to_its_rail() {
    let (measured_e18, quiet) = minute(&mut calm());
    for (implied_bps, forecast_bps) in [(7_000, 0), (0, 7_000), (7_000, 6_500), (6_500, 7_000)] {
        let mut world = calm();
        let args = PostOutlookArgs {
            implied_bps,
            forecast_bps,
            ..WILD
        };
        went!(world.post_outlook(BTC, args));
        let (used_e18, risk) = minute(&mut world);
        assert_eq!(used_e18, variance_e18(7_000), "the larger of the two");
        assert_eq!(risk.target_ppm, target_ppm(&risk.params, used_e18));
        assert_eq!(risk.initial_ppm, [2 * risk.target_ppm; 2]);
        assert!(risk.target_ppm > quiet.target_ppm);
        assert!(used_e18 < 4 * quiet.slow_e18, "within the rail");
    }
    let mut world = calm();
    went!(world.post_outlook(BTC, WILD));
    let (used_e18, risk) = minute(&mut world);
    assert_eq!(used_e18, 4 * quiet.slow_e18, "the rail");
    assert_eq!(risk.target_ppm, target_ppm(&risk.params, used_e18));
    assert!(measured_e18 < used_e18);
    // It is no measurement: what is measured is what it was.
    assert_eq!(
        (risk.fast_e18, risk.slow_e18, risk.envelope_e18),
        (quiet.fast_e18, quiet.slow_e18, quiet.envelope_e18)
    );
    assert_eq!(risk.sigma_hour_ppm, quiet.sigma_hour_ppm);
}

#[test]
fn an_outlook_never_lowers() {
    let mut world = calm();
    let args = PostOutlookArgs {
        implied_bps: 1,
        forecast_bps: 4_000,
        valid_seconds: 3_600,
    };
    went!(world.post_outlook(BTC, args));
    let (used_e18, risk) = minute(&mut world);
    let (measured_e18, quiet) = minute(&mut calm());
    assert_eq!(used_e18, measured_e18);
    let expected = MarketRisk {
        implied_e18: risk.implied_e18,
        implied_expires_seconds: risk.implied_expires_seconds,
        forecast_e18: risk.forecast_e18,
        forecast_expires_seconds: risk.forecast_expires_seconds,
        ..quiet
    };
    assert_eq!(bytemuck::bytes_of(&risk), bytemuck::bytes_of(&expected));
    assert!(risk.implied_e18 > 0, "it was posted");
}

#[test]
fn an_outlook_counts_in_its_last_second_and_not_after() {
    for (seconds, counts) in [(120, true), (121, false)] {
        let mut world = calm();
        let args = PostOutlookArgs {
            valid_seconds: 120,
            ..WILD
        };
        went!(world.post_outlook(BTC, args));
        world.advance(seconds - 60);
        let (used_e18, risk) = minute(&mut world);
        let measured_e18 = risk.volatility().variance_e18(&risk.params.volatility());
        assert_eq!(used_e18 > measured_e18, counts, "after {seconds}");
        assert_eq!(risk.target_ppm, target_ppm(&risk.params, used_e18));
    }
}

#[test]
fn zero_takes_an_outlook_back() {
    let mut world = calm();
    went!(world.post_outlook(BTC, WILD));
    let (raised_e18, _) = minute(&mut world);
    went!(world.post_outlook(BTC, NOTHING));
    let (used_e18, risk) = minute(&mut world);
    let measured_e18 = risk.volatility().variance_e18(&risk.params.volatility());
    assert_eq!(used_e18, measured_e18);
    assert!(used_e18 < raised_e18);
    assert_eq!(risk.target_ppm, target_ppm(&risk.params, measured_e18));
}

/// I6: doubling takes an hour, and the call line waits for the grace.
#[test]
fn an_outlook_ramps_like_anything_else() {
    let mut world = calm();
    let start = *world.risk(BTC).unwrap();
    let grace = usize::try_from(start.params.grace_minutes).unwrap();
    let step = 2_f64.powf(60.0 / f64::from(start.params.doubling_seconds));
    let mut live_ppm = vec![start.live_ppm];
    for _ in 0..90 {
        went!(world.post_outlook(BTC, WILD));
        let (_, risk) = minute(&mut world);
        let last = f64::from(*live_ppm.last().unwrap());
        assert!(f64::from(risk.live_ppm) <= last * step + 1.0);
        live_ppm.push(risk.live_ppm);
        let before_grace = live_ppm.len().saturating_sub(grace + 1);
        let seen = live_ppm.get(before_grace).copied().unwrap();
        let [call_ppm, short_call_ppm] = risk.call_ppm;
        assert_eq!(call_ppm, short_call_ppm);
        assert!(call_ppm <= seen.max(start.call_ppm[0]), "{call_ppm} {seen}");
        assert_eq!(risk.liquidation_ppm, risk.params.floor_ppm);
    }
    let risk = world.risk(BTC).unwrap();
    assert_eq!(risk.live_ppm, risk.target_ppm, "it gets there");
    assert_eq!(risk.call_ppm, [risk.live_ppm; 2]);
    assert!(10 * risk.live_ppm > 14 * start.live_ppm, "and it is higher");
}

struct Trader {
    id: TraderId,
    equity_q: f64,
    notional_q: f64,
}

/// Longs and shorts from just above the initial requirement to a third of that leverage.
fn traders(world: &mut World) -> Vec<Trader> {
    let mut traders = Vec::new();
    for deposit in [2_040, 2_100, 2_400, 2_800, 6_000] {
        for side in [1, -1] {
            let id = went!(world.new_trader(units(deposit)));
            went!(world.trade(id, BTC, Order::market(side * COIN), e8(60_000)));
            assert_eq!(world.lots(id, BTC), Ok(side * COIN));
            let margin = world.margin(id).unwrap();
            traders.push(Trader {
                id,
                equity_q: margin.equity_call_q as f64,
                notional_q: margin.notional_q as f64,
            });
        }
    }
    traders
}

/// Six hours of the wildest outlook at a constant price; returns how many cuts there were and the highest
/// call ratio on the way. Nobody is cut before the grace is over, and nobody liquidated.
#[track_caller]
fn six_hours(world: &mut World, traders: &[Trader]) -> (u32, u32) {
    let (mut highest_ppm, mut cuts) = (0, 0);
    let grace = world.risk(BTC).unwrap().params.grace_minutes;
    for minutes in 1..=360 {
        went!(world.post_outlook(BTC, WILD));
        let (_, risk) = minute(world);
        highest_ppm = highest_ppm.max(risk.call_ppm[0]);
        for trader in traders {
            let found = state(world, trader.id);
            assert!(found < AccountState::Liquidatable, "{minutes}: {found:?}");
            let force = world.liquidate_instruction(trader.id, BTC).unwrap();
            refused(world, force, PlimsollError::AboveTheLine);
            if found == AccountState::MarginCall {
                assert!(minutes >= grace, "called after {minutes} minutes");
                if world.cut(trader.id, BTC).is_ok() {
                    cuts += 1;
                    world.check_invariants().unwrap();
                }
            }
        }
    }
    (cuts, highest_ppm)
}

/// I1: at a rail of four times the variance, twice the sigma, new risk has paid enough beforehand.
#[test]
fn an_outlook_at_the_listed_rail_cuts_nobody_who_met_the_initial_requirement() {
    let mut world = calm();
    let traders = traders(&mut world);
    let (cuts, highest_ppm) = six_hours(&mut world, &traders);
    assert_eq!(cuts, 0);
    let [call_ppm, _] = calm().risk(BTC).unwrap().call_ppm;
    assert!(10 * highest_ppm > 14 * call_ppm, "though the line rose");
}

/// I1: at the widest rail there is, what is left is at least what the bound of the rules says for the
/// highest call ratio on the way.
#[test]
fn an_outlook_liquidates_nobody_and_cuts_within_the_bound() {
    let mut world = built(World::builder().market(spec(1_600)));
    let traders = traders(&mut world);
    let (cuts, highest_ppm) = six_hours(&mut world, &traders);
    assert!(cuts > 3, "it does cut: {cuts}");
    let risk = *world.risk(BTC).unwrap();
    let ratio = |ppm: u32| f64::from(ppm) / 1e6;
    let target = ratio(risk.params.cut_target_ppm);
    let dust_q = risk.params.dust_q as f64;
    let cost = ratio(risk.params.floor_ppm) / 2.0;
    // R-S1: a coin beside what can be unwound.
    let size = (1.0 + traders[0].notional_q / risk.liquidity_q as f64).sqrt();
    let least = target * ratio(highest_ppm) * size - cost;
    for trader in &traders {
        let kept_q = world.margin(trader.id).unwrap().notional_q as f64;
        let bound_q = (trader.equity_q - cost * trader.notional_q) / least;
        let bound_q = bound_q.min(trader.notional_q) - dust_q;
        assert!(kept_q >= bound_q, "{kept_q} of at least {bound_q}");
    }
    let first = world.lots(traders[0].id, BTC).unwrap();
    assert!(first < COIN * 9 / 10, "the bound was near: {first}");
    assert_eq!(world.lots(traders[9].id, BTC), Ok(-COIN));
}
