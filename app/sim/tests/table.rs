//! The terminal summary says what the record says.

mod support;

use plimsoll_sim::record::{ActionKind, Books, Cause, Driver, Record};
use plimsoll_sim::table::{render, render_statistics, Style};
use plimsoll_sim::text::grouped;

/// Words of the only line of `text` that begins with `start`.
fn words<'a>(text: &'a str, start: &str) -> Vec<&'a str> {
    let mut lines = text.lines().filter(|line| line.starts_with(start));
    let line = lines
        .next()
        .unwrap_or_else(|| panic!("no line begins with {start:?}:\n{text}"));
    assert_eq!(lines.next(), None, "two lines begin with {start:?}");
    line[start.len()..].split_whitespace().collect()
}

#[test]
fn every_section_has_its_numbers() {
    let record = support::sample();
    let text = render(&record, Style::plain());
    assert!(text.starts_with("generated-3  2025-01-01 00:00 to 2025-01-01 23:59 UTC, generated"));
    assert_eq!(words(&text, "orders"), ["900", "840", "41", "12", "3", "4"]);
    assert_eq!(
        words(&text, "settle_order"),
        ["4", "24,310", "24,500", "27,287"]
    );
    let cuts = record.sums(ActionKind::Cut);
    let shown = words(&text, "cut  ");
    assert_eq!(
        shown[..2],
        [cuts.count.to_string(), cuts.accounts.to_string()]
    );
    assert!(
        cuts.count > 0 && cuts.by_margin_rise > 0,
        "a sample without cuts tests nothing"
    );
    let vault = words(&text, "at the start");
    assert_eq!(vault[0], "$4,000,000.00");
}

#[test]
fn lines_fit_a_wide_terminal() {
    let record = support::sample();
    let text = render(&record, Style::plain())
        + &render_statistics(
            &record.tape_statistics,
            &record.correlations,
            Style::plain(),
        );
    let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 120, "{widest}");
}

#[test]
fn verdicts_pass_only_on_a_clean_record() {
    let mut record = support::sample();
    let clean = render(&record, Style::plain());
    assert!(clean.contains("✓ Books equal the vault to the atom: 1,440 comparisons, 0 failures"));
    assert!(!clean.contains('✗'), "{clean}");

    let off = Books {
        vault_q: 5,
        ..Books::default()
    };
    record.conservation.note(&off, "withdraw");
    record.totals.by_volatility_alone = 1;
    record.totals.deficit_q = 2_500_000;
    record.totals.insurance_paid_q = 1_000_000;
    let broken = render(&record, Style::plain());
    assert!(broken.contains("✗ Books equal the vault to the atom: 1,441 comparisons, 1 failures"));
    assert!(broken.contains("by volatility alone: 1"));
    assert!(broken.contains("✗ Deficit: $2.50, of which insurance paid $1.00"));
    assert_eq!(broken.matches('✗').count(), 3);
}

#[test]
fn a_record_without_comparisons_is_not_called_sound() {
    let text = render(&Record::default(), Style::plain());
    assert!(text.contains("✗ Books equal the vault to the atom: 0 comparisons"));
}

#[test]
fn contradictions_are_shown() {
    let mut record = support::sample();
    assert_eq!(record.contradictions(), Vec::<String>::new());
    record.actions[0].cause = Cause {
        driver: Driver::Price,
        text: String::new(),
    };
    record.totals.insurance_paid_q = record.totals.deficit_q + 1;
    record.markets[0].points[5].call_ppm = 999_999;
    record.markets[1].points.swap(3, 4);
    record.actions[1].market = "DOGE".into();
    record.markets[2].points[9].liquidation_ppm = 999_999;
    record.account_states.swap(0, 1);
    record.books.swap(0, 1);
    let last = record.actions.len() - 1;
    record.actions[last].unix_seconds = 0;
    record.version += 1;
    let found = record.contradictions();
    assert_eq!(found.len(), 10, "{found:?}");
    let text = render(&record, Style::plain());
    assert!(
        found
            .iter()
            .all(|sentence| text.contains(sentence.as_str())),
        "{text}"
    );
}

#[test]
fn colour_only_where_wanted() {
    let record = support::sample();
    let plain = render(&record, Style::plain());
    let coloured = render(&record, Style::coloured());
    assert!(!plain.contains('\x1b'));
    let mut stripped = coloured.clone();
    for code in ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[1;31m"] {
        stripped = stripped.replace(code, "");
    }
    assert_ne!(coloured, plain);
    assert_eq!(stripped, plain);
}

#[test]
fn statistics_list_every_tape_and_pair() {
    let record = support::sample();
    let text = render_statistics(
        &record.tape_statistics,
        &record.correlations,
        Style::plain(),
    );
    let sol: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("SOL"))
        .collect();
    assert!(
        sol[0].contains(&grouped(record.tape_statistics[2].rows)),
        "{text}"
    );
    assert_eq!(sol.len(), 2);
    assert!(text.contains("correlation  BTC–ETH 0."), "{text}");
    assert_eq!(text.lines().count(), 9);
}
