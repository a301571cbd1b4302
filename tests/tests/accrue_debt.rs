use crate::collateral_support::{price_sol, wrapped, ETH, SOL_ATOMS, WSOL};
use crate::sell_collateral::{buyer, owing, sol_at};
use plimsoll::error::PlimsollError;
use plimsoll::events::DebtAccrued;
use plimsoll_client::instructions as build;
use plimsoll_testkit::{TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{e8, event, refused, swapped, units, went, BTC};

const YEAR: i64 = 31_536_000;

#[track_caller]
fn accrued(world: &mut World, id: TraderId) -> DebtAccrued {
    event!(went!(world.accrue(id, BTC)), DebtAccrued)
}

/// R-L13: simple interest from the first time on, to the market that it is owed to, to the atom.
#[test]
fn interest_runs_on_what_is_owed_and_is_owed_to_the_market() {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let owed_q = world.account(id).unwrap().owed_q();
    let before = *world.market(BTC).unwrap();
    assert_eq!(accrued(&mut world, id).interest_q, 0);
    world.advance(YEAR / 2);
    let event = accrued(&mut world, id);
    let interest_q = owed_q.div_ceil(20);
    assert_eq!((event.interest_q, event.market_index), (interest_q, BTC));
    assert_eq!(event.balance_q, -((owed_q + interest_q) as i64));
    let market = world.market(BTC).unwrap();
    assert_eq!(market.cash_q, before.cash_q + interest_q);
    assert_eq!(market.uncovered_q, before.uncovered_q + interest_q);
    // It is nobody's before it is paid.
    assert_eq!(market.payable_q(), before.payable_q());
    assert_eq!(accrued(&mut world, id).interest_q, 0);
    world.advance(1);
    assert_eq!(accrued(&mut world, id).interest_q, 5);
}

/// A debt that is repaid pays for the time until then, and nothing is taken out before.
#[test]
fn who_repays_pays_interest_before_taking_anything_out() {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let owed_q = world.account(id).unwrap().owed_q();
    accrued(&mut world, id);
    world.advance(YEAR / 10);
    went!(world.deposit(id, owed_q + units(100)));
    went!(world.refresh_all());
    let (_, ticket) = world.ticket_instruction(id, units(1), 0).unwrap();
    for instruction in [
        world.withdraw_instruction(id, units(1)).unwrap(),
        world.exempt_instruction(id, units(1)).unwrap(),
        ticket,
        world.release_instruction(id, WSOL, 1).unwrap(),
    ] {
        refused(&mut world, instruction, PlimsollError::DebtNotAccrued);
    }
    went!(world.absorb(id, BTC));
    let before = *world.market(BTC).unwrap();
    let event = accrued(&mut world, id);
    let interest_q = owed_q.div_ceil(100);
    assert_eq!(event.interest_q, interest_q);
    assert_eq!(event.balance_q, (units(100) - interest_q) as i64);
    let market = world.market(BTC).unwrap();
    assert_eq!(market.payable_q(), before.payable_q() + interest_q);
    went!(world.withdraw(id, units(1)));
    went!(world.release(id, WSOL, 1));
    let again = world.accrue_instruction(id, BTC).unwrap();
    refused(&mut world, again, PlimsollError::NothingToMove);
}

/// A repaid debt pays no more than the balance holds, and an account is not closed before it has.
#[test]
fn interest_on_a_repaid_debt_goes_as_far_as_the_balance() {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let owed_q = world.account(id).unwrap().owed_q();
    accrued(&mut world, id);
    world.advance(YEAR);
    went!(world.deposit(id, owed_q + 7));
    went!(world.absorb(id, BTC));
    went!(world.refresh_all());
    world.mint_collateral(id, WSOL, 0).unwrap();
    let release = world.release_instruction(id, WSOL, 20 * SOL_ATOMS).unwrap();
    refused(&mut world, release, PlimsollError::DebtNotAccrued);
    let event = accrued(&mut world, id);
    assert_eq!((event.interest_q, event.balance_q), (7, 0));
    went!(world.release(id, WSOL, 20 * SOL_ATOMS));
    let trader = world.trader(id).unwrap();
    went!(world.send(&[build::close_margin_account(trader.owner, trader.address)]));
}

#[test]
fn only_who_has_collateral_owes_interest() {
    let mut world = wrapped();
    let id = owing(&mut world, 54_000);
    let buyer = buyer(&mut world);
    accrued(&mut world, id);
    sol_at(&mut world, 40);
    let sale = world.sale_instruction(buyer, id, WSOL, u64::MAX).unwrap();
    refused(&mut world, sale.clone(), PlimsollError::DebtNotAccrued);
    let accrue = world.accrue_instruction(id, BTC).unwrap();
    went!(world.send(&[accrue, sale]));
    // What is left is the insurance fund's to cover, without interest.
    assert!(world.account(id).unwrap().owed_q() > 0);
    world.advance(YEAR);
    assert_eq!(accrued(&mut world, id).interest_q, 0);
    went!(world.absorb(id, BTC));
    assert!(world.account(id).unwrap().is_empty());
}

#[test]
fn interest_goes_to_a_market_that_is_owed() {
    let mut world = wrapped();
    let rich = buyer(&mut world);
    let none = world.accrue_instruction(rich, BTC).unwrap();
    refused(&mut world, none, PlimsollError::NothingToMove);
    let id = owing(&mut world, 54_000);
    let other = world.accrue_instruction(id, ETH).unwrap();
    refused(&mut world, other, PlimsollError::NothingToMove);
    price_sol(&mut world, e8(150));
    let foreign = Foreign::new(&mut world);
    let theirs = foreign.account_of(&mut world, id);
    let accrue = world.accrue_instruction(id, BTC).unwrap();
    for (right, wrong) in [
        (world.trader(id).unwrap().address, theirs),
        (
            world.market_addresses(BTC).unwrap().market,
            foreign.market.market,
        ),
        (world.exchange.exchange, foreign.exchange.exchange),
    ] {
        let mixed = swapped(accrue.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
}
