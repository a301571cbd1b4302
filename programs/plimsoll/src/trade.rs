//! How a fill changes an account and its market: planned without writing, then applied as planned.

use crate::error::{OrRefuse, PlimsollError};
use crate::state::{MarginAccount, Market, Payment, PositionSlot};
use crate::view::Planned;
use anchor_lang::prelude::*;
use plimsoll_risk::carry::{Carried, Carry};
use plimsoll_risk::math::{sub, to_i64};
use plimsoll_risk::position::Fill;

/// The effect of one fill. Nothing is written until [`FillPlan::apply`].
#[derive(Clone, Copy, Debug)]
pub struct FillPlan {
    pub fill: Fill,
    pub slot_index: usize,
    pub before: Carried,
    pub slot: PositionSlot,
    /// The carry that the fill brought into the entry, quote atoms; negative where it was earned.
    pub carry_q: i64,
    pub realised_q: i64,
    pub payment: Payment,
    /// What was charged of the charges asked for, quote atoms.
    pub charged_q: u64,
    /// The account's balance after payment and charges, quote atoms.
    pub balance_q: i64,
    /// What the fill leaves the account owing its market beyond its balance, quote atoms.
    pub uncovered_q: u64,
}

impl FillPlan {
    /// Plans a fill in `market` that also charges the account up to `charges_q`, as far as its balance
    /// goes. R-C5: what the position owes in carry comes into its entry first.
    ///
    /// # Errors
    /// [`PlimsollError::PositionsFull`], or an overflow.
    pub fn new(
        account: &MarginAccount,
        market: &Market,
        carry: &Carry,
        fill: Fill,
        charges_q: u64,
    ) -> Result<Self> {
        let slot_index = account.position_or_free(market.index)?;
        let mut slot = account.positions[slot_index];
        let before = slot.carried();
        market.check_fill(&slot, fill.lots)?;
        let folded = carry.folded(&before).or_refuse()?;
        let filled = folded.fill(fill).or_refuse()?;
        let payment = market.payment(&slot, filled.realised_q).or_refuse()?;
        slot.market_index = market.index;
        slot.set_carried(carry.carried(filled.position));
        slot.set_claim(payment.nominal_after_q, &market.claims);
        let paid_q = account
            .balance_q
            .checked_add(payment.balance_q)
            .ok_or(PlimsollError::Overflow)?;
        // Fees are taken of what the balance holds: beyond it they would be others' money.
        let charged_q = charges_q.min(u64::try_from(paid_q).unwrap_or(0));
        let balance_q = sub(paid_q, to_i64(charged_q).or_refuse()?).or_refuse()?;
        // A loss that no balance stands for is not cash that could be paid out.
        let uncovered_q = account.newly_uncovered_q(balance_q);
        slot.uncovered_q = slot.uncovered_q.saturating_add(uncovered_q);
        Ok(Self {
            fill,
            slot_index,
            before,
            slot,
            carry_q: sub(folded.entry_q, before.position.entry_q).or_refuse()?,
            realised_q: filled.realised_q,
            payment,
            charged_q,
            balance_q,
            uncovered_q,
        })
    }

    /// The account as it would be.
    pub fn planned<'a>(&self, account: &'a MarginAccount) -> Planned<'a> {
        Planned {
            account,
            balance_q: self.balance_q,
            replaced: Some((self.slot_index, self.slot)),
            released: None,
        }
    }

    /// Writes the plan to the account and its market. What the plan charged is the caller's to book.
    ///
    /// # Errors
    /// An overflow of the market's sums.
    pub fn apply(&self, account: &mut MarginAccount, market: &mut Market) -> Result<()> {
        let mut slot = self.slot;
        if self.payment.unpaid_q > 0 {
            let pending = &account.positions[self.slot_index];
            slot.vests_seconds = market.vests_seconds(pending, self.payment.unpaid_q)?;
        }
        market.replace(self.before, slot.carried()).or_refuse()?;
        market.settle(&self.payment).or_refuse()?;
        market.uncovered_q = market.uncovered_q.saturating_add(self.uncovered_q);
        account.balance_q = self.balance_q;
        account.positions[self.slot_index] = slot;
        account.tidy(self.slot_index);
        Ok(())
    }
}

/// Pays a keeper into their margin account.
///
/// # Errors
/// An overflow of the balance.
pub fn pay_keeper(keeper_account: &AccountLoader<MarginAccount>, fee_q: u64) -> Result<()> {
    let mut keeper = keeper_account.load_mut()?;
    keeper.balance_q = i64::try_from(fee_q)
        .ok()
        .and_then(|fee_q| keeper.balance_q.checked_add(fee_q))
        .ok_or(PlimsollError::Overflow)?;
    Ok(())
}
