use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::MarketSwept;
use plimsoll_client::{addresses, instructions as build, MarketAddresses};
use plimsoll_testkit::{Order, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, e8, event, holder, price, refused, refused_by_anchor, sent,
    swapped, unbacked, units, went, BTC, COIN,
};
use solana_instruction::Instruction;

fn sweep(world: &World) -> Instruction {
    build::sweep_market(world.exchange.pool, &world.market_addresses(BTC).unwrap())
}

/// A market that wants `target` in cash and may draw `loss_cap`, beside a pool of `pool`, quote units.
fn market(target: u64, loss_cap: u64, pool: u64) -> World {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = units(target);
        args.trade.loss_cap_q = units(loss_cap);
    });
    built(World::builder().market(spec).pool(units(pool)))
}

fn cash(world: &World) -> (u64, u64, i64) {
    let market = world.market(BTC).unwrap();
    (market.cash_q, world.pool().unwrap().cash_q, market.drawn_q)
}

/// Somebody loses about a thousand quote units to the market; returns what exactly.
fn lose(world: &mut World) -> u64 {
    *world = unbacked(world.clone());
    let id = holder(world, 20_000, COIN);
    price(world, 59_000);
    let closed = went!(world.trade(id, BTC, Order::reduce(-COIN), e8(59_000)));
    event!(closed, OrderSettled).realised_q.unsigned_abs()
}

#[test]
fn a_market_draws_up_to_its_target() {
    // A world sweeps once when it is built.
    let mut world = market(1_000, 5_000, 10_000);
    assert_eq!(cash(&world), (units(1_000), units(9_000), 1_000_000_000));
    let instruction = sweep(&world);
    refused(&mut world, instruction, PlimsollError::NothingToMove);
}

#[test]
fn surplus_goes_back_to_the_pool() {
    let mut world = market(1_000, 5_000, 10_000);
    let lost_q = lose(&mut world);
    let before = cash(&world);
    assert_eq!(before.0, units(1_000) + lost_q, "what the trader lost");
    let instruction = sweep(&world);
    let event = event!(sent(&mut world, instruction), MarketSwept);
    assert_eq!(
        event,
        MarketSwept {
            market: world.market_addresses(BTC).unwrap().market,
            sequence: 4,
            moved_q: -(lost_q as i64),
            cash_q: units(1_000),
            pool_cash_q: units(9_000) + lost_q,
            credit_ppm: 1_000_000,
            open_interest_lots: 0,
            skew_ppm: 0,
            utilisation_ppm: [0, 0],
            // What it holds and may draw: the cap, and what somebody lost.
            capacity_q: units(5_000) + lost_q,
        }
    );
    assert_eq!(
        cash(&world),
        (
            units(1_000),
            units(9_000) + lost_q,
            1_000_000_000 - lost_q as i64
        )
    );
}

/// R-Q3.
#[test]
fn the_loss_cap_bounds_what_a_market_draws() {
    let mut world = market(8_000, 5_000, 10_000);
    assert_eq!(cash(&world), (units(5_000), units(5_000), 5_000_000_000));
    let instruction = sweep(&world);
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::NothingToMove,
    );
    // What traders lose is the market's to keep, and lowers nothing of the cap.
    let lost_q = lose(&mut world);
    let told = event!(sent(&mut world, instruction), MarketSwept);
    assert_eq!((told.moved_q, told.capacity_q), (0, units(5_000) + lost_q));
    assert_eq!(cash(&world).0, units(5_000) + lost_q);
}

#[test]
fn a_pool_gives_no_more_than_it_has() {
    let mut world = market(8_000, 50_000, 3_000);
    assert_eq!(cash(&world), (units(3_000), 0, 3_000_000_000));
    let instruction = sweep(&world);
    refused(
        &mut world,
        instruction.clone(),
        PlimsollError::NothingToMove,
    );
    went!(world.deposit_pool("provider", 1, units(1_000)));
    sent(&mut world, instruction);
    assert_eq!(cash(&world), (units(4_000), 0, 4_000_000_000));
}

#[test]
fn all_belong_to_one_exchange() {
    let mut world = market(1_000, 5_000, 10_000);
    let foreign = Foreign::new(&mut world);
    let own = (world.exchange.pool, world.market_addresses(BTC).unwrap());
    let mixed_market = MarketAddresses {
        market_risk: foreign.market.market_risk,
        ..own.1
    };
    for (pool, market) in [
        (foreign.exchange.pool, own.1),
        (own.0, foreign.market),
        (own.0, mixed_market),
    ] {
        let mixed = build::sweep_market(pool, &market);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
    }
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let instruction = sweep(&world);
    let insurance = world.exchange.insurance;
    let market = world.market_addresses(BTC).unwrap();
    for original in [world.exchange.pool, market.market, market.market_risk] {
        let fake = counterfeit(&mut world, original);
        let faked = swapped(instruction.clone(), original, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(instruction.clone(), original, insurance);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let payer = world.payer;
    let authority = swapped(instruction, addresses::EVENT_AUTHORITY, payer);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
}
