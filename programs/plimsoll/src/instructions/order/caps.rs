//! How large a side may become. Pure: nothing is written here.

use crate::error::OrRefuse;
use crate::state::{Market, MarketRisk};
use anchor_lang::prelude::*;
use plimsoll_risk::position::OpenInterest;
use plimsoll_risk::units::notional_up;

/// R-F3, R-S6, R-Q7: whether a fill makes a side larger than governance's cap, than what moving the price would
/// cost, or than what would back it alone. A side that is over a cap may shrink.
///
/// # Errors
/// An overflow.
pub fn exceeds_cap(
    market: &Market,
    risk: &MarketRisk,
    before: &OpenInterest,
    after: &OpenInterest,
) -> Result<bool> {
    let cap_lots = market.params.open_interest_cap_lots;
    let cap_q = risk.open_interest_cap_q.min(risk.capacity_q);
    for (before_lots, after_lots) in [
        (before.long_lots, after.long_lots),
        (before.short_lots, after.short_lots),
    ] {
        if after_lots > before_lots {
            let worth_q = notional_up(after_lots, risk.price_e8, risk.lot_divisor).or_refuse()?;
            if after_lots > cap_lots || worth_q > cap_q {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
