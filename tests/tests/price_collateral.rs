use crate::bounds;
use crate::collateral_support::{wrapped, PARAMS, QUOTE_RISK, SOL, WSOL, WSOL_RISK};
use anchor_lang::error::ErrorCode;
use plimsoll::constants::NO_UNDERLYING;
use plimsoll::error::PlimsollError;
use plimsoll::events::CollateralPriced;
use plimsoll::instructions::PriceCollateralArgs;
use plimsoll::params::{LiquidityParams, RiskParams};
use plimsoll_client::{addresses, instructions as build};
use plimsoll_risk::margin::target_ppm_up;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    counterfeit, event, refused, refused_by_anchor, refused_with, sent, swapped, three_markets,
    unsigned, went,
};
use solana_instruction::Instruction;

/// Three markets, a collateral of nine decimals without a price, and the instruction that gives it one.
fn ready() -> (World, Instruction) {
    let mut world = three_markets();
    assert_eq!(world.list_collateral(9, PARAMS), Ok(WSOL));
    let spec = MarketSpec::sol();
    let price = world.price_collateral_instruction(WSOL, &spec, Some(SOL));
    let price = price.unwrap();
    (world, price)
}

/// The instruction with other arguments.
fn with(world: &World, index: u16, change: impl FnOnce(&mut PriceCollateralArgs)) -> Instruction {
    let spec = MarketSpec::sol();
    let mut args = PriceCollateralArgs {
        feed_id: spec.args.feed_id,
        underlying: NO_UNDERLYING,
        risk: spec.args.risk,
        liquidity: spec.args.liquidity,
    };
    change(&mut args);
    let mint = world.collateral_record(index).unwrap().mint;
    build::price_collateral(world.governance, world.exchange.exchange, mint, index, args)
}

#[test]
fn a_priced_collateral_starts_at_its_seeded_ratios() {
    let (mut world, price) = ready();
    let event = event!(sent(&mut world, price), CollateralPriced);
    let spec = MarketSpec::sol();
    let exchange = world.exchange.exchange;
    let collateral = *world.collateral_record(WSOL).unwrap();
    assert_eq!(
        event,
        CollateralPriced {
            exchange,
            mint: collateral.mint,
            index: WSOL,
            underlying: SOL,
            feed_id: spec.args.feed_id,
            risk: spec.args.risk,
            liquidity: spec.args.liquidity,
        }
    );
    assert_eq!(collateral.priced, 1);
    assert_eq!(world.exchange_account().unwrap().quote_priced, 0);
    let address = addresses::market_risk(&exchange, WSOL_RISK);
    let risk: &plimsoll::state::MarketRisk = world.view(&address).unwrap();
    assert_eq!((risk.index, risk.underlying), (WSOL_RISK, SOL));
    assert_eq!((risk.exchange, risk.feed_id), (exchange, spec.args.feed_id));
    assert_eq!(risk.lot_divisor, 100_000_000_000, "10^(9 + 2)");
    assert_eq!(
        (risk.params, risk.liquidity_params),
        (spec.args.risk, spec.args.liquidity)
    );
    assert_eq!(
        (
            risk.haircut_ppm,
            risk.onboarding_seconds,
            risk.listed_seconds
        ),
        (PARAMS.haircut_ppm, 0, collateral.listed_seconds)
    );
    assert_eq!((risk.price_e8, risk.sequence), (0, 0));
    let seeded = target_ppm_up(
        &spec.args.risk.margin(),
        spec.args.risk.variance_seed_e18,
        0,
    );
    assert_eq!(Ok(risk.live_ppm), seeded);
    assert_eq!(Ok(risk.target_ppm), seeded);
    assert_eq!(risk.credit_ppm, 1_000_000);
}

