//! The end of the waterfall: what a market owes beyond what backs it is taken from all who are ahead in it, each
//! by the same share, and no more than that.

use crate::claims::INDEX_MIN;
use crate::error::{Result, RiskError};
use crate::math::{add, add_unsigned, mul_div_down, mul_div_up, negate, sub, sub_unsigned, to_i64};
use crate::position::{Fill, Position};
use crate::units::cost_up;

/// What stands behind the claims on a market, quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backing {
    /// Cash that may be paid out.
    pub cash_q: u64,
    /// What may still be drawn from the pool.
    pub drawable_q: u64,
    /// What insurance would pay of cash that nobody stands for.
    pub insurable_q: u64,
}

/// R-W5: what a market owes beyond its backing: realised claims and the open profit of all traders together, less
/// cash, what the pool may still lose here, and what insurance would pay.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn deficit_q(claims_q: u64, traders_profit_q: i64, backing: &Backing) -> Result<u64> {
    let owed_q = add(to_i64(claims_q)?, traders_profit_q)?;
    let cash_q = add_unsigned(backing.cash_q, backing.insurable_q)?;
    let backing_q = to_i64(add_unsigned(cash_q, backing.drawable_q)?)?;
    Ok(u64::try_from(sub(owed_q, backing_q)?).unwrap_or(0))
}

/// R-W6: the share of every gain that an epoch takes: `deficit_q ÷ gains_q`, at most one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Haircut {
    /// What is taken in all, quote atoms.
    pub deficit_q: u64,
    /// What it is taken from in all: claims and registered open profit, quote atoms.
    pub gains_q: u64,
}

/// How a haircut is taken of a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deleveraging {
    /// What is closed at the epoch's price, at a cost that includes what is forfeited.
    pub fill: Fill,
    /// Profit taken, quote atoms.
    pub forfeited_q: u64,
}

impl Haircut {
    /// Of all gains together, not more than they are.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn new(deficit_q: u64, claims_q: u64, open_gains_q: u64) -> Result<Self> {
        let gains_q = add_unsigned(claims_q, open_gains_q)?;
        Ok(Self {
            deficit_q: deficit_q.min(gains_q),
            gains_q,
        })
    }

    /// What is taken of a gain, rounded up, at most all of it.
    ///
    /// # Errors
    /// [`RiskError::DivisionByZero`] where there were no gains.
    pub fn of_up(&self, gain_q: u64) -> Result<u64> {
        mul_div_up(gain_q, self.deficit_q, self.gains_q)
    }

    /// The index of claims after the haircut, rounded down; zero where next to nothing is left of them.
    ///
    /// # Errors
    /// [`RiskError::DivisionByZero`] where there were no gains.
    pub fn index_down(&self, index: u64) -> Result<u64> {
        let kept_q = sub_unsigned(self.gains_q, self.deficit_q)?;
        let index = mul_div_down(index, kept_q, self.gains_q)?;
        Ok(if index < INDEX_MIN { 0 } else { index })
    }

    /// Takes the haircut of a position's open profit at the epoch's price: that share of its lots, rounded up, is
    /// closed there, and pays what is taken on top of its cost. So it realises next to nothing: less than the
    /// profit of a lot where lots were rounded up, and at worst three atoms of loss.
    ///
    /// # Errors
    /// [`RiskError::SizeInvalid`] for a position that is not ahead or where nothing is to be taken,
    /// [`RiskError::Overflow`].
    pub fn deleverage(
        &self,
        position: Position,
        price_e8: u64,
        lot_divisor: u64,
    ) -> Result<Deleveraging> {
        let gain_q = gain_down(position, price_e8, lot_divisor)?;
        if gain_q == 0 || self.deficit_q == 0 {
            return Err(RiskError::SizeInvalid);
        }
        let closed_lots = self.of_up(position.lots.unsigned_abs())?;
        let lots = if position.lots > 0 {
            negate(closed_lots)?
        } else {
            to_i64(closed_lots)?
        };
        let forfeited_q = self.of_up(gain_q)?;
        let cost_q = add(cost_up(lots, price_e8, lot_divisor)?, to_i64(forfeited_q)?)?;
        Ok(Deleveraging {
            fill: Fill { lots, cost_q },
            forfeited_q,
        })
    }
}

/// R-W6: what a position is ahead at the epoch's price, rounded down, quote atoms; nothing where it is behind.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn gain_down(position: Position, price_e8: u64, lot_divisor: u64) -> Result<u64> {
    let open_q = position.profit_down(price_e8, lot_divisor)?;
    Ok(u64::try_from(open_q).unwrap_or(0))
}
