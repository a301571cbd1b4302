//! What every instruction costs, against its target and the committed snapshot.

use plimsoll_tests::compute_units::{measure, route, table, Snapshot};
use std::io::Write;
use std::sync::LazyLock;

static MEASURED: LazyLock<Snapshot> = LazyLock::new(measure);

/// Fails on a rise of more than two percent, a figure missing on either side, a target exceeded.
#[test]
fn no_instruction_costs_more_than_its_target_or_its_snapshot() {
    let route = route();
    let path = Snapshot::path(&route);
    let committed = std::fs::read_to_string(&path).unwrap_or_else(|_| {
        panic!(
            "no snapshot of the {route} route ({}): run ./dev bench",
            path.display()
        )
    });
    let committed: Snapshot = serde_json::from_str(&committed).unwrap_or_else(|error| {
        panic!("{}: {error}: run ./dev bench", path.display());
    });
    // Past the test's capture, because the table is worth seeing where nothing is wrong.
    let _ = writeln!(
        std::io::stderr(),
        "\n{}",
        table(&MEASURED, Some(&committed))
    );
    let faults = MEASURED.faults(&committed);
    assert!(
        faults.is_empty(),
        "{}\nif this is intended: ./dev bench",
        faults.join("\n")
    );
}

#[test]
fn figures_do_not_change_from_one_measurement_to_the_next() {
    assert_eq!(measure(), *MEASURED);
}

#[test]
fn every_instruction_of_the_program_is_measured() {
    let source = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../programs/plimsoll/src/lib.rs"
    );
    let source = std::fs::read_to_string(source).expect("the program's source");
    let declared = source
        .lines()
        .filter_map(|line| line.strip_prefix("    pub fn "));
    let names: Vec<&str> = declared
        .filter_map(|rest| rest.split(['<', '(']).next())
        .collect();
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        assert!(
            MEASURED.rows.iter().any(|row| row.name == name),
            "{name} is not measured"
        );
    }
}