#[test]
fn its_risk_is_refreshed_like_a_markets() {
    let mut world = wrapped();
    let before = *world.risk(WSOL_RISK).unwrap();
    world.advance(60);
    went!(world.set_price(WSOL_RISK, 14_900_000_000));
    let after = world.risk(WSOL_RISK).unwrap();
    assert_eq!(after.price_e8, 14_900_000_000);
    assert_eq!(after.sequence, before.sequence + 1);
    assert!(after.fast_e18 > before.fast_e18);
    assert_eq!(world.risk(SOL).unwrap().price_e8, 15_000_000_000);
}

/// R-H4: at par until it has a price.
#[test]
fn r_h4_the_quote_currency_may_have_a_price() {
    let mut world = three_markets();
    let id = world.new_trader(1_000_000).unwrap();
    let before = world.margin(id).unwrap();
    let spec = MarketSpec::usdc();
    let instruction = world.price_collateral_instruction(0, &spec, None).unwrap();
    let event = event!(sent(&mut world, instruction), CollateralPriced);
    assert_eq!((event.index, event.underlying), (0, QUOTE_RISK));
    assert_eq!(world.exchange_account().unwrap().quote_priced, 1);
    let mut world = three_markets();
    let same = world.new_trader(1_000_000).unwrap();
    went!(world.price_collateral(0, spec, None));
    assert_eq!(world.margin(same).unwrap(), before, "a dollar is a dollar");
}

#[test]
fn an_underlying_is_a_market_that_there_is() {
    let (mut world, _) = ready();
    for underlying in [3, WSOL_RISK ^ 1, WSOL_RISK | 2, u16::MAX - 1] {
        let wrong = with(&world, WSOL, |args| args.underlying = underlying);
        refused(&mut world, wrong, PlimsollError::ParameterOutOfBounds);
    }
    let quote = with(&world, 0, |args| args.underlying = SOL);
    refused(&mut world, quote, PlimsollError::ParameterOutOfBounds);
    for (underlying, expected) in [(NO_UNDERLYING, WSOL_RISK), (WSOL_RISK, WSOL_RISK), (2, 2)] {
        let mut world = world.clone();
        let priced = with(&world, WSOL, |args| args.underlying = underlying);
        let event = event!(sent(&mut world, priced), CollateralPriced);
        assert_eq!(event.underlying, expected);
    }
}

#[test]
fn a_collateral_is_priced_once() {
    let (mut world, price) = ready();
    sent(&mut world, price.clone());
    refused_with(&mut world, price, 0);
}

#[test]
fn a_feed_is_named() {
    let (mut world, _) = ready();
    let none = with(&world, WSOL, |args| args.feed_id = [0; 32]);
    refused(&mut world, none, PlimsollError::ParameterOutOfBounds);
}

/// 10^(decimals + 2) must fit: a mint of 17 decimals is the finest.
#[test]
fn decimals_fit() {
    let mut world = three_markets();
    for (index, decimals) in (1..).zip([0, 17, 18, 255]) {
        assert_eq!(world.list_collateral(decimals, PARAMS), Ok(index));
        let price = with(&world, index, |_| ());
        if decimals <= 17 {
            sent(&mut world, price);
        } else {
            refused(&mut world, price, PlimsollError::ParameterOutOfBounds);
        }
    }
}

#[test]
fn every_parameter_has_two_bounds() {
    let (world, _) = ready();
    let spec = MarketSpec::sol();
    let mut base = spec.args.risk;
    base.liquidation_fee_ppm = 0;
    base.floor_ppm = 2_500;
    base.stress_ppm = 500_000;
    base.cap_ppm = 1_000_000;
    base.initial_min_ppm = 1_000_000;
    bounds::check(RiskParams::BOUNDS, base, |risk| {
        (world.clone(), with(&world, WSOL, |args| args.risk = risk))
    });
    bounds::check(LiquidityParams::BOUNDS, spec.args.liquidity, |liquidity| {
        let price = with(&world, WSOL, |args| args.liquidity = liquidity);
        (world.clone(), price)
    });
}

