//! How far and how fast the ratio moves, with stress weight and long variance, either or neither, each
//! scaled so that positions are held to the same on average: the live ratio's mean is the engine's.

use plimsoll_risk::margin::MarginParams;
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use plimsoll_risk::Result;
use serde::Serialize;

use super::engine::{ratios, states, Market, Ratio};
use super::sides::worst_moves;
use super::statistics::{largest_rise, mean, peak_to_trough};
use super::Series;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 86_400;
/// The longest half-life that the program lets a market have.
const YEAR_SECONDS: u32 = 31_536_000;
/// The range that multipliers are searched in, 1e-4.
const MULTIPLIER_E4_MAX: u32 = 400_000;

/// What of a state the target is set from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Fast, slow, envelope and long, the largest.
    Largest,
    /// The same with a long variance of a year's half-life.
    LargestWithYear,
    /// The largest without the long variance.
    LargestWithoutLong,
    /// The mean of fast, slow and long: a better forecast, without an envelope.
    Mean,
}

/// What holds the target steady.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Anchor {
    pub name: &'static str,
    /// Whether a stressed market's ratio has its listed weight.
    pub stress: bool,
    pub source: Source,
}

impl Anchor {
    /// The engine's own first: the others are scaled to its mean.
    pub const ALL: [Self; 7] = [
        Self::new("stress and long (engine)", true, Source::Largest),
        Self::new("stress", true, Source::LargestWithoutLong),
        Self::new("long, 30 days", false, Source::Largest),
        Self::new("neither", false, Source::LargestWithoutLong),
        Self::new("long, a year", false, Source::LargestWithYear),
        Self::new("stress and long, a year", true, Source::LargestWithYear),
        Self::new("stress, mean for largest", true, Source::Mean),
    ];

    const fn new(name: &'static str, stress: bool, source: Source) -> Self {
        Self {
            name,
            stress,
            source,
        }
    }

    fn margin(self, listed: &MarginParams, multiplier_e4: u32) -> MarginParams {
        MarginParams {
            multiplier_e4,
            stress_weight_ppm: match self.stress {
                true => listed.stress_weight_ppm,
                false => 0,
            },
            ..*listed
        }
    }

    fn variance_e18(self, params: &VolatilityParams, state: &Volatility) -> u64 {
        let largest = || state.variance_e18(params);
        match self.source {
            Source::Largest | Source::LargestWithYear => largest(),
            Source::LargestWithoutLong => state.recent_variance_e18(params).max(state.envelope_e18),
            Source::Mean => {
                let parts = [state.fast_e18, state.slow_e18, state.long_e18];
                let sum: u128 = parts.into_iter().map(u128::from).sum();
                let mean_e18 = u64::try_from(sum.div_ceil(3)).unwrap_or(u64::MAX);
                mean_e18.max(params.variance_min_e18)
            }
        }
    }
}

/// A ratio's path over all tapes of an asset.
#[derive(Clone, Debug, Serialize)]
pub struct Cycle {
    pub peak_to_trough: f64,
    pub largest_rise_hour: f64,
    pub largest_rise_day: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    pub anchor: Anchor,
    /// Sigmas of the horizon at which the mean live ratio is the engine's.
    pub multiplier: f64,
    pub mean_target_percent: f64,
    pub mean_live_percent: f64,
    pub target: Cycle,
    pub live: Cycle,
    /// Share of times at which the worst move of the next hour exceeds the live ratio, long and short.
    pub exceeded_percent: f64,
    /// Mean of what exceeds it.
    pub shortfall_ppm: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Procyclicality {
    pub asset: String,
    pub spacing: super::Spacing,
    pub rows: usize,
    pub variants: Vec<Variant>,
}

/// # Errors
/// What the risk crate refuses.
pub fn of(series: &Series<'_>) -> Result<Procyclicality> {
    let paths: Result<Vec<Path<'_>>> = series
        .tapes
        .iter()
        .map(|tape| {
            let market = Market::of(tape, series.spacing);
            let of =
                |params: &VolatilityParams| states(&tape.rows, params, market.variance_seed_e18);
            let year = VolatilityParams {
                half_life_long_seconds: YEAR_SECONDS,
                ..market.volatility
            };
            Ok(Path {
                rows: &tape.rows,
                states: of(&market.volatility)?,
                with_year: of(&year)?,
                market,
            })
        })
        .collect();
    let paths = paths?;
    let mut variants: Vec<Variant> = Vec::new();
    for anchor in Anchor::ALL {
        let listed_e4 = paths[0].market.margin.multiplier_e4;
        let multiplier_e4 = match variants.first() {
            None => listed_e4,
            Some(engine) => multiplier_e4_for(&paths, anchor, engine.mean_live_percent)?,
        };
        variants.push(variant(&paths, anchor, multiplier_e4)?);
    }
    Ok(Procyclicality {
        asset: series.asset.clone(),
        spacing: series.spacing,
        rows: paths.iter().map(|path| path.rows.len()).sum(),
        variants,
    })
}

struct Path<'a> {
    rows: &'a [crate::tape::Minute],
    states: Vec<Volatility>,
    with_year: Vec<Volatility>,
    market: Market,
}

