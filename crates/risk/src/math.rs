//! Checked integer arithmetic with named rounding.
//!
//! Products that fit 64 bits are divided in 64 bits: on chain a 128-bit division costs about twenty
//! times a 64-bit one, and most amounts are small.

use crate::error::{Result, RiskError};

/// `a · b ÷ d`, rounded down.
///
/// # Errors
/// [`RiskError::DivisionByZero`], or [`RiskError::Overflow`] where the quotient exceeds 64 bits.
#[inline]
pub fn mul_div_down(a: u64, b: u64, d: u64) -> Result<u64> {
    if is_narrow(a, b) {
        return a
            .wrapping_mul(b)
            .checked_div(d)
            .ok_or(RiskError::DivisionByZero);
    }
    wide_mul_div_down(a, b, d)
}

/// `a · b ÷ d`, rounded up.
///
/// # Errors
/// As [`mul_div_down`].
#[inline]
pub fn mul_div_up(a: u64, b: u64, d: u64) -> Result<u64> {
    if d == 0 {
        return Err(RiskError::DivisionByZero);
    }
    if is_narrow(a, b) {
        return Ok(a.wrapping_mul(b).div_ceil(d));
    }
    wide_mul_div_up(a, b, d)
}

/// Whether a product surely fits 64 bits: an amount below 17 million quote units times a ratio below one.
/// Seven compute units; to ask for the product itself costs as much as a 128-bit multiplication.
#[inline]
const fn is_narrow(a: u64, b: u64) -> bool {
    (a >> 44) | (b >> 20) == 0
}

#[inline(never)]
fn wide_mul_div_down(a: u64, b: u64, d: u64) -> Result<u64> {
    if let Some(product) = a.checked_mul(b) {
        return product.checked_div(d).ok_or(RiskError::DivisionByZero);
    }
    let quotient = wide_product(a, b)?
        .checked_div(u128::from(d))
        .ok_or(RiskError::DivisionByZero)?;
    u64::try_from(quotient).map_err(|_| RiskError::Overflow)
}

#[inline(never)]
fn wide_mul_div_up(a: u64, b: u64, d: u64) -> Result<u64> {
    if let Some(product) = a.checked_mul(b) {
        return Ok(product.div_ceil(d));
    }
    u64::try_from(wide_product(a, b)?.div_ceil(u128::from(d))).map_err(|_| RiskError::Overflow)
}

/// Signed `a · b ÷ d`, rounded towards plus infinity.
///
/// # Errors
/// As [`mul_div_down`], with the limits of `i64`.
pub fn signed_mul_div_up(a: i64, b: u64, d: u64) -> Result<i64> {
    if a >= 0 {
        to_i64(mul_div_up(a.unsigned_abs(), b, d)?)
    } else {
        negate(mul_div_down(a.unsigned_abs(), b, d)?)
    }
}

/// The square root, rounded up.
#[must_use]
pub fn sqrt_up(x: u64) -> u64 {
    let root = x.isqrt();
    // A root of 64 bits has at most 32, so neither operation can overflow or saturate wrongly.
    if root.saturating_mul(root) < x {
        root.saturating_add(1)
    } else {
        root
    }
}

/// `u64` to `i64`.
///
/// # Errors
/// [`RiskError::Overflow`] beyond `i64::MAX`.
pub fn to_i64(x: u64) -> Result<i64> {
    i64::try_from(x).map_err(|_| RiskError::Overflow)
}

/// `-x`.
///
/// # Errors
/// [`RiskError::Overflow`] beyond `i64::MAX`.
pub fn negate(x: u64) -> Result<i64> {
    to_i64(x)?.checked_neg().ok_or(RiskError::Overflow)
}

/// `a + b`.
///
/// # Errors
/// [`RiskError::Overflow`].
#[inline]
pub fn add(a: i64, b: i64) -> Result<i64> {
    a.checked_add(b).ok_or(RiskError::Overflow)
}

/// `a − b`.
///
/// # Errors
/// [`RiskError::Overflow`].
#[inline]
pub fn sub(a: i64, b: i64) -> Result<i64> {
    a.checked_sub(b).ok_or(RiskError::Overflow)
}

/// `a + b` of unsigned numbers.
///
/// # Errors
/// [`RiskError::Overflow`].
#[inline]
pub fn add_unsigned(a: u64, b: u64) -> Result<u64> {
    a.checked_add(b).ok_or(RiskError::Overflow)
}

/// `a − b` of unsigned numbers.
///
/// # Errors
/// [`RiskError::Overflow`] below zero.
#[inline]
pub fn sub_unsigned(a: u64, b: u64) -> Result<u64> {
    a.checked_sub(b).ok_or(RiskError::Overflow)
}

/// Two 64-bit factors cannot overflow 128 bits; the check costs nothing and spares a proof.
#[inline]
fn wide_product(a: u64, b: u64) -> Result<u128> {
    u128::from(a)
        .checked_mul(u128::from(b))
        .ok_or(RiskError::Overflow)
}
