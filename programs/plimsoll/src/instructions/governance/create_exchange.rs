//! Creates an exchange with its pool and insurance fund. Anyone may; the signer becomes governance.

use crate::constants::*;
use crate::error::PlimsollError;
use crate::events::ExchangeCreated;
use crate::params::{DebtParams, PoolParams, WithdrawalParams};
use crate::state::{Exchange, Insurance, Pool};
use anchor_lang::prelude::*;
use anchor_spl::token::Mint;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct CreateExchangeArgs {
    pub guardian: Pubkey,
    pub risk_operator: Pubkey,
    pub pool: PoolParams,
    pub withdrawal: WithdrawalParams,
    pub debt: DebtParams,
}

#[event_cpi]
#[derive(Accounts)]
pub struct CreateExchange<'info> {
    #[account(mut)]
    pub governance: Signer<'info>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<Exchange>(),
        seeds = [EXCHANGE_SEED, governance.key().as_ref()], bump
    )]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<Pool>(),
        seeds = [POOL_SEED, exchange.key().as_ref()], bump
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<Insurance>(),
        seeds = [INSURANCE_SEED, exchange.key().as_ref()], bump
    )]
    pub insurance: AccountLoader<'info, Insurance>,
    #[account(constraint = quote_mint.decimals == QUOTE_DECIMALS @ PlimsollError::QuoteDecimals)]
    pub quote_mint: Account<'info, Mint>,
    pub system_program: Program<'info, System>,
}

pub fn handle_create_exchange(
    ctx: Context<CreateExchange>,
    args: CreateExchangeArgs,
) -> Result<()> {
    args.pool.check()?;
    args.withdrawal.check()?;
    args.debt.check()?;
    let accounts = &*ctx.accounts;
    let key = accounts.exchange.key();
    let mut exchange = accounts.exchange.load_init()?;
    exchange.version = ACCOUNT_VERSION;
    exchange.bump = ctx.bumps.exchange;
    exchange.creator = accounts.governance.key();
    exchange.governance = accounts.governance.key();
    exchange.guardian = args.guardian;
    exchange.risk_operator = args.risk_operator;
    exchange.quote_mint = accounts.quote_mint.key();
    exchange.withdrawal = args.withdrawal;
    exchange.debt = args.debt;

    let mut pool = accounts.pool.load_init()?;
    pool.version = ACCOUNT_VERSION;
    pool.bump = ctx.bumps.pool;
    pool.exchange = key;
    pool.params = args.pool;

    let mut insurance = accounts.insurance.load_init()?;
    insurance.version = ACCOUNT_VERSION;
    insurance.bump = ctx.bumps.insurance;
    insurance.exchange = key;

    emit_cpi!(ExchangeCreated {
        exchange: key,
        governance: accounts.governance.key(),
        quote_mint: accounts.quote_mint.key(),
        pool: args.pool,
        withdrawal: args.withdrawal,
        debt: args.debt,
    });
    Ok(())
}
