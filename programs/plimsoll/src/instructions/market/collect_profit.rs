//! Pays profit that waited for a market's cash into its account's balance. Permissionless.

use crate::error::PlimsollError;
use crate::events::ProfitCollected;
use crate::state::{MarginAccount, Market, Payment, PositionSlot};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct CollectProfit<'info> {
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

pub fn handle_collect_profit(ctx: Context<CollectProfit>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let (sequence, market_index, amount_q, unpaid_q, balance_q) = {
        let mut market = accounts.market.load_mut()?;
        let mut account = accounts.margin_account.load_mut()?;
        let index = account
            .position_in(market.index)
            .ok_or(PlimsollError::NoPosition)?;
        let owed_q = account.positions[index].unpaid_q;
        let amount_q = owed_q.min(market.payable_q());
        require!(amount_q > 0, PlimsollError::NothingToMove);
        let paid_q = i64::try_from(amount_q).map_err(|_| PlimsollError::Overflow)?;

        market
            .settle(Payment {
                balance_q: paid_q,
                unpaid_q: 0,
            })
            .map_err(PlimsollError::from)?;
        market.unpaid_q = market
            .unpaid_q
            .checked_sub(amount_q)
            .ok_or(PlimsollError::Overflow)?;
        account.balance_q = account
            .balance_q
            .checked_add(paid_q)
            .ok_or(PlimsollError::Overflow)?;
        let slot = &mut account.positions[index];
        slot.unpaid_q = owed_q.saturating_sub(amount_q);
        let unpaid_q = slot.unpaid_q;
        if slot.is_free() {
            *slot = PositionSlot::default();
        }
        (
            account.next_sequence(),
            market.index,
            amount_q,
            unpaid_q,
            account.balance_q,
        )
    };
    emit_cpi!(ProfitCollected {
        margin_account: accounts.margin_account.key(),
        sequence,
        market_index,
        amount_q,
        unpaid_q,
        balance_q,
    });
    Ok(())
}
