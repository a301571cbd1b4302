//! What a quote currency that loses its peg does (R-H4), how a new collateral grows into its weight and cap
//! (R-H1), and what open profit counts for where it could not be paid (R-A5).

use crate::collateral_support::{
    open, pledger, price_sol, wrapped, PARAMS, QUOTE_RISK, SOL, SOL_ATOMS, SOL_LOTS, WSOL,
    WSOL_RISK,
};
use plimsoll::error::PlimsollError;
use plimsoll::params::CollateralParams;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{
    btc_spec, built, e8, refused, state, three_markets, unbacked, units, went, BTC, COIN,
};

const DAY_SECONDS: i64 = 86_400;
const CENT_E8: u64 = 1_000_000;

/// A minute passes; all prices stay but the quote currency's.
fn depegged(world: &mut World, cents: u64) {
    world.advance(60);
    went!(world.refresh_all());
    // A second later, so that it is another print.
    world.advance(1);
    went!(world.set_price(QUOTE_RISK, cents * CENT_E8));
}

/// Cuts whoever is in a margin call.
fn cut_all(world: &mut World, ids: &[TraderId]) -> u32 {
    world.advance(1);
    let price_e8 = world.risk(BTC).unwrap().price_e8;
    went!(world.set_price(BTC, price_e8));
    let now_seconds = world.now_seconds();
    let guarded = world.risk(QUOTE_RISK).unwrap().is_guarded(now_seconds);
    let mut cuts = 0;
    for id in ids {
        if state(world, *id) == AccountState::MarginCall {
            let cut = world.cut_instruction(*id, BTC).unwrap();
            if guarded {
                refused(world, cut, PlimsollError::MarketGuarded);
            } else {
                went!(world.send(&[cut]));
                cuts += 1;
            }
        }
    }
    cuts
}

/// Longs of one bitcoin with 2,100 to 6,000 quote units, at a price that has fallen a little, in a world that
/// prices the quote currency.
fn longs() -> (World, Vec<TraderId>) {
    let mut world = three_markets();
    went!(world.price_collateral(0, MarketSpec::usdc(), None));
    let ids: Vec<TraderId> = [2_150, 2_300, 2_600, 3_200, 6_000]
        .into_iter()
        .map(|deposit| {
            let id = pledger(&mut world, deposit, 0);
            open(&mut world, id, BTC, COIN);
            id
        })
        .collect();
    world.advance(60);
    went!(world.refresh_all());
    world.advance(1);
    went!(world.set_price(BTC, e8(58_900)));
    (world, ids)
}

fn margins(world: &World, ids: &[TraderId]) -> Vec<Margin> {
    let margin = |id: &TraderId| world.margin(*id).unwrap();
    ids.iter().map(margin).collect()
}

/// R-H4: cent by cent in ten minutes to 90, beside a world in which the dollar stays one.
#[test]
fn r_h4_a_depeg_calls_and_withholds_and_liquidates_nobody() {
    let (mut world, ids) = longs();
    let mut calm = world.clone();
    let first = margins(&world, &ids);
    assert!(first
        .iter()
        .all(|margin| margin.state() == AccountState::Healthy));
    for cents in (90..100).rev() {
        depegged(&mut world, cents);
        depegged(&mut calm, 100);
        for (now, calm) in margins(&world, &ids).iter().zip(margins(&calm, &ids)) {
            assert!(now.state() < AccountState::Liquidatable, "{cents}: {now:?}");
            assert_eq!(now.equity_liquidation_q, calm.equity_liquidation_q);
            assert_eq!(
                now.requirement_liquidation_q,
                calm.requirement_liquidation_q
            );
            assert_eq!(now.requirement_call_q, calm.requirement_call_q);
            assert_eq!(now.requirement_initial_q, calm.requirement_initial_q);
            // So many cents of what is owned, less what a volatile quote currency could lose besides.
            let cents = i64::try_from(cents).unwrap();
            assert!(now.equity_initial_q <= calm.equity_initial_q * cents / 100 + 1);
            assert!(now.equity_call_q <= calm.equity_call_q * cents / 100 + 1);
            assert!(now.equity_initial_q <= now.equity_call_q);
        }
    }
    let called: Vec<bool> = margins(&world, &ids)
        .iter()
        .zip(margins(&calm, &ids))
        .map(|(now, calm)| now.state() > calm.state())
        .collect();
    assert!(called[0] && !called[4], "{called:?}");

    world.advance(1);
    went!(world.refresh_all());
    let (now, calm) = (margins(&world, &ids)[4], margins(&calm, &ids)[4]);
    assert!(
        calm.free_q() > now.free_q() + units(400),
        "{now:?} {calm:?}"
    );
    let had = world.withdraw_instruction(ids[4], calm.free_q()).unwrap();
    refused(&mut world, had, PlimsollError::InitialRequirement);
    let placed = world.place_instruction(ids[0], BTC, Order::market(100_000));
    refused(
        &mut world,
        placed.unwrap(),
        PlimsollError::InitialRequirement,
    );
    // Reducing is always possible.
    went!(world.place(ids[0], BTC, Order::reduce(-COIN)));
}

