//! What may be taken out of a margin account. Pure: nothing is written here.

use crate::error::PlimsollError;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount};
use crate::view::Planned;
use anchor_lang::prelude::*;

/// The balance that a withdrawal of `amount_q` leaves.
///
/// # Errors
/// [`PlimsollError::DebtNotAccrued`], [`PlimsollError::OrdersOpen`], [`PlimsollError::InitialRequirement`],
/// [`PlimsollError::BalanceNotEnough`], and what the risk accounts refuse.
pub fn balance_after<'info>(
    exchange: &AccountLoader<'info, Exchange>,
    account: &MarginAccount,
    others: &'info [AccountInfo<'info>],
    amount_q: u64,
) -> Result<i64> {
    let amount = i64::try_from(amount_q).map_err(|_| PlimsollError::Overflow)?;
    let now_seconds = Clock::get()?.unix_timestamp;
    account.check_accrued(now_seconds)?;
    // What an order may need must be there when it fills: withdrawing would cancel it.
    require!(!account.has_adding_orders(), PlimsollError::OrdersOpen);
    let balance_q = account
        .balance_q
        .checked_sub(amount)
        .ok_or(PlimsollError::Overflow)?;
    let margin =
        RiskAccounts::new(exchange, others, Freshness::AsOfNow, now_seconds)?.margin(&Planned {
            balance_q,
            ..Planned::unchanged(account)
        })?;
    require!(margin.meets_initial(), PlimsollError::InitialRequirement);
    // What collateral is worth is no quote currency that the vault holds for its owner.
    require!(balance_q >= 0, PlimsollError::BalanceNotEnough);
    Ok(balance_q)
}
