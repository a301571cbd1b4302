//! Redeems the ticket at the head of the queue: all of it, or as much as the pool can pay (R-Q5, R-Q6, R-Q8).
//! Permissionless. The keeper who redeems the last of a ticket earns a fee of it, so that no ticket is left waiting
//! until its price suits its owner.
//!
//! Requires: every market and its fresh risk account as for a deposit.
//! Guarantees: nobody else's share is worth less afterwards; what markets may have to draw stays. The payment is
//! booked, not transferred: a token account that takes nothing must not hold up the queue.

use super::worth::{pool_worth, Purpose};
use crate::error::{OrRefuse, PlimsollError};
use crate::events::Redeemed;
use crate::state::{Exchange, MarginAccount, Pool, Provider, Redemption};
use crate::trade::pay_keeper;
use anchor_lang::prelude::*;
use plimsoll_risk::pool::redeem;

#[event_cpi]
#[derive(Accounts)]
pub struct Redeem<'info> {
    pub keeper: Signer<'info>,
    #[account(
        mut,
        constraint = keeper_account.load()?.is_authority(keeper.key)
            @ PlimsollError::NotKeeperAccount,
        constraint = keeper_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub keeper_account: AccountLoader<'info, MarginAccount>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut, constraint = pool.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        mut, constraint = redemption.load()?.pool == pool.key() @ PlimsollError::WrongPool
    )]
    pub redemption: AccountLoader<'info, Redemption>,
    #[account(
        mut,
        constraint = provider.load()?.pool == pool.key() @ PlimsollError::WrongPool,
        constraint = provider.load()?.owner == redemption.load()?.owner
            @ PlimsollError::NotProviderOwner,
    )]
    pub provider: AccountLoader<'info, Provider>,
    /// CHECK: gets the ticket's rent back, and nothing is read of it.
    #[account(mut, dup, address = redemption.load()?.owner @ PlimsollError::NotProviderOwner)]
    pub owner: UncheckedAccount<'info>,
}

pub fn handle_redeem<'info>(ctx: Context<'info, Redeem<'info>>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut pool = accounts.pool.load_mut()?;
        let mut ticket = accounts.redemption.load_mut()?;
        require!(
            ticket.number == pool.redemption_head,
            PlimsollError::NotHeadOfQueue
        );
        require!(
            now_seconds >= ticket.due_seconds(&pool.params),
            PlimsollError::StillCoolingDown
        );
        let others = ctx.remaining_accounts;
        let worth = pool_worth(&accounts.exchange, &pool, others, Purpose::Leave)?;
        let free_q = pool.cash_q.saturating_sub(worth.reserved_q);
        let part = redeem(ticket.shares, pool.shares, worth.worth_q, free_q).or_refuse()?;
        // In parts, but not crumb by crumb: each rounds against the owner.
        require!(
            part.shares == ticket.shares || part.amount_q >= pool.params.provision_q_min,
            PlimsollError::PoolCashReserved
        );
        pool.redeem(&mut ticket, &part)?;
        let keeper_fee_q = if ticket.shares == 0 {
            pool.params.keeper_fee_q.min(part.amount_q)
        } else {
            0
        };
        let mut provider = accounts.provider.load_mut()?;
        provider.redeemed_q = part
            .amount_q
            .checked_sub(keeper_fee_q)
            .and_then(|paid_q| provider.redeemed_q.checked_add(paid_q))
            .ok_or(PlimsollError::Overflow)?;
        pay_keeper(&accounts.keeper_account, keeper_fee_q)?;
        Redeemed {
            redemption: accounts.redemption.key(),
            provider: accounts.provider.key(),
            number: ticket.number,
            shares: part.shares,
            amount_q: part.amount_q,
            keeper: accounts.keeper.key(),
            keeper_fee_q,
            shares_left: ticket.shares,
            pool_worth_q: worth.worth_q,
            reserved_q: worth.reserved_q,
            pool_shares: pool.shares,
            share_price_e9: worth.share_price_e9,
        }
    };
    if event.shares_left == 0 {
        accounts
            .redemption
            .close(accounts.owner.to_account_info())?;
    }
    emit_cpi!(event);
    Ok(())
}
