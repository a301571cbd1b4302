//! An exponential average by elapsed time, for tapes that carry no slow price of their own.

/// After this time without a new price the old average has half its weight.
pub const EMA_HALF_LIFE_SECONDS: i64 = 3_600;

/// The average of the prices so far. Rows may be irregular: only elapsed time counts.
#[derive(Clone, Copy, Debug)]
pub struct Ema {
    unix_seconds: i64,
    value_e8: f64,
}

impl Ema {
    /// Starts at a known average, such as the first price.
    pub fn start(unix_seconds: i64, value_e8: u64) -> Self {
        Self {
            unix_seconds,
            value_e8: value_e8 as f64,
        }
    }

    /// Takes in a price at a later time and returns the average, rounded to the nearest 1e-8.
    pub fn update(&mut self, unix_seconds: i64, price_e8: u64) -> u64 {
        let elapsed_seconds = unix_seconds.saturating_sub(self.unix_seconds).max(0) as f64;
        let keep = (-elapsed_seconds / EMA_HALF_LIFE_SECONDS as f64).exp2();
        self.value_e8 = keep * self.value_e8 + (1.0 - keep) * price_e8 as f64;
        self.unix_seconds = unix_seconds;
        self.value_e8.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_step_is_taken_in_after_the_half_life() {
        let mut ema = Ema::start(0, 100_000);
        assert_eq!(ema.update(EMA_HALF_LIFE_SECONDS, 200_000), 150_000);
        assert_eq!(ema.update(3 * EMA_HALF_LIFE_SECONDS, 0), 37_500);
    }

    #[test]
    fn spacing_of_rows_does_not_matter() {
        let mut sparse = Ema::start(0, 5_000_000_000);
        let mut dense = sparse;
        let expected = sparse.update(900, 6_000_000_000);
        let got = (1..=15)
            .map(|step| dense.update(step * 60, 6_000_000_000))
            .last()
            .unwrap();
        assert!(got.abs_diff(expected) <= 1, "{got} {expected}");
    }
}
