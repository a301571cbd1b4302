//! What a collateral counts for, apart from its volatility (which is in the book's exposures).
//!
//! Rule R-H1. The haircut covers what no hedge covers: issuer, bridge, peg.

use crate::error::{Result, RiskError};
use crate::math::mul_div_down;
use crate::units::ONE_PPM;

/// R-H1: the share of a collateral's value that counts: one less the haircut, growing from zero over the
/// onboarding after it was listed, rounded down, ppm.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] for a haircut above one.
pub fn counted_ppm_down(
    haircut_ppm: u32,
    listed_seconds: i64,
    onboarding_seconds: u32,
    now_seconds: i64,
) -> Result<u32> {
    let full_ppm = ONE_PPM
        .checked_sub(haircut_ppm)
        .ok_or(RiskError::ParameterOutOfRange)?;
    let since = now_seconds.saturating_sub(listed_seconds);
    let Ok(since) = u64::try_from(since) else {
        return Ok(0);
    };
    let onboarding = u64::from(onboarding_seconds);
    if since >= onboarding {
        return Ok(full_ppm);
    }
    let counted = mul_div_down(u64::from(full_ppm), since, onboarding)?;
    u32::try_from(counted).map_err(|_| RiskError::Overflow)
}

/// R-H1: the cap on deposits, growing from zero over the onboarding, rounded down, atoms of the mint.
///
/// # Errors
/// [`RiskError::Overflow`] never in fact.
pub fn onboarded_cap_down(
    cap: u64,
    listed_seconds: i64,
    onboarding_seconds: u32,
    now_seconds: i64,
) -> Result<u64> {
    let since = now_seconds.saturating_sub(listed_seconds);
    let since = u64::try_from(since).unwrap_or(0);
    let onboarding = u64::from(onboarding_seconds);
    if since >= onboarding {
        return Ok(cap);
    }
    mul_div_down(cap, since, onboarding)
}
