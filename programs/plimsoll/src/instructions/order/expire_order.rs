//! Ends an order that nobody settled: its window closed longer ago than the market's timeout (R-O4), or it
//! waited until its expiry was over (R-O7). Needs no price, so that a dead feed cannot hold an order slot.
//! The keeper earns a fee; what nobody earned by a trigger goes back.

use super::verdict::window_end_seconds;
use crate::error::PlimsollError;
use crate::events::{OrderOutcome, OrderSettled};
use crate::state::{MarginAccount, Market, OrderSlot};
use crate::trade::pay_keeper;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct ExpireOrder<'info> {
    pub keeper: Signer<'info>,
    #[account(
        mut,
        constraint = keeper_account.load()?.is_authority(keeper.key)
            @ PlimsollError::NotKeeperAccount,
        constraint = keeper_account.key() != margin_account.key() @ PlimsollError::KeeperIsTrader,
        constraint = keeper_account.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub keeper_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    pub market: AccountLoader<'info, Market>,
}

pub fn handle_expire_order(ctx: Context<ExpireOrder>, order_id: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let market = accounts.market.load()?;
        let mut account = accounts.margin_account.load_mut()?;
        let slot = account.order(order_id)?;
        let order = account.orders[slot];
        require!(
            order.market_index == market.index,
            PlimsollError::MarketMismatch
        );
        let (dead_seconds, unused_q) = if order.is_waiting() {
            (order.expires_seconds, order.trigger_fee_q())
        } else {
            let timeout_seconds = i64::from(market.params.order_timeout_seconds);
            let end_seconds = window_end_seconds(&order, &market);
            (end_seconds.saturating_add(timeout_seconds), 0)
        };
        require!(now_seconds > dead_seconds, PlimsollError::OrderStillLive);
        account.orders[slot] = OrderSlot::default();
        account.balance_q = account
            .balance_q
            .checked_add_unsigned(unused_q)
            .ok_or(PlimsollError::Overflow)?;
        let keeper_fee_q = order.fee_q.saturating_sub(unused_q);
        pay_keeper(&accounts.keeper_account, keeper_fee_q)?;
        OrderSettled {
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            market_index: market.index,
            market_sequence: market.sequence,
            order_id,
            outcome: OrderOutcome::Expired,
            keeper: accounts.keeper.key(),
            keeper_fee_q,
            lots: 0,
            price_e8: 0,
            cost_q: 0,
            taker_fee_q: 0,
            carry_q: 0,
            realised_q: 0,
            unpaid_q: 0,
            position_lots: account
                .position_in(market.index)
                .map_or(0, |index| account.positions[index].lots),
            balance_q: account.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}
