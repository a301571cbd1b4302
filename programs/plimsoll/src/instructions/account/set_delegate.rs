//! Names a key that may trade for a margin account but not withdraw; the zero key names none.

use crate::error::PlimsollError;
use crate::events::DelegateChanged;
use crate::state::MarginAccount;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct SetDelegate<'info> {
    pub owner: Signer<'info>,
    #[account(
        mut,
        constraint = margin_account.load()?.owner == owner.key() @ PlimsollError::NotAccountOwner
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn handle_set_delegate(ctx: Context<SetDelegate>, delegate: Pubkey) -> Result<()> {
    ctx.accounts.margin_account.load_mut()?.delegate = delegate;
    emit_cpi!(DelegateChanged {
        margin_account: ctx.accounts.margin_account.key(),
        delegate
    });
    Ok(())
}
