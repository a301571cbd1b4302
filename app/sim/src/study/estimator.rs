//! Which estimate of variance comes closest to what the next day (or hour) brings.
//!
//! All estimators start from the variance of the tape's first horizon, see each price when it is
//! published and each bar when it is over, and are scored by QLIKE in the later half of all times.
//! The earlier half gives each its level, and nothing else is fitted.

use plimsoll_risk::margin::{target_ppm_up, MarginParams};
use plimsoll_risk::volatility::Volatility;
use plimsoll_risk::Result;
use serde::Serialize;

use crate::tape::Minute;

use super::engine::{states, Market};
use super::statistics::{ewma, mean, parkinson, qlike};
use super::{Series, Spacing};

/// One estimator's score in the later half of an asset's times.
#[derive(Clone, Debug, Serialize)]
pub struct Score {
    pub estimator: &'static str,
    /// Mean forecast over mean realised variance.
    pub level: f64,
    pub qlike_raw: f64,
    /// Scaled to the mean of what came in the earlier half.
    pub qlike_equal_mean: f64,
    /// Scaled to the level that QLIKE itself prefers in the earlier half.
    pub qlike_best_level: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Estimators {
    pub asset: String,
    pub horizon_seconds: i64,
    pub forecasts_fitted: usize,
    pub forecasts_scored: usize,
    pub scores: Vec<Score>,
}

/// Forecasts of one estimator, variance per second, by row.
struct Forecast {
    name: &'static str,
    by_row: Vec<f64>,
}

/// Forecast and realised variance at each time scored.
type Pairs = Vec<(f64, f64)>;

/// What variance comes next: a day ahead of hours, an hour ahead of minutes.
const fn horizon_seconds(spacing: Spacing) -> i64 {
    match spacing {
        Spacing::Hours => 86_400,
        Spacing::Minutes => 3_600,
    }
}

/// # Errors
/// What the risk crate refuses.
pub fn estimators(series: &Series<'_>) -> Result<Option<Estimators>> {
    let horizon = horizon_seconds(series.spacing);
    let mut all: Vec<(&'static str, Pairs)> = Vec::new();
    for tape in &series.tapes {
        let market = Market::of(tape, series.spacing);
        let Some((start, forecasts)) = forecasts(&tape.rows, &market, horizon)? else {
            continue;
        };
        let origins = origins(&tape.rows, start, horizon);
        for forecast in forecasts {
            let pairs = origins.iter().map(|&(row, y)| (forecast.by_row[row], y));
            match all.iter_mut().find(|(name, _)| *name == forecast.name) {
                Some((_, old)) => old.extend(pairs),
                None => all.push((forecast.name, pairs.collect())),
            }
        }
    }
    let count = all.first().map_or(0, |(_, pairs)| pairs.len());
    let scores: Vec<Score> = all
        .iter()
        .filter_map(|(name, pairs)| score(name, pairs))
        .collect();
    Ok((!scores.is_empty()).then(|| Estimators {
        asset: series.asset.clone(),
        horizon_seconds: horizon,
        forecasts_fitted: count / 2,
        forecasts_scored: count - count / 2,
        scores,
    }))
}

fn score(estimator: &'static str, pairs: &Pairs) -> Option<Score> {
    let (fitted, scored) = pairs.split_at(pairs.len() / 2);
    let mean_of = |pairs: &[(f64, f64)], of: fn(&(f64, f64)) -> f64| mean(pairs.iter().map(of));
    let equal_mean = mean_of(fitted, |p| p.1)? / mean_of(fitted, |p| p.0)?;
    // The scale c that minimises the mean of y/(c·h) + ln(c·h).
    let best_level = mean_of(fitted, |p| p.1 / p.0)?;
    let qlike_at = |scale: f64| mean(scored.iter().map(|(h, y)| qlike(scale * h, *y)));
    Some(Score {
        estimator,
        level: mean_of(scored, |p| p.0)? / mean_of(scored, |p| p.1)?,
        qlike_raw: qlike_at(1.0)?,
        qlike_equal_mean: qlike_at(equal_mean)?,
        qlike_best_level: qlike_at(best_level)?,
    })
}

/// Rows that a forecast is made at, a sixth of a horizon apart, with the variance per second that came.
fn origins(rows: &[Minute], start: usize, horizon_seconds: i64) -> Vec<(usize, f64)> {
    let squares = squares(rows);
    let mut origins = Vec::new();
    let mut next_seconds = rows[start].unix_seconds;
    let mut end = start;
    for row in start..rows.len() {
        let now = rows[row].unix_seconds;
        if now < next_seconds {
            continue;
        }
        while end + 1 < rows.len() && rows[end + 1].unix_seconds <= now + horizon_seconds {
            end += 1;
        }
        let elapsed = rows[end].unix_seconds - now;
        let variance = squares[row + 1..=end.max(row)].iter().sum::<f64>() / elapsed.max(1) as f64;
        // A tape that ends or falls silent within the horizon does not tell what came.
        if elapsed * 10 >= horizon_seconds * 9 && variance > 0.0 {
            origins.push((row, variance));
            next_seconds = now + horizon_seconds / 6;
        }
    }
    origins
}

/// The squared log return that ends at each row; none at the first.
fn squares(rows: &[Minute]) -> Vec<f64> {
    let returns = rows.windows(2).map(|pair| {
        let log = (pair[1].price_e8 as f64 / pair[0].price_e8 as f64).ln();
        log * log
    });
    std::iter::once(0.0).chain(returns).collect()
}

/// All estimators from the row on at which the first horizon is over; before it they hold its variance.
fn forecasts(
    rows: &[Minute],
    market: &Market,
    horizon: i64,
) -> Result<Option<(usize, Vec<Forecast>)>> {
    let first_seconds = rows.first().map_or(0, |row| row.unix_seconds);
    let Some(start) = rows
        .iter()
        .position(|row| row.unix_seconds - first_seconds >= horizon)
    else {
        return Ok(None);
    };
    let squares = squares(rows);
    let elapsed = (rows[start].unix_seconds - first_seconds) as f64;
    let seed = squares[..=start].iter().sum::<f64>() / elapsed;
    if seed <= 0.0 {
        return Ok(None);
    }
    let seen = Seen {
        rows,
        squares,
        start,
        seed,
    };
    let day = seen.of_returns(86_400.0);
    let h = horizon as f64;
    let ranges = [h / 8.0, h, 7.0 * h].map(|half_life| seen.of_ranges(half_life));
    let windows = [h, 7.0 * h, 30.0 * h].map(|window| seen.rolling(window));
    let mut all = engine(&seen, market)?;
    let mut add = |name, by_row| all.push(Forecast { name, by_row });
    add("EWMA of squared returns, 24 h", day);
    add("EWMA of squared returns, one horizon", seen.of_returns(h));
    add(
        "three EWMAs of ranges, 1/8, 1, 7 horizons",
        mean_of(&ranges),
    );
    add("equal-weight HAR, 1, 7, 30 horizons", mean_of(&windows));
    add("rolling window, 7 horizons", windows[1].clone());
    Ok(Some((start, all)))
}

/// A tape from the row `start` on; what lies before is its variance `seed`.
struct Seen<'a> {
    rows: &'a [Minute],
    squares: Vec<f64>,
    start: usize,
    seed: f64,
}

impl Seen<'_> {
    fn elapsed(&self, row: usize) -> f64 {
        (self.rows[row].unix_seconds - self.rows[row - 1].unix_seconds) as f64
    }

