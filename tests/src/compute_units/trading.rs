use super::bench::Bench;
use super::setup::world_of;
use super::{must, units, BTC};
use plimsoll::constants::ORDERS_MAX;
use plimsoll_client::Event;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};

/// Prices, orders and reports.
pub fn measure(bench: &mut Bench) {
    refresh(bench);
    for positions in [1, 4, 8] {
        account(bench, positions);
        orders(bench, positions);
    }
    expire(bench);
    conditional(bench);
    cash(bench);
}

/// What a position is worth, quote units. Products of price and size then exceed 64 bits, where
/// division costs more.
const NOTIONAL: u64 = 2_000_000;

/// A trader with a position in each of so many markets, all of which gain: profit is valued at two
/// prices, a loss at one.
pub fn holder_of(world: &mut World, positions: u16) -> TraderId {
    let id = must(world.new_trader(units(2 * NOTIONAL)));
    for market in 0..positions {
        let (lots, price_e8) = (
            lots_of(world, market),
            world.risk(market).expect("listed").price_e8,
        );
        must(world.trade(id, market, Order::market(lots), price_e8));
    }
    move_prices(world, 1_010);
    id
}

/// Lots worth [`NOTIONAL`] at the last price.
pub fn lots_of(world: &World, market: u16) -> i64 {
    let risk = world.risk(market).expect("listed");
    let wanted_e8 = u128::from(units(NOTIONAL)) * u128::from(risk.lot_divisor);
    i64::try_from(wanted_e8 / u128::from(risk.price_e8)).expect("few lots")
}

/// Moves all prices to so many thousandths.
pub fn move_prices(world: &mut World, thousandths: u64) {
    world.advance(20);
    for market in world.market_indices() {
        let price_e8 = world.risk(market).expect("listed").price_e8 * thousandths / 1_000;
        must(world.set_price(market, price_e8));
    }
}

fn refresh(bench: &mut Bench) {
    let mut world = world_of(1);
    holder_of(&mut world, 1);
    must(world.sweep(BTC));
    let cases = [
        ("an ordinary sample", 12, 1_001),
        ("a new minute", 60, 1_002),
        ("no sample yet", 1, 1_000),
        ("a jump", 30, 1_100),
        ("after an hour", 3_600, 990),
        ("after a day", 86_400, 990),
    ];
    for (case, seconds, thousandths) in cases {
        world.advance(seconds);
        let price_e8 = world.risk(BTC).expect("listed").price_e8 * thousandths / 1_000;
        let update = world.update(BTC, price_e8).expect("listed");
        world.publish(BTC, update).expect("a place");
        let refresh = world.refresh_instruction(BTC).expect("listed");
        bench.measure(&mut world, ("refresh_market", case, None), refresh);
    }
}

fn account(bench: &mut Bench, positions: u16) {
    let mut world = world_of(8);
    let id = holder_of(&mut world, positions);
    let report = world.report_instruction(id).expect("a trader");
    bench.measure(&mut world, ("margin_report", "", Some(positions)), report);
    let withdraw = world.withdraw_instruction(id, units(1)).expect("a trader");
    bench.measure(&mut world, ("withdraw", "", Some(positions)), withdraw);
}

fn orders(bench: &mut Bench, positions: u16) {
    let mut world = world_of(8);
    let id = holder_of(&mut world, positions);
    // The last market, so that finding its slot takes longest.
    let market = positions - 1;
    let lots = lots_of(&world, market);
    let cases = [
        ("adds", Order::within(lots, u64::from(u32::MAX) * 1_000_000)),
        ("turns", Order::market(-3 * lots)),
        ("reduces", Order::reduce(lots / 2)),
    ];
    for (case, order) in cases {
        let place = world
            .place_instruction(id, market, order)
            .expect("a trader");
        bench.measure(&mut world, ("place_order", case, Some(positions)), place);
        let order_id = world.account(id).expect("a trader").last_order_id;
        world.advance(2);
        move_prices(&mut world, 1_001);
        let settle = world
            .settle_instruction(id, market, order_id)
            .expect("a trader");
        let sent = bench.measure(&mut world, ("settle_order", case, Some(positions)), settle);
        let filled = |event: &Event| matches!(event, Event::OrderSettled(it) if it.lots != 0);
        assert!(
            sent.events.iter().any(filled),
            "{case} at {positions}: {:?}",
            sent.events
        );
    }
}

fn expire(bench: &mut Bench) {
    let mut world = world_of(1);
    let id = holder_of(&mut world, 1);
    let place = |world: &mut World| must(world.place(id, BTC, Order::market(lots_of(world, BTC))));
    let order_id = place(&mut world);
    world.advance(200);
    move_prices(&mut world, 1_000);
    let settle = world
        .settle_instruction(id, BTC, order_id)
        .expect("a trader");
    bench.measure(
        &mut world,
        ("settle_order", "expired, with proof", Some(1)),
        settle,
    );
    let order_id = place(&mut world);
    world.advance(10_000);
    let expire = world
        .expire_instruction(id, BTC, order_id)
        .expect("a trader");
    bench.measure(&mut world, ("expire_order", "", None), expire);
}

/// An order that waits in the last slot.
fn conditional(bench: &mut Bench) {
    let mut world = world_of(1);
    let id = holder_of(&mut world, 1);
    let lots = lots_of(&world, BTC);
    let expires_seconds = world.now_seconds() + 3_600;
    for _ in 1..ORDERS_MAX {
        must(world.place(id, BTC, Order::stop(-lots, 1, expires_seconds)));
    }
    let order = Order::stop(-lots, u64::from(u32::MAX) * 1_000_000, expires_seconds);
    let place = world.place_instruction(id, BTC, order).expect("a trader");
    let case = ("place_order", "waits", Some(1));
    bench.measure(&mut world, case, place);
    let order_id = world.account(id).expect("a trader").last_order_id;
    let mut cancelled = world.clone();
    let cancel = world.cancel_instruction(id, order_id).expect("a trader");
    bench.measure(&mut cancelled, ("cancel_order", "", None), cancel);
    move_prices(&mut world, 1_000);
    let trigger = world
        .trigger_instruction(id, BTC, order_id)
        .expect("a trader");
    bench.measure(&mut world, ("trigger_order", "", None), trigger);
}

/// Profit that waits for cash, and the cash.
fn cash(bench: &mut Bench) {
    let builder = World::builder().market(MarketSpec::btc()).pool(0);
    let mut world = crate::unbacked(must(builder.build()));
    let winner = holder_of(&mut world, 1);
    let loser = holder_of(&mut world, 1);
    let close = |world: &mut World, id: TraderId| {
        let lots = world.lots(id, BTC).expect("a trader");
        let price_e8 = world.risk(BTC).expect("listed").price_e8;
        must(world.trade(id, BTC, Order::reduce(-lots), price_e8));
    };
    close(&mut world, winner);
    move_prices(&mut world, 900);
    close(&mut world, loser);
    world.advance(1_800);
    let collect = world.collect_instruction(winner, BTC).expect("a trader");
    bench.measure(&mut world, ("collect_profit", "", None), collect);

    move_prices(&mut world, 1_000);
    must(world.deposit_pool("provider", 0, units(1_000)));
    let sweep = world.sweep_instruction(BTC).expect("listed");
    bench.measure(&mut world, ("sweep_market", "", None), sweep);
}
