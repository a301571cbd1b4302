//! What an owner may call back, and what of it pays for what the account owes.

use anchor_lang::error::ErrorCode;
use plimsoll::error::PlimsollError;
use plimsoll::events::{OrderCancelled, OrdersRefunded};
use plimsoll::state::OrderSlot;
use plimsoll_client::{addresses, instructions as build};
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{
    btc, counterfeit, e8, earned_q, event, holder, jump, refused, refused_by_anchor, sent, swapped,
    units, unsigned, went, BTC, COIN,
};

/// A trader with an order that waits, and its number.
fn waiting(world: &mut World) -> (TraderId, u64) {
    let id = world.new_trader(units(1_000)).unwrap();
    let stop = Order::stop(1_000, e8(61_000), world.now_seconds() + 3_600);
    let order_id = went!(world.place(id, BTC, stop));
    (id, order_id)
}

/// R-O8.
#[test]
fn what_waits_is_called_back_with_all_of_its_escrow() {
    let mut world = btc();
    let (id, order_id) = waiting(&mut world);
    assert_eq!(world.account(id).unwrap().balance_q, 999_960_000);
    // No price is needed, and the expiry may be over.
    world.advance(100_000);
    let cancel = world.cancel_instruction(id, order_id).unwrap();
    let event = event!(sent(&mut world, cancel.clone()), OrderCancelled);
    assert_eq!(
        event,
        OrderCancelled {
            margin_account: world.trader(id).unwrap().address,
            sequence: 3,
            market_index: BTC,
            order_id,
            refunded_q: 40_000,
            balance_q: 1_000_000_000,
        }
    );
    let account = world.account(id).unwrap();
    assert_eq!(account.orders, [OrderSlot::default(); 8]);
    assert_eq!(account.balance_q, 1_000_000_000);
    assert_eq!(earned_q(&world), 0);
    refused(&mut world, cancel, PlimsollError::OrderNotFound);
}

/// R-O8: not before its price is known, not then, not when nobody came in time.
#[test]
fn what_takes_the_next_price_is_never_called_back() {
    let mut world = btc();
    let (id, triggered) = waiting(&mut world);
    world.advance(1);
    went!(world.set_price(BTC, e8(61_000)));
    went!(world.trigger(id, BTC, triggered));
    let market = went!(world.place(id, BTC, Order::market(1_000)));
    let reduce = holder(&mut world, 20_000, COIN);
    let reducing = went!(world.place(reduce, BTC, Order::reduce(-COIN)));
    let params = world.market(BTC).unwrap().params;
    let window = i64::from(params.order_delay_seconds + params.order_window_seconds);
    let start = world.now_seconds();
    for seconds in [0, 1, 2, 3, window, window + 1, 100_000] {
        world.set_time(start + seconds);
        for (id, order_id) in [(id, triggered), (id, market), (reduce, reducing)] {
            let cancel = world.cancel_instruction(id, order_id).unwrap();
            refused(&mut world, cancel, PlimsollError::NotWaiting);
        }
    }
}

#[test]
fn only_owner_and_delegate_cancel_their_own() {
    let mut world = btc();
    let (id, order_id) = waiting(&mut world);
    let other = world.new_trader(units(10)).unwrap();
    let (trader, stranger) = (world.trader(id).unwrap(), world.trader(other).unwrap());
    let cancel = world.cancel_instruction(id, order_id).unwrap();
    for (right, wrong) in [
        (trader.owner, stranger.owner),
        (trader.address, stranger.address),
    ] {
        let instruction = swapped(cancel.clone(), right, wrong);
        refused(&mut world, instruction, PlimsollError::NotAccountAuthority);
    }
    refused_by_anchor(
        &mut world,
        unsigned(cancel.clone(), trader.owner),
        ErrorCode::AccountNotSigner,
    );
    let fake = counterfeit(&mut world, trader.address);
    let faked = swapped(cancel.clone(), trader.address, fake);
    refused_by_anchor(&mut world, faked, ErrorCode::AccountOwnedByWrongProgram);
    let wrong_type = swapped(cancel.clone(), trader.address, world.exchange.pool);
    refused_by_anchor(
        &mut world,
        wrong_type,
        ErrorCode::AccountDiscriminatorMismatch,
    );
    let authority = swapped(cancel, addresses::EVENT_AUTHORITY, trader.owner);
    refused_by_anchor(&mut world, authority, ErrorCode::ConstraintAddress);
    for order_id in [0, order_id + 1, u64::MAX] {
        let unknown = world.cancel_instruction(id, order_id).unwrap();
        refused(&mut world, unknown, PlimsollError::OrderNotFound);
    }
}

