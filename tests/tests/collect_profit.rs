use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::ProfitCollected;
use plimsoll::state::PositionSlot;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, e8, event, holder, price, refused, refused_by_anchor, sent,
    swapped, unbacked, units, went, BTC, COIN,
};
use solana_instruction::Instruction;

/// The least vesting that may be set, and that worlds have.
const VESTING: i64 = 1_800;

/// A market without cash of its own that may draw `loss_cap` quote units, and a trader who has closed at
/// a profit there.
fn winner(loss_cap: u64) -> (World, TraderId, u64) {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = 0;
        args.trade.loss_cap_q = units(loss_cap);
    });
    let mut world = unbacked(built(World::builder().market(spec)));
    let id = holder(&mut world, 20_000, COIN);
    let unpaid_q = close(&mut world, id, COIN, 61_000);
    (world, id, unpaid_q)
}

/// Sells so many lots at a price; what that added to the claim, quote atoms.
#[track_caller]
fn close(world: &mut World, id: TraderId, lots: i64, quote: u64) -> u64 {
    let closed = went!(world.trade(id, BTC, Order::reduce(-lots), e8(quote)));
    let event = event!(closed, OrderSettled);
    assert!(event.realised_q > 0);
    assert_eq!(event.unpaid_q, event.realised_q.unsigned_abs());
    event.unpaid_q
}

fn collect(world: &World, id: TraderId) -> Instruction {
    world.collect_instruction(id, BTC).unwrap()
}

fn slot(world: &World, id: TraderId) -> PositionSlot {
    world.account(id).unwrap().positions[0]
}

/// R-W1, R-W2.
#[test]
fn profit_is_pending_however_much_cash_there_is_and_is_paid_once_vested() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let balance_q = world.account(id).unwrap().balance_q;
    let cash_q = world.market(BTC).unwrap().cash_q;
    let unpaid_q = close(&mut world, id, COIN, 61_000);
    let fees_q = 20_000 + 30_500_000;
    let account = world.account(id).unwrap();
    assert_eq!(account.balance_q, balance_q - fees_q);
    let pending = slot(&world, id);
    let vests_seconds = world.now_seconds() + VESTING;
    assert_eq!(
        (pending.lots, pending.unpaid_q, pending.vests_seconds),
        (0, unpaid_q, vests_seconds)
    );
    let market = world.market(BTC).unwrap();
    assert_eq!((market.cash_q, market.unpaid_q), (cash_q, unpaid_q));
    let margin = world.margin(id).unwrap();
    assert_eq!(
        margin.equity_initial_q,
        balance_q - fees_q,
        "not for new risk"
    );
    let worth_q = balance_q - fees_q + unpaid_q as i64;
    assert_eq!(
        (margin.equity_call_q, margin.equity_liquidation_q),
        (worth_q, worth_q)
    );

    let instruction = collect(&world, id);
    world.set_time(vests_seconds - 1);
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::ProfitNotVested,
    );
    world.set_time(vests_seconds);
    let event = event!(sent(&mut world, instruction.clone()), ProfitCollected);
    let account = world.account(id).unwrap();
    assert_eq!(
        event,
        ProfitCollected {
            margin_account: world.trader(id).unwrap().address,
            sequence: account.sequence,
            market_index: BTC,
            amount_q: unpaid_q,
            unpaid_q: 0,
            balance_q: worth_q,
        }
    );
    assert_eq!(account.balance_q, worth_q);
    assert_eq!(account.positions[0], PositionSlot::default());
    let market = world.market(BTC).unwrap();
    assert_eq!((market.cash_q, market.unpaid_q), (cash_q - unpaid_q, 0));
    refused(&mut world, instruction, PlimsollError::NoPosition);
}

/// R-W1: what was won in a market pays what is lost there, and only then the balance does.
#[test]
fn a_loss_takes_from_what_is_pending_first() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, 2 * COIN);
    let unpaid_q = close(&mut world, id, COIN, 61_000);
    let cash_q = world.market(BTC).unwrap().cash_q;
    let balance_q = world.account(id).unwrap().balance_q;
    let sold = went!(world.trade(id, BTC, Order::reduce(-COIN / 2), e8(59_000)));
    let sold = event!(sold, OrderSettled);
    let loss_q = sold.realised_q.unsigned_abs();
    assert!(sold.realised_q < 0 && loss_q < unpaid_q, "{sold:?}");
    assert_eq!(slot(&world, id).unpaid_q, unpaid_q - loss_q);
    let market = world.market(BTC).unwrap();
    assert_eq!(
        (market.cash_q, market.unpaid_q),
        (cash_q, unpaid_q - loss_q)
    );
    let paid_q = 20_000 + sold.taker_fee_q as i64;
    assert_eq!(world.account(id).unwrap().balance_q, balance_q - paid_q);

    let left_q = unpaid_q - loss_q;
    let sold = went!(world.trade(id, BTC, Order::reduce(-COIN / 2), e8(56_000)));
    let sold = event!(sold, OrderSettled);
    let beyond_q = sold.realised_q.unsigned_abs() - left_q;
    let paid_q = paid_q + 20_000 + (sold.taker_fee_q + beyond_q) as i64;
    assert_eq!(world.account(id).unwrap().balance_q, balance_q - paid_q);
    assert_eq!(slot(&world, id), PositionSlot::default());
    let market = world.market(BTC).unwrap();
    assert_eq!((market.cash_q, market.unpaid_q), (cash_q + beyond_q, 0));
}

