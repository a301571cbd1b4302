use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::Withdrawn;
use plimsoll::state::{Collateral, MarginAccount, MarketRisk};
use plimsoll_client::addresses;
use plimsoll_testkit::Order;
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, event, holder, patch, refused, refused_by_anchor, refused_with, sent,
    swapped, units, unsigned, went, BTC, COIN, TOKEN_MINT_MISMATCH, TOKEN_PROGRAM,
};

#[test]
fn a_withdrawal_is_paid_to_the_atom() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let trader = world.trader(id).unwrap();
    let vault_q = world.collateral().unwrap().vault_q;
    let event = event!(went!(world.withdraw(id, units(40))), Withdrawn);
    assert_eq!(
        event,
        Withdrawn {
            margin_account: trader.address,
            sequence: 2,
            amount_q: units(40),
            balance_q: 60_000_000,
        }
    );
    assert_eq!(world.account(id).unwrap().balance_q, 60_000_000);
    assert_eq!(world.token_amount(&trader.tokens), Some(units(40)));
    assert_eq!(world.collateral().unwrap().vault_q, vault_q - units(40));
    went!(world.withdraw(id, units(60)));
    assert!(world.account(id).unwrap().is_empty());
}

/// I3.
#[test]
fn what_is_left_meets_the_initial_requirement_to_the_atom() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let free_q = world.margin(id).unwrap().free_q();
    assert!(free_q > 0);
    let too_much = world.withdraw_instruction(id, free_q + 1).unwrap();
    refused(&mut world, too_much, PlimsollError::InitialRequirement);
    went!(world.withdraw(id, free_q));
    assert_eq!(world.margin(id).unwrap().free_q(), 0);
    let one_more = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, one_more, PlimsollError::InitialRequirement);
}

#[test]
fn open_profit_is_not_withdrawn() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let before_q = world.margin(id).unwrap().free_q();
    world.advance(60);
    went!(world.set_price(BTC, e8(60_600)));
    let margin = world.margin(id).unwrap();
    assert!(margin.equity_liquidation_q > margin.equity_initial_q);
    assert!(
        margin.free_q() < before_q,
        "the requirement grew, the equity did not"
    );
    let profit = world.withdraw_instruction(id, before_q).unwrap();
    refused(&mut world, profit, PlimsollError::InitialRequirement);
}

#[test]
fn amounts_fit() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let cases = [
        (0, PlimsollError::ZeroAmount),
        (units(100) + 1, PlimsollError::InitialRequirement),
        (i64::MAX.unsigned_abs(), PlimsollError::InitialRequirement),
        (i64::MAX.unsigned_abs() + 1, PlimsollError::Overflow),
        (u64::MAX, PlimsollError::Overflow),
    ];
    for (amount_q, error) in cases {
        let instruction = world.withdraw_instruction(id, amount_q).unwrap();
        refused(&mut world, instruction, error);
    }
    let address = world.trader(id).unwrap().address;
    let owing = |account: &mut MarginAccount| account.balance_q = i64::MIN;
    patch(&mut world, address, owing);
    let instruction = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, instruction, PlimsollError::Overflow);
}

/// R-P9.
#[test]
fn prices_are_fresh_where_there_are_positions() {
    let mut world = btc();
    let flat = world.new_trader(units(100)).unwrap();
    let id = holder(&mut world, 20_000, COIN);
    let limit = i64::from(world.risk(BTC).unwrap().params.risk_age_seconds_max);
    world.advance(limit);
    went!(world.withdraw(id, 1));
    world.advance(1);
    let stale = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, stale, PlimsollError::RiskTooOld);
    went!(world.withdraw(flat, 1));
}

#[test]
fn a_corrupt_divisor_is_refused_by_name() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    patch(&mut world, risk, |risk: &mut MarketRisk| {
        risk.lot_divisor = 0
    });
    let instruction = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, instruction, PlimsollError::DivisionByZero);
}

