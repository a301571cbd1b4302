//! One CSV file to one tape.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::decimal::parse_e8;
use super::ema::Ema;
use super::error::{TapeError, TapeErrorKind as Kind};
use super::{Minute, Tape};

/// Confidence of a row that states none, in parts per million of its price. Close to the median of
/// Pyth's own for large assets on ordinary days (300 to 1,200 ppm).
pub const DEFAULT_CONFIDENCE_PPM: u64 = 500;
const BYTE_ORDER_MARK: char = '\u{feff}';
/// 3000-01-01. Catches milliseconds taken for seconds.
const LAST_UNIX_SECONDS: i64 = 32_503_680_000;

struct Columns {
    time: usize,
    open: usize,
    high: usize,
    low: usize,
    close: usize,
    price: Option<usize>,
    confidence: Option<usize>,
    ema_price: Option<usize>,
}

impl Columns {
    fn from_header(header: &[&str]) -> Result<Self, Kind> {
        let find = |name: &'static str| -> Result<Option<usize>, Kind> {
            let mut places = (0..header.len()).filter(|&place| header[place] == name);
            let first = places.next();
            if places.next().is_some() {
                return Err(Kind::DoubleColumn(name));
            }
            Ok(first)
        };
        let need = |name| find(name)?.ok_or(Kind::MissingColumn(name));
        Ok(Self {
            time: need("unix_time")?,
            open: need("open")?,
            high: need("high")?,
            low: need("low")?,
            close: need("close")?,
            price: find("price")?,
            confidence: find("confidence")?,
            ema_price: find("ema_price")?,
        })
    }

    fn row(&self, record: &[&str], ema: &mut Option<Ema>) -> Result<Minute, Kind> {
        let unix_seconds = time(record[self.time])?;
        let open_e8 = price("open", record[self.open])?;
        let price_e8 = match field(record, self.price) {
            Some(text) => price("price", text)?,
            None => open_e8,
        };
        let confidence_e8 = match field(record, self.confidence) {
            Some(text) => number("confidence", text)?,
            None => default_confidence_e8(price_e8),
        };
        let ema_price_e8 = match field(record, self.ema_price) {
            Some(text) => {
                let stated_e8 = price("ema_price", text)?;
                *ema = Some(Ema::start(unix_seconds, stated_e8));
                stated_e8
            }
            None => ema
                .get_or_insert_with(|| Ema::start(unix_seconds, price_e8))
                .update(unix_seconds, price_e8),
        };
        Ok(Minute {
            unix_seconds,
            open_e8,
            high_e8: price("high", record[self.high])?,
            low_e8: price("low", record[self.low])?,
            close_e8: price("close", record[self.close])?,
            price_e8,
            confidence_e8,
            ema_price_e8,
        })
    }
}

/// Reads a tape. `path` only names the source in errors. Lines are counted from 1; empty ones are
/// passed over.
///
/// # Errors
/// The first fault found, with its line.
pub fn read_tape(asset: &str, source: impl Read, path: &Path) -> Result<Tape, TapeError> {
    let mut columns: Option<(Columns, usize)> = None;
    let mut rows: Vec<Minute> = Vec::new();
    let mut ema = None;
    for (number, text) in (1..).zip(BufReader::new(source).lines()) {
        let at = |kind| TapeError::at(path, number, kind);
        let text = text.map_err(|error| at(unreadable(&error)))?;
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        if text.trim().is_empty() {
            continue;
        }
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let Some((columns, count)) = &columns else {
            columns = Some((Columns::from_header(&fields).map_err(at)?, fields.len()));
            continue;
        };
        if fields.len() != *count {
            return Err(at(Kind::FieldCount {
                got: fields.len(),
                wanted: *count,
            }));
        }
        let row = columns
            .row(&fields, &mut ema)
            .and_then(|row| check(rows.last(), row));
        rows.push(row.map_err(at)?);
    }
    match (columns, rows.is_empty()) {
        (None, _) => Err(TapeError::of(path, Kind::EmptyFile)),
        (Some(_), true) => Err(TapeError::of(path, Kind::NoRows)),
        (Some(_), false) => Ok(Tape {
            asset: asset.to_owned(),
            rows,
        }),
    }
}

fn check(previous: Option<&Minute>, row: Minute) -> Result<Minute, Kind> {
    let time = row.unix_seconds;
    match previous.map(|row| row.unix_seconds) {
        Some(previous) if previous == time => return Err(Kind::DuplicateTime(time)),
        Some(previous) if previous > time => return Err(Kind::UnorderedTime { previous, time }),
        _ => {}
    }
    if row.high_e8 < row.low_e8 {
        return Err(Kind::HighBelowLow);
    }
    let range = row.low_e8..=row.high_e8;
    if !range.contains(&row.open_e8) {
        return Err(Kind::OutsideRange("open"));
    }
    if !range.contains(&row.close_e8) {
        return Err(Kind::OutsideRange("close"));
    }
    Ok(row)
}

/// A column may be absent, and a field of a column that exists may be empty.
fn field<'a>(record: &[&'a str], column: Option<usize>) -> Option<&'a str> {
    record.get(column?).copied().filter(|text| !text.is_empty())
}

fn time(text: &str) -> Result<i64, Kind> {
    let bad = || Kind::BadTime(text.to_owned());
    let unix_seconds: i64 = text.parse().map_err(|_| bad())?;
    (0..=LAST_UNIX_SECONDS)
        .contains(&unix_seconds)
        .then_some(unix_seconds)
        .ok_or_else(bad)
}

fn number(column: &'static str, text: &str) -> Result<u64, Kind> {
    if text.is_empty() {
        return Err(Kind::EmptyField(column));
    }
    parse_e8(text).map_err(|why| Kind::BadNumber {
        column,
        text: text.to_owned(),
        why,
    })
}

fn price(column: &'static str, text: &str) -> Result<u64, Kind> {
    match number(column, text)? {
        0 => Err(Kind::ZeroPrice(column)),
        price_e8 => Ok(price_e8),
    }
}

fn default_confidence_e8(price_e8: u64) -> u64 {
    let product = u128::from(price_e8) * u128::from(DEFAULT_CONFIDENCE_PPM);
    product.div_ceil(1_000_000) as u64
}

fn unreadable(error: &io::Error) -> Kind {
    Kind::Unreadable(match error.kind() {
        io::ErrorKind::InvalidData => "not UTF-8 text".to_owned(),
        _ => error.to_string(),
    })
}
