//! What a tape did, measured by elapsed time so that missing minutes distort nothing.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Minute, Session, Tape, MINUTE_SECONDS};

pub const YEAR_SECONDS: f64 = 31_536_000.0;
const FIVE_MINUTES_SECONDS: i64 = 300;
const THIRTY_MINUTES_SECONDS: i64 = 1_800;
/// A return this many standard deviations of its tape away from zero counts as a large move.
const LARGE_MOVE_SIGMAS: f64 = 6.0;

/// The greatest move between two times at most a window apart; zero if the price never moved so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorstMove {
    /// Of the price at the move's start, rounded down.
    pub size_ppm: u64,
    pub from_unix_seconds: i64,
    pub to_unix_seconds: i64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TapeStatistics {
    pub asset: String,
    pub rows: u64,
    pub first_unix_seconds: i64,
    pub last_unix_seconds: i64,
    /// Minutes without a row between the first and the last.
    pub missing_minutes: u64,
    pub longest_gap_seconds: i64,
    pub open_e8: u64,
    pub high_e8: u64,
    pub low_e8: u64,
    pub close_e8: u64,
    /// From a high to a later low.
    pub drop_5_minutes: WorstMove,
    pub drop_30_minutes: WorstMove,
    /// From a low to a later high.
    pub rise_30_minutes: WorstMove,
    /// √(Σ r² ÷ Σ Δt), annualised, in percent.
    pub volatility_percent: f64,
    /// Fourth moment of r ÷ √Δt about zero over the squared second, less 3: zero for a normal walk.
    pub excess_kurtosis: f64,
    /// Returns beyond six standard deviations of this tape over their own elapsed time.
    pub large_moves: u64,
    pub confidence_median_ppm: u64,
    pub confidence_max_ppm: u64,
}

/// Correlation of two tapes' returns over the intervals that both have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    pub first_asset: String,
    pub second_asset: String,
    pub coefficient: f64,
    pub intervals: u64,
}

impl TapeStatistics {
    /// `None` for a tape without rows.
    pub fn of(tape: &Tape) -> Option<Self> {
        let rows = &tape.rows;
        let (first, last) = (rows.first()?, rows.last()?);
        let spacings = || {
            rows.windows(2)
                .map(|pair| pair[1].unix_seconds - pair[0].unix_seconds)
        };
        let moments = Moments::of(&returns(rows));
        let mut confidences_ppm: Vec<u64> = rows.iter().map(confidence_ppm).collect();
        confidences_ppm.sort_unstable();
        Some(Self {
            asset: tape.asset.clone(),
            rows: rows.len() as u64,
            first_unix_seconds: first.unix_seconds,
            last_unix_seconds: last.unix_seconds,
            missing_minutes: spacings().map(missing_minutes).sum(),
            longest_gap_seconds: spacings()
                .filter(|&spacing| is_gap(spacing))
                .max()
                .unwrap_or(0),
            open_e8: first.open_e8,
            high_e8: rows.iter().map(|row| row.high_e8).max()?,
            low_e8: rows.iter().map(|row| row.low_e8).min()?,
            close_e8: last.close_e8,
            drop_5_minutes: worst_drop(rows, FIVE_MINUTES_SECONDS),
            drop_30_minutes: worst_drop(rows, THIRTY_MINUTES_SECONDS),
            rise_30_minutes: worst_rise(rows, THIRTY_MINUTES_SECONDS),
            volatility_percent: moments.volatility_percent,
            excess_kurtosis: moments.excess_kurtosis,
            large_moves: moments.large_moves,
            confidence_median_ppm: confidences_ppm[confidences_ppm.len() / 2],
            confidence_max_ppm: *confidences_ppm.last()?,
        })
    }

    /// Missing minutes over all minutes from the first row to the last, between 0 and 1.
    pub fn missing_share(&self) -> f64 {
        self.missing_minutes as f64 / (self.rows + self.missing_minutes) as f64
    }
}

/// Whether two rows this far apart have a gap between them.
pub fn is_gap(spacing_seconds: i64) -> bool {
    missing_minutes(spacing_seconds) > 0
}

fn missing_minutes(spacing_seconds: i64) -> u64 {
    let minutes = (spacing_seconds + MINUTE_SECONDS / 2) / MINUTE_SECONDS;
    (minutes - 1).max(0) as u64
}

fn confidence_ppm(row: &Minute) -> u64 {
    (u128::from(row.confidence_e8) * 1_000_000 / u128::from(row.price_e8)) as u64
}

/// The greatest fall from a high to a later low whose rows are at most `window_seconds` apart.
/// Within a row only open → low and high → close count: of its high and low, nobody knows which
/// came first.
pub fn worst_drop(rows: &[Minute], window_seconds: i64) -> WorstMove {
    let within =
        |row: &Minute| fall_ppm(row.open_e8, row.low_e8).max(fall_ppm(row.high_e8, row.close_e8));
    worst_move(
        rows,
        window_seconds,
        |row| row.high_e8,
        |from, row| fall_ppm(from, row.low_e8),
        within,
    )
}

/// The greatest climb from a low to a later high, otherwise like [`worst_drop`].
pub fn worst_rise(rows: &[Minute], window_seconds: i64) -> WorstMove {
    let within =
        |row: &Minute| climb_ppm(row.open_e8, row.high_e8).max(climb_ppm(row.low_e8, row.close_e8));
    // The lowest low has the greatest complement.
    let start = |row: &Minute| u64::MAX - row.low_e8;
    let size = |from, row: &Minute| climb_ppm(u64::MAX - from, row.high_e8);
    worst_move(rows, window_seconds, start, size, within)
}

