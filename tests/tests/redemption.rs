//! R-Q4, R-Q5, R-Q6, R-Q8: how providers leave.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::{Redeemed, RedemptionRequested};
use plimsoll::params::PoolParams;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{address, MarketSpec, World, POOL_PARAMS};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, deep, e8, event, holder, refused, refused_by_anchor, sent,
    swapped, units, unsigned, went, BTC, COIN,
};
use solana_pubkey::Pubkey;

const ROLE: &str = "second provider";
const DAY: i64 = POOL_PARAMS.cooldown_seconds as i64;

/// A second provider with so many quote units in the pool, at par.
fn provided(world: &mut World, quote: u64) -> (Pubkey, Pubkey) {
    let provider = went!(world.deposit_pool(ROLE, 0, units(quote)));
    (address(ROLE, 0), provider)
}

/// Lets the cooldown pass and says the prices again.
fn cooled(world: &mut World) {
    world.advance(DAY);
    went!(world.refresh_all());
}

#[test]
fn shares_are_redeemed_after_the_cooldown_and_collected_into_an_account() {
    let mut world = btc();
    let (owner, provider) = provided(&mut world, 1_000_000);
    let shares = units(400_000);
    let (ticket, request) = world.request_instruction(&owner, shares).unwrap();
    let asked = event!(sent(&mut world, request), RedemptionRequested);
    let expected = RedemptionRequested {
        redemption: ticket,
        provider,
        owner,
        number: 0,
        shares,
        due_seconds: world.now_seconds() + DAY,
        pool_worth_q: 11_000_000_000_000,
        pool_shares: units(11_000_000),
        share_price_e9: 1_000_000_000,
    };
    assert_eq!(asked, expected);
    assert_eq!(world.pool().unwrap().leaving_shares, shares);

    world.advance(DAY - 1);
    let early = world.redeem_instruction(&ticket).unwrap();
    refused(&mut world, early, PlimsollError::StillCoolingDown);
    world.advance(1);
    let paid = event!(went!(world.redeem(&ticket)), Redeemed);
    let expected = Redeemed {
        redemption: ticket,
        provider,
        number: 0,
        shares,
        amount_q: units(400_000),
        keeper: world.keeper,
        keeper_fee_q: 20_000,
        shares_left: 0,
        pool_worth_q: 11_000_000_000_000,
        reserved_q: 0,
        pool_shares: units(10_600_000),
        share_price_e9: 1_000_000_000,
    };
    assert_eq!(paid, expected);
    assert!(world
        .raw(&ticket)
        .is_none_or(|account| lamports(account) == 0));
    let kept_q = units(400_000) - 20_000;
    assert_eq!(world.provider(&provider).unwrap().redeemed_q, kept_q);

    let id = went!(world.open_account(ROLE, 0, 0));
    let moved = event!(went!(world.collect_redemption(id)), RedemptionCollected);
    assert_eq!((moved.amount_q, moved.balance_q), (kept_q, kept_q as i64));
    let again = build::collect_redemption(
        world.exchange.pool,
        owner,
        world.trader(id).unwrap().address,
    );
    refused(&mut world, again, PlimsollError::NothingToMove);
    went!(world.withdraw(id, kept_q));
}

fn lamports(account: &solana_account::AccountSharedData) -> u64 {
    solana_account::ReadableAccount::lamports(account)
}

/// R-Q8.
#[test]
fn who_asks_first_is_redeemed_first() {
    let mut world = btc();
    provided(&mut world, 1_000_000);
    let first = went!(world.request_redemption(ROLE, 0, units(2)));
    let second = went!(world.request_redemption("provider", 0, units(3)));
    cooled(&mut world);
    let early = world.redeem_instruction(&second).unwrap();
    refused(&mut world, early, PlimsollError::NotHeadOfQueue);
    went!(world.redeem(&first));
    went!(world.redeem(&second));
    let pool = world.pool().unwrap();
    assert_eq!((pool.redemption_head, pool.redemption_next), (2, 2));
}

