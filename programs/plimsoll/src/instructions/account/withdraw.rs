//! Withdraws quote currency from a margin account.
//!
//! Requires: the owner's signature; fresh risk accounts of all positions.
//! Guarantees: what is left meets the initial requirement (I3); nothing is lent (I2b).

use crate::error::PlimsollError;
use crate::events::Withdrawn;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Collateral, Exchange, MarginAccount};
use crate::vault;
use crate::view::Planned;
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
    let amount = i64::try_from(amount_q).map_err(|_| PlimsollError::Overflow)?;
    let balance_q = {
        let account = accounts.margin_account.load()?;
        // What an order may need must be there when it fills: withdrawing would cancel it.
        require!(!account.has_adding_orders(), PlimsollError::OrdersOpen);
        let balance_q = account
            .balance_q
            .checked_sub(amount)
            .ok_or(PlimsollError::Overflow)?;
        let others = ctx.remaining_accounts;
        let now_seconds = Clock::get()?.unix_timestamp;
        account.check_accrued(now_seconds)?;
        let margin =
            RiskAccounts::new(&accounts.exchange, others, Freshness::AsOfNow, now_seconds)?
                .margin(&Planned {
                    balance_q,
                    ..Planned::unchanged(&account)
                })?;
        require!(margin.meets_initial(), PlimsollError::InitialRequirement);
        // What collateral is worth is no quote currency that the vault holds for its owner.
        require!(balance_q >= 0, PlimsollError::BalanceNotEnough);
        balance_q
    };
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
