use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{
    btc, e8, event, holder, jump, refused, refused_by_anchor, state, swapped, three_markets, units,
    unsigned, went, BTC, COIN,
};

/// A long below the liquidation line, and somebody with quote currency.
fn ready(start: fn() -> World) -> (World, TraderId, TraderId) {
    let mut world = start();
    let id = holder(&mut world, 4_000, COIN);
    let taker = went!(world.new_trader(units(50_000)));
    jump(&mut world, 56_500);
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    (world, id, taker)
}

/// R-L14: lots move at the price; the market's sums stay what they are but for what the owner realised.
#[test]
fn lots_move_at_the_price_less_the_fee_and_open_interest_stays() {
    let (mut world, id, taker) = ready(btc);
    let before = *world.market(BTC).unwrap();
    let (owner, buyer) = (*world.account(id).unwrap(), *world.account(taker).unwrap());
    let event = event!(went!(world.take_over(taker, id, BTC)), PositionTakenOver);
    let lots = event.lots.unsigned_abs();
    let worth_q = (lots * 56_500) as i64;
    assert_eq!((event.price_e8, event.cost_q), (e8(56_500), -worth_q));
    assert_eq!(event.taker_lots, -event.lots);
    let slot = world.account(taker).unwrap().positions[0];
    assert_eq!((slot.lots, slot.entry_q), (-event.lots, worth_q));
    let left = world.account(id).unwrap().positions[0];
    assert_eq!(left.lots, COIN + event.lots);
    let sold_q = owner.positions[0].entry_q - left.entry_q;
    assert_eq!(event.realised_q, worth_q - sold_q);

    // Half of the equity per notional, for no spread is paid: 469.92 on 56,500.
    let fee_q = event.taker_fee_q + event.insurance_fee_q;
    assert_eq!(fee_q, worth_q as u64 * 4_158 / 1_000_000);
    assert_eq!(event.taker_fee_q, fee_q / 2);
    let paid_q = owner.balance_q + event.realised_q - fee_q as i64;
    assert_eq!(event.balance_q, paid_q);
    assert_eq!(
        event.taker_balance_q,
        buyer.balance_q + event.taker_fee_q as i64
    );
    let after = *world.market(BTC).unwrap();
    assert_eq!(
        (after.long_lots, after.short_lots),
        (before.long_lots, before.short_lots)
    );
    assert_eq!(after.long_entry_q - before.long_entry_q, event.realised_q);
    assert_eq!(after.insurance_q, event.insurance_fee_q);

    let margin = world.margin(id).unwrap();
    assert_eq!(event.equity_after_q, margin.equity_liquidation_q);
    assert!(event.equity_after_q.unsigned_abs() >= 2 * event.requirement_after_q);
    assert!(event.equity_after_q.unsigned_abs() < 2 * (event.requirement_after_q + 2_000));
    let again = world.take_over_instruction(taker, id, BTC).unwrap();
    refused(&mut world, again, PlimsollError::AboveTheLine);
}

/// I3: who takes over meets the initial requirement, of all positions.
#[test]
fn a_taker_meets_the_initial_requirement() {
    let (mut world, id, taker) = ready(btc);
    let account = world.trader(taker).unwrap();
    let instruction = world.take_over_instruction(taker, id, BTC).unwrap();
    let needed = {
        let mut world = world.clone();
        world.send(std::slice::from_ref(&instruction)).unwrap();
        world.margin(taker).unwrap().requirement_initial_q
    };
    // A little of what the fee brings is there already.
    went!(world.withdraw(taker, units(50_000) - needed * 9 / 10));
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::InitialRequirement,
    );
    went!(world.deposit(taker, needed));
    let silent = unsigned(instruction.clone(), account.owner);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
    world.send(&[instruction]).unwrap();
    assert!(world.margin(taker).unwrap().meets_initial());
}

#[test]
fn a_taker_of_the_other_side_closes_with_it() {
    let (mut world, id, _) = ready(btc);
    let short = holder(&mut world, 20_000, -COIN / 10);
    jump(&mut world, 56_500);
    let before = *world.market(BTC).unwrap();
    let event = event!(went!(world.take_over(short, id, BTC)), PositionTakenOver);
    assert_eq!(event.taker_lots, -COIN / 10 - event.lots);
    let after = *world.market(BTC).unwrap();
    assert_eq!(before.long_lots - after.long_lots, COIN.unsigned_abs() / 10);
    assert_eq!(after.short_lots, 0);
}

#[test]
fn both_accounts_bring_all_their_risk_accounts() {
    let (mut world, id, taker) = ready(three_markets);
    for owner in [id, taker] {
        went!(world.deposit(owner, units(30)));
        let (market, lots, quote) = if owner == id {
            (1, 1_000, 3_000)
        } else {
            (2, 100, 150)
        };
        went!(world.deposit(owner, units(5_000)));
        went!(world.trade(owner, market, Order::market(lots), e8(quote)));
    }
    jump(&mut world, 51_500);
    world.advance(1);
    went!(world.refresh_all());
    assert_eq!(
        state(&world, id),
        AccountState::Liquidatable,
        "{:?}",
        world.margin(id)
    );
    let instruction = world.take_over_instruction(taker, id, BTC).unwrap();
    for missing in 0..2 {
        let mut short = instruction.clone();
        short.accounts.remove(short.accounts.len() - 1 - missing);
        refused(&mut world, short, PlimsollError::RiskAccountMissing);
    }
    let mut long = instruction.clone();
    long.accounts.push(long.accounts.last().unwrap().clone());
    refused(&mut world, long, PlimsollError::RiskAccountUnexpected);
    went!(world.send(&[instruction]));
    assert!(world.lots(taker, BTC).unwrap() > 0);
}

#[test]
fn a_bankrupt_leg_goes_whole_without_a_fee() {
    let (mut world, id, taker) = ready(btc);
    jump(&mut world, 55_000);
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    let event = event!(went!(world.take_over(taker, id, BTC)), PositionTakenOver);
    assert_eq!((event.lots, event.position_lots), (-COIN, 0));
    assert_eq!((event.taker_fee_q, event.insurance_fee_q), (0, 0));
    assert!(event.balance_q < 0);
    event!(went!(world.absorb(id, BTC)), DeficitAbsorbed);
}

#[test]
fn nobody_takes_over_from_themselves_or_above_the_line_or_at_doubted_or_old_prices() {
    let (mut world, id, taker) = ready(btc);
    let own = world.take_over_instruction(id, id, BTC).unwrap();
    refused(&mut world, own, PlimsollError::KeeperIsTrader);
    let instruction = world.take_over_instruction(taker, id, BTC).unwrap();
    let (by, other) = (world.trader(taker).unwrap(), world.trader(id).unwrap());
    let stranger = swapped(instruction.clone(), by.owner, other.owner);
    refused(&mut world, stranger, PlimsollError::NotKeeperAccount);
    let limit = world.risk(BTC).unwrap().params.reduction_age_seconds_max;
    world.advance(i64::from(limit) + 1);
    refused(&mut world, instruction.clone(), PlimsollError::RiskTooOld);
    world.advance(600);
    went!(world.set_price(BTC, e8(50_000)));
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::MarketGuarded,
    );
    jump(&mut world, 60_000);
    refused(&mut world, instruction, PlimsollError::AboveTheLine);
}