/// R-Q8: what could fill the queue costs as much as a provision.
#[test]
fn dust_is_neither_deposited_nor_asked_for_nor_left() {
    let mut world = btc();
    let (owner, _) = provided(&mut world, 100);
    for (shares, error) in [
        (0, PlimsollError::ZeroAmount),
        (units(1) - 1, PlimsollError::BelowProvisionMinimum),
        (units(99) + 1, PlimsollError::BelowProvisionMinimum),
        (units(100) + 1, PlimsollError::SharesNotHeld),
        (u64::MAX, PlimsollError::SharesNotHeld),
    ] {
        let (_, request) = world.request_instruction(&owner, shares).unwrap();
        refused(&mut world, request, error);
    }
    went!(world.request_redemption(ROLE, 0, units(99)));
    // All that is left, though at less than par it would be less than the least.
    went!(world.request_redemption(ROLE, 0, units(1)));
    assert_eq!(world.pool().unwrap().leaving_shares, units(100));
}

/// R-Q8: ninety-nine least tickets, and who comes after them is paid the day it is due.
#[test]
fn a_queue_of_least_tickets_is_worked_off_at_once() {
    let mut world = btc();
    provided(&mut world, 100);
    let tickets: Vec<Pubkey> = (0..99)
        .map(|_| went!(world.request_redemption(ROLE, 0, units(1))))
        .collect();
    let last = went!(world.request_redemption("provider", 0, units(1_000_000)));
    cooled(&mut world);
    for ticket in tickets {
        went!(world.redeem(&ticket));
    }
    assert_eq!(event!(went!(world.redeem(&last)), Redeemed).shares_left, 0);
}

/// A pool that has lent nearly everything to its market.
fn drawn() -> World {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = units(9_500_000);
        args.trade.loss_cap_q = units(9_500_000);
    });
    built(World::builder().market(spec))
}

/// R-Q5: what there is goes to the head; the rest waits for more, still first.
#[test]
fn a_ticket_is_paid_in_parts_where_cash_is_short() {
    let mut world = drawn();
    let ticket = went!(world.request_redemption("provider", 0, units(2_000_000)));
    let behind = went!(world.request_redemption("provider", 0, units(1)));
    cooled(&mut world);
    let part = event!(went!(world.redeem(&ticket)), Redeemed);
    assert_eq!(
        (part.amount_q, part.shares_left),
        (units(500_000), units(1_500_000))
    );
    assert_eq!(part.keeper_fee_q, 0, "for the last of it");
    let more = world.redeem_instruction(&ticket).unwrap();
    refused(&mut world, more.clone(), PlimsollError::PoolCashReserved);
    let early = world.redeem_instruction(&behind).unwrap();
    refused(&mut world, early, PlimsollError::NotHeadOfQueue);
    provided(&mut world, 2_000_000);
    let rest = event!(sent(&mut world, more), Redeemed);
    assert_eq!((rest.amount_q, rest.shares_left), (units(1_500_000), 0));
    assert_eq!(rest.keeper_fee_q, 20_000);
    went!(world.redeem(&behind));
}

/// R-Q6: what winners claim and the market could draw for them stays, and is there when they close.
#[test]
fn leaving_takes_nothing_that_stands_behind_a_profit() {
    let spec = btc_spec().with(|args| args.trade.cash_target_q = 0);
    let mut world = built(World::builder().market(spec));
    let id = holder(&mut world, 200_000, 10 * COIN);
    // The loser is as large, so that the pool as a whole owes nobody anything.
    holder(&mut world, 200_000, -10 * COIN);
    for quote in [60_600, 61_200, 61_800] {
        world.advance(60);
        went!(world.set_price(BTC, e8(quote)));
    }
    let ticket = went!(world.request_redemption("provider", 0, units(10_000_000)));
    cooled(&mut world);
    let part = event!(went!(world.redeem(&ticket)), Redeemed);
    let claim_q = units(18_000);
    assert!(
        part.reserved_q >= claim_q && part.reserved_q < claim_q * 11 / 10,
        "{part:?}"
    );
    let cash_q = world.pool().unwrap().cash_q;
    assert!(
        (part.reserved_q..part.reserved_q + 3).contains(&cash_q),
        "{cash_q}"
    );
    let more = world.redeem_instruction(&ticket).unwrap();
    refused(&mut world, more, PlimsollError::PoolCashReserved);
    let order = plimsoll_testkit::Order::reduce(-10 * COIN);
    went!(world.trade(id, BTC, order, e8(61_800)));
    went!(world.sweep(BTC));
    world.advance(i64::from(world.market(BTC).unwrap().params.vesting_seconds));
    went!(world.collect(id, BTC));
    assert_eq!(world.account(id).unwrap().positions[0].unpaid_q, 0);
}

