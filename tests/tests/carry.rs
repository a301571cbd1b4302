//! What holding costs (R-C): funding between the sides, the fee for the pool, and nobody escapes either.

use plimsoll::events::{MarketRefreshed, OrderOutcome, OrderSettled};
use plimsoll::state::MarketRisk;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{
    btc_spec, built, deep, e8, event, holder, price, state, unbacked, units, went, BTC, COIN,
};
use std::sync::LazyLock;

/// 9 % a day in a day at a skew of 1,000 coins, up to 1 % a day.
fn spec() -> MarketSpec {
    deep(btc_spec()).carrying()
}

fn carrying() -> World {
    static WORLD: LazyLock<World> =
        LazyLock::new(|| unbacked(built(World::builder().market(spec()))));
    WORLD.clone()
}

/// Funding alone, and fast: 100 % a day in a day at a skew of 1,000 coins.
fn funded() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(|| {
        let spec = spec().with(|args| {
            args.carry.velocity_ppm = 1_000_000;
            args.carry.borrow_idle_ppm = 0;
            args.carry.borrow_kink_ppm = 0;
            args.carry.borrow_full_ppm = 0;
        });
        unbacked(built(World::builder().market(spec)))
    });
    WORLD.clone()
}

/// Lets so many minutes pass at the price that stands.
fn minutes(world: &mut World, minutes: u64) -> MarketRefreshed {
    let mut last = None;
    for _ in 0..minutes {
        world.advance(60);
        let refreshed = went!(world.set_price(BTC, e8(60_000)));
        last = Some(event!(refreshed, MarketRefreshed));
    }
    last.expect("at least one minute")
}

fn risk(world: &World) -> MarketRisk {
    *world.risk(BTC).unwrap()
}

/// What a position owes in carry as of the last refresh, quote atoms.
fn due_q(world: &World, id: TraderId) -> i64 {
    let account = world.account(id).unwrap();
    let slot = account.positions[account.position_in(BTC).unwrap()];
    risk(world).carry().due_up(&slot.carried()).unwrap()
}

fn settled(
    world: &mut World,
    id: TraderId,
    order: plimsoll::instructions::PlaceOrderArgs,
) -> OrderSettled {
    let sent = went!(world.trade(id, BTC, order, e8(60_000)));
    let event = event!(sent, OrderSettled);
    assert_eq!(event.outcome, OrderOutcome::Filled);
    event
}

#[test]
fn r_c1_the_larger_side_pays_the_smaller_and_the_rate_follows_the_skew() {
    let mut world = carrying();
    let long = holder(&mut world, 4_000_000, 100 * COIN);
    let short = holder(&mut world, 1_000_000, -20 * COIN);
    let before = minutes(&mut world, 1);
    assert_eq!(before.funding_e18, 0, "nobody has told the skew");
    let swept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!(swept.skew_ppm, 80_000, "80 of 1,000 coins");
    // An hour at 9 % · 0.08 a day in a day: 300 ppm a day, of 11,574,074.07 each, a rounding a minute.
    let hour = minutes(&mut world, 60);
    assert_eq!(hour.funding_e18, 3_472_222_200);
    assert_eq!(hour.carry_index, risk(&world).carry_index);
    // In the mean 150 ppm a day for an hour on 6 million, 37.50, and on 1.2 million, 7.50. The pool could pay
    // 5 million, of which longs ask 12 % and shorts 2.4: fees of 62 and 28.4 ppm a day, 15.50 and 1.42.
    let (paid_q, earned_q) = (due_q(&world, long), -due_q(&world, short));
    assert!((52_900_000..53_200_000).contains(&paid_q), "{paid_q}");
    assert!((6_000_000..6_100_000).contains(&earned_q), "{earned_q}");

    // The longs leave: the rate turns, and after another hour and a quarter longs are paid.
    settled(&mut world, long, Order::reduce(-90 * COIN));
    let swept = event!(went!(world.sweep(BTC)), MarketSwept);
    assert_eq!(swept.skew_ppm, -10_000);
    let before = risk(&world).carry_index;
    let after = minutes(&mut world, 60);
    // 2 ppm a day for the seconds of the order before the sweep, then an eighth as fast as before.
    let fallen_e18 = hour.funding_e18 - after.funding_e18;
    assert!(
        (400_000_000..435_000_000).contains(&fallen_e18),
        "{fallen_e18}"
    );
    assert!(
        after.carry_index[0] > before[0],
        "still positive: longs pay"
    );
}

#[test]
fn r_c1_the_rate_stops_at_its_cap() {
    let mut world = funded();
    holder(&mut world, 4_000_000, 100 * COIN);
    went!(world.sweep(BTC));
    // 10 % a day in a day: the cap of 1 % after 144 minutes.
    let cap_e18 = 115_740_740_740;
    assert!(minutes(&mut world, 143).funding_e18 < cap_e18);
    assert_eq!(minutes(&mut world, 2).funding_e18, cap_e18);
    assert_eq!(minutes(&mut world, 10).funding_e18, cap_e18);
}

