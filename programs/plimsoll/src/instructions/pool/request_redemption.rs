//! Moves shares into a ticket at the end of the queue (R-Q8).
//!
//! Requires: the owner's signature; every market and its risk account as for a deposit, fresh or not.
//! There is no way back: a ticket that could be taken back would be a right to leave at once, at no cost, for whoever
//! always has one waiting.

use super::worth::{pool_worth, Purpose};
use crate::constants::*;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::RedemptionRequested;
use crate::state::{Exchange, Pool, Provider, Redemption};
use anchor_lang::prelude::*;
use plimsoll_risk::pool::amount_down;

#[event_cpi]
#[derive(Accounts)]
pub struct RequestRedemption<'info> {
    #[account(mut)]
    pub owner: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut, constraint = pool.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        mut,
        constraint = provider.load()?.owner == owner.key() @ PlimsollError::NotProviderOwner,
        constraint = provider.load()?.pool == pool.key() @ PlimsollError::WrongPool,
    )]
    pub provider: AccountLoader<'info, Provider>,
    #[account(
        init, payer = owner, space = 8 + core::mem::size_of::<Redemption>(),
        seeds = [
            REDEMPTION_SEED, provider.key().as_ref(),
            &provider.load()?.request_count.to_le_bytes()
        ], bump
    )]
    pub redemption: AccountLoader<'info, Redemption>,
    pub system_program: Program<'info, System>,
}

pub fn handle_request_redemption<'info>(
    ctx: Context<'info, RequestRedemption<'info>>,
    shares: u64,
) -> Result<()> {
    require!(shares > 0, PlimsollError::ZeroAmount);
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let mut pool = accounts.pool.load_mut()?;
    let others = ctx.remaining_accounts;
    let worth = pool_worth(&accounts.exchange, &pool, others, Purpose::Tell)?;
    let mut provider = accounts.provider.load_mut()?;
    let left = provider
        .shares
        .checked_sub(shares)
        .ok_or(PlimsollError::SharesNotHeld)?;
    if left > 0 {
        for part in [shares, left] {
            let part_q = amount_down(part, pool.shares, worth.worth_q).or_refuse()?;
            require!(
                part_q >= pool.params.provision_q_min,
                PlimsollError::BelowProvisionMinimum
            );
        }
    }
    provider.shares = left;
    provider.request_count = provider.request_count.saturating_add(1);
    let number = pool.redemption_next;
    pool.redemption_next = number.checked_add(1).ok_or(PlimsollError::Overflow)?;
    pool.leaving_shares = pool
        .leaving_shares
        .checked_add(shares)
        .ok_or(PlimsollError::Overflow)?;

    let mut redemption = accounts.redemption.load_init()?;
    redemption.version = ACCOUNT_VERSION;
    redemption.bump = ctx.bumps.redemption;
    redemption.pool = accounts.pool.key();
    redemption.owner = accounts.owner.key();
    redemption.number = number;
    redemption.shares = shares;
    redemption.requested_seconds = now_seconds;
    let event = RedemptionRequested {
        redemption: accounts.redemption.key(),
        provider: accounts.provider.key(),
        owner: accounts.owner.key(),
        number,
        shares,
        due_seconds: redemption.due_seconds(&pool.params),
        pool_worth_q: worth.worth_q,
        pool_shares: pool.shares,
        share_price_e9: worth.share_price_e9,
    };
    drop((pool, provider, redemption));
    emit_cpi!(event);
    Ok(())
}
