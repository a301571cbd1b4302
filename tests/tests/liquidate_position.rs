use plimsoll::error::PlimsollError;
use plimsoll::events::DeficitAbsorbed;
use plimsoll::state::MarketRisk;
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Builder, Order, TraderId, World};
use plimsoll_tests::{
    btc, btc_spec, built, e8, earned_q, event, holder, jump, patch, refused, state, three_markets,
    units, went, BTC, COIN,
};

/// A long below the liquidation line, with something left.
fn below(world: &mut World) -> TraderId {
    let id = holder(world, 4_000, COIN);
    jump(world, 56_500);
    assert_eq!(state(world, id), AccountState::Liquidatable);
    id
}

#[track_caller]
fn refused_liquidation(world: &mut World, id: TraderId, error: PlimsollError) {
    let instruction = world.liquidate_instruction(id, BTC).unwrap();
    refused(world, instruction, error);
}

/// R-L1, R-L5, I4.
#[test]
fn a_part_is_closed_down_to_the_target() {
    let mut world = btc();
    let id = below(&mut world);
    let before = *world.account(id).unwrap();
    let insurance_q = world.insurance().unwrap().balance_q;
    let earned_before_q = earned_q(&world);
    let event = event!(went!(world.liquidate(id, BTC)), PositionLiquidated);
    assert_eq!(world.insurance().unwrap().balance_q, insurance_q);

    let closed_q = event.lots.unsigned_abs() * e8(56_500) / 100_000_000;
    let fee_q = event.keeper_fee_q + event.insurance_fee_q;
    // 4,000 less fees and 3,500.06 is 469.92 on 56,500: half of what the spread leaves of the ratio is
    // 0.4108 %, below 0.5 %.
    assert_eq!(event.equity_before_q, 469_920_000);
    assert_eq!(fee_q, closed_q * 4_108 / 1_000_000);
    assert_eq!(event.keeper_fee_q, fee_q / 2);
    assert_eq!(event.price_e8, e8(56_500));
    let spread_q = (closed_q * 100).div_ceil(1_000_000);
    assert_eq!(event.cost_q, spread_q as i64 - closed_q as i64);
    let account = world.account(id).unwrap();
    let expected_q = before.balance_q + event.realised_q - fee_q as i64;
    assert_eq!(
        (account.balance_q, event.balance_q),
        (expected_q, expected_q)
    );
    assert_eq!(account.positions[0].lots, COIN + event.lots);
    assert_eq!(
        earned_q(&world),
        earned_before_q + event.keeper_fee_q as i64
    );
    // The fund's part waits in the market (R-L9).
    let waiting_q = world.market(BTC).unwrap().insurance_q;
    assert_eq!(waiting_q, event.insurance_fee_q);

    let margin = world.margin(id).unwrap();
    assert_eq!(event.equity_after_q, margin.equity_liquidation_q);
    assert_eq!(event.requirement_after_q, margin.requirement_liquidation_q);
    let equity_q = event.equity_after_q.unsigned_abs();
    assert!(equity_q >= 2 * event.requirement_after_q);
    assert!(
        equity_q < 2 * (event.requirement_after_q + 2_000),
        "hardly more: {event:?}"
    );
    refused_liquidation(&mut world, id, PlimsollError::AboveTheLine);
}

#[test]
fn accounts_above_the_line_are_not_liquidated() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    refused_liquidation(&mut world, id, PlimsollError::AboveTheLine);
    jump(&mut world, 56_950);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    refused_liquidation(&mut world, id, PlimsollError::AboveTheLine);
    let flat = world.new_trader(units(1)).unwrap();
    refused_liquidation(&mut world, flat, PlimsollError::AboveTheLine);
}

/// The line itself is not below it: an account with exactly its requirement is called, not liquidated.
#[test]
fn the_line_is_exact() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, 56_950);
    let address = world.trader(id).unwrap().address;
    let margin = world.margin(id).unwrap();
    let surplus_q = margin.headroom_liquidation_q();
    let shift = |world: &mut World, by_q: i64| {
        let change = |account: &mut plimsoll::state::MarginAccount| account.balance_q += by_q;
        patch(world, address, change);
    };
    shift(&mut world, -surplus_q);
    refused_liquidation(&mut world, id, PlimsollError::AboveTheLine);
    shift(&mut world, -1);
    let instruction = world.liquidate_instruction(id, BTC).unwrap();
    let sent = world.send(&[instruction]).unwrap();
    assert!(event!(sent, PositionLiquidated).lots < 0);
}

#[test]
fn a_bankrupt_leg_is_closed_whole_for_a_bounty_without_a_fee() {
    for (insurance, bounty_q) in [(units(5_000), 20_000), (7, 7), (0, 0)] {
        let mut world = built(World::builder().market(btc_spec()).insurance(insurance));
        if insurance > 0 {
            went!(world.sweep_insurance(BTC));
        }
        let id = holder(&mut world, 4_000, COIN);
        jump(&mut world, 55_000);
        assert_eq!(state(&world, id), AccountState::Bankrupt);
        let earned_before_q = earned_q(&world);
        let event = event!(went!(world.liquidate(id, BTC)), PositionLiquidated);
        assert_eq!((event.lots, event.position_lots), (-COIN, 0));
        assert_eq!((event.keeper_fee_q, event.insurance_fee_q), (bounty_q, 0));
        assert_eq!(earned_q(&world), earned_before_q + bounty_q as i64);
    }
}

/// Liquidates a bankrupt long and returns who bore the deficit.
fn deficit(builder: Builder) -> (World, DeficitAbsorbed) {
    let mut world = built(builder);
    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, 50_000);
    let sent = went!(world.liquidate_and_absorb(id, BTC));
    assert!(world.account(id).unwrap().is_empty());
    (world, event!(sent, DeficitAbsorbed))
}

