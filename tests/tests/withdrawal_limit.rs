//! R-E1, R-E2, R-E3: how fast the quote vault may be emptied.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::params::WithdrawalParams;
use plimsoll::state::Collateral;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{TraderId, World, WITHDRAWAL_PARAMS};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc_spec, built, counterfeit, event, holder, patch, refused, refused_by_anchor, sent, swapped,
    units, unsigned, went, COIN,
};
use std::sync::LazyLock;

const DAY: i64 = WITHDRAWAL_PARAMS.window_seconds as i64;

/// A vault of twenty million, nine of them a whale's, of which a tenth may leave in a day, and a hundredth of that in
/// exempt thousands.
fn whales() -> (World, TraderId) {
    static WORLD: LazyLock<(World, TraderId)> = LazyLock::new(|| {
        let params = WithdrawalParams {
            limit_q_min: units(1_000),
            share_ppm: 100_000,
            exempt_share_ppm: 50_000,
            ..WITHDRAWAL_PARAMS
        };
        let mut world = built(World::builder().market(btc_spec()).withdrawal(params));
        let whale = went!(world.new_trader(units(9_000_000)));
        (world, whale)
    });
    WORLD.clone()
}

/// All that may leave has left.
fn emptied() -> (World, TraderId) {
    let (mut world, whale) = whales();
    went!(world.withdraw(whale, units(2_000_000)));
    (world, whale)
}

#[test]
fn a_share_of_the_vault_leaves_at_once_and_no_more() {
    let (mut world, whale) = whales();
    let more = world
        .withdraw_instruction(whale, units(2_000_000) + 1)
        .unwrap();
    refused(&mut world, more, PlimsollError::WithdrawalLimit);
    went!(world.withdraw(whale, units(1_500_000)));
    went!(world.withdraw(whale, units(500_000)));
    let one = world.withdraw_instruction(whale, 1).unwrap();
    refused(&mut world, one, PlimsollError::WithdrawalLimit);
    // What comes in gives room, whoever brings it; it is not saved up beyond nothing gone.
    went!(world.new_trader(units(10)));
    went!(world.withdraw(whale, units(10)));
    // A quarter of a day later a quarter may leave again.
    world.advance(DAY / 4);
    let more = world.withdraw_instruction(whale, units(501_000)).unwrap();
    refused(&mut world, more, PlimsollError::WithdrawalLimit);
    went!(world.withdraw(whale, units(499_000)));
}

/// One rich account does not block the rest.
#[test]
fn a_whale_empties_the_bucket_and_a_hundred_small_owners_still_withdraw() {
    let (mut world, whale) = whales();
    let owners: Vec<TraderId> = (0..100)
        .map(|_| went!(world.new_trader(units(900))))
        .collect();
    // And all the rest of it by ticket, so that the queue is long as well.
    went!(world.withdraw(whale, units(2_000_000)));
    went!(world.request_withdrawal(whale, units(6_900_000), 0));
    for id in owners {
        let blocked = world.withdraw_instruction(id, units(900)).unwrap();
        refused(&mut world, blocked, PlimsollError::WithdrawalLimit);
        went!(world.withdraw_exempt(id, units(900)));
        assert_eq!(world.account(id).unwrap().balance_q, 0);
    }
}

