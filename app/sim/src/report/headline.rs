//! The page's head: what was replayed, what happened, the figures that matter.

use super::escape::html;
use crate::record::{ActionKind, Record};
use crate::tape::statistics::TapeStatistics;
use crate::text::{date_and_time, dollars, grouped, percent_of_ppm};

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
    sentences.push(match (totals.deficit_q, totals.unresolved_q) {
        (0, _) => "No account ended up owing.".to_owned(),
        (deficit_q, 0) => format!(
            "Accounts left a deficit of {}, all of it covered.",
            dollars(signed(deficit_q))
        ),
        (deficit_q, unresolved_q) => format!(
            "Accounts left a deficit of {}, of which nobody could cover {}.",
            dollars(signed(deficit_q)),
            dollars(signed(unresolved_q))
        ),
    });
    html(&sentences.join(" "))
}

pub fn figures(record: &Record) -> String {
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
            "Cuts without penalty",
            &grouped(cuts.count),
            &format!(
                "{} of them needed a rise of margin",
                grouped(record.cuts_needing_margin_rise().count)
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
            &match totals.unresolved_q {
                0 => format!(
                    "{} paid by insurance",
                    dollars(signed(totals.insurance_paid_q))
                ),
                unresolved_q => format!("{} not covered", dollars(signed(unresolved_q))),
            },
            totals.unresolved_q == 0,
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

fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", grouped(count))
}

pub fn signed(amount_q: u64) -> i64 {
    i64::try_from(amount_q).unwrap_or(i64::MAX)
}
