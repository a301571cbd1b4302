//! What makes an update unusable, for every instruction that reads one (I9).

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll_client::instructions as build;
use plimsoll_testkit::{Cause, MarketSpec, Order, PriceUpdate, World};
use plimsoll_tests::{btc, e8, refused_for, units, went, BTC};
use pyth_solana_receiver_sdk::price_update::VerificationLevel;
use solana_account::Account;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// A world in which both a refresh and a settlement would go through with a good update.
fn ready() -> (World, [Instruction; 2]) {
    let mut world = btc();
    let id = world.new_trader(units(20_000)).unwrap();
    let order_id = went!(world.place(id, BTC, Order::market(1_000)));
    world.advance(2);
    let update = world.update(BTC, e8(60_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let settle = world.settle_instruction(id, BTC, order_id).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let refresh = build::refresh_market(risk, world.price_account(BTC).unwrap());
    (world, [refresh, settle])
}

fn unusable(change: impl Fn(PriceUpdate) -> PriceUpdate, cause: &Cause) {
    let (mut world, instructions) = ready();
    let good = world.update(BTC, e8(60_000)).unwrap();
    let good = good.previous(world.now_seconds() - 2);
    world.publish(BTC, change(good)).unwrap();
    for instruction in instructions {
        refused_for(&mut world, instruction, cause);
    }
}

fn program(error: PlimsollError) -> Cause {
    Cause::Program(error)
}

#[test]
fn a_good_update_is_usable() {
    let (mut world, instructions) = ready();
    for instruction in instructions {
        went!(world.send(&[instruction]));
    }
}

#[test]
fn it_belongs_to_the_receiver() {
    let wrong = Cause::Custom(ErrorCode::AccountOwnedByWrongProgram.into());
    for owner in [
        plimsoll::ID,
        anchor_spl::token::ID,
        Pubkey::new_from_array([9; 32]),
    ] {
        unusable(|update| PriceUpdate { owner, ..update }, &wrong);
    }
}

#[test]
fn it_is_an_update() {
    let (mut world, instructions) = ready();
    let address = world.price_account(BTC).unwrap();
    let good: Account = world.raw(&address).unwrap().clone().into();
    let mut other_type = good.clone();
    other_type.data[0] ^= 1;
    let mut cut_short = good.clone();
    cut_short.data.truncate(100);
    let cases = [
        (other_type, ErrorCode::AccountDiscriminatorMismatch),
        (cut_short, ErrorCode::AccountDidNotDeserialize),
        (Account::default(), ErrorCode::AccountNotInitialized),
    ];
    for (account, error) in cases {
        world.put(address, account).unwrap();
        for instruction in &instructions {
            refused_for(
                &mut world,
                instruction.clone(),
                &Cause::Custom(error.into()),
            );
        }
    }
}

/// R-P7.
#[test]
fn it_is_of_the_markets_feed() {
    let wrong = program(PlimsollError::WrongFeed);
    let eth = MarketSpec::eth().args.feed_id;
    unusable(
        |update| update.with(|message| message.feed_id = eth),
        &wrong,
    );
    unusable(
        |update| update.with(|message| message.feed_id[31] ^= 1),
        &wrong,
    );
}

/// R-P8.
#[test]
fn it_is_fully_verified() {
    for num_signatures in [0, 5, 13, u8::MAX] {
        let level = VerificationLevel::Partial { num_signatures };
        unusable(
            |update| update.verified(level),
            &program(PlimsollError::NotFullyVerified),
        );
    }
}

#[test]
fn it_is_not_from_the_future() {
    let (world, _) = ready();
    for published in [world.now_seconds() + 1, i64::MAX] {
        let later = |update: PriceUpdate| update.with(|message| message.publish_time = published);
        unusable(later, &program(PlimsollError::PriceFromFuture));
    }
}

#[test]
fn its_price_is_positive_and_fits() {
    let invalid = program(PlimsollError::PriceInvalid);
    for price in [0, -1, i64::MIN, 1 << 62, i64::MAX] {
        unusable(
            |update| update.with(|message| message.price = price),
            &invalid,
        );
        unusable(|update| update.slow_price(price), &invalid);
    }
    // Rounds to nothing, or beyond 64 bits, in 1e-8.
    for (price, exponent) in [(9_999, -12), (1_000_000_000_000, 0)] {
        let scaled = |update: PriceUpdate| {
            update.with(|message| {
                message.price = price;
                message.ema_price = price;
                message.conf = 0;
                message.exponent = exponent;
            })
        };
        unusable(scaled, &invalid);
    }
}

#[test]
fn its_exponent_is_in_range() {
    for exponent in [-13, 1, i32::MIN, i32::MAX] {
        let scaled = |update: PriceUpdate| update.with(|message| message.exponent = exponent);
        unusable(scaled, &program(PlimsollError::ExponentOutOfRange));
    }
}

#[test]
fn both_ends_of_the_exponents_are_usable() {
    for (exponent, price) in [(-12, 60_000_000_000_000_000), (0, 60_000)] {
        let (mut world, instructions) = ready();
        let update = world.update(BTC, e8(60_000)).unwrap();
        let update = update.previous(world.now_seconds() - 2).with(|message| {
            message.price = price;
            message.ema_price = price;
            message.conf = 0;
            message.exponent = exponent;
        });
        world.publish(BTC, update).unwrap();
        for instruction in instructions {
            went!(world.send(&[instruction]));
        }
        assert_eq!(world.risk(BTC).unwrap().price_e8, e8(60_000));
    }
}

#[test]
fn its_confidence_is_narrow() {
    let wide = program(PlimsollError::ConfidenceTooWide);
    for confidence in [e8(60_000) / 50 + 1, e8(60_000), u64::MAX] {
        unusable(|update| update.confidence(confidence), &wide);
    }
}
