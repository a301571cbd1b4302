//! Sells collateral of an account below the liquidation line, or of one that owes more than it may, to a
//! keeper for quote currency (R-L10). Asked for nothing, it only finds since when the account is for
//! sale, or that it is no longer (R-L11). Permissionless.
//!
//! Requires: fresh risk accounts of all positions and collaterals; booked interest (R-L13).
//! Guarantees: the least that is needed, found within a 256th (R-L12); the account ends no further below
//! the line and in no worse state (I4).

use super::held::{Held, Places};
use super::sale::{found_since, tidy_collateral, Sale};
use super::selling::{Found, Need};
use crate::error::PlimsollError;
use crate::events::SaleFound;
use crate::risk_accounts::{Freshness, Given, RiskAccounts};
use crate::state::{Exchange, MarginAccount};
use crate::view::RiskSource;
use anchor_lang::prelude::*;

#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug)]
pub struct SellCollateralArgs {
    pub collateral_index: u16,
    /// The most that the keeper buys, atoms of the mint; zero buys nothing.
    pub amount_max: u64,
}

#[event_cpi]
#[derive(Accounts)]
pub struct SellCollateral<'info> {
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
}

pub fn handle_sell_collateral<'info>(
    ctx: Context<'info, SellCollateral<'info>>,
    args: SellCollateralArgs,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let debt = accounts.exchange.load()?.debt;
    let mut account = accounts.margin_account.load_mut()?;
    let others = ctx.remaining_accounts;
    let risks = RiskAccounts::new(&accounts.exchange, others, Freshness::Reducing, now_seconds)?;
    let place = account
        .collateral_in(args.collateral_index)
        .ok_or(PlimsollError::CollateralNotHeld)?;
    let mut given = Given::walk(&risks);
    let held = Held::load(&account, &mut given)?;
    let since_seconds = found_since(&debt, &account, now_seconds);
    let collateral = Places::new(&risks, &account).collateral(others, &account, place)?;
    let risk = collateral.load()?;
    let sale = Sale::new(
        (place, account.collaterals[place]),
        &risk,
        &debt,
        held.quote.price_e8,
        (since_seconds, now_seconds),
    )?;
    let sold = given.netted(|netting| {
        let need = Need {
            account: &account,
            held: &held,
            netting,
            sale: &sale,
            cap_q: debt.cap_q,
            target_ppm: risk.params.liquidation_target_ppm,
        };
        need.sold(args.amount_max)
    })?;
    let key = accounts.margin_account.key();
    match sold {
        Found::ForSale(Some((sold, still))) => {
            account.check_accrued(now_seconds)?;
            sold.take_from(&mut account)?;
            sold.give_to(&mut *accounts.keeper_account.load_mut()?, now_seconds)?;
            account.restart_interest(now_seconds);
            account.found_seconds = if still { since_seconds } else { 0 };
            let event = sold.event(key, &mut account, accounts.keeper_account.key());
            tidy_collateral(&mut account, place);
            drop(account);
            emit_cpi!(event);
        }
        found => {
            let stood = account.found_seconds;
            account.found_seconds = match found {
                Found::ForSale(_) => since_seconds,
                Found::AboveTheLine => 0,
            };
            require!(
                account.found_seconds != 0 || (stood != 0 && args.amount_max == 0),
                PlimsollError::AboveTheLine
            );
            let event = SaleFound {
                margin_account: key,
                since_seconds: account.found_seconds,
            };
            drop(account);
            emit_cpi!(event);
        }
    }
    Ok(())
}
