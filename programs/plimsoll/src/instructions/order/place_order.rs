//! Places an order and escrows its keepers' fees. It fills at the first update that the feed publishes at
//! or after its target time (R-O1), so neither owner nor keeper chooses the price; a conditional order has
//! no target before it is triggered (R-O6).
//!
//! Requires: the owner's or delegate's signature; risk accounts of all positions. An order that may add
//! risk, or wait, needs them fresh and the initial requirement met after the escrow.

use super::placing::{check_size, reduces_once, slot};
use crate::error::PlimsollError;
use crate::events::OrderPlaced;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, OrderKind, OrderSlot};
use crate::view::Planned;
use anchor_lang::prelude::*;
use plimsoll_risk::account::AccountState;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct PlaceOrderArgs {
    /// Signed size: positive buys.
    pub lots: i64,
    /// Worst average price accepted, premium included, 1e-8; zero accepts any.
    pub limit_price_e8: u64,
    /// Only shrink the position, never open or turn it.
    pub reduce_only: bool,
    pub kind: OrderKind,
    /// What touches a stop or a take-profit, 1e-8; zero for the others.
    pub trigger_price_e8: u64,
    /// The last second in which a conditional order may be triggered, Unix seconds; zero for a market order.
    pub expires_seconds: i64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct PlaceOrder<'info> {
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = margin_account.load()?.is_authority(authority.key)
            @ PlimsollError::NotAccountAuthority,
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        constraint = market.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub market: AccountLoader<'info, Market>,
}

pub fn handle_place_order<'info>(
    ctx: Context<'info, PlaceOrder<'info>>,
    args: PlaceOrderArgs,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let market = accounts.market.load()?;
    let order = slot(&args, &market, now_seconds)?;
    let (index, fee_q, balance_q) = {
        let account = accounts.margin_account.load()?;
        check_size(&account, &market, &args)?;
        let index = account
            .orders
            .iter()
            .position(OrderSlot::is_free)
            .ok_or(PlimsollError::OrdersFull)?;
        // One who triggers it, and one who ends it.
        let keepers = 1 + u64::from(args.kind != OrderKind::Market);
        let fee_q = market.params.keeper_fee_q.saturating_mul(keepers);
        let balance_q = account
            .balance_q
            .checked_sub_unsigned(fee_q)
            .ok_or(PlimsollError::Overflow)?;
        // What waits for a trigger is not sure to reduce anything.
        let reduces = args.reduce_only && args.kind == OrderKind::Market;
        let freshness = if reduces {
            Freshness::LastKnown
        } else {
            Freshness::AsOfNow
        };
        let others = ctx.remaining_accounts;
        let margin = RiskAccounts::new(&accounts.exchange, others, freshness, now_seconds)?
            .margin(&Planned {
                balance_q,
                ..Planned::unchanged(&account)
            })?;
        if reduces {
            // Reducing is never refused, but a liquidatable account's fees would be others' money.
            require!(
                margin.state() < AccountState::Liquidatable,
                PlimsollError::BelowLiquidationLine
            );
            require!(balance_q >= 0, PlimsollError::FeeNotCovered);
            // R-O5: each fee that an account short of the initial requirement pays must buy a reduction.
            require!(
                margin.meets_initial() || reduces_once(&account, &market, &args),
                PlimsollError::ReduceOnce
            );
        } else {
            require!(margin.meets_initial(), PlimsollError::InitialRequirement);
            // A fee that only collateral stands for would be others' money.
            require!(balance_q >= 0, PlimsollError::FeeNotCovered);
        }
        (index, fee_q, balance_q)
    };

    let mut account = accounts.margin_account.load_mut()?;
    account.balance_q = balance_q;
    account.last_order_id = account
        .last_order_id
        .checked_add(1)
        .ok_or(PlimsollError::Overflow)?;
    account.orders[index] = OrderSlot {
        id: account.last_order_id,
        fee_q,
        ..order
    };
    let event = OrderPlaced {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        order_id: account.last_order_id,
        lots: args.lots,
        limit_price_e8: args.limit_price_e8,
        reduce_only: args.reduce_only,
        kind: args.kind,
        trigger_price_e8: order.trigger_price_e8,
        expires_seconds: args.expires_seconds,
        fee_q,
        target_seconds: order.target_seconds,
    };
    drop((account, market));
    emit_cpi!(event);
    Ok(())
}