/// I1, R-H4: nor does a day of it, with keepers who cut whom they may.
#[test]
fn i1_r_h4_no_day_of_a_depeg_and_cuts_liquidates_anybody() {
    let (mut world, ids) = longs();
    let mut cuts = 0;
    for minute in 0..24 * 60 {
        depegged(&mut world, 100 - minute.min(10));
        if minute % 5 == 0 {
            cuts += cut_all(&mut world, &ids);
        }
        for id in &ids {
            assert!(state(&world, *id) < AccountState::Liquidatable);
        }
    }
    assert!(cuts > 0);
    for id in &ids {
        assert_eq!(state(&world, *id), AccountState::Healthy);
        assert!(world.lots(*id, BTC).unwrap() > 0, "nobody was closed out");
    }
}

/// R-H4: a lone print is doubted: nobody is cut for it, and the next one ends it.
#[test]
fn r_h4_r_g2_a_lone_print_of_the_quote_currency_cuts_nobody() {
    let (mut world, ids) = longs();
    depegged(&mut world, 90);
    assert_eq!(state(&world, ids[0]), AccountState::MarginCall);
    let cut = world.cut_instruction(ids[0], BTC).unwrap();
    went!(world.set_price(SOL, e8(150)));
    refused(&mut world, cut, PlimsollError::MarketGuarded);
    depegged(&mut world, 100);
    assert_eq!(state(&world, ids[0]), AccountState::Healthy);
}

/// R-H4: what is owed is owed in full, however little the quote currency is worth.
#[test]
fn r_h4_a_debt_is_not_cheaper_when_the_quote_currency_falls() {
    let mut world = wrapped();
    went!(world.price_collateral(0, MarketSpec::usdc(), None));
    let id = pledger(&mut world, 100, 100);
    open(&mut world, id, SOL, -90 * SOL_LOTS);
    world.advance(60);
    price_sol(&mut world, e8(160));
    let before = world.margin(id).unwrap();
    let quote_q = before.equity_call_q - 15_200_000_000;
    assert!(quote_q < 0, "{before:?}");
    for cents in (90..100).rev() {
        depegged(&mut world, cents);
        let now = world.margin(id).unwrap();
        assert_eq!(now.equity_call_q, before.equity_call_q);
        assert_eq!(now.equity_liquidation_q, before.equity_liquidation_q);
    }
}

/// R-H4: collateral in dollars buys less of a dear quote currency; quote equity does not grow.
#[test]
fn r_h4_a_dear_quote_currency_lowers_what_collateral_counts_for() {
    let mut world = wrapped();
    went!(world.price_collateral(0, MarketSpec::usdc(), None));
    let id = pledger(&mut world, 1_000, 100);
    assert_eq!(world.margin(id).unwrap().equity_call_q, 15_250_000_000);
    depegged(&mut world, 104);
    depegged(&mut world, 104);
    let margin = world.margin(id).unwrap();
    let collateral_q = 14_250_000_000 * 100 / 104;
    assert!(margin.equity_call_q <= 1_000_000_000 + collateral_q);
    // What the leap of the quote currency takes off the balance is at most its cap.
    assert!(margin.equity_call_q >= 700_000_000 + collateral_q - 2);
    assert_eq!(margin.equity_liquidation_q, 15_250_000_000);
}

