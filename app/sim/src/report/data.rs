//! The record as the page's script reads it: columns instead of rows, dollars instead of atoms.

use serde::Serialize;

use crate::record::{
    ActionKind, Books, Driver, MarketPoint, QuoteSeries, Record, Side, StateCounts,
};

#[derive(Serialize)]
pub struct Data<'a> {
    from: i64,
    to: i64,
    markets: Vec<Market<'a>>,
    quote: Option<Quote>,
    states: States,
    books: Money,
    actions: Vec<Act<'a>>,
}

#[derive(Serialize)]
struct Market<'a> {
    asset: &'a str,
    /// Where the worst 30 minutes began and ended; nothing if the price never fell.
    crash: Option<(i64, i64)>,
    time: Vec<i64>,
    price: Vec<f64>,
    slow: Vec<f64>,
    volatility: Vec<f64>,
    initial: Vec<u32>,
    target: Vec<u32>,
    live: Vec<u32>,
    call: Vec<u32>,
    floor: Vec<u32>,
    long: Vec<f64>,
    short: Vec<f64>,
    skew: Vec<f64>,
}

#[derive(Serialize)]
struct Quote {
    time: Vec<i64>,
    price: Vec<f64>,
    haircut_initial: Vec<u32>,
    haircut_call: Vec<u32>,
}

#[derive(Serialize)]
struct States {
    time: Vec<i64>,
    healthy: Vec<u32>,
    margin_call: Vec<u32>,
    called_by_quote: Vec<u32>,
    liquidatable: Vec<u32>,
    bankrupt: Vec<u32>,
    empty: Vec<u32>,
}

#[derive(Serialize)]
struct Money {
    time: Vec<i64>,
    vault: Vec<f64>,
    accounts: Vec<f64>,
    escrow: Vec<f64>,
    market_cash: Vec<f64>,
    pool: Vec<f64>,
    insurance: Vec<f64>,
    fees: Vec<f64>,
    unpaid: Vec<f64>,
}

#[derive(Serialize)]
struct Act<'a> {
    time: i64,
    kind: ActionKind,
    account: u32,
    market: &'a str,
    side: Option<Side>,
    lots: u64,
    notional: f64,
    price: f64,
    equity: (f64, f64),
    requirement: (f64, f64),
    penalty: f64,
    fee: f64,
    cost: f64,
    driver: Driver,
    /// Whether the cause needed a rise of margin.
    rise: bool,
    cause: &'a str,
}

impl<'a> Data<'a> {
    pub fn of(record: &'a Record) -> Self {
        Self {
            from: record.first_unix_seconds,
            to: record.last_unix_seconds,
            markets: markets(record),
            quote: record.quote.as_ref().map(quote),
            states: states(&record.account_states),
            books: money(&record.books),
            actions: actions(record),
        }
    }
}

fn markets(record: &Record) -> Vec<Market<'_>> {
    let series = record.markets.iter().map(|market| {
        let statistics = record
            .tape_statistics
            .iter()
            .find(|of| of.asset == market.asset);
        let drop = statistics
            .map(|of| of.drop_30_minutes)
            .filter(|drop| drop.size_ppm > 0);
        let points = &market.points;
        let ratios = |of: fn(&MarketPoint) -> u32| points.iter().map(of).collect();
        let prices = |of: fn(&MarketPoint) -> u64| points.iter().map(|p| price(of(p))).collect();
        let money = |of: fn(&MarketPoint) -> i64| points.iter().map(|p| cents(of(p))).collect();
        Market {
            asset: &market.asset,
            crash: drop.map(|drop| (drop.from_unix_seconds, drop.to_unix_seconds)),
            time: points.iter().map(|point| point.unix_seconds).collect(),
            price: prices(|point| point.price_e8),
            slow: prices(|point| point.slow_price_e8),
            volatility: points
                .iter()
                .map(|p| (p.volatility_percent * 10.0).round() / 10.0)
                .collect(),
            initial: ratios(|point| point.initial_ppm),
            target: ratios(|point| point.target_ppm),
            live: ratios(|point| point.live_ppm),
            call: ratios(|point| point.call_ppm),
            floor: ratios(|point| point.liquidation_ppm),
            long: money(|point| point.long_open_interest_q as i64),
            short: money(|point| point.short_open_interest_q as i64),
            skew: money(|point| point.skew_q),
        }
    });
    series.collect()
}

