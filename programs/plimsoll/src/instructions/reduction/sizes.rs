//! How many lots a cut or a liquidation closes. Pure: nothing is written here.

use super::leg::{Leg, LegFill};
use crate::error::OrRefuse;
use crate::state::{MarginAccount, Market, MarketRisk};
use crate::trade::FillPlan;
use crate::view::exposure;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::{Book, Exposure, Netting, CALL_OVER_PPM};
use plimsoll_risk::liquidation::{cut_fee_down, lots_to_target_up, searched_lots_up, Reduction};
use plimsoll_risk::math::sub;
use plimsoll_risk::units::{share_down, ONE_PPM};
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
        let slot = &self.account.positions[leg.slot_index];
        let before = exposure(slot, risk, None, self.now_seconds)?;
        let reduction = self.reduction(margin)?;
        let missing = |lots| -> Result<i64> {
            let (_, plan) = self.plan(lots)?;
            let after = Exposure {
                position: plan.slot.position(),
                unpaid_q: self.market.claims.worth_down(&plan.slot).or_refuse()?,
                ..before
            };
            let change_q = sub(plan.balance_q, self.account.balance_q).or_refuse()?;
            missing_after(book, (&before, &after), change_q, netting, &reduction)
        };
        let mut refused = None;
        let found = searched_lots_up(&reduction, risk.params.cut_limit_ppm, |lots| {
            missing(lots).map_err(|error| {
                refused = Some(error);
                RiskError::Overflow
            })
        });
        refused.map_or_else(|| found.or_refuse(), Err)
    }

    /// The leg by the closed form: what it relieves the call line of, or that line's distance from the
    /// liquidation line (R-A1).
    fn reduction(&self, margin: &Margin) -> Result<Reduction> {
        let Self { risk, leg, .. } = *self;
        let ratios = *risk.ratios().of(leg.lots > 0);
        let floor_ppm = u64::from(ratios.liquidation_ppm);
        let least_ppm = share_down(floor_ppm, ONE_PPM.saturating_add(CALL_OVER_PPM)).or_refuse()?;
        Ok(Reduction {
            equity_q: margin.equity_call_q,
            requirement_q: margin.requirement_call_q,
            target_ppm: risk.params.cut_target_ppm,
            lots: leg.lots.unsigned_abs(),
            price_e8: risk.price_e8,
            lot_divisor: risk.lot_divisor,
            ratio_ppm: ratios
                .call_ppm
                .max(u32::try_from(least_ppm).unwrap_or(u32::MAX)),
            cost_ppm: leg.spread_ppm,
            fixed_cost_q: self.market.params.keeper_fee_q,
            dust_q: risk.params.dust_q,
        })
    }
}

/// What equity lacks of a cut's target with one position replaced. Apart, so that its book has a stack frame
/// of its own.
#[inline(never)]
fn missing_after(
    book: &Book,
    (before, after): (&Exposure, &Exposure),
    change_q: i64,
    netting: &Netting,
    reduction: &Reduction,
) -> Result<i64> {
    let book = book.replaced(before, after, change_q).or_refuse()?;
    book.call_missing_up(netting, reduction.target_ppm)
        .or_refuse()
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
