use crate::collateral_support::{
    open, pledger, price_sol, wrapped, PARAMS, SOL, SOL_ATOMS, SOL_LOTS, WSOL, WSOL_RISK,
};
use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::CollateralReleased;
use plimsoll::state::Collateral;
use plimsoll_client::addresses;
use plimsoll_testkit::{MarketSpec, Order, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    counterfeit, e8, event, patch, refused, refused_by_anchor, refused_with, sent, swapped,
    unsigned, went, BTC, COIN, TOKEN_MINT_MISMATCH, TOKEN_PROGRAM,
};

#[test]
fn a_release_is_paid_to_the_atom() {
    let mut world = wrapped();
    let id = pledger(&mut world, 0, 10);
    let trader = world.trader(id).unwrap();
    let event = event!(
        went!(world.release(id, WSOL, 4_000_000_001)),
        CollateralReleased
    );
    assert_eq!(
        event,
        CollateralReleased {
            margin_account: trader.address,
            sequence: 2,
            collateral_index: WSOL,
            amount: 4_000_000_001,
            held: 5_999_999_999,
        }
    );
    assert_eq!(world.pledged(id, WSOL), Ok(5_999_999_999));
    let keys = world.collateral_keys(id, WSOL).unwrap();
    assert_eq!(world.token_amount(&keys.tokens), Some(4_000_000_001));
    let record = world.collateral_record(WSOL).unwrap();
    assert_eq!(record.vault_q, 5_999_999_999);
    went!(world.release(id, WSOL, 5_999_999_999));
    assert!(world.account(id).unwrap().is_empty());
    assert_eq!(world.collateral_record(WSOL).unwrap().vault_q, 0);
}

/// I3.
#[test]
fn what_is_left_meets_the_initial_requirement_to_the_atom() {
    let mut world = wrapped();
    let id = pledger(&mut world, 500, 100);
    open(&mut world, id, BTC, COIN);
    let holds = |world: &World, amount| {
        let mut account = *world.account(id).unwrap();
        account.collaterals[0].amount -= amount;
        let planned = plimsoll::view::Planned::unchanged(&account);
        let margin = world.margin_given(&planned, &|index| world.risk(index).ok());
        margin.unwrap().meets_initial()
    };
    let (mut least, mut most) = (0, 100 * SOL_ATOMS);
    while most - least > 1 {
        let middle = least.midpoint(most);
        if holds(&world, middle) {
            least = middle;
        } else {
            most = middle;
        }
    }
    assert!(least > 0 && most < 100 * SOL_ATOMS, "{least} {most}");
    let too_much = world.release_instruction(id, WSOL, most).unwrap();
    refused(&mut world, too_much, PlimsollError::InitialRequirement);
    went!(world.release(id, WSOL, least));
    let more = world.release_instruction(id, WSOL, 1_000).unwrap();
    refused(&mut world, more, PlimsollError::InitialRequirement);
}

/// A pledge that hedges a position is worth more than its value: without it the position is naked.
#[test]
fn a_hedge_is_not_taken_from_under_a_position() {
    let mut world = wrapped();
    let id = pledger(&mut world, 500, 100);
    open(&mut world, id, SOL, -90 * SOL_LOTS);
    let all = world
        .release_instruction(id, WSOL, 100 * SOL_ATOMS)
        .unwrap();
    refused(&mut world, all, PlimsollError::InitialRequirement);
    went!(world.release(id, WSOL, SOL_ATOMS));
}

