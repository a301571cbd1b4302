//! What generated tapes look like, as numbers that tests and `docs/tapes.md` share.

use super::ASSETS;
use crate::tape::statistics::TapeStatistics;

/// Share of seeds whose value lies in each stated range.
pub const STATED_SHARE: f64 = 0.95;

/// A measure of a whole generated day, and its range for each of [`ASSETS`].
pub struct Stated {
    pub measure: &'static str,
    pub value: fn(&TapeStatistics) -> f64,
    pub ranges: [(f64, f64); ASSETS.len()],
}

pub const STATED: [Stated; 8] = [
    Stated {
        measure: "annualised volatility, %",
        value: |of| of.volatility_percent,
        ranges: [(70.0, 105.0), (95.0, 135.0), (138.0, 195.0)],
    },
    Stated {
        measure: "excess kurtosis",
        value: |of| of.excess_kurtosis,
        ranges: [(10.0, 50.0), (13.0, 50.0), (16.0, 65.0)],
    },
    Stated {
        measure: "moves beyond 6 sigma",
        value: |of| of.large_moves as f64,
        ranges: [(2.0, 9.0), (2.0, 9.0), (2.0, 9.0)],
    },
    Stated {
        measure: "worst drop in 5 minutes, %",
        value: |of| of.drop_5_minutes.size_ppm as f64 / 1e4,
        ranges: [(3.0, 6.2), (4.5, 8.3), (7.0, 12.0)],
    },
    Stated {
        measure: "worst drop in 30 minutes, %",
        value: |of| of.drop_30_minutes.size_ppm as f64 / 1e4,
        ranges: [(7.5, 13.5), (11.0, 18.0), (16.5, 25.5)],
    },
    Stated {
        measure: "worst rise in 30 minutes, %",
        value: |of| of.rise_30_minutes.size_ppm as f64 / 1e4,
        ranges: [(1.8, 5.5), (2.6, 7.5), (3.8, 11.0)],
    },
    Stated {
        measure: "missing minutes, %",
        value: |of| of.missing_share() * 100.0,
        ranges: [(0.6, 3.6), (0.6, 3.6), (0.6, 3.6)],
    },
    Stated {
        measure: "median confidence, ppm",
        value: |of| of.confidence_median_ppm as f64,
        ranges: [(340.0, 400.0), (400.0, 470.0), (500.0, 590.0)],
    },
];
