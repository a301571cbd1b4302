//! Moves what was redeemed into a margin account of the same owner, from where it is withdrawn like any balance: the
//! quote vault has one way out.

use crate::error::PlimsollError;
use crate::events::RedemptionCollected;
use crate::state::{MarginAccount, Pool, Provider};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CollectRedemption<'info> {
    pub owner: Signer<'info>,
    pub pool: AccountLoader<'info, Pool>,
    #[account(
        mut,
        constraint = provider.load()?.owner == owner.key() @ PlimsollError::NotProviderOwner,
        constraint = provider.load()?.pool == pool.key() @ PlimsollError::WrongPool,
    )]
    pub provider: AccountLoader<'info, Provider>,
    #[account(
        mut,
        constraint = margin_account.load()?.owner == owner.key() @ PlimsollError::NotAccountOwner,
        constraint = margin_account.load()?.exchange == pool.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn handle_collect_redemption(ctx: Context<CollectRedemption>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let event = {
        let mut provider = accounts.provider.load_mut()?;
        let mut account = accounts.margin_account.load_mut()?;
        let amount_q = provider.redeemed_q;
        require!(amount_q > 0, PlimsollError::NothingToMove);
        account.balance_q = i64::try_from(amount_q)
            .ok()
            .and_then(|amount_q| account.balance_q.checked_add(amount_q))
            .ok_or(PlimsollError::Overflow)?;
        provider.redeemed_q = 0;
        RedemptionCollected {
            provider: accounts.provider.key(),
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            amount_q,
            balance_q: account.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}
