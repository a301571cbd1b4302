//! R-K, on hundreds of random books: the report that the program returns is the one that clients compute, bit
//! by bit, and each of its fields says what it should.

use crate::collateral_support::PARAMS;
use crate::random::Random;
use plimsoll::constants::{COLLATERALS_MAX, COLLATERAL_RISK, POSITIONS_MAX};
use plimsoll::report::{MarginReport, PositionReport};
use plimsoll::state::{CollateralSlot, MarginAccount, MarketRisk, PositionSlot, ScenarioSet};
use plimsoll::view::Planned;
use plimsoll_client::addresses;
use plimsoll_risk::account::Margin;
use plimsoll_testkit::{MarketSpec, TraderId, World};
use plimsoll_tests::{built, patch, units, went};
use std::sync::LazyLock;

const BOOKS: u64 = 400;
/// Markets; the first [`COLLATERALS_MAX`] but one have spot of their own among the collaterals.
const MARKETS: u16 = 10;

/// Ten markets, four collaterals, of which the last has no market, a priced quote currency, no rows yet.
fn full() -> (World, TraderId) {
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
enum Kind {
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
fn margin_of(
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
fn each_book(kind: Kind, seed: u64, mut check: impl FnMut(&World, TraderId, &MarginReport)) {
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

#[test]
fn r_k_the_program_reports_what_clients_compute_bit_by_bit() {
    let mut states = [0_u32; 4];
    let (mut fresh, mut guarded, mut netted) = (0, 0, 0);
    each_book(Kind::Everything, 1, |world, id, report| {
        assert_eq!(*report, world.expected_report(id).unwrap());
        let margin = world.margin(id).unwrap();
        let fields = Margin {
            equity_initial_q: report.equity_initial_q,
            equity_call_q: report.equity_call_q,
            equity_liquidation_q: report.equity_liquidation_q,
            requirement_initial_q: report.requirement_initial_q,
            requirement_call_q: report.requirement_call_q,
            requirement_liquidation_q: report.requirement_liquidation_q,
            notional_q: report.notional_q,
        };
        assert_eq!(fields, margin);
        assert_eq!(report.state, margin.state() as u8);
        states[usize::from(report.state)] += 1;
        fresh += u32::from(report.fresh);
        guarded += u32::from(report.guarded);
        let parts = world.parts(id).unwrap();
        let gross_q: u64 = parts
            .iter()
            .map(|part| part.part.requirement_initial_q)
            .sum();
        netted += u32::from(report.requirement_initial_q < gross_q);
    });
    // Every kind is among them.
    println!("states {states:?}, fresh {fresh}, guarded {guarded}, netted {netted}");
    assert!(states.iter().all(|count| *count > 20), "{states:?}");
    assert!(fresh > 20 && guarded > 20 && netted > 50);
}

#[test]
fn r_k_positions_are_those_of_the_slots() {
    each_book(Kind::Everything, 2, |world, id, report| {
        let account = world.account(id).unwrap();
        let used = account.positions.iter().filter(|slot| !slot.is_free());
        let used: Vec<&PositionSlot> = used.collect();
        assert_eq!(used.len(), report.positions.len());
        let mut notional_q = 0;
        for (slot, position) in used.into_iter().zip(&report.positions) {
            let risk = world.risk(slot.market_index).unwrap();
            assert_eq!(position.market_index, slot.market_index);
            assert_eq!(
                (position.lots, position.price_e8),
                (slot.lots, risk.price_e8)
            );
            let exact = i128::from(slot.lots) * i128::from(risk.price_e8);
            let divisor = i128::from(risk.lot_divisor);
            let worth_q = exact.div_euclid(divisor);
            let profit_q = worth_q - i128::from(slot.entry_q) + i128::from(slot.unpaid_q);
            assert_eq!(i128::from(position.profit_q), profit_q);
            let up_q = -(-exact.abs()).div_euclid(divisor);
            assert_eq!(i128::from(position.notional_q), up_q);
            notional_q += position.notional_q;
        }
        assert_eq!(report.notional_q, notional_q);
        assert_eq!(report.balance_q, account.balance_q);
    });
}

/// R-K1 by the formula of the specification in floating point; R-K2 by whole numbers.
#[test]
fn r_k1_r_k2_ruin_and_distances_are_those_of_equity_and_sigma() {
    let mut between = 0;
    each_book(Kind::Everything, 3, |_, _, report| {
        assert!(report.ruin_ppm <= 1_000_000);
        if report.equity_liquidation_q <= 0 {
            assert_eq!(report.ruin_ppm, 1_000_000);
        } else if report.sigma_q == 0 {
            assert_eq!(report.ruin_ppm, 0);
        } else {
            let z = report.equity_liquidation_q as f64 / report.sigma_q as f64;
            let exact = if z < 2.66 {
                0.025_f64.powf(z / 2.66)
            } else {
                0.025 * (1.0 + 0.279 * (z - 2.66) / 0.974).powf(-1.0 / 0.279)
            } * 1e6;
            let found = f64::from(report.ruin_ppm);
            let range = exact - 0.01..=exact * 1.0088 + 1.01;
            assert!(range.contains(&found), "{z}: {found} {exact}");
            between += u32::from((1_000..999_000).contains(&report.ruin_ppm));
        }
        let lines = [
            (report.equity_initial_q, report.requirement_initial_q),
            (report.equity_call_q, report.requirement_call_q),
            (
                report.equity_liquidation_q,
                report.requirement_liquidation_q,
            ),
        ];
        for ((equity_q, requirement_q), distance_e4) in lines.into_iter().zip(report.distances_e4) {
            let headroom = i128::from(equity_q) - i128::from(requirement_q);
            let expected = match (report.sigma_q, headroom.signum()) {
                (_, 0) => 0,
                (0, 1) => i128::from(i32::MAX),
                (0, _) => i128::from(i32::MIN),
                (sigma_q, _) => (headroom * 10_000).div_euclid(i128::from(sigma_q)),
            };
            let clamped = expected.clamp(i128::from(i32::MIN), i128::from(i32::MAX));
            assert_eq!(
                i128::from(distance_e4),
                clamped,
                "{headroom} {}",
                report.sigma_q
            );
        }
    });
    assert!(between > 100, "{between}");
}

/// What a book loses in an hour's sigma is more than its largest leg's, and at most the sum.
#[test]
fn r_k_sigma_lies_between_the_largest_leg_and_the_sum() {
    each_book(Kind::Perps, 4, |world, _, report| {
        let legs_q: Vec<u64> = report
            .positions
            .iter()
            .map(|position| {
                let sigma_ppm = world.risk(position.market_index).unwrap().sigma_hour_ppm;
                let exact = u128::from(position.notional_q) * u128::from(sigma_ppm);
                u64::try_from(exact.div_ceil(1_000_000)).unwrap()
            })
            .collect();
        let most_q = legs_q.iter().copied().max().unwrap_or(0);
        assert!((most_q..=legs_q.iter().sum()).contains(&report.sigma_q));
        let squares: f64 = legs_q.iter().map(|leg_q| (*leg_q as f64).powi(2)).sum();
        assert!(report.sigma_q as f64 >= squares.sqrt().floor());
    });
}

/// R-K3: at the price reported an account is not below its line, and a little further it is.
#[test]
fn r_k3_a_liquidation_price_is_where_the_line_is_met() {
    let mut met = 0;
    each_book(Kind::Perps, 5, |world, id, report| {
        let account = world.account(id).unwrap();
        let open = report
            .positions
            .iter()
            .filter(|position| position.lots != 0);
        for position in open {
            let line_e8 = position.liquidation_price_e8;
            if line_e8 == 0 || line_e8 >= 1 << 60 {
                continue;
            }
            let headroom_at = |price_e8: u64| {
                let at = |risk: &MarketRisk| {
                    let mut risk = *risk;
                    if risk.index == position.market_index {
                        risk.price_e8 = price_e8;
                    }
                    risk
                };
                margin_of(world, account, at).headroom_liquidation_q()
            };
            let tick_q = position.notional_q / position.price_e8 + 1;
            let moves = line_e8 / position.price_e8 + 1;
            let most_q = i64::try_from(8 + 5 * moves + tick_q).unwrap();
            let headroom_q = headroom_at(line_e8);
            assert!(
                (0..=most_q).contains(&headroom_q),
                "{headroom_q} {position:?}"
            );
            met += 1;
        }
    });
    assert!(met > 500, "{met}");
}

/// The requirement at the call line where one leg's size (and price with it) or volatility is another.
fn changed_call_q(
    world: &World,
    account: &MarginAccount,
    position: &PositionReport,
    more_lots: i64,
    call: impl Fn(u32) -> u32,
) -> u64 {
    let mut account = *account;
    let slots = account.positions.iter_mut();
    let open = slots.filter(|slot| slot.lots != 0);
    for slot in open.filter(|slot| slot.market_index == position.market_index) {
        slot.lots += more_lots;
    }
    let changed = |risk: &MarketRisk| {
        let mut risk = *risk;
        if risk.index == position.market_index {
            risk.call_ppm = risk.call_ppm.map(&call);
            risk.initial_ppm = risk
                .initial_ppm
                .map(|ppm| ppm.max(risk.call_ppm[0].max(risk.call_ppm[1])));
        }
        risk
    };
    margin_of(world, &account, changed).requirement_call_q
}

/// R-K4: a slope lies between the finite differences to either side: at a kink, where another bound takes over,
/// anything between is right.
#[test]
fn r_k4_slopes_are_the_finite_differences_of_the_requirement() {
    let (mut sizes, mut volatilities, mut kinks, mut statics) = (0, 0, 0, 0);
    each_book(Kind::Perps, 6, |world, id, report| {
        let account = world.account(id).unwrap();
        for position in &report.positions {
            if position.lots.unsigned_abs() < 10_000 {
                continue;
            }
            let found_q = report.requirement_call_q as f64;
            // Some atoms of rounding, over a thousandth.
            let tolerance_q = 300.0 + report.notional_q as f64 * 2e-6;
            let mut check = |slope_q: i64, down: (u64, f64), up: (u64, f64), what: &str| {
                let below = (found_q - down.0 as f64) / down.1;
                let above = (up.0 as f64 - found_q) / up.1;
                let range = below.min(above) - tolerance_q..=below.max(above) + tolerance_q;
                assert!(
                    range.contains(&(slope_q as f64)),
                    "{what}: {slope_q} not in {range:?} of {report:#?}"
                );
                kinks += u32::from((below - above).abs() > tolerance_q + above.abs() / 100.0);
            };
            // A tenth of a percent each way.
            let step_lots = position.lots / 1_000;
            let percent = step_lots as f64 / position.lots as f64 * 100.0;
            let size = |lots| changed_call_q(world, account, position, lots, |ppm| ppm);
            let (down, up) = (size(-step_lots), size(step_lots));
            check(
                position.size_slope_q,
                (down, percent),
                (up, percent),
                "size",
            );
            sizes += 1;
            // In calm a netted book's call line is the liquidation line, which is not netted.
            statics += u32::from(report.requirement_call_q == report.requirement_liquidation_q);
            let risk = world.risk(position.market_index).unwrap();
            let call_ppm = risk.call_ppm[usize::from(position.lots < 0)];
            let step_ppm = call_ppm / 1_000;
            if step_ppm > 5 && call_ppm - step_ppm >= risk.params.floor_ppm {
                let percent = f64::from(step_ppm) / f64::from(call_ppm) * 100.0;
                let volatility = |change: i64| {
                    changed_call_q(world, account, position, 0, |ppm| {
                        u32::try_from(i64::from(ppm) + change).unwrap()
                    })
                };
                let step = i64::from(step_ppm);
                let (down, up) = (volatility(-step), volatility(step));
                check(
                    position.volatility_slope_q,
                    (down, percent),
                    (up, percent),
                    "volatility",
                );
                volatilities += 1;
            }
        }
    });
    println!("{sizes} sizes, {volatilities} volatilities, {kinks} kinks, {statics} static");
    assert!(sizes > 300 && volatilities > 100 && kinks < sizes / 4);
    assert!(statics > 4, "{statics}");
}
