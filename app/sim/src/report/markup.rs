//! The page's tables and the places for its charts. None needs a script to be read.

use super::escape::html;
use crate::record::Record;
use crate::tape::statistics::TapeStatistics;
use crate::text::{date_and_time, dollars, duration, grouped, percent_of_ppm, price};

use super::headline::signed;

/// An empty place for each market's charts, which the script fills.
pub fn markets(record: &Record) -> String {
    let sections = record.markets.iter().enumerate().map(|(number, market)| {
        let statistics = record.tape_statistics.iter().find(|of| of.asset == market.asset);
        let facts = statistics.map_or(String::new(), |of| {
            format!(
                "{} minutes, {:.1} % missing · fell {} in 5 and {} in 30 minutes · realised volatility {:.0} %",
                grouped(of.rows),
                of.missing_share() * 100.0,
                percent_of_ppm(of.drop_5_minutes.size_ppm),
                percent_of_ppm(of.drop_30_minutes.size_ppm),
                of.volatility_percent,
            )
        });
        format!(
            "<section class=\"market\" id=\"market-{number}\" data-market=\"{number}\">\n\
             <h2>{}</h2>\n<p class=\"facts\">{}</p>\n<div class=\"panels\"></div>\n</section>\n",
            html(&market.asset),
            html(&facts),
        )
    });
    sections.collect()
}

/// An empty place for the quote currency's charts, where it has a price.
pub fn quote(record: &Record) -> String {
    let Some(quote) = &record.quote else {
        return String::new();
    };
    let cuts = record.cuts_needing_quote();
    let facts = format!(
        "What balances are counted in. Where it is worth less than a dollar, so is what an account has at its call \
         line and for new risk, less a haircut that follows its volatility; the liquidation line knows neither. \
         {} accounts were called by its fall and {} cut, {} times; {} were liquidated by it alone.",
        grouped(u64::from(record.totals.called_by_quote)),
        grouped(cuts.accounts),
        grouped(cuts.count),
        record.totals.by_quote_alone,
    );
    format!(
        "<section id=\"quote\">\n<h2>{}, the quote currency</h2>\n<p class=\"facts\">{}</p>\n\
         <div class=\"panels\"></div>\n</section>\n",
        html(&quote.asset),
        html(&facts),
    )
}

/// Measures down, tapes across.
pub fn tapes(record: &Record) -> String {
    let tapes = &record.tape_statistics;
    let header: Vec<&str> = std::iter::once("")
        .chain(tapes.iter().map(|of| of.asset.as_str()))
        .collect();
    let rows = TAPE_MEASURES.iter().map(|(name, value)| {
        std::iter::once((*name).to_owned())
            .chain(tapes.iter().map(value))
            .collect()
    });
    let pairs = record.correlations.iter().map(|pair| {
        format!(
            "{} and {} {:.2}",
            pair.first_asset, pair.second_asset, pair.coefficient
        )
    });
    let pairs: Vec<String> = pairs.collect();
    let note = match pairs.is_empty() {
        true => String::new(),
        false => format!(
            "<p>Correlation of returns: {}.</p>\n",
            html(&pairs.join(", "))
        ),
    };
    table(&header, rows) + &note
}

