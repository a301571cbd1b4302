//! Posts what is expected of a market's volatility: implied volatility and a forecast. Either may only raise
//! margin, within the market's rail, until it expires (R-V7). It takes effect at the next refresh.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::OutlookPosted;
use crate::state::{Exchange, MarketRisk};
use anchor_lang::prelude::*;
use plimsoll_risk::outlook::implied_variance_e18_up;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct PostOutlookArgs {
    /// Implied volatility, basis points a year; zero takes it back.
    pub implied_bps: u32,
    /// Forecast volatility, basis points a year; zero takes it back.
    pub forecast_bps: u32,
    /// How long both count, at most what the market allows.
    pub valid_seconds: u32,
}

#[event_cpi]
#[derive(Accounts)]
pub struct PostOutlook<'info> {
    pub risk_operator: Signer<'info>,
    #[account(
        constraint = exchange.load()?.risk_operator == risk_operator.key()
            @ PlimsollError::NotRiskOperator
    )]
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = market_risk.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_post_outlook(ctx: Context<PostOutlook>, args: PostOutlookArgs) -> Result<()> {
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut risk = ctx.accounts.market_risk.load_mut()?;
        require!(
            args.valid_seconds <= risk.params.outlook_seconds_max,
            PlimsollError::OutlookTooLong
        );
        let expires_seconds = now_seconds.saturating_add(i64::from(args.valid_seconds));
        risk.implied_e18 = implied_variance_e18_up(args.implied_bps).or_refuse()?;
        risk.implied_expires_seconds = expires_seconds;
        risk.forecast_e18 = implied_variance_e18_up(args.forecast_bps).or_refuse()?;
        risk.forecast_expires_seconds = expires_seconds;
        OutlookPosted {
            market_index: risk.index,
            implied_e18: risk.implied_e18,
            forecast_e18: risk.forecast_e18,
            expires_seconds,
        }
    };
    emit_cpi!(event);
    Ok(())
}