fn fall_ppm(from_e8: u64, to_e8: u64) -> u64 {
    (u128::from(from_e8.saturating_sub(to_e8)) * 1_000_000 / u128::from(from_e8)) as u64
}

fn climb_ppm(from_e8: u64, to_e8: u64) -> u64 {
    (u128::from(to_e8.saturating_sub(from_e8)) * 1_000_000 / u128::from(from_e8)) as u64
}

/// `start` gives the value of which the greatest in the window makes the greatest move.
fn worst_move(
    rows: &[Minute],
    window_seconds: i64,
    start: impl Fn(&Minute) -> u64,
    size_ppm: impl Fn(u64, &Minute) -> u64,
    within_ppm: impl Fn(&Minute) -> u64,
) -> WorstMove {
    let mut worst = WorstMove::default();
    // Starts still in the window, falling in value: the front is the greatest.
    let mut starts: VecDeque<(i64, u64)> = VecDeque::new();
    for row in rows {
        let time = row.unix_seconds;
        while starts
            .front()
            .is_some_and(|(begun, _)| time - begun > window_seconds)
        {
            starts.pop_front();
        }
        let across = starts
            .front()
            .map(|&(begun, value)| (size_ppm(value, row), begun));
        for (size_ppm, from_unix_seconds) in across.into_iter().chain([(within_ppm(row), time)]) {
            if size_ppm > worst.size_ppm {
                worst = WorstMove {
                    size_ppm,
                    from_unix_seconds,
                    to_unix_seconds: time,
                };
            }
        }
        let value = start(row);
        while starts.back().is_some_and(|&(_, other)| other <= value) {
            starts.pop_back();
        }
        starts.push_back((time, value));
    }
    worst
}

/// A log return and the time it took.
struct Return {
    log: f64,
    elapsed_seconds: f64,
}

impl Return {
    fn between(from: &Minute, to: &Minute) -> Self {
        Self {
            log: (to.price_e8 as f64 / from.price_e8 as f64).ln(),
            elapsed_seconds: (to.unix_seconds - from.unix_seconds) as f64,
        }
    }

    fn scaled(&self) -> f64 {
        self.log / self.elapsed_seconds.sqrt()
    }
}

fn returns(rows: &[Minute]) -> Vec<Return> {
    rows.windows(2)
        .map(|pair| Return::between(&pair[0], &pair[1]))
        .collect()
}

struct Moments {
    volatility_percent: f64,
    excess_kurtosis: f64,
    large_moves: u64,
}

impl Moments {
    fn of(returns: &[Return]) -> Self {
        let elapsed_seconds: f64 = returns.iter().map(|r| r.elapsed_seconds).sum();
        let squares: f64 = returns.iter().map(|r| r.log * r.log).sum();
        if squares == 0.0 {
            return Self {
                volatility_percent: 0.0,
                excess_kurtosis: 0.0,
                large_moves: 0,
            };
        }
        let variance_per_second = squares / elapsed_seconds;
        let count = returns.len() as f64;
        let mean = |power: i32| returns.iter().map(|r| r.scaled().powi(power)).sum::<f64>() / count;
        let limit = LARGE_MOVE_SIGMAS * variance_per_second.sqrt();
        Self {
            volatility_percent: (variance_per_second * YEAR_SECONDS).sqrt() * 100.0,
            excess_kurtosis: mean(4) / mean(2).powi(2) - 3.0,
            large_moves: returns.iter().filter(|r| r.scaled().abs() > limit).count() as u64,
        }
    }
}

/// Statistics of each tape that has rows, in the session's order.
pub fn session_statistics(session: &Session) -> Vec<TapeStatistics> {
    session
        .tapes
        .iter()
        .filter_map(TapeStatistics::of)
        .collect()
}

/// The correlation of each pair of tapes with at least three common times.
pub fn correlations(session: &Session) -> Vec<Correlation> {
    let tapes = &session.tapes;
    let pairs = (0..tapes.len()).flat_map(|i| (i + 1..tapes.len()).map(move |j| (i, j)));
    pairs
        .filter_map(|(i, j)| correlation(&tapes[i], &tapes[j]))
        .collect()
}

fn correlation(first: &Tape, second: &Tape) -> Option<Correlation> {
    let common: Vec<(&Minute, &Minute)> = first
        .rows
        .iter()
        .filter_map(|row| {
            let at = second
                .rows
                .binary_search_by_key(&row.unix_seconds, |row| row.unix_seconds);
            Some((row, &second.rows[at.ok()?]))
        })
        .collect();
    let pairs: Vec<(f64, f64)> = common
        .windows(2)
        .map(|pair| {
            let first = Return::between(pair[0].0, pair[1].0).scaled();
            (first, Return::between(pair[0].1, pair[1].1).scaled())
        })
        .collect();
    let product: f64 = pairs.iter().map(|(x, y)| x * y).sum();
    let squares: (f64, f64) = pairs
        .iter()
        .fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x * x, sums.1 + y * y));
    let scale = (squares.0 * squares.1).sqrt();
    (pairs.len() >= 2 && scale > 0.0).then(|| Correlation {
        first_asset: first.asset.clone(),
        second_asset: second.asset.clone(),
        coefficient: product / scale,
        intervals: pairs.len() as u64,
    })
}
