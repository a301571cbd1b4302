//! What a book needs as a whole: spot against perps, markets against each other, and what none of it changes:
//! the liquidation line.

use crate::collateral_support::{
    decoupled, lots_worth, open, pledger, price_sol, wrapped, ETH, SOL, SOL_ATOMS, SOL_LOTS, WSOL,
    WSOL_RISK,
};
use plimsoll::error::PlimsollError;
use plimsoll::view::Planned;
use plimsoll_client::margin::Known;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::HEDGED_FLOOR_PPM;
use plimsoll_risk::portfolio::Row;
use plimsoll_risk::units::share_up;
use plimsoll_testkit::{MarketSpec, TraderId, World};
use plimsoll_tests::{built, e8, refused, state, three_markets, units, went, BTC};

/// R-N6: the least share of the gross that books of these tests must hold, ppm.
const FLOOR_PPM: u32 = 400_000;

/// A world with stress rows.
fn netting(mut world: World, rows: &[Row]) -> World {
    went!(world.create_scenarios(FLOOR_PPM, rows));
    world
}

fn margin(world: &World, id: TraderId) -> Margin {
    world.margin(id).unwrap()
}

/// 10,000 quote units, so many wrapped solana, so many solana in the market.
fn solana(world: &mut World, pledged: u64, coins: i64) -> TraderId {
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

/// A trader long so much bitcoin and short so much ether, in quote units.
fn hedged(world: &mut World, bitcoin: u64, ether: u64) -> TraderId {
    let id = went!(world.new_trader(units(50_000)));
    let lots = lots_worth(world, BTC, bitcoin);
    open(world, id, BTC, lots);
    let lots = lots_worth(world, ETH, ether);
    open(world, id, ETH, -lots);
    id
}

/// R-N6: between the floor of the gross and the gross, for any hedge; the liquidation line knows no netting.
#[test]
fn r_n4_r_n6_a_hedged_book_needs_less_with_rows_and_never_less_than_the_floor() {
    let mut world = three_markets();
    let ids: Vec<TraderId> = [(300, 300), (300, 200), (300, 50), (100, 300), (300, 1)]
        .into_iter()
        .map(|(bitcoin, ether)| hedged(&mut world, bitcoin * 1_000, ether * 1_000))
        .collect();
    world.advance(1);
    went!(world.refresh_all());
    let netted = netting(world.clone(), &[]);
    let split = netting(world.clone(), &[decoupled()]);
    let mut opposed = [0; 16];
    (opposed[usize::from(BTC)], opposed[usize::from(ETH)]) = (-10_000, 10_000);
    let opposed = netting(world.clone(), &[opposed]);
    for id in ids {
        let gross = margin(&world, id);
        let parts = world.parts(id).unwrap();
        let alone = |of: fn(&Margin) -> u64| -> Vec<u64> {
            parts.iter().map(|position| of(&position.part)).collect()
        };
        for of in [
            |margin: &Margin| margin.requirement_initial_q,
            |margin: &Margin| margin.requirement_call_q,
        ] {
            let gross_q = of(&gross);
            let parts_q = alone(of);
            assert_eq!(gross_q, parts_q.iter().sum::<u64>(), "R-A1: the sum");
            let netted_q = of(&margin(&netted, id));
            assert!(netted_q >= share_up(gross_q, FLOOR_PPM).unwrap());
            assert!(netted_q < gross_q);
            // R-N3: no hedge lets a market need less than it needs alone. R-N4: two saves 29 % at most.
            let most_q = parts_q.iter().copied().max().unwrap();
            assert!(netted_q >= most_q - most_q / 1_000, "{netted_q} {most_q}");
            assert!(netted_q >= gross_q / 1_000 * 707);
            // R-N5: rows only raise, up to the gross.
            let split_q = of(&margin(&split, id));
            assert!((netted_q..=gross_q).contains(&split_q));
            assert_eq!(of(&margin(&opposed, id)), gross_q);
        }
        for world in [&netted, &split, &opposed] {
            let margin = margin(world, id);
            assert_eq!(
                margin.requirement_liquidation_q,
                gross.requirement_liquidation_q
            );
            assert_eq!(margin.equity_liquidation_q, gross.equity_liquidation_q);
            assert_eq!(margin.equity_call_q, gross.equity_call_q);
            assert_eq!(margin.equity_initial_q, gross.equity_initial_q);
        }
    }
    let pair = margin(&netted, TraderId(1));
    let gross = margin(&world, TraderId(1));
    assert!(pair.requirement_call_q * 4 < gross.requirement_call_q * 3);
}

/// R-N5: a row that moves markets apart costs what it says.
#[test]
fn r_n5_a_row_decides_where_it_is_the_worst() {
    let mut world = three_markets();
    let id = hedged(&mut world, 300_000, 300_000);
    world.advance(1);
    went!(world.refresh_all());
    let mut row = [0; 16];
    (row[usize::from(BTC)], row[usize::from(ETH)]) = (-10_000, 5_000);
    let with = margin(&netting(world.clone(), &[row]), id);
    let parts = world.parts(id).unwrap();
    let [bitcoin, ether] = [0, 1].map(|place| parts[place].part.requirement_initial_q);
    let expected_q = bitcoin + ether / 2;
    let found_q = with.requirement_initial_q;
    assert!(
        expected_q.abs_diff(found_q) * 200 < expected_q,
        "{found_q} {expected_q}"
    );
}

/// An alt five times as wild as bitcoin, listed twice.
fn with_alts() -> World {
    let alt = MarketSpec::sol().with(|args| {
        args.risk.variance_seed_e18 *= 25;
    });
    built(
        World::builder()
            .markets([MarketSpec::btc(), MarketSpec::eth()])
            .markets([alt.clone().numbered(8), alt.numbered(9)]),
    )
}

/// R-N7, R-N3: a small wild short does not hedge a large calm long.
#[test]
fn r_n7_a_million_of_bitcoin_is_not_hedged_by_twenty_thousand_of_an_alt() {
    let mut world = netting(with_alts(), &[]);
    let deposit = units(200_000);
    let (alone, pair) = (
        went!(world.new_trader(deposit)),
        went!(world.new_trader(deposit)),
    );
    for id in [alone, pair] {
        let lots = lots_worth(&world, BTC, 1_000_000);
        open(&mut world, id, BTC, lots);
    }
    let lots = lots_worth(&world, 2, 20_000);
    open(&mut world, pair, 2, -lots);
    world.advance(1);
    went!(world.refresh_all());
    let (alone, pair) = (margin(&world, alone), margin(&world, pair));
    assert!(pair.requirement_initial_q >= alone.requirement_initial_q);
    assert!(pair.requirement_call_q >= alone.requirement_call_q);

    // Bitcoin and ether as two legs, so that neither alone is the whole; two alts against them.
    let (calm, wild) = (
        went!(world.new_trader(deposit)),
        went!(world.new_trader(deposit)),
    );
    for id in [calm, wild] {
        for market in [BTC, ETH] {
            let lots = lots_worth(&world, market, 500_000);
            open(&mut world, id, market, lots);
        }
    }
    for market in [2, 3] {
        let lots = lots_worth(&world, market, 20_000);
        open(&mut world, wild, market, -lots);
    }
    world.advance(1);
    went!(world.refresh_all());
    let alts_q: u64 = world.parts(wild).unwrap()[2..]
        .iter()
        .map(|position| position.part.requirement_initial_q)
        .sum();
    let (calm, wild) = (margin(&world, calm), margin(&world, wild));
    let saved_q = calm
        .requirement_initial_q
        .saturating_sub(wild.requirement_initial_q);
    // A dollar of the alts offsets what a dollar of the long loses in the mean, never what it itself gains.
    let mean_q = calm.requirement_initial_q / 1_000_000 * 40_000;
    assert!(saved_q <= mean_q / 100 * 101, "{saved_q} {mean_q}");
    assert!(alts_q > 3 * mean_q, "{alts_q} {mean_q}: the alts are wild");
    assert!(wild.requirement_initial_q < calm.requirement_initial_q);
}

/// R-N1: what is released from a hedge is asked for at once.
#[test]
fn r_n1_a_hedge_that_shrinks_is_needed() {
    let mut world = netting(wrapped(), &[decoupled()]);
    let id = solana(&mut world, 100, -95);
    let naked = solana(&mut world, 0, -95);
    let requirement_q = |world: &World, id| margin(world, id).requirement_initial_q;
    let (first, most) = (requirement_q(&world, id), requirement_q(&world, naked));
    let mut before = first;
    for left in [80, 60, 40, 20, 0] {
        let held = world.pledged(id, WSOL).unwrap();
        went!(world.release(id, WSOL, held - left * SOL_ATOMS));
        let after = requirement_q(&world, id);
        // R-H3: what the size of spot adds, netted with nothing, is less with less of it.
        assert!(after >= before - before / 500, "{before} {after}");
        before = after;
    }
    assert!(
        first < most / 2 && before == most,
        "{first} {before} {most}"
    );
}
