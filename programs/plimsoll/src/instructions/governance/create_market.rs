//! Lists a market: its trading half and its risk half. The ratios start at the seeded target.

use super::listing::{list_risk, Listing};
use crate::constants::*;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::MarketCreated;
use crate::params::{CarryParams, LiquidityParams, RiskParams, TradeParams};
use crate::state::{ClaimIndex, Exchange, Market, MarketRisk};
use anchor_lang::prelude::*;
use plimsoll_risk::units;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct CreateMarketArgs {
    /// The price feed.
    pub feed_id: [u8; 32],
    /// A lot is 10 to this power base units, -8 to 1.
    pub lot_exponent: i32,
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
    pub trade: TradeParams,
    pub carry: CarryParams,
}

#[event_cpi]
#[derive(Accounts)]
pub struct CreateMarket<'info> {
    #[account(mut)]
    pub governance: Signer<'info>,
    #[account(
        mut,
        constraint = exchange.load()?.governance == governance.key() @ PlimsollError::NotGovernance
    )]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<Market>(),
        seeds = [
            MARKET_SEED, exchange.key().as_ref(),
            &exchange.load()?.market_count.to_le_bytes()
        ], bump
    )]
    pub market: AccountLoader<'info, Market>,
    #[account(
        init, payer = governance, space = 8 + core::mem::size_of::<MarketRisk>(),
        seeds = [
            MARKET_RISK_SEED, exchange.key().as_ref(),
            &exchange.load()?.market_count.to_le_bytes()
        ], bump
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    pub system_program: Program<'info, System>,
}

pub fn handle_create_market(ctx: Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
    args.risk.check()?;
    args.liquidity.check()?;
    args.trade.check(&args.risk)?;
    args.carry.check(&args.trade)?;
    let lot_divisor =
        units::lot_divisor(args.lot_exponent).map_err(|_| PlimsollError::LotExponent)?;
    let accounts = &*ctx.accounts;
    let exchange_key = accounts.exchange.key();
    let mut exchange = accounts.exchange.load_mut()?;
    let index = exchange.market_count;
    require!(index < MARKETS_MAX, PlimsollError::ExchangeFull);
    exchange.market_count = index.saturating_add(1);

    let mut market = accounts.market.load_init()?;
    market.version = ACCOUNT_VERSION;
    market.bump = ctx.bumps.market;
    market.index = index;
    market.exchange = exchange_key;
    market.params = args.trade;
    market.claims = ClaimIndex::whole();

    let mut risk = accounts.market_risk.load_init()?;
    list_risk(
        &mut risk,
        &Listing {
            exchange: exchange_key,
            bump: ctx.bumps.market_risk,
            index,
            underlying: index,
            feed_id: args.feed_id,
            lot_divisor,
            risk: args.risk,
            liquidity: args.liquidity,
        },
    )?;
    risk.carry_params = args.carry;
    risk.tell_usage(0, [0, 0]).or_refuse()?;

    emit_cpi!(MarketCreated {
        exchange: exchange_key,
        market: accounts.market.key(),
        index,
        feed_id: args.feed_id,
        lot_exponent: args.lot_exponent,
        risk: args.risk,
        liquidity: args.liquidity,
        trade: args.trade,
        carry: args.carry,
    });
    Ok(())
}
