//! Code, tests and `docs/spec.md` name the same rules, and every test that the page names exists.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn from_crate(parts: &[&str]) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR")].iter().chain(parts).collect()
}

/// The text of every Rust file below a folder, by path; none where there is no such folder.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("readable");
            found.push((path, text));
        }
    }
    found
}

fn spec() -> String {
    fs::read_to_string(from_crate(&["..", "..", "docs", "spec.md"])).expect("docs/spec.md")
}

/// The words of a text that are made of letters, digits, hyphens and underscores.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
}

/// `R-V2` where a word is one.
fn rule(word: &str) -> Option<String> {
    let (letter, number) = word.strip_prefix("R-")?.split_at_checked(1)?;
    let known = letter.chars().all(|c| c.is_ascii_uppercase());
    let counted = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit());
    (known && counted).then(|| word.to_owned())
}

/// The rules that a test's name or text names: `R-V2`, or `r_v2` within `r_v2_a_return_…`.
fn rules_of_test(text: &str) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = words(text).filter_map(rule).collect();
    for word in words(text) {
        let parts: Vec<&str> = word.split('_').collect();
        for pair in parts.windows(2) {
            if let ["r", id] = pair {
                named.extend(rule(&format!("R-{}", id.to_uppercase())));
            }
        }
    }
    named
}

/// The paragraphs of the page that define a rule or an invariant, by id.
fn definitions() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for paragraph in spec().split("\n\n") {
        let Some(id) = paragraph
            .strip_prefix("**")
            .and_then(|rest| words(rest).next())
        else {
            continue;
        };
        if rule(id).is_none() && !is_invariant(id) {
            continue;
        }
        let before = found.insert(id.to_owned(), paragraph.to_owned());
        assert_eq!(before, None, "{id} is defined twice");
    }
    found
}

fn is_invariant(id: &str) -> bool {
    let number = id.strip_prefix('I').map(|rest| rest.trim_end_matches('b'));
    number.is_some_and(|number| number.parse::<u8>().is_ok())
}

fn defined_rules() -> BTreeSet<String> {
    definitions()
        .into_keys()
        .filter_map(|id| rule(&id))
        .collect()
}

/// Rules of the program alone, marked so where they stand.
fn rules_of_program() -> BTreeSet<String> {
    let spec = spec();
    let marked = spec.split("**").zip(spec.split("**").skip(1));
    marked
        .filter(|(_, after)| after.starts_with(" (program)"))
        .filter_map(|(id, _)| rule(id))
        .collect()
}

#[test]
fn every_rule_of_the_code_is_defined_and_every_defined_rule_is_in_the_code() {
    let sources = sources(&from_crate(&["src"]));
    let in_code: BTreeSet<String> = sources
        .iter()
        .flat_map(|(_, text)| words(text).filter_map(rule))
        .collect();
    assert!(in_code.len() > 30, "{in_code:?}");
    assert_eq!(in_code, defined_rules());
}

#[test]
fn every_rule_is_named_by_a_test_and_no_test_names_an_unknown_rule() {
    let tests = sources(&from_crate(&["tests"]));
    let mut named = BTreeSet::new();
    for (path, text) in tests.iter().filter(|(path, _)| !path.ends_with("rules.rs")) {
        let rules = rules_of_test(text);
        if !path.iter().any(|part| part == "reference") {
            named.extend(rules.clone());
        }
        let unknown: Vec<_> = rules.difference(&defined_rules()).cloned().collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", path.display());
    }
    assert_eq!(named, defined_rules());
}

#[test]
fn every_definition_names_tests_and_every_test_named_exists() {
    // The program's tests may be named as well, where they are there.
    let mut tests = sources(&from_crate(&["tests"]));
    tests.extend(sources(&from_crate(&["..", "..", "tests"])));
    let exists = |name: &str| {
        tests
            .iter()
            .any(|(_, text)| text.contains(&format!("fn {name}(")))
    };
    for (id, paragraph) in definitions() {
        let named: Vec<&str> = paragraph
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|code| is_test(code))
            .collect();
        let absent = paragraph.contains("Not in this version");
        assert!(absent || !named.is_empty(), "{id} names no test");
        for name in named {
            assert!(exists(name), "{id} names {name}, which does not exist");
        }
    }
}

/// Names of tests begin with a rule or an invariant.
fn is_test(code: &str) -> bool {
    let mut letters = code.chars();
    let first = letters.next().is_some_and(|c| c == 'r' || c == 'i');
    let second = letters
        .next()
        .is_some_and(|c| c == '_' || c.is_ascii_digit());
    first && second && code.len() > 20
}

#[test]
fn every_invariant_has_its_paragraph() {
    let definitions = definitions();
    for id in [
        "I1", "I2", "I2b", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10",
    ] {
        assert!(definitions.contains_key(id), "{id}");
    }
}

#[test]
fn the_rules_of_the_program_are_not_those_of_the_crate() {
    let program = rules_of_program();
    assert!(program.contains("R-P7"), "{program:?}");
    assert!(program.is_disjoint(&defined_rules()), "{program:?}");
}
