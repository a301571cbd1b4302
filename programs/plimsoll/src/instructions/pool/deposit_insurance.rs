//! Adds to the insurance fund. Anyone may; it is a gift.

use crate::error::PlimsollError;
use crate::events::InsuranceDeposited;
use crate::state::{Collateral, Insurance};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct DepositInsurance<'info> {
    pub depositor: Signer<'info>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == insurance.load()?.exchange
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

pub fn handle_deposit_insurance(ctx: Context<DepositInsurance>, amount_q: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    vault::take(
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.from,
        &accounts.depositor,
        &accounts.token_program,
        amount_q,
    )?;
    let balance_q = {
        let mut insurance = accounts.insurance.load_mut()?;
        insurance.balance_q = insurance
            .balance_q
            .checked_add(amount_q)
            .ok_or(PlimsollError::Overflow)?;
        insurance.balance_q
    };
    emit_cpi!(InsuranceDeposited {
        depositor: accounts.depositor.key(),
        amount_q,
        balance_q
    });
    Ok(())
}
