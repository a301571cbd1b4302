//! What a book needs as a whole: spot against perps, markets against each other, and what none of it changes:
//! the liquidation line.

use crate::collateral_support::{
    decoupled, open, pledger, price_sol, wrapped, SOL, SOL_LOTS, WSOL_RISK,
};
use plimsoll::error::PlimsollError;
use plimsoll::view::Planned;
use plimsoll_client::margin::Known;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::HEDGED_FLOOR_PPM;
use plimsoll_risk::portfolio::Row;
use plimsoll_risk::units::share_up;
use plimsoll_testkit::{TraderId, World};
use plimsoll_tests::{e8, refused, state, went};

/// R-N6: the least share of the gross that books of these tests must hold, ppm.
pub const FLOOR_PPM: u32 = 400_000;

/// A world with stress rows.
pub fn netting(mut world: World, rows: &[Row]) -> World {
    went!(world.create_scenarios(FLOOR_PPM, rows));
    world
}

pub fn margin(world: &World, id: TraderId) -> Margin {
    world.margin(id).unwrap()
}

/// 10,000 quote units, so many wrapped solana, so many solana in the market.
pub fn solana(world: &mut World, pledged: u64, coins: i64) -> TraderId {
    let id = pledger(world, 10_000, pledged);
    if coins != 0 {
        open(world, id, SOL, coins * SOL_LOTS);
    }
    id
}

/// R-N1: 100 wrapped solana, of which 95 count, and 95 sold in the market.
#[test]
fn r_n1_r_n6_a_basis_trade_needs_less_than_either_alone() {
    let mut world = netting(wrapped(), &[decoupled()]);
    let spot = solana(&mut world, 100, 0);
    let perp = solana(&mut world, 0, -95);
    let both = solana(&mut world, 100, -95);
    world.advance(1);
    went!(world.refresh_all());
    let [spot, perp, both] = [spot, perp, both].map(|id| margin(&world, id));
    for (spot, perp, both) in [
        (
            spot.requirement_initial_q,
            perp.requirement_initial_q,
            both.requirement_initial_q,
        ),
        (
            spot.requirement_call_q,
            perp.requirement_call_q,
            both.requirement_call_q,
        ),
    ] {
        assert!(both < spot / 2 && both < perp / 2, "{spot} {perp} {both}");
        assert!(both >= share_up(perp, FLOOR_PPM).unwrap());
    }
    // R-A1: at the liquidation line three tenths of what the perp alone needs stay.
    let hedged_q = share_up(perp.requirement_liquidation_q, HEDGED_FLOOR_PPM).unwrap();
    let line_q = both.requirement_liquidation_q;
    assert!((hedged_q..hedged_q + 10).contains(&line_q), "{line_q}");
}

/// R-N1, R-H2: neither a rise nor a fall of 30 % brings a basis trade to its liquidation line, or makes its
/// owner pay; whether or not books are netted, and however fast the move.
#[test]
fn r_n1_a_basis_trade_is_not_liquidated_by_what_it_hedges() {
    for (rows, steps, slow) in [
        (true, 30, false),
        (true, 3, false),
        (true, 1, false),
        (false, 30, false),
        (true, 30, true),
    ] {
        for up in [true, false] {
            let mut world = wrapped();
            if rows {
                world = netting(world, &[decoupled()]);
            }
            // A deposit that pays the fees, and no more.
            let id = pledger(&mut world, 100, 100);
            open(&mut world, id, SOL, -95 * SOL_LOTS);
            let before = margin(&world, id);
            for step in 1..=steps {
                let change_e8 = e8(45) * step / steps;
                let price_e8 = if up {
                    e8(150) + change_e8
                } else {
                    e8(150) - change_e8
                };
                world.advance(60);
                if slow {
                    lagging(&mut world, price_e8);
                } else {
                    price_sol(&mut world, price_e8);
                }
                let case = format!("{rows} {steps} {slow} {up} at {price_e8}");
                assert!(state(&world, id) < AccountState::Liquidatable, "{case}");
                if !slow {
                    assert_eq!(state(&world, id), AccountState::Healthy, "{case}");
                }
                let liquidate = world.liquidate_instruction(id, SOL).unwrap();
                let now_seconds = world.now_seconds();
                let guarded = [SOL, WSOL_RISK].map(|index| {
                    let risk = world.risk(index).unwrap();
                    risk.is_guarded(now_seconds)
                });
                let error = if guarded.contains(&true) {
                    PlimsollError::MarketGuarded
                } else {
                    PlimsollError::AboveTheLine
                };
                refused(&mut world, liquidate, error);
            }
            let after = margin(&world, id);
            let (before_q, after_q) = (before.equity_liquidation_q, after.equity_liquidation_q);
            assert!(before_q.abs_diff(after_q) <= 4, "{before_q} {after_q}");
        }
    }
}

