//! R-N between underlyings, on the compiled program: hedges by stress rows, their floor, and what a dollar of a hedge is
//! worth.

use crate::collateral_support::{decoupled, lots_worth, open, wrapped, ETH, SOL_ATOMS, WSOL};
use crate::portfolio::{margin, netting, solana, FLOOR_PPM};
use plimsoll_risk::account::Margin;
use plimsoll_risk::units::share_up;
use plimsoll_testkit::{MarketSpec, TraderId, World};
use plimsoll_tests::{built, three_markets, units, went, BTC};

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
    assert!(pair.requirement_initial_q * 4 < gross.requirement_initial_q * 3);
    // R-A1: netted below the liquidation line, it is called a tenth above.
    let line_q = pair.requirement_liquidation_q;
    let least_q = line_q + share_up(line_q, 100_000).unwrap();
    assert_eq!(pair.requirement_call_q, least_q);
    assert!(least_q < gross.requirement_call_q);
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
