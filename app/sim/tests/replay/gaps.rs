//! Minutes for which a feed had nothing to say.

use plimsoll_sim::record::Record;

use crate::tapes::{assert_sound, at, run, session, swing, tape};

/// SOL is silent in these minutes, for longer than an order's window and timeout together.
const GAP: std::ops::Range<u32> = 140..160;
/// And in these, for longer than the window.
const PAUSES: [std::ops::Range<u32>; 3] = [20..24, 35..39, 50..54];
const MINUTES: u32 = 170;

/// Calm, so that positions are large; then as wild as makes margin lines rise until they cut; then down by
/// a twentieth in the last minute before the gap: more than the one cut that there is time for can mend.
fn sol(minute: u32) -> f64 {
    let level = if minute < GAP.start - 1 { 100.0 } else { 95.0 };
    swing(minute, level, if minute < 30 { 0.0 } else { 0.008 })
}

fn btc(minute: u32) -> f64 {
    swing(minute, 60_000.0, 0.001)
}

fn replayed(with_gap: bool) -> Record {
    let silent: Vec<u32> = PAUSES.into_iter().chain([GAP]).flatten().collect();
    let heard = |minute: u32| !with_gap || !silent.contains(&minute);
    let tapes = vec![
        tape("BTC", MINUTES, |minute| Some(btc(minute))),
        tape("SOL", MINUTES, |minute| heard(minute).then(|| sol(minute))),
    ];
    run(&session("gap", tapes), 11, 50)
}

#[test]
fn orders_before_a_gap_expire_and_accounts_in_it_are_left_alone() {
    let record = replayed(true);
    assert_sound(&record);
    assert!(record.orders.expired > 0, "{:?}", record.orders);

    let in_gap = |unix_seconds: i64| (at(GAP.start)..at(GAP.end)).contains(&unix_seconds);
    let rows_in_gap = |market: usize| {
        let points = record.markets[market].points.iter();
        points.filter(|point| in_gap(point.unix_seconds)).count()
    };
    assert_eq!((rows_in_gap(0), rows_in_gap(1)), (GAP.len(), 0));

    let mut in_trouble = record
        .account_states
        .iter()
        .filter(|counts| in_gap(counts.unix_seconds));
    assert!(
        in_trouble.all(|counts| counts.margin_call + counts.liquidatable > 0),
        "no account was below a line, so leaving it alone shows nothing"
    );
    let acted = |from: i64, to: i64| {
        let here = record
            .actions
            .iter()
            .filter(|action| action.market == "SOL");
        here.filter(|action| (from..to).contains(&action.unix_seconds))
            .count()
    };
    assert!(acted(at(GAP.start - 5), at(GAP.start)) > 0);
    assert_eq!(acted(at(GAP.start), at(GAP.end)), 0);
    assert!(acted(at(GAP.end), at(GAP.end + 2)) > 0);
}

#[test]
fn without_the_gap_no_order_expires() {
    let record = replayed(false);
    assert_sound(&record);
    assert!(record.orders.filled > 50);
    assert_eq!(record.orders.expired, 0);
}

/// The first price after a gap says when the one before it was published, so it can settle an order that
/// was placed before the gap: as expired, long before the timeout would end it.
#[test]
fn the_first_price_after_a_gap_ends_the_orders_before_it() {
    let heard = |minute: u32| !(50..54).contains(&minute);
    let price = |minute: u32| heard(minute).then(|| swing(minute, 100.0, 0.001));
    let record = run(&session("pause", vec![tape("SOL", 56, price)]), 11, 80);
    assert_sound(&record);
    assert!(record.orders.expired > 0, "{:?}", record.orders);
}
