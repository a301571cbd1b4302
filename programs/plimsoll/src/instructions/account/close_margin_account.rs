//! Closes a margin account that holds nothing and returns its rent.

use crate::error::PlimsollError;
use crate::events::MarginAccountClosed;
use crate::state::MarginAccount;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CloseMarginAccount<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    #[account(
        mut, close = owner,
        constraint = margin_account.load()?.owner == owner.key() @ PlimsollError::NotAccountOwner
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn handle_close_margin_account(ctx: Context<CloseMarginAccount>) -> Result<()> {
    require!(
        ctx.accounts.margin_account.load()?.is_empty(),
        PlimsollError::AccountNotEmpty
    );
    emit_cpi!(MarginAccountClosed {
        margin_account: ctx.accounts.margin_account.key(),
        owner: ctx.accounts.owner.key(),
    });
    Ok(())
}
