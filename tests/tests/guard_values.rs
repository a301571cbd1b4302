//! R-G2: what a doubted print is worth to who withdraws, and to who trades in another market.

use crate::by_hand::{notional_q, profit_q, sized_q};
use crate::guard::guarded_spec;
use plimsoll::error::PlimsollError;
use plimsoll::events::OrderOutcome;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{
    btc_spec, built, e8, event, holder, price_in, refused, sent, state, units, went, BTC, COIN,
};

const ETH: u16 = 1;

#[track_caller]
fn doubted(world: &mut World, market: u16, quote: u64) {
    world.advance(10);
    went!(world.set_price(market, e8(quote)));
    let now = world.now_seconds();
    assert!(world.risk(market).unwrap().is_guarded(now), "{quote}");
}

/// Free of an account with one position whose market has a reference beside its price, by hand: a loss at
/// the worse of the two, and what the larger of the two notionals needs, quote atoms.
fn free_q(world: &World, id: TraderId, reference_e8: u64) -> u64 {
    let (account, risk) = (world.account(id).unwrap(), *world.risk(BTC).unwrap());
    let slot = &account.positions[0];
    let prices = [risk.price_e8, reference_e8];
    let loss_q = prices.map(|price_e8| profit_q(slot, price_e8, &risk));
    let loss_q = loss_q.into_iter().min().unwrap().min(0);
    let side = usize::from(slot.lots < 0);
    let needed_q = |price_e8| {
        let notional_q = notional_q(slot.lots, price_e8, &risk);
        sized_q(notional_q, risk.initial_ppm[side], &risk)
    };
    let needed_q = prices.map(needed_q).into_iter().max().unwrap();
    let equity_q = u64::try_from(account.balance_q + loss_q).unwrap();
    equity_q - needed_q
}

/// Withdraws one atom too much, which is refused, and then what is free.
#[track_caller]
fn withdraws_exactly(world: &mut World, id: TraderId, free_q: u64) {
    assert_eq!(world.margin(id).unwrap().free_q(), free_q);
    let too_much = world.withdraw_instruction(id, free_q + 1).unwrap();
    refused(world, too_much, PlimsollError::InitialRequirement);
    went!(world.withdraw(id, free_q));
}

/// Longs and shorts of a coin from 60,000, a reference on either side of the entry, a print on the other.
#[test]
fn a_withdrawal_is_valued_at_the_worse_of_two_prices() {
    for (lots, path, print) in [
        // At a loss before the print, in profit after it: the loss counts.
        (COIN, [59_400, 58_800], 61_000),
        (-COIN, [60_600, 61_200], 58_900),
        // In profit before the print, at a loss after it: the loss counts, and the larger notional.
        (COIN, [60_600, 61_200], 58_900),
        (-COIN, [59_400, 58_800], 61_000),
    ] {
        let mut world = built(World::builder().market(guarded_spec(btc_spec())));
        let id = holder(&mut world, 20_000, lots);
        for quote in path {
            price_in(&mut world, BTC, e8(quote));
        }
        doubted(&mut world, BTC, print);
        let reference_e8 = e8(path[1]);
        let worse_q = free_q(&world, id, reference_e8);
        let price_e8 = world.risk(BTC).unwrap().price_e8;
        let at_price_q = free_q(&world, id, price_e8);
        let loss_q = units(1_000);
        let better = (lots > 0) == (print > 60_000);
        assert!(worse_q < at_price_q || !better, "{lots} {print}");
        assert!(worse_q + loss_q < at_price_q || !better, "{lots} {print}");
        withdraws_exactly(&mut world.clone(), id, worse_q);
        // Guarded or not, equity at the other two lines is at the price.
        let guarded = world.margin(id).unwrap();
        world.advance(50);
        let after = world.margin(id).unwrap();
        assert_eq!(guarded.equity_call_q, after.equity_call_q);
        assert_eq!(guarded.equity_liquidation_q, after.equity_liquidation_q);
        withdraws_exactly(&mut world, id, at_price_q);
    }
}

#[test]
fn a_report_says_that_a_price_is_doubted() {
    let mut world = built(World::builder().market(guarded_spec(btc_spec())));
    let id = holder(&mut world, 20_000, COIN);
    assert!(!world.report(id).unwrap().guarded);
    doubted(&mut world, BTC, 61_500);
    let report = world.report(id).unwrap();
    assert!(report.guarded);
    assert_eq!(report, world.expected_report(id).unwrap());
    world.advance(50);
    assert!(!world.report(id).unwrap().guarded);
}

