//! Realised profit: a claim on its market that first pays its owner's losses there, ages, and shares a
//! shortfall with all other claims.
//!
//! A claim is kept as a nominal amount. What it is worth is its share by the market's index, which is one
//! until a shortfall is shared and only falls, so that sharing is one multiplication for all.

use crate::error::Result;
use crate::math::{add_unsigned, mul_div_down, mul_div_up, negate, sub_unsigned, to_i64};

/// An index of one.
pub const INDEX_ONE: u64 = 1 << 63;

/// R-W4: an index below 2^-16 counts as nothing: what is nominal must fit 64 bits.
pub const INDEX_MIN: u64 = 1 << 47;

/// What a fill does to its owner's claim and balance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// Change of the balance: a loss beyond the claim, quote atoms.
    pub balance_q: i64,
    /// Profit added to the claim, quote atoms.
    pub gained_q: u64,
    /// Loss taken off the claim, quote atoms.
    pub netted_q: u64,
    /// The claim after, nominal quote atoms.
    pub nominal_q: u64,
}

/// R-W4: what a nominal claim is worth, rounded down, quote atoms.
///
/// # Errors
/// None while the index is at most one.
pub fn worth_down(nominal_q: u64, index: u64) -> Result<u64> {
    if index == INDEX_ONE {
        return Ok(nominal_q);
    }
    mul_div_down(nominal_q, index, INDEX_ONE)
}

/// R-W1: a profit is added to the claim, never to the balance; a loss is taken off the claim first. What is
/// nominal is rounded down where it is added and up where it is taken.
///
/// # Errors
/// [`crate::RiskError::Overflow`] beyond 64 bits.
pub fn settle(nominal_q: u64, index: u64, realised_q: i64) -> Result<Settlement> {
    if let Ok(gained_q) = u64::try_from(realised_q) {
        let added_q = if index == INDEX_ONE {
            gained_q
        } else {
            mul_div_down(gained_q, INDEX_ONE, index)?
        };
        return Ok(Settlement {
            gained_q,
            nominal_q: add_unsigned(nominal_q, added_q)?,
            ..Settlement::default()
        });
    }
    let loss_q = realised_q.unsigned_abs();
    let worth_q = worth_down(nominal_q, index)?;
    let netted_q = loss_q.min(worth_q);
    Ok(Settlement {
        balance_q: negate(sub_unsigned(loss_q, netted_q)?)?,
        gained_q: 0,
        netted_q,
        nominal_q: without(nominal_q, index, netted_q, worth_q)?,
    })
}

/// What is left of a nominal claim once `taken_q` of its worth is gone. What is worth less than an atom goes
/// with the last.
fn without(nominal_q: u64, index: u64, taken_q: u64, worth_q: u64) -> Result<u64> {
    if taken_q == worth_q {
        return Ok(0);
    }
    if index == INDEX_ONE {
        return sub_unsigned(nominal_q, taken_q);
    }
    sub_unsigned(nominal_q, mul_div_up(taken_q, INDEX_ONE, index)?)
}

/// R-W2: when a claim has vested after a profit of `gained_q` joined what was pending: the mean of what each
/// has left to wait, weighted by amount, rounded up. What has vested waits no more, but is in the mean.
///
/// # Errors
/// [`crate::RiskError::Overflow`] beyond 64 bits.
pub fn vests_seconds_up(
    pending_q: u64,
    vests_seconds: i64,
    gained_q: u64,
    vesting_seconds: u32,
    now_seconds: i64,
) -> Result<i64> {
    if gained_q == 0 {
        return Ok(vests_seconds);
    }
    let total_q = add_unsigned(pending_q, gained_q)?;
    let left_seconds = u64::try_from(vests_seconds.saturating_sub(now_seconds)).unwrap_or(0);
    let fresh_seconds = u64::from(vesting_seconds);
    // One division: the lesser wait, and what the other's share adds to it.
    let mean_seconds = if fresh_seconds >= left_seconds {
        let more_seconds = fresh_seconds.saturating_sub(left_seconds);
        add_unsigned(left_seconds, mul_div_up(gained_q, more_seconds, total_q)?)?
    } else {
        let more_seconds = left_seconds.saturating_sub(fresh_seconds);
        add_unsigned(fresh_seconds, mul_div_up(pending_q, more_seconds, total_q)?)?
    };
    Ok(now_seconds.saturating_add(to_i64(mean_seconds)?))
}
