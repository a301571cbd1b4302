//! Closes the same share of several legs and collaterals of an account below a line (R-L12): for books of
//! which no single leg can be closed without worsening them, because the legs, or a leg and its collateral,
//! hedge each other. In a margin call it is a cut, below the liquidation line a liquidation. Permissionless.
//!
//! Requires: an account below a line; fresh risk accounts, and the markets of the legs; booked interest where
//! collateral is sold (R-L13).
//! Guarantees: the least share that is needed, found within a 256th; the account ends nearer to neither line
//! (I4).

use super::held::{Held, Places};
use super::sale::found_since;
use super::slice_case::SliceCase;
use super::slice_events::Parties;
use super::slicing::{Slice, Sliced};
use crate::error::PlimsollError;
use crate::params::DebtParams;
use crate::risk_accounts::{Freshness, Given, RiskAccounts};
use crate::state::{Exchange, MarginAccount};
use crate::view::RiskSource;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};

#[event_cpi]
#[derive(Accounts)]
pub struct ReduceSlice<'info> {
    pub keeper: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    /// Buys what is sold of collateral, and earns the fee.
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
}

/// `bits` names the legs: the lowest the first position slot, collateral slots after the position slots.
pub fn handle_reduce_slice<'info>(
    ctx: Context<'info, ReduceSlice<'info>>,
    bits: u16,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let debt = accounts.exchange.load()?.debt;
    let mut account = accounts.margin_account.load_mut()?;
    let others = ctx.remaining_accounts;
    let whole = RiskAccounts::new(&accounts.exchange, others, Freshness::Reducing, now_seconds)?;
    let count = Places::new(&whole, &account).count(&whole, &account);
    let listed = others
        .get(..count)
        .ok_or(PlimsollError::RiskAccountMissing)?;
    let risks = RiskAccounts {
        others: listed,
        ..whole
    };
    let mut slice = Slice::find(bits, &account, &risks, others)?;
    let mut given = Given::walk(&risks);
    let held = Held::load(&account, &mut given)?;
    let mut sliced = Sliced::room(&account);
    let mut since_seconds = now_seconds;
    let (before, after) = given.netted(|netting| {
        let case = SliceCase {
            account: &account,
            held: &held,
            netting,
            now_seconds,
        };
        let before = case.begin(&mut slice)?;
        if slice.liquidated.is_some() {
            since_seconds = found_since(&debt, &account, now_seconds);
        }
        let when = (held.quote.price_e8, since_seconds);
        slice.with_sales(bits, &account, (&risks, &debt), when)?;
        let after = case.reduce(&slice, &before, &mut sliced)?;
        Ok((before, after))
    })?;
    let told = {
        let mut keeper = accounts.keeper_account.load_mut()?;
        let parties = Parties {
            margin_account: accounts.margin_account.key(),
            keeper: accounts.keeper.key(),
            keeper_account: accounts.keeper_account.key(),
        };
        let told = sliced.apply(
            &slice,
            &mut account,
            &mut keeper,
            (&before, &after),
            &parties,
        )?;
        stamp(
            &mut account,
            &slice,
            &debt,
            (&after, since_seconds, now_seconds),
        );
        told
    };
    drop((account, slice));
    for sold in told.sold {
        emit_cpi!(sold);
    }
    for cut in told.cut {
        emit_cpi!(cut);
    }
    for liquidated in told.liquidated {
        emit_cpi!(liquidated);
    }
    Ok(())
}

/// Remembers when, for the next cut and for the next sale (R-L11, R-L12, R-L13).
fn stamp(
    account: &mut MarginAccount,
    slice: &Slice,
    debt: &DebtParams,
    (after, since_seconds, now_seconds): (&Margin, i64, i64),
) {
    if slice.liquidated.is_none() {
        account.sliced_seconds = now_seconds;
    } else if !slice.sales.is_empty() {
        let still = after.state() >= AccountState::Liquidatable || account.owed_q() > debt.cap_q;
        account.found_seconds = if still { since_seconds } else { 0 };
    }
    if !slice.sales.is_empty() {
        account.restart_interest(now_seconds);
    }
}
