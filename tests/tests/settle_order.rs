//! Which update settles an order, for whom, and what a fill does to the atom. How orders end otherwise
//! is in `settle_outcomes.rs`.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderOutcome, OrderSettled};
use plimsoll::state::OrderSlot;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_risk::position::Position;
use plimsoll_testkit::{Order, PriceUpdate, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, earned_q, event, holder, refused, refused_by_anchor, sent, swapped,
    three_markets, units, unsigned, went, BTC, COIN,
};
use solana_instruction::Instruction;

/// A trader whose order of `lots` has its settling update published, and the instruction.
fn ready(world: &mut World, lots: i64) -> (TraderId, Instruction) {
    let id = world.new_trader(units(20_000)).unwrap();
    let order_id = went!(world.place(id, BTC, Order::market(lots)));
    world.advance(2);
    went!(world.set_price(BTC, e8(60_000)));
    (id, world.settle_instruction(id, BTC, order_id).unwrap())
}

#[test]
fn a_fill_costs_price_premium_and_fee() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, COIN);
    let event = event!(sent(&mut world, instruction), OrderSettled);
    // Half a coin of mean skew over a scale of 500,000 coins, on 60,000: 0.06. Fee: 0.05 %.
    let (cost_q, taker_fee_q) = (60_000_060_000, 30_000_000);
    let balance_q = 20_000_000_000 - 20_000 - 30_000_000;
    assert_eq!(
        event,
        OrderSettled {
            margin_account: world.trader(id).unwrap().address,
            sequence: 3,
            market_index: BTC,
            market_sequence: 2,
            order_id: 1,
            outcome: OrderOutcome::Filled,
            keeper: world.keeper,
            keeper_fee_q: 20_000,
            lots: COIN,
            price_e8: e8(60_000),
            cost_q,
            taker_fee_q,
            carry_q: 0,
            realised_q: 0,
            unpaid_q: 0,
            position_lots: COIN,
            balance_q,
        }
    );
    let account = world.account(id).unwrap();
    assert_eq!(account.balance_q, balance_q);
    assert_eq!(
        account.positions[0].position(),
        Position {
            lots: COIN,
            entry_q: cost_q
        }
    );
    assert_eq!(account.orders[0], OrderSlot::default());
    let market = world.market(BTC).unwrap();
    assert_eq!(
        (market.long_lots, market.short_lots),
        (COIN.unsigned_abs(), 0)
    );
    assert_eq!((market.long_entry_q, market.fees_q), (cost_q, taker_fee_q));
    assert_eq!(earned_q(&world), 20_000);
}

#[test]
fn a_short_is_the_mirror_image() {
    let mut world = btc();
    let (id, instruction) = ready(&mut world, -COIN);
    let event = event!(sent(&mut world, instruction), OrderSettled);
    assert_eq!((event.lots, event.cost_q), (-COIN, -59_999_940_000));
    let market = world.market(BTC).unwrap();
    assert_eq!(
        (market.short_lots, market.short_entry_q),
        (1_000_000, -59_999_940_000)
    );
    assert_eq!(world.lots(id, BTC), Ok(-COIN));
}

#[test]
fn closing_realises_and_turning_reopens() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let before_q = world.account(id).unwrap().balance_q;
    let traded = went!(world.trade(id, BTC, Order::market(-2 * COIN), e8(60_100)));
    let event = event!(traded, OrderSettled);
    // Selling two coins from a skew of one has no mean skew, so no premium.
    assert_eq!(event.cost_q, -120_200_000_000);
    assert_eq!(event.realised_q, 60_100_000_000 - 60_000_060_000);
    assert_eq!(
        (event.position_lots, event.taker_fee_q),
        (-COIN, 60_100_000)
    );
    let account = world.account(id).unwrap();
    assert_eq!(account.balance_q, before_q - 20_000 - 60_100_000);
    let slot = account.positions[0];
    // R-W1: the profit is pending.
    let realised_q = event.realised_q.unsigned_abs();
    assert_eq!((event.unpaid_q, slot.unpaid_q), (realised_q, realised_q));
    assert_eq!(slot.vests_seconds, world.now_seconds() + 1_800);
    assert_eq!(
        slot.position(),
        Position {
            lots: -COIN,
            entry_q: -60_100_000_000
        }
    );
    let market = world.market(BTC).unwrap();
    assert_eq!((market.long_lots, market.long_entry_q), (0, 0));
    assert_eq!(
        (market.short_lots, market.short_entry_q),
        (1_000_000, -60_100_000_000)
    );
    assert_eq!(
        (market.cash_q, market.unpaid_q),
        (units(1_000_000), 99_940_000)
    );
}

