//! Moves what liquidations collected for the insurance fund from their market to the fund, all but what the
//! next bounties are paid from; what lacks of that comes from the fund (R-L9). Permissionless, unpaid.

use crate::constants::BOUNTIES_KEPT;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::InsuranceSwept;
use crate::state::{Insurance, Market};
use anchor_lang::prelude::*;
use plimsoll_risk::pool::sweep_q;

#[event_cpi]
#[derive(Accounts)]
pub struct SweepInsurance<'info> {
    #[account(
        mut,
        constraint = market.load()?.exchange == insurance.load()?.exchange
            @ PlimsollError::WrongExchange
    )]
    pub market: AccountLoader<'info, Market>,
    #[account(mut)]
    pub insurance: AccountLoader<'info, Insurance>,
}

pub fn handle_sweep_insurance(ctx: Context<SweepInsurance>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let event = {
        let mut market = accounts.market.load_mut()?;
        let mut insurance = accounts.insurance.load_mut()?;
        let target_q = market.params.keeper_fee_q.saturating_mul(BOUNTIES_KEPT);
        let (held_q, fund_q) = (market.insurance_q, insurance.balance_q);
        // Nothing caps what is drawn but the target and the fund.
        let moved_q = sweep_q(held_q, target_q, fund_q, 0, i64::MAX.unsigned_abs()).or_refuse()?;
        require!(moved_q != 0, PlimsollError::NothingToMove);
        let back_q = moved_q.checked_neg().ok_or(PlimsollError::Overflow)?;
        market.insurance_q = held_q
            .checked_add_signed(moved_q)
            .ok_or(PlimsollError::Overflow)?;
        insurance.balance_q = fund_q
            .checked_add_signed(back_q)
            .ok_or(PlimsollError::Overflow)?;
        InsuranceSwept {
            market: accounts.market.key(),
            sequence: market.next_sequence(),
            moved_q,
            market_insurance_q: market.insurance_q,
            balance_q: insurance.balance_q,
        }
    };
    emit_cpi!(event);
    Ok(())
}
