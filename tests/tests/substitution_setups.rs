//! For each instruction a world in which it goes through. A setup is called with 0 and with 1, for two exchanges
//! that have the same traders; what it does must depend on the number in the exchange's own accounts only.

use crate::collateral_support::{decoupled, open, PARAMS, SOL, SOL_ATOMS, WSOL};
use plimsoll::instructions::{CreateExchangeArgs, CreateScenariosArgs, PostOutlookArgs};
use plimsoll_client::instructions as build;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{
    address, MarketSpec, Order, TraderId, World, DEBT_PARAMS, POOL_PARAMS, WITHDRAWAL_PARAMS,
};
use plimsoll_tests::{built, e8, state, units, BTC, COIN};
use solana_instruction::Instruction;
use std::sync::LazyLock;

use crate::substitution_setups_exits::*;
use crate::substitution_setups_reductions::*;

pub type Setup = fn(u64) -> (World, Instruction);

/// By the name in the interface file; several where an instruction takes other accounts in other cases.
pub const SETUPS: &[(&str, Setup)] = &[
    ("absorb_deficit", absorb_deficit),
    ("accrue_debt", accrue_debt),
    ("cancel_order", cancel_order),
    ("close_deleveraging", close_deleveraging),
    ("close_margin_account", close_margin_account),
    ("close_settled", close_settled),
    ("collect_profit", collect_profit),
    ("collect_redemption", collect_redemption),
    ("create_collateral", create_collateral),
    ("create_exchange", create_exchange),
    ("create_margin_account", create_margin_account),
    ("create_market", create_market),
    ("create_scenarios", create_scenarios),
    ("cut_position", cut_position),
    ("deleverage_position", deleverage_position),
    ("deposit", deposit),
    ("deposit_insurance", deposit_insurance),
    ("deposit_pool", deposit_pool),
    ("exit_position", exit_position),
    ("expire_order", expire_order),
    ("finish_settlement", finish_settlement),
    ("finish_settlement", finish_settlement_of_collateral),
    ("liquidate_position", liquidate_position),
    ("margin_report", margin_report),
    ("open_deleveraging", open_deleveraging),
    ("pay_withdrawal", pay_withdrawal),
    ("place_order", place_order),
    ("pledge_collateral", pledge_collateral),
    ("post_depth", post_depth),
    ("post_outlook", post_outlook),
    ("price_collateral", price_collateral),
    ("redeem", redeem),
    ("reduce_slice", reduce_slice),
    ("reduce_slice", reduce_slice_of_collateral),
    ("refresh_market", refresh_market),
    ("register_winner", register_winner),
    ("release_collateral", release_collateral),
    ("request_redemption", request_redemption),
    ("request_withdrawal", request_withdrawal),
    ("sell_collateral", sell_collateral),
    ("set_delegate", set_delegate),
    ("settle_order", settle_order),
    ("start_settlement", start_settlement),
    ("sweep_insurance", sweep_insurance),
    ("sweep_market", sweep_market),
    ("take_over_position", take_over_position),
    ("trigger_order", trigger_order),
    ("withdraw", withdraw),
    ("withdraw_exempt", withdraw_exempt),
];

/// Has balance, positions in bitcoin and solana, wrapped solana.
pub const TRADER: TraderId = TraderId(1);

/// Three markets, wrapped solana, a price of the quote currency; a keeper and two traders with the same. Built
/// once for each number, then cloned.
pub fn priced(number: u64) -> World {
    static WORLDS: [LazyLock<World>; 2] =
        [LazyLock::new(|| listed(0)), LazyLock::new(|| listed(1))];
    World::clone(&WORLDS[usize::try_from(number).unwrap()])
}

fn listed(number: u64) -> World {
    let specs = [MarketSpec::btc(), MarketSpec::eth(), MarketSpec::sol()];
    let builder = World::builder().markets(specs).governance(number);
    let mut world = built(builder.verify_signatures(false));
    world.list_collateral(9, PARAMS).unwrap();
    world
        .price_collateral(WSOL, MarketSpec::sol(), Some(SOL))
        .unwrap();
    world.price_collateral(0, MarketSpec::usdc(), None).unwrap();
    for _ in 0..2 {
        let id = world.new_trader(units(100_000)).unwrap();
        world.pledge(id, WSOL, 10 * SOL_ATOMS).unwrap();
        open(&mut world, id, BTC, COIN);
        open(&mut world, id, SOL, 1_000);
        world
            .mint_quote(&world.trader(id).unwrap().owner, units(1_000))
            .unwrap();
        world.mint_collateral(id, WSOL, 10 * SOL_ATOMS).unwrap();
    }
    world
}

