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
use crate::units::{share_up, ONE_PPM, ONE_PPM_U64};

/// Positions in one book.
pub const PERPS_MAX: usize = 8;
/// Collaterals in one book, besides the quote currency.
pub const SPOTS_MAX: usize = 4;
/// Underlyings in one book.
pub const LEGS_MAX: usize = PERPS_MAX + SPOTS_MAX;
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

/// One, as a coefficient of a row, where 64 bits are wanted.
pub(crate) const ONE_E4_U64: u64 = 10_000;

/// One underlying of a book, at one of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leg {
    /// The market's column in the stress rows; none where it is [`COLUMNS_MAX`] or more.
    pub column: u16,
    /// Size of the net position, quote atoms.
    pub notional_q: u64,
    /// Net position times its ratio, rounded away from zero; positive is long, quote atoms.
    pub exposure_q: i64,
    /// What the leg needs without any netting, quote atoms; counts for at least the exposure (R-N6).
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

impl Leg {
    /// The size of the exposure, quote atoms.
    pub(crate) const fn size_q(&self) -> u64 {
        self.exposure_q.unsigned_abs()
    }

    /// R-N6: what the leg needs alone, quote atoms.
    pub(crate) fn alone_q(&self) -> u64 {
        self.gross_q.max(self.size_q())
    }
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

/// R-N1: net of a perp and of spot in the same underlying: size, and whether it is long. The perp comes
/// rounded up, the spot rounded down. Roundings are against the owner: the size is at least exact and at
/// most two atoms above. Spot worth less than an atom counts for nothing.
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
    if perp_q > spot_down_q {
        return Ok((perp_q.saturating_sub(spot_down_q), false));
    }
    // The perp was rounded up and may be an atom less, the spot an atom more: what seems to cancel may
    // be as much as this.
    let net_q = spot_down_q.saturating_sub(perp_q);
    Ok((add_unsigned(net_q, 2)?, true))
}

