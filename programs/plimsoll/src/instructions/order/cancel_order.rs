//! Takes back a conditional order that nobody has triggered yet, and all of its escrow (R-O8). What takes the
//! next price stays: who could call it back once that price is known would trade for nothing.
//!
//! Requires: the owner's or delegate's signature, and no price.

use crate::error::PlimsollError;
use crate::events::OrderCancelled;
use crate::state::{MarginAccount, OrderSlot};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CancelOrder<'info> {
    pub authority: Signer<'info>,
    #[account(
        mut,
        constraint = margin_account.load()?.is_authority(authority.key)
            @ PlimsollError::NotAccountAuthority,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
}

pub fn handle_cancel_order(ctx: Context<CancelOrder>, order_id: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let event = {
        let mut account = accounts.margin_account.load_mut()?;
        let slot = account.order(order_id)?;
        let order = account.orders[slot];
        require!(order.is_waiting(), PlimsollError::NotWaiting);
        account.orders[slot] = OrderSlot::default();
        account.balance_q = account
            .balance_q
            .checked_add_unsigned(order.fee_q)
            .ok_or(PlimsollError::Overflow)?;
        OrderCancelled {
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            market_index: order.market_index,
            order_id,
            refunded_q: order.fee_q,
            balance_q: account.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}
