//! What moves a portfolio requirement: its derivatives, in closed form.
//!
//! Rule R-K4. What decides a requirement is known, so that its slope is as well: three passes over the
//! legs, and the requirement is not computed again.

use crate::error::{Result, RiskError};
use crate::math::{mul_div_down, negate, to_i64};
use crate::portfolio::{at_rate_down, move_in, rate_ppm_down};
use crate::portfolio::{Binding, Leg, Offset, Part, Requirement, Row, Sides};
use crate::portfolio::{LEGS_MAX, ONE_E4};
use crate::units::{share_down, ONE_PPM, ONE_PPM_U64};

/// A slope is stated per this part of what it is taken of.
const PERCENT: u64 = 100;

/// By how much a requirement changes per leg, quote atoms; negative where it falls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sensitivity {
    /// Per percent of the leg's volatility: of its ratio, and with it of its exposure and gross.
    pub volatility_q: i64,
    /// Per percent of the leg's size: of its notional, exposure and gross.
    pub size_q: i64,
}

impl Sensitivity {
    /// Per percent of the price of the leg's market. Notional moves with price as it moves with size; what
    /// the price does to equity is not in it.
    #[must_use]
    pub const fn price_q(&self) -> i64 {
        self.size_q
    }
}

/// R-K4: the sensitivities of the requirement that [`crate::portfolio::requirement_up`] made of the same
/// legs and rows, a leg each. They are slopes: where another bound takes over within the percent, the
/// change differs.
///
/// # Errors
/// [`RiskError::SizeInvalid`] for more than [`LEGS_MAX`] legs, [`RiskError::Overflow`] beyond 64 bits.
pub fn sensitivities(
    legs: &[Leg],
    rows: &[Row],
    floor_ppm: u32,
    requirement: &Requirement,
) -> Result<[Sensitivity; LEGS_MAX]> {
    let mut found = [Sensitivity::default(); LEGS_MAX];
    if legs.len() > LEGS_MAX {
        return Err(RiskError::SizeInvalid);
    }
    match requirement.binding {
        Binding::Gross => per_leg(&mut found, legs, |_, leg| Ok(leg.alone_q()))?,
        Binding::Floor => per_leg(&mut found, legs, |_, leg| {
            share_down(leg.alone_q(), floor_ppm)
        })?,
        Binding::Alone(alone) => per_leg(&mut found, legs, |place, leg| {
            Ok(if place == alone { leg.size_q() } else { 0 })
        })?,
        Binding::Root => per_leg(&mut found, legs, |_, leg| {
            mul_div_down(leg.size_q(), leg.size_q(), requirement.requirement_q)
        })?,
        Binding::Joint(up) => {
            let move_e4 = if up { ONE_E4 } else { -ONE_E4 };
            in_row(&mut found, legs, |_| move_e4)?;
        }
        Binding::Row(place) => {
            let row = rows.get(place).ok_or(RiskError::SizeInvalid)?;
            in_row(&mut found, legs, |leg| move_in(row, leg))?;
        }
    }
    Ok(found)
}

/// Where volatility and size count alike: a percent of what the leg adds.
fn per_leg(
    found: &mut [Sensitivity; LEGS_MAX],
    legs: &[Leg],
    added_q: impl Fn(usize, &Leg) -> Result<u64>,
) -> Result<()> {
    for (place, (slope, leg)) in found.iter_mut().zip(legs).enumerate() {
        *slope = alike(to_i64(added_q(place, leg)? / PERCENT)?);
    }
    Ok(())
}

const fn alike(slope_q: i64) -> Sensitivity {
    Sensitivity {
        volatility_q: slope_q,
        size_q: slope_q,
    }
}

/// R-N5, R-N7: the slopes of a row's cost: of losses less the lesser of the two offsets.
fn in_row(
    found: &mut [Sensitivity; LEGS_MAX],
    legs: &[Leg],
    move_e4: impl Fn(&Leg) -> i16,
) -> Result<()> {
    let sides = Sides::of(legs, &move_e4)?;
    if sides.gains_q == 0 {
        for (slope, leg) in found.iter_mut().zip(legs) {
            if let Part::Loss(loss_q) = Part::of(leg, move_e4(leg))? {
                *slope = alike(to_i64(loss_q / PERCENT)?);
            }
        }
        return Ok(());
    }
    let offset = sides.offset(legs, &move_e4)?;
    let by_gains = offset.of_gains_q <= offset.of_losses_q;
    // What caps of one side hold back moves with the mean of the other, by this share of its notional.
    let (capped_q, other_q) = if by_gains {
        (offset.gaining_capped_q, sides.losing_q)
    } else {
        (offset.losing_capped_q, sides.gaining_q)
    };
    let held_ppm = rate_ppm_down(capped_q, other_q).min(ONE_PPM_U64);
    let held_ppm = u32::try_from(held_ppm).unwrap_or(ONE_PPM);
    for (slope, leg) in found.iter_mut().zip(legs) {
        let part = Part::of(leg, move_e4(leg))?;
        *slope = if by_gains {
            where_gains_limit(leg, part, &offset, held_ppm)?
        } else {
            where_losses_limit(leg, part, &offset, held_ppm)?
        };
    }
    Ok(())
}

/// Offset = gains, each capped at the mean loss. A larger loss raises that mean, and with it what the caps
/// let count.
fn where_gains_limit(leg: &Leg, part: Part, offset: &Offset, held_ppm: u32) -> Result<Sensitivity> {
    let mean_q = at_rate_down(leg.notional_q, offset.losing_ppm);
    match part {
        Part::Loss(loss_q) => {
            let kept_q = loss_q.saturating_sub(share_down(loss_q, held_ppm)?);
            let diluted_q = kept_q.saturating_add(share_down(mean_q, held_ppm)?);
            Ok(Sensitivity {
                volatility_q: to_i64(kept_q / PERCENT)?,
                size_q: to_i64(diluted_q / PERCENT)?,
            })
        }
        Part::Gain(gain_q) if gain_q <= mean_q => Ok(alike(negate(gain_q / PERCENT)?)),
        Part::Gain(_) => Ok(Sensitivity {
            volatility_q: 0,
            size_q: negate(mean_q / PERCENT)?,
        }),
        Part::Nothing => Ok(Sensitivity::default()),
    }
}

/// Offset = losses, each capped at the mean gain. A larger gain raises that mean, and with it what the caps
/// let be relieved.
fn where_losses_limit(
    leg: &Leg,
    part: Part,
    offset: &Offset,
    held_ppm: u32,
) -> Result<Sensitivity> {
    let mean_q = at_rate_down(leg.notional_q, offset.gaining_ppm);
    match part {
        Part::Loss(loss_q) if loss_q <= mean_q => Ok(Sensitivity::default()),
        Part::Loss(loss_q) => Ok(Sensitivity {
            volatility_q: to_i64(loss_q / PERCENT)?,
            size_q: to_i64(loss_q.saturating_sub(mean_q) / PERCENT)?,
        }),
        Part::Gain(gain_q) => {
            let more_q = to_i64(share_down(gain_q, held_ppm)? / PERCENT)?;
            let diluted_q = to_i64(share_down(mean_q, held_ppm)? / PERCENT)?;
            Ok(Sensitivity {
                volatility_q: more_q.saturating_neg(),
                size_q: diluted_q.saturating_sub(more_q),
            })
        }
        Part::Nothing => Ok(Sensitivity::default()),
    }
}
