//! What changes hands in a take-over. Pure: nothing is written here.

use super::leg::{Leg, LegFill};
use super::sizes::lots_to_liquidate;
use crate::error::{OrRefuse, PlimsollError};
use crate::risk_accounts::RiskAccounts;
use crate::state::{MarginAccount, Market, MarketRisk};
use crate::trade::FillPlan;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::carry::Carry;
use plimsoll_risk::liquidation::fee_ppm_down;
use plimsoll_risk::units::share_down;

/// The owner's side: what a liquidation would close, without a spread.
pub fn given_up(
    leg: &Leg,
    before: &Margin,
    (account, market, risk): (&MarginAccount, &Market, &MarketRisk),
) -> Result<(LegFill, FillPlan)> {
    require!(
        before.state() >= AccountState::Liquidatable,
        PlimsollError::AboveTheLine
    );
    let (equity_q, notional_q) = (before.equity_liquidation_q, before.notional_q);
    let configured_ppm = risk.params.liquidation_fee_ppm;
    let fee_ppm = fee_ppm_down(configured_ppm, 0, equity_q, notional_q).or_refuse()?;
    let closing = leg.close(risk, lots_to_liquidate(leg, before, risk, fee_ppm)?)?;
    let fee_q = share_down(closing.closed_q, fee_ppm).or_refuse()?;
    Ok((
        closing,
        FillPlan::new(account, market, &risk.carry(), closing.fill, fee_q)?,
    ))
}

/// The taker's side: the same lots at the same cost, judged like an order that adds risk.
pub fn taken(
    plan: &FillPlan,
    taker: &MarginAccount,
    market: &Market,
    carry: &Carry,
    risks: &RiskAccounts,
) -> Result<FillPlan> {
    let taken = FillPlan::new(taker, market, carry, plan.fill.opposite().or_refuse()?, 0)?;
    let sums = market
        .open_interest()
        .replace(taken.before.position, taken.slot.position())
        .or_refuse()?;
    let margin = risks.margin_at(&taken.planned(taker), sums.larger_side_lots())?;
    require!(margin.meets_initial(), PlimsollError::InitialRequirement);
    require!(!risks.any_doubted(), PlimsollError::MarketGuarded);
    Ok(taken)
}
