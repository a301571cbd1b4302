//! What can be wrong with a tape, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use super::decimal::DecimalError;

/// A fault with the file and, where there is one, the line that has it.
#[derive(Debug)]
pub struct TapeError {
    pub path: PathBuf,
    /// Counted from 1; the header is line 1.
    pub line: Option<u64>,
    pub kind: TapeErrorKind,
}

#[derive(Debug)]
pub enum TapeErrorKind {
    NoSuchFile,
    /// The file or folder cannot be read, unpacked.
    Unreadable(String),
    /// Not of the form `<session>.<ASSET>.csv` or `.csv.gz`.
    BadName,
    /// The same session and asset in two files.
    Twice(PathBuf),
    NoTapes,
    /// The prefix asked for and the names of the sessions that there are.
    NoSession {
        prefix: String,
        names: Vec<String>,
    },
    EmptyFile,
    NoRows,
    MissingColumn(&'static str),
    DoubleColumn(&'static str),
    FieldCount {
        got: usize,
        wanted: usize,
    },
    EmptyField(&'static str),
    BadTime(String),
    BadNumber {
        column: &'static str,
        text: String,
        why: DecimalError,
    },
    ZeroPrice(&'static str),
    HighBelowLow,
    /// The column's price is above the row's high or below its low.
    OutsideRange(&'static str),
    DuplicateTime(i64),
    UnorderedTime {
        previous: i64,
        time: i64,
    },
}

impl TapeError {
    pub(super) fn of(path: &Path, kind: TapeErrorKind) -> Self {
        Self {
            path: path.to_owned(),
            line: None,
            kind,
        }
    }

    pub(super) fn at(path: &Path, line: u64, kind: TapeErrorKind) -> Self {
        Self {
            path: path.to_owned(),
            line: Some(line),
            kind,
        }
    }
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.kind)
    }
}

impl fmt::Display for TapeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchFile => write!(f, "no such file or folder"),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Self::BadName => write!(f, "the name must be <session>.<ASSET>.csv or .csv.gz"),
            Self::Twice(other) => write!(f, "same session and asset as {}", other.display()),
            Self::NoTapes => write!(f, "no tapes here (files named <session>.<ASSET>.csv)"),
            Self::NoSession { prefix, names } => {
                write!(
                    f,
                    "no session begins with {prefix:?}; there are {}",
                    names.join(", ")
                )
            }
            Self::EmptyFile => write!(f, "the file is empty"),
            Self::NoRows => write!(f, "there is a header but no row"),
            Self::MissingColumn(column) => write!(f, "the header lacks the column {column}"),
            Self::DoubleColumn(column) => write!(f, "the header names the column {column} twice"),
            Self::FieldCount { got, wanted } => {
                write!(f, "{got} fields where the header has {wanted}")
            }
            Self::EmptyField(column) => write!(f, "{column} is empty"),
            Self::BadTime(text) => {
                write!(
                    f,
                    "unix_time {text:?} is not a whole number of seconds between 1970 and 3000"
                )
            }
            Self::BadNumber { column, text, why } => write!(f, "{column} {text:?} {why}"),
            Self::ZeroPrice(column) => write!(f, "{column} is zero"),
            Self::HighBelowLow => write!(f, "high is below low"),
            Self::OutsideRange(column) => write!(f, "{column} is not between low and high"),
            Self::DuplicateTime(time) => write!(f, "time {time} is on two rows"),
            Self::UnorderedTime { previous, time } => {
                write!(
                    f,
                    "time {time} comes after {previous}; rows must be in order of time"
                )
            }
        }
    }
}

impl std::error::Error for TapeError {}
