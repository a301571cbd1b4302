//! One trader's way through every state: deposit, position, margin call by price, cut, liquidation,
//! bankruptcy. The invariants are checked after every transaction.

use plimsoll_risk::account::AccountState;
use plimsoll_testkit::Order;
use plimsoll_tests::{btc, e8, event, jump, state, units, went, BTC, COIN};

#[test]
fn a_long_is_called_cut_liquidated_and_bankrupt_as_the_price_falls() {
    let mut world = btc();
    let id = went!(world.new_trader(units(4_000)));
    went!(world.trade(id, BTC, Order::market(COIN), e8(60_000)));
    assert_eq!(state(&world, id), AccountState::Healthy);

    jump(&mut world, 56_950);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let cut = event!(went!(world.cut(id, BTC)), PositionCut);
    assert_eq!(cut.position_lots, COIN + cut.lots);
    assert!(
        (-COIN / 2..0).contains(&cut.lots),
        "part of the leg: {cut:?}"
    );
    let target_q = cut.requirement_after_q * 11 / 10;
    assert!(cut.equity_after_q.unsigned_abs() >= target_q, "{cut:?}");
    assert_eq!(state(&world, id), AccountState::Healthy);

    jump(&mut world, 56_600);
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    let partial = event!(went!(world.liquidate(id, BTC)), PositionLiquidated);
    assert!(partial.position_lots > 0, "part of the leg: {partial:?}");
    assert!(
        partial.keeper_fee_q > 0 && partial.insurance_fee_q > 0,
        "{partial:?}"
    );
    let ratio = |equity_q: i64, requirement_q: u64| equity_q as f64 / requirement_q as f64;
    let after = ratio(partial.equity_after_q, partial.requirement_after_q);
    assert!(
        (2.0..2.01).contains(&after),
        "twice the floor, hardly more: {partial:?}"
    );

    went!(world.sweep_insurance(BTC));
    let insurance_q = world.insurance().unwrap().balance_q;
    let waiting_q = world.market(BTC).unwrap().insurance_q;
    jump(&mut world, 48_000);
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    let last = went!(world.liquidate_and_absorb(id, BTC));
    let closed = event!(last, PositionLiquidated);
    assert_eq!((closed.position_lots, closed.insurance_fee_q), (0, 0));
    let deficit = event!(last, DeficitAbsorbed);
    assert!(deficit.deficit_q > 0);
    assert_eq!(deficit.insurance_q, deficit.deficit_q);
    let bounty_q = world.market(BTC).unwrap().params.keeper_fee_q;
    assert_eq!(closed.keeper_fee_q, bounty_q);
    let left_q = world.insurance().unwrap().balance_q;
    assert_eq!(left_q, insurance_q - deficit.deficit_q);
    let left_q = world.market(BTC).unwrap().insurance_q;
    assert_eq!(left_q, waiting_q - bounty_q);
    assert!(world.account(id).unwrap().is_empty());
}