/// R-E3: accounts of one owner share a part; owners without number share that of all.
#[test]
fn the_exemption_is_small_for_an_owner_and_for_all_owners_together() {
    let (mut world, whale) = emptied();
    went!(world.withdraw_exempt(whale, units(600)));
    let owner = world.trader(whale).unwrap().owner;
    let number = world.traders().len();
    let again = world.exempt_instruction(whale, units(400) + 1).unwrap();
    refused(&mut world, again, PlimsollError::ExemptionUsed);
    let other = went!(world.new_trader(units(5_000)));
    assert_ne!(world.trader(other).unwrap().owner, owner, "trader {number}");
    went!(world.withdraw_exempt(whale, units(400)));
    world.advance(DAY - 1);
    let early = world.exempt_instruction(whale, 1).unwrap();
    refused(&mut world, early, PlimsollError::ExemptionUsed);
    world.advance(1);
    went!(world.withdraw_exempt(whale, units(1_000)));

    // A twentieth of two million for everybody: ninety-nine and some more.
    let mut through = 0;
    for _ in 0..120 {
        let id = went!(world.new_trader(units(1_000)));
        let instruction = world.exempt_instruction(id, units(1_000)).unwrap();
        if world.send(std::slice::from_ref(&instruction)).is_ok() {
            through += 1;
            world.check_invariants().unwrap();
        } else {
            refused(&mut world, instruction, PlimsollError::ExemptionUsed);
        }
    }
    assert!((80..110).contains(&through), "{through}");
}

#[test]
fn one_owner_has_one_exemption_over_all_accounts() {
    let (mut world, _) = emptied();
    let first = went!(world.open_account("many", 0, 0));
    let second = went!(world.open_account("many", 0, 1));
    for id in [first, second] {
        went!(world.deposit(id, units(1_000)));
    }
    went!(world.withdraw_exempt(first, units(1_000)));
    let more = world.exempt_instruction(second, 1).unwrap();
    refused(&mut world, more, PlimsollError::ExemptionUsed);
}

/// R-E2: tickets are paid in their order as the bucket leaks, and nobody overtakes them.
#[test]
fn who_waits_is_paid_in_order() {
    let (mut world, whale) = emptied();
    let small = went!(world.new_trader(units(5_000)));
    // The deposit left that much room, which goes to whoever waits first.
    let (large, request) = world
        .ticket_instruction(whale, units(1_005_000), 7)
        .unwrap();
    let asked = event!(sent(&mut world, request), WithdrawalRequested);
    assert_eq!(asked.balance_q, 5_995_000_000_000);
    assert_eq!((asked.end_q, asked.served_q), (units(1_005_000), 0));
    let later = went!(world.request_withdrawal(small, units(5_000), 0));
    assert_eq!(world.account(small).unwrap().balance_q, 0);
    let tokens = [whale, small].map(|id| world.trader(id).unwrap().tokens);
    let pay = |world: &World, ticket| {
        let owner = world.withdrawal(&ticket).unwrap().owner;
        let to = if ticket == large {
            tokens[0]
        } else {
            tokens[1]
        };
        build::pay_withdrawal(&world.exchange, ticket, owner, to)
    };
    for ticket in [large, later] {
        let early = pay(&world, ticket);
        refused(&mut world, early, PlimsollError::TicketWaits);
    }
    world.advance(DAY * 501 / 1_000);
    // The small one is later, though what leaked would pay it.
    let early = pay(&world, later);
    let one = world.withdraw_instruction(whale, 1).unwrap();
    refused(&mut world, one, PlimsollError::WithdrawalLimit);
    let instruction = pay(&world, large);
    let before_q = world.token_amount(&tokens[0]).unwrap();
    let paid = event!(sent(&mut world, instruction), WithdrawalPaid);
    assert_eq!(paid.amount_q, units(1_005_000));
    assert_eq!(
        world.token_amount(&tokens[0]),
        Some(before_q + paid.amount_q)
    );
    refused(&mut world, early.clone(), PlimsollError::TicketWaits);
    // The vault is smaller now, and so is what may leave it.
    world.advance(DAY / 10);
    sent(&mut world, early);
    assert_eq!(world.collateral().unwrap().owed_q, 0);
    went!(world.withdraw(whale, 1));
}

/// R-E2: a ticket that nobody can pay holds up nobody.
#[test]
fn a_ticket_that_is_not_fetched_blocks_nobody() {
    let (mut world, whale) = emptied();
    let small = went!(world.new_trader(units(5_000)));
    went!(world.request_withdrawal(whale, units(1_000), 0));
    let later = went!(world.request_withdrawal(small, units(4_000), 0));
    world.advance(DAY / 100);
    let tokens = world.trader(small).unwrap().tokens;
    went!(world.pay_withdrawal(&later, tokens));
}

