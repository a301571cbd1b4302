//! Books made of everything that a book is made of, at random, with the reports that the program returns of them.

use crate::collateral_support::PARAMS;
use crate::random::Random;
use plimsoll::constants::{COLLATERALS_MAX, COLLATERAL_RISK, POSITIONS_MAX};
use plimsoll::report::MarginReport;
use plimsoll::state::{CollateralSlot, MarginAccount, MarketRisk, PositionSlot, ScenarioSet};
use plimsoll::view::Planned;
use plimsoll_client::addresses;
use plimsoll_risk::account::Margin;
use plimsoll_testkit::{MarketSpec, TraderId, World};
use plimsoll_tests::{built, patch, units, went};
use std::sync::LazyLock;

pub const BOOKS: u64 = 400;
/// Markets; the first [`COLLATERALS_MAX`] but one have spot of their own among the collaterals.
const MARKETS: u16 = 10;

/// Ten markets, four collaterals, of which the last has no market, a priced quote currency, no rows yet.
pub fn full() -> (World, TraderId) {
    static WORLD: LazyLock<(World, TraderId)> = LazyLock::new(|| {
        let kinds = [MarketSpec::btc, MarketSpec::eth, MarketSpec::sol];
        let specs = (0..MARKETS).map(|index| {
            let number = u8::try_from(index).unwrap() + 1;
            kinds[usize::from(index) % 3]().numbered(number)
        });
        let mut world = built(World::builder().markets(specs));
        for (index, decimals) in (1..).zip([9, 6, 8, 17]) {
            assert_eq!(world.list_collateral(decimals, PARAMS), Ok(index));
            let market = usize::from(index - 1);
            let underlying = (index < 4).then_some(index - 1);
            let spec = kinds[market % 3]().numbered(u8::try_from(index).unwrap() + 100);
            went!(world.price_collateral(index, spec, underlying));
        }
        went!(world.price_collateral(0, MarketSpec::usdc(), None));
        went!(world.create_scenarios(300_000, &[]));
        let id = went!(world.new_trader(0));
        (world, id)
    });
    WORLD.clone()
}

/// Whether a book may hold collaterals.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Perps,
    Everything,
}

/// Makes a book of everything that a book is made of: prices, guards, ratios, depths, rows, positions,
/// collaterals, a balance that may put it at any line.
fn shuffle(world: &mut World, first: &World, id: TraderId, random: &mut Random, kind: Kind) {
    let now_seconds = world.now_seconds();
    for index in world.risk_indices() {
        let address = world.market_addresses(index).unwrap().market_risk;
        let first_e8 = first.risk(index).unwrap().price_e8;
        patch(world, address, |risk: &mut MarketRisk| {
            vary(risk, random, now_seconds, first_e8);
        });
    }
    let rows = random.below(2) * random.below(17);
    let floor_ppm = 300_000 + u32::try_from(random.below(700_001)).unwrap();
    let address = addresses::scenario_set(&world.exchange.exchange);
    patch(world, address, |set: &mut ScenarioSet| {
        set.netting_floor_ppm = floor_ppm;
        set.row_count = u16::try_from(rows).unwrap();
        for move_e4 in set.rows.iter_mut().flatten() {
            let move_from_lowest = i64::try_from(random.below(40_001)).unwrap();
            *move_e4 = i16::try_from(move_from_lowest - 20_000).unwrap();
        }
    });
    let mut account = *world.account(id).unwrap();
    account.positions = [PositionSlot::default(); POSITIONS_MAX];
    account.collaterals = [CollateralSlot::default(); COLLATERALS_MAX];
    fill(world, &mut account, random, kind);
    // Equity from a fifth of one of the lines below nothing to half above that line.
    account.balance_q = 0;
    let margin = margin_of(world, &account, |risk| *risk);
    let lines_q = [
        margin.requirement_initial_q,
        margin.requirement_call_q,
        margin.requirement_liquidation_q,
    ];
    let line_q = lines_q[usize::try_from(random.below(3)).unwrap()] + 1_000_000;
    let wanted_q = random.below(line_q / 10 * 17);
    let wanted_q = i64::try_from(wanted_q).unwrap() - i64::try_from(line_q / 5).unwrap();
    account.balance_q = wanted_q - margin.equity_liquidation_q;
    let address = world.trader(id).unwrap().address;
    patch(world, address, |patched: &mut MarginAccount| {
        *patched = account
    });
}

