//! Buys shares of the pool.
//!
//! Requires: every market and its fresh risk account, in pairs, in the order of their indices.
//! Guarantees: a share costs at least its worth at any price within the band (R-Q1, R-Q2, R-Q4).

use super::worth::{pool_worth, Purpose};
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
    let accounts = &*ctx.accounts;
    let worth = {
        let pool = accounts.pool.load()?;
        pool_worth(
            &accounts.exchange,
            &pool,
            ctx.remaining_accounts,
            Purpose::Enter,
        )?
    };
    vault::take(
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.from,
        &accounts.owner,
        &accounts.token_program,
        amount_q,
    )?;

    let (shares, pool_shares) = {
        let mut pool = accounts.pool.load_mut()?;
        // What is too small to be asked back would be dust in the queue.
        require!(
            amount_q >= pool.params.provision_q_min,
            PlimsollError::BelowProvisionMinimum
        );
        let bought = shares_down(amount_q, pool.shares, worth.worth_q);
        let shares = bought.map_err(|error| match error {
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
        (shares, pool.shares)
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
        pool_worth_q: worth.worth_q,
        pool_shares,
        share_price_e9: worth.share_price_e9,
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