/// Updates of a feed as a chain: each names the one before.
fn chain(world: &World, times: &[i64], quotes: &[u64]) -> Vec<PriceUpdate> {
    let feed = world.risk(BTC).unwrap().feed_id;
    let update = |at: usize| {
        let before = if at == 0 { times[0] - 1 } else { times[at - 1] };
        PriceUpdate::new(feed, e8(quotes[at]), times[at]).previous(before)
    };
    (0..times.len()).map(update).collect()
}

/// R-O1, I9.
#[test]
fn exactly_one_update_of_a_chain_settles_an_order_whenever_it_is_brought() {
    let start = btc();
    let placed = start.now_seconds();
    // Target: two seconds after placing. Each chain has one update that is the first at or after.
    for (times, right) in [
        ([placed + 1, placed + 3, placed + 4], 1),
        ([placed + 1, placed + 2, placed + 3], 1),
        ([placed + 2, placed + 3, placed + 4], 0),
        ([placed - 5, placed + 1, placed + 30], 2),
    ] {
        let mut world = start.clone();
        let id = world.new_trader(units(20_000)).unwrap();
        let order_id = went!(world.place(id, BTC, Order::market(1_000)));
        let updates = chain(&world, &times, &[59_900, 60_000, 60_100]);
        // The market has moved on: its own last price is newer than any of these.
        world.advance(40);
        went!(world.set_price(BTC, e8(61_000)));
        let settle = world.settle_instruction(id, BTC, order_id).unwrap();
        for (at, update) in updates.iter().enumerate().filter(|(at, _)| *at != right) {
            world.publish(BTC, update.clone()).unwrap();
            let found = times[at];
            assert_ne!(found, times[right]);
            refused(
                &mut world,
                settle.clone(),
                PlimsollError::NotTheSettlingUpdate,
            );
        }
        world.publish(BTC, updates[right].clone()).unwrap();
        let event = event!(sent(&mut world, settle), OrderSettled);
        assert_eq!(event.outcome, OrderOutcome::Filled);
        assert_eq!(event.price_e8, [e8(59_900), e8(60_000), e8(60_100)][right]);
        assert_eq!(
            world.risk(BTC).unwrap().price_e8,
            e8(61_000),
            "the market keeps its own"
        );
    }
}

#[test]
fn an_update_that_knows_no_earlier_one_than_the_target_does_not_settle() {
    let mut world = btc();
    let (_, settle) = ready(&mut world, 1_000);
    let target = world.now_seconds();
    for (previous, settles) in [(target, false), (target + 5, false), (target - 1, true)] {
        let update = world.update(BTC, e8(60_000)).unwrap().previous(previous);
        world.publish(BTC, update).unwrap();
        if settles {
            sent(&mut world, settle.clone());
        } else {
            refused(
                &mut world,
                settle.clone(),
                PlimsollError::NotTheSettlingUpdate,
            );
        }
    }
}

#[test]
fn an_order_is_settled_once() {
    let mut world = btc();
    let (id, settle) = ready(&mut world, 1_000);
    sent(&mut world, settle.clone());
    refused(&mut world, settle, PlimsollError::OrderNotFound);
    for order_id in [0, 2, u64::MAX] {
        let unknown = world.settle_instruction(id, BTC, order_id).unwrap();
        refused(&mut world, unknown, PlimsollError::OrderNotFound);
    }
}

