//! Moving the skew where it is free and back where it pays; trading around another's order; a
//! premium that takes more than any margin.

use crate::attacks_support::{balance_q, leave, open, owned_q};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{built, deep, e8, earned_q, price_in, state, unbacked, units, went};

const SOL: u16 = 0;
/// A large position, and what the small account has of it for every fifth that it takes.
const LARGE: i64 = 300_000_000;
const FIFTH: i64 = LARGE / 5;

/// Who moves the short account back, minute by minute.
#[derive(Clone, Copy, PartialEq)]
enum Exit {
    Cuts,
    Liquidations,
    Orders,
}

/// Two accounts of one person, long and short, hedged outside; the price rises by three tenths of a
/// percent a minute. Returns what the person has won with hedge and keeper's fees, quote atoms.
fn round_q(exit: Exit, fifths: i64) -> i64 {
    let mut world = unbacked(built(World::builder().market(deep(MarketSpec::sol()))));
    let deposits = [10_000_000, 600_000 * fifths.unsigned_abs()];
    let long = went!(world.new_trader(units(deposits[0])));
    let short = went!(world.new_trader(units(deposits[1])));
    for fifth in 0..5 {
        open(&mut world, long, SOL, FIFTH, e8(150));
        if fifth < fifths {
            open(&mut world, short, SOL, -FIFTH, e8(150));
        }
    }
    let (mut price_e8, mut hedge_q, mut forced) = (e8(150), 0, false);
    for _ in 0..60 {
        let next_e8 = price_e8 * 1_003 / 1_000;
        let net = world.lots(long, SOL).unwrap() + world.lots(short, SOL).unwrap();
        hedge_q -= i128::from(net) * i128::from(next_e8 - price_e8) / 100_000;
        price_e8 = next_e8;
        price_in(&mut world, SOL, price_e8);
        forced |= shrunk(&mut world, short, exit, price_e8);
        if world.lots(short, SOL).unwrap() > -FIFTH * fifths / 15 {
            break;
        }
    }
    assert!(forced, "nothing was reduced");
    leave(&mut world, long, SOL, price_e8);
    leave(&mut world, short, SOL, price_e8);
    let own_q = owned_q(&world, long) + owned_q(&world, short) + earned_q(&world);
    own_q - units(deposits[0] + deposits[1]) as i64 + i64::try_from(hedge_q).unwrap()
}

/// Reduces the account as far as it may be reduced now; whether there was anything.
fn shrunk(world: &mut World, id: TraderId, exit: Exit, price_e8: u64) -> bool {
    match (state(world, id), exit) {
        (AccountState::Healthy, _) | (AccountState::MarginCall, Exit::Liquidations) => {
            return false
        }
        (AccountState::MarginCall, Exit::Cuts) => {
            went!(world.cut(id, SOL));
        }
        (AccountState::MarginCall, Exit::Orders) => {
            let mut imagined = world.clone();
            went!(imagined.cut(id, SOL));
            let lots = imagined.lots(id, SOL).unwrap() - world.lots(id, SOL).unwrap();
            went!(world.trade(id, SOL, Order::reduce(lots), price_e8));
        }
        _ => {
            went!(world.liquidate(id, SOL));
        }
    }
    true
}

#[test]
fn cuts_of_a_fifth_move_the_skew_for_nothing_but_gain_nothing() {
    let won_q = round_q(Exit::Cuts, 1);
    assert!(won_q <= 0, "{won_q}");
}

#[test]
fn cuts_of_everything_move_the_skew_for_nothing_but_gain_nothing() {
    let won_q = round_q(Exit::Cuts, 5);
    assert!(won_q <= 0, "{won_q}");
}

#[test]
fn liquidations_move_the_skew_but_gain_nothing() {
    for fifths in [1, 5] {
        let won_q = round_q(Exit::Liquidations, fifths);
        assert!(won_q <= 0, "{fifths}: {won_q}");
    }
}

#[test]
fn orders_in_place_of_cuts_gain_nothing_either() {
    let won_q = round_q(Exit::Orders, 5);
    assert!(won_q <= 0, "{won_q}");
}

/// What somebody wins who buys before and sells after another's largest order, all at one update,
/// and earns the keeper's fees of their own orders. Quote atoms.
fn sandwich_q(base: &World, side: i64, orders: u64) -> i64 {
    let mut world = base.clone();
    let price_e8 = world.risk(SOL).unwrap().price_e8;
    let params = world.market(SOL).unwrap().params;
    let largest = params.order_lots_max as i64 * side;
    let victim = went!(world.new_trader(units(5_000_000)));
    let deposit = 10_000_000;
    let attacker = went!(world.new_trader(units(deposit)));
    let victims = went!(world.place(victim, SOL, Order::market(largest)));
    let mut placed = Vec::new();
    for lots in [largest, -largest] {
        for _ in 0..orders {
            placed.push(went!(world.place(attacker, SOL, Order::market(lots))));
        }
    }
    world.advance(i64::from(params.order_delay_seconds));
    went!(world.set_price(SOL, price_e8));
    let (before, after) = placed.split_at(orders as usize);
    for order_id in before {
        went!(world.settle(attacker, SOL, *order_id));
    }
    assert_eq!(world.lots(attacker, SOL), Ok(largest * orders as i64));
    went!(world.settle(victim, SOL, victims));
    assert_eq!(world.lots(victim, SOL), Ok(largest));
    for order_id in after {
        went!(world.settle(attacker, SOL, *order_id));
    }
    assert_eq!(world.lots(attacker, SOL), Ok(0));
    let fees_q = 2 * orders * params.keeper_fee_q;
    owned_q(&world, attacker) + fees_q as i64 - units(deposit) as i64
}

#[test]
fn trading_around_the_largest_order_at_one_price_gains_nothing() {
    let steepest = MarketSpec::sol().with(|args| args.trade.order_lots_max = 48_000_000);
    for spec in [
        MarketSpec::btc(),
        MarketSpec::eth(),
        MarketSpec::sol(),
        steepest,
    ] {
        let world = unbacked(built(World::builder().market(deep(spec.clone()))));
        for side in [1, -1] {
            for orders in [1, 4] {
                let won_q = sandwich_q(&world, side, orders);
                assert!(won_q <= 0, "{}, {side}, {orders}: {won_q}", spec.name);
            }
        }
    }
}

#[test]
fn leaving_at_the_steepest_premium_costs_less_than_the_floor() {
    let mut world = unbacked(built(World::builder().market(deep(MarketSpec::sol()))));
    let params = world.market(SOL).unwrap().params;
    let all = params.open_interest_cap_lots as i64;
    let lots = params.order_lots_max as i64;
    let small = went!(world.new_trader(units(400_000)));
    let large = went!(world.new_trader(units(13_000_000)));
    open(&mut world, small, SOL, -lots, e8(150));
    let free_q = world.margin(small).unwrap().free_q();
    went!(world.withdraw(small, free_q));
    open(&mut world, large, SOL, all, e8(150));
    let before_q = balance_q(&world, small);
    leave(&mut world, small, SOL, e8(150));
    let paid_q = before_q - balance_q(&world, small);
    let floor_ppm = i64::from(world.risk(SOL).unwrap().params.floor_ppm);
    // Lots of 0.15 quote units.
    assert!(paid_q < lots * 150_000 / 1_000_000 * floor_ppm, "{paid_q}");
    assert!(balance_q(&world, small) > 0);
    leave(&mut world, large, SOL, e8(150));
    let won_q = owned_q(&world, large) - units(13_000_000) as i64;
    assert!(won_q <= paid_q, "{won_q} of {paid_q}");
}
