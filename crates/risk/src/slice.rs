//! How much of several legs, and of collateral, is closed at once: the same share of each.
//!
//! Rule R-L12. Requirements are homogeneous: what is left of a book of which a share was closed needs what is
//! left of its requirement, whatever hedges what. So where no single leg can be closed without worsening
//! the account, a share of all of them can.

use crate::error::{Result, RiskError};
use crate::holding::HEDGED_FLOOR_PPM;
use crate::math::mul_div_down;
use crate::units::{share_down, share_up, ONE_PPM, ONE_PPM_U64};

/// Into how many steps the most that may be closed is divided.
const SEARCH_STEPS: u32 = 256;

/// Equity less `target_ppm` of the requirement, exact, quote atoms times 1e6: not negative where the target
/// is met.
#[must_use]
pub fn gap_e6(equity_q: i64, requirement_q: u64, target_ppm: u32) -> i128 {
    let target = i128::from(requirement_q).saturating_mul(i128::from(target_ppm));
    i128::from(equity_q)
        .saturating_mul(i128::from(ONE_PPM))
        .saturating_sub(target)
}

/// R-L12: the least share, ppm, that meets the target, within a 256th of the most that may be closed; the most
/// where that does not suffice. `gap_e6` says how a share would leave the account; it is asked first where
/// a straight line between nothing and the most would meet the target.
///
/// # Errors
/// [`RiskError::AboveTheLine`] where nothing is missing, and those of `gap_e6`.
pub fn searched_share_up(
    most_ppm: u32,
    now_e6: i128,
    mut gap_e6: impl FnMut(u32) -> Result<i128>,
) -> Result<u32> {
    if now_e6 >= 0 {
        return Err(RiskError::AboveTheLine);
    }
    let most_e6 = gap_e6(most_ppm)?;
    if most_e6 < 0 {
        return Ok(most_ppm);
    }
    let step = most_ppm.div_ceil(SEARCH_STEPS);
    let (mut low, mut high) = (0, most_ppm);
    let mut middle = crossing_up(most_ppm, now_e6, most_e6);
    let mut neighbours = true;
    while high.saturating_sub(low) > step {
        let enough = gap_e6(middle)? >= 0;
        if enough {
            high = middle;
        } else {
            low = middle;
        }
        // The line is nearly always within a step of the truth.
        middle = match (neighbours, enough) {
            (true, true) => high.saturating_sub(step).max(low.saturating_add(1)),
            (true, false) => low.saturating_add(step).min(high.saturating_sub(1)),
            (false, _) => low.midpoint(high),
        };
        neighbours = false;
    }
    Ok(high)
}

/// Where the line from `now` below nothing to `most` above it crosses nothing, at least one.
fn crossing_up(most_ppm: u32, now_e6: i128, most_e6: i128) -> u32 {
    let missing = now_e6.unsigned_abs();
    let height = missing.saturating_add(most_e6.unsigned_abs());
    let crossing = missing
        .checked_mul(u128::from(most_ppm))
        .and_then(|scaled| scaled.checked_div(height))
        .and_then(|crossing| u32::try_from(crossing).ok())
        .unwrap_or(most_ppm);
    crossing
        .saturating_add(1)
        .min(most_ppm.saturating_sub(1))
        .max(1)
}

/// R-L12: a share of a size, rounded up; all of it where `is_dust` says so of what would be left.
///
/// # Errors
/// Those of `is_dust`.
pub fn sliced_up(
    size: u64,
    share_ppm: u32,
    is_dust: impl FnOnce(u64) -> Result<bool>,
) -> Result<u64> {
    let part = share_up(size, share_ppm)?.min(size);
    let left = size.saturating_sub(part);
    Ok(if left > 0 && is_dust(left)? {
        size
    } else {
        part
    })
}

/// R-L12: what a slice in a margin call pays its keeper for one leg at the most: a 32nd of the floor of what
/// is closed. With the spread's quarter it stays below the 30 % of a requirement that no hedge relieves.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn slice_fee_down(closed_notional_q: u64, floor_ppm: u32) -> Result<u64> {
    share_down(closed_notional_q, floor_ppm >> 5)
}

/// R-L12: the fee of a leg's part in a liquidated slice, ppm: at most half of what the spread leaves of the
/// 30 % of its floor that no hedge relieves.
///
/// # Errors
/// [`RiskError::Overflow`] never in fact.
pub fn slice_fee_ppm_down(fee_ppm: u32, spread_ppm: u32, floor_ppm: u32) -> Result<u32> {
    let (hedged, floor) = (u64::from(HEDGED_FLOOR_PPM), u64::from(floor_ppm));
    let relieved_ppm = mul_div_down(floor, hedged, ONE_PPM_U64)?;
    let left_ppm = relieved_ppm.saturating_sub(u64::from(spread_ppm)) >> 1;
    Ok(u32::try_from(left_ppm).unwrap_or(u32::MAX).min(fee_ppm))
}
