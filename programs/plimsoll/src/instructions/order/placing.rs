//! Which orders may be placed. Pure: nothing is written here.

use super::PlaceOrderArgs;
use crate::error::PlimsollError;
use crate::state::{MarginAccount, Market};
use anchor_lang::prelude::*;

/// An order that only reduces may have any size, so that no position is too small to close.
pub fn check_size(account: &MarginAccount, market: &Market, args: &PlaceOrderArgs) -> Result<()> {
    require!(market.settled == 0, PlimsollError::MarketSettled);
    require!(args.lots != 0, PlimsollError::OrderSize);
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

/// R-O5: whether a reduce-only order is sure to fill and large enough: no limit, no other in this market, and the
/// market's least size or the whole position.
pub fn reduces_once(account: &MarginAccount, market: &Market, args: &PlaceOrderArgs) -> bool {
    let held = account
        .position_in(market.index)
        .map_or(0, |index| account.positions[index].lots.unsigned_abs());
    args.limit_price_e8 == 0
        && args.lots.unsigned_abs() >= held.min(market.params.order_lots_min)
        && !account
            .orders
            .iter()
            .any(|order| order.id != 0 && order.market_index == market.index)
}
