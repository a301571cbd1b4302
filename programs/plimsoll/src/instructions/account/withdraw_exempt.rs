//! Withdraws a small amount whoever waits (R-E3).
//!
//! Requires: the owner's signature; fresh risk accounts of all positions.
//! Guarantees: as a withdrawal, but for the queue: an owner's part of the exemption is small, over all of their
//! accounts, and so is that of all owners together.

use super::withdrawing::balance_after;
use crate::constants::*;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::Withdrawn;
use crate::state::{Collateral, Exchange, MarginAccount, OwnerLimit};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct WithdrawExempt<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = margin_account.load()?.owner == owner.key() @ PlimsollError::NotAccountOwner,
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        init_if_needed, payer = owner, space = 8 + core::mem::size_of::<OwnerLimit>(),
        seeds = [OWNER_LIMIT_SEED, exchange.key().as_ref(), owner.key().as_ref()], bump
    )]
    pub owner_limit: AccountLoader<'info, OwnerLimit>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index == 0 @ PlimsollError::NotQuoteCollateral,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(mut, dup, address = collateral.load()?.vault @ PlimsollError::VaultMismatch)]
    pub vault: Account<'info, TokenAccount>,
    #[account(mut, dup, constraint = to.key() != vault.key() @ PlimsollError::VaultMismatch)]
    pub to: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

pub fn handle_withdraw_exempt<'info>(
    ctx: Context<'info, WithdrawExempt<'info>>,
    amount_q: u64,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let balance_q = {
        let account = accounts.margin_account.load()?;
        let others = ctx.remaining_accounts;
        balance_after(&accounts.exchange, &account, others, amount_q)?
    };
    {
        let mut collateral = accounts.collateral.load_mut()?;
        let params = accounts.exchange.load()?.withdrawal;
        let now_seconds = Clock::get()?.unix_timestamp;
        let (mut outflow, limits) = collateral.outflow(&params, now_seconds).or_refuse()?;
        let mut limit = loaded(accounts, ctx.bumps.owner_limit)?;
        limit.renew(&params, now_seconds);
        limit.used_q = limit.used_q.saturating_add(amount_q);
        require!(
            limit.used_q <= u64::from(params.exempt_q)
                && amount_q <= outflow.exempt_room_q(&limits),
            PlimsollError::ExemptionUsed
        );
        outflow.exempt_q = outflow.exempt_q.saturating_add(amount_q);
        collateral.set_outflow(outflow);
    }
    let sequence = {
        let mut account = accounts.margin_account.load_mut()?;
        account.balance_q = balance_q;
        account.next_sequence()
    };
    vault::pay(
        &accounts.exchange,
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.to,
        &accounts.token_program,
        amount_q,
    )?;
    emit_cpi!(Withdrawn {
        margin_account: accounts.margin_account.key(),
        sequence,
        amount_q,
        balance_q,
    });
    Ok(())
}

/// The owner's record; one that was just created has no version yet.
fn loaded<'a>(
    accounts: &'a WithdrawExempt,
    bump: u8,
) -> Result<core::cell::RefMut<'a, OwnerLimit>> {
    let loader = &accounts.owner_limit;
    let mut limit = loader.load_mut().or_else(|_| loader.load_init())?;
    if limit.version == 0 {
        limit.version = ACCOUNT_VERSION;
        limit.bump = bump;
        limit.exchange = accounts.exchange.key();
        limit.owner = accounts.owner.key();
    }
    Ok(limit)
}
