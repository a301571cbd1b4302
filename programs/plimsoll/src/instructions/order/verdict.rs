//! What becomes of an order at its settling update. Pure: nothing is written here.

use super::caps::exceeds_cap;
use crate::error::{OrRefuse, PlimsollError};
use crate::events::OrderOutcome;
use crate::risk_accounts::RiskAccounts;
use crate::state::{MarginAccount, Market, MarketRisk, OrderSlot};
use crate::trade::FillPlan;
use anchor_lang::prelude::*;
use plimsoll_risk::oracle::PriceReading;
use plimsoll_risk::position::Position;
use plimsoll_risk::pricing::{order_fill, taker_fee_up};
use plimsoll_risk::units::{cost_up, notional_up};

/// The order and what it is judged by.
pub struct Judged<'a> {
    pub account: &'a MarginAccount,
    pub market: &'a Market,
    pub risk: &'a MarketRisk,
    pub order: &'a OrderSlot,
}

/// How the order ends; with a fill only if it is filled.
pub struct Verdict {
    pub outcome: OrderOutcome,
    pub fill: Option<FillPlan>,
}

impl From<OrderOutcome> for Verdict {
    fn from(outcome: OrderOutcome) -> Self {
        Self {
            outcome,
            fill: None,
        }
    }
}

/// The last publish time at which a bound order may fill, Unix seconds.
pub fn window_end_seconds(order: &OrderSlot, market: &Market) -> i64 {
    let window_seconds = i64::from(market.params.order_window_seconds);
    order.target_seconds.saturating_add(window_seconds)
}

/// R-O1, R-O2: judges an order at an update.
///
/// # Errors
/// [`PlimsollError::NotTriggered`], [`PlimsollError::NotTheSettlingUpdate`] for any other update, and what the
/// risk accounts refuse.
pub fn judge(judged: &Judged, reading: &PriceReading, risks: &RiskAccounts) -> Result<Verdict> {
    let Judged {
        account,
        market,
        risk,
        order,
    } = *judged;
    require!(order.is_bound(), PlimsollError::NotTriggered);
    require!(
        reading.settles(order.target_seconds),
        PlimsollError::NotTheSettlingUpdate
    );
    // The first update at or after the target came after the window: the window was empty.
    if reading.publish_seconds > window_end_seconds(order, market) {
        return Ok(OrderOutcome::Expired.into());
    }
    let position = account
        .position_in(market.index)
        .map_or(Position::default(), |slot| {
            account.positions[slot].position()
        });
    let lots = if order.reduce_only == 0 {
        order.lots
    } else {
        clipped(position, order.lots)
    };
    if lots == 0 {
        return Ok(OrderOutcome::NothingToReduce.into());
    }
    let (price_e8, divisor) = (reading.price_e8, risk.lot_divisor);
    let skew_lots = market.open_interest().skew_lots().or_refuse()?;
    let fill = order_fill(
        lots,
        skew_lots,
        price_e8,
        divisor,
        market.params.skew_scale_lots,
    )
    .or_refuse()?;
    if order.limit_price_e8 != 0
        && fill.cost_q > cost_up(lots, order.limit_price_e8, divisor).or_refuse()?
    {
        return Ok(OrderOutcome::LimitExceeded.into());
    }
    if account.position_or_free(market.index).is_err() {
        return Ok(OrderOutcome::Unaffordable.into());
    }
    let notional_q = notional_up(lots.unsigned_abs(), price_e8, divisor).or_refuse()?;
    let taker_fee_q = taker_fee_up(notional_q, market.params.taker_fee_ppm).or_refuse()?;
    // R-C7: up to the fill's own time, whether or not somebody has refreshed the market since.
    let carry = risk.carry_at(reading.publish_seconds).or_refuse()?;
    let plan = FillPlan::new(account, market, &carry, fill, taker_fee_q)?;
    if !position.is_reduced_by(lots) {
        // Nobody may choose between an order that fails while the price is doubted and one that fills
        // later: it waits.
        require!(
            !risk.is_guarded(risks.now_seconds),
            PlimsollError::MarketGuarded
        );
        let before = market.open_interest();
        let after = before
            .replace(plan.before.position, plan.slot.position())
            .or_refuse()?;
        if exceeds_cap(market, risk, &before, &after)? {
            return Ok(OrderOutcome::CapReached.into());
        }
        let crowd_lots = after.larger_side_lots();
        let margin = risks.margin_at(&plan.planned(account), crowd_lots)?;
        if !margin.meets_initial() {
            require!(!risks.any_doubted(), PlimsollError::MarketGuarded);
            return Ok(OrderOutcome::Unaffordable.into());
        }
    }
    Ok(Verdict {
        outcome: OrderOutcome::Filled,
        fill: Some(plan),
    })
}

/// The part of a reduce-only order that the position leaves room for.
fn clipped(position: Position, lots: i64) -> i64 {
    if position.is_reduced_by(lots) {
        lots
    } else if position.lots.signum() == -lots.signum() {
        -position.lots
    } else {
        0
    }
}
