//! Withdraws quote currency from a margin account.
//!
//! Requires: the owner's signature; fresh risk accounts of all positions.
//! Guarantees: what is left meets the initial requirement (I3); nothing is lent (I2b); no more leaves the vault than
//! the window allows, and nobody who waits is overtaken (R-E2).

use super::withdrawing::balance_after;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::Withdrawn;
use crate::state::{Collateral, Exchange, MarginAccount};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct Withdraw<'info> {
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
}

pub fn handle_withdraw<'info>(ctx: Context<'info, Withdraw<'info>>, amount_q: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let balance_q = {
        let account = accounts.margin_account.load()?;
        let others = ctx.remaining_accounts;
        balance_after(&accounts.exchange, &account, others, amount_q)?
    };
    {
        let mut collateral = accounts.collateral.load_mut()?;
        let now_seconds = Clock::get()?.unix_timestamp;
        let (mut outflow, limits) = collateral
            .outflow(&accounts.exchange.load()?.withdrawal, now_seconds)
            .or_refuse()?;
        require!(
            amount_q <= outflow.room_q(&limits),
            PlimsollError::WithdrawalLimit
        );
        outflow.gone_q = outflow.gone_q.saturating_add(amount_q);
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
