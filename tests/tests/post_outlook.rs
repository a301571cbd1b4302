use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::OutlookPosted;
use plimsoll::instructions::PostOutlookArgs;
use plimsoll::state::MarketRisk;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, event, refused, refused_by_anchor, sent, swapped, unsigned, BTC,
};

/// Volatilities of 80 % and 120 % a year, for ten minutes.
const ARGS: PostOutlookArgs = PostOutlookArgs {
    implied_bps: 8_000,
    forecast_bps: 12_000,
    valid_seconds: 600,
};
/// Squared basis points a year into 1e-18 a second, rounded up.
const fn variance_e18(bps: u64) -> u64 {
    (bps * bps * 10_000_000_000).div_ceil(31_536_000)
}

#[test]
fn an_outlook_waits_for_the_next_refresh() {
    let mut world = btc();
    let before = *world.risk(BTC).unwrap();
    let post = world.post_outlook_instruction(BTC, ARGS).unwrap();
    let event = event!(sent(&mut world, post), OutlookPosted);
    let expires_seconds = world.now_seconds() + 600;
    assert_eq!(
        event,
        OutlookPosted {
            market_index: BTC,
            implied_e18: variance_e18(8_000),
            forecast_e18: variance_e18(12_000),
            expires_seconds,
        }
    );
    let expected = MarketRisk {
        implied_e18: variance_e18(8_000),
        implied_expires_seconds: expires_seconds,
        forecast_e18: variance_e18(12_000),
        forecast_expires_seconds: expires_seconds,
        ..before
    };
    let risk = world.risk(BTC).unwrap();
    assert_eq!(bytemuck::bytes_of(risk), bytemuck::bytes_of(&expected));
}

#[test]
fn an_outlook_lasts_no_longer_than_its_market_allows() {
    let mut world = btc();
    let valid_seconds = world.risk(BTC).unwrap().params.outlook_seconds_max;
    let too_long = PostOutlookArgs {
        valid_seconds: valid_seconds + 1,
        ..ARGS
    };
    let too_long = world.post_outlook_instruction(BTC, too_long).unwrap();
    refused(&mut world, too_long, PlimsollError::OutlookTooLong);
    let longest = PostOutlookArgs {
        valid_seconds,
        ..ARGS
    };
    let longest = world.post_outlook_instruction(BTC, longest).unwrap();
    sent(&mut world, longest);
}

#[test]
fn a_variance_fits_its_type() {
    let mut world = btc();
    for change in [
        |args: &mut PostOutlookArgs| args.implied_bps = u32::MAX,
        |args: &mut PostOutlookArgs| args.forecast_bps = u32::MAX,
    ] {
        let mut args = ARGS;
        change(&mut args);
        let beyond = world.post_outlook_instruction(BTC, args).unwrap();
        refused(&mut world, beyond, PlimsollError::Overflow);
    }
}

#[test]
fn only_the_risk_operator_posts() {
    let mut world = btc();
    let operator = world.risk_operator();
    let post = world.post_outlook_instruction(BTC, ARGS).unwrap();
    for role in ["governance", "guardian", "keeper", "stranger"] {
        let other = world.new_key(role, 0).unwrap();
        let by_other = swapped(post.clone(), operator, other);
        refused(&mut world, by_other, PlimsollError::NotRiskOperator);
    }
    let nobody = unsigned(post, operator);
    refused_by_anchor(&mut world, nobody, ErrorCode::AccountNotSigner);
}

#[test]
fn both_belong_to_one_exchange() {
    let mut world = btc();
    let foreign = Foreign::new(&mut world);
    let (operator, exchange) = (world.risk_operator(), world.exchange.exchange);
    let theirs = build::post_outlook(operator, exchange, foreign.market.market_risk, ARGS);
    refused(&mut world, theirs, PlimsollError::WrongExchange);
    let own = world.market_addresses(BTC).unwrap().market_risk;
    let by_them = build::post_outlook(foreign.governance, foreign.exchange.exchange, own, ARGS);
    refused(&mut world, by_them, PlimsollError::WrongExchange);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let post = world.post_outlook_instruction(BTC, ARGS).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let (exchange, pool) = (world.exchange.exchange, world.exchange.pool);
    for original in [exchange, risk] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(post.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(post.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let mut readonly = post.clone();
    readonly.accounts[2].is_writable = false;
    refused_by_anchor(&mut world, readonly, ErrorCode::ConstraintMut);
    let payer = world.payer;
    let authority = swapped(post, addresses::EVENT_AUTHORITY, payer);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
