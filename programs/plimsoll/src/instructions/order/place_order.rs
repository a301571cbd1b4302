//! Places a market order and escrows its keeper's fee. It fills at the first update that the feed
//! publishes at or after its target time (R-O1), so neither owner nor keeper chooses the price.
//!
//! Requires: the owner's or delegate's signature; risk accounts of all positions. An order that may add
//! risk needs them fresh and the initial requirement met after the escrow.

use super::placing::{check_size, reduces_once};
use crate::error::PlimsollError;
use crate::events::OrderPlaced;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, OrderSlot};
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
    let (slot, balance_q) = {
        let account = accounts.margin_account.load()?;
        check_size(&account, &market, &args)?;
        let slot = account
            .orders
            .iter()
            .position(|order| order.id == 0)
            .ok_or(PlimsollError::OrdersFull)?;
        let fee_q =
            i64::try_from(market.params.keeper_fee_q).map_err(|_| PlimsollError::Overflow)?;
        let balance_q = account
            .balance_q
            .checked_sub(fee_q)
            .ok_or(PlimsollError::Overflow)?;
        let freshness = if args.reduce_only {
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
        if args.reduce_only {
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
        (slot, balance_q)
    };

    let (sequence, order_id) = {
        let mut account = accounts.margin_account.load_mut()?;
        account.balance_q = balance_q;
        account.last_order_id = account
            .last_order_id
            .checked_add(1)
            .ok_or(PlimsollError::Overflow)?;
        account.orders[slot] = OrderSlot {
            id: account.last_order_id,
            lots: args.lots,
            limit_price_e8: args.limit_price_e8,
            placed_seconds: now_seconds,
            fee_q: market.params.keeper_fee_q,
            market_index: market.index,
            reduce_only: u8::from(args.reduce_only),
            ..OrderSlot::default()
        };
        (account.next_sequence(), account.last_order_id)
    };
    emit_cpi!(OrderPlaced {
        margin_account: accounts.margin_account.key(),
        sequence,
        market_index: market.index,
        order_id,
        lots: args.lots,
        limit_price_e8: args.limit_price_e8,
        reduce_only: args.reduce_only,
        fee_q: market.params.keeper_fee_q,
        target_seconds: now_seconds.saturating_add(i64::from(market.params.order_delay_seconds)),
    });
    Ok(())
}
