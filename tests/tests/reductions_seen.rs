//! Whatever reduces an account sees the same account as its report: with the carry that is not yet in its entries
//! (R-C5), and with claims at what they are worth (R-W4).

use crate::collateral_support::{open, wrapped, SOL_ATOMS, WSOL};
use plimsoll::state::{Market, MarketRisk};
use plimsoll_risk::account::AccountState;
use plimsoll_risk::claims::worth_down;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc, e8, event, holder, patch, price, state, units, went, BTC, COIN};

/// Charges the longs of bitcoin until two fifths of a coin owe so much.
fn charge(world: &mut World, id: TraderId, due_q: u64) {
    let address = world.market_addresses(BTC).unwrap().market_risk;
    let lots = u128::from(world.lots(id, BTC).unwrap().unsigned_abs());
    patch(world, address, |risk: &mut MarketRisk| {
        let divisor = u128::from(risk.lot_divisor) << risk.carry_shift;
        let index = u128::from(due_q) * divisor / lots;
        risk.carry_index[0] += i64::try_from(index).unwrap();
    });
}

/// An account whose collateral and balance carry has eaten up, at the price at which it opened.
fn eaten() -> (World, TraderId, TraderId) {
    let mut world = wrapped();
    let id = went!(world.new_trader(units(1_000)));
    went!(world.pledge(id, WSOL, 20 * SOL_ATOMS));
    open(&mut world, id, BTC, 400_000);
    let buyer = went!(world.new_trader(units(100_000)));
    assert_eq!(state(&world, id), AccountState::Healthy);
    let margin = world.margin(id).unwrap();
    let headroom_q = margin.headroom_liquidation_q().unsigned_abs();
    charge(&mut world, id, headroom_q + units(50));
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    (world, id, buyer)
}

/// R-C5.
#[test]
fn collateral_of_an_account_that_carry_brought_below_the_line_is_sold() {
    let (mut world, id, buyer) = eaten();
    went!(world.sell(buyer, id, WSOL, 0));
    went!(world.sell(buyer, id, WSOL, u64::MAX));
    assert!(world.pledged(buyer, WSOL).unwrap() > 0);
}

/// R-C5.
#[test]
fn an_account_that_carry_brought_below_the_line_is_sliced() {
    let (mut world, id, keeper) = eaten();
    let bits = world.all_legs(id).unwrap();
    let sent = went!(world.slice(keeper, id, bits));
    let event = event!(sent, PositionLiquidated);
    assert!(event.equity_before_q < i64::try_from(event.requirement_before_q).unwrap());
    assert!(event.carry_q > 0);
}

/// R-W4: what a cut needs is searched with the claim at its worth, not at what was realised.
#[test]
fn a_cut_of_an_account_whose_claim_lost_half_reaches_its_target() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, 2 * COIN);
    went!(world.trade(id, BTC, Order::reduce(-COIN), e8(61_000)));
    let addresses = world.market_addresses(BTC).unwrap();
    let claims = {
        let mut claims = world.market(BTC).unwrap().claims;
        claims.index /= 2;
        claims
    };
    patch(&mut world, addresses.market, |market: &mut Market| {
        market.claims = claims;
        market.unpaid_q = worth_down(market.nominal_q, claims.index).unwrap();
    });
    patch(
        &mut world,
        addresses.market_risk,
        |risk: &mut MarketRisk| {
            risk.claims = claims;
        },
    );
    world.advance(10);
    went!(world.refresh_all());
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q));
    let mut quote = 61_000;
    while state(&world, id) == AccountState::Healthy {
        quote -= 50;
        price(&mut world, quote);
    }
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let target_ppm = world.risk(BTC).unwrap().params.cut_target_ppm;
    let event = event!(went!(world.cut(id, BTC)), PositionCut);
    assert!(
        event.position_lots > COIN / 2,
        "more than the limit's half is left"
    );
    let target = u128::from(event.requirement_after_q) * u128::from(target_ppm);
    let equity = u128::try_from(event.equity_after_q).unwrap() * 1_000_000;
    assert!(equity >= target, "{event:?}");
}
