use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::{DeficitAbsorbed, DeficitRepaid};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, e8, event, holder, price, refused, refused_by_anchor, sent,
    state, swapped, three_markets, unbacked, units, went, BTC, COIN,
};
use solana_instruction::Instruction;

/// A trader whose own exit settled at a loss beyond the collateral.
fn owing(world: &mut World) -> TraderId {
    let id = holder(world, 4_000, COIN);
    let order_id = went!(world.place(id, BTC, Order::reduce(-COIN)));
    world.advance(2);
    went!(world.set_price(BTC, e8(54_000)));
    went!(world.settle(id, BTC, order_id));
    assert!(world.account(id).unwrap().balance_q < 0);
    assert_eq!(state(world, id), AccountState::Bankrupt);
    id
}

fn absorb(world: &World, id: TraderId, market: u16) -> Instruction {
    let market = world.market_addresses(market).unwrap().market;
    build::absorb_deficit(
        world.trader(id).unwrap().address,
        market,
        world.exchange.insurance,
    )
}

#[test]
fn what_an_exit_left_owing_is_covered_to_the_atom() {
    let mut world = btc();
    let id = owing(&mut world);
    let owed_q = world.account(id).unwrap().balance_q.unsigned_abs();
    let fund_q = world.insurance().unwrap().balance_q;
    let instruction = absorb(&world, id, BTC);
    let event = event!(sent(&mut world, instruction.clone()), DeficitAbsorbed);
    assert_eq!(
        event,
        DeficitAbsorbed {
            margin_account: world.trader(id).unwrap().address,
            market_index: BTC,
            deficit_q: owed_q,
            insurance_q: owed_q,
            market_q: 0,
        }
    );
    assert_eq!(world.account(id).unwrap().balance_q, 0);
    assert_eq!(world.insurance().unwrap().balance_q, fund_q - owed_q);
    assert_eq!(world.market(BTC).unwrap().insured_q, owed_q);
    refused(&mut world, instruction, PlimsollError::NothingToMove);
    assert!(world.account(id).unwrap().is_empty());
}

#[test]
fn accounts_that_owe_nothing_or_have_positions_are_not_covered() {
    let mut world = btc();
    let rich = world.new_trader(units(1)).unwrap();
    let empty = world.new_trader(0).unwrap();
    let bankrupt = holder(&mut world, 4_000, COIN);
    price(&mut world, 50_000);
    assert_eq!(state(&world, bankrupt), AccountState::Bankrupt);
    for id in [rich, empty, bankrupt] {
        let instruction = absorb(&world, id, BTC);
        refused(&mut world, instruction, PlimsollError::NothingToMove);
    }
}

/// R-L8: a loss is borne where it was made, whichever leg is closed last.
#[test]
fn each_market_bears_its_own_deficit() {
    let mut world = three_markets();
    let id = world.new_trader(units(5_000)).unwrap();
    went!(world.trade(id, 1, Order::market(10_000), e8(3_000)));
    went!(world.trade(id, 0, Order::market(COIN), e8(60_000)));
    world.advance(60);
    went!(world.jump(0, e8(50_000)));
    went!(world.jump(1, e8(2_700)));
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    went!(world.liquidate(id, 0));
    let owed_q = world.account(id).unwrap().balance_q.unsigned_abs();
    assert_eq!(world.market(0).unwrap().uncovered_q, owed_q);
    // Ether is open still, so nobody covers anything yet.
    let bitcoin = absorb(&world, id, 0);
    refused(&mut world, bitcoin.clone(), PlimsollError::NothingToMove);
    let last = event!(went!(world.liquidate_and_absorb(id, 1)), DeficitAbsorbed);
    assert_eq!(last.market_index, 1);
    assert!(
        (units(30)..units(31)).contains(&last.deficit_q),
        "a tenth of 300: {last:?}"
    );
    let solana = absorb(&world, id, 2);
    refused(&mut world, solana, PlimsollError::NothingToMove);
    let event = event!(sent(&mut world, bitcoin), DeficitAbsorbed);
    assert_eq!((event.market_index, event.deficit_q), (0, owed_q));
    assert!(world.account(id).unwrap().is_empty());
}

