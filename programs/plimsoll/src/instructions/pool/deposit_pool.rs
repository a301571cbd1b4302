//! Buys shares of the pool.
//!
//! Requires: every market and its fresh risk account, in pairs, in the order of their indices.
//! Guarantees: a share costs at least its worth at the dearer of price and slow price (R-Q1, R-Q2).

use super::worth::markets_worth;
use crate::constants::*;
use crate::error::PlimsollError;
use crate::events::PoolDeposited;
use crate::state::{Collateral, Exchange, Pool, Provider};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};
use plimsoll_risk::pool::shares_down;

#[event_cpi]
#[derive(Accounts)]
pub struct DepositPool<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut, constraint = pool.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        init_if_needed, payer = owner, space = 8 + core::mem::size_of::<Provider>(),
        seeds = [PROVIDER_SEED, pool.key().as_ref(), owner.key().as_ref()], bump
    )]
    pub provider: AccountLoader<'info, Provider>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index == 0 @ PlimsollError::NotQuoteCollateral,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(mut, dup, address = collateral.load()?.vault @ PlimsollError::VaultMismatch)]
    pub vault: Account<'info, TokenAccount>,
    #[account(mut, dup)]
    pub from: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

pub fn handle_deposit_pool<'info>(
    ctx: Context<'info, DepositPool<'info>>,
    amount_q: u64,
) -> Result<()> {
    let now_seconds = Clock::get()?.unix_timestamp;
    let market_count = ctx.accounts.exchange.load()?.market_count;
    let exchange = ctx.accounts.exchange.key();
    let markets_q = markets_worth(&exchange, ctx.remaining_accounts, market_count, now_seconds)?;
    let accounts = &*ctx.accounts;
    vault::take(
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.from,
        &accounts.owner,
        &accounts.token_program,
        amount_q,
    )?;

    let (shares, pool_worth_q, pool_shares) = {
        let mut pool = accounts.pool.load_mut()?;
        let worth_q = markets_q
            .checked_add_unsigned(pool.cash_q)
            .ok_or(PlimsollError::Overflow)?;
        let shares = shares_down(amount_q, pool.shares, worth_q).map_err(|error| match error {
            plimsoll_risk::RiskError::SizeInvalid => PlimsollError::AmountTooSmall,
            other => other.into(),
        })?;
        pool.cash_q = pool
            .cash_q
            .checked_add(amount_q)
            .ok_or(PlimsollError::Overflow)?;
        pool.shares = pool
            .shares
            .checked_add(shares)
            .ok_or(PlimsollError::Overflow)?;
        (shares, worth_q, pool.shares)
    };
    credit(
        &accounts.provider,
        accounts.pool.key(),
        accounts.owner.key(),
        ctx.bumps.provider,
        (shares, amount_q),
    )?;
    emit_cpi!(PoolDeposited {
        provider: accounts.provider.key(),
        owner: accounts.owner.key(),
        amount_q,
        shares,
        pool_worth_q,
        pool_shares,
    });
    Ok(())
}

/// Writes the shares; a provider account that was just created has no version yet.
fn credit(
    loader: &AccountLoader<Provider>,
    pool: Pubkey,
    owner: Pubkey,
    bump: u8,
    (shares, amount_q): (u64, u64),
) -> Result<()> {
    let mut provider = loader.load_mut().or_else(|_| loader.load_init())?;
    if provider.version == 0 {
        provider.version = ACCOUNT_VERSION;
        provider.bump = bump;
        provider.pool = pool;
        provider.owner = owner;
    }
    provider.shares = provider
        .shares
        .checked_add(shares)
        .ok_or(PlimsollError::Overflow)?;
    provider.deposited_q = provider
        .deposited_q
        .checked_add(amount_q)
        .ok_or(PlimsollError::Overflow)?;
    Ok(())
}
