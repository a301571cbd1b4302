//! An account buys a little in a market whose feed is about to fall silent, so that nobody could
//! judge, cut or liquidate it, and bets everything elsewhere.

use crate::attacks_support::{assert_backed, balance_q, leave, open};
use plimsoll::error::PlimsollError;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{built, e8, price_in, refused, state, units, went};

const SOL: u16 = 0;
const ETH: u16 = 1;
const DEPOSIT: u64 = 110_000;

/// The account, with nine quote units in ether, and one that is its opposite in solana.
fn immune() -> (World, TraderId, TraderId) {
    let mut world = built(World::builder().markets([MarketSpec::sol(), MarketSpec::eth()]));
    let id = went!(world.new_trader(units(DEPOSIT)));
    let opposite = went!(world.new_trader(units(DEPOSIT)));
    open(&mut world, id, ETH, 300, e8(3_000));
    open(&mut world, id, SOL, 10_000_000, e8(150));
    open(&mut world, opposite, SOL, -10_000_000, e8(150));
    // Older than any limit; solana's feed goes on.
    price_in(&mut world, SOL, e8(150));
    price_in(&mut world, SOL, e8(150));
    price_in(&mut world, SOL, e8(150));
    (world, id, opposite)
}

/// Solana falls by half a percent a minute for an hour; `keep` does each minute what a keeper does.
#[track_caller]
fn falls(world: &mut World, id: TraderId, mut keep: impl FnMut(&mut World)) -> u64 {
    let mut price_e8 = e8(150);
    for minute in 0..60 {
        price_e8 = price_e8 * 995 / 1_000;
        price_in(world, SOL, price_e8);
        keep(world);
        assert_backed(world);
        let equity_q = world.margin(id).unwrap().equity_liquidation_q;
        assert!(equity_q >= 0, "minute {minute}: {equity_q}");
    }
    price_e8
}

/// Nobody but the account has paid for its bet.
#[track_caller]
fn assert_paid_alone(world: &mut World, id: TraderId, opposite: TraderId, price_e8: u64) {
    leave(world, opposite, SOL, price_e8);
    assert_eq!(world.lots(id, SOL), Ok(0));
    assert!(balance_q(world, id) >= 0);
    assert_eq!(world.insurance().unwrap().paid_q, 0);
    assert!(world.insurance().unwrap().balance_q >= units(1_000_000));
    assert_eq!(world.market(SOL).unwrap().uncovered_q, 0);
    let own_q = balance_q(world, opposite).unsigned_abs();
    went!(world.withdraw(opposite, own_q));
}

#[test]
fn a_leg_in_a_silent_market_does_not_stop_cuts() {
    let (mut world, id, opposite) = immune();
    let mut cuts = 0;
    let price_e8 = falls(&mut world, id, |world| match state(world, id) {
        AccountState::MarginCall => {
            went!(world.cut(id, SOL));
            cuts += 1;
        }
        AccountState::Liquidatable => {
            went!(world.liquidate(id, SOL));
        }
        state => assert_eq!(state, AccountState::Healthy),
    });
    assert!(cuts > 1);
    leave(&mut world, id, SOL, price_e8);
    assert_paid_alone(&mut world, id, opposite, price_e8);
}

#[test]
fn a_leg_in_a_silent_market_does_not_stop_liquidations() {
    let (mut world, id, opposite) = immune();
    let mut liquidations = 0;
    let price_e8 = falls(&mut world, id, |world| {
        let state = state(world, id);
        assert!(state < AccountState::Bankrupt);
        if state == AccountState::Liquidatable {
            went!(world.liquidate(id, SOL));
            liquidations += 1;
        }
    });
    assert!(liquidations > 1);
    leave(&mut world, id, SOL, price_e8);
    assert_paid_alone(&mut world, id, opposite, price_e8);
}

#[test]
fn the_silent_leg_itself_waits_for_its_price() {
    let (mut world, id, _) = immune();
    for (price_e8, below) in [
        (e8(1_433) / 10, AccountState::MarginCall),
        (e8(142), AccountState::Liquidatable),
    ] {
        price_in(&mut world, SOL, price_e8);
        assert_eq!(state(&world, id), below);
        for instruction in [
            world.cut_instruction(id, ETH),
            world.liquidate_instruction(id, ETH),
        ] {
            refused(&mut world, instruction.unwrap(), PlimsollError::RiskTooOld);
        }
    }
    went!(world.liquidate(id, SOL));
}

#[test]
fn an_account_in_a_silent_market_takes_neither_risk_nor_money_out() {
    let (mut world, id, _) = immune();
    let withdraw = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, withdraw, PlimsollError::RiskTooOld);
    let more = world.place_instruction(id, SOL, Order::market(50)).unwrap();
    refused(&mut world, more, PlimsollError::RiskTooOld);
    went!(world.place(id, SOL, Order::reduce(-50)));
}