/// As [`priced`], with stress rows: every kind of risk account follows.
pub fn whole(number: u64) -> World {
    let mut world = priced(number);
    world.create_scenarios(400_000, &[decoupled()]).unwrap();
    world
}

/// The market's price falls until the trader is in a state, and two prints agree on it.
fn fall(world: &mut World, id: TraderId, wanted: AccountState) {
    let mut price_e8 = world.risk(BTC).unwrap().price_e8;
    while state(world, id) != wanted {
        price_e8 -= e8(50);
        world.advance(60);
        world.refresh_all().unwrap();
        world.advance(1);
        world.jump(BTC, price_e8).unwrap();
    }
}

/// A third trader with less behind its positions, whom a fall brings below a line.
pub fn fallen(number: u64, wanted: AccountState) -> (World, TraderId) {
    let mut world = whole(number);
    let id = world.new_trader(units(4_000)).unwrap();
    open(&mut world, id, BTC, COIN);
    open(&mut world, id, SOL, 100);
    fall(&mut world, id, wanted);
    (world, id)
}

/// A further market with another target of cash.
pub fn market_without_cash(world: &mut World, cash_target_q: u64) -> u16 {
    let spec = MarketSpec::btc().numbered(9);
    let spec = spec.with(|args| args.trade.cash_target_q = cash_target_q);
    world.list(spec).unwrap()
}

fn absorb_deficit(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let id = world.new_trader(units(4_000)).unwrap();
    open(&mut world, id, BTC, COIN);
    let order_id = world.place(id, BTC, Order::reduce(-COIN)).unwrap();
    world.advance(2);
    world.set_price(BTC, e8(54_000)).unwrap();
    world.settle(id, BTC, order_id).unwrap();
    let instruction = world.absorb_instruction(id, BTC).unwrap();
    (world, instruction)
}

fn close_margin_account(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let id = world.new_trader(0).unwrap();
    let trader = world.trader(id).unwrap();
    let instruction = build::close_margin_account(trader.owner, trader.address);
    (world, instruction)
}

fn collect_profit(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let market = market_without_cash(&mut world, 0);
    world.sweep(market).unwrap();
    let id = world.new_trader(units(20_000)).unwrap();
    open(&mut world, id, market, COIN);
    world
        .trade(id, market, Order::reduce(-COIN), e8(60_300))
        .unwrap();
    let vesting = world.market(market).unwrap().params.vesting_seconds;
    world.advance(i64::from(vesting));
    world.sweep(market).unwrap();
    let instruction = world.collect_instruction(id, market).unwrap();
    (world, instruction)
}

fn create_collateral(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let mint = world.new_mint("another mint", 0, 6).unwrap();
    let (governance, exchange) = (world.governance, world.exchange.exchange);
    let instruction = build::create_collateral(governance, exchange, mint, PARAMS);
    (world, instruction)
}

fn create_exchange(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let founder = world.new_key("founder", number).unwrap();
    let args = CreateExchangeArgs {
        guardian: founder,
        risk_operator: founder,
        pool: POOL_PARAMS,
        withdrawal: WITHDRAWAL_PARAMS,
        debt: DEBT_PARAMS,
    };
    let instruction = build::create_exchange(founder, world.exchange.quote_mint, args);
    (world, instruction)
}

fn create_margin_account(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let owner = world.trader(TRADER).unwrap().owner;
    let instruction = build::create_margin_account(world.exchange.exchange, owner, 7);
    (world, instruction)
}

fn create_market(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let (governance, exchange) = (world.governance, world.exchange.exchange);
    let args = MarketSpec::sol().numbered(9).args;
    let instruction = build::create_market(governance, exchange, 3, args);
    (world, instruction)
}

