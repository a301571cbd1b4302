//! Asks for a withdrawal that does not fit the window: it is paid in the order of requests as the window allows
//! (R-E2).
//!
//! Requires: as a withdrawal. The amount leaves the balance at once, so that it is no margin.

use super::withdrawing::balance_after;
use crate::constants::*;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::WithdrawalRequested;
use crate::state::{Collateral, Exchange, MarginAccount, WithdrawalTicket};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(amount_q: u64, number: u64)]
pub struct RequestWithdrawal<'info> {
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
        mut,
        constraint = collateral.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index == 0 @ PlimsollError::NotQuoteCollateral,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(
        init, payer = owner, space = 8 + core::mem::size_of::<WithdrawalTicket>(),
        seeds = [
            WITHDRAWAL_TICKET_SEED, margin_account.key().as_ref(), &number.to_le_bytes()
        ], bump
    )]
    pub ticket: AccountLoader<'info, WithdrawalTicket>,
    pub system_program: Program<'info, System>,
}

pub fn handle_request_withdrawal<'info>(
    ctx: Context<'info, RequestWithdrawal<'info>>,
    amount_q: u64,
) -> Result<()> {
    require!(amount_q > 0, PlimsollError::ZeroAmount);
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let mut account = accounts.margin_account.load_mut()?;
    let others = ctx.remaining_accounts;
    let balance_q = balance_after(&accounts.exchange, &account, others, amount_q)?;

    let mut collateral = accounts.collateral.load_mut()?;
    let params = accounts.exchange.load()?.withdrawal;
    let (mut outflow, _) = collateral.outflow(&params, now_seconds).or_refuse()?;
    outflow.ticketed_q = outflow
        .ticketed_q
        .checked_add(amount_q)
        .ok_or(PlimsollError::Overflow)?;
    collateral.set_outflow(outflow);
    collateral.owed_q = collateral
        .owed_q
        .checked_add(amount_q)
        .ok_or(PlimsollError::Overflow)?;
    account.balance_q = balance_q;

    let mut ticket = accounts.ticket.load_init()?;
    ticket.version = ACCOUNT_VERSION;
    ticket.bump = ctx.bumps.ticket;
    ticket.exchange = accounts.exchange.key();
    ticket.owner = accounts.owner.key();
    ticket.amount_q = amount_q;
    ticket.end_q = outflow.ticketed_q;
    ticket.requested_seconds = now_seconds;
    let event = WithdrawalRequested {
        ticket: accounts.ticket.key(),
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        amount_q,
        balance_q,
        end_q: ticket.end_q,
        served_q: outflow.served_q,
    };
    drop((account, collateral, ticket));
    emit_cpi!(event);
    Ok(())
}
