//! Who may cut and liquidate, and with which accounts.

use anchor_lang::error::ErrorCode;
use anchor_lang::Discriminator;
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

fn is_liquidation(instruction: &Instruction) -> bool {
    instruction
        .data
        .starts_with(plimsoll::instruction::LiquidatePosition::DISCRIMINATOR)
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
        let error = if is_liquidation(&instruction) {
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
        let pairs = [
            (world.trader(id).unwrap().address, theirs),
            (world.trader(keeper_id).unwrap().address, their_keeper),
            (own.market, foreign.market.market),
            (own.market_risk, foreign.market.market_risk),
            (world.exchange.exchange, foreign.exchange.exchange),
        ];
        for (right, wrong) in pairs {
            let mixed = swapped(instruction.clone(), right, wrong);
            refused(&mut world, mixed, PlimsollError::WrongExchange);
        }
    }
}

/// R-L9: a cascade runs in parallel: what two liquidations both write would serialise it.
#[test]
fn liquidations_of_different_users_in_different_markets_share_no_writable_account() {
    let mut world = three_markets();
    let pairs = [(0, 0), (1, 1)].map(|(market, number)| {
        let id = world.new_trader(1_000_000_000).unwrap();
        let price_e8 = world.risk(market).unwrap().price_e8;
        let lots = if market == 0 { 10_000 } else { 30_000 };
        let order = plimsoll_testkit::Order::market(lots);
        world.trade(id, market, order, price_e8).unwrap();
        let keeper = world.open_account("another keeper", number, 0).unwrap();
        let (own, theirs) = (
            world.trader(world.keeper_id).unwrap(),
            world.trader(keeper).unwrap(),
        );
        let liquidate = world.liquidate_instruction(id, market).unwrap();
        let liquidate = swapped(liquidate, own.address, theirs.address);
        swapped(liquidate, own.owner, theirs.owner)
    });
    let written = |instruction: &Instruction| {
        let accounts = instruction.accounts.iter();
        let written = accounts.filter(|meta| meta.is_writable);
        written
            .map(|meta| meta.pubkey)
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (first, second) = (written(&pairs[0]), written(&pairs[1]));
    assert_eq!((first.len(), second.len()), (3, 3));
    assert!(first.is_disjoint(&second), "{first:?} {second:?}");
}