    /// An average by elapsed time of what `sample` gives per row, as variance per second.
    fn average(&self, half_life_seconds: f64, sample: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut value = self.seed;
        (0..self.rows.len())
            .map(|row| {
                if row > self.start {
                    value = ewma(value, sample(row), self.elapsed(row), half_life_seconds);
                }
                value
            })
            .collect()
    }

    fn of_returns(&self, half_life_seconds: f64) -> Vec<f64> {
        self.average(half_life_seconds, |row| {
            self.squares[row] / self.elapsed(row)
        })
    }

    /// The bar before a row is the last that is over. It may be shorter than the time since it began.
    fn of_ranges(&self, half_life_seconds: f64) -> Vec<f64> {
        let usual = self.usual_spacing();
        self.average(half_life_seconds, |row| {
            let bar = &self.rows[row - 1];
            parkinson(bar.high_e8 as f64, bar.low_e8 as f64) / usual.min(self.elapsed(row))
        })
    }

    fn usual_spacing(&self) -> f64 {
        let spacings = (1..self.rows.len()).map(|row| self.elapsed(row));
        spacings.fold(f64::INFINITY, f64::min)
    }

    /// The mean square of the last `window_seconds`; time before the start counts with the seed.
    fn rolling(&self, window_seconds: f64) -> Vec<f64> {
        let time = |row: usize| self.rows[row].unix_seconds as f64;
        let mut sum = 0.0;
        let mut oldest = self.start;
        (0..self.rows.len())
            .map(|row| {
                if row <= self.start {
                    return self.seed;
                }
                sum += self.squares[row];
                while time(row) - time(oldest) > window_seconds {
                    oldest += 1;
                    sum -= self.squares[oldest];
                }
                let covered = time(row) - time(oldest);
                let before = match oldest == self.start {
                    true => (window_seconds - covered).max(0.0),
                    false => 0.0,
                };
                (sum.max(0.0) + self.seed * before) / (covered + before).max(1.0)
            })
            .map(|variance| variance.max(self.seed * 1e-6))
            .collect()
    }
}

