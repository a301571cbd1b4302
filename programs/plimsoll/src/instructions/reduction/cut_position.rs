//! Answers a margin call: closes part of a leg so that the account is back above the call line, without
//! penalty, at most so much per interval. Permissionless.
//!
//! Requires: an account in a margin call; fresh risk accounts of all positions.
//! Guarantees: the lesser of need, found within a 256th (R-L1), and limit; the account ends no further below the line (I4).

use super::leg::Leg;
use super::sizes::CutCase;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::PositionCut;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, MarketRisk};
use crate::trade::pay_keeper;
use crate::view::Planned;
use anchor_lang::prelude::*;
use plimsoll_risk::account::AccountState;

#[event_cpi]
#[derive(Accounts)]
pub struct CutPosition<'info> {
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

pub fn handle_cut_position<'info>(ctx: Context<'info, CutPosition<'info>>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let risk = accounts.market_risk.load()?;
    let mut market = accounts.market.load_mut()?;
    let mut account = accounts.margin_account.load_mut()?;
    let others = ctx.remaining_accounts;
    let risks = RiskAccounts::new(&accounts.exchange, others, Freshness::Reducing, now_seconds)?
        .naming(&risk);
    let leg = Leg::find(&account, &market, &risk)?;
    let since = now_seconds.saturating_sub(account.positions[leg.slot_index].last_cut_seconds);
    let case = CutCase {
        account: &account,
        market: &market,
        risk: &risk,
        leg: &leg,
        now_seconds,
    };
    let (before, lots) = risks.with_book(&Planned::unchanged(&account), |book, netting| {
        let before = book.margin(netting).or_refuse()?;
        match before.state() {
            AccountState::Healthy => return err!(PlimsollError::AboveTheLine),
            AccountState::MarginCall => {}
            _ => return err!(PlimsollError::LiquidateInstead),
        }
        require!(
            since >= i64::from(risk.params.cut_interval_seconds),
            PlimsollError::CutTooSoon
        );
        Ok((before, case.lots(book, netting, &before)?))
    })?;
    let (closing, plan) = case.plan(lots)?;
    let fee_q = plan.charged_q;
    let after = risks.margin(&plan.planned(&account))?;
    // Neither line may come nearer: rounding of dust must not add up to a liquidation (I1).
    require!(
        after.headroom_call_q() >= before.headroom_call_q()
            && after.headroom_liquidation_q() >= before.headroom_liquidation_q(),
        PlimsollError::DoesNotImprove
    );

    plan.apply(&mut account, &mut market)?;
    pay_keeper(&accounts.keeper_account, fee_q)?;
    let event = PositionCut {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        market_sequence: market.next_sequence(),
        keeper: accounts.keeper.key(),
        keeper_fee_q: fee_q,
        lots: closing.fill.lots,
        price_e8: risk.price_e8,
        cost_q: closing.fill.cost_q,
        carry_q: plan.carry_q,
        realised_q: plan.realised_q,
        unpaid_q: plan.payment.unpaid_q,
        equity_before_q: before.equity_call_q,
        requirement_before_q: before.requirement_call_q,
        equity_after_q: after.equity_call_q,
        requirement_after_q: after.requirement_call_q,
        position_lots: plan.slot.lots,
        balance_q: plan.balance_q,
    };
    drop((market, account, risk));
    emit_cpi!(event);
    Ok(())
}
