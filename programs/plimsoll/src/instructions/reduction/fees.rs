//! Who gets the fee of a liquidation.

use crate::error::{OrRefuse, PlimsollError};
use crate::state::{Market, MarketRisk};
use anchor_lang::prelude::*;
use plimsoll_risk::liquidation::cut_fee_down;
use plimsoll_risk::units::share_down;

/// Splits what was charged between keeper and insurance, whose part the market keeps (R-L9). An account that
/// can pay nothing still earns its keeper a bounty, from what insures the market. Returns what the keeper
/// earned and what insurance got, quote atoms.
///
/// # Errors
/// An overflow.
pub fn split_fee(
    market: &mut Market,
    risk: &MarketRisk,
    closed_q: u64,
    charged_q: u64,
) -> Result<(u64, u64)> {
    let keeper_fee_q =
        share_down(charged_q, risk.params.liquidation_keeper_share_ppm).or_refuse()?;
    let insurance_fee_q = charged_q.saturating_sub(keeper_fee_q);
    let bounty_q = if charged_q == 0 {
        cut_fee_down(market.params.keeper_fee_q, closed_q, risk.params.floor_ppm)
            .or_refuse()?
            .min(market.insurance_q)
    } else {
        0
    };
    market.insurance_q = market
        .insurance_q
        .checked_add(insurance_fee_q)
        .and_then(|insurance_q| insurance_q.checked_sub(bounty_q))
        .ok_or(PlimsollError::Overflow)?;
    Ok((keeper_fee_q.saturating_add(bounty_q), insurance_fee_q))
}
