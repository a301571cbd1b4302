use crate::bounds;
use anchor_lang::error::ErrorCode;
use plimsoll::constants::MARKETS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll::instructions::CreateMarketArgs;
use plimsoll::params::{CarryParams, LiquidityParams, RiskParams, TradeParams};
use plimsoll::state::{Exchange, Market, MarketRisk};
use plimsoll_client::{addresses, instructions as build, MarketAddresses};
use plimsoll_risk::margin;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::{
    btc, event, patch, refused, refused_by_anchor, sent, swapped, units, unsigned,
};
use solana_instruction::Instruction;

fn args() -> CreateMarketArgs {
    MarketSpec::sol().args
}

fn list(world: &World, args: CreateMarketArgs) -> Instruction {
    build::create_market(world.governance, world.exchange.exchange, 1, args)
}

fn attempt(args: CreateMarketArgs) -> (World, Instruction) {
    let world = btc();
    let instruction = list(&world, args);
    (world, instruction)
}

fn refused_args(args: CreateMarketArgs, error: PlimsollError) {
    let (mut world, instruction) = attempt(args);
    refused(&mut world, instruction, error);
}

fn changed(change: impl FnOnce(&mut CreateMarketArgs)) -> CreateMarketArgs {
    let mut args = args();
    change(&mut args);
    args
}

#[test]
fn a_market_starts_at_its_seeded_ratios() {
    let (mut world, instruction) = attempt(args());
    let event = event!(sent(&mut world, instruction), MarketCreated);

    let exchange = world.exchange.exchange;
    let new = MarketAddresses::new(&exchange, 1);
    assert_eq!(
        (event.exchange, event.market, event.index),
        (exchange, new.market, 1)
    );
    assert_eq!((event.feed_id, event.lot_exponent), (args().feed_id, -3));
    assert_eq!(
        (event.risk, event.liquidity, event.trade, event.carry),
        (args().risk, args().liquidity, args().trade, args().carry)
    );
    assert_eq!(world.exchange_account().unwrap().market_count, 2);

    let market: &Market = world.view(&new.market).unwrap();
    assert_eq!(
        (market.index, market.exchange, market.params),
        (1, exchange, args().trade)
    );
    assert_eq!(
        (market.long_lots, market.short_lots, market.cash_q),
        (0, 0, 0)
    );
    let risk: &MarketRisk = world.view(&new.market_risk).unwrap();
    assert_eq!(
        (risk.index, risk.underlying, risk.exchange),
        (1, 1, exchange)
    );
    assert_eq!(
        (risk.params, risk.liquidity_params, risk.carry_params),
        (args().risk, args().liquidity, args().carry)
    );
    assert_eq!(risk.credit_ppm, 1_000_000, "nothing is claimed");
    assert_eq!((risk.feed_id, risk.lot_divisor), (args().feed_id, 100_000));
    assert_eq!((risk.price_e8, risk.publish_seconds), (0, 0));
    let params = args().risk.margin();
    let target_ppm = margin::target_ppm_up(&params, args().risk.variance_seed_e18, 0).unwrap();
    assert_eq!((risk.target_ppm, risk.live_ppm), (target_ppm, target_ppm));
    let side = args().risk.side();
    assert_eq!(
        risk.ratios(),
        margin::side_ratios(&params, &side, target_ppm, target_ppm, 1_000_000).unwrap()
    );
    assert!(risk
        .ring_ppm
        .iter()
        .all(|minute_ppm| *minute_ppm == target_ppm));
}

#[test]
fn every_risk_parameter_has_two_bounds() {
    // Wide apart, so that at most one bound of a ratio breaks a rule between ratios.
    let mut base = args().risk;
    base.liquidation_fee_ppm = 0;
    base.floor_ppm = 2_500;
    base.stress_ppm = 500_000;
    base.cap_ppm = 1_000_000;
    base.initial_min_ppm = 1_000_000;
    base.gap_ppm = 500;
    base.guard_seconds = 10;
    base.guard_rest_seconds = 86_400;
    bounds::check(RiskParams::BOUNDS, base, |risk| {
        attempt(CreateMarketArgs { risk, ..args() })
    });
}

#[test]
fn every_liquidity_parameter_has_two_bounds() {
    let mut base = args().liquidity;
    base.crowded_low_lots = 0;
    base.crowded_high_lots = 2_000_000_000_000_000;
    bounds::check(LiquidityParams::BOUNDS, base, |liquidity| {
        attempt(CreateMarketArgs {
            liquidity,
            ..args()
        })
    });
}

#[test]
fn every_trade_parameter_has_two_bounds() {
    let mut base = args().trade;
    base.order_lots_min = 1;
    base.order_lots_max = 1_000_000_000_000_000;
    base.open_interest_cap_lots = 0;
    base.skew_scale_lots = 1_000_000_000_000_000;
    bounds::check(TradeParams::BOUNDS, base, |trade| {
        attempt(CreateMarketArgs { trade, ..args() })
    });
}

