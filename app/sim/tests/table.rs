//! The terminal summary says what the record says.

mod support;

use plimsoll_sim::record::{ActionKind, Books, Record};
use plimsoll_sim::table::{render, render_statistics, Overview, Style};
use plimsoll_sim::text::{dollars, grouped, percent_of_ppm};

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
    assert!(cuts.count > 0, "a sample without cuts tests nothing");
    for driver in record.drivers() {
        let sums = record.cuts_by(driver);
        let shown = words(&text, driver.name());
        assert_eq!(shown[0], grouped(sums.count));
        assert_eq!(shown[1], dollars(sums.notional_q as i64));
        assert_eq!(shown[2], dollars(sums.cost_q as i64));
        let needs = (driver.needs_margin_rise(), driver.needs_price());
        let without = match needs {
            (true, true) => "no cut no cut cut",
            (true, false) => "no cut cut cut",
            (false, true) => "cut no cut cut",
            (false, false) => "cut cut cut",
        };
        assert_eq!(shown[3..].join(" "), without);
    }
    let vault = words(&text, "vault");
    assert_eq!(vault, ["$4,000,000.00", "$4,000,000.00", "$0.00"]);
    assert_eq!(words(&text, "fees in open orders")[0], "$0.08");
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
    assert!(clean.contains("· Deficit: $0.00\n"));
    assert!(clean.contains("· Refused by the program: 300 InitialRequirement, 11 RiskTooOld\n"));
    assert!(!clean.contains('✗'), "{clean}");

    let off = Books {
        vault_q: 5,
        ..Books::default()
    };
    record.conservation.note(&off, "withdraw");
    record.totals.by_volatility_alone = 1;
    record.totals.accounts_fully_liquidated = 1;
    let broken = render(&record, Style::plain());
    assert!(broken.contains("✗ Books equal the vault to the atom: 1,441 comparisons, 1 failures"));
    assert!(broken.contains("✗ Fully liquidated accounts: 1, by volatility alone: 1"));
    assert_eq!(broken.matches('✗').count(), 2);
}

#[test]
fn only_a_deficit_that_nobody_covers_is_a_fault() {
    let mut record = support::sample();
    record.totals.deficit_q = 2_500_000;
    record.totals.insurance_paid_q = 1_000_000;
    record.totals.market_paid_q = 1_500_000;
    let paid = render(&record, Style::plain());
    assert!(paid.contains(
        "· Deficit: $2.50; insurance paid $1.00, the markets' cash $1.50, unresolved $0.00\n"
    ));
    assert!(!paid.contains('✗'), "{paid}");
    record.totals.market_paid_q = 1_200_000;
    record.totals.unresolved_q = 300_000;
    let left = render(&record, Style::plain());
    assert!(left.contains(
        "✗ Deficit: $2.50; insurance paid $1.00, the markets' cash $1.20, unresolved $0.30"
    ));
    assert_eq!(left.matches('✗').count(), 1);
}

#[test]
fn a_record_without_comparisons_is_not_called_sound() {
    let text = render(&Record::default(), Style::plain());
    assert!(text.contains("✗ Books equal the vault to the atom: 0 comparisons"));
}

#[test]
fn contradictions_are_shown() {
    let mut record = support::sample();
    record.books.swap(0, 1);
    record.orders.pending += 1;
    let found = record.contradictions();
    assert_eq!(found.len(), 2, "{found:?}");
    let text = render(&record, Style::plain());
    for sentence in found {
        assert!(text.contains(&format!("✗ Record: {sentence}\n")), "{text}");
    }
}

#[test]
fn each_market_has_its_lines_at_their_peak_and_at_the_end() {
    let record = support::sample();
    let text = render(&record, Style::plain());
    for market in &record.markets {
        let last = market.points.last().unwrap();
        let peak = words(&text, &format!("{}, at its peak", market.asset));
        let targets = market.points.iter().map(|point| point.target_ppm);
        assert_eq!(peak[2], percent(targets.max().unwrap()));
        let after = text.split_once(&format!("{}, at its peak", market.asset));
        let end = after.unwrap().1.lines().nth(1).unwrap();
        let end: Vec<&str> = end.split_whitespace().collect();
        assert_eq!(end[..3], ["at", "the", "end"]);
        let ratios = [
            last.target_ppm,
            last.live_ppm,
            last.call_ppm,
            last.liquidation_ppm,
            last.initial_ppm,
        ];
        // Each number is followed by its percent sign.
        let shown: Vec<&str> = end[5..].iter().step_by(2).copied().collect();
        assert_eq!(shown, ratios.map(percent));
    }
}

fn percent(ratio_ppm: u32) -> String {
    let text = percent_of_ppm(u64::from(ratio_ppm));
    text.trim_end_matches(" %").to_owned()
}

#[test]
fn accounts_add_up_and_margin_rises_are_spread_over_them() {
    let record = support::sample();
    let text = render(&record, Style::plain());
    let numbers: Vec<u32> = words(&text, "at the worst minute")
        .iter()
        .map(|word| word.parse().unwrap())
        .collect();
    assert_eq!(numbers[0], record.traders);
    assert_eq!(numbers[0], numbers[1..].iter().sum::<u32>());
    let notional = record.margin_rise_cuts().notional;
    assert!(notional.total_q > 0);
    let amounts = [
        notional.total_q,
        notional.mean_per_account_day_q,
        notional.most_per_account_day_q,
    ];
    let shown = words(&text, "notional closed");
    assert_eq!(shown, amounts.map(|amount_q| dollars(amount_q as i64)));
}

#[test]
fn an_overview_has_a_row_for_each_session() {
    let mut record = support::sample();
    let mut overview = Overview::default();
    overview.row(&record);
    record.session = "another".into();
    record.totals.deficit_q = 5_000_000;
    overview.row(&record);
    let text = overview.render(Style::plain());
    assert_eq!(text.lines().count(), 3);
    let another = words(&text, "another");
    let cuts = grouped(record.sums(ActionKind::Cut).count);
    let needed = grouped(record.cuts_needing_margin_rise().count);
    assert_eq!(another[..3], ["18,204", cuts.as_str(), needed.as_str()]);
    assert_eq!(another[5..], ["$5.00", "$0.00"]);
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