#[test]
fn parameters_agree_with_each_other() {
    let (mut world, _) = ready();
    type Change = fn(&mut PriceCollateralArgs);
    let cases: [(Change, PlimsollError); 4] = [
        (
            |args| args.risk.stress_ppm = args.risk.floor_ppm - 1,
            PlimsollError::RatiosOutOfOrder,
        ),
        (
            |args| args.risk.gap_ppm = args.risk.floor_ppm,
            PlimsollError::FloorTooLow,
        ),
        (
            |args| args.risk.long_weight_ppm = 999_999,
            PlimsollError::ParametersInconsistent,
        ),
        (
            |args| args.liquidity.crowded_high_lots = args.liquidity.crowded_low_lots,
            PlimsollError::ParametersInconsistent,
        ),
    ];
    for (number, (change, error)) in cases.into_iter().enumerate() {
        let wrong = with(&world, WSOL, |args| {
            if number == 2 {
                args.risk.short_weight_ppm = 999_999;
            }
            change(args);
        });
        refused(&mut world, wrong, error);
    }
}

#[test]
fn only_governance_prices() {
    let (mut world, price) = ready();
    let (stranger, governance) = (world.new_key("stranger", 0).unwrap(), world.governance);
    let by_stranger = swapped(price.clone(), governance, stranger);
    refused(&mut world, by_stranger, PlimsollError::NotGovernance);
    let silent = unsigned(price, governance);
    refused_by_anchor(&mut world, silent, ErrorCode::AccountNotSigner);
}

#[test]
fn everything_belongs_together() {
    let (mut world, price) = ready();
    let foreign = Foreign::new(&mut world);
    let own = world.exchange;
    let mint = world.collateral_record(WSOL).unwrap().mint;
    let collateral = addresses::collateral(&own.exchange, &mint);
    // An address that is made of another collateral's index is another one.
    let theirs = swapped(price.clone(), collateral, foreign.exchange.collateral);
    refused_by_anchor(&mut world, theirs, ErrorCode::ConstraintSeeds);
    let quote = with(&world, 0, |_| ());
    let theirs = swapped(quote, own.collateral, foreign.exchange.collateral);
    refused(&mut world, theirs, PlimsollError::WrongExchange);
    let other_mint = swapped(price.clone(), mint, own.quote_mint);
    refused(&mut world, other_mint, PlimsollError::WrongMint);
    let other_record = swapped(price.clone(), collateral, own.collateral);
    refused_by_anchor(&mut world, other_record, ErrorCode::ConstraintSeeds);
    let args = PriceCollateralArgs {
        feed_id: [1; 32],
        underlying: NO_UNDERLYING,
        risk: MarketSpec::sol().args.risk,
        liquidity: MarketSpec::sol().args.liquidity,
    };
    let (key, quote) = (foreign.exchange.exchange, own.quote_mint);
    let governed = build::price_collateral(world.governance, key, quote, 0, args);
    refused(&mut world, governed, PlimsollError::NotGovernance);
    let risk = addresses::market_risk(&own.exchange, WSOL_RISK);
    let second = addresses::market_risk(&own.exchange, WSOL_RISK + 1);
    let wrong_place = swapped(price, risk, second);
    refused_by_anchor(&mut world, wrong_place, ErrorCode::ConstraintSeeds);
}

#[test]
fn accounts_are_what_they_must_be() {
    let (mut world, price) = ready();
    let own = world.exchange;
    let record = *world.collateral_record(WSOL).unwrap();
    let collateral = addresses::collateral(&own.exchange, &record.mint);
    for original in [own.exchange, collateral, record.mint] {
        let fake = counterfeit(&mut world, original);
        let instruction = swapped(price.clone(), original, fake);
        refused_by_anchor(
            &mut world,
            instruction,
            ErrorCode::AccountOwnedByWrongProgram,
        );
    }
    for original in [own.exchange, collateral] {
        let wrong_type = swapped(price.clone(), original, own.pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let system = anchor_lang::system_program::ID;
    let wrong_program = swapped(price.clone(), system, plimsoll::ID);
    refused_by_anchor(&mut world, wrong_program, ErrorCode::InvalidProgramId);
    let authority = swapped(price, addresses::EVENT_AUTHORITY, own.pool);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