/// A collateral that grows in over a week.
const NEW: CollateralParams = CollateralParams {
    deposit_cap: 7_000 * SOL_ATOMS,
    onboarding_seconds: 604_800,
    ..PARAMS
};

/// R-H1: the cap grows from zero, by the second.
#[test]
fn r_h1_the_cap_of_a_new_collateral_grows_from_zero() {
    let mut world = three_markets();
    assert_eq!(world.list_collateral(9, NEW), Ok(WSOL));
    went!(world.price_collateral(WSOL, MarketSpec::sol(), Some(SOL)));
    let id = pledger(&mut world, 100, 0);
    world.mint_collateral(id, WSOL, 10_000 * SOL_ATOMS).unwrap();
    let listed_seconds = world.collateral_record(WSOL).unwrap().listed_seconds;
    let mut held = 0;
    for seconds in [
        0,
        1,
        60,
        DAY_SECONDS,
        3 * DAY_SECONDS,
        7 * DAY_SECONDS,
        9 * DAY_SECONDS,
    ] {
        world.set_time(listed_seconds + seconds);
        let since = u64::try_from(seconds.min(7 * DAY_SECONDS)).unwrap();
        let cap = u128::from(NEW.deposit_cap) * u128::from(since) / 604_800;
        let room = u64::try_from(cap).unwrap() - held;
        let too_much = world.pledge_instruction(id, WSOL, room + 1).unwrap();
        refused(&mut world, too_much, PlimsollError::DepositCap);
        if room > 0 {
            let pledge = world.pledge_instruction(id, WSOL, room).unwrap();
            went!(world.send(&[pledge]));
            held += room;
        }
    }
    assert_eq!(held, NEW.deposit_cap);
}

/// R-H1: so does what it counts for; nothing falls while it grows.
#[test]
fn r_h1_what_a_new_collateral_counts_for_grows_from_zero() {
    let mut world = three_markets();
    assert_eq!(world.list_collateral(9, NEW), Ok(WSOL));
    went!(world.price_collateral(WSOL, MarketSpec::sol(), Some(SOL)));
    let listed_seconds = world.collateral_record(WSOL).unwrap().listed_seconds;
    let id = pledger(&mut world, 100, 0);
    world.set_time(listed_seconds + DAY_SECONDS);
    went!(world.pledge(id, WSOL, 100 * SOL_ATOMS));
    let mut free_q = 0;
    for hours in [24, 25, 48, 100, 167, 168, 200] {
        world.set_time(listed_seconds + hours * 3_600);
        went!(world.refresh_all());
        let since = u64::try_from(hours.min(168)).unwrap() * 3_600;
        let counted_ppm = 950_000 * since / 604_800;
        let margin = world.margin(id).unwrap();
        let expected_q = units(100) + 15_000 * counted_ppm;
        assert_eq!(margin.equity_liquidation_q.unsigned_abs(), expected_q);
        assert_eq!(margin.equity_initial_q.unsigned_abs(), expected_q);
        assert!(margin.free_q() >= free_q, "{hours}");
        free_q = margin.free_q();
        assert_eq!(
            world.report(id).unwrap(),
            world.expected_report(id).unwrap()
        );
    }
    assert!(free_q > units(12_000));
}

