//! Ends an order at the one update that its target time names (R-O1): filled, or not and why. The
//! escrowed fee pays the keeper either way.
//!
//! Requires: that update. It need not be newer than the market's last price. An order that adds risk
//! needs fresh risk accounts of all positions.
//! Guarantees: a fill that adds risk leaves the initial requirement met (I3).

use super::verdict::{judge, Judged};
use crate::error::PlimsollError;
use crate::events::OrderSettled;
use crate::oracle;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, MarketRisk, OrderSlot, Phase};
use crate::trade::pay_keeper;
use anchor_lang::prelude::*;
use pyth_solana_receiver_sdk::price_update::PriceUpdateV2;

#[event_cpi]
#[derive(Accounts)]
pub struct SettleOrder<'info> {
    pub keeper: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = keeper_account.load()?.is_authority(keeper.key)
            @ PlimsollError::NotKeeperAccount,
        constraint = keeper_account.key() != margin_account.key() @ PlimsollError::KeeperIsTrader,
        constraint = keeper_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub keeper_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut, constraint = market.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub market: AccountLoader<'info, Market>,
    #[account(
        constraint = market_risk.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    pub price_update: Account<'info, PriceUpdateV2>,
}

pub fn handle_settle_order<'info>(
    ctx: Context<'info, SettleOrder<'info>>,
    order_id: u64,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let risk = accounts.market_risk.load()?;
    require!(risk.phase() != Phase::Settled, PlimsollError::MarketSettled);
    let confidence_ppm_max = risk.params.confidence_ppm_max;
    let reading = oracle::read(
        &accounts.price_update,
        &risk.feed_id,
        confidence_ppm_max,
        now_seconds,
    )?;
    let (slot, order, verdict) = {
        let account = accounts.margin_account.load()?;
        let slot = account.order(order_id)?;
        let order = account.orders[slot];
        let market = accounts.market.load()?;
        require!(
            order.market_index == market.index,
            PlimsollError::MarketMismatch
        );
        let others = ctx.remaining_accounts;
        let risks = RiskAccounts::new(&accounts.exchange, others, Freshness::AsOfNow, now_seconds)?
            .naming(&risk);
        let judged = Judged {
            account: &account,
            market: &market,
            risk: &risk,
            order: &order,
        };
        (slot, order, judge(&judged, &reading, &risks)?)
    };

    let mut market = accounts.market.load_mut()?;
    let mut account = accounts.margin_account.load_mut()?;
    account.orders[slot] = OrderSlot::default();
    let filled = verdict.fill;
    if let Some(plan) = &filled {
        plan.apply(&mut account, &mut market)?;
        market.fees_q = market
            .fees_q
            .checked_add(plan.charged_q)
            .ok_or(PlimsollError::Overflow)?;
    }
    pay_keeper(&accounts.keeper_account, order.fee_q)?;

    let event = OrderSettled {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        market_sequence: market.next_sequence(),
        order_id,
        outcome: verdict.outcome,
        keeper: accounts.keeper.key(),
        keeper_fee_q: order.fee_q,
        lots: filled.map_or(0, |plan| plan.fill.lots),
        price_e8: reading.price_e8,
        cost_q: filled.map_or(0, |plan| plan.fill.cost_q),
        taker_fee_q: filled.map_or(0, |plan| plan.charged_q),
        carry_q: filled.map_or(0, |plan| plan.carry_q),
        realised_q: filled.map_or(0, |plan| plan.realised_q),
        unpaid_q: filled.map_or(0, |plan| plan.payment.unpaid_q),
        position_lots: account
            .position_in(market.index)
            .map_or(0, |index| account.positions[index].lots),
        balance_q: account.balance_q,
    };
    drop((market, account, risk));
    emit_cpi!(event);
    Ok(())
}
