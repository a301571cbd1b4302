//! What a replay claims, and whether it holds.

use super::{signed, Grid, Style};
use crate::record::{ActionKind, Record};
use crate::text::{dollars, grouped};

/// One line each: ✓ holds, ✗ does not, · is neither good nor bad.
pub fn verdicts(record: &Record, style: Style) -> String {
    let totals = &record.totals;
    let conservation = &record.conservation;
    let mut text = mark(
        style,
        conservation.failures.is_empty() && conservation.steps > 0,
        &format!(
            "Books equal the vault to the atom: {} comparisons, {} failures",
            grouped(conservation.steps),
            grouped(conservation.failures.len() as u64)
        ),
    );
    text += &mark(
        style,
        totals.by_volatility_alone == 0,
        &format!(
            "Fully liquidated accounts: {}, by volatility alone: {}",
            totals.accounts_fully_liquidated, totals.by_volatility_alone
        ),
    );
    if record.quote.is_some() {
        let cuts = record.cuts_needing_quote();
        text += &mark(
            style,
            totals.by_quote_alone == 0,
            &format!(
                "By the quote currency: {} accounts called, {} cut ({} cuts), by it alone liquidated: {}",
                totals.called_by_quote,
                cuts.accounts,
                grouped(cuts.count),
                totals.by_quote_alone
            ),
        );
    }
    let deficit = deficit(record);
    text += &match totals.unresolved_q {
        0 => format!("· {deficit}\n"),
        _ => mark(style, false, &deficit),
    };
    if let Some(reasons) = refusals(record) {
        text += &format!("· {reasons}\n");
    }
    for contradiction in record.contradictions() {
        text += &mark(style, false, &format!("Record: {contradiction}"));
    }
    text
}

fn mark(style: Style, good: bool, text: &str) -> String {
    match good {
        true => format!("{} {text}\n", style.good("✓")),
        false => format!("{} {}\n", style.bad("✗"), style.bad(text)),
    }
}

/// Who bore what accounts owed beyond all they had. That some owe is no fault; that nobody pays is.
pub fn deficit(record: &Record) -> String {
    let totals = &record.totals;
    if totals.deficit_q == 0 {
        return "Deficit: $0.00".to_owned();
    }
    let [all, insurance, markets, left] = [
        totals.deficit_q,
        totals.insurance_paid_q,
        totals.market_paid_q,
        totals.unresolved_q,
    ]
    .map(|amount_q| dollars(signed(amount_q)));
    format!("Deficit: {all}; insurance paid {insurance}, the markets' cash {markets}, unresolved {left}")
}

/// The reasons for which the program refused transactions, the most frequent first.
fn refusals(record: &Record) -> Option<String> {
    let reasons: Vec<String> = record
        .refusals_by_count()
        .map(|(name, count)| format!("{} {name}", grouped(count)))
        .collect();
    (!reasons.is_empty()).then(|| format!("Refused by the program: {}", reasons.join(", ")))
}

/// One row for each of several replays.
pub struct Overview {
    grid: Grid,
}

impl Default for Overview {
    fn default() -> Self {
        Self {
            grid: Grid::new(
                " | transactions | cuts | margin rise needed | liquidations | \
                 by volatility alone | deficit | unresolved",
            ),
        }
    }
}

impl Overview {
    pub fn row(&mut self, record: &Record) {
        let cuts = record.sums(ActionKind::Cut);
        let totals = &record.totals;
        self.grid.row([
            record.session.clone(),
            grouped(record.transactions.landed),
            grouped(cuts.count),
            grouped(record.cuts_needing_margin_rise().count),
            grouped(record.sums(ActionKind::Liquidation).count),
            totals.by_volatility_alone.to_string(),
            dollars(signed(totals.deficit_q)),
            dollars(signed(totals.unresolved_q)),
        ]);
    }

    pub fn render(&self, style: Style) -> String {
        self.grid.render(style)
    }
}
