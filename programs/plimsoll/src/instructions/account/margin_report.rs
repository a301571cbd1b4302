//! Returns an account's equity, requirements, state and risk as return data. Changes nothing; needs no
//! signature. Uses the last known prices and says whether they are fresh.

use crate::error::PlimsollError;
use crate::report::{report, MarginReport};
use crate::risk_accounts::{Freshness, Given, RiskAccounts};
use crate::state::{Exchange, MarginAccount};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct ReportMargin<'info> {
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn handle_margin_report<'info>(
    ctx: Context<'info, ReportMargin<'info>>,
) -> Result<MarginReport> {
    let account = ctx.accounts.margin_account.load()?;
    let now_seconds = Clock::get()?.unix_timestamp;
    let risks = RiskAccounts::new(
        &ctx.accounts.exchange,
        ctx.remaining_accounts,
        Freshness::LastKnown,
        now_seconds,
    )?;
    report(&account, &mut Given::walk(&risks))
}
