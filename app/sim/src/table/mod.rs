//! The summary that a terminal shows after a replay.

mod grid;
mod style;

pub use grid::Grid;
pub use style::Style;

use crate::record::{ActionKind, Books, MarketPoint, MarketSeries, Record, StateCounts};
use crate::tape::statistics::{Correlation, TapeStatistics};
use crate::text::{
    date_and_time, dollars, duration, grouped, percent_of_ppm, price, whole_dollars,
};

/// The whole summary: title, tables, verdicts.
pub fn render(record: &Record, style: Style) -> String {
    let mut text = title(record, style);
    let mut section = |name: &str, grid: Grid| {
        if !grid.is_empty() {
            text += &format!("\n{}\n{}", style.bold(name), grid.render(style));
        }
    };
    section("Markets", markets(record));
    section("Margin", margin(record));
    section("Keepers' actions", actions(record));
    section("Accounts", accounts(record));
    section("Orders", orders(record));
    section("Books", books(record));
    section("Compute units", compute_units(record));
    text.push('\n');
    text + &verdicts(record, style)
}

/// Statistics of tapes, one row each, and their correlations.
pub fn render_statistics(
    statistics: &[TapeStatistics],
    correlations: &[Correlation],
    style: Style,
) -> String {
    let mut rows = Grid::new(
        "tape | rows | missing | longest gap | open | low | high | close | median confidence",
    );
    let mut moves = Grid::new(
        "tape | drop 5 min | drop 30 min | rise 30 min | volatility | kurtosis | beyond 6 sigma",
    );
    for of in statistics {
        rows.row([
            of.asset.clone(),
            grouped(of.rows),
            format!("{:.1} %", of.missing_share() * 100.0),
            duration(of.longest_gap_seconds),
            price(of.open_e8),
            price(of.low_e8),
            price(of.high_e8),
            price(of.close_e8),
            format!("{} ppm", grouped(of.confidence_median_ppm)),
        ]);
        moves.row([
            of.asset.clone(),
            percent_of_ppm(of.drop_5_minutes.size_ppm),
            percent_of_ppm(of.drop_30_minutes.size_ppm),
            percent_of_ppm(of.rise_30_minutes.size_ppm),
            format!("{:.0} %", of.volatility_percent),
            format!("{:.1}", of.excess_kurtosis),
            grouped(of.large_moves),
        ]);
    }
    let mut text = rows.render(style) + &moves.render(style);
    let pairs = correlations.iter().map(|pair| {
        format!(
            "{}–{} {:.2}",
            pair.first_asset, pair.second_asset, pair.coefficient
        )
    });
    let pairs: Vec<String> = pairs.collect();
    if !pairs.is_empty() {
        text += &format!("correlation  {}\n", pairs.join("   "));
    }
    text
}

fn title(record: &Record, style: Style) -> String {
    let source = if record.generated_prices {
        "generated prices"
    } else {
        "recorded prices"
    };
    format!(
        "{}  {} to {} UTC, {source}\n{} traders, seed {}; {} transactions landed, {} refused; {:.1} s\n",
        style.bold(&record.session),
        date_and_time(record.first_unix_seconds),
        date_and_time(record.last_unix_seconds),
        grouped(u64::from(record.traders)),
        record.seed,
        grouped(record.transactions.landed),
        grouped(record.transactions.refused),
        record.replay_seconds,
    )
}

fn markets(record: &Record) -> Grid {
    let mut grid = Grid::new(
        " | first price | lowest | last | drop 5 min | \
         drop 30 min | volatility, peak | minutes | missing",
    );
    for market in &record.markets {
        let points = &market.points;
        let prices = || points.iter().map(|point| point.price_e8);
        let volatility = points
            .iter()
            .map(|point| point.volatility_percent)
            .fold(0.0, f64::max);
        let statistics = record
            .tape_statistics
            .iter()
            .find(|of| of.asset == market.asset);
        let stated = |text: fn(&TapeStatistics) -> String| statistics.map_or(String::new(), text);
        grid.row([
            market.asset.clone(),
            price(prices().next().unwrap_or(0)),
            price(prices().min().unwrap_or(0)),
            price(prices().next_back().unwrap_or(0)),
            stated(|of| percent_of_ppm(of.drop_5_minutes.size_ppm)),
            stated(|of| percent_of_ppm(of.drop_30_minutes.size_ppm)),
            format!("{volatility:.0} %"),
            grouped(points.len() as u64),
            stated(|of| format!("{:.1} %", of.missing_share() * 100.0)),
        ]);
    }
    grid
}

fn margin(record: &Record) -> Grid {
    let mut grid = Grid::new(
        " | live, first | live, peak | call, peak | initial, peak | floor | \
         long OI, peak | short OI, peak | cuts | liquidations",
    );
    for market in &record.markets {
        grid.row(margin_row(record, market));
    }
    grid
}

