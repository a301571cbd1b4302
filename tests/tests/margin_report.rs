use anchor_lang::error::ErrorCode;
use anchor_lang::AnchorSerialize;
use plimsoll::error::PlimsollError;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::foreign::Foreign;
use plimsoll_tests::{
    btc, counterfeit, e8, holder, price, refused, refused_by_anchor, swapped, three_markets, units,
    went, BTC, COIN,
};

fn three_positions(world: &mut World) -> TraderId {
    let id = world.new_trader(units(50_000)).unwrap();
    for (market, lots) in [(1, -500_000), (0, COIN), (2, 300_000)] {
        let price_e8 = world.risk(market).unwrap().price_e8;
        went!(world.trade(id, market, Order::market(lots), price_e8));
    }
    id
}

#[test]
fn the_report_is_what_clients_compute() {
    let mut world = three_markets();
    let id = three_positions(&mut world);
    world.advance(60);
    for (market, price_e8) in [(0, e8(59_500)), (1, e8(3_050)), (2, e8(151))] {
        went!(world.set_price(market, price_e8));
    }
    let before = world.snapshot();
    let report = world.report(id).unwrap();
    plimsoll_tests::assert_unchanged(&before, &world.snapshot());
    let margin = world.margin(id).unwrap();
    assert_eq!(report, world.expected_report(id).unwrap());
    assert_eq!(report.state, margin.state() as u8);
    assert!(report.fresh && !report.guarded);
    assert_eq!(report.balance_q, world.account(id).unwrap().balance_q);
    assert_eq!(report.equity_initial_q, margin.equity_initial_q);
    assert_eq!(report.equity_call_q, margin.equity_call_q);
    assert_eq!(report.equity_liquidation_q, margin.equity_liquidation_q);
    assert_eq!(report.requirement_initial_q, margin.requirement_initial_q);
    assert_eq!(report.requirement_call_q, margin.requirement_call_q);
    assert_eq!(
        report.requirement_liquidation_q,
        margin.requirement_liquidation_q
    );
    assert_eq!(report.notional_q, margin.notional_q);

    let parts = world.parts(id).unwrap();
    assert_eq!(report.positions.len(), parts.len());
    for (position, part) in report.positions.iter().zip(&parts) {
        assert_eq!(
            (position.market_index, position.lots),
            (part.market_index, part.lots)
        );
        assert_eq!(position.profit_q, part.part.equity_liquidation_q);
        assert_eq!(position.notional_q, part.part.notional_q);
    }
    let order: Vec<u16> = report
        .positions
        .iter()
        .map(|part| part.market_index)
        .collect();
    assert_eq!(order, [1, 0, 2], "in the order of the slots");
    // 500 less than 60,000 on one coin, 50 more on five short ether, one more on 300 solana, less what
    // the premiums cost.
    let profits: Vec<i64> = report
        .positions
        .iter()
        .map(|part| part.profit_q / 1_000_000)
        .collect();
    assert_eq!(profits, [-250, -500, 299]);
}

#[test]
fn every_state_is_reported() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    for (quote, state) in [
        (60_000, AccountState::Healthy),
        (56_900, AccountState::MarginCall),
        (56_700, AccountState::Liquidatable),
        (55_000, AccountState::Bankrupt),
    ] {
        price(&mut world, quote);
        assert_eq!(world.report(id).unwrap().state, state as u8, "at {quote}");
    }
}

#[test]
fn stale_prices_are_said_not_refused() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    world.advance(i64::from(
        world.risk(BTC).unwrap().params.risk_age_seconds_max,
    ));
    assert!(world.report(id).unwrap().fresh);
    world.advance(1);
    assert!(!world.report(id).unwrap().fresh);
}

#[test]
fn the_report_fits_return_data() {
    let mut world = three_markets();
    let id = three_positions(&mut world);
    let mut report = world.report(id).unwrap();
    let position = report.positions[0].clone();
    report.positions = vec![position; plimsoll::constants::POSITIONS_MAX];
    let mut bytes = Vec::new();
    report.serialize(&mut bytes).unwrap();
    // 95 of the account and 58 of each position: every number has a fixed size.
    assert_eq!(bytes.len(), 559);
}

#[test]
fn accounts_are_what_they_must_be() {
    let mut world = btc();
    let id = holder(&mut world, 20_000, COIN);
    let address = world.trader(id).unwrap().address;
    let risk = world.market_addresses(BTC).unwrap().market_risk;
    let report = world.report_instruction(id).unwrap();
    for original in [address, risk] {
        let fake = counterfeit(&mut world, original);
        let instruction = swapped(report.clone(), original, fake);
        refused_by_anchor(
            &mut world,
            instruction,
            ErrorCode::AccountOwnedByWrongProgram,
        );
        let pool = world.exchange.pool;
        let wrong_type = swapped(report.clone(), original, pool);
        refused_by_anchor(
            &mut world,
            wrong_type,
            ErrorCode::AccountDiscriminatorMismatch,
        );
    }
    let foreign = Foreign::new(&mut world);
    let theirs = swapped(report.clone(), risk, foreign.market.market_risk);
    refused(&mut world, theirs, PlimsollError::WrongExchange);
    let mut missing = report.clone();
    missing.accounts.pop();
    refused(&mut world, missing, PlimsollError::RiskAccountMissing);
    let mut extra = report;
    extra.accounts.push(extra.accounts[1].clone());
    refused(&mut world, extra, PlimsollError::RiskAccountUnexpected);
}