type Measure = (&'static str, fn(&TapeStatistics) -> String);

const TAPE_MEASURES: [Measure; 14] = [
    ("Minutes", |of| grouped(of.rows)),
    ("Missing minutes", |of| {
        format!(
            "{} ({:.1} %)",
            grouped(of.missing_minutes),
            of.missing_share() * 100.0
        )
    }),
    ("Longest gap", |of| duration(of.longest_gap_seconds)),
    ("Open", |of| price(of.open_e8)),
    ("Lowest", |of| price(of.low_e8)),
    ("Highest", |of| price(of.high_e8)),
    ("Close", |of| price(of.close_e8)),
    ("Worst fall within 5 minutes", |of| {
        percent_of_ppm(of.drop_5_minutes.size_ppm)
    }),
    ("Worst fall within 30 minutes", |of| {
        percent_of_ppm(of.drop_30_minutes.size_ppm)
    }),
    ("Worst rise within 30 minutes", |of| {
        percent_of_ppm(of.rise_30_minutes.size_ppm)
    }),
    ("Realised volatility, annualised", |of| {
        format!("{:.0} %", of.volatility_percent)
    }),
    ("Excess kurtosis", |of| format!("{:.1}", of.excess_kurtosis)),
    ("Moves beyond 6 σ", |of| grouped(of.large_moves)),
    ("Confidence, median and most", |of| {
        format!(
            "{} / {} ppm",
            grouped(of.confidence_median_ppm),
            grouped(of.confidence_max_ppm)
        )
    }),
];

pub fn orders(record: &Record) -> String {
    let orders = &record.orders;
    let row = [
        orders.placed,
        orders.filled,
        orders.expired,
        orders.unaffordable,
        orders.rejected,
        orders.pending,
    ];
    let header = [
        "Placed",
        "Filled",
        "Expired",
        "Unaffordable",
        "Rejected",
        "Pending",
    ];
    table(&header, [row.map(grouped).to_vec()])
}

/// Nothing where the program refused nothing.
pub fn refusals(record: &Record) -> String {
    if record.refusals.is_empty() {
        return String::new();
    }
    let rows = record
        .refusals_by_count()
        .map(|(name, count)| vec![name.to_owned(), grouped(count)]);
    "<p class=\"facts\">Transactions that the program refused, by the rule that they broke</p>\n"
        .to_owned()
        + &table(&["Error", "Transactions"], rows)
}

/// Each cut has one cause.
pub fn causes(record: &Record) -> String {
    let rows = record.drivers().map(|driver| {
        let sums = record.cuts_by(driver);
        let amounts = [sums.notional_q, sums.cost_q].map(|amount_q| dollars(signed(amount_q)));
        [driver.name().to_owned(), grouped(sums.count)]
            .into_iter()
            .chain(amounts)
            .collect()
    });
    table(
        &[
            "Cuts by cause",
            "Count",
            "Notional closed",
            "Cost to the accounts",
        ],
        rows,
    )
}

/// What following volatility cost, whether or not the price helped.
pub fn margin_rise(record: &Record) -> String {
    let cuts = record.margin_rise_cuts();
    let rows = [
        ("Notional closed", cuts.notional),
        ("Cost to the accounts", cuts.cost),
    ];
    let rows = rows.map(|(name, spread)| {
        let amounts = [
            spread.total_q,
            spread.mean_per_account_day_q,
            spread.most_per_account_day_q,
        ];
        let cells = amounts.map(|amount_q| dollars(signed(amount_q)));
        std::iter::once(name.to_owned()).chain(cells).collect()
    });
    table(
        &[
            "Cuts that needed a rise of margin",
            "In all",
            "Per account and day",
            "Most of one account in a day",
        ],
        rows,
    )
}

pub fn compute(record: &Record) -> String {
    let rows = record.compute_units.iter().map(|units| {
        let numbers = [units.count, units.min, units.median, units.max].map(grouped);
        std::iter::once(units.instruction.clone())
            .chain(numbers)
            .collect()
    });
    table(
        &["Instruction", "Transactions", "Least", "Median", "Most"],
        rows,
    )
}

pub fn conservation(record: &Record) -> String {
    let conservation = &record.conservation;
    let sentence = match (conservation.steps, conservation.failures.len()) {
        (0, _) => "Nothing was compared, so nothing is claimed.".to_owned(),
        (steps, 0) => format!(
            "Account balances, fees in open orders, market cash, pool, insurance and taker fees added up to the \
             vault's token balance, to the atom, in each of {} comparisons.",
            grouped(steps)
        ),
        (steps, failures) => format!(
            "In {} of {} comparisons the books differed from the vault:",
            grouped(failures as u64),
            grouped(steps)
        ),
    };
    let failures = conservation.failures.iter().take(20).map(|failure| {
        vec![
            date_and_time(failure.unix_seconds),
            failure.after.clone(),
            format!("{} atoms", failure.difference_q),
        ]
    });
    let list = match conservation.failures.is_empty() {
        true => String::new(),
        false => table(&["Time", "After", "Books less vault"], failures),
    };
    format!("<p>{}</p>\n{list}", html(&sentence))
}

pub fn contradictions(record: &Record) -> String {
    let items = record.contradictions().into_iter().map(|sentence| {
        format!(
            "<p class=\"bad\">The record contradicts itself: {}.</p>\n",
            html(&sentence)
        )
    });
    items.collect()
}

/// The first column is text, the others are numbers.
fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let names: String = header
        .iter()
        .map(|name| format!("<th scope=\"col\">{}</th>", html(name)))
        .collect();
    let body: String = rows
        .into_iter()
        .map(|cells| {
            let cells = cells.iter().map(|cell| format!("<td>{}</td>", html(cell)));
            format!("<tr>{}</tr>\n", cells.collect::<String>())
        })
        .collect();
    format!(
        "<div class=\"scroll\"><table><thead><tr>{names}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )
}
