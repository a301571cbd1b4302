//! What is expected rather than measured: implied volatility and forecasts posted by the risk operator.
//!
//! R-V7: an outlook may only raise the variance that margin is set from, never beyond a multiple of the
//! measured slow variance, and only until it expires. A wrong or stolen outlook therefore costs traders
//! margin within a known bound, never solvency.

use crate::error::{Result, RiskError};
use crate::math::mul_div_up;

/// One hundred, for multiples in hundredths.
const HUNDRED: u64 = 100;
/// 1e10 ÷ 31,536,000 (the seconds of a year) in lowest terms: squared basis points a year into 1e-18 a
/// second.
const PER_SECOND_NUMERATOR: u64 = 625_000;
const PER_SECOND_DENOMINATOR: u64 = 1_971;

/// One posted expectation of variance. All zeros is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// The expected variance per second, 1e-18; zero is none.
    pub variance_e18: u64,
    /// The last second in which it counts, Unix seconds.
    pub expires_seconds: i64,
}

impl Outlook {
    /// Whether the outlook counts at `now_seconds`; its last second is included.
    #[must_use]
    pub const fn is_current(&self, now_seconds: i64) -> bool {
        self.variance_e18 > 0 && now_seconds <= self.expires_seconds
    }
}

/// R-V7: the variance per second of an annual volatility (a year of 365 days), rounded up, 1e-18.
///
/// # Errors
/// [`RiskError::Overflow`] above 2.41 million per cent a year.
pub fn implied_variance_e18_up(annual_volatility_bps: u32) -> Result<u64> {
    let volatility = u64::from(annual_volatility_bps);
    // The square of 32 bits fits 64.
    let squared = volatility
        .checked_mul(volatility)
        .ok_or(RiskError::Overflow)?;
    mul_div_up(squared, PER_SECOND_NUMERATOR, PER_SECOND_DENOMINATOR)
}

/// R-V7: `measured_e18`, or the largest current outlook where that is more, each outlook counting up to
/// `multiple_e2` hundredths of `slow_e18` (rounded up, saturating). Never below `measured_e18`.
#[must_use]
pub fn raised_variance_e18(
    measured_e18: u64,
    slow_e18: u64,
    outlooks: &[Outlook],
    multiple_e2: u32,
    now_seconds: i64,
) -> u64 {
    let expected_e18 = outlooks
        .iter()
        .filter(|outlook| outlook.is_current(now_seconds))
        .map(|outlook| outlook.variance_e18)
        .max()
        .unwrap_or(0);
    if expected_e18 <= measured_e18 {
        return measured_e18;
    }
    // The divisor is not zero, so the only error is a rail beyond 64 bits: no rail.
    let rail_e18 = mul_div_up(slow_e18, u64::from(multiple_e2), HUNDRED).unwrap_or(u64::MAX);
    measured_e18.max(expected_e18.min(rail_e18))
}
