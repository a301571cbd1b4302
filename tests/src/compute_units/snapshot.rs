use super::target::allowed;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A figure may rise by this much before the comparison fails.
pub const RISE_PERCENT_MAX: u64 = 2;

/// The most that an instruction may return, bytes.
const RETURN_DATA_BYTES_MAX: usize = 1_024;

/// The most that a transaction may have, bytes.
const TRANSACTION_BYTES_MAX: usize = 1_232;

/// The most accounts that a transaction may lock.
const LOCKS_MAX: usize = 64;

/// One instruction in one situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The instruction.
    pub name: String,
    /// The situation, where an instruction is measured in several.
    pub case: String,
    /// Positions of the account acted on; for `deposit_pool` markets of the exchange.
    pub positions: Option<u16>,
    pub compute_units: u64,
    /// The most that the design allows, where it says.
    pub target: Option<u64>,
    /// Size of a legacy transaction with it, a compute limit and a compute price, one key paying and
    /// signing for all. A versioned one without lookup tables has two bytes more.
    pub transaction_bytes: usize,
    /// Accounts that this transaction locks.
    pub locks: usize,
}

/// All figures of one program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Size of the program, bytes.
    pub program_bytes: u64,
    /// The longest return data of any instruction, bytes.
    pub return_data_bytes_max: usize,
    pub rows: Vec<Row>,
}

/// Which compiler built the program: `stock` or `build-sbf`.
///
/// # Panics
/// Where no program has been built.
#[must_use]
pub fn route() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy/plimsoll.route");
    let route = std::fs::read_to_string(&path);
    route
        .unwrap_or_else(|_| panic!("{}: not found; run ./dev build", path.display()))
        .trim()
        .into()
}

impl Row {
    fn is(&self, other: &Self) -> bool {
        (&self.name, &self.case, self.positions) == (&other.name, &other.case, other.positions)
    }

    fn label(&self) -> String {
        let mut label = self.name.clone();
        if !self.case.is_empty() {
            label += &format!(" ({})", self.case);
        }
        if let Some(positions) = self.positions {
            label += &format!(" at {positions}");
        }
        label
    }
}

impl Snapshot {
    /// The committed snapshot of a route.
    #[must_use]
    pub fn path(route: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
        folder.join(route).join("compute_units.json")
    }

    /// A row a line, so that a change of one figure is a change of one line.
    ///
    /// # Panics
    /// Never: every field can be written.
    #[must_use]
    pub fn to_json(&self) -> String {
        let rows = self
            .rows
            .iter()
            .map(|row| serde_json::to_string(row).expect("plain fields"));
        let rows = rows.collect::<Vec<_>>().join(",\n    ");
        format!(
            "{{\n  \"program_bytes\": {},\n  \"return_data_bytes_max\": {},\n  \"rows\": [\n    {rows}\n  ]\n}}\n",
            self.program_bytes, self.return_data_bytes_max
        )
    }

    /// What is wrong with these figures, on their own and beside committed ones.
    #[must_use]
    pub fn faults(&self, committed: &Self) -> Vec<String> {
        let mut faults = self.limits_broken();
        let mut compare = |label: &str, before: u64, now: u64| {
            if now * 100 > before * (100 + RISE_PERCENT_MAX) {
                faults.push(format!("{label} rose from {before} to {now}"));
            }
        };
        compare(
            "the program's size",
            committed.program_bytes,
            self.program_bytes,
        );
        for before in &committed.rows {
            if let Some(now) = self.rows.iter().find(|row| row.is(before)) {
                compare(&before.label(), before.compute_units, now.compute_units);
            }
        }
        let missing = |rows: &[Row], others: &[Row], from: &str| -> Vec<String> {
            let absent = rows
                .iter()
                .filter(|row| !others.iter().any(|other| other.is(row)));
            absent
                .map(|row| format!("{} is missing from {from}", row.label()))
                .collect()
        };
        faults.extend(missing(&self.rows, &committed.rows, "the snapshot"));
        faults.extend(missing(&committed.rows, &self.rows, "the measurement"));
        faults
    }

    fn limits_broken(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut limit = |label: String, what: &str, now: u64, most: u64| {
            if now > most {
                faults.push(format!(
                    "{label}: {now} {what}, and at most {most} are allowed"
                ));
            }
        };
        let (returned, most) = (
            self.return_data_bytes_max as u64,
            RETURN_DATA_BYTES_MAX as u64,
        );
        limit("the longest report".into(), "bytes", returned, most);
        for row in &self.rows {
            let bytes = row.transaction_bytes as u64;
            limit(
                row.label(),
                "compute units",
                row.compute_units,
                row.target
                    .map_or(u64::MAX, |target| allowed(&row.name, row.positions, target)),
            );
            limit(row.label(), "bytes", bytes, TRANSACTION_BYTES_MAX as u64);
            limit(row.label(), "locks", row.locks as u64, LOCKS_MAX as u64);
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        let row = |name: &str, positions, compute_units, target| Row {
            name: name.into(),
            case: "a case".into(),
            positions,
            compute_units,
            target,
            transaction_bytes: 500,
            locks: 10,
        };
        Snapshot {
            program_bytes: 100_000,
            return_data_bytes_max: 500,
            rows: vec![
                row("one", None, 1_000, Some(1_100)),
                row("two", Some(8), 50, None),
            ],
        }
    }

    #[track_caller]
    fn fault_of(change: impl FnOnce(&mut Snapshot), fault: &str) {
        let mut now = snapshot();
        change(&mut now);
        assert_eq!(now.faults(&snapshot()), [fault]);
    }

    #[test]
    fn a_rise_within_two_percent_and_a_fall_are_no_faults() {
        let mut now = snapshot();
        now.rows[0].compute_units = 1_020;
        now.rows[1].compute_units = 1;
        now.program_bytes = 102_000;
        assert_eq!(now.faults(&snapshot()), [""; 0]);
    }

    #[test]
    fn a_rise_beyond_two_percent_is_a_fault() {
        fault_of(
            |s| s.rows[0].compute_units = 1_021,
            "one (a case) rose from 1000 to 1021",
        );
        fault_of(
            |s| s.program_bytes = 102_001,
            "the program's size rose from 100000 to 102001",
        );
    }

    #[test]
    fn a_row_on_one_side_only_is_a_fault() {
        fault_of(
            |s| drop(s.rows.pop()),
            "two (a case) at 8 is missing from the measurement",
        );
        let more = |s: &mut Snapshot| {
            let row = Row {
                positions: Some(4),
                ..s.rows[1].clone()
            };
            s.rows.push(row);
        };
        fault_of(more, "two (a case) at 4 is missing from the snapshot");
    }

    #[test]
    fn a_limit_exceeded_is_a_fault_even_if_it_is_in_the_snapshot() {
        let mut now = snapshot();
        now.rows[0].compute_units = 1_101;
        now.rows[1].transaction_bytes = 1_233;
        now.rows[1].locks = 65;
        now.return_data_bytes_max = 1_025;
        let faults = [
            "the longest report: 1025 bytes, and at most 1024 are allowed",
            "one (a case): 1101 compute units, and at most 1100 are allowed",
            "two (a case) at 8: 1233 bytes, and at most 1232 are allowed",
            "two (a case) at 8: 65 locks, and at most 64 are allowed",
        ];
        assert_eq!(now.faults(&now), faults);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let read: Snapshot = serde_json::from_str(&snapshot().to_json()).expect("valid");
        assert_eq!(read, snapshot());
    }
}