/// A pool of ten million beside traders who are long four million, and how wide its band is.
fn exposed(band_sigmas_e2: u32) -> World {
    let provision = PoolParams {
        band_sigmas_e2,
        band_ppm_min: 0,
        ..POOL_PARAMS
    };
    let builder = World::builder().market(deep(MarketSpec::btc()));
    let mut world = built(builder.provision(provision));
    holder(&mut world, 1_000_000, 66 * COIN);
    world
}

/// The next price, known to whoever asks in time, that moves from 60,000 by so many hundredths of a percent.
fn moved_e8(e4: i64) -> u64 {
    e8(60_000).checked_add_signed(600_000_000 * e4).unwrap()
}

/// What a provider of ten million wins who knows, two minutes after a price, that the next one is lower by four tenths
/// of a percent, so that the pool gains; deposits first, and leaves after the cooldown.
fn known_entry_q(band_sigmas_e2: u32) -> i64 {
    let mut world = exposed(band_sigmas_e2);
    world.advance(120);
    provided(&mut world, 10_000_000);
    went!(world.set_price(BTC, moved_e8(-40)));
    let provider = addresses::provider(&world.exchange.pool, &address(ROLE, 0));
    let shares = world.provider(&provider).unwrap().shares;
    // The worth at the price itself: no band that would hide a gain, and no fee.
    let market = *world.market(BTC).unwrap();
    let risk = world.risk(BTC).unwrap();
    let owed_q = market
        .open_interest()
        .traders_profit_down(risk.price_e8, risk.lot_divisor)
        .unwrap();
    let pool = world.pool().unwrap();
    let worth_q = i128::from(pool.cash_q) + i128::from(market.cash_q) - i128::from(owed_q);
    let own_q = worth_q * i128::from(shares) / i128::from(pool.shares);
    i64::try_from(own_q).unwrap() - units(10_000_000) as i64
}

/// R-Q4: a price known to move cannot be bought cheap. One sigma of band is too little, which shows that the move is
/// one worth knowing.
#[test]
fn who_enters_on_a_known_price_takes_nothing() {
    assert!(known_entry_q(500) <= 0, "{}", known_entry_q(500));
    assert!(
        known_entry_q(100) > units(1_000) as i64,
        "{}",
        known_entry_q(100)
    );
}

/// What a provider of five million gets beyond their part who knows, two minutes after a price, that the next one is
/// higher by four tenths of a percent, so that the pool loses; and redeems first.
fn known_exit_q(band_sigmas_e2: u32) -> i64 {
    let mut world = exposed(band_sigmas_e2);
    let ticket = went!(world.request_redemption("provider", 0, units(5_000_000)));
    cooled(&mut world);
    world.advance(120);
    let paid = event!(went!(world.redeem(&ticket)), Redeemed);
    went!(world.set_price(BTC, moved_e8(40)));
    let market = *world.market(BTC).unwrap();
    let risk = world.risk(BTC).unwrap();
    let owed_q = market
        .open_interest()
        .traders_profit_down(risk.price_e8, risk.lot_divisor)
        .unwrap();
    let pool = world.pool().unwrap();
    let left_q = i128::from(pool.cash_q) + i128::from(market.cash_q) - i128::from(owed_q);
    // As much a share as those who stayed.
    let fair_q = left_q * i128::from(paid.shares) / i128::from(pool.shares);
    i64::try_from(i128::from(paid.amount_q) - fair_q).unwrap()
}

/// R-Q4: nor sold dear.
#[test]
fn who_leaves_on_a_known_price_takes_nothing() {
    assert!(known_exit_q(500) <= 0, "{}", known_exit_q(500));
    assert!(
        known_exit_q(100) > units(1_000) as i64,
        "{}",
        known_exit_q(100)
    );
}