/// I3, R-A4: what is asked for is no margin any more, and must be free.
#[test]
fn a_ticket_takes_what_is_free_and_no_more() {
    let (mut world, _) = emptied();
    let id = holder(&mut world, 20_000, COIN);
    let free_q = world.margin(id).unwrap().free_q();
    for (amount_q, error) in [
        (0, PlimsollError::ZeroAmount),
        (free_q + 1, PlimsollError::InitialRequirement),
        (u64::MAX, PlimsollError::Overflow),
    ] {
        let (_, request) = world.ticket_instruction(id, amount_q, 0).unwrap();
        refused(&mut world, request, error);
    }
    went!(world.request_withdrawal(id, free_q, 0));
    assert_eq!(world.margin(id).unwrap().free_q(), 0);
    let exempt = world.exempt_instruction(id, 1).unwrap();
    refused(&mut world, exempt, PlimsollError::InitialRequirement);
}

#[test]
fn accounts_are_what_they_must_be() {
    let (mut world, whale) = whales();
    let foreign = Foreign::new(&mut world);
    let other = went!(world.new_trader(units(100)));
    let (own, theirs) = (world.exchange, foreign.exchange);
    let (trader, stranger) = (world.trader(whale).unwrap(), world.trader(other).unwrap());
    let (ticket, request) = world.ticket_instruction(whale, units(10), 0).unwrap();
    let exempt = world.exempt_instruction(whale, 1).unwrap();
    let their_ticket = addresses::withdrawal_ticket(&stranger.address, 0);
    for instruction in [&swapped(request.clone(), ticket, their_ticket), &exempt] {
        let mixed = swapped(instruction.clone(), trader.address, stranger.address);
        refused(&mut world, mixed, PlimsollError::NotAccountOwner);
    }
    for instruction in [&request, &exempt] {
        let mixed = swapped(instruction.clone(), own.collateral, theirs.collateral);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
        let bare = unsigned(instruction.clone(), trader.owner);
        refused_by_anchor(&mut world, bare, ErrorCode::AccountNotSigner);
    }
    for (instruction, right, wrong) in [
        (
            &request,
            ticket,
            addresses::withdrawal_ticket(&trader.address, 1),
        ),
        (
            &exempt,
            addresses::owner_limit(&own.exchange, &trader.owner),
            addresses::owner_limit(&own.exchange, &stranger.owner),
        ),
    ] {
        let mixed = swapped(instruction.clone(), right, wrong);
        refused_by_anchor(&mut world, mixed, ErrorCode::ConstraintSeeds);
    }
    sent(&mut world, request);
    let pay = build::pay_withdrawal(&own, ticket, trader.owner, trader.tokens);
    for (right, wrong, error) in [
        (trader.owner, stranger.owner, PlimsollError::NotTicketOwner),
        (
            trader.tokens,
            stranger.tokens,
            PlimsollError::NotTicketOwner,
        ),
        (
            own.collateral,
            theirs.collateral,
            PlimsollError::WrongExchange,
        ),
        (own.exchange, theirs.exchange, PlimsollError::WrongExchange),
        (own.vault, theirs.vault, PlimsollError::VaultMismatch),
    ] {
        let mixed = swapped(pay.clone(), right, wrong);
        refused(&mut world, mixed, error);
    }
    let mixed = swapped(
        swapped(pay.clone(), own.exchange, theirs.exchange),
        own.collateral,
        theirs.collateral,
    );
    refused(&mut world, mixed, PlimsollError::WrongExchange);
    for original in [ticket, own.exchange, own.collateral] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(pay.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
    }
    for instruction in [&pay, &exempt] {
        let mut world = world.clone();
        let second = |record: &mut Collateral| record.index = 1;
        patch(&mut world, own.collateral, second);
        refused(
            &mut world,
            instruction.clone(),
            PlimsollError::NotQuoteCollateral,
        );
    }
    sent(&mut world, pay);
}
