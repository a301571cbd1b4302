//! Moves surplus from a market to the pool, or cash from the pool to a market that needs it, within
//! the market's loss cap (R-Q3). Permissionless.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::MarketSwept;
use crate::state::{Market, Pool};
use anchor_lang::prelude::*;
use plimsoll_risk::pool::sweep_q;

#[event_cpi]
#[derive(Accounts)]
pub struct SweepMarket<'info> {
    #[account(
        mut,
        constraint = pool.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

pub fn handle_sweep_market(ctx: Context<SweepMarket>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let (sequence, moved_q, cash_q, pool_cash_q) = {
        let mut pool = accounts.pool.load_mut()?;
        let mut market = accounts.market.load_mut()?;
        // Profit that waits for cash is owed before anything is surplus.
        let target_q = market.params.cash_target_q.saturating_add(market.unpaid_q);
        let moved_q = sweep_q(
            market.payable_q(),
            target_q,
            pool.cash_q,
            market.drawn_q,
            market.params.loss_cap_q,
        )
        .or_refuse()?;
        require!(moved_q != 0, PlimsollError::NothingToMove);
        market.cash_q = market
            .cash_q
            .checked_add_signed(moved_q)
            .ok_or(PlimsollError::Overflow)?;
        market.drawn_q = market
            .drawn_q
            .checked_add(moved_q)
            .ok_or(PlimsollError::Overflow)?;
        let back_q = moved_q.checked_neg().ok_or(PlimsollError::Overflow)?;
        pool.cash_q = pool
            .cash_q
            .checked_add_signed(back_q)
            .ok_or(PlimsollError::Overflow)?;
        (market.next_sequence(), moved_q, market.cash_q, pool.cash_q)
    };
    emit_cpi!(MarketSwept {
        market: accounts.market.key(),
        sequence,
        moved_q,
        cash_q,
        pool_cash_q,
    });
    Ok(())
}
