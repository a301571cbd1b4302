use super::bench::Bench;
use super::setup::world_of;
use super::target::FULL;
use super::trading::{holder_of, lots_of, move_prices};
use super::{must, units, BTC};
use plimsoll::instructions::{CreateScenariosArgs, PostOutlookArgs};
use plimsoll::params::CollateralParams;
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};

/// Collaterals besides the quote currency that an account can hold.
const COLLATERALS: u16 = 4;

/// Collaterals, stress rows and what the risk operator posts; then accounts that hold everything.
pub fn measure(bench: &mut Bench) {
    listing(bench);
    pledging(bench);
    owing(bench);
    posting(bench);
    full(bench);
    sinking(bench, "in part", AccountState::Liquidatable);
    cutting(bench);
    for positions in [2, 8] {
        cutting_hedged(bench, positions);
    }
    selling(bench);
}

fn params() -> CollateralParams {
    CollateralParams {
        deposit_cap: u64::MAX >> 8,
        haircut_ppm: 50_000,
        onboarding_seconds: 0,
        start_discount_ppm: 5_000,
        max_discount_ppm: 40_000,
    }
}

/// Sixteen rows, each of which moves eight markets, some up and some down.
fn rows() -> Vec<[i16; 16]> {
    let place = |row: usize, market: usize| {
        let size = 4_000 + 500 * ((row * 7 + market * 3) % 13) as i16;
        if (row >> (market % 4)) & 1 == 0 {
            size
        } else {
            -size
        }
    };
    (0..16)
        .map(|row| core::array::from_fn(|market| place(row, market)))
        .collect()
}

fn listing(bench: &mut Bench) {
    let mut world = world_of(1);
    let index = must(world.list_collateral(9, params()));
    let spec = MarketSpec::sol().numbered(99);
    let price = world
        .price_collateral_instruction(index, &spec, Some(BTC))
        .expect("listed");
    bench.measure(&mut world, ("price_collateral", "", None), price);
    let args = CreateScenariosArgs {
        netting_floor_ppm: 300_000,
        rows: rows(),
    };
    let (governance, exchange) = (world.governance, world.exchange.exchange);
    let create = build::create_scenarios(governance, exchange, args);
    bench.measure(&mut world, ("create_scenarios", "", None), create);
}

fn pledging(bench: &mut Bench) {
    let mut world = world_of(1);
    let index = must(world.list_collateral(9, params()));
    must(world.price_collateral(index, MarketSpec::sol().numbered(99), Some(BTC)));
    let id = holder_of(&mut world, 1);
    world
        .mint_collateral(id, index, 1_000_000_000)
        .expect("listed");
    let pledge = world
        .pledge_instruction(id, index, 1_000_000_000)
        .expect("listed");
    bench.measure(&mut world, ("pledge_collateral", "", None), pledge);
    must(world.set_price(collateral(index), MarketSpec::sol().price_e8));
    let release = world.release_instruction(id, index, 1).expect("listed");
    bench.measure(&mut world, ("release_collateral", "", Some(1)), release);
}

/// The index of a collateral's risk account.
fn collateral(index: u16) -> u16 {
    plimsoll::view::collateral_risk_index(index)
}

fn posting(bench: &mut Bench) {
    let mut world = world_of(1);
    let args = PostOutlookArgs {
        implied_bps: 9_000,
        forecast_bps: 8_000,
        valid_seconds: 600,
    };
    let post = world.post_outlook_instruction(BTC, args).expect("listed");
    bench.measure(&mut world, ("post_outlook", "", None), post);
    world.advance(3_600);
    let depths_q = [2, 4, 8, 16, 32].map(|millions| units(millions * 1_000_000));
    let post = world.post_depth_instruction(BTC, depths_q).expect("listed");
    bench.measure(&mut world, ("post_depth", "", None), post);
}

/// A trader with eight positions, long and short, and four collaterals, two of them of markets held, in a
/// world whose quote currency has a price.
fn full_world() -> (World, TraderId) {
    let mut world = world_of(8);
    let quote = MarketSpec::btc().numbered(90).at(100_000_000);
    must(world.price_collateral(0, quote, None));
    let id = holder_of(&mut world, 8);
    for market in [1, 3, 5, 7] {
        let lots = lots_of(&world, market);
        let price_e8 = world.risk(market).expect("listed").price_e8;
        must(world.trade(id, market, Order::market(-2 * lots), price_e8));
    }
    for number in 0..COLLATERALS {
        let index = must(world.list_collateral(9, params()));
        let spec = MarketSpec::sol().numbered(91 + number as u8);
        let underlying = (number < 2).then_some(2 * number + 1);
        must(world.price_collateral(index, spec, underlying));
        must(world.pledge(id, index, 1_000_000_000_000));
    }
    must(world.create_scenarios(300_000, &rows()));
    world.advance(1);
    must(world.refresh_all());
    (world, id)
}

fn full(bench: &mut Bench) {
    let (mut world, id) = full_world();
    let report = world.report_instruction(id).expect("a trader");
    bench.measure(&mut world, ("margin_report", FULL, Some(8)), report);
    let withdraw = world.withdraw_instruction(id, units(1)).expect("a trader");
    bench.measure(&mut world, ("withdraw", FULL, Some(8)), withdraw);
    let lots = lots_of(&world, 7);
    for (case, order) in [
        ("adds", Order::market(-lots)),
        ("turns", Order::market(3 * lots)),
    ] {
        let place = world.place_instruction(id, 7, order).expect("a trader");
        let name = format!("{case}, {FULL}");
        bench.measure(&mut world, ("place_order", &name, Some(8)), place);
        let order_id = world.account(id).expect("a trader").last_order_id;
        world.advance(2);
        move_all(&mut world, 1_001);
        let settle = world.settle_instruction(id, 7, order_id).expect("a trader");
        bench.measure(&mut world, ("settle_order", &name, Some(8)), settle);
    }
}

