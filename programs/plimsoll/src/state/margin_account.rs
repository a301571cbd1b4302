use super::{ClaimIndex, OrderSlot};
use crate::constants::{COLLATERALS_MAX, ORDERS_MAX, POSITIONS_MAX};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use plimsoll_risk::carry::Carried;
use plimsoll_risk::position::Position;

/// A position of a margin account. The slot is free when it has neither lots nor unpaid profit nor
/// anything uncovered.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PositionSlot {
    /// Index of the market.
    pub market_index: u16,
    /// See [`ClaimIndex::generation`].
    ///
    /// [`ClaimIndex::generation`]: crate::state::ClaimIndex::generation
    pub claim_generation: u16,
    /// R-W7: the epoch that is to take its share of this position; zero where there is none.
    pub deleverage_epoch: u32,
    /// Signed size, lots.
    pub lots: i64,
    /// What it cost, quote atoms; see [`Position::entry_q`].
    pub entry_q: i64,
    /// Profit realised here that the market has not paid yet, nominal quote atoms; see [`ClaimIndex`].
    ///
    /// [`ClaimIndex`]: crate::state::ClaimIndex
    pub unpaid_q: u64,
    /// When this leg was last cut, Unix seconds.
    pub last_cut_seconds: i64,
    /// What this account owed the market beyond its balance, quote atoms; see [`Market::uncovered_q`].
    ///
    /// [`Market::uncovered_q`]: crate::state::Market::uncovered_q
    pub uncovered_q: u64,
    /// R-C5: the side's carry index when the entry was last brought up to date.
    pub carry_index: i64,
    /// R-W2: when what is unpaid has vested, Unix seconds.
    pub vests_seconds: i64,
}

/// A collateral other than the quote currency.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CollateralSlot {
    /// Atoms of the mint; zero where the slot is free.
    pub amount: u64,
    /// Index of the collateral.
    pub collateral_index: u16,
    pub _pad: [u8; 6],
}

/// A trader's account: one per owner and sub-account id.
#[account(zero_copy)]
#[derive(Debug)]
pub struct MarginAccount {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// The owner's number for this account.
    pub sub_id: u16,
    pub _pad: [u8; 4],
    pub exchange: Pubkey,
    pub owner: Pubkey,
    /// A key that may trade but not withdraw; the zero key where there is none.
    pub delegate: Pubkey,
    /// Signed quote balance, quote atoms.
    pub balance_q: i64,
    /// The id that the last order was given.
    pub last_order_id: u64,
    /// Counts this account's events.
    pub sequence: u64,
    /// Room for profit that has yet to vest, and when.
    pub _pending: [u8; 16],
    pub collaterals: [CollateralSlot; COLLATERALS_MAX],
    pub positions: [PositionSlot; POSITIONS_MAX],
    pub orders: [OrderSlot; ORDERS_MAX],
    pub _reserved: [u8; 96],
    /// R-L12: when a share of several legs was last cut, Unix seconds.
    pub sliced_seconds: i64,
    /// R-L11: when its collateral was first found to be for sale, Unix seconds; zero where it is not.
    pub found_seconds: i64,
    /// R-L13: since when interest runs, Unix seconds; zero where none does.
    pub debt_seconds: i64,
    /// R-L13: what it runs on, quote atoms.
    pub debt_q: u64,
}

const _: () = assert!(core::mem::size_of::<PositionSlot>() == 8 + 6 * 8 + 8);
const _: () = assert!(
    core::mem::size_of::<MarginAccount>()
        == 8 + 3 * 32 + 3 * 8 + 16 + 4 * 16 + 8 * 64 + 8 * 72 + 96 + 4 * 8
);

impl PositionSlot {
    pub fn is_free(&self) -> bool {
        self.lots == 0 && self.unpaid_q == 0 && self.uncovered_q == 0
    }

    pub fn position(&self) -> Position {
        Position {
            lots: self.lots,
            entry_q: self.entry_q,
        }
    }

    /// The position, and where its side's carry stood when its entry was up to date.
    pub fn carried(&self) -> Carried {
        Carried {
            position: self.position(),
            index: self.carry_index,
        }
    }

    pub fn set_carried(&mut self, carried: Carried) {
        self.lots = carried.position.lots;
        self.entry_q = carried.position.entry_q;
        self.carry_index = carried.index;
    }

    /// Sets what is unpaid, in nominal quote atoms of the index's generation.
    pub fn set_claim(&mut self, nominal_q: u64, claims: &ClaimIndex) {
        self.unpaid_q = nominal_q;
        self.claim_generation = claims.generation;
        if nominal_q == 0 {
            self.claim_generation = 0;
            self.vests_seconds = 0;
        }
    }
}

impl MarginAccount {
    /// Slot of the position in a market, if there is one.
    pub fn position_in(&self, market_index: u16) -> Option<usize> {
        self.positions
            .iter()
            .position(|slot| !slot.is_free() && slot.market_index == market_index)
    }

    /// Slot of the position in a market, or the first free one.
    ///
    /// # Errors
    /// [`PlimsollError::PositionsFull`].
    pub fn position_or_free(&self, market_index: u16) -> Result<usize> {
        self.position_in(market_index)
            .or_else(|| self.positions.iter().position(PositionSlot::is_free))
            .ok_or_else(|| PlimsollError::PositionsFull.into())
    }

