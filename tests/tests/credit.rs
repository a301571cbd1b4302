//! R-A5: open profit counts at the call line as far as market and pool could pay it, alike for all who
//! are ahead; the liquidation line does not know it.

use crate::by_hand::profit_q;
use plimsoll::error::PlimsollError;
use plimsoll::events::MarketSwept;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, TraderId, World};
use plimsoll_tests::{
    btc_spec, built, e8, event, holder, price_in, refused, state, unbacked, units, went, BTC, COIN,
};

const ETH: u16 = 1;

/// Bitcoin and ether, each with 3,000 quote units in cash, and an empty pool.
fn poor() -> World {
    let target = |spec: MarketSpec| {
        spec.with(|args| {
            args.trade.cash_target_q = units(3_000);
            args.trade.loss_cap_q = units(50_000);
        })
    };
    let specs = [target(btc_spec()), target(MarketSpec::eth())];
    unbacked(built(World::builder().markets(specs).pool(units(6_000))))
}

/// Rises by a hundredth a minute until it is a tenth.
#[track_caller]
fn risen(world: &mut World, markets: &[(u16, u64)]) {
    for step in 1..=10 {
        world.advance(60);
        for (market, quote) in markets {
            went!(world.set_price(*market, e8(quote / 100 * (100 + step))));
        }
    }
}

/// The open profit of an account's position in bitcoin, quote atoms.
fn open_q(world: &World, id: TraderId) -> i64 {
    let risk = world.risk(BTC).unwrap();
    profit_q(
        &world.account(id).unwrap().positions[0],
        risk.price_e8,
        risk,
    )
}

#[track_caller]
fn swept(world: &mut World) -> MarketSwept {
    event!(went!(world.sweep(BTC)), MarketSwept)
}

/// Cash of 3,000 and profits of 9,000, beside a loss of 1,200.
#[test]
fn profit_that_could_not_be_paid_counts_pro_rata_for_the_call_and_whole_for_liquidation() {
    let mut world = poor();
    let winners = [(20_000, COIN), (10_000, COIN / 2)];
    let winners = winners.map(|(deposit, lots)| holder(&mut world, deposit, lots));
    let loser = holder(&mut world, 20_000, -COIN / 5);
    risen(&mut world, &[(BTC, 60_000)]);
    let profits_q = winners.map(|id| open_q(&world, id));
    let loss_q = open_q(&world, loser);
    assert!(profits_q[0] > 5_999_000_000 && loss_q < -1_199_000_000);
    let untold = winners.map(|id| world.margin(id).unwrap());
    let event = swept(&mut world);
    let claims_q: i64 = profits_q.iter().sum();
    // Both profits were rounded down, their sum once.
    let shares = [claims_q, claims_q + 1].map(|claims_q| {
        let backing = u128::from(units(3_000)) * 1_000_000;
        u32::try_from(backing / u128::try_from(claims_q).unwrap()).unwrap()
    });
    assert!(shares.contains(&event.credit_ppm), "{shares:?} {event:?}");
    assert_eq!(world.risk(BTC).unwrap().credit_ppm, event.credit_ppm);
    assert_eq!(
        (event.moved_q, event.open_interest_lots),
        (0, 1_500_000),
        "the larger side, R-S5"
    );
    for ((id, profit_q), untold) in winners.into_iter().zip(profits_q).zip(untold) {
        let report = world.report(id).unwrap();
        assert_eq!(report, world.expected_report(id).unwrap());
        let credited_q = i128::from(profit_q) * i128::from(event.credit_ppm) / 1_000_000;
        let balance_q = report.balance_q;
        assert_eq!(
            i128::from(report.equity_call_q),
            i128::from(balance_q) + credited_q
        );
        assert_eq!(report.equity_liquidation_q, balance_q + profit_q);
        assert_eq!(report.equity_initial_q, balance_q, "not at all, R-A2");
        assert_eq!(untold.equity_call_q, balance_q + profit_q);
        assert_eq!(untold.equity_liquidation_q, report.equity_liquidation_q);
    }
    let report = world.report(loser).unwrap();
    assert_eq!(report.equity_call_q, report.balance_q + loss_q, "in full");

    let again = world.sweep_instruction(BTC).unwrap();
    refused(&mut world, again, PlimsollError::NothingToMove);
    // Until somebody tells it, the share stays; where cash covers the claims again it is one.
    for quote in [65_000, 64_000, 63_000, 62_000, 61_800] {
        price_in(&mut world, BTC, e8(quote));
    }
    assert_eq!(world.risk(BTC).unwrap().credit_ppm, event.credit_ppm);
    let event = swept(&mut world);
    assert_eq!((event.moved_q, event.credit_ppm), (0, 1_000_000));
    for id in winners {
        let whole_q = world.account(id).unwrap().balance_q + open_q(&world, id);
        assert_eq!(world.margin(id).unwrap().equity_call_q, whole_q);
    }
}

/// The pool backs no more of a market than the market may still draw.
#[test]
fn a_pool_backs_what_a_market_may_draw() {
    let spec = btc_spec().with(|args| {
        args.trade.cash_target_q = units(1_000);
        args.trade.loss_cap_q = units(1_500);
    });
    let mut world = unbacked(built(World::builder().market(spec).pool(units(1_000_000))));
    let id = holder(&mut world, 20_000, COIN);
    risen(&mut world, &[(BTC, 60_000)]);
    let profit_q = u128::try_from(open_q(&world, id)).unwrap();
    let event = swept(&mut world);
    let share = u128::from(units(1_500)) * 1_000_000 / profit_q;
    assert_eq!(u128::from(event.credit_ppm), share, "{event:?}");
}

/// A profit in bitcoin against a loss in ether: where the profit cannot be paid the account is called, and
/// not liquidated; backed again it is healthy.
#[test]
fn a_hedge_whose_profit_cannot_be_paid_is_called_and_not_liquidated() {
    let mut world = poor();
    let id = went!(world.new_trader(units(4_700)));
    went!(world.trade(id, BTC, Order::market(COIN), e8(60_000)));
    went!(world.set_price(ETH, e8(3_000)));
    went!(world.trade(id, ETH, Order::market(-2_000_000), e8(3_000)));
    risen(&mut world, &[(BTC, 60_000), (ETH, 3_000)]);
    assert_eq!(state(&world, id), AccountState::Healthy);
    let before = world.margin(id).unwrap();
    let event = swept(&mut world);
    assert!(event.credit_ppm < 510_000);
    let margin = world.margin(id).unwrap();
    assert_eq!(margin.state(), AccountState::MarginCall, "{margin:?}");
    assert_eq!(
        (margin.equity_liquidation_q, margin.requirement_call_q),
        (before.equity_liquidation_q, before.requirement_call_q)
    );
    let force = world.liquidate_instruction(id, BTC).unwrap();
    refused(&mut world, force, PlimsollError::AboveTheLine);
    let mut cut = world.clone();
    let event = event!(went!(cut.cut(id, ETH)), PositionCut);
    assert!(event.lots > 0);
    went!(world.deposit_pool("provider", 1, units(20_000)));
    assert_eq!(swept(&mut world).credit_ppm, 1_000_000);
    assert_eq!(state(&world, id), AccountState::Healthy);
}
