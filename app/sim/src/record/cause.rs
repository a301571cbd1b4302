//! Why an account was below a line: the price moved, or its margin rose.

use serde::{Deserialize, Serialize};

use crate::text::{dollars, percent_of_ppm};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// Losses: at the margin ratios of its last safe minute the account would be below the line too.
    Price,
    /// At those ratios it would still be above the line.
    MarginRise,
}

impl Driver {
    pub fn name(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::MarginRise => "margin rise",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    pub driver: Driver,
    /// One sentence with the numbers that decide it.
    pub text: String,
}

/// An account against one of its lines at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub equity_q: i64,
    /// At this line.
    pub requirement_q: u64,
    /// Of all positions.
    pub notional_q: u64,
}

impl Standing {
    /// Requirement over notional; zero without a notional.
    fn ratio_ppm(&self) -> u64 {
        let scaled = u128::from(self.requirement_q) * 1_000_000;
        scaled.checked_div(u128::from(self.notional_q)).unwrap_or(0) as u64
    }
}

impl Cause {
    /// Compares the account below a line with its last minute above that line.
    ///
    /// `requirement_at_safe_ratios_q` is today's positions at today's prices against the margin ratios of
    /// the safe minute. Equity at or above it means that the ratios alone brought the account below.
    pub fn of(safe: &Standing, now: &Standing, requirement_at_safe_ratios_q: u64) -> Self {
        let covered = i128::from(now.equity_q) >= i128::from(requirement_at_safe_ratios_q);
        let driver = if covered {
            Driver::MarginRise
        } else {
            Driver::Price
        };
        let (before, after) = (
            percent_of_ppm(safe.ratio_ppm()),
            percent_of_ppm(now.ratio_ppm()),
        );
        let equity = dollars(now.equity_q);
        let needed = dollars(saturated(now.requirement_q));
        let needed_then = dollars(saturated(requirement_at_safe_ratios_q));
        let text = match driver {
            Driver::MarginRise => format!(
                "requirement rose from {before} to {after} of notional: equity {equity} is below \
                 {needed}, but would cover {needed_then} at the earlier ratios"
            ),
            Driver::Price => format!(
                "equity went from {} to {equity}, below {needed}; at the earlier ratios {needed_then} \
                 would be needed ({before} of notional, now {after})",
                dollars(safe.equity_q)
            ),
        };
        Self { driver, text }
    }
}

fn saturated(amount_q: u64) -> i64 {
    i64::try_from(amount_q).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAFE: Standing = Standing {
        equity_q: 1_000_000_000,
        requirement_q: 500_000_000,
        notional_q: 10_000_000_000,
    };

    #[test]
    fn equal_equity_and_higher_ratios_are_a_margin_rise() {
        let now = Standing {
            requirement_q: 1_200_000_000,
            ..SAFE
        };
        let cause = Cause::of(&SAFE, &now, 500_000_000);
        assert_eq!(cause.driver, Driver::MarginRise);
        assert_eq!(
            cause.text,
            "requirement rose from 5.00 % to 12.00 % of notional: equity $1,000.00 is below \
             $1,200.00, but would cover $500.00 at the earlier ratios"
        );
    }

    #[test]
    fn losses_at_unchanged_ratios_are_the_price() {
        let now = Standing {
            equity_q: -40_000_000,
            requirement_q: 450_000_000,
            notional_q: 9_000_000_000,
        };
        let cause = Cause::of(&SAFE, &now, 450_000_000);
        assert_eq!(cause.driver, Driver::Price);
        assert_eq!(
            cause.text,
            "equity went from $1,000.00 to −$40.00, below $450.00; at the earlier ratios $450.00 \
             would be needed (5.00 % of notional, now 5.00 %)"
        );
    }

    #[test]
    fn the_line_itself_counts_as_covered() {
        let now = Standing {
            equity_q: 500_000_000,
            requirement_q: 600_000_000,
            ..SAFE
        };
        assert_eq!(
            Cause::of(&SAFE, &now, 500_000_000).driver,
            Driver::MarginRise
        );
        assert_eq!(Cause::of(&SAFE, &now, 500_000_001).driver, Driver::Price);
    }

    #[test]
    fn no_notional_is_no_division_by_zero() {
        let nothing = Standing {
            equity_q: 0,
            requirement_q: 0,
            notional_q: 0,
        };
        assert!(Cause::of(&nothing, &nothing, 0)
            .text
            .contains("0.00 % to 0.00 %"));
    }
}