/// R-L6: the insurance fund up to what it holds and the market's cap, then the market's cash.
#[test]
fn a_deficit_falls_to_insurance_then_to_the_market() {
    // 10,000.06 lost, 5 for the spread, 3,969.98 there: 6,035.08.
    let deficit_q = 6_035_080_000;
    let market = btc_spec;
    for (insurance, insurance_cap_q, insured_q) in [
        (units(1_000_000), units(1_000_000), deficit_q),
        (units(1_000), units(1_000_000), units(1_000)),
        (units(1_000_000), units(500), units(500)),
        (0, units(1_000_000), 0),
        (units(1_000_000), 0, 0),
    ] {
        let spec = market().with(|args| args.trade.insurance_cap_q = insurance_cap_q);
        let builder = World::builder().market(spec).insurance(insurance);
        let before_q = built(builder.clone()).market(BTC).unwrap().cash_q;
        let (world, event) = deficit(builder);
        assert_eq!(event.deficit_q, deficit_q);
        assert_eq!(event.insurance_q, insured_q);
        assert_eq!(event.market_q, deficit_q - insured_q);
        assert_eq!(event.market_index, BTC);
        let fund = world.insurance().unwrap();
        assert_eq!(fund.balance_q, insurance - insured_q);
        assert_eq!(fund.paid_q, insured_q);
        let market = world.market(BTC).unwrap();
        assert_eq!(market.insured_q, insured_q);
        assert_eq!(market.cash_q, before_q + 10_005_060_000 - event.market_q);
    }
}

#[test]
fn an_insurance_cap_is_for_all_deficits_of_a_market_together() {
    let spec = btc_spec().with(|args| args.trade.insurance_cap_q = units(8_000));
    let (mut world, first) = deficit(World::builder().market(spec));
    assert_eq!((first.insurance_q, first.market_q), (6_035_080_000, 0));
    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, 40_000);
    let second = event!(went!(world.liquidate_and_absorb(id, BTC)), DeficitAbsorbed);
    assert_eq!(second.insurance_q, units(8_000) - 6_035_080_000);
    assert!(second.market_q > 0);
}

#[test]
fn legs_of_a_bankrupt_account_go_one_by_one_and_each_market_bears_its_own() {
    let mut world = three_markets();
    let id = world.new_trader(units(6_000)).unwrap();
    for (market, lots, quote) in [(0, COIN, 60_000), (1, 300_000, 3_000)] {
        went!(world.trade(id, market, Order::market(lots), e8(quote)));
    }
    world.advance(60);
    went!(world.jump(0, e8(54_000)));
    went!(world.jump(1, e8(2_700)));
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    went!(world.liquidate(id, 0));
    assert!(world.account(id).unwrap().balance_q < 0);
    let last = event!(went!(world.liquidate_and_absorb(id, 1)), DeficitAbsorbed);
    assert_eq!(
        last.market_index, 1,
        "its own part; the other market's is absorbed there"
    );
    assert!(last.deficit_q > 0);
    let first = event!(went!(world.absorb(id, 0)), DeficitAbsorbed);
    assert!(first.deficit_q > 0);
    assert!(world.account(id).unwrap().is_empty());
}

#[test]
fn a_liquidation_of_one_leg_counts_all() {
    let mut world = three_markets();
    let id = world.new_trader(units(5_000)).unwrap();
    went!(world.trade(id, 1, Order::market(300_000), e8(3_000)));
    went!(world.trade(id, 0, Order::market(COIN), e8(60_000)));
    world.advance(60);
    went!(world.jump(0, e8(55_850)));
    went!(world.jump(1, e8(2_985)));
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    let event = event!(went!(world.liquidate(id, 1)), PositionLiquidated);
    assert_eq!(world.lots(id, 0), Ok(COIN));
    let before = event.equity_before_q as f64 / event.requirement_before_q as f64;
    let after = event.equity_after_q as f64 / event.requirement_after_q as f64;
    assert!(after > before, "{event:?}");
}

#[test]
fn prices_are_fresh() {
    let mut world = btc();
    let id = below(&mut world);
    world.advance(i64::from(
        world.risk(BTC).unwrap().params.reduction_age_seconds_max,
    ));
    world.clone().liquidate(id, BTC).unwrap();
    world.advance(1);
    refused_liquidation(&mut world, id, PlimsollError::RiskTooOld);
}

#[test]
fn there_is_a_leg_in_the_market() {
    let mut world = three_markets();
    let id = below(&mut world);
    let keys = world.keeper_keys(id, 1).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let other = build::liquidate_position(&keys, &[risk]);
    refused(&mut world, other, PlimsollError::NoPosition);
}

/// R-L4.
#[test]
fn a_liquidation_that_would_not_help_is_refused() {
    // No instruction leads here: a spread far beyond what the ratio relieves.
    let mut world = btc();
    let id = below(&mut world);
    let address = world.market_addresses(BTC).unwrap().market_risk;
    patch(&mut world, address, |risk: &mut MarketRisk| {
        risk.params.floor_ppm = 500_000;
        risk.confidence_ppm = 125_000;
    });
    refused_liquidation(&mut world, id, PlimsollError::DoesNotImprove);
}

#[test]
fn a_short_is_liquidated_by_buying() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, -COIN);
    jump(&mut world, 63_300);
    assert_eq!(state(&world, id), AccountState::Liquidatable);
    let event = event!(went!(world.liquidate(id, BTC)), PositionLiquidated);
    assert!(event.lots > 0 && event.position_lots < 0);
    assert!(event.cost_q > event.lots * 63_300, "{event:?}");
}
