use crate::params::TradeParams;
use anchor_lang::prelude::*;
use plimsoll_risk::carry::{Carried, Carry, CarrySums};
use plimsoll_risk::position::OpenInterest;
use plimsoll_risk::RiskError;

/// What trades write: open interest, the market's own cash, fees. Kept apart from [`super::MarketRisk`]
/// so that price cranks and trades do not lock each other.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Market {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Place in the exchange's list.
    pub index: u16,
    /// One where it has been settled: nobody enters any more.
    pub settled: u8,
    pub _pad: [u8; 3],
    pub exchange: Pubkey,
    /// Lots of all longs.
    pub long_lots: u64,
    /// Lots of all shorts.
    pub short_lots: u64,
    /// Entries of all longs, quote atoms.
    pub long_entry_q: i64,
    /// Entries of all shorts, quote atoms.
    pub short_entry_q: i64,
    /// The market's cash: what traders lost to it and what it drew from the pool, quote atoms.
    pub cash_q: u64,
    /// Profit realised by traders that the cash could not pay yet, quote atoms.
    pub unpaid_q: u64,
    /// Taker fees collected, quote atoms.
    pub fees_q: u64,
    /// Drawn from the pool, net of what was swept back, quote atoms.
    pub drawn_q: i64,
    /// Paid by the insurance fund for this market so far, quote atoms.
    pub insured_q: u64,
    /// R-L8: the part of the cash that only negative balances stand for. It is paid to nobody until the
    /// account has made it good or the waterfall has covered it, quote atoms.
    pub uncovered_q: u64,
    /// Counts this market's events.
    pub sequence: u64,
    pub params: TradeParams,
    /// R-C6: lots times carry index of all longs, lower 64 bits first.
    pub long_carry: [u64; 2],
    /// The same of all shorts, whose lots count as positive.
    pub short_carry: [u64; 2],
    pub _reserved: [u8; 216],
}

const _: () = assert!(core::mem::size_of::<Market>() == 8 + 32 + 11 * 8 + 80 + 32 + 216);

/// What a market could pay of a profit at once, and what it owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Change of the trader's balance, quote atoms.
    pub balance_q: i64,
    /// Profit that waits for cash, quote atoms.
    pub unpaid_q: u64,
}

impl Market {
    pub fn open_interest(&self) -> OpenInterest {
        OpenInterest {
            long_lots: self.long_lots,
            short_lots: self.short_lots,
            long_entry_q: self.long_entry_q,
            short_entry_q: self.short_entry_q,
        }
    }

    pub fn carry_sums(&self) -> CarrySums {
        CarrySums {
            long: joined(self.long_carry),
            short: joined(self.short_carry),
        }
    }

    /// R-C6: the sums with what each side owes in its entries, rounded so that traders own no more.
    ///
    /// # Errors
    /// An overflow.
    pub fn carried_interest_up(&self, carry: &Carry) -> plimsoll_risk::Result<OpenInterest> {
        self.carry_sums().folded_up(&self.open_interest(), carry)
    }

    /// Replaces a position in the sums (R-F2, R-C6).
    ///
    /// # Errors
    /// Where the sums would overflow.
    pub fn replace(&mut self, before: Carried, after: Carried) -> plimsoll_risk::Result<()> {
        let sums = self
            .open_interest()
            .replace(before.position, after.position)?;
        let carry = self.carry_sums().replace(&before, &after)?;
        self.long_carry = halves(carry.long);
        self.short_carry = halves(carry.short);
        self.long_lots = sums.long_lots;
        self.short_lots = sums.short_lots;
        self.long_entry_q = sums.long_entry_q;
        self.short_entry_q = sums.short_entry_q;
        Ok(())
    }

    /// How a realised profit or loss would be settled with the trader: a loss in full, a profit as far
    /// as there is cash.
    pub fn payment(&self, realised_q: i64) -> Payment {
        let Ok(profit_q) = u64::try_from(realised_q) else {
            return Payment {
                balance_q: realised_q,
                unpaid_q: 0,
            };
        };
        let paid_q = profit_q.min(self.payable_q());
        Payment {
            balance_q: paid_q as i64,
            unpaid_q: profit_q.saturating_sub(paid_q),
        }
    }

    /// Cash that may be paid out, quote atoms.
    pub fn payable_q(&self) -> u64 {
        self.cash_q.saturating_sub(self.uncovered_q)
    }

    /// Books the market's side of a payment.
    ///
    /// # Errors
    /// Where the cash would overflow or fall below zero.
    pub fn settle(&mut self, payment: Payment) -> plimsoll_risk::Result<()> {
        self.cash_q = if payment.balance_q >= 0 {
            self.cash_q.checked_sub(payment.balance_q.unsigned_abs())
        } else {
            self.cash_q.checked_add(payment.balance_q.unsigned_abs())
        }
        .ok_or(RiskError::Overflow)?;
        self.unpaid_q = self
            .unpaid_q
            .checked_add(payment.unpaid_q)
            .ok_or(RiskError::Overflow)?;
        Ok(())
    }

    /// The number of this market's next event.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }
}

/// A number of 128 bits, which accounts hold as two of 64 so that nothing depends on its alignment.
fn joined([low, high]: [u64; 2]) -> i128 {
    (i128::from(high as i64) << 64) | i128::from(low)
}

fn halves(number: i128) -> [u64; 2] {
    [number as u64, (number >> 64) as u64]
}
