//! How many lots a cut or a liquidation closes. Pure: nothing is written here.

use super::leg::{Leg, LegFill};
use crate::error::OrRefuse;
use crate::state::{MarginAccount, Market, MarketRisk};
use crate::trade::FillPlan;
use crate::view::exposure;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::{Book, Exposure, Netting};
use plimsoll_risk::liquidation::{cut_fee_down, lots_to_target_up, searched_lots_up, Reduction};
use plimsoll_risk::math::sub;
use plimsoll_risk::RiskError;

/// What a cut is planned from.
pub struct CutCase<'a> {
    pub account: &'a MarginAccount,
    pub market: &'a Market,
    pub risk: &'a MarketRisk,
    pub leg: &'a Leg,
    pub now_seconds: i64,
}

impl CutCase<'_> {
    /// The cut of so many lots, with its keeper's fee (R-L7).
    ///
    /// # Errors
    /// An overflow.
    pub fn plan(&self, lots: u64) -> Result<(LegFill, FillPlan)> {
        let closing = self.leg.close(self.risk, lots)?;
        let fee_q = cut_fee_down(
            self.market.params.keeper_fee_q,
            closing.closed_q,
            self.risk.params.floor_ppm,
        )
        .or_refuse()?;
        let carry = self.risk.carry();
        let mut plan = FillPlan::new(self.account, self.market, &carry, closing.fill, fee_q)?;
        plan.slot.last_cut_seconds = self.now_seconds;
        Ok((closing, plan))
    }

    /// R-L1, R-L2: the lesser of what the account needs, by its real requirement, and what the interval
    /// allows.
    ///
    /// # Errors
    /// An overflow.
    pub fn lots(&self, book: &Book, netting: &Netting, margin: &Margin) -> Result<u64> {
        let Self { risk, leg, .. } = *self;
        let target_ppm = risk.params.cut_target_ppm;
        let reduction = Reduction {
            equity_q: margin.equity_call_q,
            requirement_q: margin.requirement_call_q,
            target_ppm,
            lots: leg.lots.unsigned_abs(),
            price_e8: risk.price_e8,
            lot_divisor: risk.lot_divisor,
            ratio_ppm: risk.ratios().of(leg.lots > 0).call_ppm,
            cost_ppm: leg.spread_ppm,
            fixed_cost_q: self.market.params.keeper_fee_q,
            dust_q: risk.params.dust_q,
        };
        let slot = &self.account.positions[leg.slot_index];
        let before = exposure(slot, risk, None, self.now_seconds)?;
        let suffices = |lots| -> Result<bool> {
            let (_, plan) = self.plan(lots)?;
            let after = exposure(&plan.slot, risk, None, self.now_seconds)?;
            let change_q = sub(plan.balance_q, self.account.balance_q).or_refuse()?;
            let margin = margin_after(book, &before, &after, change_q, netting)?;
            Ok(margin.covers_call(target_ppm))
        };
        searched_lots_up(&reduction, risk.params.cut_limit_ppm, |lots| {
            suffices(lots).map_err(|_| RiskError::Overflow)
        })
        .or_refuse()
    }
}

/// The margin with one position replaced. Apart, so that its book has a stack frame of its own.
#[inline(never)]
fn margin_after(
    book: &Book,
    before: &Exposure,
    after: &Exposure,
    change_q: i64,
    netting: &Netting,
) -> Result<Margin> {
    let book = book.replaced(before, after, change_q).or_refuse()?;
    book.margin(netting).or_refuse()
}

/// R-L1: down to the static target; all of the leg where the account is bankrupt.
///
/// # Errors
/// An overflow.
pub fn lots_to_liquidate(
    leg: &Leg,
    margin: &Margin,
    risk: &MarketRisk,
    fee_ppm: u32,
) -> Result<u64> {
    if margin.state() == AccountState::Bankrupt {
        return Ok(leg.lots.unsigned_abs());
    }
    lots_to_target_up(&Reduction {
        equity_q: margin.equity_liquidation_q,
        requirement_q: margin.requirement_liquidation_q,
        target_ppm: risk.params.liquidation_target_ppm,
        lots: leg.lots.unsigned_abs(),
        price_e8: risk.price_e8,
        lot_divisor: risk.lot_divisor,
        ratio_ppm: risk.liquidation_ppm,
        cost_ppm: leg.spread_ppm.saturating_add(fee_ppm),
        fixed_cost_q: 0,
        dust_q: risk.params.dust_q,
    })
    .or_refuse()
}
