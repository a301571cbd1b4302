//! R-K, on hundreds of random books: the report that the program returns is the one that clients compute, bit
//! by bit, and each of its fields says what it should.

use crate::random_books::{each_book, margin_of, Kind};
use plimsoll::report::PositionReport;
use plimsoll::state::{MarginAccount, MarketRisk, PositionSlot};
use plimsoll_risk::account::Margin;
use plimsoll_testkit::World;

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
            // In calm a netted book's call line is its distance from the liquidation line.
            let least_q = report.requirement_liquidation_q / 10 * 11;
            statics += u32::from(report.requirement_call_q <= least_q + least_q / 1_000);
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