fn create_scenarios(number: u64) -> (World, Instruction) {
    let world = priced(number);
    let args = CreateScenariosArgs {
        netting_floor_ppm: 400_000,
        rows: vec![decoupled()],
    };
    let (governance, exchange) = (world.governance, world.exchange.exchange);
    let instruction = build::create_scenarios(governance, exchange, args);
    (world, instruction)
}

fn cut_position(number: u64) -> (World, Instruction) {
    let (world, id) = fallen(number, AccountState::MarginCall);
    let instruction = world.cut_instruction(id, BTC).unwrap();
    (world, instruction)
}

fn deposit(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.deposit_instruction(TRADER, units(10)).unwrap();
    (world, instruction)
}

fn deposit_insurance(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let trader = world.trader(TRADER).unwrap();
    let (owner, tokens) = (trader.owner, trader.tokens);
    let instruction = build::deposit_insurance(&world.exchange, owner, tokens, units(10));
    (world, instruction)
}

fn deposit_pool(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let trader = world.trader(TRADER).unwrap();
    world.expect_provider(&trader.owner);
    let markets = world.all_market_addresses();
    let (owner, tokens) = (trader.owner, trader.tokens);
    let instruction = build::deposit_pool(&world.exchange, owner, tokens, &markets, units(10));
    (world, instruction)
}

fn expire_order(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let order_id = world.place(TRADER, BTC, Order::market(100)).unwrap();
    world.advance(3_600);
    let instruction = world.expire_instruction(TRADER, BTC, order_id).unwrap();
    (world, instruction)
}

fn liquidate_position(number: u64) -> (World, Instruction) {
    let (world, id) = fallen(number, AccountState::Liquidatable);
    let instruction = world.liquidate_instruction(id, BTC).unwrap();
    (world, instruction)
}

fn margin_report(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.report_instruction(TRADER).unwrap();
    (world, instruction)
}

fn place_order(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let order = Order::market(100);
    let instruction = world.place_instruction(TRADER, BTC, order).unwrap();
    (world, instruction)
}

fn pledge_collateral(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.pledge_instruction(TRADER, WSOL, SOL_ATOMS).unwrap();
    (world, instruction)
}

fn post_depth(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    world.advance(30);
    let depths_q = [300, 1_800, 7_300, 30_000, 180_000].map(|millions| units(millions * 1_000_000));
    let instruction = world.post_depth_instruction(BTC, depths_q).unwrap();
    (world, instruction)
}

fn post_outlook(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let args = PostOutlookArgs {
        implied_bps: 8_000,
        forecast_bps: 12_000,
        valid_seconds: 600,
    };
    let instruction = world.post_outlook_instruction(BTC, args).unwrap();
    (world, instruction)
}

fn price_collateral(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let index = world.list_collateral(6, PARAMS).unwrap();
    let spec = MarketSpec::eth().numbered(9);
    let instruction = world
        .price_collateral_instruction(index, &spec, None)
        .unwrap();
    (world, instruction)
}

fn refresh_market(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    world.advance(60);
    let update = world.update(BTC, e8(60_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let instruction = world.refresh_instruction(BTC).unwrap();
    (world, instruction)
}

fn release_collateral(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.release_instruction(TRADER, WSOL, SOL_ATOMS).unwrap();
    (world, instruction)
}

fn set_delegate(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let trader = world.trader(TRADER).unwrap();
    let delegate = address("delegate", 0);
    let instruction = build::set_delegate(trader.owner, trader.address, delegate);
    (world, instruction)
}

fn settle_order(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let order_id = world.place(TRADER, BTC, Order::market(100)).unwrap();
    world.advance(2);
    world.set_price(BTC, e8(60_000)).unwrap();
    let instruction = world.settle_instruction(TRADER, BTC, order_id).unwrap();
    (world, instruction)
}

fn sweep_market(number: u64) -> (World, Instruction) {
    let mut world = whole(number);
    let market = market_without_cash(&mut world, units(1_000));
    let instruction = world.sweep_instruction(market).unwrap();
    (world, instruction)
}

fn withdraw(number: u64) -> (World, Instruction) {
    let world = whole(number);
    let instruction = world.withdraw_instruction(TRADER, units(10)).unwrap();
    (world, instruction)
}
