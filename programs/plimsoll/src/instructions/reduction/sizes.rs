//! How many lots a cut or a liquidation closes. Pure: nothing is written here.

use super::leg::Leg;
use crate::error::OrRefuse;
use crate::state::MarketRisk;
use anchor_lang::prelude::*;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::liquidation::{limited_lots, lots_to_target_up, Reduction};

/// R-L1, R-L2: the lesser of what the account needs and what the interval allows.
///
/// # Errors
/// An overflow.
pub fn lots_to_cut(leg: &Leg, margin: &Margin, risk: &MarketRisk, fee_max_q: u64) -> Result<u64> {
    let reduction = Reduction {
        equity_q: margin.equity_call_q,
        requirement_q: margin.requirement_call_q,
        target_ppm: risk.params.cut_target_ppm,
        lots: leg.lots.unsigned_abs(),
        price_e8: risk.price_e8,
        lot_divisor: risk.lot_divisor,
        ratio_ppm: risk.call_ppm,
        cost_ppm: leg.spread_ppm,
        fixed_cost_q: fee_max_q,
        dust_q: risk.params.dust_q,
    };
    let needed = lots_to_target_up(&reduction).or_refuse()?;
    limited_lots(&reduction, needed, risk.params.cut_limit_ppm).or_refuse()
}

/// R-L1: down to the static target; all of the leg where the account is bankrupt.
///
/// # Errors
/// An overflow.
pub fn lots_to_liquidate(
    leg: &Leg,
    margin: &Margin,
    risk: &MarketRisk,
    fee_ppm: u32,
) -> Result<u64> {
    if margin.state() == AccountState::Bankrupt {
        return Ok(leg.lots.unsigned_abs());
    }
    lots_to_target_up(&Reduction {
        equity_q: margin.equity_liquidation_q,
        requirement_q: margin.requirement_liquidation_q,
        target_ppm: risk.params.liquidation_target_ppm,
        lots: leg.lots.unsigned_abs(),
        price_e8: risk.price_e8,
        lot_divisor: risk.lot_divisor,
        ratio_ppm: risk.liquidation_ppm,
        cost_ppm: leg.spread_ppm.saturating_add(fee_ppm),
        fixed_cost_q: 0,
        dust_q: risk.params.dust_q,
    })
    .or_refuse()
}
