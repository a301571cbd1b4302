//! Every rule that the program adds to those of the risk crate, and every invariant that holds on chain,
//! is named by a test here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Invariants that the program keeps; the others are the risk crate's alone.
const INVARIANTS: [&str; 9] = ["I1", "I2", "I2b", "I3", "I4", "I5", "I6", "I9", "I10"];

/// Words of letters, digits and hyphens.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-'))
        .map(str::to_owned)
        .collect()
}

/// The rules that the page marks as the program's: `**R-P7** (program)`, also across lines.
fn program_rules(page: &str) -> BTreeSet<String> {
    let line: String = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let marked = line.match_indices("** (program)").filter_map(|(at, _)| {
        let before = &line[..at];
        before
            .rfind("**")
            .map(|start| before[start + 2..].to_owned())
    });
    marked.collect()
}

#[test]
fn every_rule_of_the_program_is_named_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("../docs/spec.md")).unwrap();
    let rules = program_rules(&page);
    assert!(rules.len() > 4, "{rules:?}");
    let mut named = BTreeSet::new();
    for entry in fs::read_dir(root.join("tests")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != "rules.rs") {
            named.extend(words(&fs::read_to_string(path).unwrap()));
        }
    }
    let invariants = INVARIANTS.iter().map(|id| (*id).to_owned());
    let unnamed: Vec<String> = rules
        .into_iter()
        .chain(invariants)
        .filter(|id| !named.contains(id))
        .collect();
    assert!(unnamed.is_empty(), "no test names {unnamed:?}");
    for id in INVARIANTS {
        assert!(
            page.contains(&format!("**{id} ")),
            "{id} is not on the page"
        );
    }
}
