//! R-D3: a collateral whose feed died is given back at its last price, and no longer taken.

use crate::collateral_support::{pledger, wrapped, SOL_ATOMS, WSOL, WSOL_RISK};
use plimsoll::error::PlimsollError;
use plimsoll::state::Phase;
use plimsoll_testkit::Order;
use plimsoll_tests::{e8, refused, units, went, BTC, COIN};

const SILENT_SECONDS: i64 = 4 * 3_600 + 1;
const DAY_SECONDS: i64 = 86_400 + 1;

#[test]
fn r_d3_a_settled_collateral_is_given_back_and_not_taken() {
    let mut world = wrapped();
    let id = pledger(&mut world, 5_000, 100);
    went!(world.trade(id, BTC, Order::market(COIN / 10), e8(60_000)));
    world.advance(SILENT_SECONDS);
    went!(world.set_price(BTC, e8(60_000)));
    let release = world.release_instruction(id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, release, PlimsollError::RiskTooOld);
    let withdraw = world.withdraw_instruction(id, units(1)).unwrap();
    refused(&mut world, withdraw, PlimsollError::RiskTooOld);

    went!(world.start_settlement(WSOL_RISK));
    world.advance(DAY_SECONDS);
    went!(world.finish_settlement(WSOL_RISK));
    let risk = world.risk(WSOL_RISK).unwrap();
    assert_eq!(risk.phase(), Phase::Settled);
    assert_eq!(risk.price_e8, risk.slow_price_e8);

    went!(world.set_price(BTC, e8(60_000)));
    went!(world.release(id, WSOL, SOL_ATOMS));
    went!(world.withdraw(id, units(1)));
    went!(world.mint_collateral(id, WSOL, SOL_ATOMS));
    let pledge = world.pledge_instruction(id, WSOL, SOL_ATOMS).unwrap();
    refused(&mut world, pledge, PlimsollError::CollateralUnpriced);
    let refresh = world.refresh_instruction(WSOL_RISK).unwrap();
    refused(&mut world, refresh, PlimsollError::MarketSettled);
}
