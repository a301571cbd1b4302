use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderOutcome, OrderSettled};
use plimsoll::state::OrderSlot;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, earned_q, event, holder, refused, refused_by_anchor, sent, swapped,
    three_markets, units, unsigned, went, BTC, COIN,
};
use solana_instruction::Instruction;

/// The last second at which an order placed now may still settle or wait.
fn deadline_seconds(world: &World) -> i64 {
    let params = world.market(BTC).unwrap().params;
    [
        params.order_delay_seconds,
        params.order_window_seconds,
        params.order_timeout_seconds,
    ]
    .into_iter()
    .fold(world.now_seconds(), |sum, seconds| sum + i64::from(seconds))
}

fn expiry(world: &World, id: TraderId, order_id: u64) -> Instruction {
    build::expire_order(&world.keeper_keys(id, BTC).unwrap(), order_id)
}

/// A trader whose order has timed out.
fn ready(world: &mut World) -> (TraderId, Instruction) {
    let id = world.new_trader(units(100)).unwrap();
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    let deadline = deadline_seconds(world);
    world.set_time(deadline + 1);
    (id, expiry(world, id, order_id))
}

/// R-O4.
#[test]
fn an_unsettled_order_expires_after_its_timeout_not_before() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let earned_before_q = earned_q(&world);
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    let deadline = deadline_seconds(&world);
    let balance_q = world.account(id).unwrap().balance_q;
    let expire = expiry(&world, id, order_id);
    for seconds in [world.now_seconds(), deadline - 1, deadline] {
        world.set_time(seconds);
        refused(&mut world, expire.clone(), PlimsollError::OrderStillLive);
    }
    world.set_time(deadline + 1);
    let event = event!(sent(&mut world, expire), OrderSettled);
    let expected = OrderSettled {
        margin_account: world.trader(id).unwrap().address,
        sequence: event.sequence,
        market_index: BTC,
        market_sequence: event.market_sequence,
        order_id,
        outcome: OrderOutcome::Expired,
        keeper: world.keeper,
        keeper_fee_q: 20_000,
        lots: 0,
        price_e8: 0,
        cost_q: 0,
        taker_fee_q: 0,
        carry_q: 0,
        realised_q: 0,
        unpaid_q: 0,
        position_lots: COIN,
        balance_q,
    };
    assert_eq!(event, expected);
    let account = world.account(id).unwrap();
    assert_eq!(account.orders, [OrderSlot::default(); 8]);
    assert_eq!(
        (account.balance_q, account.sequence),
        (balance_q, event.sequence)
    );
    assert_eq!(earned_q(&world), earned_before_q + 20_000);
}

#[test]
fn a_late_proof_still_settles_before_the_expiry() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    world.advance(2);
    went!(world.set_price(BTC, plimsoll_tests::e8(60_000)));
    let update = world.update(BTC, plimsoll_tests::e8(60_000)).unwrap();
    let settling = update.previous(world.now_seconds() - 2);
    world.advance(100);
    went!(world.set_price(BTC, plimsoll_tests::e8(61_000)));
    world.publish(BTC, settling).unwrap();
    let event = event!(went!(world.settle(id, BTC, order_id)), OrderSettled);
    assert_eq!(
        (event.outcome, event.price_e8),
        (OrderOutcome::Filled, 6_000_000_000_000)
    );
}

#[test]
fn an_order_expires_once() {
    let mut world = btc();
    let (id, expire) = ready(&mut world);
    sent(&mut world, expire.clone());
    refused(&mut world, expire, PlimsollError::OrderNotFound);
    for order_id in [0, 2, u64::MAX] {
        let unknown = expiry(&world, id, order_id);
        refused(&mut world, unknown, PlimsollError::OrderNotFound);
    }
}

#[test]
fn the_market_is_the_orders_own() {
    let mut world = three_markets();
    let (_, expire) = ready(&mut world);
    let (own, other) = (
        world.market_addresses(0).unwrap(),
        world.market_addresses(1).unwrap(),
    );
    let other_market = swapped(expire, own.market, other.market);
    refused(&mut world, other_market, PlimsollError::MarketMismatch);
}

#[test]
fn the_keepers_account_is_the_keepers_own_and_not_the_traders() {
    let mut world = btc();
    let (id, expire) = ready(&mut world);
    let trader = world.trader(id).unwrap();
    let keeper = world.trader(world.keeper_id).unwrap();
    let other = world.new_trader(0).unwrap();
    let stranger = world.trader(other).unwrap();
    let to_stranger = swapped(expire.clone(), keeper.address, stranger.address);
    refused(&mut world, to_stranger, PlimsollError::NotKeeperAccount);
    let own = swapped(expire.clone(), keeper.address, trader.address);
    refused(
        &mut world,
        swapped(own, keeper.owner, trader.owner),
        PlimsollError::KeeperIsTrader,
    );
    let silent = unsigned(expire, keeper.owner);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
}

#[test]
fn everything_belongs_to_one_exchange() {
    let mut world = btc();
    let (id, expire) = ready(&mut world);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let keeper_id = world.keeper_id;
    let their_keeper = foreign.account_of(&mut world, keeper_id);
    for (right, wrong) in [
        (world.trader(id).unwrap().address, theirs),
        (world.trader(keeper_id).unwrap().address, their_keeper),
        (
            world.market_addresses(BTC).unwrap().market,
            foreign.market.market,
        ),
    ] {
        let instruction = swapped(expire.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::WrongExchange);
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let (id, expire) = ready(&mut world);
    let pool = world.exchange.pool;
    let accounts = [
        world.trader(world.keeper_id).unwrap().address,
        world.trader(id).unwrap().address,
        world.market_addresses(BTC).unwrap().market,
    ];
    for original in accounts {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(expire.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(expire.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let keeper = world.keeper;
    let authority = swapped(expire, addresses::EVENT_AUTHORITY, keeper);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
