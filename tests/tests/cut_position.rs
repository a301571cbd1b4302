use plimsoll::error::PlimsollError;
use plimsoll::state::{MarginAccount, MarketRisk};
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{
    btc, btc_spec, built, e8, earned_q, event, holder, jump, patch, refused, sent, state,
    three_markets, unbacked, units, went, BTC, COIN,
};

/// A long in a margin call that a cut of a part answers.
fn called(world: &mut World) -> TraderId {
    let id = holder(world, 4_000, COIN);
    jump(world, 56_950);
    assert_eq!(state(world, id), AccountState::MarginCall);
    id
}

/// A world in which a cut closes at most a twentieth.
fn limited() -> World {
    built(World::builder().market(btc_spec().with(|args| {
        args.risk.cut_limit_ppm = 50_000;
    })))
}

#[track_caller]
fn refused_cut(world: &mut World, id: TraderId, error: PlimsollError) {
    let instruction = world.cut_instruction(id, BTC).unwrap();
    refused(world, instruction, error);
}

/// R-L1, I4.
#[test]
fn a_cut_closes_what_is_needed_and_hardly_more() {
    let mut world = btc();
    let id = called(&mut world);
    let (before, earned_before_q) = (*world.account(id).unwrap(), earned_q(&world));
    let risk = *world.risk(BTC).unwrap();
    let event = event!(went!(world.cut(id, BTC)), PositionCut);

    let account = world.account(id).unwrap();
    let slot = account.positions[0];
    let closed = event.lots.unsigned_abs();
    assert_eq!(event.price_e8, e8(56_950));
    // A lot is worth 56,950 atoms; worse by the confidence, 100 ppm.
    let spread_q = (closed * 56_950 * 100).div_ceil(1_000_000);
    assert_eq!(event.cost_q, (spread_q as i64) - (closed as i64) * 56_950);
    assert_eq!(event.keeper_fee_q, 20_000);
    let entry_q = before.positions[0].entry_q;
    let share_q = (i128::from(entry_q) * i128::from(closed) + 999_999) / 1_000_000;
    assert_eq!(
        i128::from(event.realised_q),
        -i128::from(event.cost_q) - share_q
    );
    assert_eq!(
        account.balance_q,
        before.balance_q + event.realised_q - 20_000
    );
    assert_eq!(
        (event.balance_q, event.position_lots),
        (account.balance_q, slot.lots)
    );
    assert_eq!(slot.lots, COIN + event.lots);
    assert_eq!(i128::from(slot.entry_q), i128::from(entry_q) - share_q);
    assert_eq!(slot.last_cut_seconds, world.now_seconds());
    assert_eq!((event.keeper, event.unpaid_q), (world.keeper, 0));
    assert_eq!(earned_q(&world), earned_before_q + 20_000);
    assert_eq!((event.sequence, event.market_sequence), (4, 3));

    let margin = world.margin(id).unwrap();
    assert_eq!(event.equity_after_q, margin.equity_call_q);
    assert_eq!(event.requirement_after_q, margin.requirement_call_q);
    let target = u64::from(risk.params.cut_target_ppm);
    let target_q = |requirement_q: u64| requirement_q * target / 1_000_000;
    let equity_q = event.equity_after_q.unsigned_abs();
    assert!(equity_q >= target_q(event.requirement_after_q));
    // A 256th fewer, a lot at 0.057 quote units, would have missed the target.
    let step = closed.div_ceil(256) + 1;
    let step_q = step * 57_000 * u64::from(risk.call_ppm[0]) / 1_000_000;
    assert!(
        equity_q < target_q(event.requirement_after_q + step_q),
        "{event:?}"
    );
    refused_cut(&mut world, id, PlimsollError::AboveTheLine);
}

#[test]
fn a_short_is_cut_by_buying() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, -COIN);
    jump(&mut world, 62_950);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let event = event!(went!(world.cut(id, BTC)), PositionCut);
    assert!(event.lots > 0 && event.position_lots < 0, "{event:?}");
    assert!(event.cost_q > event.lots * 62_950, "{event:?}");
    assert_eq!(state(&world, id), AccountState::Healthy);
}

#[test]
fn healthy_accounts_are_not_cut() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    refused_cut(&mut world, id, PlimsollError::AboveTheLine);
    let flat = world.new_trader(units(1)).unwrap();
    refused_cut(&mut world, flat, PlimsollError::NoPosition);
}

#[test]
fn liquidatable_accounts_are_liquidated_instead() {
    for quote in [56_700, 55_000] {
        let mut world = btc();
        let id = holder(&mut world, 4_000, COIN);
        jump(&mut world, quote);
        assert!(state(&world, id) >= AccountState::Liquidatable);
        refused_cut(&mut world, id, PlimsollError::LiquidateInstead);
    }
}

/// R-L2.
#[test]
fn a_leg_is_cut_by_its_share_per_interval() {
    let mut world = limited();
    let id = holder(&mut world, 4_000, COIN);
    jump(&mut world, 56_850);
    let event = event!(went!(world.cut(id, BTC)), PositionCut);
    assert_eq!(event.lots, -COIN / 20);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    refused_cut(&mut world, id, PlimsollError::CutTooSoon);
    world.advance(59);
    went!(world.set_price(BTC, e8(56_850)));
    refused_cut(&mut world, id, PlimsollError::CutTooSoon);
    world.advance(1);
    let second = event!(went!(world.cut(id, BTC)), PositionCut);
    assert_eq!(second.lots, -event.position_lots / 20);
}

