//! Books the interest on what an account owes against its collateral, to a market that it is owed to, and
//! lets it run on what is owed from now on (R-L13). Permissionless, unpaid.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::DebtAccrued;
use crate::state::{Exchange, MarginAccount, Market};
use anchor_lang::prelude::*;
use plimsoll_risk::auction::interest_up;
use plimsoll_risk::math::{sub, to_i64};

#[event_cpi]
#[derive(Accounts)]
pub struct AccrueDebt<'info> {
    pub exchange: AccountLoader<'info, Exchange>,
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
}

pub fn handle_accrue_debt(ctx: Context<AccrueDebt>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let rate_ppm = accounts.exchange.load()?.debt.rate_ppm;
    let event = {
        let mut account = accounts.margin_account.load_mut()?;
        let mut market = accounts.market.load_mut()?;
        let owes = account.debt_seconds != 0 || account.owed_q() != 0;
        require!(owes, PlimsollError::NothingToMove);
        let due_q = due_q(&account, rate_ppm, now_seconds)?;
        let interest_q = book(&mut account, &mut market, due_q)?;
        account.restart_interest(now_seconds);
        DebtAccrued {
            margin_account: accounts.margin_account.key(),
            market_index: market.index,
            interest_q,
            balance_q: account.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}

/// What is due by now.
fn due_q(account: &MarginAccount, rate_ppm: u64, now_seconds: i64) -> Result<u64> {
    let pledged = account.collaterals.iter().any(|slot| slot.amount != 0);
    let seconds = u64::try_from(now_seconds.saturating_sub(account.debt_seconds)).unwrap_or(0);
    // Without collateral to take it from, the insurance fund would pay it.
    if account.debt_seconds == 0 || !pledged {
        return Ok(0);
    }
    interest_up(account.debt_q, rate_ppm, seconds).or_refuse()
}

/// Moves interest from the account to the market's cash. What the balance does not hold is uncovered like the
/// debt itself (R-L8), so it is nobody's yet. A debt that was repaid since pays as far as the balance goes.
fn book(account: &mut MarginAccount, market: &mut Market, due_q: u64) -> Result<u64> {
    let owed = account
        .position_in(market.index)
        .filter(|place| account.positions[*place].uncovered_q != 0);
    require!(
        owed.is_some() || account.owed_q() == 0,
        PlimsollError::NothingToMove
    );
    let interest_q = if owed.is_some() {
        due_q
    } else {
        due_q.min(account.balance_q.max(0).unsigned_abs())
    };
    let balance_q = sub(account.balance_q, to_i64(interest_q).or_refuse()?).or_refuse()?;
    if let Some(place) = owed {
        let uncovered_q = account.newly_uncovered_q(balance_q);
        let slot = &mut account.positions[place];
        slot.uncovered_q = slot.uncovered_q.saturating_add(uncovered_q);
        market.uncovered_q = market.uncovered_q.saturating_add(uncovered_q);
    }
    account.balance_q = balance_q;
    market.cash_q = market
        .cash_q
        .checked_add(interest_q)
        .ok_or(PlimsollError::Overflow)?;
    Ok(interest_q)
}
