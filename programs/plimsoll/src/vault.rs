//! Token moves. Each checks afterwards that the vault holds at least what its book says (I2).
//!
//! Token accounts are marked `dup` in the account lists: the framework's check for twice-given accounts
//! hashes them with a random seed, which costs compute units and which the chain does not have. A token
//! account given as both ends of a move is refused by its authority (in) or by name (out).

use crate::constants::EXCHANGE_SEED;
use crate::error::{OrRefuse, PlimsollError};
use crate::state::{Collateral, Exchange};
use anchor_lang::prelude::*;
use anchor_spl::token::{self, Token, TokenAccount, Transfer};
use plimsoll_risk::haircut::onboarded_cap_down;

/// Takes `amount` from a token account whose authority signed.
///
/// # Errors
/// The token program's, [`PlimsollError::DepositCap`], [`PlimsollError::VaultMismatch`].
pub fn take<'info>(
    collateral: &mut Collateral,
    vault: &Account<'info, TokenAccount>,
    from: &Account<'info, TokenAccount>,
    authority: &Signer<'info>,
    token_program: &Program<'info, Token>,
    amount: u64,
) -> Result<()> {
    require!(amount > 0, PlimsollError::ZeroAmount);
    let accounts = Transfer {
        from: from.to_account_info(),
        to: vault.to_account_info(),
        authority: authority.to_account_info(),
    };
    token::transfer(CpiContext::new(token_program.key(), accounts), amount)?;
    collateral.vault_q = collateral
        .vault_q
        .checked_add(amount)
        .ok_or(PlimsollError::Overflow)?;
    // R-E1: what comes in gives room to what went out.
    collateral.gone_q = collateral.gone_q.saturating_sub(amount);
    let cap = onboarded_cap_down(
        collateral.params.deposit_cap,
        collateral.listed_seconds,
        collateral.params.onboarding_seconds,
        Clock::get()?.unix_timestamp,
    )
    .or_refuse()?;
    require!(collateral.vault_q <= cap, PlimsollError::DepositCap);
    check_vault(collateral, vault)
}

/// Pays `amount` out of the vault, signed by the exchange.
///
/// # Errors
/// The token program's, [`PlimsollError::VaultMismatch`].
pub fn pay<'info>(
    exchange: &AccountLoader<'info, Exchange>,
    collateral: &mut Collateral,
    vault: &Account<'info, TokenAccount>,
    to: &Account<'info, TokenAccount>,
    token_program: &Program<'info, Token>,
    amount: u64,
) -> Result<()> {
    require!(amount > 0, PlimsollError::ZeroAmount);
    let (creator, bump) = {
        let exchange = exchange.load()?;
        (exchange.creator, [exchange.bump])
    };
    let seeds: &[&[u8]] = &[EXCHANGE_SEED, creator.as_ref(), &bump];
    let accounts = Transfer {
        from: vault.to_account_info(),
        to: to.to_account_info(),
        authority: exchange.to_account_info(),
    };
    token::transfer(
        CpiContext::new_with_signer(token_program.key(), accounts, &[seeds]),
        amount,
    )?;
    collateral.vault_q = collateral
        .vault_q
        .checked_sub(amount)
        .ok_or(PlimsollError::Overflow)?;
    check_vault(collateral, vault)
}

/// Tokens that strangers send to the vault belong to nobody; fewer than the books say must not be.
fn check_vault(collateral: &Collateral, vault: &Account<TokenAccount>) -> Result<()> {
    let held_q = token::accessor::amount(vault.as_ref())?;
    require!(held_q >= collateral.vault_q, PlimsollError::VaultMismatch);
    Ok(())
}
