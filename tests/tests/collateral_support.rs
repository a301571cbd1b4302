//! Worlds with collaterals besides the quote currency, and steps that tests of them share.

use plimsoll::constants::COLLATERAL_RISK;
use plimsoll::params::CollateralParams;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{three_markets, units, went, BTC};
use std::sync::LazyLock;

/// Ether in [`three_markets`].
pub const ETH: u16 = 1;
/// Solana in [`three_markets`].
pub const SOL: u16 = 2;
/// Wrapped solana among the collaterals of [`wrapped`].
pub const WSOL: u16 = 1;
/// Its risk account.
pub const WSOL_RISK: u16 = WSOL | COLLATERAL_RISK;
/// The quote currency's risk account.
pub const QUOTE_RISK: u16 = COLLATERAL_RISK;
/// One wrapped solana, atoms.
pub const SOL_ATOMS: u64 = 1_000_000_000;
/// One solana, lots.
pub const SOL_LOTS: i64 = 1_000;

/// Ten million at the most, 5 % of the value never counts, at once.
pub const PARAMS: CollateralParams = CollateralParams {
    deposit_cap: 10_000_000 * SOL_ATOMS,
    haircut_ppm: 50_000,
    onboarding_seconds: 0,
    start_discount_ppm: 5_000,
    max_discount_ppm: 40_000,
};

/// Bitcoin, ether and solana, and wrapped solana at the price of solana. Built once, then cloned.
pub fn wrapped() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let mut world = three_markets();
        assert_eq!(world.list_collateral(9, PARAMS), Ok(WSOL));
        let risk = world.price_collateral(WSOL, MarketSpec::sol(), Some(SOL));
        assert_eq!(risk, Ok(WSOL_RISK));
        world
    });
    WORLD.clone()
}

/// As [`wrapped`], with a price of the quote currency and stress rows: every kind of risk account.
pub fn everything() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let mut world = wrapped();
        went!(world.price_collateral(0, MarketSpec::usdc(), None));
        went!(world.create_scenarios(400_000, &[decoupled()]));
        world
    });
    WORLD.clone()
}

/// Bitcoin falls by its ratio, ether by half of its own, solana rises.
pub fn decoupled() -> [i16; 16] {
    let mut row = [0; 16];
    row[usize::from(BTC)] = -10_000;
    row[usize::from(ETH)] = -5_000;
    row[usize::from(SOL)] = 2_500;
    row
}

/// Lots of a market worth so many quote units at its price.
pub fn lots_worth(world: &World, market: u16, quote: u64) -> i64 {
    let risk = world.risk(market).unwrap();
    let lots = u128::from(units(quote)) * u128::from(risk.lot_divisor) / u128::from(risk.price_e8);
    i64::try_from(lots).unwrap()
}

/// Refreshes what decides and trades at the last price.
#[track_caller]
pub fn open(world: &mut World, id: TraderId, market: u16, lots: i64) {
    world.advance(10);
    went!(world.refresh_all());
    let price_e8 = world.risk(market).unwrap().price_e8;
    went!(world.trade(id, market, Order::market(lots), price_e8));
    assert_eq!(world.lots(id, market), Ok(lots));
}

/// A trader with quote units and so many wrapped solana.
#[track_caller]
pub fn pledger(world: &mut World, deposit: u64, sol: u64) -> TraderId {
    let id = went!(world.new_trader(units(deposit)));
    if sol > 0 {
        went!(world.pledge(id, WSOL, sol * SOL_ATOMS));
    }
    id
}

/// Gives solana and wrapped solana one price, 1e-8.
#[track_caller]
pub fn price_sol(world: &mut World, price_e8: u64) {
    for index in [SOL, WSOL_RISK] {
        went!(world.set_price(index, price_e8));
    }
}
