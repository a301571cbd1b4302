//! What cuts and liquidations share: the leg, its fill, and who bears a deficit.

use crate::error::{OrRefuse, PlimsollError};
use crate::events::{DeficitAbsorbed, OrdersRefunded};
use crate::state::{Insurance, MarginAccount, Market, MarketRisk, PositionSlot};
use anchor_lang::prelude::*;
use plimsoll_risk::liquidation::split_deficit;
use plimsoll_risk::position::Fill;
use plimsoll_risk::pricing::{closing_premium_ppm_up, reduction_fill, reduction_spread_ppm};
use plimsoll_risk::units::notional_down;

/// The leg of an account that an instruction reduces.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    pub slot_index: usize,
    /// Signed size, not zero.
    pub lots: i64,
    pub spread_ppm: u32,
}

/// A forced reduction of a leg.
#[derive(Clone, Copy, Debug)]
pub struct LegFill {
    pub fill: Fill,
    /// Notional closed at the market's price, quote atoms.
    pub closed_q: u64,
}

impl Leg {
    /// The account's leg in a market, and the spread at which it would be reduced (R-T3).
    ///
    /// # Errors
    /// [`PlimsollError::NoPosition`].
    pub fn find(account: &MarginAccount, market: &Market, risk: &MarketRisk) -> Result<Self> {
        let slot_index = account
            .position_in(risk.index)
            .ok_or(PlimsollError::NoPosition)?;
        let lots = account.positions[slot_index].lots;
        require!(lots != 0, PlimsollError::NoPosition);
        let closing_lots = lots.checked_neg().ok_or(PlimsollError::Overflow)?;
        market.check_fill(&account.positions[slot_index], closing_lots)?;
        let premium_ppm = closing_premium_ppm_up(
            closing_lots,
            market.open_interest().skew_lots().or_refuse()?,
            market.params.skew_scale_lots,
        )
        .or_refuse()?;
        let floor_ppm = risk.params.floor_ppm;
        let spread_ppm = reduction_spread_ppm(risk.confidence_ppm, premium_ppm, floor_ppm);
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
        let (price_e8, lot_divisor) = (risk.price_e8, risk.lot_divisor);
        Ok(LegFill {
            fill: reduction_fill(signed, price_e8, lot_divisor, self.spread_ppm).or_refuse()?,
            closed_q: notional_down(lots, price_e8, lot_divisor).or_refuse()?,
        })
    }
}

/// What became of a market's uncovered claim on an account.
#[derive(Default)]
pub struct Absorbed {
    /// What the account's waiting orders had escrowed, if it had to be taken back.
    pub refund: Option<OrdersRefunded>,
    /// Paid back by the account since, quote atoms.
    pub repaid_q: u64,
    /// What others bore, if it was anything.
    pub deficit: Option<DeficitAbsorbed>,
}

/// R-L6, R-L8: releases what an account has paid back of what it owed a market beyond its balance; then,
/// if it has neither lots nor unpaid profit nor collateral left anywhere, covers the rest. Each market bears its own.
///
/// # Errors
/// An overflow.
pub fn absorb_deficit(
    key: Pubkey,
    account: &mut MarginAccount,
    market: &mut Market,
    insurance: &mut Insurance,
) -> Result<Absorbed> {
    let Some(index) = account.position_in(market.index) else {
        return Ok(Absorbed::default());
    };
    let open = |slot: &PositionSlot| slot.lots != 0 || slot.unpaid_q != 0;
    // Collateral can still be sold to make it good.
    let pledged = account.collaterals.iter().any(|slot| slot.amount != 0);
    let ended = !pledged && !account.positions.iter().any(open);
    // What its owner could take back pays before others do.
    let refund = (ended && account.balance_q < 0).then(|| refund_orders(key, account));
    let refund = refund.transpose()?.flatten();
    let repaid_q = account.repaid_q(index);
    forgive(account, market, index, repaid_q);
    let deficit_q = account.positions[index].uncovered_q;
    if deficit_q == 0 || !ended {
        account.tidy(index);
        return Ok(Absorbed {
            refund,
            repaid_q,
            deficit: None,
        });
    }
    let cap_left_q = market
        .params
        .insurance_cap_q
        .saturating_sub(market.insured_q);
    // The market's cash holds at least what is uncovered (R-L8), so that nothing is left.
    let split = split_deficit(deficit_q, insurance.balance_q, cap_left_q, market.cash_q);
    let covered_q = split.insurance_q.saturating_add(split.market_q);
    insurance.balance_q = insurance.balance_q.saturating_sub(split.insurance_q);
    insurance.paid_q = insurance.paid_q.saturating_add(split.insurance_q);
    market.insured_q = market.insured_q.saturating_add(split.insurance_q);
    market.cash_q = market.cash_q.saturating_sub(split.market_q);
    forgive(account, market, index, covered_q);
    account.balance_q = account
        .balance_q
        .checked_add_unsigned(covered_q)
        .ok_or(PlimsollError::Overflow)?;
    account.tidy(index);
    let deficit = DeficitAbsorbed {
        margin_account: key,
        market_index: market.index,
        deficit_q,
        insurance_q: split.insurance_q,
        market_q: split.market_q,
    };
    Ok(Absorbed {
        refund,
        repaid_q,
        deficit: (covered_q > 0).then_some(deficit),
    })
}

/// R-O8: ends the orders of an account that could be cancelled.
fn refund_orders(
    margin_account: Pubkey,
    account: &mut MarginAccount,
) -> Result<Option<OrdersRefunded>> {
    let refunded_q = account.end_waiting_orders()?;
    Ok((refunded_q > 0).then(|| OrdersRefunded {
        margin_account,
        sequence: account.next_sequence(),
        refunded_q,
        balance_q: account.balance_q,
    }))
}

/// Takes `amount_q` off what a market's cash lacks because of an account.
fn forgive(account: &mut MarginAccount, market: &mut Market, index: usize, amount_q: u64) {
    let slot = &mut account.positions[index];
    slot.uncovered_q = slot.uncovered_q.saturating_sub(amount_q);
    market.uncovered_q = market.uncovered_q.saturating_sub(amount_q);
}
