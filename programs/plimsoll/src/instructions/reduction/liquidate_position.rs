//! Closes part or all of a leg of an account below the liquidation line, for a fee that leaves its
//! health improving. Permissionless. It writes the account, its keeper's and the market, and nothing that
//! liquidations of other accounts in other markets write (R-L9).
//!
//! Requires: a liquidatable or bankrupt account; fresh risk accounts of all positions.
//! Guarantees: the account ends no further below the line (I4).

use super::fees::split_fee;
use super::leg::Leg;
use super::sizes::lots_to_liquidate;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::PositionLiquidated;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, MarketRisk};
use crate::trade::{pay_keeper, FillPlan};
use crate::view::Planned;
use anchor_lang::prelude::*;
use plimsoll_risk::account::AccountState;
use plimsoll_risk::liquidation::fee_ppm_down;
use plimsoll_risk::units::share_down;

#[event_cpi]
#[derive(Accounts)]
pub struct LiquidatePosition<'info> {
    pub keeper: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = keeper_account.load()?.is_authority(keeper.key)
            @ PlimsollError::NotKeeperAccount,
        constraint = keeper_account.key() != margin_account.key() @ PlimsollError::KeeperIsTrader,
        constraint = keeper_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub keeper_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut, constraint = market.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub market: AccountLoader<'info, Market>,
    #[account(
        constraint = market_risk.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_liquidate_position<'info>(
    ctx: Context<'info, LiquidatePosition<'info>>,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let risk = accounts.market_risk.load()?;
    let mut market = accounts.market.load_mut()?;
    let mut account = accounts.margin_account.load_mut()?;
    let others = ctx.remaining_accounts;
    let risks = RiskAccounts::new(&accounts.exchange, others, Freshness::Reducing, now_seconds)?
        .naming(&risk);
    let before = risks.margin(&Planned::unchanged(&account))?;
    require!(
        before.state() >= AccountState::Liquidatable,
        PlimsollError::AboveTheLine
    );

    let leg = Leg::find(&account, &market, &risk)?;
    let fee_ppm = fee_ppm_down(
        risk.params.liquidation_fee_ppm,
        leg.spread_ppm,
        before.equity_liquidation_q,
        before.notional_q,
    )
    .or_refuse()?;
    let closing = leg.close(&risk, lots_to_liquidate(&leg, &before, &risk, fee_ppm)?)?;
    let fee_q = share_down(closing.closed_q, fee_ppm).or_refuse()?;
    let plan = FillPlan::new(&account, &market, &risk.carry(), closing.fill, fee_q)?;
    let fee_q = plan.charged_q;
    let after = risks.margin(&plan.planned(&account))?;
    require!(
        after.headroom_liquidation_q() >= before.headroom_liquidation_q(),
        PlimsollError::DoesNotImprove
    );

    plan.apply(&mut account, &mut market)?;
    let (earned_q, insurance_fee_q) = split_fee(&mut market, &risk, closing.closed_q, fee_q)?;
    pay_keeper(&accounts.keeper_account, earned_q)?;
    let event = PositionLiquidated {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        market_sequence: market.next_sequence(),
        keeper: accounts.keeper.key(),
        keeper_fee_q: earned_q,
        insurance_fee_q,
        lots: closing.fill.lots,
        price_e8: risk.price_e8,
        cost_q: closing.fill.cost_q,
        carry_q: plan.carry_q,
        realised_q: plan.realised_q,
        unpaid_q: plan.payment.unpaid_q,
        equity_before_q: before.equity_liquidation_q,
        requirement_before_q: before.requirement_liquidation_q,
        equity_after_q: after.equity_liquidation_q,
        requirement_after_q: after.requirement_liquidation_q,
        position_lots: plan.slot.lots,
        balance_q: account.balance_q,
    };
    drop((market, account, risk));
    emit_cpi!(event);
    Ok(())
}
