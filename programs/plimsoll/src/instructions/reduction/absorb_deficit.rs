//! Covers what an account without positions owes, for one whose owner closed at a loss beyond its
//! collateral or whose deficit could not be covered before. Permissionless, unpaid.

use super::leg;
use crate::error::PlimsollError;
use crate::state::{Insurance, MarginAccount, Market};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct AbsorbDeficit<'info> {
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == insurance.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = market.load()?.exchange == insurance.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub fn handle_absorb_deficit(ctx: Context<AbsorbDeficit>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let key = accounts.margin_account.key();
    let absorbed = leg::absorb_deficit(
        key,
        &mut *accounts.margin_account.load_mut()?,
        &mut *accounts.market.load_mut()?,
        &mut *accounts.insurance.load_mut()?,
    )?
    .ok_or(PlimsollError::AboveTheLine)?;
    require!(
        absorbed.insurance_q.saturating_add(absorbed.market_q) > 0,
        PlimsollError::NothingToMove
    );
    emit_cpi!(absorbed);
    Ok(())
}
