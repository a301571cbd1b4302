//! Guarded mode: a pause of risk, short and rare by construction, while a lone print is doubted.
//!
//! Rules R-G1 … R-G4. A print that leaves the band about the last one used is used all the same, but
//! until the next print comes, and for `guard_seconds` at the most, no new risk is taken, withdrawals
//! are valued at the worse of the print and the price before it, and forced reductions wait. Owners
//! reduce as ever. The next print ends the guard whatever it says: two prints in a row are the market.

use crate::error::{Result, RiskError};
use crate::math::{mul_div_up, sqrt_up};
use crate::volatility::winsorised_return;

/// Twice one in 1e-9: the largest symmetric return.
const TWO_E9: u64 = 2_000_000_000;
/// One hundred, for bands in hundredths of a sigma.
const HUNDRED: u64 = 100;
/// 1e-9 in a millionth.
const E9_PER_PPM: u64 = 1_000;
/// `rest_seconds` is at least so many times `guard_seconds` (R-G4).
pub const REST_GUARDS_MIN: u64 = 4;

/// When a print is doubted and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardParams {
    /// A return beyond so many sigmas of its own horizon is doubted, hundredths of a sigma.
    pub band_sigmas_e2: u32,
    /// No smaller return is doubted, ppm; by asset class.
    pub band_floor_ppm: u32,
    /// The longest a guard lasts, seconds; zero for none.
    pub guard_seconds: u32,
    /// The least time between the beginnings of two guards, seconds, at least
    /// [`REST_GUARDS_MIN`]` · guard_seconds`.
    pub rest_seconds: u32,
}

/// One price as it was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// Price, 1e-8, positive and below 2^62.
    pub price_e8: u64,
    /// Publish time, Unix seconds.
    pub publish_seconds: i64,
}

/// What a print did to the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: no guard was open and none is now.
    Quiet,
    /// The print is doubted: a guard begins.
    Doubted,
    /// The print lies within the band of the reference: the doubted one was alone.
    Reverted,
    /// The print lies beyond the band of the reference as well: the move is real.
    Confirmed,
}

/// The state of one market's guard. All zeros is a market that never was guarded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// The price before the doubted print, 1e-8; zero where no guard is open.
    pub reference_price_e8: u64,
    /// When the last guard began, by the clock, Unix seconds.
    pub since_seconds: i64,
}

impl Guard {
    /// Whether the market is guarded at `now_seconds` (R-G4): no new risk, withdrawals at
    /// [`Guard::worse_price_e8`], no forced reduction.
    #[must_use]
    pub fn is_active(&self, params: &GuardParams, now_seconds: i64) -> bool {
        let elapsed = now_seconds.saturating_sub(self.since_seconds);
        self.reference_price_e8 != 0 && elapsed < i64::from(params.guard_seconds)
    }

    /// R-G2: the price at which a withdrawal values a long (or a short) position: the worse of the
    /// price and the reference while guarded, else the price. 1e-8.
    #[must_use]
    pub fn worse_price_e8(
        &self,
        params: &GuardParams,
        price_e8: u64,
        is_long: bool,
        now_seconds: i64,
    ) -> u64 {
        if !self.is_active(params, now_seconds) {
            price_e8
        } else if is_long {
            price_e8.min(self.reference_price_e8)
        } else {
            price_e8.max(self.reference_price_e8)
        }
    }

    /// R-G2, R-G3, R-G4: the guard after `print`, where `last` is the print used before it and
    /// `variance_e18` the recent variance before it
    /// ([`crate::volatility::Volatility::recent_variance_e18`]).
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] where the rest is shorter than R-G4 says,
    /// [`RiskError::PriceNotNewer`] where the print is not later than the last,
    /// [`RiskError::PriceInvalid`] for a price of zero or beyond 2^62.
    pub fn after(
        &self,
        params: &GuardParams,
        variance_e18: u64,
        last: Print,
        print: Print,
        now_seconds: i64,
    ) -> Result<(Self, Verdict)> {
        let rest_min = u64::from(params.guard_seconds).saturating_mul(REST_GUARDS_MIN);
        if u64::from(params.rest_seconds) < rest_min {
            return Err(RiskError::ParameterOutOfRange);
        }
        let elapsed = print
            .publish_seconds
            .checked_sub(last.publish_seconds)
            .and_then(|elapsed| u64::try_from(elapsed).ok())
            .filter(|elapsed| *elapsed > 0)
            .ok_or(RiskError::PriceNotNewer)?;
        let band_e9 = band_e9_up(params, variance_e18, elapsed);
        let leaves = |from_e8: u64| -> Result<bool> {
            // Up to the largest return there is, nothing is winsorised.
            let (return_e9, _) = winsorised_return(from_e8, print.price_e8, TWO_E9)?;
            Ok(return_e9 > band_e9)
        };
        let closed = Self {
            reference_price_e8: 0,
            since_seconds: self.since_seconds,
        };
        if self.is_active(params, now_seconds) {
            // R-G3: either way; the rest lets this print begin no other.
            return Ok(if leaves(self.reference_price_e8)? {
                (closed, Verdict::Confirmed)
            } else {
                (closed, Verdict::Reverted)
            });
        }
        let rested =
            now_seconds.saturating_sub(self.since_seconds) >= i64::from(params.rest_seconds);
        if rested && leaves(last.price_e8)? {
            let open = Self {
                reference_price_e8: last.price_e8,
                since_seconds: now_seconds,
            };
            return Ok((open, Verdict::Doubted));
        }
        Ok((closed, Verdict::Quiet))
    }
}

/// R-G1: how far a print may lie from another without being doubted, as a symmetric return, rounded up,
/// 1e-9: so many sigmas of the seconds between their publish times, and never less than the floor.
#[must_use]
pub fn band_e9_up(params: &GuardParams, variance_e18: u64, elapsed_seconds: u64) -> u64 {
    let floor_e9 = u64::from(params.band_floor_ppm).saturating_mul(E9_PER_PPM);
    // Where this saturates, half a sigma already exceeds every symmetric return.
    let sigma_e9 = sqrt_up(variance_e18.saturating_mul(elapsed_seconds));
    // A root of 33 bits times 32 bits, over a hundred, fits 64.
    mul_div_up(sigma_e9, u64::from(params.band_sigmas_e2), HUNDRED)
        .unwrap_or(u64::MAX)
        .max(floor_e9)
}