/// Moves the markets' prices and says the others' again.
fn move_all(world: &mut World, thousandths: u64) {
    move_prices(world, thousandths);
    for index in world.risk_indices() {
        if index >= collateral(0) {
            let price_e8 = world.risk(index).expect("listed").price_e8;
            must(world.set_price(index, price_e8));
        }
    }
}

/// The same account, long in all, with nothing to spare, whose prices then fall until it is in `state`.
fn sunk(state: AccountState) -> (World, TraderId) {
    let (mut world, id) = full_world();
    for market in [1, 3, 5, 7] {
        let lots = lots_of(&world, market);
        let price_e8 = world.risk(market).expect("listed").price_e8;
        must(world.trade(id, market, Order::market(2 * lots), price_e8));
    }
    world.advance(1);
    must(world.refresh_all());
    let free_q = world.margin(id).expect("a trader").free_q();
    let balance_q = world.account(id).expect("a trader").balance_q;
    must(world.withdraw(id, free_q.min(balance_q.unsigned_abs())));
    for _ in 0..400 {
        if world.margin(id).expect("a trader").state() >= state {
            break;
        }
        move_all(&mut world, 998);
    }
    assert_eq!(world.margin(id).expect("a trader").state(), state);
    (world, id)
}

fn sinking(bench: &mut Bench, case: &str, state: AccountState) {
    let (mut world, id) = sunk(state);
    let liquidate = world.liquidate_instruction(id, 7).expect("a trader");
    let name = format!("{case}, {FULL}");
    bench.measure(
        &mut world,
        ("liquidate_position", &name, Some(8)),
        liquidate,
    );
}

fn cutting(bench: &mut Bench) {
    let (mut world, id) = sunk(AccountState::MarginCall);
    let cut = world.cut_instruction(id, 7).expect("a trader");
    bench.measure(&mut world, ("cut_position", FULL, Some(8)), cut);
}

/// A book that hedges itself, in a world with stress rows: sizes are searched on a netted requirement.
fn cutting_hedged(bench: &mut Bench, positions: u16) {
    let mut world = world_of(8);
    let id = holder_of(&mut world, positions);
    for market in (1..positions).step_by(2) {
        let lots = lots_of(&world, market);
        let price_e8 = world.risk(market).expect("listed").price_e8;
        must(world.trade(id, market, Order::market(-2 * lots), price_e8));
    }
    must(world.create_scenarios(300_000, &rows()));
    world.advance(1);
    must(world.refresh_all());
    let free_q = world.margin(id).expect("a trader").free_q();
    let balance_q = world.account(id).expect("a trader").balance_q;
    must(world.withdraw(id, free_q.min(balance_q.unsigned_abs())));
    while world.margin(id).expect("a trader").state() == AccountState::Healthy {
        world.advance(20);
        for market in world.market_indices() {
            let thousandths = if market % 2 == 0 { 999 } else { 1_001 };
            let price_e8 = world.risk(market).expect("listed").price_e8 * thousandths / 1_000;
            must(world.set_price(market, price_e8));
        }
    }
    let state = world.margin(id).expect("a trader").state();
    assert_eq!(state, AccountState::MarginCall);
    let cut = world.cut_instruction(id, positions - 1).expect("a trader");
    bench.measure(
        &mut world,
        ("cut_position", "hedged, 16 rows", Some(positions)),
        cut,
    );
}

/// The full account sells one of its collaterals, and a slice of everything.
fn selling(bench: &mut Bench) {
    let (mut world, id) = sunk(AccountState::Liquidatable);
    let buyer = must(world.new_trader(units(10_000_000)));
    let mut bits = world.all_legs(id).expect("a trader");
    for index in world.collateral_indices() {
        bits |= world.collateral_bit(id, index).expect("a trader");
    }
    let mut other = world.clone();
    let slice = other.slice_instruction(buyer, id, bits).expect("a trader");
    bench.measure(&mut other, ("reduce_slice", FULL, Some(8)), slice);
    let find = world.sale_instruction(buyer, id, 1, 0).expect("a trader");
    let name = format!("finds, {FULL}");
    bench.measure(&mut world, ("sell_collateral", &name, Some(8)), find);
    let sale = world
        .sale_instruction(buyer, id, 1, u64::MAX)
        .expect("a trader");
    bench.measure(&mut world, ("sell_collateral", FULL, Some(8)), sale);
}

/// A debt against collateral: its interest, and the collateral's sale.
fn owing(bench: &mut Bench) {
    let mut world = world_of(1);
    let index = must(world.list_collateral(9, params()));
    must(world.price_collateral(index, MarketSpec::sol().numbered(99), None));
    let id = holder_of(&mut world, 1);
    must(world.pledge(id, index, 40_000_000_000));
    let free_q = world.margin(id).expect("a trader").free_q();
    let balance_q = world.account(id).expect("a trader").balance_q;
    must(world.withdraw(id, free_q.min(balance_q.unsigned_abs())));
    let lots = world.lots(id, BTC).expect("a trader");
    let order_id = must(world.place(id, BTC, Order::reduce(-lots)));
    move_prices(&mut world, 800);
    must(world.settle(id, BTC, order_id));
    let accrue = world.accrue_instruction(id, BTC).expect("a trader");
    bench.measure(&mut world, ("accrue_debt", "", None), accrue);
}
