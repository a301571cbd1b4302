//! The check after every transaction finds each kind of broken book. One atom, one lot or one ppm suffices.

use plimsoll::state::{
    Collateral, Insurance, MarginAccount, Market, MarketRisk, Pool, PositionSlot,
};
use plimsoll_client::views::AccountLayout;
use plimsoll_testkit::{TraderId, World, WorldError};
use plimsoll_tests::{btc, holder, patch, units, went, BTC, COIN};
use solana_pubkey::Pubkey;

/// A world with a position and an open order.
fn busy() -> (World, TraderId) {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    went!(world.place(id, BTC, plimsoll_testkit::Order::market(100)));
    went!(world.new_trader(units(5)));
    (world, id)
}

#[track_caller]
fn broken_by<T: AccountLayout>(
    address: impl Fn(&World, TraderId) -> Pubkey,
    change: impl FnOnce(&mut T),
    rule: &str,
) {
    let (mut world, id) = busy();
    world.check_invariants().unwrap();
    let address = address(&world, id);
    patch(&mut world, address, change);
    match world.check_invariants() {
        Err(WorldError::InvariantBroken(what)) => assert!(what.contains(rule), "{what}"),
        other => panic!("{other:?}"),
    }
}

fn account(world: &World, id: TraderId) -> Pubkey {
    world.trader(id).unwrap().address
}

fn market(world: &World, _: TraderId) -> Pubkey {
    world.market_addresses(BTC).unwrap().market
}

fn risk(world: &World, _: TraderId) -> Pubkey {
    world.market_addresses(BTC).unwrap().market_risk
}

#[test]
fn every_holder_of_money_counts() {
    let books = "I2: books and vault record";
    broken_by(
        account,
        |account: &mut MarginAccount| account.balance_q += 1,
        books,
    );
    broken_by(
        account,
        |account: &mut MarginAccount| account.orders[0].fee_q -= 1,
        books,
    );
    broken_by(market, |market: &mut Market| market.cash_q += 1, books);
    broken_by(market, |market: &mut Market| market.fees_q -= 1, books);
    broken_by(
        |world, _| world.exchange.pool,
        |pool: &mut Pool| pool.cash_q += 1,
        books,
    );
    let insurance = |world: &World, _| world.exchange.insurance;
    broken_by(insurance, |fund: &mut Insurance| fund.balance_q -= 1, books);
    let collateral = |world: &World, _| world.exchange.collateral;
    broken_by(
        collateral,
        |record: &mut Collateral| record.vault_q += 1,
        books,
    );
}

#[test]
fn the_vault_holds_what_its_record_says() {
    let (mut world, _) = busy();
    let vault = world.exchange.vault;
    let mut account: solana_account::Account = world.raw(&vault).unwrap().clone().into();
    // The amount lies behind mint and owner.
    account.data[64] ^= 1;
    world.put(vault, account).unwrap();
    assert!(matches!(
        world.check_invariants(),
        Err(WorldError::InvariantBroken(what)) if what.contains("I2: vault record and vault")
    ));
}

#[test]
fn sums_are_of_the_positions() {
    let interest = "open interest";
    broken_by(
        market,
        |market: &mut Market| market.long_lots += 1,
        interest,
    );
    broken_by(
        market,
        |market: &mut Market| market.short_lots += 1,
        interest,
    );
    broken_by(
        market,
        |market: &mut Market| market.long_entry_q -= 1,
        interest,
    );
    broken_by(
        account,
        |account: &mut MarginAccount| account.positions[0].lots += 1,
        interest,
    );
    broken_by(market, |market: &mut Market| market.unpaid_q += 1, "unpaid");
    broken_by(
        account,
        |account: &mut MarginAccount| account.positions[0].unpaid_q += 1,
        "unpaid",
    );
    broken_by(
        market,
        |market: &mut Market| market.uncovered_q += 1,
        "R-L8",
    );
    let shares = "shares of providers and pool";
    broken_by(
        |world, _| world.exchange.pool,
        |pool: &mut Pool| pool.shares += 1,
        shares,
    );
}

#[test]
fn slots_are_in_order() {
    let twice = |account: &mut MarginAccount| account.positions[3] = account.positions[0];
    broken_by(account, twice, "one position per account and market");
    let entry = |account: &mut MarginAccount| {
        account.positions[3] = PositionSlot {
            market_index: 1,
            entry_q: 1,
            unpaid_q: 1,
            ..PositionSlot::default()
        };
    };
    broken_by(account, entry, "no entry without lots");
    let left = |account: &mut MarginAccount| account.positions[3].last_cut_seconds = 1;
    broken_by(account, left, "a free slot is empty");
}

#[test]
fn caps_rails_and_lines_hold() {
    let cap = "drawn within the loss cap";
    broken_by(market, |market: &mut Market| market.drawn_q = i64::MAX, cap);
    let cap = "insured within the cap";
    broken_by(
        market,
        |market: &mut Market| market.insured_q = u64::MAX,
        cap,
    );
    let order = "I6: initial at least call";
    for side in [0, 1] {
        broken_by(
            risk,
            |risk: &mut MarketRisk| risk.call_ppm[side] = risk.initial_ppm[side] + 1,
            order,
        );
        broken_by(
            risk,
            |risk: &mut MarketRisk| risk.call_ppm[side] = risk.liquidation_ppm - 1,
            order,
        );
    }
    broken_by(
        risk,
        |risk: &mut MarketRisk| risk.liquidation_ppm += 1,
        order,
    );
    let rails = "I6: ratios within the rails";
    broken_by(
        risk,
        |risk: &mut MarketRisk| risk.live_ppm = risk.params.cap_ppm + 1,
        rails,
    );
    broken_by(
        risk,
        |risk: &mut MarketRisk| risk.target_ppm = risk.params.floor_ppm - 1,
        rails,
    );
}
