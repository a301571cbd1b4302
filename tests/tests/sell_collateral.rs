use crate::collateral_support::{
    open, price_sol, wrapped, PARAMS, SOL, SOL_ATOMS, SOL_LOTS, WSOL, WSOL_RISK,
};
use plimsoll::error::PlimsollError;
use plimsoll::events::{CollateralSold, SaleFound};
use plimsoll::params::DebtParams;
use plimsoll::state::{Exchange, MarketRisk};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World, DEBT_PARAMS};
use plimsoll_tests::{e8, event, holder, patch, refused, state, units, went, BTC};

/// A trader with 20 wrapped solana, worth 3,000, who lost more on bitcoin than the quote balance: about
/// `settled` below 60,000 for two fifths of a coin, of a deposit of 1,000.
pub fn owing(world: &mut World, settled: u64) -> TraderId {
    let id = went!(world.new_trader(units(1_000)));
    went!(world.pledge(id, WSOL, 20 * SOL_ATOMS));
    lose(world, id, settled);
    assert!(world.account(id).unwrap().balance_q < 0);
    id
}

/// Two fifths of a bitcoin bought at 60,000 and sold at a lower price.
pub fn lose(world: &mut World, id: TraderId, settled: u64) {
    open(world, id, BTC, 400_000);
    let order_id = went!(world.place(id, BTC, Order::reduce(-400_000)));
    world.advance(2);
    went!(world.set_price(BTC, e8(settled)));
    went!(world.settle(id, BTC, order_id));
}

/// A keeper with quote currency and no position.
pub fn buyer(world: &mut World) -> TraderId {
    went!(world.new_trader(units(100_000)))
}

/// Prices solana twice, so that nobody doubts it.
pub fn sol_at(world: &mut World, quote: u64) {
    world.advance(60);
    price_sol(world, e8(quote));
    world.advance(1);
    price_sol(world, e8(quote));
}

/// The world of a debt of about 1,400, whose wrapped solana then falls below the liquidation line.
fn liquidatable() -> (World, TraderId, TraderId) {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let buyer = buyer(&mut world);
    sol_at(&mut world, 76);
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    (world, id, buyer)
}

#[track_caller]
fn sold(world: &mut World, buyer: TraderId, id: TraderId, most: u64) -> CollateralSold {
    event!(went!(world.sell(buyer, id, WSOL, most)), CollateralSold)
}

#[track_caller]
fn found(world: &mut World, buyer: TraderId, id: TraderId) -> SaleFound {
    event!(went!(world.sell(buyer, id, WSOL, 0)), SaleFound)
}

/// R-L10: the least that is needed, at the price less the starting discount, between two margin accounts.
#[test]
fn a_part_is_sold_down_to_the_target() {
    let (mut world, id, buyer) = liquidatable();
    let (owed_q, had_q) = (
        world.account(id).unwrap().balance_q,
        world.account(buyer).unwrap().balance_q,
    );
    let before = world.margin(id).unwrap();
    let event = sold(&mut world, buyer, id, u64::MAX);
    assert_eq!((event.price_e8, event.discount_ppm), (e8(76), 5_000));
    let worth_q = (event.amount * 76).div_ceil(1_000);
    assert_eq!(event.proceeds_q, (worth_q * 995).div_ceil(1_000));
    assert_eq!(event.held, 20 * SOL_ATOMS - event.amount);
    assert_eq!(event.balance_q, owed_q + event.proceeds_q as i64);
    assert_eq!(world.account(id).unwrap().balance_q, event.balance_q);
    assert_eq!(world.pledged(buyer, WSOL), Ok(event.amount));
    let paid_q = had_q - world.account(buyer).unwrap().balance_q;
    assert_eq!(paid_q, event.proceeds_q as i64);

    let margin = world.margin(id).unwrap();
    assert!(margin.headroom_liquidation_q() > before.headroom_liquidation_q());
    let (equity_q, target_q) = (
        margin.equity_liquidation_q as u64,
        2 * margin.requirement_liquidation_q,
    );
    // A 256th of 20 coins moves equity less twice the requirement by less than half a quote unit.
    assert!(
        (target_q..target_q + 800_000).contains(&equity_q),
        "{margin:?}"
    );
    assert_eq!(world.account(id).unwrap().found_seconds, 0);
    let again = world.sale_instruction(buyer, id, WSOL, u64::MAX).unwrap();
    refused(&mut world, again, PlimsollError::AboveTheLine);
    // No capital is locked up: the buyer takes the collateral out at once.
    world.mint_collateral(buyer, WSOL, 0).unwrap();
    went!(world.release(buyer, WSOL, event.amount));
}

