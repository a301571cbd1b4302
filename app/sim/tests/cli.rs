//! The commands as a user types them.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use plimsoll_sim::record::Record;

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

/// Short recorded tapes in a folder of their own: `days` sessions of half an hour.
fn tapes(name: &str, days: u32) -> PathBuf {
    let out = folder(name);
    for seed in 1..=days {
        let seed = seed.to_string();
        let folder = out.join("tapes");
        let folder = folder.to_str().unwrap();
        succeeds(&[
            "generate",
            "--seed",
            &seed,
            "--minutes",
            "30",
            "--out",
            folder,
        ]);
    }
    out
}

/// `demo` as somebody in `folder` types it.
fn demo(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_plimsoll-sim"))
        .current_dir(folder)
        .args(["demo", "--tape", "tapes", "--traders", "5"])
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn demo_writes_its_pages_below_the_caller_s_folder_and_names_them_last() {
    let here = tapes("demo", 2);
    let output = demo(&here, &["--out", "new/pages"]);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let shown = String::from_utf8(output.stdout).unwrap();
    let pages = ["generated-1.html", "generated-2.html"].map(|page| {
        let page = here.join("new/pages").join(page);
        assert!(fs::read_to_string(&page)
            .unwrap()
            .starts_with("<!doctype html>"));
        page.display().to_string()
    });
    let last: Vec<&str> = shown.lines().rev().take(2).collect();
    assert_eq!(last, [pages[1].as_str(), pages[0].as_str()]);
    for heading in ["generated-1  2025", "generated-2  2025", "All sessions"] {
        assert_eq!(shown.matches(heading).count(), 1, "{shown}");
    }
}

#[test]
fn demo_as_json_prints_nothing_else_and_report_reads_it_back() {
    let here = tapes("json", 1);
    let output = demo(&here, &["--json"]);
    assert!(output.status.success());
    let json = String::from_utf8(output.stdout).unwrap();
    assert_eq!(json.lines().count(), 1);
    let record: Record = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (record.session.as_str(), record.traders),
        ("generated-1", 5)
    );
    assert!(!record.generated_prices && here.join("report/generated-1.html").exists());
    let path = here.join("record.json");
    fs::write(&path, json).unwrap();
    let out = here.join("again");
    let shown = succeeds(&[
        "report",
        path.to_str().unwrap(),
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(
        shown.starts_with("generated-1  2025-01-01 00:00"),
        "{shown}"
    );
}

#[test]
fn demo_without_the_program_says_how_to_build_it() {
    let here = tapes("missing", 1);
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll-sim"))
        .current_dir(&here)
        .env("PLIMSOLL_PROGRAM_SO", here.join("nowhere.so"))
        .args(["demo", "--tape", "tapes"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.starts_with("error: no program at "), "{message}");
    assert!(
        message.ends_with("nowhere.so: run ./dev build first\n"),
        "{message}"
    );
    assert!(output.stdout.is_empty() && !here.join("report").exists());
}

#[test]
fn demo_goes_on_after_a_session_that_it_cannot_replay_and_fails() {
    let here = tapes("mixed", 1);
    fs::write(
        here.join("tapes/hours.SOL.csv"),
        "unix_time,open,high,low,close\n3600,1,1,1,1\n7200,1,1,1,1\n10800,1,1,1,1\n",
    )
    .unwrap();
    let output = demo(&here, &[]);
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8(output.stderr).unwrap();
    let sentence = "error: hours: the rows of SOL are 1 h apart; a replay needs a row a minute\n";
    assert!(message.ends_with(sentence), "{message}");
    assert!(here.join("report/generated-1.html").exists());
}
