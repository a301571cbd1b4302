//! Carry in the books: what traders pay and the pool gains is the same, to the atom, however trades,
//! prices, sweeps and refreshes interleave.

use crate::random::Random;
use plimsoll::events::OrderOutcome;
use plimsoll_risk::position::{OpenInterest, Position};
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc_spec, built, deep, e8, event, units, went, BTC, COIN};

const TRADERS: u64 = 7;

/// Fast rates, so that an hour of carry is much more than rounding.
fn world() -> World {
    let spec = deep(btc_spec()).carrying().with(|args| {
        args.carry.velocity_ppm = 10_000_000;
        args.carry.funding_cap_ppm = 100_000;
        args.carry.borrow_full_ppm = 50_000;
        args.trade.loss_cap_q = units(500_000_000);
    });
    built(World::builder().market(spec).pool(units(500_000_000)))
}

/// Market and pool together, less what waits to be paid, quote atoms.
fn cash_q(world: &World) -> i64 {
    let market = world.market(BTC).unwrap();
    let held_q = market.cash_q + world.pool().unwrap().cash_q;
    i64::try_from(held_q).unwrap() - i64::try_from(market.unpaid_q).unwrap()
}

/// R-Q1, R-C6: the sums value the market as all positions together do, each with its own carry.
fn check_worth(world: &World, ids: &[TraderId]) {
    let risk = world.risk(BTC).unwrap();
    let mut folded = OpenInterest::default();
    for id in ids {
        let account = world.account(*id).unwrap();
        if let Some(place) = account.position_in(BTC) {
            let carried = account.positions[place].carried();
            let position = risk.carry().folded(&carried).unwrap();
            folded = folded.replace(Position::default(), position).unwrap();
        }
    }
    let traders_q = folded
        .traders_profit_down(risk.price_e8, risk.lot_divisor)
        .unwrap();
    let sums = world.market(BTC).unwrap();
    let sums = sums.carried_interest_up(&risk.carry()).unwrap();
    let together_q = sums
        .traders_profit_down(risk.price_e8, risk.lot_divisor)
        .unwrap();
    let lower_by_q = together_q - traders_q;
    assert!((0..TRADERS as i64).contains(&lower_by_q), "{lower_by_q}");
}

/// One run: the pool gains what fills cost and what carry took, and nothing is left behind.
fn run(seed: u64) {
    let mut random = Random(seed);
    let mut world = world();
    let ids: Vec<_> = (0..TRADERS)
        .map(|_| went!(world.new_trader(units(20_000_000))))
        .collect();
    let before_q = cash_q(&world);
    let (mut price_e8, mut gained_q, mut carried_q) = (e8(60_000), 0, 0);
    let mut trade = |world: &mut World, id, order, price_e8| {
        let settled = event!(went!(world.trade(id, BTC, order, price_e8)), OrderSettled);
        assert_eq!(settled.outcome, OrderOutcome::Filled);
        gained_q += settled.cost_q + settled.carry_q;
        carried_q += settled.carry_q.abs();
    };
    for step in 0..60 {
        match random.below(5) {
            0 => {
                let _ = world.sweep(BTC);
            }
            1 | 2 => {
                world.advance(i64::try_from(1 + random.below(7_200)).unwrap());
                price_e8 = price_e8 * (990 + random.below(21)) / 1_000;
                went!(world.jump(BTC, price_e8));
            }
            _ => {
                let id = ids[random.below(TRADERS) as usize];
                let size = i64::try_from(1_000 + random.below(60 * COIN as u64)).unwrap();
                let lots = if random.below(2) == 0 { size } else { -size };
                world.advance(1);
                went!(world.refresh_all());
                trade(&mut world, id, Order::market(lots), price_e8);
            }
        }
        world.check_invariants().unwrap();
        if step % 10 == 9 {
            world.advance(1);
            went!(world.refresh_all());
            check_worth(&world, &ids);
        }
    }
    for id in ids {
        let lots = world.lots(id, BTC).unwrap();
        if lots != 0 {
            trade(&mut world, id, Order::reduce(-lots), price_e8);
        }
    }
    let market = world.market(BTC).unwrap();
    let sums = (market.open_interest(), market.carry_sums());
    assert_eq!(sums, Default::default(), "nothing is left behind");
    assert_eq!(cash_q(&world) - before_q, gained_q, "to the atom");
    assert!(
        carried_q > units(1_000) as i64,
        "{carried_q} is hardly anything"
    );
}

#[test]
fn r_c5_r_c6_what_traders_pay_the_pool_gains_to_the_atom() {
    for seed in 0..6 {
        run(seed);
    }
}
