use super::{ClaimIndex, Deleveraging, PositionSlot};
use crate::params::TradeParams;
use anchor_lang::prelude::*;
use plimsoll_risk::claims::{settle, worth_down};
use plimsoll_risk::position::{OpenInterest, Position};
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
    pub _pad: [u8; 4],
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
    /// What all claims of traders on profit that they realised are worth, quote atoms.
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
    /// What the claims of the index's generation were before any haircut, nominal quote atoms.
    pub nominal_q: u64,
    pub claims: ClaimIndex,
    pub deleveraging: Deleveraging,
    pub _reserved: [u8; 160],
}

const _: () = assert!(core::mem::size_of::<Market>() == 8 + 32 + 11 * 8 + 88 + 8 + 16 + 56 + 160);

/// How a realised profit or loss is settled with the trader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Change of the trader's balance, never above nothing, quote atoms.
    pub balance_q: i64,
    /// Profit that has yet to vest, quote atoms.
    pub unpaid_q: u64,
    /// The trader's claim before and after, nominal quote atoms.
    pub nominal_before_q: u64,
    pub nominal_after_q: u64,
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

    /// Replaces a position in the sums (R-F2).
    ///
    /// # Errors
    /// Where the sums would overflow.
    pub fn replace(&mut self, before: Position, after: Position) -> plimsoll_risk::Result<()> {
        let sums = self.open_interest().replace(before, after)?;
        self.long_lots = sums.long_lots;
        self.short_lots = sums.short_lots;
        self.long_entry_q = sums.long_entry_q;
        self.short_entry_q = sums.short_entry_q;
        Ok(())
    }

    /// R-W1: how a realised profit or loss is settled with the trader whose slot this is.
    ///
    /// # Errors
    /// An overflow.
    pub fn payment(&self, slot: &PositionSlot, realised_q: i64) -> plimsoll_risk::Result<Payment> {
        let nominal_before_q = self.claims.nominal_q(slot);
        let settled = settle(nominal_before_q, self.claims.index, realised_q)?;
        Ok(Payment {
            balance_q: settled.balance_q,
            unpaid_q: settled.gained_q,
            nominal_before_q,
            nominal_after_q: settled.nominal_q,
        })
    }

    /// Cash that may be paid out, quote atoms.
    pub fn payable_q(&self) -> u64 {
        self.cash_q.saturating_sub(self.uncovered_q)
    }

    /// R-W3: whether the cash covers every claim. Until it does, none is paid, so that nobody is paid first.
    pub fn covers_claims(&self) -> bool {
        self.payable_q() >= self.unpaid_q
    }

    /// Books the market's side of a payment.
    ///
    /// # Errors
    /// Where the cash or the claims would overflow.
    pub fn settle(&mut self, payment: &Payment) -> plimsoll_risk::Result<()> {
        self.cash_q = self
            .cash_q
            .checked_add(payment.balance_q.unsigned_abs())
            .ok_or(RiskError::Overflow)?;
        self.replace_claim(payment.nominal_before_q, payment.nominal_after_q)
    }

    /// Replaces a claim in the sum of all, nominal quote atoms.
    ///
    /// # Errors
    /// Where the sum would overflow or fall below zero.
    pub fn replace_claim(&mut self, before_q: u64, after_q: u64) -> plimsoll_risk::Result<()> {
        self.nominal_q = self
            .nominal_q
            .checked_sub(before_q)
            .and_then(|others_q| others_q.checked_add(after_q))
            .ok_or(RiskError::Overflow)?;
        self.unpaid_q = worth_down(self.nominal_q, self.claims.index)?;
        Ok(())
    }

    /// The number of this market's next event.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }
}
