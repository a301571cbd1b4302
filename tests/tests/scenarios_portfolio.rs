//! An account with a position in each of eight markets, through every state. The invariants are checked
//! after every transaction.

use plimsoll::constants::POSITIONS_MAX;
use plimsoll::error::PlimsollError;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{MarketSpec, Order, Sent, TraderId, World};
use plimsoll_tests::{built, event, refused, state, units, went};

/// The most that the network takes of a transaction.
const TRANSACTION_BYTES: usize = 1_232;
const MARKETS: u16 = POSITIONS_MAX as u16;

fn specs() -> Vec<MarketSpec> {
    let kinds = [MarketSpec::btc, MarketSpec::eth, MarketSpec::sol];
    (0..MARKETS)
        .map(|index| kinds[usize::from(index) % 3]().numbered(u8::try_from(index).unwrap() + 1))
        .collect()
}

/// About 10,000 quote units in each market, long in two of three.
pub fn eight_positions() -> (World, TraderId) {
    let mut world = built(World::builder().markets(specs()));
    let id = went!(world.new_trader(units(6_000)));
    for index in 0..MARKETS {
        let risk = world.risk(index).unwrap();
        let price_e8 = risk.price_e8;
        let lots = units(10_000) * risk.lot_divisor / price_e8;
        let lots = i64::try_from(lots).unwrap();
        let order = Order::market(if index % 3 == 2 { -lots } else { lots });
        let placed = world.place_instruction(id, index, order).unwrap();
        fits(&went!(world.send(&[placed])));
        let order_id = world.account(id).unwrap().last_order_id;
        world.advance(2);
        went!(world.set_price(index, price_e8));
        fits(&went!(world.settle(id, index, order_id)));
        assert_eq!(world.lots(id, index), Ok(order.lots));
    }
    (world, id)
}

fn fits(sent: &Sent) {
    assert!(sent.bytes <= TRANSACTION_BYTES, "{} bytes", sent.bytes);
}

/// Moves longs' prices down and shorts' up by `ppm` of the first price.
pub fn hurt(world: &mut World, ppm: u64) {
    world.advance(60);
    for (index, spec) in (0..MARKETS).zip(specs()) {
        let change = spec.price_e8 / 1_000_000 * ppm;
        let short = index % 3 == 2;
        let price_e8 = if short {
            spec.price_e8 + change
        } else {
            spec.price_e8 - change
        };
        went!(world.jump(index, price_e8));
    }
}

#[test]
fn eight_legs_are_reported_cut_liquidated_and_bankrupt() {
    let (mut world, id) = eight_positions();
    let report = world.report(id).unwrap();
    assert_eq!(report.positions.len(), POSITIONS_MAX);
    assert!(report.fresh);
    let free_q = world.margin(id).unwrap().free_q();
    fits(&went!(world.withdraw(id, free_q / 2)));
    went!(world.deposit(id, free_q / 2));

    hurt(&mut world, 54_000);
    assert_eq!(
        state(&world, id),
        AccountState::MarginCall,
        "{:?}",
        world.margin(id)
    );
    let mut cuts = 0;
    for index in 0..MARKETS {
        if state(&world, id) == AccountState::MarginCall {
            let sent = went!(world.cut(id, index));
            fits(&sent);
            assert!(event!(sent, PositionCut).equity_after_q > 0);
            cuts += 1;
        }
    }
    assert!(cuts > 0);
    assert_eq!(
        state(&world, id),
        AccountState::Healthy,
        "{cuts} cuts helped"
    );

    hurt(&mut world, 68_000);
    assert_eq!(
        state(&world, id),
        AccountState::Liquidatable,
        "{:?}",
        world.margin(id)
    );
    let cut = world.cut_instruction(id, 0).unwrap();
    refused(&mut world, cut, PlimsollError::LiquidateInstead);
    let mut index = 0;
    while state(&world, id) == AccountState::Liquidatable {
        let before = world.margin(id).unwrap().headroom_liquidation_q();
        fits(&went!(world.liquidate(id, index)));
        assert!(world.margin(id).unwrap().headroom_liquidation_q() > before);
        index += 1;
    }
    assert!(state(&world, id) < AccountState::Liquidatable);

    hurt(&mut world, 200_000);
    assert_eq!(state(&world, id), AccountState::Bankrupt);
    let insurance_q = world.insurance().unwrap().balance_q;
    for index in 0..MARKETS {
        if world.lots(id, index).unwrap() != 0 {
            went!(world.liquidate(id, index));
        }
    }
    // Each market bears what was lost there.
    for index in 0..MARKETS {
        if world.market(index).unwrap().uncovered_q > 0 {
            went!(world.absorb(id, index));
        }
    }
    assert!(world.insurance().unwrap().balance_q < insurance_q);
    assert_eq!(world.account(id).unwrap().balance_q, 0);
    let left = (0..MARKETS).any(|index| world.lots(id, index) != Ok(0));
    assert!(!left);
}

#[test]
fn legs_of_eight_can_be_closed_in_any_order() {
    let (mut world, id) = eight_positions();
    for index in [3, 0, 7, 1, 6, 2, 5, 4] {
        world.advance(10);
        let price_e8 = world.risk(index).unwrap().price_e8;
        let lots = world.lots(id, index).unwrap();
        let closed = went!(world.trade(id, index, Order::reduce(-lots), price_e8));
        fits(&closed);
        assert_eq!(event!(closed, OrderSettled).position_lots, 0);
    }
    assert!(world.margin(id).unwrap().notional_q == 0);
    world.advance(1);
    went!(world.refresh_all());
    let balance_q = world.account(id).unwrap().balance_q.unsigned_abs();
    went!(world.withdraw(id, balance_q));
    assert!(world.account(id).unwrap().is_empty());
}
