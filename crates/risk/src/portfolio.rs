//! One requirement for a whole book: what hedges is netted, as far as it can be relied on.
//!
//! Rules R-N1 … R-N7. A book is a vector of exposures, one per underlying: perp and spot together, each
//! times its own ratio. The requirement is the worst loss over a set of rows, never below a share of the
//! gross and never above the gross. Rows are in units of each market's own ratio, so volatility, ramp and
//! grace are inside the exposures already.
//!
//! Correlations rise in a crash and fall in calm (BTC–SOL 0.59 in calm hours, 0.84 in the worst percent of
//! them), and either can hurt: netting is therefore bounded from three sides, by the joint rows, by the
//! root of the summed squares, and by what a dollar of a hedge can be worth.

use crate::error::{Result, RiskError};
use crate::math::{add_unsigned, mul_div_down, mul_div_up, sqrt_up};
use crate::units::{share_down, share_up, ONE_PPM_U64};

/// Underlyings in one book: eight positions and four collaterals.
pub const LEGS_MAX: usize = 12;
/// Stress rows that governance may set.
pub const ROWS_MAX: usize = 16;
/// Markets that a stress row speaks of; of others it says nothing.
pub const COLUMNS_MAX: usize = 16;
/// One, as a coefficient of a row.
pub const ONE_E4: i16 = 10_000;
/// Exposures are squared in so many bits, so that twelve squares fit 64.
const ROOT_BITS: u32 = 30;

/// A stress row: how far each market moves, in 1e-4 of its own ratio; positive is up.
pub type Row = [i16; COLUMNS_MAX];

/// One underlying of a book, at one of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leg {
    /// The market's column in the stress rows; none where it is [`COLUMNS_MAX`] or more.
    pub column: u16,
    /// Size of the net position, quote atoms.
    pub notional_q: u64,
    /// Net position times its ratio, rounded away from zero; positive is long, quote atoms.
    pub exposure_q: i64,
    /// What the leg needs without any netting, quote atoms.
    pub gross_q: u64,
}

/// Which bound the requirement is. Where several are equal, the first of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// R-N6: the gross: nothing is netted.
    Gross,
    /// R-N6: the least share of the gross.
    Floor,
    /// R-N3: one market alone, by its place among the legs.
    Alone(usize),
    /// R-N4: the root of the summed squares.
    Root,
    /// R-N2: all markets falling (`false`) or rising together.
    Joint(bool),
    /// R-N5: a stress row, by its place.
    Row(usize),
}

/// The requirement of a book at one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The requirement, quote atoms.
    pub requirement_q: u64,
    /// What it would be without netting, quote atoms.
    pub gross_q: u64,
    /// What decides it.
    pub binding: Binding,
}

/// R-N1: net of a perp and of spot in the same underlying: size, and whether it is long. Roundings are
/// against the owner: what adds up counts the spot's missing fraction of an atom, what offsets does not.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn net_up(perp_long: bool, perp_q: u64, spot_down_q: u64) -> Result<(u64, bool)> {
    if spot_down_q == 0 {
        return Ok((perp_q, perp_long));
    }
    if perp_long || perp_q == 0 {
        let spot_up_q = add_unsigned(spot_down_q, 1)?;
        return Ok((add_unsigned(perp_q, spot_up_q)?, true));
    }
    if perp_q >= spot_down_q {
        return Ok((perp_q.saturating_sub(spot_down_q), false));
    }
    // The perp was rounded up and may be an atom less, the spot an atom more.
    let net_q = spot_down_q.saturating_sub(perp_q);
    Ok((add_unsigned(net_q, 2)?, true))
}

