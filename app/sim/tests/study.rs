//! What a study of tapes measures, on tapes made for it and on generated ones.

use std::process::Command;
use std::sync::LazyLock;

use plimsoll_sim::study::guard::{Equity, Stop};
use plimsoll_sim::study::{study, Spacing, Study};
use plimsoll_sim::tape::generate::{generate, GeneratorOptions};
use plimsoll_sim::tape::{Minute, Session, Tape};
use serde_json::Value;

static GENERATED: LazyLock<Study> =
    LazyLock::new(|| of(&[generate(&GeneratorOptions::default()).session]));

fn of(sessions: &[Session]) -> Study {
    study(sessions, |_| {}).unwrap()
}

/// One asset whose price alternates by `step_ppm` up and down, every `spacing_seconds`.
fn alternating(rows: i64, spacing_seconds: i64, step_ppm: u64) -> Session {
    let base_e8 = 10_000_000_000;
    let price_e8 = |row: i64| base_e8 + (row % 2).unsigned_abs() * base_e8 / 1_000_000 * step_ppm;
    let rows = (0..rows).map(|row| {
        let (from_e8, to_e8) = (price_e8(row), price_e8(row + 1));
        Minute {
            unix_seconds: row * spacing_seconds,
            open_e8: from_e8,
            high_e8: from_e8.max(to_e8),
            low_e8: from_e8.min(to_e8),
            close_e8: to_e8,
            price_e8: from_e8,
            confidence_e8: 0,
            ema_price_e8: base_e8,
        }
    });
    Session {
        name: "alternating".into(),
        tapes: vec![Tape {
            asset: "SOL".into(),
            rows: rows.collect(),
        }],
    }
}

#[test]
fn study_of_constant_variance_scores_every_estimate_of_returns_alike() {
    // Squared returns never change, so each average of them is exact whatever its memory.
    let studied = of(&[alternating(400, 60, 5_000)]);
    let scores = &studied.estimators[0].scores;
    let unbiased = scores.iter().filter(|score| {
        let name = score.estimator;
        name.starts_with("EWMA") || name.starts_with("rolling") || name.starts_with("equal")
    });
    for score in unbiased.clone() {
        assert!((score.level - 1.0).abs() < 1e-9, "{score:?}");
        assert!(score.qlike_raw < 1e-12, "{score:?}");
    }
    assert_eq!(unbiased.count(), 4);
    // A bar's range is its whole move: Parkinson's variance is the square over 4 ln 2.
    let ranges = scores.iter().find(|s| s.estimator.contains("ranges"));
    // What the first hour does not know is its seed, so the slowest of the three is on its way.
    let level = ranges.unwrap().level;
    assert!((1.0 / (4.0 * 2_f64.ln())..1.0).contains(&level), "{level}");
}

#[test]
fn study_levels_the_engines_maximum_by_what_it_overstates() {
    let studied = &*GENERATED;
    assert_eq!(studied.estimators.len(), 3);
    for of in &studied.estimators {
        assert_eq!(of.horizon_seconds, 3_600);
        let find = |name: &str| of.scores.iter().find(|s| s.estimator == name).unwrap();
        let largest = find("engine: largest of four");
        for part in ["fast, 30 min", "slow, 24 h", "long, 30 days", "envelope"] {
            assert!(largest.level >= find(&format!("engine: {part}")).level);
        }
        assert!(largest.level > 1.0, "{largest:?}");
    }
}

#[test]
fn study_tells_minutes_from_hours_by_the_tape() {
    let hours = alternating(900, 3_600, 5_000);
    assert_eq!(Spacing::of(&hours.tapes[0]), Spacing::Hours);
    let studied = of(&[hours]);
    assert_eq!(studied.estimators[0].horizon_seconds, 86_400);
    assert_eq!(studied.sides[0].window_seconds, 3_600);
    assert!(studied.guards.is_empty(), "guards are measured on minutes");
}