impl Path<'_> {
    fn ratios(&self, anchor: Anchor, multiplier_e4: u32) -> Result<Vec<Ratio>> {
        let margin = anchor.margin(&self.market.margin, multiplier_e4);
        let of = |state: &Volatility| anchor.variance_e18(&self.market.volatility, state);
        let states = match anchor.source {
            Source::LargestWithYear => &self.with_year,
            _ => &self.states,
        };
        ratios(self.rows, states, &margin, of)
    }
}

fn mean_live_percent(paths: &[Path<'_>], anchor: Anchor, multiplier_e4: u32) -> Result<f64> {
    let mut lives = Vec::new();
    for path in paths {
        let ratios = path.ratios(anchor, multiplier_e4)?;
        lives.extend(ratios.iter().map(|ratio| percent(ratio.live_ppm)));
    }
    Ok(mean(lives).unwrap_or(0.0))
}

/// The least multiplier whose mean live ratio reaches `percent`: it grows with the multiplier.
fn multiplier_e4_for(paths: &[Path<'_>], anchor: Anchor, percent: f64) -> Result<u32> {
    let (mut low, mut high) = (0, MULTIPLIER_E4_MAX);
    while low + 10 < high {
        let middle = low.midpoint(high);
        if mean_live_percent(paths, anchor, middle)? < percent {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

fn variant(paths: &[Path<'_>], anchor: Anchor, multiplier_e4: u32) -> Result<Variant> {
    let (mut targets, mut lives) = (Vec::new(), Vec::new());
    let (mut excesses, mut tried) = (Vec::new(), 0_usize);
    for path in paths {
        let ratios = path.ratios(anchor, multiplier_e4)?;
        let series = |of: fn(&Ratio) -> u32| -> Vec<(i64, f64)> {
            let ratios = ratios.iter().map(|ratio| percent(of(ratio)));
            path.rows
                .iter()
                .map(|row| row.unix_seconds)
                .zip(ratios)
                .collect()
        };
        targets.push(series(|ratio| ratio.target_ppm));
        lives.push(series(|ratio| ratio.live_ppm));
        for (row, adverse) in worst_moves(path.rows, HOUR_SECONDS) {
            for size in [adverse.long, adverse.short] {
                tried += 1;
                let excess_ppm = size * 1e6 - f64::from(ratios[row].live_ppm);
                excesses.extend((excess_ppm > 0.0).then_some(excess_ppm));
            }
        }
    }
    let all = |series: &[Vec<(i64, f64)>]| mean(series.iter().flatten().map(|point| point.1));
    Ok(Variant {
        anchor,
        multiplier: f64::from(multiplier_e4) * 1e-4,
        mean_target_percent: all(&targets).unwrap_or(0.0),
        mean_live_percent: all(&lives).unwrap_or(0.0),
        target: cycle(&targets),
        live: cycle(&lives),
        exceeded_percent: excesses.len() as f64 / tried.max(1) as f64 * 100.0,
        shortfall_ppm: excesses.iter().sum::<f64>() / tried.max(1) as f64,
    })
}

fn cycle(series: &[Vec<(i64, f64)>]) -> Cycle {
    let rise = |window_seconds| {
        let rises = series
            .iter()
            .map(|points| largest_rise(points, window_seconds));
        rises.fold(1.0, f64::max)
    };
    let values = series.iter().flatten().map(|point| point.1);
    Cycle {
        peak_to_trough: peak_to_trough(values).unwrap_or(1.0),
        largest_rise_hour: rise(HOUR_SECONDS),
        largest_rise_day: rise(DAY_SECONDS),
    }
}

fn percent(ratio_ppm: u32) -> f64 {
    f64::from(ratio_ppm) * 1e-4
}