#[test]
fn every_carry_parameter_has_two_bounds() {
    let mut base = args().carry;
    base.borrow_kink_ppm = 25_000;
    base.borrow_full_ppm = 50_000;
    bounds::check(CarryParams::BOUNDS, base, |carry| {
        attempt(CreateMarketArgs { carry, ..args() })
    });
}

/// R-C2.
#[test]
fn the_borrow_fee_does_not_fall_with_utilisation() {
    let cases: [fn(&mut CarryParams); 2] = [
        |carry| carry.borrow_idle_ppm = carry.borrow_kink_ppm + 1,
        |carry| carry.borrow_kink_ppm = carry.borrow_full_ppm + 1,
    ];
    for change in cases {
        let wrong = changed(|args| change(&mut args.carry));
        refused_args(wrong, PlimsollError::BorrowRatesOutOfOrder);
    }
}

/// R-C1.
#[test]
fn full_skew_is_beyond_the_cap_of_open_interest() {
    let at_cap = |lots_more: i64| {
        changed(|args| {
            let cap_lots = args.trade.open_interest_cap_lots;
            args.carry.full_skew_lots = cap_lots.strict_add_signed(lots_more);
        })
    };
    refused_args(at_cap(-1), PlimsollError::FullSkewTooSmall);
    let (mut world, instruction) = attempt(at_cap(0));
    sent(&mut world, instruction);
}

#[test]
fn ratios_are_in_order() {
    let base = args().risk;
    let cases: [fn(&mut RiskParams); 4] = [
        |risk| risk.liquidation_fee_ppm = risk.floor_ppm / 2 + 1,
        |risk| risk.stress_ppm = risk.floor_ppm - 1,
        |risk| risk.cap_ppm = risk.stress_ppm - 1,
        |risk| risk.initial_min_ppm = risk.floor_ppm - 1,
    ];
    for change in cases {
        let mut risk = base;
        change(&mut risk);
        refused_args(
            CreateMarketArgs { risk, ..args() },
            PlimsollError::RatiosOutOfOrder,
        );
    }
    let mut risk = base;
    risk.gap_ppm = 500;
    risk.liquidation_fee_ppm = risk.floor_ppm / 2;
    risk.stress_ppm = risk.floor_ppm;
    risk.cap_ppm = risk.floor_ppm;
    risk.initial_min_ppm = risk.floor_ppm;
    let (mut world, instruction) = attempt(CreateMarketArgs { risk, ..args() });
    sent(&mut world, instruction);
}

/// R-M10: fee, gap and a spread of a quarter of the floor.
#[test]
fn the_floor_covers_fee_gap_and_spread() {
    let least = |floor_ppm| {
        changed(|args| {
            args.risk.liquidation_fee_ppm = 5_000;
            args.risk.gap_ppm = 13_000;
            args.risk.floor_ppm = floor_ppm;
            args.trade.open_interest_cap_lots = 0;
        })
    };
    refused_args(least(23_999), PlimsollError::FloorTooLow);
    let (mut world, instruction) = attempt(least(24_000));
    sent(&mut world, instruction);
}

#[test]
fn weights_guards_and_crowds_are_consistent() {
    let cases: [fn(&mut CreateMarketArgs); 5] = [
        |args| args.risk.long_weight_ppm = 999_999,
        |args| {
            args.risk.long_weight_ppm = 500_000;
            args.risk.short_weight_ppm = 999_999;
        },
        |args| args.risk.guard_rest_seconds = 4 * args.risk.guard_seconds - 1,
        |args| args.liquidity.crowded_high_lots = args.liquidity.crowded_low_lots,
        |args| args.liquidity.crowded_low_lots = args.liquidity.crowded_high_lots + 1,
    ];
    let lighter = |change: fn(&mut CreateMarketArgs)| {
        changed(|args| {
            args.risk.short_weight_ppm = 900_000;
            change(args);
        })
    };
    for change in cases {
        refused_args(lighter(change), PlimsollError::ParametersInconsistent);
    }
    let (mut world, instruction) = attempt(lighter(|args| {
        args.risk.guard_rest_seconds = 4 * args.risk.guard_seconds;
        args.liquidity.crowded_high_lots = args.liquidity.crowded_low_lots + 1;
    }));
    sent(&mut world, instruction);
}

/// An age within both bounds may still be too old for what decides on accounts.
#[test]
fn reductions_see_no_older_price_than_other_decisions() {
    let ages = |reduction, all| {
        changed(|args| {
            args.risk.reduction_age_seconds_max = reduction;
            args.risk.risk_age_seconds_max = all;
        })
    };
    refused_args(ages(11, 10), PlimsollError::RatiosOutOfOrder);
    let (mut world, instruction) = attempt(ages(10, 10));
    sent(&mut world, instruction);
}