#[test]
fn study_guard_spares_a_lone_print_and_a_band_about_the_slow_price_stops_longer() {
    let studied = &*GENERATED;
    let mut naive_rows = 0;
    for of in &studied.guards {
        let find = |stop| {
            let mut all = of.outcomes.iter();
            let found = all.find(|o| o.stop == stop && o.equity == Equity::TwiceFloor);
            found.unwrap()
        };
        let [none, engine, naive] = Stop::ALL.map(find);
        assert_eq!(none.stopped_rows, 0);
        assert!(none.wrongly_liquidated_ppm > 100_000.0, "{none:?}");
        assert_eq!(engine.wrongly_liquidated_ppm, 0.0, "{engine:?}");
        // A guard of a minute and a rest of ten stop no more than one row in ten.
        assert!(engine.stopped_rows * 10 <= of.rows as u64 + 10);
        assert!(engine.positions == 2 * of.rows as u64);
        naive_rows += naive.stopped_rows;
        assert!(naive.stopped_rows >= engine.stopped_rows);
    }
    assert!(naive_rows > 0, "a crash leaves the naive band");
}

#[test]
fn study_variants_ask_the_same_and_stress_weight_moves_less() {
    let studied = &*GENERATED;
    for of in &studied.procyclicality {
        let engine = &of.variants[0];
        assert_eq!(engine.multiplier, 5.0);
        for variant in &of.variants {
            let apart = variant.mean_live_percent / engine.mean_live_percent - 1.0;
            assert!(apart.abs() < 0.002, "{variant:?}");
        }
        let neither = of.variants.iter().find(|v| v.anchor.name == "neither");
        assert!(neither.unwrap().target.peak_to_trough > engine.target.peak_to_trough);
        // The ramp doubles in an hour; each of sixty steps may round up by one of 12,500 ppm.
        let rise = engine.live.largest_rise_hour;
        assert!(rise <= 2.01, "{rise}");
    }
}

#[test]
fn study_lighter_shorts_are_exceeded_more_often() {
    let studied = &*GENERATED;
    for of in &studied.sides {
        let shorts: Vec<u64> = of.exceeded.iter().map(|tried| tried.short).collect();
        assert!(shorts.is_sorted(), "{of:?}");
        assert!(of.exceeded.iter().all(|e| e.long == of.exceeded[0].long));
    }
    let all = |pick: fn(&plimsoll_sim::study::sides::Exceeded) -> u64, at: usize| -> u64 {
        studied.sides.iter().map(|of| pick(&of.exceeded[at])).sum()
    };
    assert!(all(|e| e.short, 2) > all(|e| e.short, 0));
}

#[test]
fn study_slope_lifts_within_its_cap() {
    let studied = &*GENERATED;
    for of in &studied.terms {
        assert!(of.rising_percent > 0.0 && of.rising_percent < 100.0);
        let [narrow, wide] = &of.lifts[..] else {
            panic!("two caps")
        };
        assert!(1.0 < narrow.mean_lift && narrow.mean_lift <= 1.5, "{of:?}");
        assert!(narrow.mean_lift <= wide.mean_lift && wide.mean_lift <= 2.0);
        assert!(wide.exceeded_rising_percent <= of.exceeded_unlifted_percent[0]);
    }
}

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll-sim"))
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn study_prints_tables_and_json_of_the_same_numbers() {
    let json: Value = serde_json::from_str(&run(&["study", "--json"])).unwrap();
    let tables = run(&["study"]);
    for (part, title) in [
        ("estimators", "Estimators:"),
        ("guards", "Guard:"),
        ("procyclicality", "Procyclicality:"),
        ("sides", "Sides:"),
        ("terms", "Term structure:"),
    ] {
        assert!(!json[part].as_array().unwrap().is_empty(), "{part}");
        assert!(tables.contains(&format!("{title} ")), "{title}");
    }
    let score = &json["estimators"][2]["scores"][0];
    assert_eq!(score["estimator"], "engine: largest of four");
    let raw = score["qlike_raw"].as_f64().unwrap();
    let mut lines = tables.lines();
    let line = lines.find(|line| line.starts_with("SOL") && line.contains("largest of four"));
    assert!(line.unwrap().contains(&format!("{raw:.3}")), "{line:?}");
}