/// The engine's own numbers, from the same start.
fn engine(seen: &Seen<'_>, market: &Market) -> Result<Vec<Forecast>> {
    let params = market.volatility;
    let seed_e18 = ((seen.seed * 1e18).ceil() as u64).max(1);
    let states = states(&seen.rows[seen.start..], &params, seed_e18)?;
    let by_row = |of: &dyn Fn(&Volatility) -> f64| -> Vec<f64> {
        let before = std::iter::repeat_n(seen.seed, seen.start);
        before.chain(states.iter().map(of)).collect()
    };
    let part = |of: fn(&Volatility) -> u64| by_row(&|state| (of(state).max(1)) as f64 * 1e-18);
    let margin = market.margin;
    let blends: Result<Vec<f64>> = states
        .iter()
        .map(|state| implied(&margin, state.variance_e18(&params)))
        .collect();
    let mut blend = vec![seen.seed; seen.start];
    blend.extend(blends?);
    let largest = by_row(&|state| state.variance_e18(&params) as f64 * 1e-18);
    let fast = part(|state| state.fast_e18);
    let slow = part(|state| state.slow_e18);
    let long = part(|state| state.long_e18);
    let three = mean_of(&[fast.clone(), slow.clone(), long.clone()]);
    Ok([
        ("engine: largest of four", largest),
        ("engine: with stress, as margin uses it", blend),
        ("engine: fast, 30 min", fast),
        ("engine: slow, 24 h", slow),
        ("engine: long, 30 days", long),
        ("engine: envelope", part(|state| state.envelope_e18)),
        ("engine: mean of fast, slow, long", three),
    ]
    .map(|(name, by_row)| Forecast { name, by_row })
    .into())
}

/// The variance per second that a target without noise stands for: (target ÷ K)² ÷ horizon.
fn implied(margin: &MarginParams, variance_e18: u64) -> Result<f64> {
    let target = f64::from(target_ppm_up(margin, variance_e18, 0)?) * 1e-6;
    let sigma = target / (f64::from(margin.multiplier_e4) * 1e-4);
    Ok(sigma * sigma / f64::from(margin.horizon_seconds))
}

fn mean_of(parts: &[Vec<f64>; 3]) -> Vec<f64> {
    let rows = parts[0].iter().zip(&parts[1]).zip(&parts[2]);
    rows.map(|((a, b), c)| (a + b + c) / 3.0).collect()
}
