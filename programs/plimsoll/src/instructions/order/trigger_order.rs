//! Binds a conditional order whose trigger a price has touched (R-O6): from now on it is a market order that
//! takes the price of the market's delay later, which nobody knows yet (R-O1). Permissionless; the keeper
//! earns a fee.
//!
//! Requires: a fully verified update of the market's feed that touches the trigger, published since the order
//! was placed and no longer ago than the market takes prices over.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::OrderTriggered;
use crate::oracle;
use crate::state::{MarginAccount, Market, MarketRisk, Phase};
use crate::trade::pay_keeper;
use anchor_lang::prelude::*;
use plimsoll_risk::oracle::check_age;
use pyth_solana_receiver_sdk::price_update::PriceUpdateV2;

#[event_cpi]
#[derive(Accounts)]
pub struct TriggerOrder<'info> {
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
    #[account(
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
    pub price_update: Account<'info, PriceUpdateV2>,
}

pub fn handle_trigger_order(ctx: Context<TriggerOrder>, order_id: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let market = accounts.market.load()?;
    let risk = accounts.market_risk.load()?;
    require!(risk.phase() != Phase::Settled, PlimsollError::MarketSettled);
    let confidence_ppm_max = risk.params.confidence_ppm_max;
    let reading = oracle::read(
        &accounts.price_update,
        &risk.feed_id,
        confidence_ppm_max,
        now_seconds,
    )?;
    // A keeper who could keep a touch for later would choose the time.
    let age_seconds_max = risk.params.price_age_seconds_max;
    check_age(reading.publish_seconds, age_seconds_max, now_seconds).or_refuse()?;

    let mut account = accounts.margin_account.load_mut()?;
    let slot = account.order(order_id)?;
    let mut order = account.orders[slot];
    require!(
        order.market_index == market.index,
        PlimsollError::MarketMismatch
    );
    require!(order.is_waiting(), PlimsollError::NotWaiting);
    require!(
        now_seconds <= order.expires_seconds,
        PlimsollError::OrderExpired
    );
    require!(
        reading.publish_seconds >= order.placed_seconds,
        PlimsollError::TouchedTooEarly
    );
    require!(
        order.is_touched(reading.price_e8)?,
        PlimsollError::TriggerNotTouched
    );

    let keeper_fee_q = order.trigger_fee_q();
    order.fee_q = order.fee_q.saturating_sub(keeper_fee_q);
    order.bind(&market, now_seconds);
    account.orders[slot] = order;
    pay_keeper(&accounts.keeper_account, keeper_fee_q)?;
    let event = OrderTriggered {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        order_id,
        keeper: accounts.keeper.key(),
        keeper_fee_q,
        price_e8: reading.price_e8,
        publish_seconds: reading.publish_seconds,
        target_seconds: order.target_seconds,
    };
    drop((account, market, risk));
    emit_cpi!(event);
    Ok(())
}
