//! Closes an epoch of deleveraging once its registration is over: settles the one share that every claim and every
//! registered position bears, and takes it of all claims at once. Permissionless, whoever is missing.
//!
//! Guarantees: what is taken is the deficit, as it was frozen or what is left of it, and rounding (I5).

use super::backing::deficit_at;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::DeleveragingClosed;
use crate::state::{ClaimIndex, Insurance, Market, MarketRisk, Pool};
use anchor_lang::prelude::*;
use plimsoll_risk::deleverage::Haircut;

#[event_cpi]
#[derive(Accounts)]
pub struct CloseDeleveraging<'info> {
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(
        mut,
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    #[account(
        constraint = pool.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        constraint = insurance.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub fn handle_close_deleveraging(ctx: Context<CloseDeleveraging>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut market = accounts.market.load_mut()?;
        let epoch = market.deleveraging;
        require!(
            epoch.is_open() && now_seconds >= epoch.closes_seconds,
            PlimsollError::RegistrationNotOver
        );
        let left_q = deficit_at(
            &market,
            &*accounts.pool.load()?,
            &*accounts.insurance.load()?,
            &accounts.market_risk.load()?.carry(),
            epoch.price_e8,
        )?;
        // What came in since need not be taken; what grew since waits for another epoch.
        let deficit_q = epoch.deficit_q.min(left_q);
        let claims_q = market.unpaid_q;
        let haircut = Haircut::new(deficit_q, claims_q, epoch.gains_q).or_refuse()?;
        share(&mut market, &haircut)?;
        accounts.market_risk.load_mut()?.claims = market.claims;
        market.deleveraging.closes_seconds = 0;
        market.deleveraging.deficit_q = haircut.deficit_q;
        market.deleveraging.gains_q = haircut.gains_q;
        DeleveragingClosed {
            market: accounts.market.key(),
            sequence: market.next_sequence(),
            epoch: epoch.epoch,
            deficit_q: haircut.deficit_q,
            gains_q: haircut.gains_q,
            claims_before_q: claims_q,
            claims_after_q: market.unpaid_q,
            registered: epoch.outstanding,
        }
    };
    emit_cpi!(event);
    Ok(())
}

/// R-W4: lowers the index of all claims; what comes to nothing is a generation that ends.
fn share(market: &mut Market, haircut: &Haircut) -> Result<()> {
    if market.nominal_q == 0 || haircut.deficit_q == 0 {
        return Ok(());
    }
    market.claims.index = haircut.index_down(market.claims.index).or_refuse()?;
    if market.claims.index == 0 {
        market.nominal_q = 0;
        market.claims = ClaimIndex {
            generation: market
                .claims
                .generation
                .checked_add(1)
                .ok_or(PlimsollError::Overflow)?,
            ..ClaimIndex::whole()
        };
    }
    let nominal_q = market.nominal_q;
    market.replace_claim(nominal_q, nominal_q).or_refuse()
}