    /// Slot of a collateral that is held.
    pub fn collateral_in(&self, collateral_index: u16) -> Option<usize> {
        self.collaterals
            .iter()
            .position(|slot| slot.amount != 0 && slot.collateral_index == collateral_index)
    }

    /// Slot of a collateral, or the first free one.
    ///
    /// # Errors
    /// [`PlimsollError::CollateralsFull`].
    pub fn collateral_or_free(&self, collateral_index: u16) -> Result<usize> {
        self.collateral_in(collateral_index)
            .or_else(|| self.collaterals.iter().position(|slot| slot.amount == 0))
            .ok_or_else(|| PlimsollError::CollateralsFull.into())
    }

    /// Whether an order is open that may add risk and cannot be cancelled. One that can is judged when it
    /// fills, like any other, by what is there then.
    pub fn has_adding_orders(&self) -> bool {
        self.orders
            .iter()
            .any(|order| order.is_bound() && order.reduce_only == 0)
    }

    /// Whether an order is open in a market that cannot be cancelled.
    pub fn has_bound_order_in(&self, market_index: u16) -> bool {
        self.orders
            .iter()
            .any(|order| order.is_bound() && order.market_index == market_index)
    }

    /// Slot of an order.
    ///
    /// # Errors
    /// [`PlimsollError::OrderNotFound`], also for id zero.
    pub fn order(&self, id: u64) -> Result<usize> {
        self.orders
            .iter()
            .position(|order| id != 0 && order.id == id)
            .ok_or_else(|| PlimsollError::OrderNotFound.into())
    }

    /// R-L8: what a change of the balance to `balance_q` would leave owed beyond what is marked as
    /// uncovered already, quote atoms.
    pub fn newly_uncovered_q(&self, balance_q: i64) -> u64 {
        lacking_q(balance_q).saturating_sub(self.uncovered_q())
    }

    /// R-L8: what was marked as uncovered in a slot and the balance has made good since, quote atoms.
    pub fn repaid_q(&self, index: usize) -> u64 {
        let repaid_q = self.uncovered_q().saturating_sub(lacking_q(self.balance_q));
        repaid_q.min(self.positions[index].uncovered_q)
    }

    /// What the balance lacks to zero, quote atoms.
    pub fn owed_q(&self) -> u64 {
        lacking_q(self.balance_q)
    }

    /// R-L13: fails where interest runs that was not booked at this time, Unix seconds.
    ///
    /// # Errors
    /// [`PlimsollError::DebtNotAccrued`].
    pub fn check_accrued(&self, now_seconds: i64) -> Result<()> {
        let accrued = self.debt_seconds == 0 || self.debt_seconds == now_seconds;
        require!(accrued, PlimsollError::DebtNotAccrued);
        Ok(())
    }

    /// R-L13: interest runs on what is owed against collateral from now on, Unix seconds.
    pub fn restart_interest(&mut self, now_seconds: i64) {
        let pledged = self.collaterals.iter().any(|slot| slot.amount != 0);
        self.debt_q = if pledged { self.owed_q() } else { 0 };
        self.debt_seconds = if self.debt_q == 0 { 0 } else { now_seconds };
    }

    /// Empties a slot that holds nothing any more.
    pub fn tidy(&mut self, index: usize) {
        if self.positions[index].is_free() {
            self.positions[index] = PositionSlot::default();
        }
    }

    /// What all slots are marked to owe beyond the balance, quote atoms.
    fn uncovered_q(&self) -> u64 {
        self.positions
            .iter()
            .map(|slot| slot.uncovered_q)
            .fold(0, u64::saturating_add)
    }

    /// R-O8: ends all orders that could be cancelled and takes their escrow back; what that was, quote atoms.
    ///
    /// # Errors
    /// An overflow of the balance.
    pub fn end_waiting_orders(&mut self) -> Result<u64> {
        let mut refunded_q: u64 = 0;
        for order in self.orders.iter_mut().filter(|order| order.is_waiting()) {
            refunded_q = refunded_q.saturating_add(order.fee_q);
            *order = OrderSlot::default();
        }
        self.balance_q = self
            .balance_q
            .checked_add_unsigned(refunded_q)
            .ok_or(PlimsollError::Overflow)?;
        Ok(refunded_q)
    }

    /// Fees escrowed by all open orders, quote atoms.
    pub fn escrow_q(&self) -> u64 {
        self.orders
            .iter()
            .map(|order| order.fee_q)
            .fold(0, u64::saturating_add)
    }

    /// Whether nothing is held or owed.
    pub fn is_empty(&self) -> bool {
        self.balance_q == 0
            && self.debt_seconds == 0
            && self.positions.iter().all(PositionSlot::is_free)
            && self.orders.iter().all(OrderSlot::is_free)
            && self.collaterals.iter().all(|slot| slot.amount == 0)
    }

    /// Whether `key` may trade for this account.
    pub fn is_authority(&self, key: &Pubkey) -> bool {
        *key == self.owner || (self.delegate != Pubkey::default() && *key == self.delegate)
    }

    /// The number of this account's next event.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }
}

/// What a balance lacks to zero, quote atoms.
fn lacking_q(balance_q: i64) -> u64 {
    balance_q.min(0).unsigned_abs()
}
