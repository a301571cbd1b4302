//! Which orders may be placed. Pure: nothing is written here.

use super::PlaceOrderArgs;
use crate::constants::ORDER_LIFE_SECONDS_MAX;
use crate::error::PlimsollError;
use crate::state::{MarginAccount, Market, OrderKind, OrderSlot};
use anchor_lang::prelude::*;

/// The order as it will wait, without number and fee.
///
/// # Errors
/// [`PlimsollError::OrderCondition`], [`PlimsollError::OrderExpiry`].
pub fn slot(args: &PlaceOrderArgs, market: &Market, now_seconds: i64) -> Result<OrderSlot> {
    let trigger_price_e8 = match args.kind {
        OrderKind::Limit => args.limit_price_e8,
        _ => args.trigger_price_e8,
    };
    let waits = args.kind.awaited().is_some();
    require!(
        waits == (trigger_price_e8 != 0)
            && (args.kind != OrderKind::Limit || args.trigger_price_e8 == 0),
        PlimsollError::OrderCondition
    );
    let life_seconds = args.expires_seconds.saturating_sub(now_seconds);
    let expires = (1..=ORDER_LIFE_SECONDS_MAX).contains(&life_seconds);
    require!(
        if waits {
            expires
        } else {
            args.expires_seconds == 0
        },
        PlimsollError::OrderExpiry
    );
    let mut slot = OrderSlot {
        lots: args.lots,
        limit_price_e8: args.limit_price_e8,
        placed_seconds: now_seconds,
        market_index: market.index,
        reduce_only: u8::from(args.reduce_only),
        kind: args.kind as u8,
        trigger_price_e8,
        expires_seconds: args.expires_seconds,
        ..OrderSlot::default()
    };
    if !waits {
        slot.bind(market, now_seconds);
    }
    Ok(slot)
}

/// An order that only reduces may have any size, so that no position is too small to close. One that waits
/// may precede the position.
pub fn check_size(account: &MarginAccount, market: &Market, args: &PlaceOrderArgs) -> Result<()> {
    require!(market.settled == 0, PlimsollError::MarketSettled);
    require!(args.lots != 0, PlimsollError::OrderSize);
    if args.reduce_only && args.kind != OrderKind::Market {
        require!(args.lots != i64::MIN, PlimsollError::OrderSize);
        return Ok(());
    }
    if args.reduce_only {
        let index = account
            .position_in(market.index)
            .ok_or(PlimsollError::NoPosition)?;
        let opposite = account.positions[index].lots.signum() == -args.lots.signum();
        require!(opposite, PlimsollError::NotReducing);
        require!(args.lots != i64::MIN, PlimsollError::OrderSize);
        return Ok(());
    }
    let size = args.lots.unsigned_abs();
    let sizes = market.params.order_lots_min..=market.params.order_lots_max;
    require!(sizes.contains(&size), PlimsollError::OrderSize);
    Ok(())
}

/// R-O5: whether a reduce-only market order is sure to fill and large enough: no limit, no other on its way in
/// this market, and the market's least size or the whole position.
pub fn reduces_once(account: &MarginAccount, market: &Market, args: &PlaceOrderArgs) -> bool {
    let held = account
        .position_in(market.index)
        .map_or(0, |index| account.positions[index].lots.unsigned_abs());
    args.limit_price_e8 == 0
        && args.lots.unsigned_abs() >= held.min(market.params.order_lots_min)
        && !account.has_bound_order_in(market.index)
}
