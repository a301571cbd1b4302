//! A market that owes more than what backs it.

use crate::by_hand::profit_q;
use plimsoll_risk::deleverage::{deficit_q, Backing};
use plimsoll_risk::pool::drawable_q;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{btc_spec, built, e8, holder, price, unbacked, units, went, BTC, COIN};

/// Lots of those who are ahead.
const GAINS: [i64; 3] = [COIN, COIN / 2, COIN / 5];
/// Places of who has a claim, and of who is behind, among the traders.
pub const CLAIM: usize = 4;
pub const LOSER: usize = 5;

/// Who is in the market.
pub struct Ahead {
    pub world: World,
    pub winners: [TraderId; 3],
    /// Has left with a profit that is pending.
    pub claimant: TraderId,
    pub loser: TraderId,
}

/// Bought at 60,000; half a coin is sold at 61,000; now it is 62,000, and the pool may lose 1,000.
pub fn ahead() -> Ahead {
    market(1_000, Some(-COIN / 5))
}

/// The same without any backing, and nobody behind.
pub fn bare() -> Ahead {
    market(0, None)
}

fn market(loss_cap: u64, short_lots: Option<i64>) -> Ahead {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = 0;
        args.trade.loss_cap_q = units(loss_cap);
    });
    let mut world = unbacked(built(World::builder().market(spec)));
    let winners = GAINS.map(|lots| {
        let deposit = u64::try_from(lots).unwrap() * 3_000 / COIN as u64;
        holder(&mut world, deposit, lots)
    });
    let claimant = holder(&mut world, 20_000, COIN / 2);
    let loser = match short_lots {
        Some(lots) => holder(&mut world, 2_000, lots),
        None => claimant,
    };
    price(&mut world, 60_500);
    went!(world.trade(claimant, BTC, Order::reduce(-COIN / 2), e8(61_000)));
    price(&mut world, 61_500);
    price(&mut world, 62_000);
    assert_eq!(claimant, TraderId(CLAIM));
    Ahead {
        world,
        winners,
        claimant,
        loser,
    }
}

/// An epoch from its opening to its end, with everybody registered.
#[track_caller]
pub fn registered(world: &mut World, winners: &[TraderId]) {
    went!(world.open_deleveraging(BTC));
    for id in winners {
        went!(world.register(*id, BTC));
    }
    world.advance(600);
    went!(world.close_deleveraging(BTC));
    for id in winners {
        went!(world.deleverage(*id, BTC));
    }
}

/// What a trader is ahead at the market's price, quote atoms.
pub fn open_q(world: &World, id: TraderId) -> u64 {
    let risk = world.risk(BTC).unwrap();
    let slot = world.account(id).unwrap().positions[0];
    u64::try_from(profit_q(&slot, risk.price_e8, risk)).unwrap()
}

/// What the market owes beyond its backing at its price, quote atoms.
pub fn deficit(world: &World) -> u64 {
    let (market, risk) = (world.market(BTC).unwrap(), world.risk(BTC).unwrap());
    let sums = market.open_interest();
    let open_q = sums
        .traders_profit_down(risk.price_e8, risk.lot_divisor)
        .unwrap();
    let pool_q = world.pool().unwrap().cash_q;
    let backing = Backing {
        cash_q: market.payable_q(),
        drawable_q: drawable_q(pool_q, market.drawn_q, market.params.loss_cap_q).unwrap(),
        insurable_q: 0,
    };
    deficit_q(market.unpaid_q, open_q, &backing).unwrap()
}
