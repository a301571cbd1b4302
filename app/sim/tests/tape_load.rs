//! Files become sessions, and every fault names its file and line.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use plimsoll_sim::tape::ema::{Ema, EMA_HALF_LIFE_SECONDS};
use plimsoll_sim::tape::generate::{generate, GeneratorOptions};
use plimsoll_sim::tape::load::load;
use plimsoll_sim::tape::read::read_tape;
use plimsoll_sim::tape::write::{write_session, write_tape};
use plimsoll_sim::tape::{Session, Tape};

const HEADER: &str = "unix_time,open,high,low,close";

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tape-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
}

fn parse(text: &str) -> Tape {
    read_tape("SOL", text.as_bytes(), Path::new("tape.csv")).unwrap()
}

fn fault(text: &str) -> String {
    read_tape("SOL", text.as_bytes(), Path::new("tape.csv"))
        .unwrap_err()
        .to_string()
}

fn names(sessions: &[Session]) -> Vec<&str> {
    sessions
        .iter()
        .map(|session| session.name.as_str())
        .collect()
}

#[test]
fn columns_are_found_by_name() {
    let plain = parse(
        "unix_time,open,high,low,close,price,confidence,ema_price\n\
         60,100.5,101,99,100,100.25,0.125,98\n",
    );
    let mixed = parse(
        "note,ema_price,close,low,high,open,confidence,price,unix_time\n\
         x,98,100,99,101,100.5,0.125,100.25,60\n",
    );
    assert_eq!(plain, mixed);
    let row = plain.rows[0];
    assert_eq!(
        (row.open_e8, row.price_e8),
        (10_050_000_000, 10_025_000_000)
    );
    assert_eq!(
        (row.confidence_e8, row.ema_price_e8),
        (12_500_000, 9_800_000_000)
    );
}

#[test]
fn plain_candles_get_price_confidence_and_average() {
    let absent = parse(&format!(
        "{HEADER}\n0,100,100,100,100\n3600,200,210,200,205\n"
    ));
    let row = absent.rows[1];
    assert_eq!(row.price_e8, 20_000_000_000);
    assert_eq!(row.confidence_e8, 10_000_000);
    assert_eq!(row.ema_price_e8, 15_000_000_000);
    assert_eq!(absent.rows[0].ema_price_e8, 10_000_000_000);
    let empty = parse(&format!(
        "{HEADER},price,confidence,ema_price\n0,100,100,100,100,,,\n3600,200,210,200,205,,,\n"
    ));
    assert_eq!(absent, empty);
}

#[test]
fn the_average_goes_on_from_the_last_one_stated() {
    let tape = parse(&format!(
        "{HEADER},ema_price\n0,100,100,100,100,80\n1800,100,100,100,100,\n"
    ));
    let expected = Ema::start(0, 8_000_000_000).update(EMA_HALF_LIFE_SECONDS / 2, 10_000_000_000);
    assert_eq!(tape.rows[1].ema_price_e8, expected);
}

#[test]
fn default_confidence_rounds_up() {
    let tape = parse(&format!("{HEADER}\n0,0.00000001,1,0.00000001,1\n"));
    assert_eq!(tape.rows[0].confidence_e8, 1);
}

fn assert_fault(text: &str, wanted: &str) {
    let got = fault(text);
    assert!(
        got.starts_with(&format!("tape.csv{wanted}")),
        "{got}\nwanted: {wanted}"
    );
}

#[test]
fn faults_of_a_file_are_named() {
    assert_fault("", ": the file is empty");
    assert_fault("\n\n", ": the file is empty");
    assert_fault(&format!("{HEADER}\n"), ": there is a header but no row");
    assert_fault(
        "unix_time,open,high,close\n",
        ":1: the header lacks the column low",
    );
    assert_fault(
        &format!("{HEADER},open\n"),
        ":1: the header names the column open twice",
    );
}

