//! Gives a collateral other than the quote currency back to its owner.
//!
//! Requires: the owner's signature; fresh risk accounts of all positions and collaterals.
//! Guarantees: what is left meets the initial requirement (I3).

use crate::error::PlimsollError;
use crate::events::CollateralReleased;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Collateral, CollateralSlot, Exchange, MarginAccount};
use crate::vault;
use crate::view::Planned;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct ReleaseCollateral<'info> {
    pub owner: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = margin_account.load()?.owner == owner.key() @ PlimsollError::NotAccountOwner,
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index != 0 @ PlimsollError::QuoteCollateral,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(mut, dup, address = collateral.load()?.vault @ PlimsollError::VaultMismatch)]
    pub vault: Account<'info, TokenAccount>,
    #[account(mut, dup, constraint = to.key() != vault.key() @ PlimsollError::VaultMismatch)]
    pub to: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
}

pub fn handle_release_collateral<'info>(
    ctx: Context<'info, ReleaseCollateral<'info>>,
    amount: u64,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let index = accounts.collateral.load()?.index;
    let (place, slot) = {
        let account = accounts.margin_account.load()?;
        // What an order may need must be there when it fills: releasing would cancel it.
        require!(!account.has_adding_orders(), PlimsollError::OrdersOpen);
        let place = account
            .collateral_in(index)
            .ok_or(PlimsollError::CollateralNotHeld)?;
        let held = account.collaterals[place];
        let left = held
            .amount
            .checked_sub(amount)
            .ok_or(PlimsollError::CollateralNotHeld)?;
        let slot = CollateralSlot {
            amount: left,
            ..held
        };
        let others = ctx.remaining_accounts;
        let now_seconds = Clock::get()?.unix_timestamp;
        account.check_accrued(now_seconds)?;
        let margin =
            RiskAccounts::new(&accounts.exchange, others, Freshness::AsOfNow, now_seconds)?
                .margin(&Planned {
                    released: Some((place, slot)),
                    ..Planned::unchanged(&account)
                })?;
        require!(margin.meets_initial(), PlimsollError::InitialRequirement);
        (place, slot)
    };
    let sequence = {
        let mut account = accounts.margin_account.load_mut()?;
        account.collaterals[place] = if slot.amount == 0 {
            CollateralSlot::default()
        } else {
            slot
        };
        account.next_sequence()
    };
    vault::pay(
        &accounts.exchange,
        &mut *accounts.collateral.load_mut()?,
        &accounts.vault,
        &accounts.to,
        &accounts.token_program,
        amount,
    )?;
    emit_cpi!(CollateralReleased {
        margin_account: accounts.margin_account.key(),
        sequence,
        collateral_index: index,
        amount,
        held: slot.amount,
    });
    Ok(())
}