/// R-L8: what only a negative balance stands for is paid to nobody.
#[test]
fn uncovered_cash_pays_no_profit_and_is_no_surplus() {
    let spec = btc_spec().with(|args| {
        args.trade.loss_cap_q = 0;
        args.trade.cash_target_q = 0;
    });
    let mut world = unbacked(built(World::builder().market(spec).insurance(0)));
    let winner = holder(&mut world, 20_000, -COIN);
    let id = owing(&mut world);
    let market = *world.market(BTC).unwrap();
    let owed_q = world.account(id).unwrap().balance_q.unsigned_abs();
    assert_eq!(
        (market.uncovered_q, market.payable_q()),
        (owed_q, market.cash_q - owed_q)
    );
    let swept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!(swept.moved_q, -(market.payable_q() as i64));
    assert_eq!(swept.cash_q, owed_q);
    let closed = went!(world.trade(winner, BTC, Order::reduce(COIN), e8(54_000)));
    let closed = event!(closed, OrderSettled);
    assert!(closed.realised_q > 0);
    assert_eq!(closed.unpaid_q, closed.realised_q.unsigned_abs());
    // With no insurance the market bears it: the claim on it is gone, and so is its cash.
    let absorbed = event!(went!(world.absorb(id, BTC)), DeficitAbsorbed);
    assert_eq!((absorbed.insurance_q, absorbed.market_q), (0, owed_q));
    let market = world.market(BTC).unwrap();
    assert_eq!((market.cash_q, market.uncovered_q), (0, 0));
}

#[test]
fn an_owner_may_pay_all_or_part_of_it() {
    for paid_percent in [40, 100, 250] {
        let mut world = btc();
        let id = owing(&mut world);
        let owed_q = world.account(id).unwrap().balance_q.unsigned_abs();
        let paid_q = owed_q * paid_percent / 100;
        went!(world.deposit(id, paid_q));
        let instruction = absorb(&world, id, BTC);
        let sent = sent(&mut world, instruction);
        let repaid = event!(sent, DeficitRepaid);
        let margin_account = world.trader(id).unwrap().address;
        let repaid_q = paid_q.min(owed_q);
        assert_eq!(
            repaid,
            DeficitRepaid {
                margin_account,
                market_index: BTC,
                repaid_q
            }
        );
        if paid_q < owed_q {
            let rest = event!(sent, DeficitAbsorbed);
            assert_eq!(rest.deficit_q, owed_q - paid_q);
        } else {
            assert_eq!(sent.events.len(), 1);
        }
        let left_q = i64::try_from(paid_q.saturating_sub(owed_q)).unwrap();
        assert_eq!(world.account(id).unwrap().balance_q, left_q);
        assert_eq!(world.market(BTC).unwrap().uncovered_q, 0);
        let again = absorb(&world, id, BTC);
        refused(&mut world, again, PlimsollError::NothingToMove);
        if left_q > 0 {
            went!(world.withdraw(id, left_q.unsigned_abs()));
        }
        assert!(world.account(id).unwrap().is_empty());
    }
}

#[test]
fn an_account_that_owes_neither_withdraws_nor_trades_nor_closes() {
    let mut world = btc();
    let id = owing(&mut world);
    let trader = world.trader(id).unwrap();
    let withdraw = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, withdraw, PlimsollError::InitialRequirement);
    let place = world
        .place_instruction(id, BTC, Order::market(100))
        .unwrap();
    refused(&mut world, place, PlimsollError::InitialRequirement);
    let close = build::close_margin_account(trader.owner, trader.address);
    refused(&mut world, close, PlimsollError::AccountNotEmpty);
}

#[test]
fn everything_belongs_to_one_exchange() {
    let mut world = btc();
    let id = owing(&mut world);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let instruction = absorb(&world, id, BTC);
    for (right, wrong) in [
        (world.trader(id).unwrap().address, theirs),
        (
            world.market_addresses(BTC).unwrap().market,
            foreign.market.market,
        ),
        (world.exchange.insurance, foreign.exchange.insurance),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let id = owing(&mut world);
    let instruction = absorb(&world, id, BTC);
    let pool = world.exchange.pool;
    let accounts = [
        world.trader(id).unwrap().address,
        world.market_addresses(BTC).unwrap().market,
        world.exchange.insurance,
    ];
    for original in accounts {
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
    let payer = world.payer;
    let authority = swapped(instruction, addresses::EVENT_AUTHORITY, payer);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
