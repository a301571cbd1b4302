use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::MarginAccountClosed;
use plimsoll::state::MarginAccount;
use plimsoll_client::instructions as build;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{
    btc, counterfeit, event, holder, patch, refused, refused_by_anchor, sent, swapped, units,
    unsigned, went, BTC, COIN,
};
use solana_account::ReadableAccount;
use solana_instruction::Instruction;

fn close(world: &World, id: TraderId) -> Instruction {
    let trader = world.trader(id).unwrap();
    build::close_margin_account(trader.owner, trader.address)
}

#[test]
fn an_empty_account_returns_its_rent() {
    let mut world = btc();
    let id = world.new_trader(units(5)).unwrap();
    went!(world.withdraw(id, units(5)));
    let trader = world.trader(id).unwrap();
    let lamports = |world: &World, key| world.raw(&key).map_or(0, |account| account.lamports());
    let rent = lamports(&world, trader.address);
    let before = lamports(&world, trader.owner);
    let instruction = close(&world, id);
    let event = event!(sent(&mut world, instruction), MarginAccountClosed);
    assert_eq!(
        event,
        MarginAccountClosed {
            margin_account: trader.address,
            owner: trader.owner
        }
    );
    assert!(rent > 0);
    assert_eq!(lamports(&world, trader.owner), before + rent);
    assert_eq!(lamports(&world, trader.address), 0);
}

#[test]
fn what_holds_or_owes_anything_stays_open() {
    let mut world = btc();
    let id = world.new_trader(1).unwrap();
    let instruction = close(&world, id);
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::AccountNotEmpty,
    );
    let address = world.trader(id).unwrap().address;
    let cases: [fn(&mut MarginAccount); 5] = [
        |account| account.balance_q = -1,
        |account| account.positions[7].lots = -1,
        |account| account.positions[0].unpaid_q = 1,
        |account| account.orders[7].id = 1,
        |account| account.collaterals[3].amount = 1,
    ];
    for change in cases {
        let mut world = world.clone();
        patch(&mut world, address, |account: &mut MarginAccount| {
            account.balance_q = 0
        });
        patch(&mut world, address, change);
        refused(
            &mut world,
            instruction.clone(),
            PlimsollError::AccountNotEmpty,
        );
    }
}

#[test]
fn an_order_or_a_position_keeps_it_open() {
    let mut world = btc();
    let holding = holder(&mut world, 20_000, COIN);
    let instruction = close(&world, holding);
    refused(&mut world, instruction, PlimsollError::AccountNotEmpty);

    // All it has is escrowed: the balance is zero and the fee waits in the order.
    let fee_q = world.market(BTC).unwrap().params.keeper_fee_q;
    let ordering = world.new_trader(fee_q).unwrap();
    went!(world.place(ordering, BTC, Order::market(100)));
    assert_eq!(world.account(ordering).unwrap().balance_q, 0);
    let instruction = close(&world, ordering);
    refused(&mut world, instruction, PlimsollError::AccountNotEmpty);
}

#[test]
fn only_the_owner_closes() {
    let mut world = btc();
    let id = world.new_trader(0).unwrap();
    let other = world.new_trader(0).unwrap();
    let (trader, stranger) = (world.trader(id).unwrap(), world.trader(other).unwrap());
    let own = close(&world, id);
    let by_stranger = swapped(own.clone(), trader.owner, stranger.owner);
    refused(&mut world, by_stranger, PlimsollError::NotAccountOwner);
    let silent = unsigned(own.clone(), trader.owner);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
    let pool = world.exchange.pool;
    let wrong_type = swapped(own.clone(), trader.address, pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let fake = counterfeit(&mut world, trader.address);
    let fake = swapped(own, trader.address, fake);
    refused_by_anchor(&mut world, fake, ErrorCode::AccountOwnedByWrongProgram);
}
