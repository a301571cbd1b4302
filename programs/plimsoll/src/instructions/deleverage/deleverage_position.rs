//! Takes a closed epoch's share of a registered position: closes that part of it at the epoch's price without paying
//! its profit. Permissionless, one position at a time; until it is done the position is not filled otherwise.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::PositionDeleveraged;
use crate::state::{MarginAccount, Market, MarketRisk};
use crate::trade::FillPlan;
use anchor_lang::prelude::*;
use plimsoll_risk::deleverage::Haircut;

#[event_cpi]
#[derive(Accounts)]
pub struct DeleveragePosition<'info> {
    #[account(
        mut,
        constraint = margin_account.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(mut)]
    pub market: AccountLoader<'info, Market>,
    #[account(
        constraint = market_risk.load()?.exchange == market.load()?.exchange
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

pub fn handle_deleverage_position(ctx: Context<DeleveragePosition>) -> Result<()> {
    let accounts = &*ctx.accounts;
    let event = {
        let carry = accounts.market_risk.load()?.carry();
        let mut market = accounts.market.load_mut()?;
        let mut account = accounts.margin_account.load_mut()?;
        let index = account
            .position_in(market.index)
            .ok_or(PlimsollError::NoPosition)?;
        let slot = account.positions[index];
        require!(
            slot.deleverage_epoch != 0 && !market.deleveraging.is_open(),
            PlimsollError::NotRegistered
        );
        account.positions[index].deleverage_epoch = 0;
        market.deleveraging.outstanding = market.deleveraging.outstanding.saturating_sub(1);
        let epoch = market.deleveraging;
        let haircut = Haircut {
            deficit_q: epoch.deficit_q,
            gains_q: epoch.gains_q,
        };
        let mut event = PositionDeleveraged {
            margin_account: accounts.margin_account.key(),
            sequence: account.next_sequence(),
            market_index: market.index,
            market_sequence: market.next_sequence(),
            epoch: epoch.epoch,
            lots: 0,
            price_e8: epoch.price_e8,
            forfeited_q: 0,
            realised_q: 0,
            position_lots: slot.lots,
            balance_q: account.balance_q,
        };
        // The deficit may have been made good while registration lasted: then nobody loses anything.
        if haircut.deficit_q > 0 {
            let taken = haircut
                .deleverage(slot.position(), epoch.price_e8, epoch.lot_divisor)
                .or_refuse()?;
            let plan = FillPlan::new(&account, &market, &carry, taken.fill, 0)?;
            plan.apply(&mut account, &mut market)?;
            event.lots = taken.fill.lots;
            event.forfeited_q = taken.forfeited_q;
            event.realised_q = plan.realised_q;
            event.position_lots = plan.slot.lots;
            event.balance_q = plan.balance_q;
        }
        event
    };
    emit_cpi!(event);
    Ok(())
}