/// R-A2: a debt counts everywhere, what is earned is open profit.
#[test]
fn carry_is_in_equity_and_clients_see_the_same() {
    let mut world = funded();
    let long = holder(&mut world, 4_000_000, 100 * COIN);
    let short = holder(&mut world, 1_000_000, -20 * COIN);
    went!(world.sweep(BTC));
    let before = [long, short].map(|id| world.report(id).unwrap());
    minutes(&mut world, 600);
    for (id, before) in [long, short].into_iter().zip(before) {
        let after = world.report(id).unwrap();
        assert_eq!(after, world.expected_report(id).unwrap());
        let due_q = due_q(&world, id);
        assert!(due_q.abs() > 1_000_000, "{due_q}");
        assert_eq!(
            after.positions[0].profit_q,
            before.positions[0].profit_q - due_q
        );
        assert_eq!(
            after.equity_liquidation_q,
            before.equity_liquidation_q - due_q
        );
        assert_eq!(after.equity_call_q, before.equity_call_q - due_q);
        let counted_q = if id == long {
            before.equity_initial_q - due_q
        } else {
            // What it earned pays the loss of opening, and what is beyond does not count.
            before.balance_q
        };
        assert_eq!(after.equity_initial_q, counted_q);
    }
}

#[test]
fn r_c5_a_fill_brings_carry_into_the_entry_and_a_close_realises_it() {
    let mut world = funded();
    let id = holder(&mut world, 4_000_000, 100 * COIN);
    went!(world.sweep(BTC));
    let mut world = unbacked(world);
    minutes(&mut world, 60);
    let entry_q = world.account(id).unwrap().positions[0].entry_q;
    let owed_q = due_q(&world, id);
    let added = settled(&mut world, id, Order::market(COIN));
    assert!(added.carry_q > owed_q, "and for the seconds of the order");
    let slot = world.account(id).unwrap().positions[0];
    assert_eq!(slot.entry_q, entry_q + added.carry_q + added.cost_q);
    assert_eq!(slot.carry_index, risk(&world).carry_index[0]);
    assert_eq!((due_q(&world, id), added.realised_q), (0, 0));
    minutes(&mut world, 60);
    let closed = settled(&mut world, id, Order::reduce(-101 * COIN));
    assert_eq!(
        closed.realised_q,
        -(slot.entry_q + closed.carry_q + closed.cost_q)
    );
}

#[test]
fn r_c5_who_turns_takes_the_index_of_the_new_side() {
    let mut world = funded();
    holder(&mut world, 4_000_000, 100 * COIN);
    let id = holder(&mut world, 1_000_000, 10 * COIN);
    went!(world.sweep(BTC));
    minutes(&mut world, 60);
    let turned = settled(&mut world, id, Order::market(-15 * COIN));
    assert!(turned.carry_q > 0);
    let slot = world.account(id).unwrap().positions[0];
    let [long_index, short_index] = risk(&world).carry_index;
    assert!(short_index < 0 && long_index > 0);
    assert_eq!((slot.lots, slot.carry_index), (-5 * COIN, short_index));
    minutes(&mut world, 60);
    assert!(due_q(&world, id) < 0, "now it is paid");
}

/// R-C3: a pool of 2.5 million, of which a market may have one; a tenth of a side must be payable.
#[test]
fn r_c2_r_c3_above_the_kink_holding_costs_more() {
    let spec = spec().with(|args| {
        args.carry.velocity_ppm = 0;
        args.trade.cash_target_q = units(500_000);
        args.trade.loss_cap_q = units(1_000_000);
    });
    let mut world = unbacked(built(World::builder().market(spec).pool(units(2_500_000))));
    let charged = |world: &mut World| {
        let swept = event!(went!(world.sweep(BTC)), MarketSwept);
        let before = risk(world).carry_index;
        let after = minutes(world, 60).carry_index;
        let hour = [0, 1].map(|side: usize| after[side] - before[side]);
        (swept.utilisation_ppm, hour)
    };
    holder(&mut world, 4_000_000, 50 * COIN);
    holder(&mut world, 1_000_000, -10 * COIN);
    let (used_ppm, below) = charged(&mut world);
    // 300,000 and 60,000 of a million, less what the premiums have added to the cash.
    assert!((299_000..=300_000).contains(&used_ppm[0]), "{used_ppm:?}");
    assert!((59_900..=60_000).contains(&used_ppm[1]), "{used_ppm:?}");
    assert!(below[0] > below[1] && below[1] > 0);
    let mut world = unbacked(world);
    holder(&mut world, 4_000_000, 100 * COIN);
    let (used_ppm, above) = charged(&mut world);
    assert!((897_000..=900_000).contains(&used_ppm[0]), "{used_ppm:?}");
    assert_eq!(above[1], below[1], "the shorts ask for no more than before");
    // 125 ppm a day at three tenths, and about 1,640 at nine.
    let times = above[0] as f64 / below[0] as f64;
    assert!((12.8..13.3).contains(&times), "{times}");
}

