//! The measures that a study compares by, each small enough to check by hand.

use std::collections::VecDeque;

/// How far a forecast variance lies from what came: y/h − ln(y/h) − 1, nothing where they agree, and
/// robust to noise in `realised` (Patton 2011). Both positive, in one unit.
pub fn qlike(forecast: f64, realised: f64) -> f64 {
    let ratio = realised / forecast;
    ratio - ratio.ln() - 1.0
}

/// One step of an exponential average by elapsed time.
pub fn ewma(old: f64, sample: f64, elapsed_seconds: f64, half_life_seconds: f64) -> f64 {
    let keep = (-elapsed_seconds / half_life_seconds).exp2();
    keep * old + (1.0 - keep) * sample
}

/// The range-based variance of a bar (Parkinson 1980): ln²(high/low) ÷ (4 ln 2).
pub fn parkinson(high: f64, low: f64) -> f64 {
    let range = (high / low).ln();
    range * range / (4.0 * std::f64::consts::LN_2)
}

pub fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values
        .into_iter()
        .fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// The largest over the smallest value.
pub fn peak_to_trough(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (low, high) = values
        .into_iter()
        .fold((f64::INFINITY, 0.0_f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
    (high > 0.0 && low > 0.0).then(|| high / low)
}

/// The largest factor by which a series rose from one time to another at most `window_seconds` later;
/// one where it never rose. `series` is in order of time.
pub fn largest_rise(series: &[(i64, f64)], window_seconds: i64) -> f64 {
    let mut largest = 1.0_f64;
    // Starts still in the window, rising in value: the front is the least.
    let mut starts: VecDeque<(i64, f64)> = VecDeque::new();
    for &(time, value) in series {
        while starts.front().is_some_and(|s| time - s.0 > window_seconds) {
            starts.pop_front();
        }
        if let Some(&(_, least)) = starts.front() {
            largest = largest.max(value / least);
        }
        while starts.back().is_some_and(|s| s.1 >= value) {
            starts.pop_back();
        }
        starts.push_back((time, value));
    }
    largest
}

/// The least of `sorted` that at most a share `beyond` of all exceed; `None` without values.
pub fn exceeded_by(sorted: &[f64], beyond: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let above = (beyond * sorted.len() as f64).floor() as usize;
    Some(sorted[last.saturating_sub(above)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(got: f64, wanted: f64) {
        assert!((got - wanted).abs() < 1e-10, "{got}, wanted {wanted}");
    }

    #[test]
    fn qlike_of_the_published_vector() {
        assert_near(qlike(2.0, 3.0), 0.094_534_891_9);
        assert_near(qlike(5.0, 5.0), 0.0);
        assert!(qlike(1.0, 2.0) > qlike(2.0, 1.0), "too low costs more");
    }

    #[test]
    fn an_average_by_hand() {
        // Half of the old after one half-life, a quarter after two.
        let one = ewma(8.0, 4.0, 60.0, 60.0);
        assert_near(one, 6.0);
        assert_near(ewma(one, 2.0, 120.0, 60.0), 3.0);
    }

    #[test]
    fn the_range_of_a_bar_by_hand() {
        assert_near(parkinson(105.0, 100.0), 8.585_767_16e-4);
    }

    #[test]
    fn peak_to_trough_by_hand() {
        assert_eq!(peak_to_trough([2.0, 5.0, 4.0, 3.0]), Some(2.5));
        assert_eq!(peak_to_trough([]), None);
    }

    #[test]
    fn a_rise_is_from_the_least_value_still_in_the_window() {
        let series = [(0, 1.0), (60, 2.0), (120, 3.0), (180, 1.5), (240, 4.5)];
        assert_near(largest_rise(&series, 60), 3.0);
        assert_near(largest_rise(&series, 59), 1.0);
        assert_near(largest_rise(&series, 120), 3.0);
        assert_near(largest_rise(&series, 240), 4.5);
        assert_near(largest_rise(&[(0, 3.0), (60, 2.0)], 60), 1.0);
    }

    #[test]
    fn a_quantile_is_exceeded_by_no_more_than_it_says() {
        let sorted = [1.0, 2.0, 3.0, 4.0];
        assert_eq!(exceeded_by(&sorted, 0.5), Some(2.0));
        assert_eq!(exceeded_by(&sorted, 0.25), Some(3.0));
        assert_eq!(exceeded_by(&sorted, 0.24), Some(4.0));
        assert_eq!(exceeded_by(&[], 0.5), None);
    }
}