fn margin_row(record: &Record, market: &MarketSeries) -> Vec<String> {
    let peak = |of: fn(&MarketPoint) -> u64| market.points.iter().map(of).max().unwrap_or(0);
    let peak_percent = |of: fn(&MarketPoint) -> u64| percent_of_ppm(peak(of));
    let count = |kind: ActionKind| {
        let here = record
            .actions
            .iter()
            .filter(|action| action.market == market.asset);
        grouped(here.filter(|action| action.kind == kind).count() as u64)
    };
    let first_live_ppm = market.points.first().map_or(0, |point| point.live_ppm);
    vec![
        market.asset.clone(),
        percent_of_ppm(u64::from(first_live_ppm)),
        peak_percent(|point| u64::from(point.live_ppm)),
        peak_percent(|point| u64::from(point.call_ppm)),
        peak_percent(|point| u64::from(point.initial_ppm)),
        peak_percent(|point| u64::from(point.liquidation_ppm)),
        whole_dollars(signed(peak(|point| point.long_open_interest_q))),
        whole_dollars(signed(peak(|point| point.short_open_interest_q))),
        count(ActionKind::Cut),
        count(ActionKind::Liquidation),
    ]
}

fn actions(record: &Record) -> Grid {
    let mut grid = Grid::new(
        " | count | accounts | notional | by margin rise | … notional | penalty | keeper fee",
    );
    for kind in ActionKind::ALL {
        let sums = record.sums(kind);
        grid.row([
            kind.name().to_owned(),
            grouped(sums.count),
            grouped(sums.accounts),
            whole_dollars(signed(sums.notional_q)),
            grouped(sums.by_margin_rise),
            whole_dollars(signed(sums.by_margin_rise_notional_q)),
            dollars(signed(sums.penalty_q)),
            dollars(signed(sums.fee_q)),
        ]);
    }
    grid
}

fn accounts(record: &Record) -> Grid {
    let mut grid = Grid::new(" | healthy | margin call | liquidatable | bankrupt | empty");
    let troubled =
        |counts: &StateCounts| (counts.bankrupt, counts.liquidatable, counts.margin_call);
    let worst = record
        .account_states
        .iter()
        .max_by_key(|counts| troubled(counts));
    let named = [
        ("at the worst minute", worst),
        ("at the end", record.account_states.last()),
    ];
    for (name, counts) in named {
        let Some(counts) = counts else { continue };
        let numbers = [
            counts.healthy,
            counts.margin_call,
            counts.liquidatable,
            counts.bankrupt,
            counts.empty,
        ];
        let cells = numbers.map(|number| grouped(u64::from(number)));
        grid.row(std::iter::once(name.to_owned()).chain(cells));
    }
    grid
}

fn orders(record: &Record) -> Grid {
    let mut grid = Grid::new(" | placed | filled | expired | unaffordable | rejected | pending");
    let orders = &record.orders;
    let counts = [
        orders.placed,
        orders.filled,
        orders.expired,
        orders.unaffordable,
        orders.rejected,
        orders.pending(),
    ];
    grid.row(std::iter::once("orders".to_owned()).chain(counts.map(grouped)));
    grid
}

fn books(record: &Record) -> Grid {
    let mut grid =
        Grid::new(" | vault | accounts | market cash | pool | insurance | fees | unpaid profit");
    let row = |name: &str, books: &Books| {
        let sums = [
            signed(books.vault_q),
            books.balances_q,
            signed(books.market_cash_q),
            signed(books.pool_q),
            signed(books.insurance_q),
            signed(books.fees_q),
            signed(books.unpaid_q),
        ];
        std::iter::once(name.to_owned())
            .chain(sums.map(dollars))
            .collect::<Vec<_>>()
    };
    if let (Some(first), Some(last)) = (record.books.first(), record.books.last()) {
        grid.row(row("at the start", first));
        grid.row(row("at the end", last));
    }
    grid
}

fn compute_units(record: &Record) -> Grid {
    let mut grid = Grid::new(" | count | min | median | max");
    for units in &record.compute_units {
        let numbers = [units.count, units.min, units.median, units.max].map(grouped);
        grid.row(std::iter::once(units.instruction.clone()).chain(numbers));
    }
    grid
}

fn verdicts(record: &Record, style: Style) -> String {
    let totals = &record.totals;
    let mark = |good: bool, text: String| match good {
        true => format!("{} {text}\n", style.good("✓")),
        false => format!("{} {}\n", style.bad("✗"), style.bad(&text)),
    };
    let conservation = &record.conservation;
    let mut text = mark(
        conservation.failures.is_empty() && conservation.steps > 0,
        format!(
            "Books equal the vault to the atom: {} comparisons, {} failures",
            grouped(conservation.steps),
            grouped(conservation.failures.len() as u64)
        ),
    );
    text += &mark(
        totals.by_volatility_alone == 0,
        format!(
            "Fully liquidated accounts: {}, by volatility alone: {}",
            totals.accounts_fully_liquidated, totals.by_volatility_alone
        ),
    );
    text += &mark(
        totals.deficit_q == 0,
        format!(
            "Deficit: {}, of which insurance paid {}",
            dollars(signed(totals.deficit_q)),
            dollars(signed(totals.insurance_paid_q))
        ),
    );
    for contradiction in record.contradictions() {
        text += &mark(false, format!("Record: {contradiction}"));
    }
    text
}

fn signed(amount_q: u64) -> i64 {
    i64::try_from(amount_q).unwrap_or(i64::MAX)
}
