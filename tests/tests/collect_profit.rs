use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::ProfitCollected;
use plimsoll::state::PositionSlot;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc_spec, built, counterfeit, e8, event, holder, refused, refused_by_anchor, sent, swapped,
    units, went, BTC, COIN,
};
use solana_instruction::Instruction;

/// A market without cash of its own that may draw `loss_cap` quote units, and a trader who has closed at
/// a profit there.
fn winner(loss_cap: u64) -> (World, TraderId, u64) {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = 0;
        args.trade.loss_cap_q = units(loss_cap);
    });
    let mut world = built(World::builder().market(spec));
    let id = holder(&mut world, 20_000, COIN);
    let closed = went!(world.trade(id, BTC, Order::reduce(-COIN), e8(61_000)));
    let event = event!(closed, OrderSettled);
    assert!(event.realised_q > 0);
    assert_eq!(
        event.unpaid_q,
        event.realised_q.unsigned_abs(),
        "no cash at all"
    );
    (world, id, event.unpaid_q)
}

fn collect(world: &World, id: TraderId) -> Instruction {
    world.collect_instruction(id, BTC).unwrap()
}

#[test]
fn profit_beyond_the_markets_cash_waits_and_is_paid_after_a_sweep() {
    let (mut world, id, unpaid_q) = winner(10_000);
    let balance_q = world.account(id).unwrap().balance_q;
    let slot = world.account(id).unwrap().positions[0];
    assert_eq!((slot.lots, slot.entry_q, slot.unpaid_q), (0, 0, unpaid_q));
    assert_eq!(world.market(BTC).unwrap().unpaid_q, unpaid_q);
    let margin = world.margin(id).unwrap();
    assert_eq!(
        margin.equity_initial_q, balance_q,
        "it counts for nothing new"
    );
    assert_eq!(margin.equity_call_q, balance_q + unpaid_q as i64);

    let instruction = collect(&world, id);
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::NothingToMove,
    );
    let swept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!(swept.moved_q, unpaid_q as i64, "exactly what waits");
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
            balance_q: balance_q + unpaid_q as i64,
        }
    );
    assert_eq!(account.balance_q, event.balance_q);
    assert_eq!(account.positions[0], PositionSlot::default());
    let market = world.market(BTC).unwrap();
    assert_eq!((market.cash_q, market.unpaid_q), (0, 0));
    refused(&mut world, instruction, PlimsollError::NoPosition);
}

#[test]
fn a_market_pays_as_far_as_its_loss_cap_goes() {
    let (mut world, id, unpaid_q) = winner(300);
    went!(world.sweep(BTC));
    let event = event!(went!(world.collect(id, BTC)), ProfitCollected);
    assert_eq!(
        (event.amount_q, event.unpaid_q),
        (units(300), unpaid_q - units(300))
    );
    let instruction = collect(&world, id);
    refused(&mut world, instruction, PlimsollError::NothingToMove);
    // The market's cap is used up: another sweep finds nothing it may move, only that nothing is left
    // to pay with; then not even that.
    let told = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!((told.moved_q, told.credit_ppm), (0, 0));
    let again = build::sweep_market(world.exchange.pool, &world.market_addresses(BTC).unwrap());
    refused(&mut world, again, PlimsollError::NothingToMove);
}

#[test]
fn what_others_lose_pays_what_waits() {
    let (mut world, id, unpaid_q) = winner(0);
    let loser = holder(&mut world, 20_000, COIN / 10);
    went!(world.trade(loser, BTC, Order::reduce(-COIN / 10), e8(60_000)));
    let cash_q = world.market(BTC).unwrap().cash_q;
    assert!(cash_q > 0 && cash_q < unpaid_q);
    // It is owed before anything is surplus: a sweep moves nothing, it tells what part could be paid.
    let told = event!(went!(world.sweep(BTC)), MarketSwept);
    let credit_ppm = cash_q * 1_000_000 / unpaid_q;
    assert_eq!((told.moved_q, u64::from(told.credit_ppm)), (0, credit_ppm));
    let sweep = build::sweep_market(world.exchange.pool, &world.market_addresses(BTC).unwrap());
    refused(&mut world, sweep, PlimsollError::NothingToMove);
    let event = event!(went!(world.collect(id, BTC)), ProfitCollected);
    assert_eq!(
        (event.amount_q, event.unpaid_q),
        (cash_q, unpaid_q - cash_q)
    );
    assert_eq!(
        world.account(id).unwrap().positions[0].unpaid_q,
        unpaid_q - cash_q
    );
}

#[test]
fn waiting_profit_is_kept_beside_a_new_position() {
    let (mut world, id, unpaid_q) = winner(10_000);
    went!(world.trade(id, BTC, Order::market(COIN), e8(61_000)));
    let slot = world.account(id).unwrap().positions[0];
    assert_eq!((slot.lots, slot.unpaid_q), (COIN, unpaid_q));
    went!(world.sweep(BTC));
    went!(world.collect(id, BTC));
    let slot = world.account(id).unwrap().positions[0];
    assert_eq!((slot.lots, slot.unpaid_q), (COIN, 0));
    assert!(slot.entry_q > 0);
}

#[test]
fn there_is_something_to_collect() {
    let (mut world, _, _) = winner(10_000);
    went!(world.sweep(BTC));
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
    let (address, market) = (
        world.trader(id).unwrap().address,
        world.market_addresses(BTC).unwrap().market,
    );
    for original in [address, market] {
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
    for (right, wrong) in [(address, theirs), (market, foreign.market.market)] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
    let payer = world.payer;
    let authority = swapped(instruction, addresses::EVENT_AUTHORITY, payer);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
