//! What a fill costs: the price, a premium for skew, a spread for forced reductions, fees.

use crate::error::{Result, RiskError};
use crate::math::{add, mul_div_down, mul_div_up, negate, to_i64};
use crate::position::Fill;
use crate::units::{cost_up, notional_down, notional_up, share_up, ONE_PPM, ONE_PPM_U64};

/// R-T1: the premium for moving the skew from `skew_lots` by `lots`: notional times the mean skew of
/// the move over `skew_scale_lots`, rounded up. It is the integral of `skew ÷ scale` along the trade,
/// so it does not depend on how the trade is split; what reduces skew is paid (negative).
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits, [`RiskError::DivisionByZero`] for a zero scale.
pub fn premium_up(
    lots: i64,
    skew_lots: i64,
    price_e8: u64,
    lot_divisor: u64,
    skew_scale_lots: u64,
) -> Result<i64> {
    // Twice the mean skew: before plus after.
    let twice_mean = add(add(skew_lots, skew_lots)?, lots)?;
    let twice_scale = skew_scale_lots.checked_mul(2).ok_or(RiskError::Overflow)?;
    let size = lots.unsigned_abs();
    let mean = twice_mean.unsigned_abs();
    if (twice_mean >= 0) == (lots >= 0) {
        to_i64(mul_div_up(
            notional_up(size, price_e8, lot_divisor)?,
            mean,
            twice_scale,
        )?)
    } else {
        negate(mul_div_down(
            notional_down(size, price_e8, lot_divisor)?,
            mean,
            twice_scale,
        )?)
    }
}

/// R-T2: a fill of an order at the settling update's price plus the premium for skew.
///
/// # Errors
/// As [`premium_up`].
pub fn order_fill(
    lots: i64,
    skew_lots: i64,
    price_e8: u64,
    lot_divisor: u64,
    skew_scale_lots: u64,
) -> Result<Fill> {
    let premium_q = premium_up(lots, skew_lots, price_e8, lot_divisor, skew_scale_lots)?;
    Ok(Fill {
        lots,
        cost_q: add(cost_up(lots, price_e8, lot_divisor)?, premium_q)?,
    })
}

/// R-T3: a forced reduction by `lots` (signed, the side that trades) at the price, worse for the account
/// by `spread_ppm` of the notional. Both roundings go against the account, by less than two atoms and
/// the spread together, however cheap a lot is: a price worse by the spread would be off by up to a unit
/// of 1e-8 on every lot.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] for a spread of one or more, else as [`premium_up`].
pub fn reduction_fill(lots: i64, price_e8: u64, lot_divisor: u64, spread_ppm: u32) -> Result<Fill> {
    if spread_ppm >= ONE_PPM {
        return Err(RiskError::ParameterOutOfRange);
    }
    let notional_q = cost_up(lots, price_e8, lot_divisor)?;
    let spread_q = to_i64(share_up(notional_q.unsigned_abs(), spread_ppm)?)?;
    Ok(Fill {
        lots,
        cost_q: add(notional_q, spread_q)?,
    })
}

/// R-T3: the spread of a forced reduction: the feed's confidence and the premium of closing the leg,
/// together, but never more than a quarter of the liquidation ratio, so that reducing always improves the
/// account (R-L4).
#[must_use]
pub fn reduction_spread_ppm(confidence_ppm: u32, premium_ppm: u32, floor_ppm: u32) -> u32 {
    confidence_ppm
        .saturating_add(premium_ppm)
        .min(floor_ppm >> 2)
}

/// R-T3: the mean premium of closing a leg by `lots` (signed, the side that trades) where that adds to the
/// skew, rounded up, ppm of the price; nothing where it does not. Without it a reduction would move the
/// skew for nothing, and moving it back by order would be paid.
///
/// # Errors
/// As [`premium_up`].
pub fn closing_premium_ppm_up(lots: i64, skew_lots: i64, skew_scale_lots: u64) -> Result<u32> {
    // Twice the mean skew: before plus after.
    let twice_mean = add(add(skew_lots, skew_lots)?, lots)?;
    if (twice_mean >= 0) != (lots >= 0) {
        return Ok(0);
    }
    let twice_scale = skew_scale_lots.checked_mul(2).ok_or(RiskError::Overflow)?;
    let premium = marginal_premium_ppm_up(twice_mean.unsigned_abs(), twice_scale)?;
    Ok(u32::try_from(premium).unwrap_or(u32::MAX))
}

/// R-T5: the premium on one more lot where the skew is `lots`, rounded up, ppm of the price.
///
/// # Errors
/// [`RiskError::DivisionByZero`] for a zero scale, [`RiskError::Overflow`] beyond 64 bits.
pub fn marginal_premium_ppm_up(lots: u64, skew_scale_lots: u64) -> Result<u64> {
    mul_div_up(lots, ONE_PPM_U64, skew_scale_lots)
}

/// R-T4: the taker fee of a fill, rounded up, quote atoms.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn taker_fee_up(notional_q: u64, taker_fee_ppm: u32) -> Result<u64> {
    share_up(notional_q, taker_fee_ppm)
}
