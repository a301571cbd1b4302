//! How much of a collateral is sold. Pure: nothing is written here.

use super::held::Held;
use super::sale::{Sale, Sold};
use crate::error::{OrRefuse, PlimsollError};
use crate::state::MarginAccount;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::Netting;
use plimsoll_risk::slice::{gap_e6, searched_share_up, sliced_up};
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::RiskError;

/// What a sale is planned from.
pub struct Need<'a> {
    pub account: &'a MarginAccount,
    pub held: &'a Held,
    pub netting: &'a Netting<'a>,
    pub sale: &'a Sale,
    /// R-L13: what the account may owe, quote atoms.
    pub cap_q: u64,
    /// A sale below the liquidation line aims at this multiple of it.
    pub target_ppm: u32,
}

/// How an account was found.
pub enum Found {
    /// Neither below the liquidation line nor owing more than it may.
    AboveTheLine,
    /// What is sold, if anything, and whether the account is for sale still.
    ForSale(Option<(Sold, bool)>),
}

impl Need<'_> {
    /// R-L10: plans the sale of what is needed, at most `amount_max`.
    ///
    /// # Errors
    /// [`PlimsollError::SaleTooSmall`], [`PlimsollError::DoesNotImprove`], or an overflow.
    pub fn sold(&self, amount_max: u64) -> Result<Found> {
        let before = self.held.margin(self.account, self.netting)?;
        if !self.is_for_sale(&before, self.account) {
            return Ok(Found::AboveTheLine);
        }
        if amount_max == 0 {
            return Ok(Found::ForSale(None));
        }
        let mut tried = core::slice::from_ref(self.account).to_vec();
        let amount = self.amount(&before, amount_max, &mut tried)?;
        let after = self.after(amount, &mut tried)?;
        // Uncovering a hedge must not hurt, at neither line.
        require!(
            after.headroom_liquidation_q() >= before.headroom_liquidation_q()
                && after.state() <= before.state(),
            PlimsollError::DoesNotImprove
        );
        let still = self.is_for_sale(&after, &tried[0]);
        Ok(Found::ForSale(Some((self.sale.of(amount)?, still))))
    }

    fn is_for_sale(&self, margin: &Margin, account: &MarginAccount) -> bool {
        margin.state() >= AccountState::Liquidatable || account.owed_q() > self.cap_q
    }

    /// The least that is needed, all of a bankrupt account's; of that what the buyer takes, and no dust is
    /// left.
    fn amount(&self, before: &Margin, amount_max: u64, tried: &mut [MarginAccount]) -> Result<u64> {
        let whole = self.sale.slot.amount;
        let needed = if before.state() == AccountState::Bankrupt {
            whole
        } else {
            self.needed(before, tried)?
        };
        let amount = needed.min(amount_max);
        let left = whole.saturating_sub(amount);
        if left > 0 && self.sale.is_dust(left).or_refuse()? {
            require!(amount_max >= whole, PlimsollError::SaleTooSmall);
            return Ok(whole);
        }
        Ok(amount)
    }

    fn needed(&self, before: &Margin, tried: &mut [MarginAccount]) -> Result<u64> {
        let liquidatable = before.state() == AccountState::Liquidatable;
        let whole = self.sale.slot.amount;
        let part = |share_ppm| sliced_up(whole, share_ppm, |left| self.sale.is_dust(left));
        let gap = |margin: &Margin| {
            gap_e6(
                margin.equity_liquidation_q,
                margin.requirement_liquidation_q,
                self.target_ppm,
            )
        };
        let beyond = |account: &MarginAccount| {
            let cap_q = i128::from(self.cap_q);
            i128::from(account.balance_q).saturating_add(cap_q)
        };
        let now = if liquidatable {
            gap(before)
        } else {
            beyond(self.account)
        };
        let share_ppm = searched_share_up(ONE_PPM, now, |share_ppm| {
            let amount = part(share_ppm)?;
            if liquidatable {
                let after = self.after(amount, tried);
                return after
                    .map(|after| gap(&after))
                    .map_err(|_| RiskError::Overflow);
            }
            let taken = self.take(amount, tried);
            taken
                .map(|()| beyond(&tried[0]))
                .map_err(|_| RiskError::Overflow)
        })
        .or_refuse()?;
        part(share_ppm).or_refuse()
    }

    fn take(&self, amount: u64, tried: &mut [MarginAccount]) -> Result<()> {
        tried[0] = *self.account;
        self.sale.of(amount)?.take_from(&mut tried[0])
    }

    fn after(&self, amount: u64, tried: &mut [MarginAccount]) -> Result<Margin> {
        self.take(amount, tried)?;
        self.held.margin(&tried[0], self.netting)
    }
}
