//! Golden vectors: `risk.json`, for every other implementation of the rules and every other build of
//! this one. The crate and the slow reference each recompute every number of the file;
//! `tests/vectors` at the root of the repository has every build of the crate do so.
//!
//! `PLIMSOLL_WRITE_VECTORS=1` writes the file anew; a change of it is a change of the rules.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../reference/mod.rs"]
mod reference;

mod by_crate;
mod by_reference;
mod format;
mod inputs;
mod play;
mod refused;
mod typed;

use format::{Document, Vector};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

fn path() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "vectors", "risk.json"]
        .iter()
        .collect()
}

/// The file's text; written first where the environment asks for it.
fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(read)
}

fn read() -> String {
    if std::env::var_os("PLIMSOLL_WRITE_VECTORS").is_some_and(|value| value == "1") {
        // Renamed into place, so that tests running beside this one never read half of it.
        let unfinished = path().with_extension(format!("{}", std::process::id()));
        std::fs::write(&unfinished, inputs::document().to_text()).expect("writable");
        std::fs::rename(&unfinished, path()).expect("writable");
    }
    std::fs::read_to_string(path()).expect("tests/vectors/risk.json is committed")
}

fn document() -> Document {
    serde_json::from_str(text()).expect("the format of format.rs")
}

fn assert_recomputed(recompute: impl Fn(&str, &Vector) -> Vector) {
    for (kind, section) in &document().0 {
        for vector in &section.vectors {
            let recomputed = recompute(kind, vector);
            for (made, stated) in recomputed.steps.iter().zip(&vector.steps) {
                assert_eq!(made, stated, "{kind}: {}", vector.name);
            }
            for (name, made) in &recomputed.output {
                assert_eq!(
                    made, &vector.output[name],
                    "{kind}: {}: {name}",
                    vector.name
                );
            }
            assert_eq!(&recomputed, vector, "{kind}: {}", vector.name);
        }
    }
}

#[test]
fn the_crate_recomputes_every_golden_vector() {
    assert_recomputed(by_crate::recomputed);
}

#[test]
fn the_reference_recomputes_every_golden_vector() {
    assert_recomputed(by_reference::recomputed);
}

#[test]
fn the_file_is_what_its_generator_writes() {
    assert_eq!(text(), inputs::document().to_text());
}

#[test]
fn the_file_covers_every_kind_and_holds_no_number_that_javascript_would_round() {
    let document = document();
    let steps = |kind: &str| {
        document.0[kind]
            .vectors
            .iter()
            .map(|vector| vector.steps.len())
            .sum::<usize>()
    };
    let least = [
        ("books", 100),
        ("credits", 30),
        ("crowding", 40),
        ("depths", 90),
        ("cuts", 60),
        ("divisions", 150),
        ("fills", 60),
        ("floors", 20),
        ("forced_fills", 60),
        ("guards", 200),
        ("haircuts", 40),
        ("nets", 60),
        ("outlooks", 60),
        ("portfolios", 150),
        ("premium", 60),
        ("quotes", 60),
        ("ratios", 100),
        ("reductions", 60),
        ("scores", 120),
        ("sides", 75),
        ("sizes", 60),
        ("volatility", 100),
    ];
    assert_eq!(document.0.len(), least.len());
    for (kind, least) in least {
        assert!(steps(kind) >= least, "{kind}: {} steps", steps(kind));
    }
    let large = text()
        .split(|c: char| !c.is_ascii_digit() && c != '"')
        .filter(|word| word.parse::<u64>().is_ok_and(|number| number > 1 << 53))
        .count();
    assert_eq!(large, 0, "numbers above 2^53 are strings");
    assert!(
        text().contains("\"9223372036854775807\""),
        "and some are that large"
    );
}

/// What the steps of a kind answer under that name, and how often.
fn answers(kind: &str, name: &str) -> BTreeMap<i128, usize> {
    let mut found = BTreeMap::new();
    for step in document().0[kind].vectors.iter().flat_map(|one| &one.steps) {
        *found.entry(step.output[name].0).or_default() += 1;
    }
    found
}

#[test]
fn every_bound_decides_and_every_verdict_is_given_more_than_once() {
    for (kind, name, last) in [("portfolios", "binding", 5), ("guards", "verdict", 3)] {
        let found = answers(kind, name);
        assert!(found.keys().copied().eq(0..=last), "{kind}: {found:?}");
        assert!(found.values().all(|&count| count > 1), "{kind}: {found:?}");
    }
}

/// Whether the reference disagrees with a vector in which one output is a percent and ten larger.
fn is_noticed(kind: &str, vector: &Vector, name: &str, of_step: bool) -> bool {
    let mut changed = vector.clone();
    let outputs = match changed.steps.last_mut() {
        Some(step) if of_step => &mut step.output,
        _ => &mut changed.output,
    };
    let number = &mut outputs.get_mut(name).expect("an output").0;
    *number += 10 + number.abs() / 100;
    by_reference::recomputed(kind, &changed) != changed
}

/// Slopes of legs that are small beside others may be off by more.
#[test]
fn the_reference_notices_an_output_that_is_a_percent_too_large() {
    for (kind, section) in &document().0 {
        let with_steps = section.vectors.iter().filter(|one| !one.steps.is_empty());
        let vectors: Vec<&Vector> = with_steps.take(12).collect();
        let of_step = section.calls.step_output.iter().map(|name| (name, true));
        let of_vector = section.calls.output.iter().map(|name| (name, false));
        for (name, of_step) in of_step.chain(of_vector) {
            let noticed = |vector: &&&Vector| is_noticed(kind, vector, name, of_step);
            let count = vectors.iter().filter(noticed).count();
            assert!(count * 3 > vectors.len() * 2, "{kind}: {name}: {count}");
        }
    }
}
