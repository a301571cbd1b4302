use anchor_lang::error::ErrorCode;
use plimsoll::constants::ORDERS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll::events::OrderPlaced;
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll::state::{MarginAccount, OrderKind, OrderSlot};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, event, holder, patch, refused, refused_by_anchor, sent, swapped, units,
    unsigned, went, BTC, COIN,
};

#[track_caller]
fn refused_order(world: &mut World, id: TraderId, order: PlaceOrderArgs, error: PlimsollError) {
    let instruction = world.place_instruction(id, BTC, order).unwrap();
    refused(world, instruction, error);
}

#[test]
fn an_order_waits_with_its_fee() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    let address = world.trader(id).unwrap().address;
    let args = Order::within(-5_000, e8(59_000));
    let instruction = world.place_instruction(id, BTC, args).unwrap();
    let now = world.now_seconds();
    let event = event!(sent(&mut world, instruction), OrderPlaced);
    let params = world.market(BTC).unwrap().params;
    assert_eq!(
        event,
        OrderPlaced {
            margin_account: address,
            sequence: 2,
            market_index: BTC,
            order_id: 1,
            lots: -5_000,
            limit_price_e8: e8(59_000),
            reduce_only: false,
            kind: OrderKind::Market,
            trigger_price_e8: 0,
            expires_seconds: 0,
            fee_q: params.keeper_fee_q,
            target_seconds: now + i64::from(params.order_delay_seconds),
        }
    );
    let account = world.account(id).unwrap();
    assert_eq!(account.balance_q, 1_000_000_000 - 20_000);
    assert_eq!((account.last_order_id, account.escrow_q()), (1, 20_000));
    assert_eq!(
        account.orders[0],
        OrderSlot {
            id: 1,
            lots: -5_000,
            limit_price_e8: e8(59_000),
            placed_seconds: now,
            fee_q: 20_000,
            market_index: BTC,
            target_seconds: now + i64::from(params.order_delay_seconds),
            ..OrderSlot::default()
        }
    );
    assert!(account.orders[1..]
        .iter()
        .all(|order| *order == OrderSlot::default()));
}

#[test]
fn sizes_are_within_the_markets_limits() {
    let mut world = btc();
    let id = world.new_trader(units(100_000)).unwrap();
    let params = world.market(BTC).unwrap().params;
    let (least, most) = (params.order_lots_min as i64, params.order_lots_max as i64);
    for lots in [0, 1, least - 1, most + 1, i64::MAX] {
        for lots in [lots, -lots] {
            refused_order(
                &mut world,
                id,
                Order::market(lots),
                PlimsollError::OrderSize,
            );
        }
    }
    refused_order(
        &mut world,
        id,
        Order::market(i64::MIN),
        PlimsollError::OrderSize,
    );
    for lots in [least, -least, most, -most] {
        went!(world.place(id, BTC, Order::market(lots)));
    }
}

#[test]
fn eight_orders_wait_and_no_more() {
    let mut world = btc();
    let id = world.new_trader(units(1_000)).unwrap();
    for number in 1..=ORDERS_MAX as u64 {
        // Orders of one block are told apart by their size.
        let order = Order::market(100 + number as i64);
        assert_eq!(went!(world.place(id, BTC, order)), number);
    }
    refused_order(
        &mut world,
        id,
        Order::market(100),
        PlimsollError::OrdersFull,
    );
}

#[test]
fn the_fee_is_affordable() {
    let mut world = btc();
    let fee_q = world.market(BTC).unwrap().params.keeper_fee_q;
    let poor = world.new_trader(fee_q - 1).unwrap();
    refused_order(
        &mut world,
        poor,
        Order::market(100),
        PlimsollError::InitialRequirement,
    );
    let enough = world.new_trader(fee_q).unwrap();
    went!(world.place(enough, BTC, Order::market(100)));
    assert_eq!(world.account(enough).unwrap().balance_q, 0);
    let address = world.trader(poor).unwrap().address;
    let owing = |account: &mut MarginAccount| account.balance_q = i64::MIN;
    patch(&mut world, address, owing);
    refused_order(
        &mut world,
        poor,
        Order::market(100),
        PlimsollError::Overflow,
    );
}

#[test]
fn ids_do_not_overflow() {
    let mut world = btc();
    let id = world.new_trader(units(10)).unwrap();
    let address = world.trader(id).unwrap().address;
    let last = |account: &mut MarginAccount| account.last_order_id = u64::MAX;
    patch(&mut world, address, last);
    refused_order(&mut world, id, Order::market(100), PlimsollError::Overflow);
}

#[test]
fn more_risk_needs_the_initial_requirement_after_the_fee() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let fee_q = world.market(BTC).unwrap().params.keeper_fee_q;
    let free_q = world.margin(id).unwrap().free_q();
    went!(world.withdraw(id, free_q - fee_q));
    let mut spent = world.clone();
    went!(world.place(id, BTC, Order::market(-100)));
    went!(spent.withdraw(id, 1));
    // Even an order that would turn out to reduce: what it will meet is not known yet.
    refused_order(
        &mut spent,
        id,
        Order::market(-100),
        PlimsollError::InitialRequirement,
    );
    went!(spent.place(id, BTC, Order::reduce(-100)));
}

#[test]
fn only_owner_and_delegate_place() {
    let mut world = btc();
    let id = world.new_trader(units(10)).unwrap();
    let other = world.new_trader(units(10)).unwrap();
    let (trader, stranger) = (world.trader(id).unwrap(), world.trader(other).unwrap());
    let place = world
        .place_instruction(id, BTC, Order::market(100))
        .unwrap();
    let by_stranger = swapped(place.clone(), trader.owner, stranger.owner);
    refused(&mut world, by_stranger, PlimsollError::NotAccountAuthority);
    let for_stranger = swapped(place.clone(), trader.address, stranger.address);
    refused(&mut world, for_stranger, PlimsollError::NotAccountAuthority);
    refused_by_anchor(
        &mut world,
        unsigned(place, trader.owner),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn everything_belongs_to_one_exchange() {
    let mut world = btc();
    let id = world.new_trader(units(10)).unwrap();
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let address = world.trader(id).unwrap().address;
    let own = (
        world.exchange.exchange,
        world.market_addresses(BTC).unwrap().market,
    );
    let place = world
        .place_instruction(id, BTC, Order::market(100))
        .unwrap();
    for (right, wrong) in [
        (address, theirs),
        (own.1, foreign.market.market),
        (own.0, foreign.exchange.exchange),
    ] {
        let instruction = swapped(place.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::WrongExchange);
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let id = world.new_trader(units(10)).unwrap();
    let trader = world.trader(id).unwrap();
    let market = world.market_addresses(BTC).unwrap();
    let (exchange, pool) = (world.exchange.exchange, world.exchange.pool);
    let place = world
        .place_instruction(id, BTC, Order::market(100))
        .unwrap();
    for original in [exchange, trader.address, market.market] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(place.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(place.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let authority = swapped(place.clone(), addresses::EVENT_AUTHORITY, trader.owner);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    let keys = build::PlaceKeys {
        authority: trader.owner,
        exchange,
        margin_account: trader.address,
        market: market.market,
    };
    let unexpected = build::place_order(&keys, &[market.market_risk], Order::market(100));
    refused(&mut world, unexpected, PlimsollError::RiskAccountUnexpected);
    sent(&mut world, place);
}
