//! Outlooks in rationals.

use super::rational::{ratio, whole, Rational};
use num_bigint::BigInt;
use plimsoll_risk::outlook::Outlook;

/// R-V7: (volatility ÷ 100 %)² in 1e-18 over the seconds of a year, without rounding.
pub fn implied_e18(annual_volatility_bps: u32) -> Rational {
    let volatility = ratio(annual_volatility_bps, 10_000);
    let unit = ratio(1_000_000_000_000_000_000_u64, 365 * 24 * 60 * 60);
    volatility.clone() * volatility * unit
}

/// R-V7: each outlook is cut to the rail first and the largest taken then.
pub fn raised_e18(
    measured_e18: u64,
    slow_e18: u64,
    outlooks: &[Outlook],
    multiple_e2: u32,
    now_seconds: i64,
) -> BigInt {
    let rail = (whole(slow_e18) * ratio(multiple_e2, 100)).ceil();
    let mut raised = BigInt::from(measured_e18);
    for outlook in outlooks {
        if outlook.expires_seconds >= now_seconds {
            raised = raised.max(rail.clone().min(outlook.variance_e18.into()));
        }
    }
    raised
}
