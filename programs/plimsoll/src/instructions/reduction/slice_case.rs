//! How large a slice is, and whether it may be. Pure: nothing is written here.

use super::held::Held;
use super::slicing::{Limits, Slice, Sliced};
use crate::error::{OrRefuse, PlimsollError};
use crate::state::MarginAccount;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::Netting;
use plimsoll_risk::slice::{gap_e6, searched_share_up};
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::RiskError;

/// What a slice is planned from.
pub struct SliceCase<'a> {
    pub account: &'a MarginAccount,
    pub held: &'a Held,
    pub netting: &'a Netting<'a>,
    pub now_seconds: i64,
}

impl SliceCase<'_> {
    /// The account's margin, and by which line it is reduced.
    ///
    /// # Errors
    /// [`PlimsollError::AboveTheLine`].
    pub fn begin(&self, slice: &mut Slice) -> Result<Margin> {
        let before = self.held.margin(self.account, self.netting)?;
        match before.state() {
            AccountState::Healthy => return err!(PlimsollError::AboveTheLine),
            AccountState::MarginCall => {}
            _ => slice.liquidated = Some(before),
        }
        Ok(before)
    }

    /// Plans the slice that is needed, within its limits.
    ///
    /// # Errors
    /// [`PlimsollError::CutTooSoon`], [`PlimsollError::DebtNotAccrued`], [`PlimsollError::LegsFirst`],
    /// [`PlimsollError::DoesNotImprove`], or an overflow.
    pub fn reduce(&self, slice: &Slice, before: &Margin, into: &mut Sliced) -> Result<Margin> {
        let limits = slice.limits()?;
        let cut = slice.liquidated.is_none();
        if cut {
            self.check_interval(slice, &limits)?;
        }
        let share_ppm = self.share(slice, before, &limits, into)?;
        if !slice.sales.is_empty() {
            self.account.check_accrued(self.now_seconds)?;
            if cut {
                // Who is only called keeps the collateral wherever closing legs helps.
                require!(slice.has_all_legs(self.account), PlimsollError::LegsFirst);
                let legs = self.after(slice, share_ppm, false, into)?;
                require!(!improves(before, &legs, cut), PlimsollError::LegsFirst);
            }
        }
        let after = self.after(slice, share_ppm, true, into)?;
        require!(improves(before, &after, cut), PlimsollError::DoesNotImprove);
        Ok(after)
    }

    /// The share of R-L12: all where the account is bankrupt.
    fn share(
        &self,
        slice: &Slice,
        before: &Margin,
        limits: &Limits,
        into: &mut Sliced,
    ) -> Result<u32> {
        if before.state() == AccountState::Bankrupt {
            return Ok(ONE_PPM);
        }
        let gap = |margin: &Margin| {
            let (equity_q, requirement_q) = if slice.liquidated.is_some() {
                (
                    margin.equity_liquidation_q,
                    margin.requirement_liquidation_q,
                )
            } else {
                (margin.equity_call_q, margin.requirement_call_q)
            };
            gap_e6(equity_q, requirement_q, limits.target_ppm)
        };
        searched_share_up(limits.most_ppm, gap(before), |share_ppm| {
            let after = self.after(slice, share_ppm, true, into);
            after
                .map(|after| gap(&after))
                .map_err(|_| RiskError::Overflow)
        })
        .or_refuse()
    }

    fn after(
        &self,
        slice: &Slice,
        share_ppm: u32,
        with_sales: bool,
        into: &mut Sliced,
    ) -> Result<Margin> {
        slice.attempt(self.account, share_ppm, with_sales, into)?;
        self.held.margin(into.account(), self.netting)
    }

    /// R-L2: neither the slice nor any of its legs was cut within the interval.
    fn check_interval(&self, slice: &Slice, limits: &Limits) -> Result<()> {
        let mut last_seconds = self.account.sliced_seconds;
        for leg in &slice.legs {
            let slot = &self.account.positions[leg.leg.slot_index];
            last_seconds = last_seconds.max(slot.last_cut_seconds);
        }
        let since = self.now_seconds.saturating_sub(last_seconds);
        require!(
            since >= i64::from(limits.interval_seconds),
            PlimsollError::CutTooSoon
        );
        Ok(())
    }
}

/// I4: neither line comes nearer, and a cut moves away from the line that it answers.
fn improves(before: &Margin, after: &Margin, cut: bool) -> bool {
    let static_line = after.headroom_liquidation_q() >= before.headroom_liquidation_q();
    static_line && (!cut || after.headroom_call_q() > before.headroom_call_q())
}
