//! What a price feed said, in the units of this crate, and whether it may be used.

use crate::error::{Result, RiskError};
use crate::math::mul_div_up;
use crate::units::ONE_PPM_U64;

/// The smallest exponent accepted.
pub const EXPONENT_MIN: i32 = -12;
/// Prices are below 2^62 in 1e-8, so that sums and differences of two never overflow.
const PRICE_E8_MAX: u64 = 1 << 62;

/// One update of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceReading {
    /// Price, 1e-8, positive.
    pub price_e8: u64,
    /// Confidence, 1e-8.
    pub confidence_e8: u64,
    /// Confidence as a share of the price, by the feed's own digits, rounded up, saturating, ppm.
    pub confidence_ppm: u64,
    /// The feed's own slow (exponentially averaged) price, 1e-8, positive.
    pub slow_price_e8: u64,
    /// When the update was published, Unix seconds.
    pub publish_seconds: i64,
    /// When the update before it was published, Unix seconds.
    pub previous_publish_seconds: i64,
}

/// What a feed carries, before conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawReading {
    /// Price times 10^-`exponent`.
    pub price: i64,
    /// Confidence times 10^-`exponent`.
    pub confidence: u64,
    /// Slow price times 10^-`exponent`.
    pub slow_price: i64,
    /// Exponent, [`EXPONENT_MIN`]`..=0`.
    pub exponent: i32,
    /// Publish time, Unix seconds.
    pub publish_seconds: i64,
    /// Publish time of the update before, Unix seconds.
    pub previous_publish_seconds: i64,
}

impl PriceReading {
    /// Converts a raw reading; prices are rounded down, confidence up.
    ///
    /// # Errors
    /// [`RiskError::ExponentOutOfRange`], or [`RiskError::PriceInvalid`] where a price is not
    /// positive or not below 2^62 after conversion.
    pub fn from_raw(raw: &RawReading) -> Result<Self> {
        let price = u64::try_from(raw.price).map_err(|_| RiskError::PriceInvalid)?;
        let slow_price = u64::try_from(raw.slow_price).map_err(|_| RiskError::PriceInvalid)?;
        let reading = Self {
            price_e8: rescale(price, raw.exponent, Rounding::Down)?,
            confidence_e8: rescale(raw.confidence, raw.exponent, Rounding::Up)?,
            // Both have one exponent: of a price of a few 1e-8 little would be left to divide by.
            confidence_ppm: mul_div_up(raw.confidence, ONE_PPM_U64, price).unwrap_or(u64::MAX),
            slow_price_e8: rescale(slow_price, raw.exponent, Rounding::Down)?,
            publish_seconds: raw.publish_seconds,
            previous_publish_seconds: raw.previous_publish_seconds,
        };
        let valid = |price_e8: u64| price_e8 > 0 && price_e8 < PRICE_E8_MAX;
        if !valid(reading.price_e8) || !valid(reading.slow_price_e8) {
            return Err(RiskError::PriceInvalid);
        }
        Ok(reading)
    }

    /// Confidence as a share of the price, rounded up, ppm.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 32 bits.
    pub fn confidence_ppm_up(&self) -> Result<u32> {
        u32::try_from(self.confidence_ppm).map_err(|_| RiskError::Overflow)
    }

    /// R-P3, R-P6: an update that may be used at all: not from the future, not too uncertain.
    ///
    /// # Errors
    /// [`RiskError::PriceFromFuture`], [`RiskError::ConfidenceTooWide`].
    pub fn check_usable(&self, confidence_ppm_max: u32, now_seconds: i64) -> Result<()> {
        if self.publish_seconds > now_seconds {
            return Err(RiskError::PriceFromFuture);
        }
        if self.confidence_ppm > u64::from(confidence_ppm_max) {
            return Err(RiskError::ConfidenceTooWide);
        }
        Ok(())
    }

    /// R-P4, R-P5: an update that may become a market's current price: recent, and later than the
    /// last one used.
    ///
    /// # Errors
    /// [`RiskError::PriceTooOld`], [`RiskError::PriceNotNewer`].
    pub fn check_current(
        &self,
        age_seconds_max: u32,
        last_publish_seconds: i64,
        now_seconds: i64,
    ) -> Result<()> {
        check_age(self.publish_seconds, age_seconds_max, now_seconds)?;
        if self.publish_seconds <= last_publish_seconds {
            return Err(RiskError::PriceNotNewer);
        }
        Ok(())
    }

    /// R-O1: whether this is the one update that settles an order of `target_seconds` (place time
    /// plus delay): the first one published at or after it. A feed's updates are a chain of publish
    /// times, so exactly one update satisfies it, whoever brings it and whenever.
    #[must_use]
    pub fn settles(&self, target_seconds: i64) -> bool {
        self.previous_publish_seconds < target_seconds && target_seconds <= self.publish_seconds
    }
}

/// R-P4: fails where `then_seconds` lies more than `age_seconds_max` before `now_seconds`.
///
/// # Errors
/// [`RiskError::PriceTooOld`].
pub fn check_age(then_seconds: i64, age_seconds_max: u32, now_seconds: i64) -> Result<()> {
    let age = now_seconds
        .checked_sub(then_seconds)
        .ok_or(RiskError::Overflow)?;
    if age > i64::from(age_seconds_max) {
        return Err(RiskError::PriceTooOld);
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Rounding {
    Up,
    Down,
}

/// `value · 10^exponent` in 1e-8.
fn rescale(value: u64, exponent: i32, rounding: Rounding) -> Result<u64> {
    if !(EXPONENT_MIN..=0).contains(&exponent) {
        return Err(RiskError::ExponentOutOfRange);
    }
    let shift = exponent.saturating_add(8);
    let power = 10_u64
        .checked_pow(shift.unsigned_abs())
        .ok_or(RiskError::Overflow)?;
    if shift >= 0 {
        return value.checked_mul(power).ok_or(RiskError::PriceInvalid);
    }
    let down = value.checked_div(power).ok_or(RiskError::DivisionByZero)?;
    Ok(match rounding {
        Rounding::Down => down,
        Rounding::Up => value.div_ceil(power),
    })
}