/// R-N2 … R-N7: the requirement of `legs`, rounded up.
///
/// # Errors
/// [`RiskError::SizeInvalid`] for more than [`LEGS_MAX`] legs or [`ROWS_MAX`] rows,
/// [`RiskError::ParameterOutOfRange`] for a floor above one, [`RiskError::Overflow`] beyond 64 bits.
pub fn requirement_up(legs: &[Leg], rows: &[Row], floor_ppm: u32) -> Result<Requirement> {
    if legs.len() > LEGS_MAX || rows.len() > ROWS_MAX {
        return Err(RiskError::SizeInvalid);
    }
    if floor_ppm > ONE_PPM {
        return Err(RiskError::ParameterOutOfRange);
    }
    let mut gross_q = 0;
    for leg in legs {
        gross_q = add_unsigned(gross_q, leg.alone_q())?;
    }
    if floor_ppm == ONE_PPM {
        return Ok(Requirement {
            requirement_q: gross_q,
            gross_q,
            binding: Binding::Gross,
        });
    }
    let mut worst = Worst {
        loss_q: share_up(gross_q, floor_ppm)?,
        binding: Binding::Floor,
    };
    for (place, leg) in legs.iter().enumerate() {
        worst.meet(leg.size_q(), Binding::Alone(place));
    }
    // A leg by itself has nothing to be netted with.
    if legs.len() > 1 {
        worst.meet(root_up(legs), Binding::Root);
        for up in [false, true] {
            let move_e4 = if up { ONE_E4 } else { -ONE_E4 };
            let loss_q = row_loss_up(legs, |_| move_e4, worst.loss_q)?;
            worst.meet(loss_q, Binding::Joint(up));
        }
        for (place, row) in rows.iter().enumerate() {
            // Nothing exceeds the gross.
            if worst.loss_q >= gross_q {
                break;
            }
            let loss_q = row_loss_up(legs, |leg| move_in(row, leg), worst.loss_q)?;
            worst.meet(loss_q, Binding::Row(place));
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

/// How far a row moves a leg's market, 1e-4 of its ratio.
pub(crate) fn move_in(row: &Row, leg: &Leg) -> i16 {
    row.get(usize::from(leg.column)).copied().unwrap_or(0)
}

/// R-N4: the root of the summed squares of the exposures, rounded up: what a book loses where its markets
/// move without regard for each other. Exposures are squared in 30 bits, each rounded up.
fn root_up(legs: &[Leg]) -> u64 {
    let largest = legs.iter().map(Leg::size_q).fold(0, u64::max);
    let bits = u64::BITS.saturating_sub(largest.leading_zeros());
    let shift = bits.saturating_sub(ROOT_BITS);
    let unit = 1_u64.checked_shl(shift).unwrap_or(u64::MAX);
    let squares = legs
        .iter()
        .map(|leg| leg.size_q().div_ceil(unit))
        .fold(0_u64, |sum, size| {
            sum.saturating_add(size.saturating_mul(size))
        });
    sqrt_up(squares).saturating_mul(unit)
}

/// R-N5: what a book loses in a row, rounded up: losses, less what R-N7 lets gains offset. Where losses
/// alone are no more than `met_q`, the row decides nothing, and nothing is returned.
fn row_loss_up(legs: &[Leg], move_e4: impl Fn(&Leg) -> i16, met_q: u64) -> Result<u64> {
    if losses_bound(legs, &move_e4) <= met_q {
        return Ok(0);
    }
    let sides = Sides::of(legs, &move_e4)?;
    if sides.gains_q == 0 || sides.losses_q <= met_q {
        return Ok(sides.losses_q);
    }
    let offset_q = sides.offset(legs, &move_e4)?.offset_down();
    Ok(sides.losses_q.saturating_sub(offset_q))
}

/// At least what a book's losses in a row come to, quote atoms: a fifth of the compute units of the losses
/// themselves, and enough for most rows. Exposures of 45 bits and more are not looked at.
fn losses_bound(legs: &[Leg], move_e4: &impl Fn(&Leg) -> i16) -> u64 {
    let mut losses_e4 = 0_u64;
    let mut sizes_q = 0;
    for leg in legs {
        sizes_q |= leg.size_q();
        // Twelve products of 44 and 15 bits fit 63; of larger ones nothing is said.
        let result_e4 = leg.exposure_q.wrapping_mul(i64::from(move_e4(leg)));
        losses_e4 = losses_e4.wrapping_add(result_e4.min(0).unsigned_abs());
    }
    if sizes_q >> 44 != 0 {
        return u64::MAX;
    }
    // Every loss is rounded up by less than an atom.
    let roundings_q = u64::try_from(legs.len()).unwrap_or(u64::MAX);
    (losses_e4 / ONE_E4_U64).saturating_add(roundings_q)
}

/// What a row makes of a leg, quote atoms.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// Rounded up.
    Loss(u64),
    /// Rounded down.
    Gain(u64),
    Nothing,
}

impl Part {
    pub(crate) fn of(leg: &Leg, move_e4: i16) -> Result<Self> {
        if move_e4 == 0 || leg.exposure_q == 0 {
            return Ok(Self::Nothing);
        }
        let by_e4 = u64::from(move_e4.unsigned_abs());
        if (move_e4 < 0) == (leg.exposure_q > 0) {
            mul_div_up(leg.size_q(), by_e4, ONE_E4_U64).map(Self::Loss)
        } else {
            mul_div_down(leg.size_q(), by_e4, ONE_E4_U64).map(Self::Gain)
        }
    }
}

/// The two sides of a book in a row: what they lose and gain, and how large they are, quote atoms.
#[derive(Clone, Copy, Default)]
pub(crate) struct Sides {
    pub(crate) losses_q: u64,
    pub(crate) losing_q: u64,
    pub(crate) gains_q: u64,
    pub(crate) gaining_q: u64,
}

impl Sides {
    pub(crate) fn of(legs: &[Leg], move_e4: &impl Fn(&Leg) -> i16) -> Result<Self> {
        let mut sides = Self::default();
        for leg in legs {
            match Part::of(leg, move_e4(leg))? {
                Part::Loss(loss_q) => {
                    sides.losses_q = add_unsigned(sides.losses_q, loss_q)?;
                    sides.losing_q = add_unsigned(sides.losing_q, leg.notional_q)?;
                }
                Part::Gain(gain_q) => {
                    sides.gains_q = sides.gains_q.saturating_add(gain_q);
                    sides.gaining_q = add_unsigned(sides.gaining_q, leg.notional_q)?;
                }
                Part::Nothing => {}
            }
        }
        Ok(sides)
    }

    /// R-N7: gains offset losses dollar for dollar. A dollar of what gains offsets at most what a dollar
    /// of what loses loses in the mean, and a dollar of what loses is relieved of at most what a dollar
    /// of what gains gains in the mean. Ratios alone would let a small wild position cancel a large calm
    /// one, whichever of the two gains.
    pub(crate) fn offset(&self, legs: &[Leg], move_e4: &impl Fn(&Leg) -> i16) -> Result<Offset> {
        let mut offset = Offset {
            losing_ppm: rate_ppm_down(self.losses_q, self.losing_q),
            gaining_ppm: rate_ppm_down(self.gains_q, self.gaining_q),
            ..Offset::default()
        };
        for leg in legs {
            match Part::of(leg, move_e4(leg))? {
                Part::Loss(loss_q) => {
                    let most_q = at_rate_down(leg.notional_q, offset.gaining_ppm);
                    if most_q < loss_q {
                        offset.losing_capped_q =
                            offset.losing_capped_q.saturating_add(leg.notional_q);
                    }
                    offset.of_losses_q = offset.of_losses_q.saturating_add(loss_q.min(most_q));
                }
                Part::Gain(gain_q) => {
                    let most_q = at_rate_down(leg.notional_q, offset.losing_ppm);
                    if most_q < gain_q {
                        offset.gaining_capped_q =
                            offset.gaining_capped_q.saturating_add(leg.notional_q);
                    }
                    offset.of_gains_q = offset.of_gains_q.saturating_add(gain_q.min(most_q));
                }
                Part::Nothing => {}
            }
        }
        Ok(offset)
    }
}

/// R-N7: what each side of a book lets the other offset, and the notional that its cap holds back.
#[derive(Clone, Copy, Default)]
pub(crate) struct Offset {
    /// Mean loss per notional of what loses.
    pub(crate) losing_ppm: u64,
    /// Mean gain per notional of what gains.
    pub(crate) gaining_ppm: u64,
    /// What losses can be relieved of, quote atoms.
    pub(crate) of_losses_q: u64,
    /// What gains can offset, quote atoms.
    pub(crate) of_gains_q: u64,
    pub(crate) losing_capped_q: u64,
    pub(crate) gaining_capped_q: u64,
}

impl Offset {
    pub(crate) fn offset_down(&self) -> u64 {
        self.of_losses_q.min(self.of_gains_q)
    }
}

/// A mean per notional, saturating: what is too low holds back more. Notional counts as at least an atom.
pub(crate) fn rate_ppm_down(part_q: u64, notional_q: u64) -> u64 {
    mul_div_down(part_q, ONE_PPM_U64, notional_q.max(1)).unwrap_or(u64::MAX)
}

/// Notional at a mean, saturating: beyond 64 bits it holds nothing back.
pub(crate) fn at_rate_down(notional_q: u64, rate_ppm: u64) -> u64 {
    mul_div_down(notional_q, rate_ppm, ONE_PPM_U64).unwrap_or(u64::MAX)
}
