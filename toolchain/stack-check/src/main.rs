//! `stack-check PROGRAM [OBJECT]`: fails when a function of the program takes a larger frame than the project allows.
//! The object file, when given, is what the program was linked from; it only lends names to a stripped program.
use stack_check::{frames, Frame, LIMIT_BYTES};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (program, object) = match arguments.as_slice() {
        [program] => (program, None),
        [program, object] => (program, Some(object)),
        _ => {
            eprintln!("usage: stack-check PROGRAM [OBJECT]");
            return ExitCode::from(2);
        }
    };
    match check(program, object.map(String::as_str)) {
        Ok(largest) => {
            eprintln!("    largest stack frame: {largest} of {LIMIT_BYTES} bytes");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The largest frame of a program that keeps the limit.
fn check(program: &str, object: Option<&str>) -> Result<u32, String> {
    let measured = read_frames(program)?;
    let too_large = over_limit(&measured);
    if too_large.is_empty() {
        return Ok(measured.iter().map(|frame| frame.bytes).max().unwrap_or(0));
    }
    // The same code with names, if it is at hand.
    let named = object.map(read_frames).transpose()?.unwrap_or_default();
    let named = over_limit(&named);
    let shown = if named.is_empty() { too_large } else { named };
    let mut message = format!("stack frames over {LIMIT_BYTES} bytes in {program}:");
    for frame in shown {
        message += &format!("\n  {:>5} bytes  {}", frame.bytes, frame.function);
    }
    message += "\nMove large values into a Box, or out of the function that holds them.";
    Err(message)
}

fn read_frames(path: &str) -> Result<Vec<Frame>, String> {
    let file = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    frames(&file).map_err(|error| format!("{path}: {error}"))
}

/// The frames that break the limit, the largest first.
fn over_limit(frames: &[Frame]) -> Vec<&Frame> {
    let mut over: Vec<&Frame> = frames
        .iter()
        .filter(|frame| frame.bytes > LIMIT_BYTES)
        .collect();
    over.sort_by_key(|frame| std::cmp::Reverse(frame.bytes));
    over
}