/// R-L11.
#[test]
fn the_discount_grows_from_the_first_finding_and_starts_anew() {
    let (mut world, id, buyer) = liquidatable();
    let since = found(&mut world, buyer, id).since_seconds;
    assert_eq!(since, world.now_seconds());
    for (age, discount_ppm) in [
        (450, 5_000 + 17_500),
        (900, PARAMS.max_discount_ppm),
        (1_800, PARAMS.max_discount_ppm),
        (1_801, PARAMS.start_discount_ppm),
    ] {
        let mut world = world.clone();
        world.set_time(since + age);
        price_sol(&mut world, e8(76));
        let again = found(&mut world, buyer, id);
        assert_eq!(
            again.since_seconds,
            if age > 1_800 { since + age } else { since }
        );
        let event = sold(&mut world, buyer, id, SOL_ATOMS);
        assert_eq!(
            (event.discount_ppm, event.amount),
            (discount_ppm, SOL_ATOMS),
            "{age}"
        );
        // A part that did not suffice does not start the sale anew.
        let stands = state(&world, id) == AccountState::Liquidatable;
        let expected = if stands { again.since_seconds } else { 0 };
        assert_eq!(world.account(id).unwrap().found_seconds, expected);
    }
}

/// R-L11: nobody keeps an old finding for the next fall: anyone may end it.
#[test]
fn an_account_above_the_line_is_no_longer_for_sale() {
    let (mut world, id, buyer) = liquidatable();
    found(&mut world, buyer, id);
    sol_at(&mut world, 150);
    let sale = world.sale_instruction(buyer, id, WSOL, 1).unwrap();
    refused(&mut world, sale, PlimsollError::AboveTheLine);
    assert_eq!(found(&mut world, buyer, id).since_seconds, 0);
    let again = world.sale_instruction(buyer, id, WSOL, 0).unwrap();
    refused(&mut world, again, PlimsollError::AboveTheLine);
}

/// R-L13: beyond the cap collateral is sold even from a healthy account, and no further than to the cap.
#[test]
fn what_is_owed_beyond_the_cap_is_repaid() {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let buyer = buyer(&mut world);
    sol_at(&mut world, 150);
    assert_eq!(state(&world, id), AccountState::Healthy);
    let sale = world.sale_instruction(buyer, id, WSOL, u64::MAX).unwrap();
    refused(&mut world, sale, PlimsollError::AboveTheLine);
    let exchange = world.exchange.exchange;
    patch(&mut world, exchange, |exchange: &mut Exchange| {
        exchange.debt = DebtParams {
            cap_q: units(1_000),
            ..DEBT_PARAMS
        };
    });
    let owed_q = world.account(id).unwrap().owed_q();
    assert!(owed_q > units(1_200));
    let event = sold(&mut world, buyer, id, u64::MAX);
    let left_q = event.balance_q.unsigned_abs();
    // A 256th of 20 coins is worth 11.72.
    assert!((units(988)..=units(1_000)).contains(&left_q), "{event:?}");
    assert_eq!(state(&world, id), AccountState::Healthy);
    let again = world.sale_instruction(buyer, id, WSOL, u64::MAX).unwrap();
    refused(&mut world, again, PlimsollError::AboveTheLine);
}

#[test]
fn a_bankrupt_account_sells_all_and_the_rest_is_covered() {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let buyer = buyer(&mut world);
    sol_at(&mut world, 60);
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    let absorb = world.absorb_instruction(id, BTC).unwrap();
    refused(&mut world, absorb, PlimsollError::NothingToMove);
    // All but an atom would leave dust.
    let most = 20 * SOL_ATOMS - 1;
    let sale = world.sale_instruction(buyer, id, WSOL, most).unwrap();
    refused(&mut world, sale, PlimsollError::SaleTooSmall);
    assert_eq!(sold(&mut world, buyer, id, u64::MAX).amount, 20 * SOL_ATOMS);
    let absorbed = event!(went!(world.absorb(id, BTC)), DeficitAbsorbed);
    assert!(absorbed.deficit_q > 0);
    assert!(world.account(id).unwrap().is_empty());
}

