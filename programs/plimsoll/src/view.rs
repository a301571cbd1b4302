//! Where accounts become inputs of the risk crate. The program and every client use these functions,
//! so that both compute the same numbers.

use crate::error::{OrRefuse, PlimsollError};
use crate::state::{MarginAccount, MarketRisk, PositionSlot};
use anchor_lang::prelude::*;
use plimsoll_risk::account::{Exposure, Margin};
use plimsoll_risk::oracle::check_age;

/// Which risk accounts an instruction may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Refreshed within the market's own limit at this time, Unix seconds (R-P9).
    AsOf(i64),
    /// For cuts and liquidations at this time, Unix seconds: the market acted on within its limit for
    /// reductions, which is tight so that keepers cannot choose among prices; the others as last known,
    /// so that a silent feed does not make an account immune.
    Reducing(i64),
    /// The last known state, however old: reducing risk is never refused for want of a price.
    LastKnown,
}

/// A slot's exposure as its market's risk account sees it.
pub fn exposure(slot: &PositionSlot, risk: &MarketRisk) -> Exposure {
    Exposure {
        position: slot.position(),
        unpaid_q: slot.unpaid_q,
        price_e8: risk.price_e8,
        slow_price_e8: risk.slow_price_e8,
        lot_divisor: risk.lot_divisor,
        ratios: risk.ratios(),
    }
}

/// An account as it would be after a plan: one slot and the balance replaced.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    pub account: &'a MarginAccount,
    pub balance_q: i64,
    /// The slot that the plan replaces, and by what.
    pub replaced: Option<(usize, PositionSlot)>,
}

impl<'a> Planned<'a> {
    /// The account as it is.
    pub fn unchanged(account: &'a MarginAccount) -> Self {
        Self {
            account,
            balance_q: account.balance_q,
            replaced: None,
        }
    }

    /// The slot at `index` after the plan.
    pub fn slot(&self, index: usize) -> &PositionSlot {
        match &self.replaced {
            Some((replaced, slot)) if *replaced == index => slot,
            _ => &self.account.positions[index],
        }
    }

    /// The account's margin, given the exposure of each slot that is or was in use. A slot that the plan
    /// empties is asked for too: it keeps its place in the list of risk accounts.
    ///
    /// # Errors
    /// Whatever `exposure_of` refuses, or an overflow.
    pub fn margin(
        &self,
        mut exposure_of: impl FnMut(&PositionSlot) -> Result<Exposure>,
    ) -> Result<Margin> {
        let mut margin = Margin::of_balance(self.balance_q);
        for (index, before) in self.account.positions.iter().enumerate() {
            let slot = self.slot(index);
            if !slot.is_free() || !before.is_free() {
                margin = margin.plus(&exposure_of(slot)?).or_refuse()?;
            }
        }
        Ok(margin)
    }
}

/// The risk accounts that an instruction was given: the one of the market it acts on, by name, and
/// those of the account's other positions, in the order of their slots.
pub struct RiskAccounts<'a, 'info> {
    pub exchange: Pubkey,
    pub named: Option<&'a MarketRisk>,
    pub others: &'info [AccountInfo<'info>],
    pub freshness: Freshness,
}

impl RiskAccounts<'_, '_> {
    /// The margin of an account, planned or as it is.
    ///
    /// # Errors
    /// [`PlimsollError::RiskAccountMissing`], [`PlimsollError::RiskAccountUnexpected`],
    /// [`PlimsollError::WrongExchange`], [`PlimsollError::RiskTooOld`], or an overflow.
    pub fn margin(&self, planned: &Planned) -> Result<Margin> {
        let mut rest = self.others.iter();
        let margin = planned.margin(|slot| match self.named {
            Some(risk) if risk.index == slot.market_index => {
                if let Freshness::Reducing(now_seconds) = self.freshness {
                    check_age(
                        risk.publish_seconds,
                        risk.params.reduction_age_seconds_max,
                        now_seconds,
                    )
                    .map_err(|_| PlimsollError::RiskTooOld)?;
                }
                self.exposure(slot, risk)
            }
            _ => {
                let info = rest.next().ok_or(PlimsollError::RiskAccountMissing)?;
                let loader = AccountLoader::<MarketRisk>::try_from(info)?;
                let risk = loader.load()?;
                self.exposure(slot, &risk)
            }
        })?;
        require!(rest.next().is_none(), PlimsollError::RiskAccountUnexpected);
        Ok(margin)
    }

    fn exposure(&self, slot: &PositionSlot, risk: &MarketRisk) -> Result<Exposure> {
        require!(
            risk.index == slot.market_index,
            PlimsollError::RiskAccountMissing
        );
        require!(risk.exchange == self.exchange, PlimsollError::WrongExchange);
        if let Freshness::AsOf(now_seconds) = self.freshness {
            check_fresh(risk, now_seconds)?;
        }
        Ok(exposure(slot, risk))
    }
}

/// R-P9: fails where a risk account's price is older than its market allows for decisions.
///
/// # Errors
/// [`PlimsollError::RiskTooOld`].
pub fn check_fresh(risk: &MarketRisk, now_seconds: i64) -> Result<()> {
    check_age(
        risk.publish_seconds,
        risk.params.risk_age_seconds_max,
        now_seconds,
    )
    .map_err(|_| PlimsollError::RiskTooOld.into())
}
