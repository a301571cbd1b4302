//! When a conditional order is touched, and what an immediate exit is worth.

use crate::error::{Result, RiskError};
use crate::math::mul_div_up;
use crate::units::ONE_PPM_U64;

/// Which prices a conditional order waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaited {
    /// Better ones, as a limit or a take-profit does: a buy those at or below its trigger, a sale those at or
    /// above.
    Better,
    /// Worse ones, as a stop does: a buy those at or above its trigger, a sale those at or below.
    Worse,
}

impl Awaited {
    /// R-O6: whether a price touches the trigger of an order that buys, or sells.
    #[must_use]
    pub fn is_touched(self, buys: bool, trigger_price_e8: u64, price_e8: u64) -> bool {
        if buys == (self == Self::Better) {
            price_e8 <= trigger_price_e8
        } else {
            price_e8 >= trigger_price_e8
        }
    }
}

/// R-O9: the price of an immediate exit: for who buys the highest of the price, the price with its confidence
/// added, rounded up, and the slow price; for who sells the lowest, with the confidence taken off.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits or below zero.
pub fn exit_price_e8(
    buys: bool,
    price_e8: u64,
    confidence_ppm: u32,
    slow_price_e8: u64,
) -> Result<u64> {
    let confidence_e8 = mul_div_up(price_e8, u64::from(confidence_ppm), ONE_PPM_U64)?;
    let worst_e8 = if buys {
        price_e8
            .checked_add(confidence_e8)
            .map(|high_e8| high_e8.max(slow_price_e8))
    } else {
        price_e8
            .checked_sub(confidence_e8)
            .map(|low_e8| low_e8.min(slow_price_e8))
    };
    worst_e8.ok_or(RiskError::Overflow)
}
