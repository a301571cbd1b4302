//! What collateral brings that is sold for its owner's debt.
//!
//! Rules R-L10, R-L11. The discount starts small and grows, so that the first who finds it enough buys; it
//! never exceeds the haircut, so that equity never falls by a sale.

use crate::error::{Result, RiskError};
use crate::haircut::PAR_E8;
use crate::math::{mul_div_down, mul_div_up};
use crate::units::{share_up, ONE_PPM};

/// How a collateral is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuctionParams {
    /// The discount at which a sale starts, ppm.
    pub start_ppm: u32,
    /// The most it grows to, ppm.
    pub max_ppm: u32,
    /// The time in which it does.
    pub seconds: u32,
    /// How long it stays there before a sale starts anew.
    pub hold_seconds: u32,
}

/// R-L10: whether no sale under these terms lowers equity: the discount is at most the haircut.
#[must_use]
pub const fn is_covered(start_ppm: u32, max_ppm: u32, haircut_ppm: u32) -> bool {
    start_ppm <= max_ppm && max_ppm <= haircut_ppm
}

/// R-L11: since when an account has been up for sale, of when it was first found so (zero for never): what
/// has stood for longer than the discount grows and holds is forgotten, so that nobody can keep an old
/// finding for the next fall.
#[must_use]
pub fn since_seconds(params: &AuctionParams, found_seconds: i64, now_seconds: i64) -> i64 {
    let lasts = i64::from(params.seconds).saturating_add(i64::from(params.hold_seconds));
    let age = now_seconds.saturating_sub(found_seconds);
    if found_seconds > 0 && (0..=lasts).contains(&age) {
        found_seconds
    } else {
        now_seconds
    }
}

/// R-L11: the discount of a sale that started at `since_seconds`, rounded down, ppm.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] where the discount would not grow, [`RiskError::DivisionByZero`] for no
/// time to grow in.
pub fn discount_ppm_down(
    params: &AuctionParams,
    since_seconds: i64,
    now_seconds: i64,
) -> Result<u32> {
    let growth = params
        .max_ppm
        .checked_sub(params.start_ppm)
        .ok_or(RiskError::ParameterOutOfRange)?;
    let elapsed = u64::try_from(now_seconds.saturating_sub(since_seconds)).unwrap_or(0);
    let seconds = u64::from(params.seconds);
    let grown = mul_div_down(u64::from(growth), elapsed.min(seconds), seconds)?;
    let grown = u32::try_from(grown).map_err(|_| RiskError::Overflow)?;
    params
        .start_ppm
        .checked_add(grown)
        .ok_or(RiskError::Overflow)
}

/// R-L10: what a buyer pays for `amount` of a collateral: its price less the discount, in a quote currency
/// that counts for at most par, rounded up at each step, quote atoms.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] for a discount above one, [`RiskError::DivisionByZero`] for a quote
/// currency without a price, [`RiskError::Overflow`] beyond 64 bits.
pub fn proceeds_up(
    amount: u64,
    price_e8: u64,
    divisor: u64,
    discount_ppm: u32,
    quote_price_e8: u64,
) -> Result<u64> {
    let kept_ppm = ONE_PPM
        .checked_sub(discount_ppm)
        .ok_or(RiskError::ParameterOutOfRange)?;
    let worth_q = mul_div_up(amount, price_e8, divisor)?;
    let discounted_q = share_up(worth_q, kept_ppm)?;
    if quote_price_e8 >= PAR_E8 {
        return Ok(discounted_q);
    }
    mul_div_up(discounted_q, PAR_E8, quote_price_e8)
}

/// R-L13: the interest on a debt over a time at a yearly rate, simple, rounded up, quote atoms.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn interest_up(debt_q: u64, rate_ppm: u64, seconds: u64) -> Result<u64> {
    const YEAR_PPM_SECONDS: u64 = 31_536_000 * 1_000_000;
    let rate = rate_ppm.checked_mul(seconds).ok_or(RiskError::Overflow)?;
    mul_div_up(debt_q, rate, YEAR_PPM_SECONDS)
}
