//! Carry: what holding a position costs. Funding passes between the sides and leans against the skew; a
//! fee pays the pool for standing behind both. Each side has one index, and a position owes what its
//! side's index has moved by since it was last touched.

use crate::error::{Result, RiskError};
use crate::math::{
    add, mul_div_down, mul_div_up, negate, signed_mul_div_up, signed_wide_div_down,
    signed_wide_div_up, sub, to_i64,
};
use crate::position::{OpenInterest, Position};
use crate::units::{ONE_PPM, ONE_PPM_U64};

/// An index stops here: the difference of two still fits 64 bits.
pub const INDEX_MAX: i64 = (1 << 62) - 1;
/// Bits that a market's first price has in an index, at least.
const PRICE_BITS: u32 = 42;
/// A rate of one, taken twice: indices add two rates where their mean is meant.
const TWO_E18: u64 = 2_000_000_000_000_000_000;

/// How the funding rate moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FundingParams {
    /// By how much it moves in a day at full skew, ppm a day.
    pub velocity_ppm: u32,
    /// The rate at the most, ppm a day.
    pub cap_ppm: u32,
    /// The longest time between two prices that is charged for.
    pub silence_seconds_max: u32,
}

/// What the use of the pool costs. Rates are of the notional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BorrowParams {
    /// The fee where nothing of the pool is used, ppm a day.
    pub idle_ppm: u32,
    /// The fee at the kink, ppm a day.
    pub kink_ppm: u32,
    /// The fee where all of the pool is used, ppm a day.
    pub full_ppm: u32,
    /// The utilisation from which the fee rises more steeply, ppm.
    pub kink_utilisation_ppm: u32,
}

/// How a market is used, as told from time to time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Longs less shorts over full skew, ppm, from minus one to one.
    pub skew_ppm: i32,
    /// The fee of longs, 1e-18 of the notional a second.
    pub long_borrow_e18: u64,
    /// The same of shorts.
    pub short_borrow_e18: u64,
}

/// The funding rate and what each side has been charged so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carry {
    /// The funding rate, 1e-18 of the notional a second; positive where longs pay.
    pub funding_e18: i64,
    /// What a long of one base unit has been charged, less what it was paid, 2^-`shift` of 1e-8.
    pub long_index: i64,
    /// The same of a short.
    pub short_index: i64,
    /// From [`index_shift`].
    pub shift: u32,
    /// From [`crate::units::lot_divisor`].
    pub lot_divisor: u64,
}

/// A position, and its side's index when its entry was last brought up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The position.
    pub position: Position,
    /// The index; zero where there are no lots.
    pub index: i64,
}

/// R-C4: how fine a market's index is, from its first price: that price has 42 bits in it, unless the lot's
/// divisor leaves no room for as many.
#[must_use]
pub const fn index_shift(price_e8: u64, lot_divisor: u64) -> u32 {
    let price_bits = u64::BITS.saturating_sub(price_e8.leading_zeros());
    let wanted = PRICE_BITS.saturating_sub(price_bits);
    let room = lot_divisor.leading_zeros();
    if wanted < room {
        wanted
    } else {
        room
    }
}

/// R-C1: a skew over the full one, towards nothing, ppm.
///
/// # Errors
/// [`RiskError::DivisionByZero`] where the full skew is nothing.
pub fn skew_ppm(skew_lots: i64, full_lots: u64) -> Result<i32> {
    let size = skew_lots.unsigned_abs().min(full_lots);
    let size = mul_div_down(size, ONE_PPM_U64, full_lots)?;
    let size = i32::try_from(size).map_err(|_| RiskError::Overflow)?;
    Ok(if skew_lots < 0 {
        size.saturating_neg()
    } else {
        size
    })
}

/// R-C3: what must be payable over what could be paid, at most one, rounded up, ppm.
///
/// # Errors
/// [`RiskError::Overflow`] never in fact.
pub fn utilisation_ppm_up(must_q: u64, could_q: u64) -> Result<u32> {
    if must_q == 0 {
        return Ok(0);
    }
    if must_q >= could_q {
        return Ok(ONE_PPM);
    }
    let used_ppm = mul_div_up(must_q, ONE_PPM_U64, could_q)?;
    u32::try_from(used_ppm).map_err(|_| RiskError::Overflow)
}

