//! The summary that a terminal shows after a replay.

mod grid;
mod statistics;
mod style;
mod verdicts;

pub use grid::Grid;
pub use statistics::render_statistics;
pub use style::Style;
pub use verdicts::{deficit, Overview};

use verdicts::verdicts;

use crate::record::{
    ActionKind, Books, MarketPoint, MarketSeries, QuotePoint, Record, StateCounts,
};
use crate::tape::statistics::TapeStatistics;
use crate::text::{date_and_time, dollars, grouped, percent_of_ppm, price, whole_dollars};

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
    section("Quote currency", quote(record));
    section("Keepers' actions", actions(record));
    section("Cuts by cause", causes(record));
    section("Cuts that needed a rise of margin", margin_rise(record));
    section("Accounts", accounts(record));
    section("Orders", orders(record));
    section("Books", books(record));
    section("Compute units", compute_units(record));
    text.push('\n');
    text + &verdicts(record, style)
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
        " | first price | lowest | last | drop 5 min | drop 30 min | minutes | missing | \
         long OI, peak | short OI, peak",
    );
    for market in &record.markets {
        let points = &market.points;
        let prices = || points.iter().map(|point| point.price_e8);
        let statistics = record
            .tape_statistics
            .iter()
            .find(|of| of.asset == market.asset);
        let stated = |text: fn(&TapeStatistics) -> String| statistics.map_or(String::new(), text);
        let interest = |of: fn(&MarketPoint) -> u64| whole_dollars(signed(peak(market, of)));
        grid.row([
            market.asset.clone(),
            price(prices().next().unwrap_or(0)),
            price(prices().min().unwrap_or(0)),
            price(prices().next_back().unwrap_or(0)),
            stated(|of| percent_of_ppm(of.drop_5_minutes.size_ppm)),
            stated(|of| percent_of_ppm(of.drop_30_minutes.size_ppm)),
            grouped(points.len() as u64),
            stated(|of| format!("{:.1} %", of.missing_share() * 100.0)),
            interest(|point| point.long_open_interest_q),
            interest(|point| point.short_open_interest_q),
        ]);
    }
    grid
}

/// Two rows for each market: the highest that each column was, and what it was at the end.
fn margin(record: &Record) -> Grid {
    let mut grid = Grid::new(
        " | volatility | target | live | call line | liquidation line | initial | cuts | liquidations",
    );
    for market in &record.markets {
        let highest = |of: fn(&MarketPoint) -> u64| peak(market, of);
        let last = |of: fn(&MarketPoint) -> u64| market.points.last().map_or(0, of);
        let mut row = vec![format!("{}, at its peak", market.asset)];
        row.extend(ratios(&highest));
        row.extend([ActionKind::Cut, ActionKind::Liquidation].map(|kind| {
            let here = record.actions.iter();
            let here = here.filter(|action| action.market == market.asset && action.kind == kind);
            grouped(here.count() as u64)
        }));
        grid.row(row);
        grid.row(std::iter::once("     at the end".to_owned()).chain(ratios(&last)));
    }
    grid
}

/// Nothing where the quote currency has no price.
fn quote(record: &Record) -> Grid {
    let mut grid = Grid::new(
        " | first price | lowest | last | haircut at the call, peak | for new risk, peak | \
         called by it | cut | liquidated",
    );
    let Some(quote) = &record.quote else {
        return grid;
    };
    let points = || quote.points.iter();
    let prices = || points().map(|point| point.price_e8);
    let highest =
        |of: fn(&QuotePoint) -> u32| percent_of_ppm(u64::from(points().map(of).max().unwrap_or(0)));
    grid.row([
        quote.asset.clone(),
        price(prices().next().unwrap_or(0)),
        price(prices().min().unwrap_or(0)),
        price(prices().next_back().unwrap_or(0)),
        highest(|point| point.haircut_call_ppm),
        highest(|point| point.haircut_initial_ppm),
        record.totals.called_by_quote.to_string(),
        record.cuts_needing_quote().accounts.to_string(),
        record.totals.by_quote_alone.to_string(),
    ]);
    grid
}

fn peak(market: &MarketSeries, of: fn(&MarketPoint) -> u64) -> u64 {
    market.points.iter().map(of).max().unwrap_or(0)
}

