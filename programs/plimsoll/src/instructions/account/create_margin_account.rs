//! Creates a margin account for an owner and a number of their choice.

use crate::constants::*;
use crate::events::MarginAccountCreated;
use crate::state::{Exchange, MarginAccount};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(sub_id: u16)]
pub struct CreateMarginAccount<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = owner, space = 8 + core::mem::size_of::<MarginAccount>(),
        seeds = [
            MARGIN_ACCOUNT_SEED, exchange.key().as_ref(), owner.key().as_ref(),
            &sub_id.to_le_bytes()
        ], bump
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    pub system_program: Program<'info, System>,
}

pub fn handle_create_margin_account(ctx: Context<CreateMarginAccount>, sub_id: u16) -> Result<()> {
    let accounts = &*ctx.accounts;
    let mut account = accounts.margin_account.load_init()?;
    account.version = ACCOUNT_VERSION;
    account.bump = ctx.bumps.margin_account;
    account.sub_id = sub_id;
    account.exchange = accounts.exchange.key();
    account.owner = accounts.owner.key();
    emit_cpi!(MarginAccountCreated {
        margin_account: accounts.margin_account.key(),
        owner: accounts.owner.key(),
        sub_id,
    });
    Ok(())
}
