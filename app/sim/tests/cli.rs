//! The commands as a user types them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plimsoll-sim"))
        .args(arguments)
        .output()
        .unwrap()
}

fn succeeds(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = fs::remove_dir_all(&path);
    path
}

#[test]
fn what_generate_writes_statistics_reads() {
    let out = folder("generate");
    let folder = out.to_str().unwrap();
    let written = succeeds(&[
        "generate",
        "--seed",
        "5",
        "--minutes",
        "120",
        "--out",
        folder,
    ]);
    assert_eq!(written.lines().count(), 3);
    let measured = succeeds(&["statistics", "--tape", folder, "--day", "generated-5"]);
    assert!(measured.starts_with("generated-5\n"), "{measured}");
    assert!(!measured.contains('\x1b'), "no colour into a pipe");
    assert_eq!(measured.matches("SOL").count(), 4, "{measured}");
}

#[test]
fn statistics_without_tapes_uses_generated_prices() {
    assert!(succeeds(&["statistics", "--seed", "9"]).starts_with("generated-9\n"));
}

#[test]
fn a_fault_in_a_tape_is_told_with_its_line() {
    let out = folder("fault");
    fs::create_dir_all(&out).unwrap();
    let path = out.join("day.SOL.csv");
    fs::write(
        &path,
        "unix_time,open,high,low,close\n60,1,1,1,1\n60,1,1,1,1\n",
    )
    .unwrap();
    let output = run(&["statistics", "--tape", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("day.SOL.csv:3: time 60 is on two rows"),
        "{message}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn report_writes_a_page_and_the_summary() {
    let out = folder("report");
    fs::create_dir_all(&out).unwrap();
    let record = support::sample();
    let path = out.join("record.json");
    fs::write(&path, serde_json::to_string(&record).unwrap()).unwrap();
    let pages = out.join("new/pages");
    let shown = succeeds(&[
        "report",
        path.to_str().unwrap(),
        "--out",
        pages.to_str().unwrap(),
    ]);
    assert!(
        shown.contains("Books equal the vault to the atom: 1,440 comparisons"),
        "{shown}"
    );
    let page = pages.join("generated-3.html");
    assert!(shown.ends_with(&format!("{}\n", page.display())), "{shown}");
    assert!(fs::read_to_string(page)
        .unwrap()
        .starts_with("<!doctype html>"));

    fs::write(&path, "{}").unwrap();
    let output = run(&["report", path.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("record.json is not a record"));
}
