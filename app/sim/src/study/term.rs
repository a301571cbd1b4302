//! How often, and by how much, the term structure of volatility lifts the initial ratio (R-M9).

use plimsoll_risk::margin::{side_ratios, SideParams};
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::volatility::Volatility;
use plimsoll_risk::Result;
use serde::Serialize;

use crate::tape::Tape;

use super::engine::{ratios, states, Market};
use super::sides::{worst_moves, Adverse};
use super::statistics::{exceeded_by, mean};
use super::{Series, Spacing};

/// What is tried as cap of the slope.
pub const SLOPE_CAPS_PPM: [u32; 2] = [1_500_000, 2_000_000];

#[derive(Clone, Debug, Serialize)]
pub struct Lift {
    pub slope_cap_ppm: u32,
    /// Share of times at which the slope is at its cap or above.
    pub capped_percent: f64,
    /// Share of times at which the initial ratio is higher than without.
    pub lifted_percent: f64,
    /// Mean of the initial ratio over that without, at the times when it is lifted.
    pub mean_lift: f64,
    /// Mean of the initial ratio over that without, at all times.
    pub mean_lift_overall: f64,
    pub largest_initial_percent: f64,
    /// Share of the times with a slope above one at which the worst move ahead exceeds the initial
    /// ratio, long and short.
    pub exceeded_rising_percent: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Term {
    pub asset: String,
    pub spacing: Spacing,
    pub rows: usize,
    /// Share of times at which the fast variance exceeds the slow one.
    pub rising_percent: f64,
    pub slope_median_of_rising: f64,
    pub slope_q99: f64,
    pub slope_largest: f64,
    /// How far ahead moves are compared with the initial ratio: a day for hours, an hour for minutes.
    pub window_seconds: i64,
    /// Share of times at which they exceed it without a lift, slope above one and not.
    pub exceeded_unlifted_percent: [f64; 2],
    pub lifts: Vec<Lift>,
}

/// One time: slope, and the initial ratio without it and with each cap, ppm.
struct Point {
    slope: f64,
    initials_ppm: [u32; 3],
    /// The worst move ahead against either side, where the tape tells.
    adverse: Option<Adverse>,
}

impl Point {
    /// How many of the two sides' moves exceed the initial ratio with cap `number`, and of how many.
    fn exceeded(&self, number: usize) -> (usize, usize) {
        let Some(adverse) = self.adverse else {
            return (0, 0);
        };
        let limit_ppm = f64::from(self.initials_ppm[number]);
        let sizes = [adverse.long, adverse.short];
        let exceeded = sizes.iter().filter(|size| **size * 1e6 > limit_ppm).count();
        (exceeded, sizes.len())
    }

    fn lift(&self, number: usize) -> f64 {
        f64::from(self.initials_ppm[number]) / f64::from(self.initials_ppm[0])
    }
}

/// # Errors
/// What the risk crate refuses.
pub fn of(series: &Series<'_>) -> Result<Term> {
    let window_seconds = match series.spacing {
        Spacing::Minutes => 3_600,
        Spacing::Hours => 86_400,
    };
    let mut points = Vec::new();
    for tape in &series.tapes {
        points.extend(points_of(tape, series.spacing, window_seconds)?);
    }
    let mut slopes: Vec<f64> = points.iter().map(|point| point.slope).collect();
    slopes.sort_unstable_by(f64::total_cmp);
    let rising = &slopes[slopes.partition_point(|slope| *slope <= 1.0)..];
    let lifts = SLOPE_CAPS_PPM.iter().zip(1..);
    Ok(Term {
        asset: series.asset.clone(),
        spacing: series.spacing,
        rows: slopes.len(),
        rising_percent: share_percent(rising.len(), slopes.len()),
        slope_median_of_rising: exceeded_by(rising, 0.5).unwrap_or(1.0),
        slope_q99: exceeded_by(&slopes, 0.01).unwrap_or(1.0),
        slope_largest: slopes.last().copied().unwrap_or(1.0),
        window_seconds,
        exceeded_unlifted_percent: [true, false].map(|rising| exceeded_percent(&points, rising, 0)),
        lifts: lifts
            .map(|(cap, number)| lift(*cap, number, &points))
            .collect(),
    })
}

fn points_of(tape: &Tape, spacing: Spacing, window_seconds: i64) -> Result<Vec<Point>> {
    let market = Market::of(tape, spacing);
    let states = states(&tape.rows, &market.volatility, market.variance_seed_e18)?;
    let of = |state: &Volatility| state.variance_e18(&market.volatility);
    let mut points = Vec::with_capacity(tape.rows.len());
    for ratio in ratios(&tape.rows, &states, &market.margin, of)? {
        let initial_ppm = |slope_cap_ppm| -> Result<u32> {
            let side = SideParams {
                slope_cap_ppm,
                ..SideParams::EVEN
            };
            let (target, live) = (ratio.target_ppm, ratio.live_ppm);
            let held = side_ratios(&market.margin, &side, target, live, ratio.slope_ppm)?;
            Ok(held.long.initial_ppm)
        };
        points.push(Point {
            slope: f64::from(ratio.slope_ppm) * 1e-6,
            initials_ppm: [
                initial_ppm(ONE_PPM)?,
                initial_ppm(SLOPE_CAPS_PPM[0])?,
                initial_ppm(SLOPE_CAPS_PPM[1])?,
            ],
            adverse: None,
        });
    }
    for (row, adverse) in worst_moves(&tape.rows, window_seconds) {
        points[row].adverse = Some(adverse);
    }
    Ok(points)
}

fn exceeded_percent(points: &[Point], rising: bool, number: usize) -> f64 {
    let points = points.iter().filter(|point| (point.slope > 1.0) == rising);
    let (exceeded, all) = points.fold((0, 0), |sums, point| {
        let (exceeded, all) = point.exceeded(number);
        (sums.0 + exceeded, sums.1 + all)
    });
    share_percent(exceeded, all)
}

fn lift(slope_cap_ppm: u32, number: usize, points: &[Point]) -> Lift {
    let cap = f64::from(slope_cap_ppm) * 1e-6;
    let lifts = || points.iter().map(|point| point.lift(number));
    let lifted = || lifts().filter(|lift| *lift > 1.0);
    let capped = points.iter().filter(|point| point.slope >= cap).count();
    let initials = points.iter().map(|point| point.initials_ppm[number]);
    Lift {
        slope_cap_ppm,
        capped_percent: share_percent(capped, points.len()),
        lifted_percent: share_percent(lifted().count(), points.len()),
        mean_lift: mean(lifted()).unwrap_or(1.0),
        mean_lift_overall: mean(lifts()).unwrap_or(1.0),
        largest_initial_percent: f64::from(initials.max().unwrap_or(0)) * 1e-4,
        exceeded_rising_percent: exceeded_percent(points, true, number),
    }
}

fn share_percent(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64 * 100.0
}
