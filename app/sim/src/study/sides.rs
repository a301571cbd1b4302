//! How often the worst move of the next ten minutes or hour exceeds what each side is held to, and the
//! weight of the short side at which both are exceeded alike.

use plimsoll_risk::margin::{side_ratios, SideParams};
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::volatility::Volatility;
use plimsoll_risk::Result;
use serde::Serialize;

use crate::tape::Minute;

use super::engine::{ratios, states, Market};
use super::statistics::exceeded_by;
use super::{Series, Spacing};

/// What is tried as weight of the short side.
pub const SHORT_WEIGHTS_PPM: [u32; 3] = [ONE_PPM, 900_000, 850_000];
/// Shares beyond which quantiles are compared.
pub const QUANTILES_BEYOND: [f64; 3] = [0.01, 0.005, 0.001];

/// The worst price in a window against each side, as a share of the price at its start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adverse {
    pub long: f64,
    pub short: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Exceeded {
    pub short_weight_ppm: u32,
    pub long: u64,
    pub short: u64,
}

/// A quantile of the worst move over the target, and what the short side's is of the long one's.
#[derive(Clone, Debug, Serialize)]
pub struct Quantile {
    pub beyond: f64,
    pub long: f64,
    pub short: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Sides {
    pub asset: String,
    pub spacing: Spacing,
    pub window_seconds: i64,
    pub times: usize,
    pub exceeded: Vec<Exceeded>,
    /// The short weight that makes shorts exceed as often as longs do at one; the floor left out.
    pub equalising_weight: f64,
    /// The same by the earlier and the later half of the times alone.
    pub equalising_weight_by_half: [f64; 2],
    pub quantiles: Vec<Quantile>,
}

/// # Errors
/// What the risk crate refuses.
pub fn of(series: &Series<'_>) -> Result<Vec<Sides>> {
    let windows: &[i64] = match series.spacing {
        Spacing::Minutes => &[600, 3_600],
        Spacing::Hours => &[3_600],
    };
    let all = windows.iter().map(|window| of_window(series, *window));
    Ok(all
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

fn of_window(series: &Series<'_>, window_seconds: i64) -> Result<Option<Sides>> {
    let mut exceeded = SHORT_WEIGHTS_PPM.map(|short_weight_ppm| Exceeded {
        short_weight_ppm,
        long: 0,
        short: 0,
    });
    let (mut longs, mut shorts) = (Vec::new(), Vec::new());
    for tape in &series.tapes {
        let market = Market::of(tape, series.spacing);
        let states = states(&tape.rows, &market.volatility, market.variance_seed_e18)?;
        let of = |state: &Volatility| state.variance_e18(&market.volatility);
        let ratios = ratios(&tape.rows, &states, &market.margin, of)?;
        for (row, adverse) in worst_moves(&tape.rows, window_seconds) {
            let target_ppm = ratios[row].target_ppm;
            longs.push(adverse.long / (f64::from(target_ppm) * 1e-6));
            shorts.push(adverse.short / (f64::from(target_ppm) * 1e-6));
            for tried in &mut exceeded {
                let side = SideParams {
                    short_weight_ppm: tried.short_weight_ppm,
                    ..SideParams::EVEN
                };
                let held = side_ratios(&market.margin, &side, target_ppm, target_ppm, ONE_PPM)?;
                tried.long += u64::from(adverse.long * 1e6 > f64::from(held.long.call_ppm));
                tried.short += u64::from(adverse.short * 1e6 > f64::from(held.short.call_ppm));
            }
        }
    }
    let half = longs.len() / 2;
    let equalising = [
        equalising_weight(&longs, &shorts),
        equalising_weight(&longs[..half], &shorts[..half]),
        equalising_weight(&longs[half..], &shorts[half..]),
    ];
    let [Some(all), Some(earlier), Some(later)] = equalising else {
        return Ok(None);
    };
    longs.sort_unstable_by(f64::total_cmp);
    shorts.sort_unstable_by(f64::total_cmp);
    let quantiles = QUANTILES_BEYOND.map(|beyond| Quantile {
        beyond,
        long: exceeded_by(&longs, beyond).unwrap_or(0.0),
        short: exceeded_by(&shorts, beyond).unwrap_or(0.0),
    });
    Ok(Some(Sides {
        asset: series.asset.clone(),
        spacing: series.spacing,
        window_seconds,
        times: longs.len(),
        exceeded: exceeded.into(),
        equalising_weight: all,
        equalising_weight_by_half: [earlier, later],
        quantiles: quantiles.into(),
    }))
}

/// The quantile of the shorts' moves over the target beyond which as many lie as longs beyond one.
fn equalising_weight(longs: &[f64], shorts: &[f64]) -> Option<f64> {
    let beyond = longs.iter().filter(|size| **size > 1.0).count();
    let mut sorted = shorts.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    exceeded_by(&sorted, beyond as f64 / longs.len().max(1) as f64)
}

/// The worst low and high of the bars that begin within `window_seconds` of each row's time, its own
/// included, where the tape is not silent for the last tenth of the window or more.
pub fn worst_moves(rows: &[Minute], window_seconds: i64) -> Vec<(usize, Adverse)> {
    let spacings = rows
        .windows(2)
        .map(|pair| pair[1].unix_seconds - pair[0].unix_seconds);
    let usual_seconds = spacings.min().unwrap_or(0);
    let mut moves = Vec::new();
    for (row, first) in rows.iter().enumerate() {
        let inside = rows[row..]
            .iter()
            .take_while(|bar| bar.unix_seconds - first.unix_seconds < window_seconds);
        let (mut low, mut high, mut bars) = (u64::MAX, 0, 0);
        for bar in inside {
            low = low.min(bar.low_e8);
            high = high.max(bar.high_e8);
            bars += 1;
        }
        // The row after the window shows that the tape did not end in it.
        let Some(next) = rows.get(row + bars) else {
            break;
        };
        let end = first.unix_seconds + window_seconds;
        let told = rows[row + bars - 1].unix_seconds + usual_seconds;
        if (end.min(next.unix_seconds) - told) * 10 >= window_seconds {
            continue;
        }
        let price = first.price_e8 as f64;
        let adverse = Adverse {
            long: (price - low as f64) / price,
            short: (high as f64 - price) / price,
        };
        moves.push((row, adverse));
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(minute: i64, price: u64, high: u64, low: u64) -> Minute {
        Minute {
            unix_seconds: minute * 60,
            open_e8: price,
            high_e8: high,
            low_e8: low,
            close_e8: price,
            price_e8: price,
            confidence_e8: 0,
            ema_price_e8: price,
        }
    }

    #[test]
    fn the_worst_move_is_that_of_the_window_and_no_later_bar() {
        let mut rows: Vec<Minute> = (0..12).map(|minute| bar(minute, 100, 101, 99)).collect();
        rows[9].low_e8 = 90;
        rows[10].high_e8 = 120;
        let moves = worst_moves(&rows, 600);
        let at = |row: usize| moves.iter().find(|(at, _)| *at == row).unwrap().1;
        assert_eq!((at(0).long, at(0).short), (0.1, 0.01));
        assert_eq!((at(1).long, at(1).short), (0.1, 0.2));
        assert_eq!(
            moves.len(),
            2,
            "a window beyond the tape's end is not judged"
        );
    }

    #[test]
    fn a_window_whose_end_is_silent_is_not_judged() {
        let rows = [
            bar(0, 100, 101, 99),
            bar(1, 100, 101, 99),
            bar(30, 50, 50, 50),
        ];
        assert_eq!(worst_moves(&rows, 600), []);
    }
}