/// Gives solana and wrapped solana a price whose slow price follows by a tenth.
fn lagging(world: &mut World, price_e8: u64) {
    for index in [SOL, WSOL_RISK] {
        let slow_e8 = world.risk(index).unwrap().slow_price_e8;
        let slow_e8 = (slow_e8 * 9 + price_e8) / 10;
        let update = world.update(index, price_e8).unwrap();
        let update = update.slow_price(i64::try_from(slow_e8).unwrap());
        world.publish(index, update).unwrap();
        went!(world.refresh(index));
    }
}

/// R-N1: spot of what is bought: both lose at once, and nothing is netted.
#[test]
fn r_n1_wrong_way_collateral_needs_as_much_as_both() {
    let mut world = netting(wrapped(), &[decoupled()]);
    let spot = solana(&mut world, 100, 0);
    let perp = solana(&mut world, 0, 95);
    let both = solana(&mut world, 100, 95);
    let hedged = solana(&mut world, 100, -95);
    world.advance(1);
    went!(world.refresh_all());
    let [spot, perp, both, hedged] = [spot, perp, both, hedged].map(|id| margin(&world, id));
    for (spot, perp, both, hedged) in [
        (
            spot.requirement_initial_q,
            perp.requirement_initial_q,
            both.requirement_initial_q,
            hedged.requirement_initial_q,
        ),
        (
            spot.requirement_call_q,
            perp.requirement_call_q,
            both.requirement_call_q,
            hedged.requirement_call_q,
        ),
        (
            spot.requirement_liquidation_q,
            perp.requirement_liquidation_q,
            both.requirement_liquidation_q,
            hedged.requirement_liquidation_q,
        ),
    ] {
        assert!(both.abs_diff(spot + perp) <= 10, "{spot} {perp} {both}");
        assert!(both > 2 * hedged);
    }
}

/// R-N1: what a fall does to a long on wrapped solana and to the same long on as much quote currency.
#[test]
fn r_n1_wrong_way_collateral_is_liquidated_first() {
    let mut world = wrapped();
    // 4,275 count of 30 wrapped solana.
    let wrong = pledger(&mut world, 300, 30);
    let right = pledger(&mut world, 4_575, 0);
    for id in [wrong, right] {
        open(&mut world, id, SOL, 100 * SOL_LOTS);
    }
    let mut fallen_at = [None, None];
    for percent in 1..30 {
        world.advance(60);
        price_sol(&mut world, e8(150) / 100 * (100 - percent));
        for (place, id) in [wrong, right].into_iter().enumerate() {
            if state(&world, id) >= AccountState::Liquidatable {
                fallen_at[place].get_or_insert(percent);
            }
        }
    }
    let [Some(wrong), Some(right)] = fallen_at else {
        panic!("{fallen_at:?}")
    };
    assert!(wrong + 4 <= right, "{wrong} {right}");
}

/// R-K3: of a perp that spot joins, where both prices move at once, whichever is larger.
#[test]
fn r_k3_a_liquidation_price_takes_perp_and_spot_together() {
    for (coins, deposit) in [
        (-105, 100),
        (-120, 500),
        (-200, 3_000),
        (-300, 5_000),
        (95, 1_000),
    ] {
        let mut world = netting(wrapped(), &[decoupled()]);
        let id = pledger(&mut world, deposit, 100);
        open(&mut world, id, SOL, coins * SOL_LOTS);
        let report = world.report(id).unwrap();
        let line_e8 = report.positions[0].liquidation_price_e8;
        let account = *world.account(id).unwrap();
        let headroom_at = |price_e8: u64| {
            let at = |index| {
                let mut risk = *world.risk(index).unwrap();
                (risk.price_e8, risk.slow_price_e8) = (price_e8, price_e8);
                risk
            };
            let (perp, spot) = (at(SOL), at(WSOL_RISK));
            let known = Known {
                exchange: world.exchange_account().unwrap(),
                scenarios: world.scenarios().ok(),
                risk_of: |index| Some(if index == SOL { &perp } else { &spot }),
                now_seconds: world.now_seconds(),
            };
            let margin = known.margin(&Planned::unchanged(&account)).unwrap();
            margin.headroom_liquidation_q()
        };
        assert!(headroom_at(report.positions[0].price_e8) > 0);
        assert!(headroom_at(line_e8) >= 0, "{coins}: {line_e8}");
        let further_e8 = line_e8 / 1_000;
        let beyond_e8 = if coins < 0 {
            line_e8 + further_e8
        } else {
            line_e8 - further_e8
        };
        assert!(headroom_at(beyond_e8) < 0, "{coins}: {line_e8}");
    }
}
