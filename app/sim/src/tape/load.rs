//! Files and folders to sessions.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::error::{TapeError, TapeErrorKind as Kind};
use super::read::read_tape;
use super::Session;

/// Sessions in order of name, and a line for everything that was passed over.
#[derive(Debug, Default)]
pub struct Loaded {
    pub sessions: Vec<Session>,
    pub notices: Vec<String>,
}

/// Session name → asset → file.
type Found = BTreeMap<String, BTreeMap<String, PathBuf>>;

/// Loads every session of each folder, and each file named by itself, if its session's name begins
/// with `prefix`. Files of the same session come together wherever they lie. A folder's files
/// that are not tapes are passed over; folders inside it are not searched.
///
/// # Errors
/// The first fault found: see [`Kind`]. It is an error if nothing is left to load.
pub fn load(paths: &[PathBuf], prefix: &str) -> Result<Loaded, TapeError> {
    let mut found = Found::new();
    for path in paths {
        find(path, &mut found)?;
    }
    let names: Vec<String> = found.keys().cloned().collect();
    found.retain(|name, _| name.starts_with(prefix));
    let mut loaded = Loaded::default();
    for (name, files) in found {
        let mut tapes = Vec::new();
        for (asset, path) in files {
            tapes.push(read_tape(&asset, open(&path)?, &path)?);
        }
        let session = Session { name, tapes };
        if session.markets().next().is_some() {
            loaded.sessions.push(session);
        } else {
            let name = session.name;
            loaded
                .notices
                .push(format!("{name}: skipped, the quote currency has no market"));
        }
    }
    if loaded.sessions.is_empty() {
        let first = paths.first().map_or(Path::new("."), PathBuf::as_path);
        let kind = match names.is_empty() || prefix.is_empty() {
            true => Kind::NoTapes,
            false => Kind::NoSession {
                prefix: prefix.to_owned(),
                names,
            },
        };
        return Err(TapeError::of(first, kind));
    }
    Ok(loaded)
}

fn find(path: &Path, found: &mut Found) -> Result<(), TapeError> {
    let metadata = fs::metadata(path).map_err(|error| io_error(path, &error))?;
    if !metadata.is_dir() {
        let (session, asset) = split_name(path).ok_or(TapeError::of(path, Kind::BadName))?;
        return add(found, session, asset, path);
    }
    let entries = fs::read_dir(path).map_err(|error| io_error(path, &error))?;
    for entry in entries {
        let file = entry.map_err(|error| io_error(path, &error))?.path();
        if let Some((session, asset)) = split_name(&file).filter(|_| file.is_file()) {
            add(found, session, asset, &file)?;
        }
    }
    Ok(())
}

fn add(found: &mut Found, name: &str, asset: &str, path: &Path) -> Result<(), TapeError> {
    let files = found.entry(name.to_owned()).or_default();
    match files.insert(asset.to_owned(), path.to_owned()) {
        // Naming a folder and a file in it, or a file twice, is no fault.
        Some(other) if other != path => Err(TapeError::of(path, Kind::Twice(other))),
        _ => Ok(()),
    }
}

/// `2022-05-11-luna.SOL.csv.gz` is session `2022-05-11-luna`, asset `SOL`.
fn split_name(path: &Path) -> Option<(&str, &str)> {
    let name = path.file_name()?.to_str()?;
    let stem = name
        .strip_suffix(".csv")
        .or_else(|| name.strip_suffix(".csv.gz"))?;
    let (session, asset) = stem.rsplit_once('.')?;
    let symbol = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let valid = !session.is_empty() && !asset.is_empty() && asset.bytes().all(symbol);
    valid.then_some((session, asset))
}

fn open(path: &Path) -> Result<Box<dyn Read>, TapeError> {
    let file = BufReader::new(File::open(path).map_err(|error| io_error(path, &error))?);
    Ok(
        match path.extension().is_some_and(|extension| extension == "gz") {
            true => Box::new(MultiGzDecoder::new(file)),
            false => Box::new(file),
        },
    )
}

fn io_error(path: &Path, error: &io::Error) -> TapeError {
    TapeError::of(
        path,
        match error.kind() {
            io::ErrorKind::NotFound => Kind::NoSuchFile,
            _ => Kind::Unreadable(error.to_string()),
        },
    )
}
