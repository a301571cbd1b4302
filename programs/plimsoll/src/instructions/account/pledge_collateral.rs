//! Pledges a collateral other than the quote currency to a margin account. Only the owner or the delegate
//! does: a stranger's dust of a mint whose feed is silent would block withdrawals.

use crate::error::PlimsollError;
use crate::events::CollateralPledged;
use crate::state::{Collateral, MarginAccount};
use crate::vault;
use anchor_lang::prelude::*;
use anchor_spl::token::{Token, TokenAccount};

#[event_cpi]
#[derive(Accounts)]
pub struct PledgeCollateral<'info> {
    pub depositor: Signer<'info>,
    #[account(
        mut,
        constraint = margin_account.load()?.is_authority(depositor.key)
            @ PlimsollError::NotAccountAuthority,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut,
        constraint = collateral.load()?.exchange == margin_account.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = collateral.load()?.index != 0 @ PlimsollError::QuoteCollateral,
        constraint = collateral.load()?.priced != 0 @ PlimsollError::CollateralUnpriced,
    )]
    pub collateral: AccountLoader<'info, Collateral>,
    #[account(mut, dup, address = collateral.load()?.vault @ PlimsollError::VaultMismatch)]
    pub vault: Account<'info, TokenAccount>,
    #[account(mut, dup)]
    pub from: Account<'info, TokenAccount>,
    pub token_program: Program<'info, Token>,
}

pub fn handle_pledge_collateral(ctx: Context<PledgeCollateral>, amount: u64) -> Result<()> {
    let accounts = &*ctx.accounts;
    let index = {
        let mut collateral = accounts.collateral.load_mut()?;
        vault::take(
            &mut collateral,
            &accounts.vault,
            &accounts.from,
            &accounts.depositor,
            &accounts.token_program,
            amount,
        )?;
        collateral.index
    };
    let (sequence, held) = {
        let mut account = accounts.margin_account.load_mut()?;
        let place = account.collateral_or_free(index)?;
        let slot = &mut account.collaterals[place];
        slot.collateral_index = index;
        slot.amount = slot
            .amount
            .checked_add(amount)
            .ok_or(PlimsollError::Overflow)?;
        let held = slot.amount;
        (account.next_sequence(), held)
    };
    emit_cpi!(CollateralPledged {
        margin_account: accounts.margin_account.key(),
        sequence,
        collateral_index: index,
        amount,
        held,
    });
    Ok(())
}
