//! Pays realised profit into its account's balance. Permissionless.
//!
//! Requires: the profit has vested (R-W2), the price is not doubted, no deleveraging is open, and the cash covers
//! every claim on the market (R-W3).
//! Guarantees: whoever is paid, in whatever order, takes nothing from those who are not.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::ProfitCollected;
use crate::state::{MarginAccount, Market, MarketRisk};
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
    #[account(
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_collect_profit(ctx: Context<CollectProfit>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut market = accounts.market.load_mut()?;
        let mut account = accounts.margin_account.load_mut()?;
        let index = account
            .position_in(market.index)
            .ok_or(PlimsollError::NoPosition)?;
        let slot = account.positions[index];
        require!(slot.unpaid_q > 0, PlimsollError::NothingToMove);
        let amount_q = market.claims.worth_down(&slot).or_refuse()?;
        // A claim that a haircut has left without worth only makes room.
        if amount_q > 0 {
            require!(
                !accounts.market_risk.load()?.is_guarded(now_seconds),
                PlimsollError::MarketGuarded
            );
            check_payable(&market, slot.vests_seconds, now_seconds)?;
        }

        let claim_q = market.claims.nominal_q(&slot);
        market.replace_claim(claim_q, 0).or_refuse()?;
        market.cash_q = market
            .cash_q
            .checked_sub(amount_q)
            .ok_or(PlimsollError::Overflow)?;
        account.balance_q = account
            .balance_q
            .checked_add_unsigned(amount_q)
            .ok_or(PlimsollError::Overflow)?;
        let claims = market.claims;
        account.positions[index].set_claim(0, &claims);
        account.tidy(index);
        ProfitCollected {
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            market_index: market.index,
            amount_q,
            unpaid_q: market.unpaid_q,
            balance_q: account.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}

fn check_payable(market: &Market, vests_seconds: i64, now_seconds: i64) -> Result<()> {
    require!(
        !market.deleveraging.is_open(),
        PlimsollError::DeleveragingOpen
    );
    require!(now_seconds >= vests_seconds, PlimsollError::ProfitNotVested);
    require!(market.covers_claims(), PlimsollError::MarketShort);
    Ok(())
}
