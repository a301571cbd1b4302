//! Pays a ticket that has been given room (R-E2). Permissionless. A ticket that cannot be paid, its owner's token account
//! being frozen or gone, holds up nobody: its room is its own.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::WithdrawalPaid;
use crate::state::{Collateral, Exchange, WithdrawalTicket};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct PayWithdrawal<'info> {
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index == 0 @ PlimsollError::NotQuoteCollateral,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(
        mut, constraint = ticket.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub ticket: AccountLoader<'info, WithdrawalTicket>,
    /// CHECK: gets the ticket's rent back, and nothing is read of it.
    #[account(mut, dup, address = ticket.load()?.owner @ PlimsollError::NotTicketOwner)]
    pub owner: UncheckedAccount<'info>,
    #[account(mut, dup, address = collateral.load()?.vault @ PlimsollError::VaultMismatch)]
    pub vault: Account<'info, TokenAccount>,
    #[account(mut, dup, constraint = to.owner == owner.key() @ PlimsollError::NotTicketOwner)]
    pub to: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
}

pub fn handle_pay_withdrawal(ctx: Context<PayWithdrawal>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let (amount_q, served_q) = {
        let mut collateral = accounts.collateral.load_mut()?;
        let now_seconds = Clock::get()?.unix_timestamp;
        let params = accounts.exchange.load()?.withdrawal;
        let (outflow, _) = collateral.outflow(&params, now_seconds).or_refuse()?;
        collateral.set_outflow(outflow);
        let ticket = accounts.ticket.load()?;
        require!(ticket.end_q <= outflow.served_q, PlimsollError::TicketWaits);
        collateral.owed_q = collateral
            .owed_q
            .checked_sub(ticket.amount_q)
            .ok_or(PlimsollError::Overflow)?;
        (ticket.amount_q, outflow.served_q)
    };
    vault::pay(
        &accounts.exchange,
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.to,
        &accounts.token_program,
        amount_q,
    )?;
    accounts.ticket.close(accounts.owner.to_account_info())?;
    emit_cpi!(WithdrawalPaid {
        ticket: accounts.ticket.key(),
        owner: accounts.owner.key(),
        amount_q,
        served_q,
    });
    Ok(())
}
