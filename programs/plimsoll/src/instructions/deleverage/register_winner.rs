//! Registers a position that is ahead at the price of an open epoch of deleveraging. Permissionless; the keeper is
//! paid from the market's taker fees, as far as they go.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::WinnerRegistered;
use crate::state::{MarginAccount, Market};
use crate::trade::pay_keeper;
use anchor_lang::prelude::*;
use plimsoll_risk::units::share_down;

/// The share of a gain that its registration may cost, so that registering dust earns nothing.
const FEE_PPM_MAX: u32 = 10_000;

#[event_cpi]
#[derive(Accounts)]
pub struct RegisterWinner<'info> {
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
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
}

pub fn handle_register_winner(ctx: Context<RegisterWinner>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let event = {
        let mut market = accounts.market.load_mut()?;
        let mut account = accounts.margin_account.load_mut()?;
        // Closed epochs have a deadline of nought.
        require!(
            now_seconds < market.deleveraging.closes_seconds,
            PlimsollError::RegistrationOver
        );
        let index = account
            .position_in(market.index)
            .ok_or(PlimsollError::NoPosition)?;
        let slot = account.positions[index];
        let gain_q = market.gain_q(&slot)?;
        require!(
            gain_q > 0 && slot.deleverage_epoch == 0,
            PlimsollError::NotAhead
        );
        let fee_q = share_down(gain_q, FEE_PPM_MAX)
            .or_refuse()?
            .min(market.params.keeper_fee_q)
            .min(market.fees_q);
        market.fees_q = market.fees_q.saturating_sub(fee_q);
        pay_keeper(&accounts.keeper_account, fee_q)?;

        let epoch = &mut market.deleveraging;
        epoch.gains_q = epoch
            .gains_q
            .checked_add(gain_q)
            .ok_or(PlimsollError::Overflow)?;
        epoch.outstanding = epoch
            .outstanding
            .checked_add(1)
            .ok_or(PlimsollError::Overflow)?;
        account.positions[index].deleverage_epoch = epoch.epoch;
        WinnerRegistered {
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            market_index: market.index,
            epoch: market.deleveraging.epoch,
            keeper: accounts.keeper.key(),
            keeper_fee_q: fee_q,
            gain_q,
            gains_q: market.deleveraging.gains_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}