#[test]
fn amounts_are_positive_and_held() {
    let mut world = wrapped();
    let id = pledger(&mut world, 100, 1);
    let nothing = world.release_instruction(id, WSOL, 0).unwrap();
    refused(&mut world, nothing, PlimsollError::ZeroAmount);
    for amount in [SOL_ATOMS + 1, u64::MAX] {
        let too_much = world.release_instruction(id, WSOL, amount).unwrap();
        refused(&mut world, too_much, PlimsollError::CollateralNotHeld);
    }
    let without = pledger(&mut world, 100, 0);
    world.mint_collateral(without, WSOL, 1).unwrap();
    let none = world.release_instruction(without, WSOL, 1).unwrap();
    refused(&mut world, none, PlimsollError::CollateralNotHeld);
    let quote = world.release_instruction(id, 0, 1).unwrap();
    refused(&mut world, quote, PlimsollError::QuoteCollateral);
}

/// R-P9: also of the collateral that is taken back as a whole.
#[test]
fn prices_are_fresh() {
    let mut world = wrapped();
    let id = pledger(&mut world, 100, 10);
    let limit = world.risk(WSOL_RISK).unwrap().params.risk_age_seconds_max;
    world.advance(i64::from(limit));
    went!(world.release(id, WSOL, 1));
    world.advance(1);
    for amount in [1, 10 * SOL_ATOMS - 1] {
        let stale = world.release_instruction(id, WSOL, amount).unwrap();
        refused(&mut world, stale, PlimsollError::RiskTooOld);
    }
    went!(world.set_price(WSOL_RISK, e8(150)));
    went!(world.release(id, WSOL, 10 * SOL_ATOMS - 1));
}

/// R-G2: while a leap upwards is doubted, what counts is the price before it.
#[test]
fn r_g2_a_doubted_price_does_not_free_a_pledge() {
    let mut world = wrapped();
    let id = pledger(&mut world, 500, 100);
    open(&mut world, id, BTC, 5 * COIN);
    let free_q = world.margin(id).unwrap().free_q();
    world.advance(10);
    went!(world.set_price(WSOL_RISK, e8(300)));
    let guarded = |world: &World| {
        let risk = world.risk(WSOL_RISK).unwrap();
        risk.is_guarded(world.now_seconds())
    };
    assert!(guarded(&world));
    assert!(world.margin(id).unwrap().free_q() <= free_q);
    let half = world.release_instruction(id, WSOL, 30 * SOL_ATOMS).unwrap();
    refused(&mut world, half.clone(), PlimsollError::InitialRequirement);
    // The next print confirms the move: it counts.
    world.advance(10);
    went!(world.set_price(WSOL_RISK, e8(300)));
    assert!(!guarded(&world));
    sent(&mut world, half);
}

/// R-O5.
#[test]
fn an_order_that_may_add_risk_ends_before_a_release() {
    let mut world = wrapped();
    let id = pledger(&mut world, 20_000, 10);
    open(&mut world, id, BTC, 100_000);
    went!(world.place(id, BTC, Order::reduce(-1_000)));
    went!(world.release(id, WSOL, 1));
    let order_id = went!(world.place(id, BTC, Order::market(100)));
    let one = world.release_instruction(id, WSOL, 1).unwrap();
    refused(&mut world, one.clone(), PlimsollError::OrdersOpen);
    world.advance(2);
    went!(world.set_price(BTC, e8(60_000)));
    went!(world.settle(id, BTC, order_id));
    sent(&mut world, one);
}

#[test]
fn only_the_owner_takes_back() {
    let mut world = wrapped();
    let (id, other) = (pledger(&mut world, 0, 10), pledger(&mut world, 0, 10));
    let (trader, stranger) = (world.trader(id).unwrap(), world.trader(other).unwrap());
    let own = world.release_instruction(id, WSOL, 1).unwrap();
    let by_stranger = swapped(own.clone(), trader.owner, stranger.owner);
    refused(&mut world, by_stranger, PlimsollError::NotAccountOwner);
    let of_stranger = swapped(own.clone(), trader.address, stranger.address);
    refused(&mut world, of_stranger, PlimsollError::NotAccountOwner);
    let silent = unsigned(own, trader.owner);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
}

