//! Statistics of tapes small enough to work out by hand.

use plimsoll_sim::tape::generate::{generate, GeneratorOptions};
use plimsoll_sim::tape::statistics::{
    correlations, worst_drop, worst_rise, TapeStatistics, WorstMove, YEAR_SECONDS,
};
use plimsoll_sim::tape::{Minute, Session, Tape};

/// A row at `minute` in whole dollars.
fn row(minute: i64, open: u64, high: u64, low: u64, close: u64) -> Minute {
    let e8 = |dollars: u64| dollars * 100_000_000;
    Minute {
        unix_seconds: minute * 60,
        open_e8: e8(open),
        high_e8: e8(high),
        low_e8: e8(low),
        close_e8: e8(close),
        price_e8: e8(open),
        confidence_e8: e8(open) / 1_000,
        ema_price_e8: e8(open),
    }
}

fn flat(minute: i64, price: u64) -> Minute {
    row(minute, price, price, price, price)
}

fn tape(asset: &str, rows: Vec<Minute>) -> Tape {
    Tape {
        asset: asset.into(),
        rows,
    }
}

fn moved(size_ppm: u64, from_minute: i64, to_minute: i64) -> WorstMove {
    let (from_unix_seconds, to_unix_seconds) = (from_minute * 60, to_minute * 60);
    WorstMove {
        size_ppm,
        from_unix_seconds,
        to_unix_seconds,
    }
}

#[test]
fn drops_are_measured_by_elapsed_time_not_by_rows() {
    // 100 → 80 takes two rows, but ten minutes.
    let rows = [flat(0, 100), flat(5, 95), flat(10, 80)];
    assert_eq!(worst_drop(&rows, 300), moved(157_894, 5, 10));
    assert_eq!(worst_drop(&rows, 299), WorstMove::default());
    assert_eq!(worst_drop(&rows, 600), moved(200_000, 0, 10));
    assert_eq!(worst_rise(&rows, 600), WorstMove::default());
}

#[test]
fn a_drop_starts_at_the_highest_high_still_in_the_window() {
    let rows = [
        row(0, 90, 120, 90, 100),
        flat(3, 110),
        flat(6, 105),
        row(9, 100, 100, 88, 90),
    ];
    assert_eq!(worst_drop(&rows, 360), moved(200_000, 3, 9));
    assert_eq!(worst_drop(&rows, 540), moved(266_666, 0, 9));
    assert_eq!(worst_rise(&rows, 540), moved(333_333, 0, 0));
}

#[test]
fn within_a_row_only_the_order_that_is_certain_counts() {
    // High and low are 50 % apart, but the low may have come first.
    let rows = [row(0, 80, 100, 50, 90)];
    assert_eq!(worst_drop(&rows, 300), moved(375_000, 0, 0));
    assert_eq!(worst_rise(&rows, 300), moved(800_000, 0, 0));
}

#[test]
fn volatility_does_not_depend_on_missing_rows_of_a_steady_walk() {
    let up = |steps: i64| (100.0 * 1.001f64.powi(steps as i32) * 1e8) as u64;
    let at = |minute: i64| Minute {
        price_e8: up(minute % 2),
        ..flat(minute, 100)
    };
    let all = tape("SOL", (0..100).map(at).collect());
    let volatility = TapeStatistics::of(&all).unwrap().volatility_percent;
    let expected = 1.001f64.ln() * (YEAR_SECONDS / 60.0).sqrt() * 100.0;
    assert!(
        (volatility / expected - 1.0).abs() < 1e-6,
        "{volatility} {expected}"
    );

    // The same move over four times the time is half the volatility.
    let sparse = tape(
        "SOL",
        all.rows
            .iter()
            .map(|row| Minute {
                unix_seconds: row.unix_seconds * 4,
                ..*row
            })
            .collect(),
    );
    let halved = TapeStatistics::of(&sparse).unwrap().volatility_percent;
    assert!((halved / volatility - 0.5).abs() < 1e-9);
}

#[test]
fn gaps_are_counted_as_missing_not_as_rows() {
    let tape = tape(
        "SOL",
        vec![flat(0, 100), flat(1, 101), flat(4, 99), flat(6, 100)],
    );
    let of = TapeStatistics::of(&tape).unwrap();
    assert_eq!(
        (of.rows, of.missing_minutes, of.longest_gap_seconds),
        (4, 3, 180)
    );
    assert_eq!(of.missing_share(), 3.0 / 7.0);
    assert_eq!((of.open_e8, of.high_e8), (10_000_000_000, 10_100_000_000));
    assert_eq!((of.low_e8, of.close_e8), (9_900_000_000, 10_000_000_000));
    assert_eq!(
        (of.confidence_median_ppm, of.confidence_max_ppm),
        (1_000, 1_000)
    );
}

#[test]
fn one_row_or_a_flat_price_has_no_volatility() {
    for rows in [vec![flat(0, 5)], vec![flat(0, 5), flat(1, 5)]] {
        let of = TapeStatistics::of(&tape("SOL", rows)).unwrap();
        assert_eq!(
            (of.volatility_percent, of.excess_kurtosis, of.large_moves),
            (0.0, 0.0, 0)
        );
    }
    assert_eq!(TapeStatistics::of(&tape("SOL", vec![])), None);
}

#[test]
fn a_single_jump_is_a_large_move() {
    let rows = (0..200).map(|minute| flat(minute, if minute < 100 { 1_000 } else { 1_100 }));
    let of = TapeStatistics::of(&tape("SOL", rows.collect())).unwrap();
    assert_eq!(of.large_moves, 1);
    // n returns of which one is not zero: kurtosis n.
    assert!(
        (of.excess_kurtosis - 196.0).abs() < 1e-6,
        "{}",
        of.excess_kurtosis
    );
}

#[test]
fn correlation_uses_the_times_that_both_have() {
    let mirrored = |minute: i64| flat(minute, if minute % 2 == 0 { 100_000 } else { 100_100 });
    let same = |minute: i64| flat(minute, if minute % 2 == 0 { 500_500 } else { 500_000 });
    let first = tape("BTC", (0..20).map(mirrored).collect());
    let mut second = tape("ETH", (0..20).map(same).collect());
    second.rows.remove(7);
    let session = Session {
        name: "s".into(),
        tapes: vec![first, second],
    };
    let found = correlations(&session);
    assert_eq!((found.len(), found[0].intervals), (1, 18));
    assert!(
        (found[0].coefficient + 1.0).abs() < 1e-4,
        "{}",
        found[0].coefficient
    );
}

#[test]
fn a_quick_scan_agrees_with_every_pair() {
    let session = generate(&GeneratorOptions {
        minutes: 300,
        ..Default::default()
    })
    .session;
    let rows = &session.tapes[2].rows;
    for window in [60, 300, 1_800] {
        let pairs = rows
            .iter()
            .enumerate()
            .flat_map(|(i, from)| rows[i + 1..].iter().map(move |to| (from, to)));
        let across = pairs
            .filter(|(from, to)| to.unix_seconds - from.unix_seconds <= window)
            .map(|(from, to)| 1.0 - to.low_e8 as f64 / from.high_e8 as f64);
        let within = rows.iter().map(|row| {
            let fall = |from: u64, to: u64| 1.0 - to as f64 / from as f64;
            fall(row.open_e8, row.low_e8).max(fall(row.high_e8, row.close_e8))
        });
        let slow = across.chain(within).fold(0.0, f64::max) * 1e6;
        assert_eq!(worst_drop(rows, window).size_ppm, slow as u64, "{window}");
    }
}