/// R-H4: in a cheap quote currency more of it is paid, in a dear one no less.
#[test]
fn the_quote_currencys_price_counts() {
    for (cents, discounted) in [(80, 125), (100, 100), (110, 100)] {
        let (mut world, id, buyer) = liquidatable();
        let spec = plimsoll_testkit::MarketSpec::usdc().at(cents * 1_000_000);
        went!(world.price_collateral(0, spec, None));
        let event = sold(&mut world, buyer, id, SOL_ATOMS);
        assert_eq!(
            event.proceeds_q,
            75_620_000 * discounted / 100,
            "at {cents}"
        );
    }
}

#[test]
fn who_buys_needs_quote_currency_and_no_position() {
    let (mut world, id, _) = liquidatable();
    let poor = went!(world.new_trader(units(1)));
    let sale = world.sale_instruction(poor, id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, sale, PlimsollError::BalanceNotEnough);
    let holder = holder(&mut world, 50_000, 10_000);
    price_sol(&mut world, e8(76));
    let sale = world.sale_instruction(holder, id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, sale, PlimsollError::BuyerHasPositions);
    let waiting = buyer(&mut world);
    went!(world.place(waiting, BTC, Order::market(1_000)));
    let sale = world
        .sale_instruction(waiting, id, WSOL, SOL_ATOMS)
        .unwrap();
    refused(&mut world, sale, PlimsollError::OrdersOpen);
    let own = world.sale_instruction(id, id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, own, PlimsollError::KeeperIsTrader);
    let owes = owing(&mut world, 50_000);
    sol_at(&mut world, 76);
    went!(world.accrue(owes, BTC));
    went!(world.deposit(owes, units(50_000)));
    world.advance(1);
    price_sol(&mut world, e8(76));
    let sale = world.sale_instruction(owes, id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, sale, PlimsollError::DebtNotAccrued);
    let other = buyer(&mut world);
    let none = world.sale_instruction(other, id, 2, SOL_ATOMS).unwrap();
    refused(&mut world, none, PlimsollError::CollateralNotHeld);
}

#[test]
fn prices_are_fresh_and_not_doubted() {
    let (mut world, id, buyer) = liquidatable();
    let limit = world
        .risk(WSOL_RISK)
        .unwrap()
        .params
        .reduction_age_seconds_max;
    world.advance(i64::from(limit));
    world.clone().sell(buyer, id, WSOL, SOL_ATOMS).unwrap();
    world.advance(1);
    for most in [0, SOL_ATOMS] {
        let sale = world.sale_instruction(buyer, id, WSOL, most).unwrap();
        refused(&mut world, sale, PlimsollError::RiskTooOld);
    }
    world.advance(4_000);
    went!(world.set_price(WSOL_RISK, e8(50)));
    let sale = world.sale_instruction(buyer, id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, sale, PlimsollError::MarketGuarded);
}

/// I4: spot that hedges a short is not sold from under it.
#[test]
fn a_sale_that_uncovers_a_short_is_refused() {
    let mut world = wrapped();
    let id = went!(world.new_trader(units(1_000)));
    went!(world.pledge(id, WSOL, 20 * SOL_ATOMS));
    open(&mut world, id, SOL, -20 * SOL_LOTS);
    lose(&mut world, id, 54_000);
    let buyer = buyer(&mut world);
    // No instruction leads here at once: a debt cap of nothing, and a short that needs all it is worth.
    let (exchange, risk) = (
        world.exchange.exchange,
        world.market_addresses(SOL).unwrap().market_risk,
    );
    patch(&mut world, exchange, |exchange: &mut Exchange| {
        exchange.debt = DebtParams {
            cap_q: 0,
            ..DEBT_PARAMS
        };
    });
    world.advance(1);
    went!(world.refresh_all());
    patch(&mut world, risk, |risk: &mut MarketRisk| {
        risk.liquidation_ppm = 500_000
    });
    assert!(
        state(&world, id) < AccountState::Liquidatable,
        "{:?}",
        world.margin(id)
    );
    let sale = world.sale_instruction(buyer, id, WSOL, u64::MAX).unwrap();
    refused(&mut world, sale, PlimsollError::DoesNotImprove);
}