#[test]
fn everything_belongs_to_one_exchange() {
    let mut world = wrapped();
    let id = pledger(&mut world, 0, 10);
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let keys = world.collateral_keys(id, WSOL).unwrap();
    let instruction = world.release_instruction(id, WSOL, 1).unwrap();
    for (right, wrong) in [
        (world.trader(id).unwrap().address, theirs),
        (keys.collateral, foreign.exchange.collateral),
        (world.exchange.exchange, foreign.exchange.exchange),
    ] {
        let instruction = swapped(instruction.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::WrongExchange);
    }
    let their_vault = swapped(instruction, keys.vault, foreign.exchange.vault);
    refused(&mut world, their_vault, PlimsollError::VaultMismatch);
}

#[test]
fn the_vault_pays_others_and_keeps_what_the_books_say() {
    let mut world = wrapped();
    let id = pledger(&mut world, 0, 10);
    let keys = world.collateral_keys(id, WSOL).unwrap();
    let instruction = world.release_instruction(id, WSOL, SOL_ATOMS).unwrap();
    let to_vault = swapped(instruction.clone(), keys.tokens, keys.vault);
    refused(&mut world, to_vault, PlimsollError::VaultMismatch);
    let quote_vault = world.exchange.vault;
    let from_quote = swapped(instruction.clone(), keys.vault, quote_vault);
    refused(&mut world, from_quote, PlimsollError::VaultMismatch);
    let quote = world.trader(id).unwrap().tokens;
    let other_mint = swapped(instruction.clone(), keys.tokens, quote);
    refused_with(&mut world, other_mint, TOKEN_MINT_MISMATCH);
    let record = |collateral: &mut Collateral| collateral.vault_q += 1;
    patch(&mut world, keys.collateral, record);
    refused(&mut world, instruction, PlimsollError::VaultMismatch);
}

/// What another mint holds is another's: its record and vault pay only its own holders.
#[test]
fn another_collateral_is_not_held() {
    let mut world = wrapped();
    let second = went!(world.list_collateral(9, PARAMS));
    went!(world.price_collateral(second, MarketSpec::eth(), None));
    let (id, other) = (pledger(&mut world, 0, 10), pledger(&mut world, 0, 0));
    went!(world.pledge(other, second, 10));
    world.mint_collateral(id, second, 0).unwrap();
    let instruction = world.release_instruction(id, second, 1).unwrap();
    refused(&mut world, instruction, PlimsollError::CollateralNotHeld);
}

#[test]
fn a_debt_keeps_what_is_pledged() {
    let mut world = wrapped();
    let id = pledger(&mut world, 2_000, 100);
    open(&mut world, id, SOL, 300 * SOL_LOTS);
    world.advance(60);
    price_sol(&mut world, e8(140));
    world.advance(60);
    price_sol(&mut world, e8(140));
    went!(world.trade(id, SOL, Order::reduce(-300 * SOL_LOTS), e8(140)));
    assert!(world.account(id).unwrap().balance_q < 0);
    let all = world
        .release_instruction(id, WSOL, 100 * SOL_ATOMS)
        .unwrap();
    refused(&mut world, all, PlimsollError::InitialRequirement);
    went!(world.release(id, WSOL, SOL_ATOMS));
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = wrapped();
    let id = pledger(&mut world, 0, 10);
    let (exchange, pool) = (world.exchange.exchange, world.exchange.pool);
    let trader = world.trader(id).unwrap();
    let keys = world.collateral_keys(id, WSOL).unwrap();
    let risk = world.market_addresses(WSOL_RISK).unwrap().market_risk;
    // Tokens to be paid into exist.
    world.mint_collateral(id, WSOL, 1).unwrap();
    let instruction = world.release_instruction(id, WSOL, 1).unwrap();
    for original in [
        exchange,
        trader.address,
        keys.collateral,
        keys.vault,
        keys.tokens,
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
    for original in [exchange, trader.address, keys.collateral, risk] {
        let wrong_type = swapped(instruction.clone(), original, pool);
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
