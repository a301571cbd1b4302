//! Division. The machine divides a word by a word in one instruction; a wider dividend is divided digit by digit.
use crate::multiply::{self, LOW_HALF};
use core::hint::assert_unchecked;

/// Leading zeros of a byte.
static LEADING_ZEROS: [u8; 256] = {
    let mut table = [8; 256];
    let mut byte = 1;
    while byte < 256 {
        table[byte] = (byte as u8).leading_zeros() as u8;
        byte += 1;
    }
    table
};

/// Leading zeros of a word, 64 for zero. LLVM makes some thirty instructions of the intrinsic; finding the first byte
/// by comparisons and its zeros in a table takes half of that.
#[inline(always)]
pub fn leading_zeros(word: u64) -> u32 {
    if word >> 32 == 0 {
        return leading_zeros_of_half(word).wrapping_add(32);
    }
    leading_zeros_of_half(word >> 32)
}

/// Leading zeros of a word of 32 bits.
#[inline(always)]
fn leading_zeros_of_half(half: u64) -> u32 {
    let (byte, before) = if half >> 16 != 0 {
        if half >> 24 != 0 {
            (half >> 24, 0)
        } else {
            (half >> 16, 8)
        }
    } else if half >> 8 != 0 {
        (half >> 8, 16)
    } else {
        (half, 24)
    };
    // SAFETY: whatever lies above the byte is zero.
    let zeros = unsafe { LEADING_ZEROS.get_unchecked(byte as usize) };
    u32::from(*zeros).wrapping_add(before)
}

/// Quotient and remainder.
///
/// # Safety
/// The divisor is not zero; compiled code has checked that before it divides.
#[inline(always)]
pub unsafe fn unsigned(n: u128, d: u128) -> (u128, u128) {
    let (n0, n1, d0, d1) = (n as u64, (n >> 64) as u64, d as u64, (d >> 64) as u64);
    if d1 != 0 {
        return by_two_words(n, d);
    }
    // SAFETY: the high word is zero, the whole is not.
    unsafe { assert_unchecked(d0 != 0) };
    if n1 == 0 {
        return ((n0 / d0) as u128, (n0 % d0) as u128);
    }
    let (quotient, remainder) = if d0 >> 32 == 0 {
        by_half(n0, n1, d0)
    } else {
        by_word(n0, n1, d0)
    };
    (quotient, remainder as u128)
}

/// Division by a divisor of at most 32 bits, such as a million: three plain divisions.
#[inline(always)]
fn by_half(n0: u64, n1: u64, d: u64) -> (u128, u64) {
    let middle = ((n1 % d) << 32) | (n0 >> 32);
    let low = ((middle % d) << 32) | (n0 & LOW_HALF);
    let quotient = ((n1 / d) as u128) << 64 | ((middle / d) << 32 | (low / d)) as u128;
    (quotient, low % d)
}

/// Division by a divisor of 33 to 64 bits.
#[inline(always)]
fn by_word(n0: u64, n1: u64, d: u64) -> (u128, u64) {
    let (mut high, mut quotient_high) = (n1, 0);
    if n1 >= d {
        quotient_high = n1 / d;
        high = n1 % d;
    }
    let shift = leading_zeros(d);
    // SAFETY: the divisor is not zero.
    unsafe { assert_unchecked(shift < 64) };
    // A shift by 64 is none at all on this machine, hence the one in two steps.
    let high = high << shift | n0 >> 1 >> (63 - shift);
    let (quotient_low, remainder) = two_words_by_normalised(high, n0 << shift, d << shift);
    (
        (quotient_high as u128) << 64 | quotient_low as u128,
        remainder >> shift,
    )
}

/// `high:low ÷ d` for a divisor with its top bit set and `high < d`, so that the quotient is one word: algorithm D of
/// Knuth's section 4.3.1 with two digits of 32 bits.
#[inline(always)]
pub fn two_words_by_normalised(high: u64, low: u64, d: u64) -> (u64, u64) {
    let (first, rest) = digit(high, low >> 32, d);
    let (second, remainder) = digit(rest, low & LOW_HALF, d);
    (first << 32 | second, remainder)
}

/// One digit of the quotient, and the remainder: `rest:next ÷ d` for `rest < d` and a `next` of 32 bits.
#[inline(always)]
fn digit(rest: u64, next: u64, d: u64) -> (u64, u64) {
    let (d0, d1) = (d & LOW_HALF, d >> 32);
    // SAFETY: the divisor's top bit is set.
    unsafe { assert_unchecked(d1 != 0) };
    // At most two too large: at most 2^32 + 1, so that its product with half a word fits a word.
    let mut digit = rest / d1;
    let mut over = rest % d1;
    while digit.wrapping_mul(d0) > (over << 32 | next) {
        digit = digit.wrapping_sub(1);
        over = over.wrapping_add(d1);
        // No product exceeds this much.
        if over > LOW_HALF {
            break;
        }
    }
    (
        digit,
        (rest << 32 | next).wrapping_sub(digit.wrapping_mul(d)),
    )
}

/// Division by a divisor of more than 64 bits: the quotient is one word.
#[inline(always)]
fn by_two_words(n: u128, d: u128) -> (u128, u128) {
    if n < d {
        return (0, n);
    }
    // Divide by the divisor's top 64 bits. Halving the dividend keeps that quotient to one word; it is then too large
    // by at most one, and less one, too small by at most one.
    let shift = leading_zeros((d >> 64) as u64);
    // SAFETY: the divisor's high word is not zero.
    unsafe { assert_unchecked(shift < 64) };
    let top = ((d << shift) >> 64) as u64;
    let half = n >> 1;
    let (estimate, _) = two_words_by_normalised((half >> 64) as u64, half as u64, top);
    let mut quotient = (estimate >> (63 - shift)).saturating_sub(1);
    let mut remainder = n.wrapping_sub(multiply::wrapping(quotient as u128, d));
    if remainder >= d {
        quotient = quotient.wrapping_add(1);
        remainder = remainder.wrapping_sub(d);
    }
    (quotient as u128, remainder)
}

/// Quotient, rounded towards zero. The one that does not fit, `MIN ÷ -1`, wraps to `MIN`.
///
/// # Safety
/// As [`unsigned`].
#[inline(always)]
pub unsafe fn signed_quotient(n: i128, d: i128) -> i128 {
    // Taking signs off and putting them back costs more than looking for them.
    if (n | d) >= 0 {
        // SAFETY: the divisor is the caller's.
        return unsafe { unsigned(n as u128, d as u128) }.0 as i128;
    }
    // SAFETY: the divisor is the caller's.
    let magnitude = unsafe { unsigned(n.unsigned_abs(), d.unsigned_abs()) }.0 as i128;
    if (n ^ d) < 0 {
        magnitude.wrapping_neg()
    } else {
        magnitude
    }
}

/// Remainder, with the sign of the dividend.
///
/// # Safety
/// As [`unsigned`].
#[inline(always)]
pub unsafe fn signed_remainder(n: i128, d: i128) -> i128 {
    // Taking signs off and putting them back costs more than looking for them.
    if (n | d) >= 0 {
        // SAFETY: the divisor is the caller's.
        return unsafe { unsigned(n as u128, d as u128) }.1 as i128;
    }
    // SAFETY: the divisor is the caller's.
    let magnitude = unsafe { unsigned(n.unsigned_abs(), d.unsigned_abs()) }.1 as i128;
    if n < 0 {
        magnitude.wrapping_neg()
    } else {
        magnitude
    }
}