#[test]
fn the_keepers_account_is_the_keepers_own_and_not_the_traders() {
    let mut world = btc();
    let (id, settle) = ready(&mut world, 1_000);
    let trader = world.trader(id).unwrap();
    let keeper = world.trader(world.keeper_id).unwrap();
    let other = world.new_trader(0).unwrap();
    let stranger = world.trader(other).unwrap();
    let to_stranger = swapped(settle.clone(), keeper.address, stranger.address);
    refused(&mut world, to_stranger, PlimsollError::NotKeeperAccount);
    let by_stranger = swapped(settle.clone(), keeper.owner, stranger.owner);
    refused(&mut world, by_stranger, PlimsollError::NotKeeperAccount);
    refused_by_anchor(
        &mut world,
        unsigned(settle.clone(), keeper.owner),
        ErrorCode::AccountNotSigner,
    );
    let own = swapped(settle.clone(), keeper.address, trader.address);
    let own = swapped(own, keeper.owner, trader.owner);
    refused(&mut world, own, PlimsollError::KeeperIsTrader);
    // A trader may well settle an order with another account of theirs.
    let second = world.open_account("trader", 1, 1).unwrap();
    let second = world.trader(second).unwrap();
    assert_eq!(second.owner, trader.owner);
    let own = swapped(settle, keeper.address, second.address);
    sent(&mut world, swapped(own, keeper.owner, trader.owner));
}

#[test]
fn market_and_risk_are_a_pair_and_the_orders_own() {
    let mut world = three_markets();
    let (_, settle) = ready(&mut world, 1_000);
    let (own, other) = (
        world.market_addresses(0).unwrap(),
        world.market_addresses(1).unwrap(),
    );
    let other_market = swapped(settle.clone(), own.market, other.market);
    refused(
        &mut world,
        other_market.clone(),
        PlimsollError::MarketMismatch,
    );
    let other_risk = swapped(settle.clone(), own.market_risk, other.market_risk);
    refused(&mut world, other_risk, PlimsollError::MarketMismatch);
    // A full pair of another market, with its own settling update.
    let update = world
        .update(1, e8(3_000))
        .unwrap()
        .previous(world.now_seconds() - 2);
    world.publish(1, update).unwrap();
    let other_pair = swapped(other_market, own.market_risk, other.market_risk);
    let price = (
        world.price_account(0).unwrap(),
        world.price_account(1).unwrap(),
    );
    let other_pair = swapped(other_pair, price.0, price.1);
    refused(&mut world, other_pair, PlimsollError::MarketMismatch);
    let other_price = swapped(settle, price.0, price.1);
    refused(&mut world, other_price, PlimsollError::WrongFeed);
}

#[test]
fn everything_belongs_to_one_exchange() {
    let mut world = btc();
    let (id, settle) = ready(&mut world, 1_000);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let keeper_id = world.keeper_id;
    let their_keeper = foreign.account_of(&mut world, keeper_id);
    let own = world.market_addresses(BTC).unwrap();
    for (right, wrong) in [
        (world.trader(id).unwrap().address, theirs),
        (world.trader(keeper_id).unwrap().address, their_keeper),
        (own.market, foreign.market.market),
        (own.market_risk, foreign.market.market_risk),
        (world.exchange.exchange, foreign.exchange.exchange),
    ] {
        let instruction = swapped(settle.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::WrongExchange);
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let (id, settle) = ready(&mut world, 1_000);
    let own = world.market_addresses(BTC).unwrap();
    let (exchange, pool) = (world.exchange.exchange, world.exchange.pool);
    let accounts = [
        exchange,
        world.trader(world.keeper_id).unwrap().address,
        world.trader(id).unwrap().address,
        own.market,
        own.market_risk,
    ];
    for original in accounts {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(settle.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(settle.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let keeper = world.keeper;
    let authority = swapped(settle, addresses::EVENT_AUTHORITY, keeper);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}

#[test]
fn orders_of_one_account_settle_in_any_order() {
    let mut world = btc();
    let id = world.new_trader(units(20_000)).unwrap();
    for lots in [1_000, 2_000, 3_000] {
        went!(world.place(id, BTC, Order::market(lots)));
    }
    world.advance(2);
    went!(world.set_price(BTC, e8(60_000)));
    let keys = world.keeper_keys(id, BTC).unwrap();
    let price = world.price_account(BTC).unwrap();
    for (order_id, lots) in [(2, 2_000), (3, 5_000), (1, 6_000)] {
        let settle = build::settle_order(&keys, price, &[], order_id);
        assert_eq!(
            event!(sent(&mut world, settle), OrderSettled).position_lots,
            lots
        );
    }
}