impl FundingParams {
    /// R-C1: the funding rate after some seconds, at most 2^14, at a skew, 1e-18 a second.
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] far outside of what governance may set.
    #[inline]
    pub fn rate_e18(&self, before_e18: i64, skew_ppm: i32, seconds: u64) -> Result<i64> {
        let skew = u64::from(skew_ppm.unsigned_abs());
        // On chain it costs less to ask once than to check each product.
        let beyond = self.velocity_ppm >> 24 | self.cap_ppm >> 20;
        if u64::from(beyond) | skew >> 20 | seconds >> 14 != 0 {
            return Err(RiskError::ParameterOutOfRange);
        }
        // A millionth of a millionth a day and day is 25 ÷ 186,624 of 1e-18 a second and second: 63 bits.
        let step = u64::from(self.velocity_ppm)
            .wrapping_mul(skew)
            .wrapping_mul(seconds)
            .wrapping_mul(25)
            / 186_624;
        let after = if skew_ppm < 0 {
            before_e18.saturating_sub_unsigned(step)
        } else {
            before_e18.saturating_add_unsigned(step)
        };
        // A millionth a day is 312,500,000 ÷ 27 of 1e-18 a second: less than 2^44.
        let cap = to_i64(u64::from(self.cap_ppm).wrapping_mul(312_500_000) / 27)?;
        Ok(after.clamp(cap.wrapping_neg(), cap))
    }
}

impl BorrowParams {
    /// R-C2: the fee at a utilisation, rounded up, 1e-18 of the notional a second.
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] where a rate falls with utilisation, or far outside of what
    /// governance may set.
    pub fn fee_e18_up(&self, utilisation_ppm: u32) -> Result<u64> {
        let used = utilisation_ppm.min(ONE_PPM);
        let kink = self.kink_utilisation_ppm.min(ONE_PPM);
        let (from, to, part, whole) = if used <= kink {
            (self.idle_ppm, self.kink_ppm, used, kink)
        } else {
            let (above, room) = (used.saturating_sub(kink), ONE_PPM.saturating_sub(kink));
            (self.kink_ppm, self.full_ppm, above, room)
        };
        let rise = to.checked_sub(from).ok_or(RiskError::ParameterOutOfRange)?;
        if to >> 20 != 0 {
            return Err(RiskError::ParameterOutOfRange);
        }
        let mut day_e12 = u64::from(from).wrapping_mul(ONE_PPM_U64);
        if part != 0 {
            // Three numbers of 20 bits.
            let risen = u64::from(rise)
                .wrapping_mul(u64::from(part))
                .wrapping_mul(ONE_PPM_U64);
            day_e12 = day_e12.wrapping_add(risen.div_ceil(u64::from(whole)));
        }
        // 1e-12 a day is 625 ÷ 54 of 1e-18 a second: less than 2^44.
        Ok(day_e12.wrapping_mul(625).div_ceil(54))
    }
}

impl Carry {
    /// R-C4: the carry some seconds later, at the price that was known when they began.
    ///
    /// # Errors
    /// As [`FundingParams::rate_e18`].
    pub fn accrued(
        &self,
        params: &FundingParams,
        usage: &Usage,
        price_e8: u64,
        seconds: u64,
    ) -> Result<Self> {
        let seconds = seconds.min(u64::from(params.silence_seconds_max));
        if seconds == 0 {
            return Ok(*self);
        }
        let funding_e18 = params.rate_e18(self.funding_e18, usage.skew_ppm, seconds)?;
        let funded = add(self.funding_e18, funding_e18)?;
        let price = if price_e8 > u64::MAX.wrapping_shr(self.shift) {
            u64::MAX
        } else {
            price_e8.wrapping_shl(self.shift)
        };
        let moved = |index: i64, funded: i64, borrow_e18: u64| {
            let twice_e18 = funded.saturating_add_unsigned(borrow_e18.saturating_add(borrow_e18));
            let size = twice_e18.unsigned_abs();
            if size == 0 {
                return Ok(index);
            }
            if size >> 49 != 0 {
                return Err(RiskError::ParameterOutOfRange);
            }
            // With 14 bits of seconds it has 63.
            let charged = size.wrapping_mul(seconds);
            let index = if twice_e18 < 0 {
                index.saturating_sub_unsigned(mul_div_down(charged, price, TWO_E18)?)
            } else {
                index.saturating_add_unsigned(mul_div_up(charged, price, TWO_E18)?)
            };
            Ok(index.clamp(-INDEX_MAX, INDEX_MAX))
        };
        let (long, short) = (funded, funded.saturating_neg());
        Ok(Self {
            funding_e18,
            long_index: moved(self.long_index, long, usage.long_borrow_e18)?,
            short_index: moved(self.short_index, short, usage.short_borrow_e18)?,
            ..*self
        })
    }

