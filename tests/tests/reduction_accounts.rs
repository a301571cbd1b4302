//! Who may cut and liquidate, and with which accounts.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll_testkit::{TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, holder, jump, refused, refused_by_anchor, sent, swapped, three_markets, unsigned, BTC,
    COIN,
};
use solana_instruction::Instruction;

/// Two worlds: one in which a cut, one in which a liquidation goes through.
fn ready(start: fn() -> World) -> [(World, TraderId, Instruction); 2] {
    [56_950, 56_500].map(|quote| {
        let mut world = start();
        let id = holder(&mut world, 4_000, COIN);
        jump(&mut world, quote);
        let cut = world.cut_instruction(id, BTC).unwrap();
        let liquidate = world.liquidate_instruction(id, BTC).unwrap();
        let instruction = if quote == 56_950 { cut } else { liquidate };
        (world, id, instruction)
    })
}

/// Liquidations name the insurance fund, cuts do not.
fn is_liquidation(world: &World, instruction: &Instruction) -> bool {
    let insurance = world.exchange.insurance;
    let mut accounts = instruction.accounts.iter();
    accounts.any(|meta| meta.pubkey == insurance)
}

#[test]
fn both_go_through_as_they_are() {
    for (mut world, _, instruction) in ready(btc) {
        sent(&mut world, instruction);
    }
}

#[test]
fn anyone_may_be_the_keeper_into_their_own_account() {
    for (mut world, id, instruction) in ready(btc) {
        let trader = world.trader(id).unwrap();
        let keeper = world.trader(world.keeper_id).unwrap();
        let other = world.new_trader(0).unwrap();
        let stranger = world.trader(other).unwrap();
        let to_stranger = swapped(instruction.clone(), keeper.address, stranger.address);
        refused(
            &mut world,
            to_stranger.clone(),
            PlimsollError::NotKeeperAccount,
        );
        let own = swapped(instruction.clone(), keeper.address, trader.address);
        let own = swapped(own, keeper.owner, trader.owner);
        refused(&mut world, own, PlimsollError::KeeperIsTrader);
        let silent = unsigned(instruction, keeper.owner);
        refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
        sent(
            &mut world,
            swapped(to_stranger, keeper.owner, stranger.owner),
        );
        assert!(world.account(other).unwrap().balance_q > 0);
    }
}

#[test]
fn market_and_risk_are_a_pair() {
    for (mut world, _, instruction) in ready(three_markets) {
        let (own, other) = (
            world.market_addresses(0).unwrap(),
            world.market_addresses(1).unwrap(),
        );
        for (right, wrong) in [
            (own.market, other.market),
            (own.market_risk, other.market_risk),
        ] {
            let mixed = swapped(instruction.clone(), right, wrong);
            refused(&mut world, mixed, PlimsollError::MarketMismatch);
        }
        // A true pair that the account has no position in: there is no leg to cut, and a liquidation, which
        // looks at the account first, misses its own market's risk.
        let error = if is_liquidation(&world, &instruction) {
            PlimsollError::RiskAccountMissing
        } else {
            PlimsollError::NoPosition
        };
        let pair = swapped(instruction.clone(), own.market, other.market);
        let pair = swapped(pair, own.market_risk, other.market_risk);
        refused(&mut world, pair, error);
    }
}

#[test]
fn everything_belongs_to_one_exchange() {
    for (mut world, id, instruction) in ready(btc) {
        let foreign = Foreign::new(&mut world);
        let theirs = foreign.account_of(&mut world, id);
        let keeper_id = world.keeper_id;
        let their_keeper = foreign.account_of(&mut world, keeper_id);
        let own = world.market_addresses(BTC).unwrap();
        let mut pairs = vec![
            (world.trader(id).unwrap().address, theirs),
            (world.trader(keeper_id).unwrap().address, their_keeper),
            (own.market, foreign.market.market),
            (own.market_risk, foreign.market.market_risk),
            (world.exchange.exchange, foreign.exchange.exchange),
        ];
        let insurance = world.exchange.insurance;
        if is_liquidation(&world, &instruction) {
            pairs.push((insurance, foreign.exchange.insurance));
        }
        for (right, wrong) in pairs {
            let mixed = swapped(instruction.clone(), right, wrong);
            refused(&mut world, mixed, PlimsollError::WrongExchange);
        }
    }
}
