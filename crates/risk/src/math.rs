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

/// `a · b ÷ d`, rounded down and rounded up, for the price of one division.
///
/// # Errors
/// As [`mul_div_down`].
#[inline]
pub fn mul_div_both(a: u64, b: u64, d: u64) -> Result<(u64, u64)> {
    let (down, rest) = wide_div(wide_product(a, b), d)?;
    if rest == 0 {
        return Ok((down, down));
    }
    Ok((down, down.checked_add(1).ok_or(RiskError::Overflow)?))
}

/// Whether a product surely fits 64 bits: an amount below 17 million quote units times a ratio below one.
/// Seven compute units; to ask for the product itself costs as much as a 128-bit multiplication.
#[inline]
const fn is_narrow(a: u64, b: u64) -> bool {
    (a >> 44) | (b >> 20) == 0
}

#[inline(never)]
fn wide_mul_div_down(a: u64, b: u64, d: u64) -> Result<u64> {
    Ok(wide_div(wide_product(a, b), d)?.0)
}

#[inline(never)]
fn wide_mul_div_up(a: u64, b: u64, d: u64) -> Result<u64> {
    match wide_div(wide_product(a, b), d)? {
        (quotient, 0) => Ok(quotient),
        (quotient, _) => quotient.checked_add(1).ok_or(RiskError::Overflow),
    }
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

/// Signed `n ÷ d`, rounded towards plus infinity.
///
/// # Errors
/// [`RiskError::DivisionByZero`], or [`RiskError::Overflow`] where the quotient exceeds 63 bits.
pub fn signed_wide_div_up(n: i128, d: u64) -> Result<i64> {
    let (quotient, rest) = wide_div(halves(n.unsigned_abs()), d)?;
    if n < 0 {
        return negate(quotient);
    }
    add(to_i64(quotient)?, i64::from(rest != 0))
}

/// Signed `n ÷ d`, rounded towards minus infinity.
///
/// # Errors
/// As [`signed_wide_div_up`].
pub fn signed_wide_div_down(n: i128, d: u64) -> Result<i64> {
    let opposite = n.checked_neg().ok_or(RiskError::Overflow)?;
    let up = signed_wide_div_up(opposite, d)?;
    up.checked_neg().ok_or(RiskError::Overflow)
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

/// The lower 32 bits.
const LOW: u64 = 0xffff_ffff;

/// The upper and the lower 64 bits.
const fn halves(n: u128) -> (u64, u64) {
    (low(n >> 64), low(n))
}

/// The lower 64 bits.
#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "what is cut off is the other half"
)]
const fn low(n: u128) -> u64 {
    n as u64
}

/// A product of 128 bits, as its upper and lower 64.
#[inline]
const fn wide_product(a: u64, b: u64) -> (u64, u64) {
    let (a_high, a_low) = (a >> 32, a & LOW);
    let (b_high, b_low) = (b >> 32, b & LOW);
    // Products of two 32-bit numbers leave room for two more of them.
    let low = a_low.wrapping_mul(b_low);
    let middle = a_high.wrapping_mul(b_low).wrapping_add(low >> 32);
    let other = a_low.wrapping_mul(b_high).wrapping_add(middle & LOW);
    let high = a_high
        .wrapping_mul(b_high)
        .wrapping_add(middle >> 32)
        .wrapping_add(other >> 32);
    (high, (other << 32) | (low & LOW))
}

/// Quotient and remainder of a number of 128 bits by one of 64, where the quotient fits 64: long division in
/// two digits of 32 bits (Knuth, The Art of Computer Programming, vol. 2, 4.3.1, algorithm D). On chain a
/// fifth of what a division of 128 by 128 bits costs.
#[inline]
fn wide_div((high, low): (u64, u64), d: u64) -> Result<(u64, u64)> {
    if d == 0 {
        return Err(RiskError::DivisionByZero);
    }
    if high == 0 {
        let quotient = low.checked_div(d).ok_or(RiskError::DivisionByZero)?;
        return Ok((quotient, low.wrapping_sub(quotient.wrapping_mul(d))));
    }
    if high >= d {
        return Err(RiskError::Overflow);
    }
    // Both shifted until the divisor's highest bit is set, so that a digit is guessed within two.
    let shift = d.leading_zeros();
    let divisor = d << shift;
    let rest = u64::BITS.wrapping_sub(shift) & 63;
    let carried = if shift == 0 { 0 } else { low >> rest };
    let high = (high << shift) | carried;
    let low = low << shift;
    let (first, left) = wide_digit(high, low >> 32, divisor)?;
    let (second, left) = wide_digit(left, low & LOW, divisor)?;
    Ok(((first << 32) | second, left >> shift))
}

/// The next digit of 32 bits of `high · 2^32 + digit` over a divisor whose highest bit is set and that is
/// more than `high`, and what is left.
#[inline]
fn wide_digit(high: u64, digit: u64, divisor: u64) -> Result<(u64, u64)> {
    let (upper, lower) = (divisor >> 32, divisor & LOW);
    let mut guess = high.checked_div(upper).ok_or(RiskError::DivisionByZero)?;
    let mut left = high.wrapping_sub(guess.wrapping_mul(upper));
    while guess > LOW || guess.wrapping_mul(lower) > ((left << 32) | digit) {
        guess = guess.wrapping_sub(1);
        left = left.wrapping_add(upper);
        if left > LOW {
            break;
        }
    }
    let rest = (high << 32)
        .wrapping_add(digit)
        .wrapping_sub(guess.wrapping_mul(divisor));
    Ok((guess, rest))
}