/// Volatility, then the ratios that follow it, as `pick` reads a market's points.
fn ratios(pick: &dyn Fn(fn(&MarketPoint) -> u64) -> u64) -> [String; 6] {
    let percent = |of: fn(&MarketPoint) -> u64| percent_of_ppm(pick(of));
    [
        format!(
            "{} %",
            pick(|point| point.volatility_percent.round() as u64)
        ),
        percent(|point| u64::from(point.target_ppm)),
        percent(|point| u64::from(point.live_ppm)),
        percent(|point| u64::from(point.call_ppm)),
        percent(|point| u64::from(point.liquidation_ppm)),
        percent(|point| u64::from(point.initial_ppm)),
    ]
}

fn actions(record: &Record) -> Grid {
    let mut grid = Grid::new(" | count | accounts | notional | penalty | keeper fee | cost in all");
    for kind in ActionKind::ALL {
        let sums = record.sums(kind);
        grid.row([
            kind.name().to_owned(),
            grouped(sums.count),
            grouped(sums.accounts),
            whole_dollars(signed(sums.notional_q)),
            dollars(signed(sums.penalty_q)),
            dollars(signed(sums.fee_q)),
            dollars(signed(sums.cost_q)),
        ]);
    }
    grid
}

/// One row for each cause of [`crate::record::cause`]; they add up to all cuts.
fn causes(record: &Record) -> Grid {
    let mut grid = Grid::new(
        " | count | notional | cost in all | without rise | without price's move | without quote's fall",
    );
    let without = |needed: bool| if needed { "no cut" } else { "cut" }.to_owned();
    for driver in record.drivers() {
        let sums = record.cuts_by(driver);
        grid.row([
            driver.name().to_owned(),
            grouped(sums.count),
            dollars(signed(sums.notional_q)),
            dollars(signed(sums.cost_q)),
            without(driver.needs_margin_rise()),
            without(driver.needs_price()),
            without(driver.needs_quote()),
        ]);
    }
    grid
}

/// What following volatility cost, whether or not the price helped.
fn margin_rise(record: &Record) -> Grid {
    let mut grid = Grid::new(" | in all | per account and day | most of one account in a day");
    let cuts = record.margin_rise_cuts();
    let rows = [
        ("notional closed", cuts.notional),
        ("cost to the accounts", cuts.cost),
    ];
    for (name, spread) in rows {
        let amounts = [
            spread.total_q,
            spread.mean_per_account_day_q,
            spread.most_per_account_day_q,
        ];
        let cells = amounts.map(|amount_q| dollars(signed(amount_q)));
        grid.row(std::iter::once(name.to_owned()).chain(cells));
    }
    grid
}

fn accounts(record: &Record) -> Grid {
    let mut grid =
        Grid::new(" | all | healthy | margin call | liquidatable | bankrupt | no position");
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
            counts.accounts(),
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
        orders.pending,
    ];
    grid.row(std::iter::once("orders".to_owned()).chain(counts.map(grouped)));
    grid
}

fn books(record: &Record) -> Grid {
    let mut grid = Grid::new(" | at the start | at the end | change");
    let (Some(first), Some(last)) = (record.books.first(), record.books.last()) else {
        return grid;
    };
    for (name, of) in BOOKS {
        let amounts = [of(first), of(last), of(last) - of(first)];
        grid.row(std::iter::once(name.to_owned()).chain(amounts.map(dollars)));
    }
    grid
}

type Book = (&'static str, fn(&Books) -> i64);

/// All but the first and the last add up to the first.
const BOOKS: [Book; 8] = [
    ("vault", |books| signed(books.vault_q)),
    ("accounts", |books| books.balances_q),
    ("fees in open orders", |books| signed(books.escrow_q)),
    ("market cash", |books| signed(books.market_cash_q)),
    ("pool", |books| signed(books.pool_q)),
    ("insurance", |books| signed(books.insurance_q)),
    ("taker fees", |books| signed(books.fees_q)),
    ("unpaid profit", |books| signed(books.unpaid_q)),
];

fn compute_units(record: &Record) -> Grid {
    let mut grid = Grid::new(" | count | min | median | max");
    for units in &record.compute_units {
        let numbers = [units.count, units.min, units.median, units.max].map(grouped);
        grid.row(std::iter::once(units.instruction.clone()).chain(numbers));
    }
    grid
}

fn signed(amount_q: u64) -> i64 {
    i64::try_from(amount_q).unwrap_or(i64::MAX)
}
