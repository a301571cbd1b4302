use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::state::Market;
use plimsoll_testkit::World;
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, btc_spec, built, counterfeit, event, holder, jump, patch, refused, refused_by_anchor,
    sent, swapped, units, went, BTC, COIN,
};

/// 64 bounties of 20,000 atoms.
const KEPT_Q: u64 = 1_280_000;

fn pot_q(world: &World) -> u64 {
    world.market(BTC).unwrap().insurance_q
}

/// R-L9.
#[test]
fn a_market_keeps_bounties_and_gives_the_fund_the_rest() {
    let mut world = btc();
    let fund_q = world.insurance().unwrap().balance_q;
    let drawn = event!(went!(world.sweep_insurance(BTC)), InsuranceSwept);
    assert_eq!(drawn.moved_q, KEPT_Q as i64);
    assert_eq!((pot_q(&world), drawn.market_insurance_q), (KEPT_Q, KEPT_Q));
    assert_eq!(drawn.balance_q, fund_q - KEPT_Q);
    let again = world.sweep_insurance_instruction(BTC).unwrap();
    refused(&mut world, again, PlimsollError::NothingToMove);

    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, 56_500);
    let liquidated = event!(went!(world.liquidate(id, BTC)), PositionLiquidated);
    let fee_q = liquidated.insurance_fee_q;
    assert!(fee_q > 0);
    assert_eq!(pot_q(&world), KEPT_Q + fee_q);
    let swept = event!(went!(world.sweep_insurance(BTC)), InsuranceSwept);
    assert_eq!(swept.moved_q, -(fee_q as i64));
    assert_eq!(pot_q(&world), KEPT_Q);
    let balance_q = world.insurance().unwrap().balance_q;
    assert_eq!(balance_q, fund_q - KEPT_Q + fee_q);
}

#[test]
fn a_fund_gives_no_more_than_it_has() {
    for insurance in [7, 0] {
        let mut world = built(World::builder().market(btc_spec()).insurance(insurance));
        let sweep = world.sweep_insurance_instruction(BTC).unwrap();
        if insurance == 0 {
            refused(&mut world, sweep, PlimsollError::NothingToMove);
        } else {
            sent(&mut world, sweep);
        }
        assert_eq!(pot_q(&world), insurance);
        assert_eq!(world.insurance().unwrap().balance_q, 0);
    }
}

#[test]
fn a_fund_that_cannot_hold_more_is_not_filled() {
    let mut world = built(World::builder().market(btc_spec()).insurance(units(1)));
    let market = world.market_addresses(BTC).unwrap().market;
    patch(&mut world, market, |market: &mut Market| {
        market.insurance_q = u64::MAX;
    });
    let sweep = world.sweep_insurance_instruction(BTC).unwrap();
    refused(&mut world, sweep, PlimsollError::Overflow);
}

#[test]
fn accounts_are_what_they_must_be_and_of_one_exchange() {
    let mut world = btc();
    let sweep = world.sweep_insurance_instruction(BTC).unwrap();
    let foreign = Foreign::new(&mut world);
    let (market, pool) = (
        world.market_addresses(BTC).unwrap().market,
        world.exchange.pool,
    );
    let insurance = world.exchange.insurance;
    for (right, wrong) in [
        (market, foreign.market.market),
        (insurance, foreign.exchange.insurance),
    ] {
        let mixed = swapped(sweep.clone(), right, wrong);
        refused(&mut world, mixed, PlimsollError::WrongExchange);
        let fake = counterfeit(&mut world, right);
        let faked = swapped(sweep.clone(), right, fake);
        refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
        let wrong_type = swapped(sweep.clone(), right, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
}
