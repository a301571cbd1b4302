//! What an account owes beyond its balance is cleared as soon as the program allows it (R-L8).

use super::*;
use plimsoll_testkit::Order;

const BTC: u16 = 0;
const SOL: u16 = 2;

/// The first trader leaves a long of ten times its balance at a price lower by 15 %, and owes about half
/// of that balance; on demand, with a small long of another market still open. Returns what it owes.
fn leave_owing(replay: &mut Replay, with_another_leg: bool) -> u64 {
    let id = replay.agents[0].id;
    let world = &mut replay.world;
    let balance_q = world.account(id).unwrap().balance_q;
    let lots_worth = |world: &World, market: u16, worth_q: i64| {
        let risk = world.risk(market).unwrap();
        let lots = i128::from(worth_q) * i128::from(risk.lot_divisor) / i128::from(risk.price_e8);
        (lots as i64, risk.price_e8)
    };
    if with_another_leg {
        let (lots, price_e8) = lots_worth(world, BTC, balance_q / 2);
        let bought = world.trade(id, BTC, Order::market(lots), price_e8);
        bought.unwrap();
    }
    let (lots, price_e8) = lots_worth(world, SOL, balance_q * 10);
    let bought = world.trade(id, SOL, Order::market(lots), price_e8);
    bought.unwrap();
    replay.remember_moment(0).unwrap();
    let world = &mut replay.world;
    world.advance(60);
    let left = world.trade(id, SOL, Order::reduce(-lots), price_e8 / 100 * 85);
    left.unwrap();
    // A second print, so that nobody doubts the fall.
    world.advance(1);
    world.set_price(SOL, price_e8 / 100 * 85).unwrap();
    let owed_q = world.account(id).unwrap().balance_q;
    assert!(owed_q < -balance_q / 3, "{owed_q} of {balance_q}");
    assert_eq!(uncovered_q(replay), owed_q.unsigned_abs());
    owed_q.unsigned_abs()
}

fn uncovered_q(replay: &Replay) -> u64 {
    replay.world.market(SOL).unwrap().uncovered_q
}

fn deposit(replay: &mut Replay, amount_q: u64) {
    let id = replay.agents[0].id;
    let owner = replay.world.trader(id).unwrap().owner;
    replay.world.mint_quote(&owner, amount_q).unwrap();
    replay.world.deposit(id, amount_q).unwrap();
}

#[test]
fn what_an_account_paid_back_is_released_whether_or_not_it_has_positions() {
    for with_another_leg in [false, true] {
        let session = minutes(1);
        let mut replay = Replay::new(&session, OPTIONS).unwrap();
        let owed_q = leave_owing(&mut replay, with_another_leg);
        deposit(&mut replay, owed_q * 3);
        let margin = replay.world.margin(replay.agents[0].id).unwrap();
        assert_eq!(margin.notional_q > 0, with_another_leg);
        assert_eq!(uncovered_q(&replay), owed_q);
        replay.guard_accounts(0).unwrap();
        assert_eq!(uncovered_q(&replay), 0);
        let account = replay.world.account(replay.agents[0].id).unwrap();
        assert_eq!(account.balance_q, owed_q as i64 * 2);
        // Nobody bore anything, and nothing is left to do.
        assert_eq!(replay.record.transactions.landed, 1);
        replay.guard_accounts(60).unwrap();
        assert_eq!(replay.record.transactions.landed, 1);
        assert_eq!(replay.record.transactions.refused, 0);
        assert_eq!(replay.record.actions, []);
    }
}

#[test]
fn others_bear_only_what_an_account_without_positions_has_not_paid_back() {
    let session = minutes(1);
    let mut replay = Replay::new(&session, OPTIONS).unwrap();
    let owed_q = leave_owing(&mut replay, false);
    deposit(&mut replay, owed_q / 4);
    replay.guard_accounts(0).unwrap();
    assert_eq!(uncovered_q(&replay), 0);
    assert_eq!(replay.record.totals.insurance_paid_q, owed_q - owed_q / 4);
    let id = replay.agents[0].id;
    assert_eq!(replay.world.account(id).unwrap().balance_q, 0);
}

#[test]
fn nothing_is_sent_while_an_account_owes_and_has_positions() {
    let session = minutes(1);
    let mut replay = Replay::new(&session, OPTIONS).unwrap();
    let owed_q = leave_owing(&mut replay, true);
    let id = replay.agents[0].id;
    replay.absorb_deficits(0, id).unwrap();
    let transactions = replay.record.transactions;
    assert_eq!((transactions.landed, transactions.refused), (0, 0));
    assert_eq!(uncovered_q(&replay), owed_q);
    // At a fresh price the keeper liquidates the last leg, and then nothing stands for the rest.
    let price_e8 = replay.world.risk(BTC).unwrap().price_e8;
    replay.world.set_price(BTC, price_e8).unwrap();
    replay.guard_accounts(0).unwrap();
    assert_eq!(uncovered_q(&replay), 0);
    assert_eq!(replay.world.lots(id, BTC).unwrap(), 0);
    let paid_q = replay.record.totals.insurance_paid_q;
    assert!(paid_q >= owed_q, "{paid_q} of {owed_q}");
}
