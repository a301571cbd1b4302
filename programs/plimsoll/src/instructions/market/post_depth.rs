//! Posts what moving a market's price elsewhere costs. It may grow no faster than the market's rail; what
//! exceeds the rail counts as the rail; it fades when nobody posts (R-S3, R-S4).

use crate::error::{OrRefuse, PlimsollError};
use crate::events::DepthPosted;
use crate::state::{Exchange, MarketRisk};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct PostDepth<'info> {
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

pub fn handle_post_depth(ctx: Context<PostDepth>, depths_q: [u64; 5]) -> Result<()> {
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut risk = ctx.accounts.market_risk.load_mut()?;
        let params = risk.liquidity_params.depth();
        let depth = risk
            .depth()
            .posted(&params, depths_q, now_seconds)
            .or_refuse()?;
        risk.set_depth(depth);
        risk.weigh_depth(now_seconds).or_refuse()?;
        DepthPosted {
            market_index: risk.index,
            depths_q: risk.depths_q,
            liquidity_q: risk.liquidity_q,
            open_interest_cap_q: risk.open_interest_cap_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}
