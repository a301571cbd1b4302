//! Gives a collateral a price: its feed and how its volatility counts. A collateral other than the quote
//! currency is taken only once it has one; the quote currency counts at par until it has.

use super::listing::{list_risk, Listing};
use crate::constants::*;
use crate::error::PlimsollError;
use crate::events::CollateralPriced;
use crate::params::{LiquidityParams, RiskParams};
use crate::state::{Collateral, Exchange, MarketRisk};
use anchor_lang::prelude::*;
use anchor_spl::token::Mint;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct PriceCollateralArgs {
    /// The price feed.
    pub feed_id: [u8; 32],
    /// The market of the same underlying, if there is one; the collateral's own index otherwise
    /// ([`NO_UNDERLYING`]).
    pub underlying: u16,
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
}

#[event_cpi]
#[derive(Accounts)]
pub struct PriceCollateral<'info> {
    #[account(mut)]
    pub governance: Signer<'info>,
    #[account(
        mut,
        constraint = exchange.load()?.governance == governance.key() @ PlimsollError::NotGovernance
    )]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.mint == mint.key() @ PlimsollError::WrongMint,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    pub mint: Account<'info, Mint>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<MarketRisk>(),
        seeds = [
            MARKET_RISK_SEED, exchange.key().as_ref(),
            &collateral.load()?.risk_index().to_le_bytes()
        ], bump
    )]
    pub collateral_risk: AccountLoader<'info, MarketRisk>,
    pub system_program: Program<'info, System>,
}

pub fn handle_price_collateral(
    ctx: Context<PriceCollateral>,
    args: PriceCollateralArgs,
) -> Result<()> {
    args.risk.check()?;
    args.liquidity.check()?;
    let accounts = &*ctx.accounts;
    let mut exchange = accounts.exchange.load_mut()?;
    let mut collateral = accounts.collateral.load_mut()?;
    let index = collateral.risk_index();
    let underlying = match args.underlying {
        NO_UNDERLYING => index,
        market => market,
    };
    require!(
        underlying == index || (collateral.index != 0 && underlying < exchange.market_count),
        PlimsollError::ParameterOutOfBounds
    );
    // Amount times price in 1e-8 over 10^(decimals + 2) are quote atoms.
    let power = u32::from(accounts.mint.decimals).saturating_add(2);
    let divisor = 10_u64
        .checked_pow(power)
        .ok_or(PlimsollError::ParameterOutOfBounds)?;
    collateral.priced = 1;
    if collateral.index == 0 {
        exchange.quote_priced = 1;
    }
    let mut risk = accounts.collateral_risk.load_init()?;
    list_risk(
        &mut risk,
        &Listing {
            exchange: accounts.exchange.key(),
            bump: ctx.bumps.collateral_risk,
            index,
            underlying,
            feed_id: args.feed_id,
            lot_divisor: divisor,
            risk: args.risk,
            liquidity: args.liquidity,
        },
    )?;
    risk.haircut_ppm = collateral.params.haircut_ppm;
    risk.onboarding_seconds = collateral.params.onboarding_seconds;
    risk.listed_seconds = collateral.listed_seconds;
    risk.start_discount_ppm = collateral.params.start_discount_ppm;
    risk.max_discount_ppm = collateral.params.max_discount_ppm;
    drop((exchange, risk));
    emit_cpi!(CollateralPriced {
        exchange: accounts.exchange.key(),
        mint: accounts.mint.key(),
        index: collateral.index,
        underlying,
        feed_id: args.feed_id,
        risk: args.risk,
        liquidity: args.liquidity,
    });
    Ok(())
}
