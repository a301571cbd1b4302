//! Takes lots of an account below the liquidation line into the liquidator's own account, at the market's
//! price less the liquidation fee, instead of closing them against the pool (R-L14): no spread, and open
//! interest and skew stay what they are. Permissionless.
//!
//! Requires: a liquidatable or bankrupt account; fresh risk accounts of all positions of both accounts.
//! Guarantees: the owner ends no further below the line (I4); the taker meets the initial requirement (I3).

use super::fees::split_fee;
use super::held::Places;
use super::leg::Leg;
use super::taking_over::{given_up, taken};
use crate::error::{OrRefuse, PlimsollError};
use crate::events::PositionTakenOver;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, MarketRisk};
use crate::view::Planned;
use anchor_lang::prelude::*;
use plimsoll_risk::math::{add, to_i64};

#[event_cpi]
#[derive(Accounts)]
pub struct TakeOverPosition<'info> {
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

pub fn handle_take_over_position<'info>(
    ctx: Context<'info, TakeOverPosition<'info>>,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let risk = accounts.market_risk.load()?;
    let mut market = accounts.market.load_mut()?;
    let mut account = accounts.margin_account.load_mut()?;
    let mut taker = accounts.keeper_account.load_mut()?;
    let others = ctx.remaining_accounts;
    let whole = RiskAccounts::new(&accounts.exchange, others, Freshness::Reducing, now_seconds)?;
    let leg = Leg {
        spread_ppm: 0,
        ..Leg::find(&account, &market, &risk)?
    };
    // Those of the owner come first, without the market's; then those of the taker.
    let count = Places::new(&whole, &account).count(&whole, &account);
    let (owners, takers) = others
        .split_at_checked(count.saturating_sub(1))
        .ok_or(PlimsollError::RiskAccountMissing)?;
    let risks = RiskAccounts {
        others: owners,
        ..whole
    }
    .naming(&risk);
    let before = risks.margin(&Planned::unchanged(&account))?;
    let (closing, plan) = given_up(&leg, &before, (&account, &market, &risk))?;
    let after = risks.margin(&plan.planned(&account))?;
    require!(
        after.headroom_liquidation_q() >= before.headroom_liquidation_q(),
        PlimsollError::DoesNotImprove
    );
    plan.apply(&mut account, &mut market)?;
    let closed_q = closing.closed_q;
    let (taker_fee_q, insurance_fee_q) = split_fee(&mut market, &risk, closed_q, plan.charged_q)?;
    taker.balance_q = add(taker.balance_q, to_i64(taker_fee_q).or_refuse()?).or_refuse()?;
    let takers = RiskAccounts::new(&accounts.exchange, takers, Freshness::AsOfNow, now_seconds)?;
    let taken = taken(&plan, &taker, &market, &risk.carry(), &takers.naming(&risk))?;
    taken.apply(&mut taker, &mut market)?;
    let event = PositionTakenOver {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        market_sequence: market.next_sequence(),
        taker: accounts.keeper_account.key(),
        taker_fee_q,
        insurance_fee_q,
        lots: plan.fill.lots,
        price_e8: risk.price_e8,
        cost_q: plan.fill.cost_q,
        carry_q: plan.carry_q,
        realised_q: plan.realised_q,
        unpaid_q: plan.payment.unpaid_q,
        equity_before_q: before.equity_liquidation_q,
        requirement_before_q: before.requirement_liquidation_q,
        equity_after_q: after.equity_liquidation_q,
        requirement_after_q: after.requirement_liquidation_q,
        position_lots: plan.slot.lots,
        balance_q: plan.balance_q,
        taker_lots: taken.slot.lots,
        taker_balance_q: taken.balance_q,
    };
    drop((market, account, taker, risk));
    emit_cpi!(event);
    Ok(())
}
