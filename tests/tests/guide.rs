//! The figures of docs/guide.md are the program's own.

use plimsoll::report::MarginReport;
use plimsoll_testkit::{MarketSpec, Order, World};
use std::fmt::Write;

const BTC: u16 = 0;

/// Dollars of quote atoms, with thousands apart.
fn dollars(amount_q: i64) -> String {
    let cents = amount_q.unsigned_abs().div_ceil(10_000);
    let whole = (cents / 100).to_string();
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if amount_q < 0 { "-" } else { "" };
    format!("{sign}${grouped}.{:02}", cents % 100)
}

/// The report as the guide prints it.
fn printed(report: &MarginReport) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(text, "{name:<28}{value:>14}");
    };
    let money = |amount_q: u64| dollars(i64::try_from(amount_q).unwrap());
    let sigmas = |distance_e4: i32| format!("{:.2} sigma", f64::from(distance_e4) / 1e4);
    let state = ["healthy", "margin call", "liquidatable", "bankrupt"];
    line("state", state[usize::from(report.state)].into());
    line("equity for new risk", dollars(report.equity_initial_q));
    line("equity at the call line", dollars(report.equity_call_q));
    line(
        "equity at liquidation",
        dollars(report.equity_liquidation_q),
    );
    line("initial requirement", money(report.requirement_initial_q));
    line("call requirement", money(report.requirement_call_q));
    line(
        "liquidation requirement",
        money(report.requirement_liquidation_q),
    );
    line("one sigma of an hour", money(report.sigma_q));
    line(
        "ruin within the hour",
        format!("{:.4} %", f64::from(report.ruin_ppm) / 1e4),
    );
    line("distance to the call", sigmas(report.distances_e4[1]));
    line("distance to liquidation", sigmas(report.distances_e4[2]));
    for position in &report.positions {
        let price = i64::try_from(position.liquidation_price_e8 / 100).unwrap();
        line("liquidation price", dollars(price));
        line("1 % more volatility", dollars(position.volatility_slope_q));
        line("1 % more size", dollars(position.size_slope_q));
    }
    text
}

#[track_caller]
fn assert_in_guide(report: &MarginReport) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guide.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let printed = printed(report);
    assert!(
        guide.contains(&printed),
        "docs/guide.md does not show these figures:\n{printed}"
    );
}

#[test]
fn the_guides_figures_are_the_programs() {
    let mut world = World::builder().market(MarketSpec::btc()).build().unwrap();
    let id = world.new_trader(4_000_000_000).unwrap();
    let price_e8 = world.risk(BTC).unwrap().price_e8;
    world
        .trade(id, BTC, Order::market(1_000_000), price_e8)
        .unwrap();
    assert_in_guide(&world.report(id).unwrap());

    // The price falls by 4 % within forty minutes, a minute at a time.
    for minute in 1..=40_u64 {
        world.advance(60);
        let fallen = price_e8 / 1_000 * (1_000 - minute);
        world.set_price(BTC, fallen).unwrap();
    }
    assert_in_guide(&world.report(id).unwrap());
}