/// R-N1 … R-N6: the requirement of `legs`, rounded up.
///
/// # Errors
/// [`RiskError::SizeInvalid`] for more than [`LEGS_MAX`] legs, [`RiskError::ParameterOutOfRange`] for a
/// floor above one, [`RiskError::Overflow`] beyond 64 bits.
pub fn requirement_up(legs: &[Leg], rows: &[Row], floor_ppm: u32) -> Result<Requirement> {
    if legs.len() > LEGS_MAX {
        return Err(RiskError::SizeInvalid);
    }
    let mut gross_q = 0;
    for leg in legs {
        gross_q = add_unsigned(gross_q, leg.gross_q)?;
    }
    let floor_q = share_up(gross_q, floor_ppm)?;
    if floor_q > gross_q {
        return Err(RiskError::ParameterOutOfRange);
    }
    let mut worst = Worst {
        loss_q: floor_q,
        binding: Binding::Floor,
    };
    for (place, leg) in legs.iter().enumerate() {
        worst.meet(leg.exposure_q.unsigned_abs(), Binding::Alone(place));
    }
    // A leg by itself has nothing to be netted with.
    if legs.len() > 1 {
        worst.meet(root_up(legs), Binding::Root);
        for up in [false, true] {
            let move_e4 = if up { ONE_E4 } else { -ONE_E4 };
            worst.meet(row_loss_up(legs, |_| move_e4)?, Binding::Joint(up));
        }
        for (place, row) in rows.iter().enumerate() {
            let moves = |leg: &Leg| row.get(usize::from(leg.column)).copied().unwrap_or(0);
            worst.meet(row_loss_up(legs, moves)?, Binding::Row(place));
        }
    }
    if worst.loss_q >= gross_q {
        worst = Worst {
            loss_q: gross_q,
            binding: Binding::Gross,
        };
    }
    Ok(Requirement {
        requirement_q: worst.loss_q,
        gross_q,
        binding: worst.binding,
    })
}

struct Worst {
    loss_q: u64,
    binding: Binding,
}

impl Worst {
    fn meet(&mut self, loss_q: u64, binding: Binding) {
        if loss_q > self.loss_q {
            *self = Self { loss_q, binding };
        }
    }
}

/// R-N4: the root of the summed squares of the exposures, rounded up: what a book loses where its markets
/// move without regard for each other. Exposures are squared in 30 bits, each rounded up.
fn root_up(legs: &[Leg]) -> u64 {
    let largest = legs
        .iter()
        .map(|leg| leg.exposure_q.unsigned_abs())
        .fold(0, u64::max);
    let bits = u64::BITS.saturating_sub(largest.leading_zeros());
    let shift = bits.saturating_sub(ROOT_BITS);
    let unit = 1_u64.checked_shl(shift).unwrap_or(u64::MAX);
    let squares = legs
        .iter()
        .map(|leg| leg.exposure_q.unsigned_abs().div_ceil(unit))
        .fold(0_u64, |sum, size| {
            sum.saturating_add(size.saturating_mul(size))
        });
    sqrt_up(squares).saturating_mul(unit)
}

/// R-N5: what a book loses in a row, rounded up: losses, less gains as far as R-N7 lets them count.
fn row_loss_up(legs: &[Leg], move_e4: impl Fn(&Leg) -> i16) -> Result<u64> {
    let mut losses_q = 0_u64;
    let mut losing_q = 0_u64;
    let mut gaining = false;
    for leg in legs {
        let worth_e4 = i64::from(move_e4(leg));
        if worth_e4 == 0 || leg.exposure_q == 0 {
            continue;
        }
        if (worth_e4 < 0) == (leg.exposure_q > 0) {
            losses_q = add_unsigned(losses_q, part_up(leg, worth_e4)?)?;
            losing_q = add_unsigned(losing_q, leg.notional_q)?;
        } else {
            gaining = true;
        }
    }
    if !gaining || losses_q == 0 {
        return Ok(losses_q);
    }
    let rate_ppm = mul_div_down(losses_q, ONE_PPM_U64, losing_q.max(1))?;
    let mut gains_q = 0_u64;
    for leg in legs {
        let worth_e4 = i64::from(move_e4(leg));
        if worth_e4 != 0 && (worth_e4 < 0) == (leg.exposure_q < 0) && leg.exposure_q != 0 {
            gains_q = gains_q.saturating_add(gain_down(leg, worth_e4, rate_ppm)?);
        }
    }
    Ok(losses_q.saturating_sub(gains_q))
}

/// The part of an exposure that a row moves, rounded up.
fn part_up(leg: &Leg, move_e4: i64) -> Result<u64> {
    mul_div_up(
        leg.exposure_q.unsigned_abs(),
        move_e4.unsigned_abs(),
        u64::from(ONE_E4.unsigned_abs()),
    )
}

/// R-N7: what a gain counts for: itself, but a dollar of what gains never for more than a dollar of what
/// loses loses. Ratios alone would let a small wild position cancel a large calm one.
fn gain_down(leg: &Leg, move_e4: i64, rate_ppm: u64) -> Result<u64> {
    let gain_q = mul_div_down(
        leg.exposure_q.unsigned_abs(),
        move_e4.unsigned_abs(),
        u64::from(ONE_E4.unsigned_abs()),
    )?;
    let Ok(rate_ppm) = u32::try_from(rate_ppm) else {
        return Ok(gain_q);
    };
    Ok(gain_q.min(share_down(leg.notional_q, rate_ppm)?))
}
