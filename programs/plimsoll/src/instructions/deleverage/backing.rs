//! What a market owes beyond what backs it. Pure: nothing is written here.

use crate::error::OrRefuse;
use crate::state::{Insurance, Market, Pool};
use anchor_lang::prelude::*;
use plimsoll_risk::carry::Carry;
use plimsoll_risk::deleverage::{deficit_q, Backing};
use plimsoll_risk::pool::drawable_q;

/// R-W5: the market's deficit at a price, quote atoms.
///
/// # Errors
/// An overflow.
pub fn deficit_at(
    market: &Market,
    pool: &Pool,
    insurance: &Insurance,
    carry: &Carry,
    price_e8: u64,
) -> Result<u64> {
    let cap_left_q = market
        .params
        .insurance_cap_q
        .saturating_sub(market.insured_q);
    let backing = Backing {
        cash_q: market.payable_q(),
        drawable_q: drawable_q(pool.cash_q, market.drawn_q, market.params.loss_cap_q)
            .or_refuse()?,
        insurable_q: market.uncovered_q.min(insurance.balance_q).min(cap_left_q),
    };
    let open_q = market
        .carried_interest_up(carry)
        .or_refuse()?
        .traders_profit_down(price_e8, carry.lot_divisor)
        .or_refuse()?;
    deficit_q(market.unpaid_q, open_q, &backing).or_refuse()
}
