use super::snapshot::Snapshot;
use std::fmt::Write;

/// The figures beside their targets and what the committed snapshot says, as text.
#[must_use]
pub fn table(now: &Snapshot, committed: Option<&Snapshot>) -> String {
    let mut text = String::new();
    let heads = ["positions", "units", "target", "snapshot", "bytes", "locks"];
    line(&mut text, "instruction", "case", heads.map(String::from));
    for row in &now.rows {
        let same = |other: &&super::Row| {
            (&other.name, &other.case, other.positions) == (&row.name, &row.case, row.positions)
        };
        let before = committed.and_then(|snapshot| snapshot.rows.iter().find(same));
        let cells = [
            optional(row.positions),
            row.compute_units.to_string(),
            optional(row.target),
            optional(before.map(|row| row.compute_units)),
            row.transaction_bytes.to_string(),
            row.locks.to_string(),
        ];
        line(&mut text, &row.name, &row.case, cells);
    }
    let _ = write!(
        text,
        "\nprogram: {} bytes; longest return data: {} bytes\n",
        now.program_bytes, now.return_data_bytes_max
    );
    text
}

fn line(text: &mut String, name: &str, case: &str, cells: [String; 6]) {
    let _ = write!(text, "{name:24}{case:32}");
    for cell in cells {
        let _ = write!(text, "{cell:>10}");
    }
    text.push('\n');
}

fn optional(number: Option<impl ToString>) -> String {
    number.map_or("–".into(), |number| number.to_string())
}
