//! Exponential decay by elapsed time: 2^(−t/H) as a fraction of 2^32.

use crate::error::{Result, RiskError};

/// One, in the fixed point of decay factors.
pub const ONE_Q32: u64 = 1 << 32;

/// 2^(−i/64) · 2^32, rounded up. Straight lines between the entries lie above the convex curve, by a
/// relative 1.5e-5 at the most, so a factor read from the table is never too small.
const TABLE: [u64; 65] = [
    0x100000000,
    0x0fd3e0c0d,
    0x0fa83b2dc,
    0x0f7d0df74,
    0x0f5257d16,
    0x0f281773d,
    0x0efe4b99c,
    0x0ed4f301f,
    0x0eac0c6e8,
    0x0e8396a51,
    0x0e5b906e8,
    0x0e33f8973,
    0x0e0ccdeed,
    0x0de60f483,
    0x0dbfbb798,
    0x0d99d15c3,
    0x0d744fccb,
    0x0d4f35aac,
    0x0d2a81d92,
    0x0d06333db,
    0x0ce248c16,
    0x0cbec14ff,
    0x0c9b9bd87,
    0x0c78d74c9,
    0x0c5672a12,
    0x0c346ccdb,
    0x0c12c4ccb,
    0x0bf1799b7,
    0x0bd08a3a0,
    0x0baff5ab3,
    0x0b8fbaf48,
    0x0b6fd91e4,
    0x0b504f334,
    0x0b311c413,
    0x0b123f582,
    0x0af3b78ae,
    0x0ad583eeb,
    0x0ab7a39b6,
    0x0a9a15ab5,
    0x0a7cd93b5,
    0x0a5fed6aa,
    0x0a43515af,
    0x0a2704304,
    0x0a0b05110,
    0x09ef53261,
    0x09d3ed9a8,
    0x09b8d39ba,
    0x099e04594,
    0x09837f052,
    0x096942d38,
    0x094f4efa9,
    0x0935a2b30,
    0x091c3d374,
    0x09031dc44,
    0x08ea4398c,
    0x08d1adf5c,
    0x08b95c1e4,
    0x08a14d576,
    0x088980e81,
    0x0871f6197,
    0x085aac368,
    0x0843a28c4,
    0x082cd8699,
    0x08164d1f4,
    0x080000000,
];

/// 2^(−`elapsed_seconds`/`half_life_seconds`) · 2^32, rounded up and never zero.
///
/// The relative error is in [0, 1.5e-5] for factors above 2^−10 (source: the table's chord error,
/// (ln 2/64)²/8; below, rounding to 2^−32 adds to it), so that what decays (variance, a margin ratio)
/// falls a little too slowly. Sampled ever so often, the half-life is at most 0.55 % longer, since a
/// chord is that much flatter than the curve at its start.
///
/// # Errors
/// [`RiskError::DivisionByZero`] for a zero half-life.
pub fn decay_factor_up(elapsed_seconds: u32, half_life_seconds: u32) -> Result<u64> {
    // R-V5: seconds of 32 bits shifted by 32 fit 64 bits.
    let halvings_q32 = u64::from(elapsed_seconds)
        .checked_shl(32)
        .and_then(|shifted| shifted.checked_div(u64::from(half_life_seconds)))
        .ok_or(RiskError::DivisionByZero)?;
    let whole = u32::try_from(halvings_q32 >> 32).map_err(|_| RiskError::Overflow)?;
    if whole > 32 {
        return Ok(1);
    }
    let index = usize::try_from((halvings_q32 >> 26) & 63).map_err(|_| RiskError::Overflow)?;
    let within_q26 = halvings_q32 & ((1 << 26) - 1);
    let (Some(&here), Some(&next)) = (TABLE.get(index), TABLE.get(index.saturating_add(1))) else {
        return Err(RiskError::Overflow);
    };
    // Entries differ by less than 2^26, so the product stays below 2^52.
    let fall = here.saturating_sub(next).saturating_mul(within_q26) >> 26;
    let factor = here.saturating_sub(fall);
    let rounding = (1_u64 << whole).saturating_sub(1);
    Ok(factor.saturating_add(rounding) >> whole)
}

/// `x · factor_q32 ÷ 2^32`, rounded up, for a factor of at most one, in 64-bit steps.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] for a factor above one.
pub fn scale_up(x: u64, factor_q32: u64) -> Result<u64> {
    if factor_q32 > ONE_Q32 {
        return Err(RiskError::ParameterOutOfRange);
    }
    if factor_q32 == ONE_Q32 {
        return Ok(x);
    }
    // Both halves times a factor below 2^32 fit 64 bits, and the sum is at most x.
    let high = (x >> 32).saturating_mul(factor_q32);
    let low = (x & 0xFFFF_FFFF).saturating_mul(factor_q32);
    let low_up = (low >> 32).saturating_add(u64::from(low & 0xFFFF_FFFF != 0));
    Ok(high.saturating_add(low_up))
}

/// `old · factor + new · (1 − factor)`, each part rounded up: at most two units above exact.
///
/// # Errors
/// As [`scale_up`]; [`RiskError::Overflow`] where the sum exceeds 64 bits.
pub fn blend_up(old: u64, new: u64, factor_q32: u64) -> Result<u64> {
    let rest = ONE_Q32
        .checked_sub(factor_q32)
        .ok_or(RiskError::ParameterOutOfRange)?;
    scale_up(old, factor_q32)?
        .checked_add(scale_up(new, rest)?)
        .ok_or(RiskError::Overflow)
}
