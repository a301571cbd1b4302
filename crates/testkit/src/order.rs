use plimsoll::instructions::PlaceOrderArgs;
use plimsoll::state::OrderKind;

/// Orders by their kind.
pub struct Order;

impl Order {
    /// Buys (positive) or sells `lots` at any price.
    #[must_use]
    pub fn market(lots: i64) -> PlaceOrderArgs {
        PlaceOrderArgs {
            lots,
            limit_price_e8: 0,
            reduce_only: false,
            kind: OrderKind::Market,
            trigger_price_e8: 0,
            expires_seconds: 0,
        }
    }

    /// Buys or sells `lots` at the next price, if the average is no worse than the limit.
    #[must_use]
    pub fn within(lots: i64, limit_price_e8: u64) -> PlaceOrderArgs {
        PlaceOrderArgs {
            limit_price_e8,
            ..Self::market(lots)
        }
    }

    /// Shrinks a position by up to `lots`.
    #[must_use]
    pub fn reduce(lots: i64) -> PlaceOrderArgs {
        PlaceOrderArgs {
            reduce_only: true,
            ..Self::market(lots)
        }
    }

    /// Waits until an instant, Unix seconds, for a price as good as the limit.
    #[must_use]
    pub fn limit(lots: i64, limit_price_e8: u64, expires_seconds: i64) -> PlaceOrderArgs {
        PlaceOrderArgs {
            limit_price_e8,
            ..Self::conditional(OrderKind::Limit, lots, 0, expires_seconds)
        }
    }

    /// Waits until an instant, Unix seconds, for a price as bad as the trigger.
    #[must_use]
    pub fn stop(lots: i64, trigger_price_e8: u64, expires_seconds: i64) -> PlaceOrderArgs {
        Self::conditional(OrderKind::Stop, lots, trigger_price_e8, expires_seconds)
    }

    /// Waits until an instant, Unix seconds, for a price as good as the trigger.
    #[must_use]
    pub fn take_profit(lots: i64, trigger_price_e8: u64, expires_seconds: i64) -> PlaceOrderArgs {
        Self::conditional(
            OrderKind::TakeProfit,
            lots,
            trigger_price_e8,
            expires_seconds,
        )
    }

    fn conditional(
        kind: OrderKind,
        lots: i64,
        trigger_price_e8: u64,
        expires_seconds: i64,
    ) -> PlaceOrderArgs {
        PlaceOrderArgs {
            kind,
            trigger_price_e8,
            expires_seconds,
            ..Self::market(lots)
        }
    }
}