#[test]
fn sizes_and_fees_are_in_order() {
    let trade = |change: fn(&mut CreateMarketArgs)| changed(change);
    for args in [
        trade(|args| args.trade.order_lots_max = args.trade.order_lots_min - 1),
        trade(|args| {
            args.risk.floor_ppm = 19_998;
            args.risk.gap_ppm = 500;
            args.trade.taker_fee_ppm = 10_000;
        }),
    ] {
        refused_args(args, PlimsollError::ParameterOutOfBounds);
    }
    let (mut world, instruction) = attempt(trade(|args| {
        args.trade.order_lots_max = args.trade.order_lots_min;
        args.trade.open_interest_cap_lots = 0;
        args.risk.floor_ppm = 20_000;
        args.risk.gap_ppm = 500;
        args.trade.taker_fee_ppm = 10_000;
    }));
    sent(&mut world, instruction);
}

/// R-T5: the premium at the cap, and the premium that one order moves.
#[test]
fn a_premium_is_not_too_steep() {
    let scaled = |change: fn(&mut TradeParams)| {
        changed(|args| {
            args.trade.skew_scale_lots = 1_000_000_000;
            args.risk.floor_ppm = 20_000;
            args.risk.gap_ppm = 500;
            args.trade.open_interest_cap_lots = 5_000_000;
            args.trade.taker_fee_ppm = 500;
            args.trade.order_lots_max = 1_000_000;
            change(&mut args.trade);
        })
    };
    let (mut world, instruction) = attempt(scaled(|_| {}));
    sent(&mut world, instruction);
    refused_args(
        scaled(|trade| trade.open_interest_cap_lots += 1),
        PlimsollError::PremiumTooSteep,
    );
    refused_args(
        scaled(|trade| trade.order_lots_max += 1),
        PlimsollError::PremiumTooSteep,
    );
    refused_args(
        scaled(|trade| trade.taker_fee_ppm -= 1),
        PlimsollError::PremiumTooSteep,
    );
    refused_args(
        scaled(|trade| trade.skew_scale_lots -= 1),
        PlimsollError::PremiumTooSteep,
    );
}

#[test]
fn a_lot_is_between_a_satoshi_and_ten() {
    for lot_exponent in [-9, 2, i32::MIN, i32::MAX] {
        let args = changed(|args| args.lot_exponent = lot_exponent);
        refused_args(args, PlimsollError::LotExponent);
    }
    for (lot_exponent, divisor) in [(-8, 10_000_000_000), (1, 10)] {
        let (mut world, instruction) = attempt(changed(|args| args.lot_exponent = lot_exponent));
        sent(&mut world, instruction);
        let address = addresses::market_risk(&world.exchange.exchange, 1);
        assert_eq!(
            world.view::<MarketRisk>(&address).unwrap().lot_divisor,
            divisor
        );
    }
}

#[test]
fn a_market_has_a_feed() {
    refused_args(
        changed(|args| args.feed_id = [0; 32]),
        PlimsollError::ParameterOutOfBounds,
    );
}

#[test]
fn there_is_room_for_so_many() {
    let (mut world, _) = attempt(args());
    let exchange = world.exchange.exchange;
    patch(&mut world, exchange, |exchange: &mut Exchange| {
        exchange.market_count = MARKETS_MAX
    });
    let instruction = build::create_market(world.governance, exchange, MARKETS_MAX, args());
    refused(&mut world, instruction, PlimsollError::ExchangeFull);
    patch(&mut world, exchange, |exchange: &mut Exchange| {
        exchange.market_count -= 1
    });
    let last = build::create_market(world.governance, exchange, MARKETS_MAX - 1, args());
    sent(&mut world, last);
}

#[test]
fn only_governance_lists() {
    let (mut world, instruction) = attempt(args());
    let governance = world.governance;
    for role in ["stranger", "guardian", "risk operator"] {
        let other = world.new_key(role, 0).unwrap();
        let by_other = swapped(instruction.clone(), governance, other);
        refused(&mut world, by_other, PlimsollError::NotGovernance);
    }
    refused_by_anchor(
        &mut world,
        unsigned(instruction, governance),
        ErrorCode::AccountNotSigner,
    );
}

#[test]
fn accounts_are_what_they_must_be() {
    let (mut world, instruction) = attempt(args());
    let own = world.exchange;
    let gap = build::create_market(world.governance, own.exchange, 2, args());
    refused_by_anchor(&mut world, gap, ErrorCode::ConstraintSeeds);
    let taken = build::create_market(world.governance, own.exchange, 0, args());
    refused_by_anchor(&mut world, taken, ErrorCode::ConstraintSeeds);
    let new = MarketAddresses::new(&own.exchange, 1);
    let wrong_risk = swapped(
        instruction.clone(),
        new.market_risk,
        addresses::market_risk(&own.exchange, 0),
    );
    refused_by_anchor(&mut world, wrong_risk, ErrorCode::ConstraintSeeds);
    let wrong_type = swapped(instruction, own.exchange, own.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    assert_eq!(world.pool().unwrap().cash_q, units(9_000_000));
}
