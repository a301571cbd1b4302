//! The units of every number, and the conversions between lots, prices and quote atoms.
//!
//! | last word of a name | unit |
//! |---|---|
//! | `_q` | quote atoms, 1e-6 of the quote currency |
//! | `_lots` | base lots, 10^`lot_exponent` base units each |
//! | `_e8` | price, 1e-8 of the quote currency per base unit |
//! | `_ppm` | ratio, 1e-6 |
//! | `_e4` | multiple, 1e-4 |
//! | `_e9` | sigma or return, 1e-9 |
//! | `_e18` | variance per second, 1e-18 |
//! | `_seconds`, `_minutes` | time; instants are Unix time |

use crate::error::{Result, RiskError};
use crate::math::{mul_div_down, mul_div_up, to_i64};

/// One, as a ratio.
pub const ONE_PPM: u32 = 1_000_000;
/// [`ONE_PPM`] where 64 bits are wanted.
pub const ONE_PPM_U64: u64 = 1_000_000;
/// The smallest lot: 10^-8 base units.
pub const LOT_EXPONENT_MIN: i32 = -8;
/// The largest lot: ten base units.
pub const LOT_EXPONENT_MAX: i32 = 1;

/// The divisor that turns `lots · price_e8` into quote atoms: 10^(2 − `lot_exponent`).
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] outside [`LOT_EXPONENT_MIN`]`..=`[`LOT_EXPONENT_MAX`].
pub fn lot_divisor(lot_exponent: i32) -> Result<u64> {
    if !(LOT_EXPONENT_MIN..=LOT_EXPONENT_MAX).contains(&lot_exponent) {
        return Err(RiskError::ParameterOutOfRange);
    }
    let power = 2_i32
        .checked_sub(lot_exponent)
        .and_then(|p| u32::try_from(p).ok());
    power
        .and_then(|p| 10_u64.checked_pow(p))
        .ok_or(RiskError::ParameterOutOfRange)
}

/// Notional of `lots` at `price_e8` in quote atoms, rounded up: what requirements are taken of.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits, [`RiskError::DivisionByZero`] for a zero divisor.
pub fn notional_up(lots: u64, price_e8: u64, lot_divisor: u64) -> Result<u64> {
    mul_div_up(lots, price_e8, lot_divisor)
}

/// Notional of `lots` at `price_e8` in quote atoms, rounded down.
///
/// # Errors
/// As [`notional_up`].
pub fn notional_down(lots: u64, price_e8: u64, lot_divisor: u64) -> Result<u64> {
    mul_div_down(lots, price_e8, lot_divisor)
}

/// What a position of signed `lots` is worth to its owner at `price_e8`, rounded towards minus
/// infinity: an asset (long) down, a liability (short) up.
///
/// # Errors
/// As [`notional_up`].
pub fn worth_down(lots: i64, price_e8: u64, lot_divisor: u64) -> Result<i64> {
    if lots >= 0 {
        to_i64(notional_down(lots.unsigned_abs(), price_e8, lot_divisor)?)
    } else {
        let owed_q = to_i64(notional_up(lots.unsigned_abs(), price_e8, lot_divisor)?)?;
        owed_q.checked_neg().ok_or(RiskError::Overflow)
    }
}

/// What acquiring signed `lots` at `price_e8` costs, rounded towards plus infinity. Selling costs a
/// negative amount. It is `-worth_down(-lots)`, so that a purchase undone at its own price never
/// gains.
///
/// # Errors
/// As [`notional_up`].
pub fn cost_up(lots: i64, price_e8: u64, lot_divisor: u64) -> Result<i64> {
    let opposite = lots.checked_neg().ok_or(RiskError::Overflow)?;
    worth_down(opposite, price_e8, lot_divisor)?
        .checked_neg()
        .ok_or(RiskError::Overflow)
}

/// The number of lots whose notional is at least `notional_q`, rounded up.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits, [`RiskError::DivisionByZero`] for a zero price.
pub fn lots_for_notional_up(notional_q: u64, price_e8: u64, lot_divisor: u64) -> Result<u64> {
    mul_div_up(notional_q, lot_divisor, price_e8)
}

/// `part_q · ratio_ppm`, rounded up.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn share_up(part_q: u64, ratio_ppm: u32) -> Result<u64> {
    mul_div_up(part_q, u64::from(ratio_ppm), ONE_PPM_U64)
}

/// `part_q · ratio_ppm`, rounded down.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn share_down(part_q: u64, ratio_ppm: u32) -> Result<u64> {
    mul_div_down(part_q, u64::from(ratio_ppm), ONE_PPM_U64)
}
