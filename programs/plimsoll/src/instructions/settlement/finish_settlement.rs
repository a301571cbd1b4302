//! Fixes the price of a market or collateral whose feed stayed dead through the challenge. From then on it
//! needs no feed: positions are closed at that price, collateral is taken back but not pledged.
//! Permissionless.

use crate::error::PlimsollError;
use crate::events::SettlementFinished;
use crate::state::{Collateral, Market, MarketRisk, Phase};
use anchor_lang::prelude::*;
use plimsoll_risk::settlement::is_over;

#[event_cpi]
#[derive(Accounts)]
pub struct FinishSettlement<'info> {
    #[account(mut)]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    /// The market, where the risk account is one's.
    #[account(mut)]
    pub market: Option<AccountLoader<'info, Market>>,
    /// The collateral, where the risk account is one's.
    #[account(mut)]
    pub collateral: Option<AccountLoader<'info, Collateral>>,
}

pub fn handle_finish_settlement(ctx: Context<FinishSettlement>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut risk = accounts.market_risk.load_mut()?;
        require!(
            risk.phase() == Phase::Settling && is_over(risk.settling_seconds, now_seconds),
            PlimsollError::SettlementNotDue
        );
        close(accounts, &risk)?;
        risk.settle();
        SettlementFinished {
            exchange: risk.exchange,
            risk_index: risk.index,
            price_e8: risk.price_e8,
        }
    };
    emit_cpi!(event);
    Ok(())
}

/// Lets nobody enter any more.
fn close(accounts: &FinishSettlement, risk: &MarketRisk) -> Result<()> {
    let (exchange, index) = match (&accounts.market, &accounts.collateral) {
        (Some(loader), None) => {
            let mut market = loader.load_mut()?;
            market.settled = 1;
            (market.exchange, market.index)
        }
        (None, Some(loader)) => {
            let mut collateral = loader.load_mut()?;
            collateral.priced = 0;
            (collateral.exchange, collateral.risk_index())
        }
        _ => return err!(PlimsollError::MarketMismatch),
    };
    require!(exchange == risk.exchange, PlimsollError::WrongExchange);
    require!(index == risk.index, PlimsollError::MarketMismatch);
    Ok(())
}