/// R-L3.
#[test]
fn dust_is_cut_whole() {
    let spec = btc_spec().with(|args| args.risk.dust_q = units(1_000));
    let mut world = built(World::builder().market(spec));
    let lots = 15_000;
    let id = holder(&mut world, 60, lots);
    jump(&mut world, 56_950);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let event = event!(went!(world.cut(id, BTC)), PositionCut);
    assert_eq!((event.lots, event.position_lots), (-lots, 0));
    assert_eq!(world.market(BTC).unwrap().long_lots, 0);
}

/// R-L7.
#[test]
fn a_cut_costs_no_more_than_a_quarter_of_the_floor() {
    // A leg worth six quote units: a quarter of 1.25 % is less than the keeper's fee.
    let mut world = btc();
    let id = world.new_trader(300_000).unwrap();
    went!(world.trade(id, BTC, Order::market(100), e8(60_000)));
    jump(&mut world, 58_150);
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let event = event!(went!(world.cut(id, BTC)), PositionCut);
    assert_eq!(
        (event.lots, event.keeper_fee_q),
        (-100, 58_150 * 100 * 3_125 / 1_000_000)
    );
}

#[test]
fn there_is_a_leg_in_the_market() {
    let mut world = three_markets();
    let id = called(&mut world);
    went!(world.set_price(1, e8(3_000)));
    let keys = world.keeper_keys(id, 1).unwrap();
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let other = build::cut_position(&keys, &[risk]);
    refused(&mut world, other.clone(), PlimsollError::NoPosition);
    // Profit that waits for cash is nothing to cut.
    let address = world.trader(id).unwrap().address;
    patch(&mut world, address, |account: &mut MarginAccount| {
        account.positions[1].market_index = 1;
        account.positions[1].unpaid_q = 1;
    });
    refused(&mut world, other, PlimsollError::NoPosition);
}

#[test]
fn a_leg_of_several_is_cut_for_the_whole_account() {
    let mut world = three_markets();
    let id = world.new_trader(units(5_000)).unwrap();
    went!(world.trade(id, 1, Order::market(300_000), e8(3_000)));
    went!(world.trade(id, 0, Order::market(COIN), e8(60_000)));
    world.advance(60);
    went!(world.jump(0, e8(56_400)));
    went!(world.jump(1, e8(2_900)));
    assert_eq!(state(&world, id), AccountState::MarginCall);
    // The leg that did not fall much relieves the account as well.
    let event = event!(went!(world.cut(id, 1)), PositionCut);
    let target_q = event.requirement_after_q / 10 * 11;
    let reached = event.equity_after_q.unsigned_abs() >= target_q;
    assert!(
        reached || event.lots == -150_000,
        "the target or the limit: {event:?}"
    );
    assert_eq!(world.lots(id, 0), Ok(COIN));
}

#[test]
fn prices_are_fresh() {
    let mut world = btc();
    let id = called(&mut world);
    world.advance(i64::from(
        world.risk(BTC).unwrap().params.reduction_age_seconds_max,
    ));
    world.clone().cut(id, BTC).unwrap();
    world.advance(1);
    refused_cut(&mut world, id, PlimsollError::RiskTooOld);
}

/// R-L4.
#[test]
fn a_cut_that_would_not_help_is_refused() {
    // No instruction leads here: a spread far beyond what the ratios relieve.
    let mut world = btc();
    let id = called(&mut world);
    let address = world.market_addresses(BTC).unwrap().market_risk;
    patch(&mut world, address, |risk: &mut MarketRisk| {
        risk.params.floor_ppm = 500_000;
        risk.confidence_ppm = 125_000;
    });
    refused_cut(&mut world, id, PlimsollError::DoesNotImprove);
}

#[test]
fn profit_of_a_cut_waits_where_the_market_has_no_cash() {
    let spec = btc_spec().with(|args| args.trade.loss_cap_q = 0);
    let mut world = unbacked(built(World::builder().market(spec)));
    let id = holder(&mut world, 2_500, COIN);
    world.advance(60);
    // In profit at the price, hardly so at the slow price, and the balance gone from outside.
    let update = world
        .update(BTC, e8(61_000))
        .unwrap()
        .slow_price(6_000_100_000_000);
    world.publish(BTC, update).unwrap();
    went!(world.refresh(BTC));
    let address = world.trader(id).unwrap().address;
    let keeper = world.trader(world.keeper_id).unwrap().address;
    let moved_q = 2_300_000_000;
    patch(&mut world, address, |account: &mut MarginAccount| {
        account.balance_q -= moved_q
    });
    patch(&mut world, keeper, |account: &mut MarginAccount| {
        account.balance_q += moved_q
    });
    assert_eq!(state(&world, id), AccountState::MarginCall);
    let instruction = world.cut_instruction(id, BTC).unwrap();
    let event = event!(sent(&mut world, instruction), PositionCut);
    assert!(event.realised_q > 0);
    assert_eq!(event.unpaid_q, event.realised_q.unsigned_abs());
    assert_eq!(
        world.account(id).unwrap().positions[0].unpaid_q,
        event.unpaid_q
    );
    assert_eq!(world.market(BTC).unwrap().unpaid_q, event.unpaid_q);
}
