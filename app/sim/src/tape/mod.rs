//! Price tapes: what the prices of one or more markets did, row by row, over one session.
//!
//! The file format is described in `docs/tapes.md`.

pub mod decimal;
pub mod ema;
pub mod error;
pub mod generate;
pub mod load;
pub mod read;
pub mod statistics;
pub mod write;

pub use error::{TapeError, TapeErrorKind};

/// What positions are settled in. Its tape has no market: it prices the quote currency.
pub const QUOTE_ASSET: &str = "USDC";

/// The usual spacing of rows. A wider spacing is a gap: the feed had nothing to say.
pub const MINUTE_SECONDS: i64 = 60;

/// One row of a tape. Prices are in units of 1e-8 dollars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Minute {
    /// Start of the minute, in seconds since 1970.
    pub unix_seconds: i64,
    pub open_e8: u64,
    pub high_e8: u64,
    pub low_e8: u64,
    pub close_e8: u64,
    /// The feed's aggregate price at the minute's start.
    pub price_e8: u64,
    /// The feed's own uncertainty about `price_e8`: about one standard deviation.
    pub confidence_e8: u64,
    /// The feed's slow price: an average of its prices with a half-life of about an hour.
    pub ema_price_e8: u64,
}

/// The rows of one asset, in strictly increasing time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tape {
    /// Upper-case symbol, such as `SOL`.
    pub asset: String,
    pub rows: Vec<Minute>,
}

impl Tape {
    /// Whether the asset is what positions are settled in.
    pub fn is_quote(&self) -> bool {
        self.asset == QUOTE_ASSET
    }

    /// Time of the row before `row`, which the feed reports as the previous publish time.
    /// `None` for the first row and beyond the end.
    pub fn previous_unix_seconds(&self, row: usize) -> Option<i64> {
        self.rows.get(row)?;
        Some(self.rows[row.checked_sub(1)?].unix_seconds)
    }

    /// First and last time; `None` if there are no rows.
    pub fn span_seconds(&self) -> Option<(i64, i64)> {
        Some((
            self.rows.first()?.unix_seconds,
            self.rows.last()?.unix_seconds,
        ))
    }
}

/// Tapes of the same days, sorted by asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub name: String,
    pub tapes: Vec<Tape>,
}

/// A row of one of a session's tapes, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowIndex {
    pub tape: usize,
    pub row: usize,
}

/// Everything that a session's tapes say at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    pub unix_seconds: i64,
    /// At least one, at most one per tape, in the tapes' order.
    pub rows: Vec<RowIndex>,
}

impl Session {
    /// The tapes that have a market, in order.
    pub fn markets(&self) -> impl Iterator<Item = &Tape> {
        self.tapes.iter().filter(|tape| !tape.is_quote())
    }

    /// The tape that prices the quote currency.
    pub fn quote(&self) -> Option<&Tape> {
        self.tapes.iter().find(|tape| tape.is_quote())
    }

    /// Without the quote currency's tape, so that it counts as one dollar.
    #[must_use]
    pub fn with_quote_at_par(mut self) -> Self {
        self.tapes.retain(|tape| !tape.is_quote());
        self
    }

    /// Each time at which any tape has a row, in increasing order.
    pub fn ticks(&self) -> Vec<Tick> {
        let mut at: Vec<(i64, RowIndex)> = Vec::new();
        for (tape, rows) in self.tapes.iter().map(|tape| &tape.rows).enumerate() {
            let indexed = rows.iter().enumerate();
            at.extend(indexed.map(|(row, minute)| (minute.unix_seconds, RowIndex { tape, row })));
        }
        at.sort_by_key(|(time, index)| (*time, index.tape));
        at.chunk_by(|a, b| a.0 == b.0)
            .map(|chunk| Tick {
                unix_seconds: chunk[0].0,
                rows: chunk.iter().map(|(_, index)| *index).collect(),
            })
            .collect()
    }

    pub fn minute(&self, index: RowIndex) -> &Minute {
        &self.tapes[index.tape].rows[index.row]
    }

    /// First and last time of any tape; `None` if there are no rows.
    pub fn span_seconds(&self) -> Option<(i64, i64)> {
        let spans = || self.tapes.iter().filter_map(Tape::span_seconds);
        Some((
            spans().map(|span| span.0).min()?,
            spans().map(|span| span.1).max()?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(unix_seconds: i64) -> Minute {
        Minute {
            unix_seconds,
            open_e8: 1,
            high_e8: 1,
            low_e8: 1,
            close_e8: 1,
            price_e8: 1,
            confidence_e8: 0,
            ema_price_e8: 1,
        }
    }

    fn tape(asset: &str, times: &[i64]) -> Tape {
        Tape {
            asset: asset.into(),
            rows: times.iter().copied().map(minute).collect(),
        }
    }

    #[test]
    fn ticks_merge_tapes_by_time_and_keep_gaps() {
        let session = Session {
            name: "s".into(),
            tapes: vec![tape("BTC", &[60, 120, 300]), tape("SOL", &[0, 120, 180])],
        };
        let ticks = session.ticks();
        let times: Vec<i64> = ticks.iter().map(|tick| tick.unix_seconds).collect();
        assert_eq!(times, [0, 60, 120, 180, 300]);
        assert_eq!(
            ticks[2].rows,
            [RowIndex { tape: 0, row: 1 }, RowIndex { tape: 1, row: 1 }]
        );
        assert_eq!(session.minute(ticks[4].rows[0]).unix_seconds, 300);
        assert_eq!(session.span_seconds(), Some((0, 300)));
    }

    #[test]
    fn previous_time_skips_the_gap() {
        let tape = tape("SOL", &[0, 60, 600]);
        let previous: Vec<_> = (0..4).map(|row| tape.previous_unix_seconds(row)).collect();
        assert_eq!(previous, [None, Some(0), Some(60), None]);
    }
}
