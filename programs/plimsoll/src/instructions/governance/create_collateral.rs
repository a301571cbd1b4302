//! Lists a collateral and creates its vault. The first one must be the quote currency.

use crate::constants::*;
use crate::error::PlimsollError;
use crate::events::CollateralCreated;
use crate::params::CollateralParams;
use crate::state::{Collateral, Exchange};
use anchor_lang::prelude::*;
use anchor_spl::token::{Mint, Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct CreateCollateral<'info> {
    #[account(mut)]
    pub governance: Signer<'info>,
    #[account(
        mut,
        constraint = exchange.load()?.governance == governance.key() @ PlimsollError::NotGovernance
    )]
    pub exchange: AccountLoader<'info, Exchange>,
    pub mint: Account<'info, Mint>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<Collateral>(),
        seeds = [COLLATERAL_SEED, exchange.key().as_ref(), mint.key().as_ref()], bump
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(
        init, payer = governance, token::mint = mint, token::authority = exchange,
        seeds = [VAULT_SEED, exchange.key().as_ref(), mint.key().as_ref()], bump
    )]
    pub vault: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
    pub system_program: Program<'info, System>,
}

pub fn handle_create_collateral(
    ctx: Context<CreateCollateral>,
    params: CollateralParams,
) -> Result<()> {
    params.check()?;
    let accounts = &*ctx.accounts;
    let mut exchange = accounts.exchange.load_mut()?;
    let index = exchange.collateral_count;
    require!(
        index < EXCHANGE_COLLATERALS_MAX,
        PlimsollError::ExchangeFull
    );
    require!(
        (index == 0) == (accounts.mint.key() == exchange.quote_mint),
        PlimsollError::FirstCollateralNotQuote
    );
    exchange.collateral_count = index.saturating_add(1);

    let mut collateral = accounts.collateral.load_init()?;
    collateral.version = ACCOUNT_VERSION;
    collateral.bump = ctx.bumps.collateral;
    collateral.index = index;
    collateral.exchange = accounts.exchange.key();
    collateral.mint = accounts.mint.key();
    collateral.vault = accounts.vault.key();
    collateral.listed_seconds = Clock::get()?.unix_timestamp;
    collateral.params = params;

    emit_cpi!(CollateralCreated {
        exchange: accounts.exchange.key(),
        mint: accounts.mint.key(),
        index,
        params,
    });
    Ok(())
}
