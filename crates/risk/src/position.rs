//! Positions, fills, and a market's totals of them.

use crate::error::{Result, RiskError};
use crate::math::{add, add_unsigned, signed_mul_div_up, sub, sub_unsigned};
use crate::units::worth_down;

/// A position in one market.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Signed size: positive long, negative short.
    pub lots: i64,
    /// What the position cost: positive for a long, negative (proceeds) for a short, quote atoms.
    pub entry_q: i64,
}

/// A change of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// Signed lots acquired, not zero.
    pub lots: i64,
    /// What they cost in total, premium included; negative when selling, quote atoms.
    pub cost_q: i64,
}

impl Fill {
    /// R-L14: the other side of this fill, at the same cost.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] for the least number of either.
    pub fn opposite(&self) -> Result<Self> {
        Ok(Self {
            lots: sub(0, self.lots)?,
            cost_q: sub(0, self.cost_q)?,
        })
    }
}

/// A position after a fill, and what the fill realised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The position after.
    pub position: Position,
    /// Profit (positive) or loss realised, quote atoms.
    pub realised_q: i64,
}

impl Position {
    /// Profit or loss at `price_e8`, rounded down, quote atoms.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn profit_down(&self, price_e8: u64, lot_divisor: u64) -> Result<i64> {
        sub(worth_down(self.lots, price_e8, lot_divisor)?, self.entry_q)
    }

    /// R-F1: applies a fill. What closes realises profit against its share of the entry, rounded
    /// against the owner; what opens adds to the entry. Nothing is created: the worth of the position
    /// less entry, plus what is realised, changes by the fill's own cost only.
    ///
    /// # Errors
    /// [`RiskError::SizeInvalid`] for no lots, [`RiskError::Overflow`] beyond 64 bits.
    pub fn fill(&self, fill: Fill) -> Result<Filled> {
        if fill.lots == 0 {
            return Err(RiskError::SizeInvalid);
        }
        let lots = add(self.lots, fill.lots)?;
        if !opposes(self.lots, fill.lots) {
            let entry_q = add(self.entry_q, fill.cost_q)?;
            return Ok(Filled {
                position: Self { lots, entry_q },
                realised_q: 0,
            });
        }
        let filled_lots = fill.lots.unsigned_abs();
        let closed_lots = filled_lots.min(self.lots.unsigned_abs());
        let closing_cost_q = signed_mul_div_up(fill.cost_q, closed_lots, filled_lots)?;
        let closed_entry_q =
            signed_mul_div_up(self.entry_q, closed_lots, self.lots.unsigned_abs())?;
        let realised_q = add(closed_entry_q, closing_cost_q)?
            .checked_neg()
            .ok_or(RiskError::Overflow)?;
        let opening_cost_q = sub(fill.cost_q, closing_cost_q)?;
        let entry_q = add(sub(self.entry_q, closed_entry_q)?, opening_cost_q)?;
        Ok(Filled {
            position: Self { lots, entry_q },
            realised_q,
        })
    }

    /// Whether a fill of `lots` only shrinks this position: the opposite side, and no larger.
    #[must_use]
    pub fn is_reduced_by(&self, lots: i64) -> bool {
        opposes(self.lots, lots) && lots.unsigned_abs() <= self.lots.unsigned_abs()
    }
}

fn opposes(a: i64, b: i64) -> bool {
    (a > 0 && b < 0) || (a < 0 && b > 0)
}

/// The sums of all positions of a market, by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenInterest {
    /// Lots of all longs.
    pub long_lots: u64,
    /// Lots of all shorts, as a positive number.
    pub short_lots: u64,
    /// Entries of all longs, quote atoms.
    pub long_entry_q: i64,
    /// Entries of all shorts, quote atoms.
    pub short_entry_q: i64,
}

impl OpenInterest {
    /// R-F2: replaces one position by another in the sums.
    ///
    /// # Errors
    /// [`RiskError::Overflow`], also where `before` was never part of the sums.
    pub fn replace(&self, before: Position, after: Position) -> Result<Self> {
        let mut sums = *self;
        let size = before.lots.unsigned_abs();
        if before.lots >= 0 {
            sums.long_lots = sub_unsigned(sums.long_lots, size)?;
            sums.long_entry_q = sub(sums.long_entry_q, before.entry_q)?;
        } else {
            sums.short_lots = sub_unsigned(sums.short_lots, size)?;
            sums.short_entry_q = sub(sums.short_entry_q, before.entry_q)?;
        }
        let size = after.lots.unsigned_abs();
        if after.lots >= 0 {
            sums.long_lots = add_unsigned(sums.long_lots, size)?;
            sums.long_entry_q = add(sums.long_entry_q, after.entry_q)?;
        } else {
            sums.short_lots = add_unsigned(sums.short_lots, size)?;
            sums.short_entry_q = add(sums.short_entry_q, after.entry_q)?;
        }
        Ok(sums)
    }

    /// Longs less shorts, lots.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 63 bits.
    pub fn skew_lots(&self) -> Result<i64> {
        let long = i64::try_from(self.long_lots).map_err(|_| RiskError::Overflow)?;
        let short = i64::try_from(self.short_lots).map_err(|_| RiskError::Overflow)?;
        sub(long, short)
    }

    /// R-F3: the larger side, lots. Caps bind each side, never the net.
    #[must_use]
    pub fn larger_side_lots(&self) -> u64 {
        self.long_lots.max(self.short_lots)
    }

    /// R-A5: what the sides claim at `price_e8`: the open profit of each side that is ahead, rounded down,
    /// quote atoms. Within a side, losers' losses are taken off, so it is the least that is claimed.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn claims_down(&self, price_e8: u64, lot_divisor: u64) -> Result<u64> {
        let (long, short) = self.sides()?;
        let ahead_q = |side: Position| -> Result<u64> {
            let profit_q = side.profit_down(price_e8, lot_divisor)?;
            Ok(u64::try_from(profit_q).unwrap_or(0))
        };
        add_unsigned(ahead_q(long)?, ahead_q(short)?)
    }

    /// Open profit of all traders together at `price_e8`, within two atoms below exact, quote atoms.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn traders_profit_down(&self, price_e8: u64, lot_divisor: u64) -> Result<i64> {
        let (long, short) = self.sides()?;
        add(
            long.profit_down(price_e8, lot_divisor)?,
            short.profit_down(price_e8, lot_divisor)?,
        )
    }

    /// All longs and all shorts, each as one position.
    fn sides(&self) -> Result<(Position, Position)> {
        let signed = |lots: u64| i64::try_from(lots).map_err(|_| RiskError::Overflow);
        let long = Position {
            lots: signed(self.long_lots)?,
            entry_q: self.long_entry_q,
        };
        let short = Position {
            lots: signed(self.short_lots)?
                .checked_neg()
                .ok_or(RiskError::Overflow)?,
            entry_q: self.short_entry_q,
        };
        Ok((long, short))
    }
}
