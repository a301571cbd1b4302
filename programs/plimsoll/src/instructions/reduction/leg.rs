//! What cuts and liquidations share: the leg, its fill, and who bears a deficit.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::DeficitAbsorbed;
use crate::state::{Insurance, MarginAccount, Market, MarketRisk};
use anchor_lang::prelude::*;
use plimsoll_risk::liquidation::split_deficit;
use plimsoll_risk::position::Fill;
use plimsoll_risk::pricing::{reduction_price, reduction_spread_ppm};
use plimsoll_risk::units::{cost_up, notional_down};

/// The leg of an account that an instruction reduces.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    pub slot_index: usize,
    /// Signed size, not zero.
    pub lots: i64,
    pub spread_ppm: u32,
}

/// A reduction of a leg at its forced price.
#[derive(Clone, Copy, Debug)]
pub struct LegFill {
    pub fill: Fill,
    pub price_e8: u64,
    /// Notional closed at the market's price, quote atoms.
    pub closed_q: u64,
}

impl Leg {
    /// The account's leg in a market.
    ///
    /// # Errors
    /// [`PlimsollError::NoPosition`].
    pub fn find(account: &MarginAccount, risk: &MarketRisk) -> Result<Self> {
        let slot_index = account
            .position_in(risk.index)
            .ok_or(PlimsollError::NoPosition)?;
        let lots = account.positions[slot_index].lots;
        require!(lots != 0, PlimsollError::NoPosition);
        let spread_ppm = reduction_spread_ppm(risk.confidence_ppm, risk.params.floor_ppm);
        Ok(Self {
            slot_index,
            lots,
            spread_ppm,
        })
    }

    /// Closing `lots` of the leg at the market's price, worse by the spread.
    ///
    /// # Errors
    /// An overflow.
    pub fn close(&self, risk: &MarketRisk, lots: u64) -> Result<LegFill> {
        let size = i64::try_from(lots).map_err(|_| PlimsollError::Overflow)?;
        let signed = if self.lots > 0 { -size } else { size };
        let price_e8 = reduction_price(signed, risk.price_e8, self.spread_ppm).or_refuse()?;
        let cost_q = cost_up(signed, price_e8, risk.lot_divisor).or_refuse()?;
        let closed_q = notional_down(lots, risk.price_e8, risk.lot_divisor).or_refuse()?;
        Ok(LegFill {
            fill: Fill {
                lots: signed,
                cost_q,
            },
            price_e8,
            closed_q,
        })
    }
}

/// R-L6: covers what an account without positions still owes; nothing where it owes nothing or still
/// has positions.
///
/// # Errors
/// An overflow.
pub fn absorb_deficit(
    key: Pubkey,
    account: &mut MarginAccount,
    market: &mut Market,
    insurance: &mut Insurance,
) -> Result<Option<DeficitAbsorbed>> {
    let open = account.positions.iter().any(|slot| !slot.is_free());
    if open || account.balance_q >= 0 {
        return Ok(None);
    }
    let deficit_q = account.balance_q.unsigned_abs();
    let cap_left_q = market
        .params
        .insurance_cap_q
        .saturating_sub(market.insured_q);
    let split = split_deficit(deficit_q, insurance.balance_q, cap_left_q, market.cash_q);
    let covered_q = split.insurance_q.saturating_add(split.market_q);
    insurance.balance_q = insurance.balance_q.saturating_sub(split.insurance_q);
    insurance.paid_q = insurance.paid_q.saturating_add(split.insurance_q);
    market.insured_q = market.insured_q.saturating_add(split.insurance_q);
    market.cash_q = market.cash_q.saturating_sub(split.market_q);
    account.balance_q = account
        .balance_q
        .checked_add_unsigned(covered_q)
        .ok_or(PlimsollError::Overflow)?;
    Ok(Some(DeficitAbsorbed {
        margin_account: key,
        market_index: market.index,
        deficit_q,
        insurance_q: split.insurance_q,
        market_q: split.market_q,
        unresolved_q: split.unresolved_q,
    }))
}
