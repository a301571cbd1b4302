//! What the program or the replay refuses.

use plimsoll_sim::replay::{replay, ReplayOptions};
use plimsoll_sim::tape::{Minute, Session};

use crate::tapes::{assert_sound, at, run, session, swing, tape};

/// In these minutes the feed is too unsure of its price for the program.
const UNSURE: std::ops::Range<u32> = 40..43;
const MINUTES: u32 = 65;

fn with_unsure_minutes() -> Session {
    let mut sol = tape("SOL", MINUTES, |minute| Some(swing(minute, 100.0, 0.001)));
    for minute in UNSURE {
        let row = &mut sol.rows[minute as usize];
        row.confidence_e8 = row.price_e8 / 20;
    }
    session("unsure", vec![sol])
}

#[test]
fn a_refused_price_loses_no_order() {
    let record = run(&with_unsure_minutes(), 4, 60);
    assert_sound(&record);
    let points = &record.markets[0].points;
    assert_eq!(points.len(), (MINUTES - UNSURE.end + UNSURE.start) as usize);
    let unsure = at(UNSURE.start)..at(UNSURE.end);
    assert!(!points
        .iter()
        .any(|point| unsure.contains(&point.unix_seconds)));

    // The prices themselves, and the orders that they alone could have settled.
    let refused = record.refusals["ConfidenceTooWide"];
    let prices = UNSURE.len() as u64;
    assert!(
        refused > prices,
        "no order waited for such a price: {refused}"
    );
    assert!(record.orders.expired > 0 && record.orders.expired <= refused - prices);
    assert!(record.orders.pending <= 10, "{:?}", record.orders);
}

fn refusal_of(session: &Session) -> String {
    let options = ReplayOptions {
        seed: 1,
        traders: 1,
        generated_prices: true,
    };
    replay(session, options, |_, _| ()).unwrap_err().to_string()
}

#[test]
fn a_tape_of_hours_is_refused() {
    let hourly = |row: &Minute| Minute {
        unix_seconds: at(0) + (row.unix_seconds - at(0)) * 60,
        ..*row
    };
    let mut sol = tape("SOL", 24, |_| Some(100.0));
    sol.rows = sol.rows.iter().map(hourly).collect();
    let minutely = tape("BTC", 24 * 60, |_| Some(60_000.0));
    assert_eq!(
        refusal_of(&session("hours", vec![minutely, sol])),
        "the rows of SOL are 1 h apart; a replay needs a row a minute"
    );
}

#[test]
fn a_session_without_rows_is_refused() {
    let empty = session("empty", vec![tape("SOL", 0, |_| None)]);
    assert_eq!(refusal_of(&empty), "the session has no rows");
}
