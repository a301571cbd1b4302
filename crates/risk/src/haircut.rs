//! What collateral counts for, apart from its volatility (which is in the book's exposures).
//!
//! Rules R-H1, R-H4. The haircut covers what no hedge covers: issuer, bridge, peg.

use crate::error::{Result, RiskError};
use crate::math::{mul_div_down, to_i64};
use crate::units::{share_down, ONE_PPM};

/// One unit of the quote currency at par, 1e-8.
pub const PAR_E8: u64 = 100_000_000;

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
    let full = u64::from(full_ppm);
    let counted = onboarded_cap_down(full, listed_seconds, onboarding_seconds, now_seconds)?;
    u32::try_from(counted).map_err(|_| RiskError::Overflow)
}

/// R-H1: the cap on deposits, growing from zero over the onboarding, rounded down, atoms of the mint.
/// Nothing before the listing.
///
/// # Errors
/// [`RiskError::Overflow`] never in fact.
pub fn onboarded_cap_down(
    cap: u64,
    listed_seconds: i64,
    onboarding_seconds: u32,
    now_seconds: i64,
) -> Result<u64> {
    let Ok(since) = u64::try_from(now_seconds.saturating_sub(listed_seconds)) else {
        return Ok(0);
    };
    let onboarding = u64::from(onboarding_seconds);
    if since >= onboarding {
        return Ok(cap);
    }
    mul_div_down(cap, since, onboarding)
}

/// What the quote currency itself is worth (R-H4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteRisk {
    /// Its price, 1e-8.
    pub price_e8: u64,
    /// The share of quote equity that does not count for new risk, ppm; at least that of the call line.
    pub haircut_initial_ppm: u32,
    /// The share of quote equity that does not count at the call line, ppm.
    pub haircut_call_ppm: u32,
}

impl QuoteRisk {
    /// Worth one, without risk.
    pub const PAR: Self = Self {
        price_e8: PAR_E8,
        haircut_initial_ppm: 0,
        haircut_call_ppm: 0,
    };

    /// R-H4: what quote equity counts for at the initial line, rounded down. A debt is owed in full.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] never in fact.
    pub fn initial_down(&self, equity_q: i64) -> Result<i64> {
        let haircut_ppm = self.haircut_initial_ppm.max(self.haircut_call_ppm);
        self.counted_down(equity_q, haircut_ppm)
    }

    /// R-H4: what quote equity counts for at the call line, rounded down. A debt is owed in full.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] never in fact.
    pub fn call_down(&self, equity_q: i64) -> Result<i64> {
        self.counted_down(equity_q, self.haircut_call_ppm)
    }

    fn counted_down(&self, equity_q: i64, haircut_ppm: u32) -> Result<i64> {
        let Ok(held_q) = u64::try_from(equity_q) else {
            return Ok(equity_q);
        };
        let worth_q = if self.price_e8 < PAR_E8 {
            mul_div_down(held_q, self.price_e8, PAR_E8)?
        } else {
            held_q
        };
        to_i64(share_down(worth_q, ONE_PPM.saturating_sub(haircut_ppm))?)
    }

    /// R-H4: what collateral worth so many dollars is worth in a quote currency that may be dearer than one,
    /// rounded down. A cheaper one does not raise it.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] never in fact.
    pub fn collateral_down(&self, worth_q: u64) -> Result<u64> {
        if self.price_e8 <= PAR_E8 {
            return Ok(worth_q);
        }
        mul_div_down(worth_q, PAR_E8, self.price_e8)
    }
}