/// Bitcoin, and ether that doubts its prints or never does.
fn two(doubting: bool) -> World {
    let bitcoin = guarded_spec(btc_spec()).with(|args| args.risk.guard_floor_ppm = 200_000);
    let ether = guarded_spec(MarketSpec::eth()).with(|args| {
        if !doubting {
            args.risk.guard_floor_ppm = 200_000;
        }
    });
    built(World::builder().markets([bitcoin, ether]))
}

/// What the accounts below deposit to learn what they need, quote units.
const AMPLE: u64 = 20_000;

/// Ten ether from 3,000, at a loss of 600 at 2,940 before a print of 3,030. An order for a little bitcoin
/// is placed before, and its price comes with that print.
fn between(doubting: bool, deposit_q: u64) -> (World, TraderId, u64) {
    let mut world = two(doubting);
    let id = went!(world.new_trader(deposit_q));
    went!(world.trade(id, ETH, Order::market(1_000_000), e8(3_000)));
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    for (seconds, quote) in [(30, 2_970), (30, 2_940), (10, 3_030)] {
        world.advance(seconds);
        went!(world.set_price(ETH, e8(quote)));
    }
    went!(world.set_price(BTC, e8(60_000)));
    let now = world.now_seconds();
    assert_eq!(world.risk(ETH).unwrap().is_guarded(now), doubting);
    assert!(!world.risk(BTC).unwrap().is_guarded(now));
    (world, id, order_id)
}

/// A loss of 600 counts where ether is doubted; half of that is left where it is not.
#[test]
fn a_leg_of_another_doubted_market_is_valued_at_the_worse_price_for_new_risk() {
    let (ample, id, _) = between(false, units(AMPLE));
    let deposit_q = units(AMPLE + 300) - ample.margin(id).unwrap().free_q();
    for (doubting, goes) in [(true, false), (false, true)] {
        let (mut world, id, _) = between(doubting, deposit_q);
        let place = world
            .place_instruction(id, BTC, Order::market(100))
            .unwrap();
        if goes {
            sent(&mut world, place);
        } else {
            refused(&mut world, place, PlimsollError::InitialRequirement);
        }
    }
}

/// An order that is short while another leg is doubted waits: whoever settles does not choose whether it fails.
#[test]
fn r_g2_an_order_that_is_short_by_another_markets_doubt_waits() {
    let (mut ample, id, order_id) = between(false, units(AMPLE));
    went!(ample.settle(id, BTC, order_id));
    let deposit_q = units(AMPLE + 300) - ample.margin(id).unwrap().free_q();
    let (mut world, id, order_id) = between(true, deposit_q);
    let settle = world.settle_instruction(id, BTC, order_id).unwrap();
    refused(&mut world, settle, PlimsollError::MarketGuarded);
    world.advance(60);
    let event = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(event.outcome, OrderOutcome::Filled);
}

#[test]
fn an_order_that_is_short_without_a_doubt_ends() {
    let (mut ample, id, order_id) = between(false, units(AMPLE));
    went!(ample.settle(id, BTC, order_id));
    let short_q = units(AMPLE) - ample.margin(id).unwrap().free_q() - units(1);
    let (mut world, id, order_id) = between(false, short_q);
    let event = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(event.outcome, OrderOutcome::Unaffordable);
}

/// Bitcoin falls for certain; a little ether is doubted.
fn falling(deposit_q: u64) -> (World, TraderId) {
    let mut world = two(true);
    let id = went!(world.new_trader(deposit_q));
    went!(world.trade(id, ETH, Order::market(30_000), e8(3_000)));
    went!(world.trade(id, BTC, Order::market(COIN), e8(60_000)));
    world.advance(10);
    went!(world.set_price(BTC, e8(56_700)));
    went!(world.set_price(ETH, e8(3_090)));
    (world, id)
}

#[test]
fn a_leg_of_another_doubted_market_stops_cuts_and_liquidations() {
    let (ample, id) = falling(units(AMPLE));
    let ample = ample.margin(id).unwrap();
    let spent_q = units(AMPLE) - ample.equity_call_q.unsigned_abs();
    let lines_q = [
        (ample.requirement_call_q + ample.requirement_liquidation_q) / 2,
        ample.requirement_liquidation_q / 2,
    ];
    for (left_q, found) in lines_q
        .into_iter()
        .zip([AccountState::MarginCall, AccountState::Liquidatable])
    {
        let (mut world, id) = falling(spent_q + left_q);
        assert_eq!(state(&world, id), found, "{:?}", world.margin(id));
        for market in [BTC, ETH] {
            let force = match found {
                AccountState::MarginCall => world.cut_instruction(id, market).unwrap(),
                _ => world.liquidate_instruction(id, market).unwrap(),
            };
            refused(&mut world, force.clone(), PlimsollError::MarketGuarded);
            let mut later = world.clone();
            later.advance(50);
            assert!(!sent(&mut later, force).events.is_empty());
        }
    }
}