/// R-G2, R-P9: shares are paid at prices that are fresh and not doubted; asking needs neither.
#[test]
fn a_redemption_needs_prices_and_a_request_does_not() {
    let mut world = exposed(500);
    world.advance(3_600);
    let ticket = went!(world.request_redemption("provider", 0, units(1_000)));
    world.advance(DAY);
    let instruction = world.redeem_instruction(&ticket).unwrap();
    refused(&mut world, instruction.clone(), PlimsollError::RiskTooOld);
    went!(world.set_price(BTC, e8(60_000)));
    world.advance(1);
    went!(world.set_price(BTC, e8(50_000)));
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::MarketGuarded,
    );
    world.advance(1);
    went!(world.set_price(BTC, e8(60_000)));
    sent(&mut world, instruction);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let foreign = Foreign::new(&mut world);
    let (owner, provider) = provided(&mut world, 100);
    let stranger = address("provider", 0);
    let others = addresses::provider(&world.exchange.pool, &stranger);
    let id = went!(world.open_account(ROLE, 0, 0));
    let (own, theirs) = (world.exchange, foreign.exchange);

    let (ticket, request) = world.request_instruction(&owner, units(10)).unwrap();
    // The ticket hangs on the provider, so a wrong provider needs its own.
    let mixed = swapped(request.clone(), provider, others);
    let mixed = swapped(mixed, ticket, addresses::redemption(&others, 0));
    refused(&mut world, mixed, PlimsollError::NotProviderOwner);
    for (right, wrong) in [(own.pool, theirs.pool), (own.exchange, theirs.exchange)] {
        let mixed = swapped(request.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
    let bare = unsigned(request.clone(), owner);
    refused_by_anchor(&mut world, bare, ErrorCode::AccountNotSigner);
    let elsewhere = swapped(request.clone(), ticket, addresses::redemption(&provider, 1));
    refused_by_anchor(&mut world, elsewhere, ErrorCode::ConstraintSeeds);
    sent(&mut world, request);

    cooled(&mut world);
    let redeem = world.redeem_instruction(&ticket).unwrap();
    for (right, wrong, error) in [
        (provider, others, PlimsollError::NotProviderOwner),
        (owner, stranger, PlimsollError::NotProviderOwner),
        (own.pool, theirs.pool, PlimsollError::WrongExchange),
        (own.exchange, theirs.exchange, PlimsollError::WrongExchange),
    ] {
        let mixed = swapped(redeem.clone(), right, wrong);
        refused(&mut world, mixed, error);
    }
    let keepers = world.trader(world.keeper_id).unwrap().address;
    let unknown = swapped(redeem.clone(), keepers, world.trader(id).unwrap().address);
    refused(&mut world, unknown, PlimsollError::NotKeeperAccount);
    for original in [ticket, provider, own.pool, own.exchange, keepers] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(redeem.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
    }
    let their_account = foreign.account_of(&mut world, id);
    // All of another exchange but the ticket.
    let mut mixed = redeem.clone();
    for (right, wrong) in [
        (own.pool, theirs.pool),
        (own.exchange, theirs.exchange),
        (keepers, their_account),
        (world.keeper, owner),
    ] {
        mixed = swapped(mixed, right, wrong);
    }
    refused(&mut world, mixed, PlimsollError::WrongPool);
    sent(&mut world, redeem);

    let account = world.trader(id).unwrap().address;
    let collect = build::collect_redemption(own.pool, owner, account);
    for (right, wrong, error) in [
        (provider, others, PlimsollError::NotProviderOwner),
        (own.pool, theirs.pool, PlimsollError::WrongPool),
        (account, keepers, PlimsollError::NotAccountOwner),
    ] {
        let mixed = swapped(collect.clone(), right, wrong);
        refused(&mut world, mixed, error);
    }
    let mixed = swapped(collect.clone(), account, their_account);
    refused(&mut world, mixed, PlimsollError::WrongExchange);
    let bare = unsigned(collect, owner);
    refused_by_anchor(&mut world, bare, ErrorCode::AccountNotSigner);
}
