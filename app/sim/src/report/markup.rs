//! The parts of the page that need no script: sentences, numbers and tables.

use super::escape::html;
use crate::record::{ActionKind, Record};
use crate::tape::statistics::TapeStatistics;
use crate::text::{date_and_time, dollars, duration, grouped, percent_of_ppm, price};

pub fn subtitle(record: &Record) -> String {
    let source = if record.generated_prices {
        "generated"
    } else {
        "recorded"
    };
    html(&format!(
        "{} to {} UTC · {source} prices · {} traders, seed {} · {} transactions landed, {} refused · \
         replayed in {:.1} s",
        date_and_time(record.first_unix_seconds),
        date_and_time(record.last_unix_seconds),
        grouped(u64::from(record.traders)),
        record.seed,
        grouped(record.transactions.landed),
        grouped(record.transactions.refused),
        record.replay_seconds,
    ))
}

fn worst_drop(record: &Record) -> Option<&TapeStatistics> {
    record
        .tape_statistics
        .iter()
        .max_by_key(|of| of.drop_30_minutes.size_ppm)
}

pub fn lede(record: &Record) -> String {
    let mut sentences = Vec::new();
    if let Some(of) = worst_drop(record) {
        let drop = of.drop_30_minutes;
        sentences.push(format!(
            "{} fell {} within 30 minutes, from {} UTC.",
            of.asset,
            percent_of_ppm(drop.size_ppm),
            date_and_time(drop.from_unix_seconds),
        ));
    }
    let (cuts, liquidations) = (
        record.sums(ActionKind::Cut),
        record.sums(ActionKind::Liquidation),
    );
    sentences.push(format!(
        "Keepers cut {} {} times without penalty, and liquidated {} {} times.",
        plural(cuts.accounts, "account"),
        grouped(cuts.count),
        plural(liquidations.accounts, "account"),
        grouped(liquidations.count),
    ));
    let totals = &record.totals;
    sentences.push(match totals.by_volatility_alone {
        0 => "No account was fully liquidated by volatility alone.".to_owned(),
        count => format!(
            "{} fully liquidated by volatility alone.",
            plural(u64::from(count), "account")
        ),
    });
    sentences.push(match totals.deficit_q {
        0 => "No deficit was left.".to_owned(),
        deficit_q => format!("Accounts left a deficit of {}.", dollars(signed(deficit_q))),
    });
    html(&sentences.join(" "))
}

pub fn headline(record: &Record) -> String {
    let totals = &record.totals;
    let (cuts, liquidations) = (
        record.sums(ActionKind::Cut),
        record.sums(ActionKind::Liquidation),
    );
    let conservation = &record.conservation;
    let sound = conservation.failures.is_empty() && conservation.steps > 0;
    let drop = worst_drop(record);
    [
        figure(
            "Worst fall in 30 minutes",
            &drop.map_or("–".into(), |of| {
                percent_of_ppm(of.drop_30_minutes.size_ppm)
            }),
            &drop.map_or(String::new(), |of| of.asset.clone()),
            true,
        ),
        figure(
            "Penalty-free cuts",
            &grouped(cuts.count),
            &format!(
                "{} of them because margin rose",
                grouped(cuts.by_margin_rise)
            ),
            true,
        ),
        figure(
            "Accounts fully liquidated",
            &totals.accounts_fully_liquidated.to_string(),
            &format!("{} in penalties", dollars(signed(liquidations.penalty_q))),
            true,
        ),
        figure(
            "… by volatility alone",
            &totals.by_volatility_alone.to_string(),
            "must be 0",
            totals.by_volatility_alone == 0,
        ),
        figure(
            "Deficit",
            &dollars(signed(totals.deficit_q)),
            &format!(
                "{} paid by insurance",
                dollars(signed(totals.insurance_paid_q))
            ),
            totals.deficit_q == 0,
        ),
        figure(
            "Books against vault",
            if sound { "equal" } else { "differ" },
            &format!("{} comparisons, to the atom", grouped(conservation.steps)),
            sound,
        ),
    ]
    .concat()
}

fn figure(name: &str, value: &str, note: &str, good: bool) -> String {
    let class = if good { "" } else { " class=\"bad\"" };
    let (name, value, note) = (html(name), html(value), html(note));
    format!("<div{class}><dt>{name}</dt><dd>{value}<small>{note}</small></dd></div>\n")
}

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
        orders.pending(),
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
            "Account balances, market cash, pool, insurance and fees added up to the vault's token balance, \
             to the atom, in each of {} comparisons.",
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

fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count))
}

fn signed(amount_q: u64) -> i64 {
    i64::try_from(amount_q).unwrap_or(i64::MAX)
}