/// R-A5: profit that market and pool could not pay is credited at the call line only as far as they could,
/// at the liquidation line in full, at the initial line not at all.
#[test]
fn r_a5_open_profit_counts_as_far_as_it_could_be_paid() {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = units(500);
        args.trade.loss_cap_q = units(1_500);
    });
    let mut world = unbacked(built(World::builder().market(spec).pool(units(2_000))));
    let long = pledger(&mut world, 20_000, 0);
    open(&mut world, long, BTC, 2 * COIN);
    let flat = world.margin(long).unwrap();
    for quote in [60_400, 60_800, 61_600] {
        world.advance(60);
        went!(world.set_price(BTC, e8(quote)));
    }
    let before = world.margin(long).unwrap();
    let profit_q = before.equity_liquidation_q - flat.equity_liquidation_q;
    assert_eq!(before.equity_call_q, before.equity_liquidation_q);
    went!(world.sweep(BTC));
    let (risk, market) = (world.risk(BTC).unwrap(), world.market(BTC).unwrap());
    let claims_q = market
        .open_interest()
        .claims_down(risk.price_e8, risk.lot_divisor)
        .unwrap();
    assert!(claims_q.abs_diff(profit_q.unsigned_abs()) < units(1));
    let drawable_q =
        u64::try_from(i128::from(market.params.loss_cap_q) - i128::from(market.drawn_q)).unwrap();
    let backing_q = market.payable_q() + drawable_q.min(world.pool().unwrap().cash_q);
    let credit_ppm = backing_q * 1_000_000 / claims_q;
    assert!((100_000..900_000).contains(&credit_ppm), "{credit_ppm}");
    assert_eq!(u64::from(risk.credit_ppm), credit_ppm);
    let after = world.margin(long).unwrap();
    assert_eq!(after.equity_liquidation_q, before.equity_liquidation_q);
    assert_eq!(after.equity_initial_q, before.equity_initial_q);
    let lost_q = (before.equity_call_q - after.equity_call_q).unsigned_abs();
    let expected_q = profit_q.unsigned_abs() / 1_000_000 * (1_000_000 - credit_ppm);
    assert!(
        lost_q.abs_diff(expected_q) < units(5),
        "{lost_q} {expected_q}"
    );
    assert_eq!(
        world.report(long).unwrap(),
        world.expected_report(long).unwrap()
    );
}

/// A collateral of its own underlying is a leg like any other.
#[test]
fn r_n6_a_collateral_without_a_market_is_netted_like_one() {
    let mut world = wrapped();
    assert_eq!(world.list_collateral(8, PARAMS), Ok(2));
    let ether = went!(world.price_collateral(2, MarketSpec::eth(), None));
    let id = pledger(&mut world, 1_000, 0);
    went!(world.pledge(id, 2, 1_000_000_000));
    assert_eq!(world.risk(ether).unwrap().underlying, ether);
    let spot = world.margin(id).unwrap();
    assert_eq!(spot.equity_liquidation_q, 29_500_000_000);
    open(&mut world, id, SOL, -100 * SOL_LOTS);
    let gross = world.margin(id).unwrap().requirement_initial_q;
    assert!(gross > spot.requirement_initial_q);
    went!(world.create_scenarios(400_000, &[]));
    let netted = world.margin(id).unwrap().requirement_initial_q;
    assert!(netted < gross && netted > gross / 2, "{netted} {gross}");
    assert!(world.risk(WSOL_RISK).is_ok());
}

/// I2b: against collateral nothing is lent: the vault's quote currency is that of others.
#[test]
fn i2b_no_quote_currency_is_taken_out_against_collateral() {
    let mut world = wrapped();
    let id = pledger(&mut world, 100, 1_000);
    assert!(world.margin(id).unwrap().free_q() > units(100_000));
    for amount_q in [units(100) + 1, units(50_000)] {
        let loan = world.withdraw_instruction(id, amount_q).unwrap();
        refused(&mut world, loan, PlimsollError::BalanceNotEnough);
    }
    went!(world.withdraw(id, units(100)));
    // Nor a keeper's fee.
    let fee_q = world.market(BTC).unwrap().params.keeper_fee_q;
    went!(world.deposit(id, fee_q - 1));
    let order = world.place_instruction(id, BTC, Order::market(1_000));
    let order = order.unwrap();
    refused(&mut world, order.clone(), PlimsollError::FeeNotCovered);
    went!(world.deposit(id, 1));
    went!(world.send(&[order]));
}
