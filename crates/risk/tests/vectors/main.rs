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
            assert_eq!(&recompute(kind, vector), vector, "{kind}: {}", vector.name);
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
        ("accounts", 40),
        ("fills", 60),
        ("forced_fills", 60),
        ("premium", 60),
        ("ratios", 100),
        ("reductions", 60),
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
