//! Measures what every instruction costs and prints it beside its target and the committed snapshot.
//! With `--write` it replaces the snapshot of the compiler route that built the program.

use plimsoll_tests::compute_units::{measure, route, table, Snapshot};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let write = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--write"] => true,
        _ => {
            eprintln!("usage: compute_units [--write]");
            return ExitCode::FAILURE;
        }
    };
    let path = Snapshot::path(&route());
    let committed = std::fs::read_to_string(&path).ok();
    let committed = committed.and_then(|text| serde_json::from_str::<Snapshot>(&text).ok());
    let now = measure();
    print!("{}", table(&now, committed.as_ref()));
    if write {
        let folder = path.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(folder).expect("the snapshots' folder can be made");
        std::fs::write(&path, now.to_json()).expect("the snapshot can be written");
        println!("written: {}", path.display());
    }
    let faults = now.faults(if write {
        &now
    } else {
        committed.as_ref().unwrap_or(&now)
    });
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