#[test]
fn only_the_owner_withdraws() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let other = world.new_trader(units(100)).unwrap();
    let (trader, stranger) = (world.trader(id).unwrap(), world.trader(other).unwrap());
    let own = world.withdraw_instruction(id, 1).unwrap();
    let by_stranger = swapped(own.clone(), trader.owner, stranger.owner);
    refused(&mut world, by_stranger, PlimsollError::NotAccountOwner);
    let of_stranger = swapped(own.clone(), trader.address, stranger.address);
    refused(&mut world, of_stranger, PlimsollError::NotAccountOwner);
    refused_by_anchor(
        &mut world,
        unsigned(own, trader.owner),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn everything_belongs_to_one_exchange() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let (own, trader) = (world.exchange, world.trader(id).unwrap());
    let instruction = world.withdraw_instruction(id, 1).unwrap();
    for (right, wrong) in [
        (trader.address, theirs),
        (own.collateral, foreign.exchange.collateral),
        (own.exchange, foreign.exchange.exchange),
    ] {
        let instruction = swapped(instruction.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::WrongExchange);
    }
    let their_vault = swapped(instruction, own.vault, foreign.exchange.vault);
    refused(&mut world, their_vault, PlimsollError::VaultMismatch);
}

#[test]
fn the_vault_pays_others_and_keeps_what_the_books_say() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let (own, trader) = (world.exchange, world.trader(id).unwrap());
    let instruction = world.withdraw_instruction(id, units(1)).unwrap();
    let to_vault = swapped(instruction.clone(), trader.tokens, own.vault);
    refused(&mut world, to_vault, PlimsollError::VaultMismatch);
    let record = |collateral: &mut Collateral| collateral.vault_q += 1;
    patch(&mut world, own.collateral, record);
    refused(&mut world, instruction, PlimsollError::VaultMismatch);
}

#[test]
fn only_the_quote_currency_is_paid() {
    let mut world = btc();
    let id = world.new_trader(units(100)).unwrap();
    let trader = world.trader(id).unwrap();
    let mint = world.new_mint("second mint", 0, 6).unwrap();
    let other = world.mint_tokens(&mint, &trader.owner, 0).unwrap();
    let instruction = world.withdraw_instruction(id, 1).unwrap();
    let mixed = swapped(instruction.clone(), trader.tokens, other);
    refused_with(&mut world, mixed, TOKEN_MINT_MISMATCH);
    let collateral = world.exchange.collateral;
    patch(&mut world, collateral, |collateral: &mut Collateral| {
        collateral.index = 1
    });
    refused(&mut world, instruction, PlimsollError::NotQuoteCollateral);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let (own, trader) = (world.exchange, world.trader(id).unwrap());
    let instruction = world.withdraw_instruction(id, 1).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    for original in [
        own.exchange,
        trader.address,
        own.collateral,
        own.vault,
        trader.tokens,
        risk,
    ] {
        let fake = counterfeit(&mut world, original);
        let instruction = swapped(instruction.clone(), original, fake);
        refused_by_anchor(
            &mut world,
            instruction,
            ErrorCode::AccountOwnedByWrongProgram,
        );
    }
    for original in [own.exchange, trader.address, own.collateral, risk] {
        let wrong_type = swapped(instruction.clone(), original, own.pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let wrong_program = swapped(instruction.clone(), TOKEN_PROGRAM, plimsoll::ID);
    refused_by_anchor(&mut world, wrong_program, ErrorCode::InvalidProgramId);
    let authority = swapped(instruction, addresses::EVENT_AUTHORITY, trader.owner);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}

/// R-O5: what an order may need when it fills must be there: withdrawing would be a way to cancel it.
#[test]
fn an_order_that_may_add_risk_ends_before_a_withdrawal() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    went!(world.place(id, BTC, Order::reduce(-COIN)));
    went!(world.withdraw(id, 1));
    let order_id = went!(world.place(id, BTC, Order::market(-100)));
    let one = world.withdraw_instruction(id, 1).unwrap();
    refused(&mut world, one.clone(), PlimsollError::OrdersOpen);
    world.advance(2);
    went!(world.set_price(BTC, e8(60_000)));
    went!(world.settle(id, BTC, order_id));
    sent(&mut world, one);
}
