//! Returns an account's equity, requirements and state as return data. Changes nothing; needs no
//! signature. Uses the last known prices and says whether they are fresh.

use crate::error::OrRefuse;
use crate::error::PlimsollError;
use crate::state::{MarginAccount, MarketRisk};
use crate::view::{check_fresh, exposure, Planned};
use anchor_lang::prelude::*;
use plimsoll_risk::account::contribution;

/// One position of a report. Quote atoms unless named otherwise.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct PositionReport {
    pub market_index: u16,
    pub lots: i64,
    pub price_e8: u64,
    pub notional_q: u64,
    /// Open profit or loss, with profit that waits for cash.
    pub profit_q: i64,
    pub requirement_initial_q: u64,
    pub requirement_call_q: u64,
    pub requirement_liquidation_q: u64,
}

/// The margin of an account, at most 534 bytes.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct MarginReport {
    /// 0 healthy, 1 margin call, 2 liquidatable, 3 bankrupt.
    pub state: u8,
    /// Whether every price used is within its market's limit.
    pub fresh: bool,
    pub balance_q: i64,
    pub equity_initial_q: i64,
    pub equity_call_q: i64,
    pub equity_liquidation_q: i64,
    pub requirement_initial_q: u64,
    pub requirement_call_q: u64,
    pub requirement_liquidation_q: u64,
    pub notional_q: u64,
    pub positions: Vec<PositionReport>,
}

#[derive(Accounts)]
pub struct ReportMargin<'info> {
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn handle_margin_report<'info>(
    ctx: Context<'info, ReportMargin<'info>>,
) -> Result<MarginReport> {
    let account = ctx.accounts.margin_account.load()?;
    let now_seconds = Clock::get()?.unix_timestamp;
    let mut others = ctx.remaining_accounts.iter();
    let mut positions = Vec::with_capacity(account.positions.len());
    let mut fresh = true;
    let margin = Planned::unchanged(&account).margin(|slot| {
        let info = others.next().ok_or(PlimsollError::RiskAccountMissing)?;
        let loader = AccountLoader::<MarketRisk>::try_from(info)?;
        let risk = loader.load()?;
        require!(
            risk.index == slot.market_index,
            PlimsollError::RiskAccountMissing
        );
        require!(
            risk.exchange == account.exchange,
            PlimsollError::WrongExchange
        );
        fresh &= check_fresh(&risk, now_seconds).is_ok();
        let exposure = exposure(slot, &risk);
        let part = contribution(&exposure).or_refuse()?;
        positions.push(PositionReport {
            market_index: slot.market_index,
            lots: slot.lots,
            price_e8: risk.price_e8,
            notional_q: part.notional_q,
            profit_q: part.equity_liquidation_q,
            requirement_initial_q: part.requirement_initial_q,
            requirement_call_q: part.requirement_call_q,
            requirement_liquidation_q: part.requirement_liquidation_q,
        });
        Ok(exposure)
    })?;
    require!(
        others.next().is_none(),
        PlimsollError::RiskAccountUnexpected
    );
    Ok(MarginReport {
        state: margin.state() as u8,
        fresh,
        balance_q: account.balance_q,
        equity_initial_q: margin.equity_initial_q,
        equity_call_q: margin.equity_call_q,
        equity_liquidation_q: margin.equity_liquidation_q,
        requirement_initial_q: margin.requirement_initial_q,
        requirement_call_q: margin.requirement_call_q,
        requirement_liquidation_q: margin.requirement_liquidation_q,
        notional_q: margin.notional_q,
        positions,
    })
}