/// R-O8: what an owner could still call back is not his while others would bear his deficit.
#[test]
fn what_waits_pays_a_deficit_before_others_do() {
    for orders in [0_u64, 8] {
        let mut world = btc();
        let id = holder(&mut world, 4_000, COIN);
        let expires_seconds = world.now_seconds() + 3_600;
        for lots in 0..orders as i64 {
            went!(world.place(
                id,
                BTC,
                Order::stop(1_000 + lots, e8(90_000), expires_seconds)
            ));
        }
        jump(&mut world, 55_000);
        let fund_q = world.insurance().unwrap().balance_q;
        let sent = went!(world.liquidate_and_absorb(id, BTC));
        let refunds = sent.events.iter().filter(|event| {
            matches!(event, plimsoll_client::Event::OrdersRefunded(refund)
                if refund.refunded_q == 40_000 * orders)
        });
        assert_eq!(refunds.count(), usize::from(orders != 0));
        let deficit = event!(sent, DeficitAbsorbed);
        let account = world.account(id).unwrap();
        assert!(account.is_empty(), "{account:?}");
        let paid_q = fund_q - world.insurance().unwrap().balance_q;
        assert!(paid_q >= deficit.insurance_q);
        assert!(deficit.insurance_q > units(1_000));
        let cancel = world.cancel_instruction(id, 2).unwrap();
        refused(&mut world, cancel, PlimsollError::OrderNotFound);
    }
}

/// R-O8: also where the deficit is covered later.
#[test]
fn what_waits_can_make_a_deficit_good_alone() {
    let mut world = btc();
    let id = holder(&mut world, 4_000, COIN);
    let stop = Order::stop(1_000, e8(90_000), world.now_seconds() + 3_600);
    went!(world.place(id, BTC, stop));
    let reduce = went!(world.place(id, BTC, Order::reduce(-COIN)));
    world.advance(2);
    // Close to the price at which nothing is left.
    let left_q = world.account(id).unwrap().balance_q;
    let entry_q = world.account(id).unwrap().positions[0].entry_q;
    let wanted_q = entry_q - left_q - 20_000;
    // Closing the only position is paid a millionth.
    let wanted_q = wanted_q - wanted_q / 1_000_000;
    let price_e8 = u64::try_from(wanted_q).unwrap() * 100;
    went!(world.set_price(BTC, price_e8));
    went!(world.settle(id, BTC, reduce));
    let owed_q = world.account(id).unwrap().balance_q;
    assert!((-40_000..0).contains(&owed_q), "{owed_q}");
    let address = world.trader(id).unwrap().address;
    let market = world.market_addresses(BTC).unwrap().market;
    let absorb = build::absorb_deficit(address, market, world.exchange.insurance);
    let event = event!(sent(&mut world, absorb), OrdersRefunded);
    assert_eq!(
        event,
        OrdersRefunded {
            margin_account: address,
            sequence: event.sequence,
            refunded_q: 40_000,
            balance_q: owed_q + 40_000,
        }
    );
    assert_eq!(world.insurance().unwrap().paid_q, 0);
    assert_eq!(world.account(id).unwrap().balance_q, owed_q + 40_000);
}
