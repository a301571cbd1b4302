//! Settles a market's uncovered claim on an account: releases what the account has paid back, and covers
//! the rest once it has no positions (R-L6, R-L8). Permissionless, unpaid.

use super::leg;
use crate::error::PlimsollError;
use crate::events::DeficitRepaid;
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
    let market_index = accounts.market.load()?.index;
    let absorbed = leg::absorb_deficit(
        key,
        &mut *accounts.margin_account.load_mut()?,
        &mut *accounts.market.load_mut()?,
        &mut *accounts.insurance.load_mut()?,
    )?;
    require!(
        absorbed.repaid_q > 0 || absorbed.deficit.is_some(),
        PlimsollError::NothingToMove
    );
    if let Some(refund) = absorbed.refund {
        emit_cpi!(refund);
    }
    if absorbed.repaid_q > 0 {
        emit_cpi!(DeficitRepaid {
            margin_account: key,
            market_index,
            repaid_q: absorbed.repaid_q,
        });
    }
    if let Some(deficit) = absorbed.deficit {
        emit_cpi!(deficit);
    }
    Ok(())
}