#[test]
fn r_c4_a_silence_is_charged_up_to_its_limit() {
    let mut world = funded();
    let id = holder(&mut world, 4_000_000, 100 * COIN);
    went!(world.sweep(BTC));
    minutes(&mut world, 60);
    let mut hour = world.clone();
    for (world, seconds) in [(&mut hour, 3_600), (&mut world, 86_400)] {
        world.advance(seconds);
        went!(world.set_price(BTC, e8(60_000)));
    }
    assert_eq!(due_q(&world, id), due_q(&hour, id));
    assert_eq!(risk(&world).funding_e18, risk(&hour).funding_e18);
}

/// R-C7: whether or not a keeper refreshes first.
#[test]
fn nobody_escapes_carry_by_closing_before_a_refresh() {
    let mut world = funded();
    let id = holder(&mut world, 4_000_000, 100 * COIN);
    went!(world.sweep(BTC));
    minutes(&mut world, 60);
    world.advance(1_800);
    let order = went!(world.place(id, BTC, Order::reduce(-100 * COIN)));
    world.advance(2);
    let update = world.update(BTC, e8(60_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let mut refreshed = world.clone();
    went!(refreshed.refresh(BTC));
    let owed_q = due_q(&refreshed, id);
    assert!(
        due_q(&world, id) < owed_q / 2,
        "most of it has yet to accrue"
    );
    for world in [&mut world, &mut refreshed] {
        let closed = event!(went!(world.settle(id, BTC, order)), OrderSettled);
        assert_eq!(closed.carry_q, owed_q);
    }
}

/// R-C7: from its own price on, neither from the refresh before nor the one after.
#[test]
fn who_opens_before_a_refresh_does_not_pay_for_the_time_before() {
    let mut world = funded();
    holder(&mut world, 4_000_000, 100 * COIN);
    went!(world.sweep(BTC));
    let mut world = unbacked(world);
    minutes(&mut world, 60);
    let id = went!(world.new_trader(units(1_000_000)));
    let order = went!(world.place(id, BTC, Order::market(10 * COIN)));
    world.advance(100);
    let update = world.update(BTC, e8(60_000)).unwrap();
    world.publish(BTC, update).unwrap();
    let opened = event!(went!(world.settle(id, BTC, order)), OrderSettled);
    assert_eq!((opened.outcome, opened.carry_q), (OrderOutcome::Filled, 0));
    went!(world.refresh(BTC));
    assert_eq!(due_q(&world, id), 0);
    minutes(&mut world, 1);
    assert!(due_q(&world, id) > 0);
}

/// R-C7: a skew that nobody tells moves the rate as if it stood: that gives the rate for the time until
/// somebody does, and no more.
#[test]
fn a_skew_told_late_earns_the_rate_until_it_is_told() {
    let mut world = funded();
    let long = holder(&mut world, 4_000_000, 100 * COIN);
    went!(world.sweep(BTC));
    let mut world = unbacked(world);
    minutes(&mut world, 60);
    settled(&mut world, long, Order::reduce(-100 * COIN));
    let short = holder(&mut world, 4_000_000, -100 * COIN);
    let mut told = world.clone();
    went!(told.sweep(BTC));
    let (late, soon) = (minutes(&mut world, 30), minutes(&mut told, 30));
    assert!(late.funding_e18 > soon.funding_e18);
    let gained_q = due_q(&told, short) - due_q(&world, short);
    // The rate rises from 0.4167 to 0.625 % a day instead of falling to 0.2083: for half an hour on 6 million.
    let most_q = i64::try_from(units(6_000_000)).unwrap() / 1_000_000 * (6_250 - 2_083) / 48;
    assert!(gained_q > 0 && gained_q < most_q, "{gained_q} {most_q}");
    let before = risk(&world).funding_e18;
    went!(world.sweep(BTC));
    assert!(minutes(&mut world, 1).funding_e18 < before);
}

/// I1 leaves that to funding: an account that pays for long enough is called, cut and liquidated.
#[test]
fn carry_alone_can_call_cut_and_liquidate() {
    let mut world = funded();
    let id = holder(&mut world, 300_000, 100 * COIN);
    assert_eq!(state(&world, id), AccountState::Healthy);
    went!(world.sweep(BTC));
    let until = |world: &mut World, wanted: AccountState| {
        for _ in 0..6_000 {
            if state(world, id) == wanted {
                return;
            }
            minutes(world, 1);
        }
        panic!("never {wanted:?}");
    };
    until(&mut world, AccountState::MarginCall);
    let owed_q = due_q(&world, id);
    assert!(owed_q > 0);
    let before = world.report(id).unwrap();
    let cut = event!(went!(world.cut(id, BTC)), PositionCut);
    assert_eq!(
        (cut.carry_q, cut.equity_before_q),
        (owed_q, before.equity_call_q)
    );
    assert_eq!(due_q(&world, id), 0);
    assert_eq!(state(&world, id), AccountState::Healthy);
    until(&mut world, AccountState::MarginCall);
    price(&mut world, 59_800);
    world.advance(60);
    price(&mut world, 59_500);
    assert!(state(&world, id) >= AccountState::Liquidatable);
    let owed_q = due_q(&world, id);
    let liquidated = event!(went!(world.liquidate(id, BTC)), PositionLiquidated);
    assert_eq!(liquidated.carry_q, owed_q);
}
