//! A quote currency that loses its peg.

use plimsoll_sim::record::{ActionKind, Driver, QuotePoint, Record};
use plimsoll_sim::report;
use plimsoll_sim::table::{self, Style};
use plimsoll_sim::tape::{Session, QUOTE_ASSET};

use crate::tapes::{assert_sound, at, run, session, swing, tape};

const MINUTES: u32 = 150;
/// In these minutes the quote currency falls by 20 cents in even steps, and stays there.
const FALL: std::ops::Range<u32> = 60..90;

fn quote(minute: u32) -> f64 {
    let fallen = minute.clamp(FALL.start, FALL.end) - FALL.start;
    1.0 - 0.2 * f64::from(fallen) / f64::from(FALL.end - FALL.start)
}

/// Slips by a little before the fall, too slowly to move a line: what was opened before it has less to lose.
fn slip(minute: u32) -> f64 {
    1.0 - 0.03 * f64::from(minute.clamp(20, FALL.start) - 20) / f64::from(FALL.start - 20)
}

/// Prices on which nobody is called, beside a quote currency of this price. One market comes after it in the
/// order of names.
fn with_quote(quote: impl Fn(u32) -> f64) -> Session {
    let level = |asset: &str, middle: f64| {
        tape(asset, MINUTES, |minute| {
            Some(swing(minute, middle * slip(minute), 0.0001))
        })
    };
    let priced = tape(QUOTE_ASSET, MINUTES, |minute| Some(quote(minute)));
    let tapes = vec![level("SOL", 100.0), priced, level("XRP", 2.0)];
    session("depeg", tapes)
}

fn points(record: &Record) -> &[QuotePoint] {
    &record.quote.as_ref().unwrap().points
}

/// R-H4: a fall of the quote currency makes margin calls and cuts of its own, and liquidates nobody.
#[test]
fn r_h4_a_depeg_calls_and_cuts_and_liquidates_nobody() {
    let record = run(&with_quote(quote), 5, 60);
    assert_sound(&record);
    let points = points(&record);
    assert_eq!(points.len() as u32, MINUTES);
    assert_eq!(points[0].haircut_call_ppm, 0);
    let last = points.last().unwrap();
    assert_eq!(last.price_e8, 80_000_000);
    assert!(last.haircut_initial_ppm >= last.haircut_call_ppm && last.haircut_call_ppm > 0);

    let mut calls = record.account_states.iter();
    let first = calls.find(|counts| counts.called_by_quote > 0).unwrap();
    assert!(first.unix_seconds >= at(FALL.start), "{first:?}");
    assert_eq!(first.called_by_quote, first.margin_call);
    let cuts = record.cuts_needing_quote();
    assert_eq!(cuts, record.sums(ActionKind::Cut), "a cut of another cause");
    assert!(cuts.count > 0 && cuts.accounts <= u64::from(record.totals.called_by_quote));
    assert!(record.cuts_by(Driver::QuoteAndPrice).count > 0);
    assert_eq!(record.sums(ActionKind::Liquidation).count, 0);
    assert_eq!(record.totals.by_quote_alone, 0);
    assert!(record
        .markets
        .iter()
        .all(|market| market.points.len() as u32 == MINUTES));
}

/// The same traders with the quote currency at one dollar: nothing moves their lines.
#[test]
fn r_h4_without_the_quote_currency_s_tape_nothing_happens() {
    let record = run(&with_quote(quote).with_quote_at_par(), 5, 60);
    assert_sound(&record);
    assert_eq!((&record.quote, &record.actions), (&None, &Vec::new()));
    assert!(record
        .account_states
        .iter()
        .all(|counts| counts.margin_call == 0));

    // A quote currency that stays one dollar changes nothing either, but for its own transactions.
    let mut level = run(&with_quote(|_| 1.0), 5, 60);
    assert!(points(&level)
        .iter()
        .all(|point| point.haircut_initial_ppm == 0));
    let refreshes = u64::from(MINUTES);
    assert_eq!(
        level.transactions.landed,
        record.transactions.landed + refreshes
    );
    assert_eq!(level.transactions.refused, record.transactions.refused);
    level.transactions = record.transactions;
    level.quote = None;
    level.replay_seconds = record.replay_seconds;
    level.conservation.clone_from(&record.conservation);
    level.compute_units.clone_from(&record.compute_units);
    level.tape_statistics.clone_from(&record.tape_statistics);
    level.correlations.clone_from(&record.correlations);
    assert!(level == record, "a quote currency at par changed something");
}

/// What a replay knows of the quote currency is shown.
#[test]
fn r_h4_the_summary_and_the_page_show_the_quote_currency() {
    let record = run(&with_quote(quote), 5, 20);
    let text = table::render(&record, Style::plain());
    for shown in [
        "\nQuote currency\n",
        "\nUSDC ",
        "$0.8000",
        "\nquote alone ",
        "✓ By the quote currency: ",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(
        text.lines().all(|line| line.chars().count() <= 120),
        "{text}"
    );
    let page = report::render(&record).unwrap();
    assert!(page.contains("<section id=\"quote\">") && page.contains("\"called_by_quote\""));
    let mut cruel = record;
    cruel.totals.by_quote_alone = 1;
    let text = table::render(&cruel, Style::plain());
    assert!(text.contains("✗ By the quote currency: "), "{text}");
}