#[test]
fn faults_of_a_row_name_its_line() {
    for (row, wanted) in [
        ("60,100,101,99,100", "time 60 is on two rows"),
        ("0,1,1,1,1", "time 0 comes after 60"),
        ("120,100,99,101,100", "high is below low"),
        ("120,102,101,99,100", "open is not between low and high"),
        ("120,100,101,99,98", "close is not between low and high"),
        ("120,-100,101,99,100", "open \"-100\" is negative"),
        ("120,100,101,0,100", "low is zero"),
        ("120,100,101,,100", "low is empty"),
        ("120,100,1o1,99,100", "high \"1o1\" is not a number"),
        ("120,1e30,1e30,1,1", "open \"1e30\" is too large"),
        ("120,1,1,1", "4 fields where the header has 5"),
        ("120,1,1,1,1,1", "6 fields where the header has 5"),
        (
            "1652227200000,1,1,1,1",
            "unix_time \"1652227200000\" is not a whole number",
        ),
        ("60.5,1,1,1,1", "unix_time \"60.5\" is not a whole number"),
        ("-60,1,1,1,1", "unix_time \"-60\" is not a whole number"),
    ] {
        assert_fault(
            &format!("{HEADER}\n60,1,1,1,1\n{row}\n"),
            &format!(":3: {wanted}"),
        );
    }
    let optional = |column: &str, value: &str| format!("{HEADER},{column}\n0,1,1,1,1,{value}\n");
    assert_fault(
        &optional("confidence", "-0.1"),
        ":2: confidence \"-0.1\" is negative",
    );
    assert_fault(&optional("price", "0"), ":2: price is zero");
    assert_fault(
        &optional("ema_price", "x"),
        ":2: ema_price \"x\" is not a number",
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let got = fault(&format!(
        "{HEADER}\r\n60,1,1,1,1\r\n\r\n\r\n120,0,1,1,1\r\n"
    ));
    assert_eq!(got, "tape.csv:5: open is zero");
}

#[test]
fn byte_order_mark_and_spaces_are_tolerated() {
    let tape = parse(&format!("\u{feff}{HEADER}\r\n 60 , 1, 1, 1, 1\r\n"));
    assert_eq!(tape.rows[0].unix_seconds, 60);
}

#[test]
fn text_that_is_not_utf8_is_named_so() {
    let mut bytes = format!("{HEADER}\n").into_bytes();
    bytes.extend(b"60,\xff,1,1,1\n");
    let got = read_tape("SOL", bytes.as_slice(), Path::new("tape.csv"))
        .unwrap_err()
        .to_string();
    assert_eq!(got, "tape.csv:2: cannot be read: not UTF-8 text");
}

#[test]
fn gaps_stay_gaps() {
    let tape = parse(&format!("{HEADER}\n0,1,1,1,1\n61,1,1,1,1\n600,1,1,1,1\n"));
    assert_eq!(tape.rows.len(), 3);
    assert_eq!(tape.previous_unix_seconds(2), Some(61));
}

#[test]
fn a_written_session_reads_back_the_same() {
    let folder = folder("round-trip");
    let session = generate(&GeneratorOptions {
        minutes: 90,
        ..Default::default()
    })
    .session;
    let paths = write_session(&session, &folder).unwrap();
    assert_eq!(paths.len(), 3);
    assert_eq!(load(&[folder], "").unwrap().sessions, [session]);
}

#[test]
fn a_folder_gives_all_its_sessions_and_a_prefix_picks() {
    let folder = folder("sessions");
    let row = format!("{HEADER}\n0,1,1,1,1\n");
    for name in [
        "2022-05-11-luna.SOL.csv",
        "2022-05-11-luna.BTC.csv",
        "2023-06-20.v2.ETH.csv",
    ] {
        write(&folder.join(name), &row);
    }
    write(&folder.join("README.md"), "not a tape");
    write(&folder.join("2022-05-11-luna.USDC.csv"), &row);
    write(&folder.join("2021-01-01-quote.USDC.csv"), &row);
    let loaded = load(std::slice::from_ref(&folder), "").unwrap();
    assert_eq!(
        names(&loaded.sessions),
        ["2022-05-11-luna", "2023-06-20.v2"]
    );
    let assets: Vec<_> = loaded.sessions[0]
        .tapes
        .iter()
        .map(|tape| &tape.asset)
        .collect();
    assert_eq!(assets, ["BTC", "SOL", "USDC"]);
    let markets = loaded.sessions[0].markets().map(|tape| &tape.asset);
    assert_eq!(markets.collect::<Vec<_>>(), ["BTC", "SOL"]);
    assert_eq!(loaded.sessions[0].quote().unwrap().asset, "USDC");
    let skipped = "2021-01-01-quote: skipped, the quote currency has no market";
    assert_eq!(loaded.notices, [skipped]);

    let picked = load(std::slice::from_ref(&folder), "2023-06").unwrap();
    assert_eq!(names(&picked.sessions), ["2023-06-20.v2"]);
    let nothing = load(std::slice::from_ref(&folder), "2024")
        .unwrap_err()
        .to_string();
    assert!(
        nothing.contains("no session begins with \"2024\""),
        "{nothing}"
    );
    assert!(
        nothing.ends_with("2022-05-11-luna, 2023-06-20.v2"),
        "{nothing}"
    );

    let file = folder.join("2022-05-11-luna.SOL.csv");
    let alone = load(std::slice::from_ref(&file), "").unwrap();
    assert_eq!(
        (alone.sessions.len(), alone.sessions[0].tapes.len()),
        (1, 1)
    );
    assert_eq!(
        load(&[folder, file.clone(), file], "")
            .unwrap()
            .sessions
            .len(),
        2
    );
}

#[test]
fn packed_tapes_are_read() {
    let folder = folder("packed");
    let session = generate(&GeneratorOptions {
        minutes: 30,
        ..Default::default()
    })
    .session;
    let path = folder.join("generated-1.BTC.csv.gz");
    let file = fs::File::create(&path).unwrap();
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    write_tape(&session.tapes[0], &mut packer).unwrap();
    packer.finish().unwrap();
    let loaded = load(std::slice::from_ref(&path), "").unwrap();
    assert_eq!(loaded.sessions[0].tapes, session.tapes[..1]);

    let mut file = fs::File::create(&path).unwrap();
    file.write_all(b"not packed at all").unwrap();
    let got = load(&[path], "").unwrap_err().to_string();
    assert!(got.contains("cannot be read: invalid gzip header"), "{got}");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = folder("names");
    let at = |name: &str| folder.join(name);
    let message = |paths: &[PathBuf]| load(paths, "").unwrap_err().to_string();
    assert!(message(&[at("none.SOL.csv")]).ends_with("none.SOL.csv: no such file or folder"));
    assert!(message(std::slice::from_ref(&folder)).contains("no tapes here"));
    for name in [
        "prices.csv",
        "day.sol.csv",
        ".SOL.csv",
        "day..csv",
        "day.SOL.txt",
    ] {
        write(&at(name), "");
        let got = message(&[at(name)]);
        assert!(
            got.ends_with("the name must be <session>.<ASSET>.csv or .csv.gz"),
            "{got}"
        );
    }
    write(&at("day.USDC.csv"), &format!("{HEADER}\n0,1,1,1,1\n"));
    assert!(message(&[at("day.USDC.csv")]).contains("no tapes here"));
    write(&at("day.SOL.csv"), &format!("{HEADER}\n0,1,1,1,1\n"));
    write(&at("day.SOL.csv.gz"), "");
    let twice = message(&[at("day.SOL.csv"), at("day.SOL.csv.gz")]);
    assert!(
        twice.contains("day.SOL.csv.gz: same session and asset as "),
        "{twice}"
    );
}
