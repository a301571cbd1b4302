//! Deposits quote currency into a margin account. Anyone may pay in for anyone.

use crate::error::PlimsollError;
use crate::events::Deposited;
use crate::state::{Collateral, MarginAccount};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct Deposit<'info> {
    pub depositor: Signer<'info>,
    #[account(mut)]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == margin_account.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index == 0 @ PlimsollError::NotQuoteCollateral,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(mut, dup, address = collateral.load()?.vault @ PlimsollError::VaultMismatch)]
    pub vault: Account<'info, TokenAccount>,
    #[account(mut, dup)]
    pub from: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
}

pub fn handle_deposit(ctx: Context<Deposit>, amount_q: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    vault::take(
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.from,
        &accounts.depositor,
        &accounts.token_program,
        amount_q,
    )?;
    let (sequence, balance_q) = {
        let mut account = accounts.margin_account.load_mut()?;
        account.balance_q = i64::try_from(amount_q)
            .ok()
            .and_then(|amount_q| account.balance_q.checked_add(amount_q))
            .ok_or(PlimsollError::Overflow)?;
        (account.next_sequence(), account.balance_q)
    };
    emit_cpi!(Deposited {
        margin_account: accounts.margin_account.key(),
        sequence,
        amount_q,
        balance_q,
    });
    Ok(())
}