/// R-W2: a profit joins what is pending; what waits is the mean, by amount.
#[test]
fn profits_wait_as_long_as_their_mean() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, 2 * COIN);
    let first_q = close(&mut world, id, COIN, 61_000);
    let first_seconds = slot(&world, id).vests_seconds;
    world.advance(1_000);
    went!(world.refresh_all());
    let second_q = close(&mut world, id, COIN, 61_500);
    let now_seconds = world.now_seconds();
    let waits = i128::from(first_q) * i128::from(first_seconds - now_seconds)
        + i128::from(second_q) * i128::from(VESTING);
    let total_q = i128::from(first_q + second_q);
    let mean_seconds = (waits + total_q - 1) / total_q;
    let vests_seconds = slot(&world, id).vests_seconds;
    assert_eq!(i128::from(vests_seconds - now_seconds), mean_seconds);
    assert!(vests_seconds > first_seconds);
    let instruction = collect(&world, id);
    world.set_time(first_seconds);
    refused(&mut world, instruction, PlimsollError::ProfitNotVested);
    world.set_time(vests_seconds);
    let paid = event!(went!(world.collect(id, BTC)), ProfitCollected);
    assert_eq!(paid.amount_q, first_q + second_q);
}

/// R-W3: what the cash does not cover is drawn from the pool before anybody is paid.
#[test]
fn profit_beyond_the_markets_cash_waits_and_is_paid_after_a_sweep() {
    let (mut world, id, unpaid_q) = winner(10_000);
    world.advance(VESTING);
    let instruction = collect(&world, id);
    refused(&mut world, instruction, PlimsollError::MarketShort);
    let swept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!(swept.moved_q, unpaid_q as i64, "exactly what waits");
    let paid = event!(went!(world.collect(id, BTC)), ProfitCollected);
    assert_eq!(paid.amount_q, unpaid_q);
    let market = world.market(BTC).unwrap();
    assert_eq!((market.cash_q, market.unpaid_q), (0, 0));
}

/// R-W3: beyond the loss cap nobody is paid before the others: all or none.
#[test]
fn a_market_that_is_short_pays_nobody() {
    let (mut world, id, unpaid_q) = winner(300);
    world.advance(VESTING);
    went!(world.sweep(BTC));
    assert_eq!(world.market(BTC).unwrap().cash_q, units(300));
    let instruction = collect(&world, id);
    refused(&mut world, instruction, PlimsollError::MarketShort);
    // What others lose pays it.
    let mut world = unbacked(world);
    let loser = holder(&mut world, 20_000, COIN);
    went!(world.trade(loser, BTC, Order::reduce(-COIN), e8(60_000)));
    let paid = event!(went!(world.collect(id, BTC)), ProfitCollected);
    assert_eq!(paid.amount_q, unpaid_q);
}

/// R-W3: profit made at a price that is doubted now is not paid.
#[test]
fn nothing_is_paid_while_the_price_is_doubted() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    close(&mut world, id, COIN, 61_000);
    world.advance(VESTING - 60);
    went!(world.refresh_all());
    price(&mut world, 68_000);
    let instruction = collect(&world, id);
    refused(&mut world, instruction, PlimsollError::MarketGuarded);
    price(&mut world, 68_000);
    went!(world.collect(id, BTC));
}

#[test]
fn waiting_profit_is_kept_beside_a_new_position() {
    let (mut world, id, unpaid_q) = winner(10_000);
    went!(world.trade(id, BTC, Order::market(COIN), e8(61_000)));
    let kept = slot(&world, id);
    assert_eq!((kept.lots, kept.unpaid_q), (COIN, unpaid_q));
    world.advance(VESTING);
    went!(world.sweep(BTC));
    went!(world.collect(id, BTC));
    let left = slot(&world, id);
    assert_eq!((left.lots, left.unpaid_q, left.vests_seconds), (COIN, 0, 0));
    assert!(left.entry_q > 0);
}

#[test]
fn there_is_something_to_collect() {
    let (mut world, _, _) = winner(10_000);
    went!(world.sweep(BTC));
    world = unbacked(world);
    let open = holder(&mut world, 20_000, COIN);
    let nothing = collect(&world, open);
    refused(&mut world, nothing, PlimsollError::NothingToMove);
    let flat = world.new_trader(units(1)).unwrap();
    let nothing = collect(&world, flat);
    refused(&mut world, nothing, PlimsollError::NoPosition);
}

#[test]
fn accounts_are_what_they_must_be() {
    let (mut world, id, _) = winner(10_000);
    went!(world.sweep(BTC));
    let instruction = collect(&world, id);
    let pool = world.exchange.pool;
    let market = world.market_addresses(BTC).unwrap();
    let address = world.trader(id).unwrap().address;
    for original in [address, market.market, market.market_risk] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(instruction.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(instruction.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    for (right, wrong) in [
        (address, theirs),
        (market.market, foreign.market.market),
        (market.market_risk, foreign.market.market_risk),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
    let other = went!(world.list(plimsoll_testkit::MarketSpec::eth()));
    let other = world.market_addresses(other).unwrap();
    let mixed = build::collect_profit(
        address,
        &plimsoll_client::MarketAddresses {
            market_risk: other.market_risk,
            ..market
        },
    );
    refused(&mut world, mixed, PlimsollError::MarketMismatch);
    let payer = world.payer;
    let authority = swapped(instruction, addresses::EVENT_AUTHORITY, payer);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
