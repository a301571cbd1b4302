use anchor_lang::error::ErrorCode;
use plimsoll::events::{MarginAccountClosed, MarginAccountCreated};
use plimsoll::state::MarginAccount;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_tests::{btc, event, refused_by_anchor, refused_with, sent, swapped, unsigned};

#[test]
fn an_owner_opens_accounts_by_number() {
    let mut world = btc();
    let owner = world.new_key("owner", 0).unwrap();
    let exchange = world.exchange.exchange;
    for sub_id in [0, 1, u16::MAX] {
        let instruction = build::create_margin_account(exchange, owner, sub_id);
        let event = event!(sent(&mut world, instruction), MarginAccountCreated);
        let margin_account = addresses::margin_account(&exchange, &owner, sub_id);
        assert_eq!(
            event,
            MarginAccountCreated {
                margin_account,
                owner,
                sub_id
            }
        );
        let account: &MarginAccount = world.view(&margin_account).unwrap();
        assert_eq!((account.exchange, account.owner), (exchange, owner));
        assert_eq!((account.sub_id, account.balance_q), (sub_id, 0));
        assert!(account.is_empty());
        assert!(
            !account.is_authority(&Default::default()),
            "no delegate at first"
        );
    }
}

#[test]
fn a_number_is_used_once_and_again_after_closing() {
    let mut world = btc();
    let owner = world.new_key("owner", 0).unwrap();
    let exchange = world.exchange.exchange;
    let create = build::create_margin_account(exchange, owner, 7);
    sent(&mut world, create.clone());
    refused_with(&mut world, create.clone(), 0);
    let margin_account = addresses::margin_account(&exchange, &owner, 7);
    let close = build::close_margin_account(owner, margin_account);
    let event = event!(sent(&mut world, close), MarginAccountClosed);
    assert_eq!(
        event,
        MarginAccountClosed {
            margin_account,
            owner
        }
    );
    sent(&mut world, create);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let owner = world.new_key("owner", 0).unwrap();
    let other = world.new_key("other", 0).unwrap();
    let own = world.exchange;
    let create = build::create_margin_account(own.exchange, owner, 0);
    let address = addresses::margin_account(&own.exchange, &owner, 0);
    for wrong in [
        addresses::margin_account(&own.exchange, &owner, 1),
        addresses::margin_account(&own.exchange, &other, 0),
    ] {
        let elsewhere = swapped(create.clone(), address, wrong);
        refused_by_anchor(&mut world, elsewhere, ErrorCode::ConstraintSeeds);
    }
    let wrong_type = swapped(create.clone(), own.exchange, own.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    refused_by_anchor(
        &mut world,
        unsigned(create, owner),
        ErrorCode::AccountNotSigner,
    );
}