fn vary(risk: &mut MarketRisk, random: &mut Random, now_seconds: i64, first_e8: u64) {
    let around = |random: &mut Random, value: u64, percent: u64| {
        value / 1_000 * (1_000 - percent * 10 + random.below(percent * 20 + 1))
    };
    // A dollar stays within a tenth of its peg.
    let percent = if risk.index == COLLATERAL_RISK { 9 } else { 20 };
    risk.price_e8 = around(random, first_e8, percent);
    risk.slow_price_e8 = around(random, risk.price_e8, 3);
    risk.publish_seconds = now_seconds - i64::try_from(random.below(200)).unwrap();
    risk.guard_price_e8 = around(random, risk.price_e8, 10);
    risk.guarded_seconds = now_seconds - i64::try_from(random.below(300)).unwrap();
    let floor_ppm = risk.params.floor_ppm;
    // Some markets are calm: their call ratio is near the floor.
    let most_ppm = if random.below(2) == 0 { 1_000 } else { 60_000 };
    for side in 0..2 {
        risk.call_ppm[side] = floor_ppm + u32::try_from(random.below(most_ppm)).unwrap();
        let more_ppm = u32::try_from(random.below(200_000)).unwrap();
        risk.initial_ppm[side] = risk.call_ppm[side] + more_ppm;
    }
    risk.target_ppm = risk.initial_ppm[0];
    risk.sigma_hour_ppm = 100 + u32::try_from(random.below(30_000)).unwrap();
    risk.liquidity_q = units(1) << random.below(30);
    risk.credit_ppm = 1_000_000 - u32::try_from(random.below(2) * random.below(1_000_001)).unwrap();
    risk.open_interest_lots = random.below(risk.liquidity_params.crowded_high_lots + 1);
    risk.haircut_ppm = u32::try_from(random.below(400_000)).unwrap();
    risk.listed_seconds = now_seconds - 1 - i64::try_from(random.below(700_000)).unwrap();
    risk.onboarding_seconds = u32::try_from(random.below(2) * 604_800).unwrap();
}

fn fill(world: &World, account: &mut MarginAccount, random: &mut Random, kind: Kind) {
    let mut free: Vec<u16> = world.market_indices().collect();
    let count = random.below(POSITIONS_MAX as u64 + 1);
    for slot in account
        .positions
        .iter_mut()
        .take(usize::try_from(count).unwrap())
    {
        let place = usize::try_from(random.below(free.len() as u64)).unwrap();
        slot.market_index = free.swap_remove(place);
        let risk = world.risk(slot.market_index).unwrap();
        let most_q = units(10) << random.below(17);
        let worth_q = units(1) + random.below(most_q);
        let lots = u128::from(worth_q) * u128::from(risk.lot_divisor) / u128::from(risk.price_e8);
        let side = if random.below(2) == 0 { 1 } else { -1 };
        slot.lots = side * i64::try_from(lots).unwrap().max(1);
        let paid_q = i64::try_from(worth_q / 1_000 * (900 + random.below(201))).unwrap();
        slot.entry_q = side * paid_q;
        slot.unpaid_q = random.below(2) * random.below(units(100));
        // Some hold nothing but profit that waits.
        if random.below(12) == 0 {
            (slot.lots, slot.entry_q, slot.unpaid_q) = (0, 0, 1 + slot.unpaid_q);
        }
    }
    if kind == Kind::Perps {
        return;
    }
    for (slot, index) in account.collaterals.iter_mut().zip([3, 1, 4, 2]) {
        if random.below(3) > 0 {
            let risk = world.risk(index | COLLATERAL_RISK).unwrap();
            let most_q = units(10) << random.below(16);
            let worth_q = 1 + random.below(most_q);
            let amount =
                u128::from(worth_q) * u128::from(risk.lot_divisor) / u128::from(risk.price_e8);
            slot.amount = u64::try_from(amount).unwrap().max(1);
            slot.collateral_index = index;
        }
    }
}

/// The margin of an account where each risk account is changed.
pub fn margin_of(
    world: &World,
    account: &MarginAccount,
    change: impl Fn(&MarketRisk) -> MarketRisk,
) -> Margin {
    let indices = world.risk_indices();
    let changed: Vec<MarketRisk> = indices
        .iter()
        .map(|index| change(world.risk(*index).unwrap()))
        .collect();
    let known = plimsoll_client::margin::Known {
        exchange: world.exchange_account().unwrap(),
        scenarios: world.scenarios().ok(),
        risk_of: |index: u16| changed.iter().find(|risk| risk.index == index),
        now_seconds: world.now_seconds(),
    };
    known.margin(&Planned::unchanged(account)).unwrap()
}

/// Runs `check` on random books with their reports.
pub fn each_book(kind: Kind, seed: u64, mut check: impl FnMut(&World, TraderId, &MarginReport)) {
    let (first, id) = full();
    let mut world = first.clone();
    let mut random = Random(seed);
    for _ in 0..BOOKS {
        world.advance(1);
        shuffle(&mut world, &first, id, &mut random, kind);
        let report = world.report(id).unwrap();
        check(&world, id, &report);
    }
}
