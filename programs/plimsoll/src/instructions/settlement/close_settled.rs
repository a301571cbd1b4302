//! Closes an account's position in a settled market, whole, at the settlement price: no premium, no spread,
//! no taker fee. The keeper earns at most what a cut of that size pays. Permissionless.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::PositionSettled;
use crate::state::{MarginAccount, Market, MarketRisk, Phase};
use crate::trade::{pay_keeper, FillPlan};
use anchor_lang::prelude::*;
use plimsoll_risk::liquidation::cut_fee_down;
use plimsoll_risk::position::Fill;
use plimsoll_risk::units::{cost_up, notional_down};

#[event_cpi]
#[derive(Accounts)]
pub struct CloseSettled<'info> {
    pub keeper: Signer<'info>,
    #[account(
        mut,
        constraint = keeper_account.load()?.is_authority(keeper.key)
            @ PlimsollError::NotKeeperAccount,
        constraint = keeper_account.key() != margin_account.key() @ PlimsollError::KeeperIsTrader,
        constraint = keeper_account.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub keeper_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
        constraint = market_risk.load()?.phase() == Phase::Settled
            @ PlimsollError::SettlementNotDue,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_close_settled(ctx: Context<CloseSettled>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let event = {
        let risk = accounts.market_risk.load()?;
        let mut market = accounts.market.load_mut()?;
        let mut account = accounts.margin_account.load_mut()?;
        let plan = plan(&account, &market, &risk)?;
        plan.apply(&mut account, &mut market)?;
        pay_keeper(&accounts.keeper_account, plan.charged_q)?;
        PositionSettled {
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            market_index: market.index,
            market_sequence: market.next_sequence(),
            keeper: accounts.keeper.key(),
            keeper_fee_q: plan.charged_q,
            lots: plan.fill.lots,
            price_e8: risk.price_e8,
            cost_q: plan.fill.cost_q,
            carry_q: plan.carry_q,
            realised_q: plan.realised_q,
            unpaid_q: plan.payment.unpaid_q,
            balance_q: account.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}

/// R-D3: the whole position, at the settlement price.
fn plan(account: &MarginAccount, market: &Market, risk: &MarketRisk) -> Result<FillPlan> {
    let index = account
        .position_in(market.index)
        .ok_or(PlimsollError::NoPosition)?;
    let lots = account.positions[index]
        .lots
        .checked_neg()
        .ok_or(PlimsollError::Overflow)?;
    require!(lots != 0, PlimsollError::NoPosition);
    let (price_e8, divisor) = (risk.price_e8, risk.lot_divisor);
    let fill = Fill {
        lots,
        cost_q: cost_up(lots, price_e8, divisor).or_refuse()?,
    };
    let closed_q = notional_down(lots.unsigned_abs(), price_e8, divisor).or_refuse()?;
    let fee_q =
        cut_fee_down(market.params.keeper_fee_q, closed_q, risk.params.floor_ppm).or_refuse()?;
    FillPlan::new(account, market, &risk.carry(), fill, fee_q)
}
