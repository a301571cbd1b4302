use super::bench::Bench;
use super::{must, units};
use plimsoll::instructions::CreateExchangeArgs;
use plimsoll_client::addresses::{self, ExchangeAddresses, MarketAddresses};
use plimsoll_client::instructions as build;
use plimsoll_testkit::{MarketSpec, TraderId, World, DEBT_PARAMS, POOL_PARAMS, WITHDRAWAL_PARAMS};
use solana_pubkey::Pubkey;

/// Everything that is made once: exchanges, listings, accounts, the pool's and the fund's money.
pub fn measure(bench: &mut Bench) {
    exchange(bench);
    margin_account(bench);
    for markets in [1, 4, 8] {
        pool(bench, markets);
    }
}

/// A world with this many markets, all different, in which holding costs; a quarter of them as wild as Solana.
pub fn world_of(markets: u16) -> World {
    let spec = |index: u16| {
        let spec = match index % 4 {
            0 | 2 => MarketSpec::btc(),
            1 => MarketSpec::eth(),
            _ => MarketSpec::sol(),
        };
        spec.numbered(index as u8 + 1).carrying()
    };
    let builder = World::builder().markets((0..markets).map(spec));
    // The program costs the same, the measurement a third.
    crate::unbacked(must(builder.verify_signatures(false).build()))
}

fn exchange(bench: &mut Bench) {
    let mut world = world_of(1);
    let governance = world.new_key("governance", 1).expect("a key");
    let mint = world.exchange.quote_mint;
    let exchange = addresses::exchange(&governance);
    let args = CreateExchangeArgs {
        guardian: governance,
        risk_operator: governance,
        pool: POOL_PARAMS,
        withdrawal: WITHDRAWAL_PARAMS,
        debt: DEBT_PARAMS,
    };
    let create = build::create_exchange(governance, mint, args);
    bench.measure(&mut world, ("create_exchange", "", None), create);
    let params = world.collateral().expect("the quote currency").params;
    let create = build::create_collateral(governance, exchange, mint, params);
    bench.measure(&mut world, ("create_collateral", "", None), create);
    let args = MarketSpec::btc().carrying().args;
    let create = build::create_market(governance, exchange, 0, args);
    bench.measure(&mut world, ("create_market", "", None), create);
}

fn margin_account(bench: &mut Bench) {
    let mut world = world_of(1);
    let owner = world.new_key("owner", 0).expect("a key");
    let exchange = world.exchange.exchange;
    let address = addresses::margin_account(&exchange, &owner, 0);
    let create = build::create_margin_account(exchange, owner, 0);
    bench.measure(&mut world, ("create_margin_account", "", None), create);
    let delegate = Pubkey::new_from_array([9; 32]);
    let set = build::set_delegate(owner, address, delegate);
    bench.measure(&mut world, ("set_delegate", "", None), set);
    let close = build::close_margin_account(owner, address);
    bench.measure(&mut world, ("close_margin_account", "", None), close);

    let id = must(world.new_trader(units(10)));
    let owner = world.trader(id).expect("a trader").owner;
    world.mint_quote(&owner, units(10)).expect("tokens");
    let deposit = world
        .deposit_instruction(id, units(10))
        .expect("an instruction");
    bench.measure(&mut world, ("deposit", "", None), deposit);
    waiting(bench, &mut world, id);
}

/// What leaves a vault whose bucket is full.
fn waiting(bench: &mut Bench, world: &mut World, id: TraderId) {
    let whale = must(world.new_trader(units(20_000_000)));
    must(world.withdraw(whale, units(15_000_000)));
    for case in ["first of an owner", "another"] {
        let exempt = world.exempt_instruction(id, units(2)).expect("a trader");
        bench.measure(world, ("withdraw_exempt", case, Some(0)), exempt);
    }
    let (ticket, request) = world.ticket_instruction(id, units(3), 0).expect("a trader");
    bench.measure(world, ("request_withdrawal", "", Some(0)), request);
    world.advance(86_400);
    let trader = world.trader(id).expect("a trader");
    let pay = build::pay_withdrawal(&world.exchange, ticket, trader.owner, trader.tokens);
    bench.measure(world, ("pay_withdrawal", "", None), pay);
}

/// A provider's way out.
fn leaving(bench: &mut Bench, world: &mut World, owner: Pubkey, markets: u16) {
    world.expect_provider(&owner);
    let (ticket, request) = world
        .request_instruction(&owner, units(1_000))
        .expect("a provider");
    bench.measure(world, ("request_redemption", "", Some(markets)), request);
    world.advance(86_400);
    must(world.refresh_all());
    let redeem = world.redeem_instruction(&ticket).expect("a ticket");
    bench.measure(world, ("redeem", "", Some(markets)), redeem);
    if markets == 1 {
        let id = must(world.open_account("provider", 1, 0));
        let address = world.trader(id).expect("a trader").address;
        let collect = build::collect_redemption(world.exchange.pool, owner, address);
        bench.measure(world, ("collect_redemption", "", None), collect);
    }
}

fn pool(bench: &mut Bench, markets: u16) {
    let mut world = world_of(markets);
    let owner = world.new_key("provider", 1).expect("a key");
    let from = world.mint_quote(&owner, units(2_000)).expect("tokens");
    let pairs: Vec<MarketAddresses> = world.all_market_addresses();
    let exchange: ExchangeAddresses = world.exchange;
    for case in ["first of a provider", "another"] {
        let deposit = build::deposit_pool(&exchange, owner, from, &pairs, units(1_000));
        bench.measure(&mut world, ("deposit_pool", case, Some(markets)), deposit);
    }
    leaving(bench, &mut world, owner, markets);
    if markets == 1 {
        let give = build::deposit_insurance(&exchange, owner, from, 1);
        world.mint_quote(&owner, 1).expect("tokens");
        bench.measure(&mut world, ("deposit_insurance", "", None), give);
    }
}