fn quote(series: &QuoteSeries) -> Quote {
    let points = || series.points.iter();
    Quote {
        time: points().map(|point| point.unix_seconds).collect(),
        price: points().map(|point| price(point.price_e8)).collect(),
        haircut_initial: points().map(|point| point.haircut_initial_ppm).collect(),
        haircut_call: points().map(|point| point.haircut_call_ppm).collect(),
    }
}

fn states(counts: &[StateCounts]) -> States {
    let column = |of: fn(&StateCounts) -> u32| counts.iter().map(of).collect();
    States {
        time: counts.iter().map(|counts| counts.unix_seconds).collect(),
        healthy: column(|counts| counts.healthy),
        margin_call: column(|counts| counts.margin_call),
        called_by_quote: column(|counts| counts.called_by_quote),
        liquidatable: column(|counts| counts.liquidatable),
        bankrupt: column(|counts| counts.bankrupt),
        empty: column(|counts| counts.empty),
    }
}

fn money(books: &[Books]) -> Money {
    let column = |of: fn(&Books) -> i64| books.iter().map(|books| cents(of(books))).collect();
    Money {
        time: books.iter().map(|books| books.unix_seconds).collect(),
        vault: column(|books| books.vault_q as i64),
        accounts: column(|books| books.balances_q),
        escrow: column(|books| books.escrow_q as i64),
        market_cash: column(|books| books.market_cash_q as i64),
        pool: column(|books| books.pool_q as i64),
        insurance: column(|books| books.insurance_q as i64),
        fees: column(|books| books.fees_q as i64),
        unpaid: column(|books| books.unpaid_q as i64),
    }
}

fn actions(record: &Record) -> Vec<Act<'_>> {
    let acts = record.actions.iter().map(|action| Act {
        time: action.unix_seconds,
        kind: action.kind,
        account: action.account,
        market: &action.market,
        side: action.side,
        lots: action.lots,
        notional: cents(action.notional_q as i64),
        price: price(action.price_e8),
        equity: (cents(action.equity_before_q), cents(action.equity_after_q)),
        requirement: (
            cents(action.requirement_before_q as i64),
            cents(action.requirement_after_q as i64),
        ),
        penalty: cents(action.penalty_q as i64),
        fee: cents(action.fee_q as i64),
        cost: cents(action.cost_q as i64),
        driver: action.cause.driver,
        rise: action.cause.driver.needs_margin_rise(),
        cause: &action.cause.text,
    });
    acts.collect()
}

/// Dollars with seven significant digits: two more than are shown, and half as long as all of them.
fn price(price_e8: u64) -> f64 {
    let digits = price_e8.checked_ilog10().unwrap_or(0) + 1;
    let unit_e8 = 10_u64.pow(digits.saturating_sub(7));
    let units = price_e8.saturating_add(unit_e8 / 2) / unit_e8;
    // Divided last, so that the number is the one that the shortest decimal names.
    match 100_000_000_u64.checked_div(unit_e8) {
        Some(per_dollar) if per_dollar > 0 => units as f64 / per_dollar as f64,
        _ => (units * (unit_e8 / 100_000_000)) as f64,
    }
}

/// Dollars to the nearest cent: what a chart or a table shows.
fn cents(amount_q: i64) -> f64 {
    (amount_q as f64 / 1e4).round() / 1e2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_keep_seven_digits() {
        for (price_e8, dollars) in [
            (0, 0.0),
            (1, 0.000_000_01),
            (12_345_678, 0.123_456_8),
            (123_456_789_012, 1_234.568),
            (3_099_115_137_197, 30_991.15),
            (99_999_995_000_000_000, 1_000_000_000.0),
            (u64::MAX, 184_467_400_000.0),
        ] {
            assert_eq!(price(price_e8), dollars, "{price_e8}");
        }
    }
}
