//! A market listed so that its premium or its number takes what margin cannot cover.

use plimsoll::constants::MARKETS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll::instructions::CreateMarketArgs;
use plimsoll_client::instructions as build;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::{btc, built, refused, sent, units, went};
use solana_instruction::Instruction;

/// Lists a second market like solana's, changed.
fn list(world: &World, change: impl FnOnce(&mut CreateMarketArgs)) -> Instruction {
    let args = MarketSpec::sol().with(change).args;
    build::create_market(world.governance, world.exchange.exchange, 1, args)
}

#[track_caller]
fn taken(change: impl FnOnce(&mut CreateMarketArgs)) {
    let mut world = btc();
    let instruction = list(&world, change);
    sent(&mut world, instruction);
}

#[track_caller]
fn turned_down(error: PlimsollError, change: impl FnOnce(&mut CreateMarketArgs)) {
    let mut world = btc();
    let instruction = list(&world, change);
    refused(&mut world, instruction, error);
}

/// A scale that leaves a remainder: the steepest size is not a round number.
const SCALE: u64 = 1_000_003;

#[test]
fn the_premium_at_the_cap_is_at_most_a_quarter_of_the_floor() {
    let error = PlimsollError::PremiumTooSteep;
    // A quarter of 2.5 % is 6,250 ppm; an order of one lot is 1 ppm.
    for (scale, cap) in [(48_000_000_000, 300_000_000), (SCALE, 6_250)] {
        let with_cap = |cap| {
            move |args: &mut CreateMarketArgs| {
                args.trade.skew_scale_lots = scale;
                args.trade.open_interest_cap_lots = cap;
                args.trade.order_lots_min = 1;
                args.trade.order_lots_max = 1;
            }
        };
        taken(with_cap(cap));
        turned_down(error, with_cap(cap + 1));
    }
    turned_down(error, |args| args.trade.skew_scale_lots = 1_000_000_000);
    // Of a floor that is no multiple of four a quarter is rounded down.
    let with_floor = |cap| {
        move |args: &mut CreateMarketArgs| {
            args.risk.floor_ppm = 10_003;
            args.risk.gap_ppm = 500;
            args.trade.skew_scale_lots = 1_000_000;
            args.trade.open_interest_cap_lots = cap;
            args.trade.order_lots_max = 50;
        }
    };
    taken(with_floor(2_500));
    turned_down(error, with_floor(2_501));
}

#[test]
fn the_premium_of_an_order_is_at_most_twice_its_fee() {
    let error = PlimsollError::PremiumTooSteep;
    let with_largest = |scale, largest| {
        move |args: &mut CreateMarketArgs| {
            args.trade.skew_scale_lots = scale;
            args.trade.open_interest_cap_lots = 0;
            args.trade.order_lots_max = largest;
        }
    };
    // Twice 500 ppm.
    for (scale, largest) in [(48_000_000_000, 48_000_000), (SCALE, 1_000)] {
        taken(with_largest(scale, largest));
        turned_down(error, with_largest(scale, largest + 1));
    }
    turned_down(error, |args| args.trade.taker_fee_ppm = 0);
}

/// R-T5: a premium that 64 bits do not hold is too steep, not an overflow.
#[test]
fn a_premium_beyond_all_numbers_is_too_steep() {
    let most = 1_000_000_000_000_000;
    for (cap, largest) in [(most, 1), (0, most), (most, most)] {
        turned_down(PlimsollError::PremiumTooSteep, |args| {
            args.trade.skew_scale_lots = 1;
            args.trade.open_interest_cap_lots = cap;
            args.trade.order_lots_min = 1;
            args.trade.order_lots_max = largest;
        });
    }
}

#[test]
fn the_taker_fee_is_at_most_half_of_the_floor() {
    let with_fee = |taker_fee_ppm| {
        move |args: &mut CreateMarketArgs| {
            args.risk.floor_ppm = 10_001;
            args.risk.gap_ppm = 500;
            args.trade.open_interest_cap_lots = 0;
            args.trade.taker_fee_ppm = taker_fee_ppm;
        }
    };
    taken(with_fee(5_000));
    turned_down(PlimsollError::ParameterOutOfBounds, with_fee(5_001));
}

#[test]
fn an_exchange_lists_as_many_markets_as_one_deposit_can_name() {
    assert_eq!(MARKETS_MAX, 24);
    let listed = MarketSpec::sol().with(|args| args.trade.cash_target_q = 0);
    let specs = (1..=24).map(|number| listed.clone().numbered(number));
    // The builder's own deposit into the pool names all of them.
    let mut world = built(World::builder().markets(specs));
    assert_eq!(world.exchange_account().unwrap().market_count, 24);
    world.advance(1);
    went!(world.refresh_all());
    went!(world.deposit_pool("late provider", 0, units(1_000)));
    let (governance, exchange) = (world.governance, world.exchange.exchange);
    let args = MarketSpec::sol().numbered(25).args;
    let one_more = build::create_market(governance, exchange, 24, args);
    refused(&mut world, one_more, PlimsollError::ExchangeFull);
}
