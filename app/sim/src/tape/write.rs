//! Tapes to CSV files that [`super::load`] reads back.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::decimal::format_e8;
use super::{Session, Tape};

/// Writes a tape with all eight columns.
///
/// # Errors
/// Whatever the writer returns.
pub fn write_tape(tape: &Tape, mut out: impl Write) -> io::Result<()> {
    writeln!(
        out,
        "unix_time,open,high,low,close,price,confidence,ema_price"
    )?;
    for row in &tape.rows {
        write!(out, "{}", row.unix_seconds)?;
        for value_e8 in [
            row.open_e8,
            row.high_e8,
            row.low_e8,
            row.close_e8,
            row.price_e8,
            row.confidence_e8,
            row.ema_price_e8,
        ] {
            write!(out, ",{}", format_e8(value_e8))?;
        }
        writeln!(out)?;
    }
    out.flush()
}

/// Writes `<session>.<ASSET>.csv` for each tape into `folder`, which is created if need be.
/// Returns the files' paths.
///
/// # Errors
/// Whatever the file system returns.
pub fn write_session(session: &Session, folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    let mut paths = Vec::new();
    for tape in &session.tapes {
        let path = folder.join(format!("{}.{}.csv", session.name, tape.asset));
        write_tape(tape, BufWriter::new(File::create(&path)?))?;
        paths.push(path);
    }
    Ok(paths)
}
