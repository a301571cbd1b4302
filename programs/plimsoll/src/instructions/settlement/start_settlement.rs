//! Announces that a market or collateral whose feed is dead will be settled, and at what price.
//! Permissionless at the last price; governance may name another within rails, once.
//!
//! Requires: a feed that has been silent for hours (R-D1).
//! Guarantees: a price of the feed before the end takes it all back (R-D2).

use crate::error::PlimsollError;
use crate::events::SettlementStarted;
use crate::state::{Exchange, MarketRisk, Phase};
use anchor_lang::prelude::*;
use plimsoll_risk::settlement::{is_silent, is_within_rails, CHALLENGE_SECONDS};

#[event_cpi]
#[derive(Accounts)]
pub struct StartSettlement<'info> {
    pub starter: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = market_risk.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_start_settlement(ctx: Context<StartSettlement>, price_e8: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let governs = accounts.exchange.load()?.governance == accounts.starter.key();
    let event = {
        let mut risk = accounts.market_risk.load_mut()?;
        match risk.phase() {
            Phase::Settled => return err!(PlimsollError::MarketSettled),
            Phase::Settling => require!(
                governs && risk.price_named == 0,
                PlimsollError::SettlementRunning
            ),
            Phase::Open => {}
        }
        require!(
            is_silent(risk.publish_seconds, now_seconds),
            PlimsollError::FeedNotSilent
        );
        let allowed = price_e8 == risk.price_e8 && price_e8 > 0
            || governs && is_within_rails(price_e8, risk.price_e8);
        require!(allowed, PlimsollError::SettlementPrice);
        risk.phase = Phase::Settling as u8;
        risk.price_named = u8::from(governs);
        risk.settling_seconds = now_seconds;
        risk.settlement_price_e8 = price_e8;
        SettlementStarted {
            exchange: accounts.exchange.key(),
            risk_index: risk.index,
            starter: accounts.starter.key(),
            price_e8,
            last_price_e8: risk.price_e8,
            ends_seconds: now_seconds.saturating_add(i64::from(CHALLENGE_SECONDS)),
        }
    };
    emit_cpi!(event);
    Ok(())
}
