//! R-Q7: a side is no larger than what would back it, had the other side vanished.

use plimsoll::events::{MarketSwept, OrderOutcome};
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{built, deep, e8, event, unbacked, units, went, BTC, COIN};

/// A market that may draw all of a pool of ten million, and that no other cap binds.
fn jelly() -> World {
    let spec = deep(MarketSpec::btc()).with(|args| {
        args.trade.cash_target_q = 0;
        args.trade.loss_cap_q = units(10_000_000);
    });
    built(World::builder().market(spec))
}

fn opened(world: &mut World, id: TraderId, coins: i64) -> OrderOutcome {
    let price_e8 = world.risk(BTC).unwrap().price_e8;
    let settled = went!(world.trade(id, BTC, Order::market(coins * COIN), price_e8));
    event!(settled, OrderSettled).outcome
}

/// Hyperliquid, 2025-03-26: both sides of a book that nets out, far larger than the vault behind it; one side was left
/// to the vault at a price that then rose fourfold. Here $20 M each way on a pool of $10 M does not open, in one piece or
/// in many, whichever side comes first.
#[test]
fn jelly_twenty_million_each_way_on_a_pool_of_ten_is_refused() {
    for side in [1, -1] {
        let mut world = jelly();
        let [one, other] = [0, 1].map(|_| went!(world.new_trader(units(15_000_000))));
        assert_eq!(
            opened(&mut world, one, 200 * side),
            OrderOutcome::CapReached
        );
        for (id, side) in [(one, side), (other, -side)] {
            for _ in 0..10 {
                opened(&mut world, id, 33 * side);
            }
            let lots = world.lots(id, BTC).unwrap();
            assert_eq!(lots, 165 * COIN * side, "9.9 of ten million");
        }
        assert_eq!(
            world.market(BTC).unwrap().open_interest().skew_lots(),
            Ok(0)
        );
        // A side that is over may shrink.
        let shrunk = went!(world.trade(one, BTC, Order::reduce(-COIN * side), e8(60_000)));
        assert_eq!(event!(shrunk, OrderSettled).outcome, OrderOutcome::Filled);
    }
}

/// The same book where nothing asks what backs it: every other cap lets it open.
#[test]
fn jelly_no_other_cap_refuses_it() {
    let mut world = unbacked(jelly());
    for side in [1, -1] {
        let id = went!(world.new_trader(units(15_000_000)));
        assert_eq!(opened(&mut world, id, 200 * side), OrderOutcome::Filled);
        assert_eq!(opened(&mut world, id, 134 * side), OrderOutcome::Filled);
    }
}

/// The sweep tells it: less where providers left or traders are owed more, nothing before the first.
#[test]
fn what_backs_a_side_is_told_by_the_sweep() {
    let mut world = jelly();
    assert_eq!(world.risk(BTC).unwrap().capacity_q, units(10_000_000));
    let id = went!(world.new_trader(units(1_000_000)));
    assert_eq!(opened(&mut world, id, 10), OrderOutcome::Filled);
    for quote in [60_600, 61_200, 61_800] {
        world.advance(60);
        went!(world.set_price(BTC, e8(quote)));
    }
    let told: MarketSwept = event!(went!(world.sweep(BTC)), MarketSwept);
    let owed_q = units(10_000_000) - told.capacity_q;
    assert!(owed_q > units(17_900) && owed_q < units(18_010), "{owed_q}");

    let ticket = went!(world.request_redemption("provider", 0, units(9_800_000)));
    world.advance(86_400);
    went!(world.set_price(BTC, e8(61_800)));
    went!(world.redeem(&ticket));
    let told: MarketSwept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert!(told.capacity_q < units(201_000), "{told:?}");
    assert_eq!(opened(&mut world, id, 1), OrderOutcome::CapReached);

    let mut unswept = built(World::builder().market(deep(MarketSpec::btc())).pool(0));
    let id = went!(unswept.new_trader(units(1_000_000)));
    assert_eq!(opened(&mut unswept, id, 1), OrderOutcome::CapReached);
}
