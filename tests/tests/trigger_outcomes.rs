//! How conditional orders end once they are triggered.

use plimsoll::events::{OrderOutcome, OrderSettled};
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll::state::OrderSlot;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc, e8, earned_q, event, holder, units, went, BTC, COIN};

/// An hour from now, Unix seconds.
fn hour(world: &World) -> i64 {
    world.now_seconds() + 3_600
}

/// Triggers an order at `touch` and settles it at `fill`.
#[track_caller]
fn filled(
    world: &mut World,
    id: TraderId,
    order: PlaceOrderArgs,
    touch: u64,
    fill: u64,
) -> OrderSettled {
    let order_id = went!(world.place(id, BTC, order));
    world.advance(1);
    went!(world.set_price(BTC, e8(touch)));
    went!(world.trigger(id, BTC, order_id));
    world.advance(2);
    went!(world.set_price(BTC, e8(fill)));
    event!(went!(world.settle(id, BTC, order_id)), OrderSettled)
}

/// R-O6: the limit holds for what is paid, and the order ends either way.
#[test]
fn a_limit_order_fills_within_its_limit_or_ends() {
    for (lots, touch, fill, outcome) in [
        (COIN, 59_000, 58_990, OrderOutcome::Filled),
        (COIN, 59_000, 59_000, OrderOutcome::LimitExceeded),
        (COIN, 58_900, 59_010, OrderOutcome::LimitExceeded),
        (-COIN, 59_000, 59_010, OrderOutcome::Filled),
        (-COIN, 59_100, 58_990, OrderOutcome::LimitExceeded),
    ] {
        let mut world = btc();
        let id = world.new_trader(units(20_000)).unwrap();
        let order = Order::limit(lots, e8(59_000), hour(&world));
        let event = filled(&mut world, id, order, touch, fill);
        assert_eq!((event.outcome, event.price_e8), (outcome, e8(fill)));
        assert_eq!(world.account(id).unwrap().orders, [OrderSlot::default(); 8]);
        assert_eq!(earned_q(&world), 40_000, "both keepers");
    }
}

#[test]
fn a_stop_and_a_take_profit_close_a_position() {
    for (order, touch, fill) in [
        (Order::stop(-COIN, e8(59_500), 0), 59_400, 59_300),
        (Order::take_profit(-COIN, e8(60_500), 0), 60_600, 60_400),
        // One that only reduces is clipped like any other.
        (Order::stop(-3 * COIN, e8(59_500), 0), 59_400, 59_600),
    ] {
        let mut world = btc();
        let id = holder(&mut world, 20_000, COIN);
        let order = PlaceOrderArgs {
            reduce_only: true,
            expires_seconds: hour(&world),
            ..order
        };
        let event = filled(&mut world, id, order, touch, fill);
        assert_eq!(
            (event.outcome, event.lots, event.position_lots),
            (OrderOutcome::Filled, -COIN, 0)
        );
        assert_eq!(event.price_e8, e8(fill));
        // What is left to reduce nothing still pays.
        let order = PlaceOrderArgs {
            expires_seconds: hour(&world),
            ..order
        };
        let again = filled(&mut world, id, order, touch, fill);
        assert_eq!(
            (again.outcome, again.keeper_fee_q),
            (OrderOutcome::NothingToReduce, 20_000)
        );
    }
}

#[test]
fn a_stop_limit_does_not_fill_beyond_its_limit() {
    for (fill, outcome) in [
        (59_300, OrderOutcome::Filled),
        (59_100, OrderOutcome::LimitExceeded),
    ] {
        let mut world = btc();
        let id = holder(&mut world, 20_000, COIN);
        let order = PlaceOrderArgs {
            reduce_only: true,
            limit_price_e8: e8(59_200),
            ..Order::stop(-COIN, e8(59_500), hour(&world))
        };
        assert_eq!(filled(&mut world, id, order, 59_400, fill).outcome, outcome);
    }
}