    /// The index of the side that holds `lots`; zero for none.
    #[inline]
    #[must_use]
    pub const fn index(&self, lots: i64) -> i64 {
        match lots {
            0 => 0,
            1.. => self.long_index,
            _ => self.short_index,
        }
    }

    /// R-C5: what a position has come to owe since it was last touched, rounded up, quote atoms; negative
    /// where it is owed.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    #[inline]
    pub fn due_up(&self, held: &Carried) -> Result<i64> {
        let lots = held.position.lots;
        let change = sub(self.index(lots), held.index)?;
        if change == 0 {
            return Ok(0);
        }
        let (size, lots, divisor) = (change.unsigned_abs(), lots.unsigned_abs(), self.divisor());
        // Days of carry on millions: on chain a fifth of what a wide product costs.
        if (size | lots) >> 32 == 0 {
            let product = size.wrapping_mul(lots);
            let down = product
                .checked_div(divisor)
                .ok_or(RiskError::DivisionByZero)?;
            return if change < 0 {
                negate(down)
            } else {
                add(
                    to_i64(down)?,
                    i64::from(down.wrapping_mul(divisor) != product),
                )
            };
        }
        signed_mul_div_up(change, lots, divisor)
    }

    /// R-C5: the position with what it owes in its entry.
    ///
    /// # Errors
    /// As [`Carry::due_up`].
    #[inline]
    pub fn folded(&self, held: &Carried) -> Result<Position> {
        Ok(Position {
            lots: held.position.lots,
            entry_q: add(held.position.entry_q, self.due_up(held)?)?,
        })
    }

    /// A position whose entry is up to date.
    #[inline]
    #[must_use]
    pub const fn carried(&self, position: Position) -> Carried {
        Carried {
            index: self.index(position.lots),
            position,
        }
    }

    /// Turns lots times index into quote atoms. Nothing is cut off: [`index_shift`] leaves room.
    #[inline]
    const fn divisor(&self) -> u64 {
        self.lot_divisor.wrapping_shl(self.shift)
    }
}

/// Lots times index of all positions of a market, by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CarrySums {
    /// Of all longs.
    pub long: i128,
    /// Of all shorts, whose lots count as positive.
    pub short: i128,
}

impl CarrySums {
    /// R-C6: replaces one position by another in the sums.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 128 bits.
    pub fn replace(&self, before: &Carried, after: &Carried) -> Result<Self> {
        let mut sums = *self;
        let old = sums.side(before.position.lots);
        *old = old.checked_sub(weight(before)).ok_or(RiskError::Overflow)?;
        let new = sums.side(after.position.lots);
        *new = new.checked_add(weight(after)).ok_or(RiskError::Overflow)?;
        Ok(sums)
    }

    /// R-C6: the sums of positions with what each side owes in its entries, rounded up: traders together own
    /// no more than that.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn folded_up(&self, open: &OpenInterest, carry: &Carry) -> Result<OpenInterest> {
        self.folded(open, carry, signed_wide_div_up)
    }

    /// R-C6: the same rounded down: traders together own no less.
    ///
    /// # Errors
    /// As [`CarrySums::folded_up`].
    pub fn folded_down(&self, open: &OpenInterest, carry: &Carry) -> Result<OpenInterest> {
        self.folded(open, carry, signed_wide_div_down)
    }

    fn folded(
        &self,
        open: &OpenInterest,
        carry: &Carry,
        div: fn(i128, u64) -> Result<i64>,
    ) -> Result<OpenInterest> {
        let due_q = |lots: u64, index: i64, sum: i128| {
            let charged = i128::from(lots).checked_mul(i128::from(index));
            let owed = charged.and_then(|charged| charged.checked_sub(sum));
            div(owed.ok_or(RiskError::Overflow)?, carry.divisor())
        };
        let long_q = due_q(open.long_lots, carry.long_index, self.long)?;
        let short_q = due_q(open.short_lots, carry.short_index, self.short)?;
        Ok(OpenInterest {
            long_entry_q: add(open.long_entry_q, long_q)?,
            short_entry_q: add(open.short_entry_q, short_q)?,
            ..*open
        })
    }

    fn side(&mut self, lots: i64) -> &mut i128 {
        if lots >= 0 {
            &mut self.long
        } else {
            &mut self.short
        }
    }
}

/// Lots, as a positive number, times index: at most 2^63 times 2^62.
fn weight(held: &Carried) -> i128 {
    i128::from(held.position.lots.unsigned_abs()).saturating_mul(i128::from(held.index))
}
