//! Epochs of deleveraging: those who are ahead in a market bear what it owes beyond its backing, all by the same
//! share and no more than that.

use crate::deleverage_support::{ahead, bare, deficit, open_q, registered, Ahead};
use plimsoll::error::PlimsollError;
use plimsoll::events::DeleveragingClosed;
use plimsoll::state::PositionSlot;
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};
use plimsoll_tests::{e8, event, price, refused, state, unbacked, units, went, BTC, COIN};

/// What an epoch took of every account, and left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    closed: DeleveragingClosed,
    forfeited_q: u64,
    slots: Vec<PositionSlot>,
}

/// Registers in one order, takes the haircut in another.
fn played(
    mut world: World,
    winners: &[TraderId],
    order: [usize; 3],
    back: [usize; 3],
) -> (World, Outcome) {
    went!(world.open_deleveraging(BTC));
    for place in order {
        went!(world.register(winners[place], BTC));
    }
    world.advance(600);
    let mut closed = event!(went!(world.close_deleveraging(BTC)), DeleveragingClosed);
    closed.sequence = 0;
    let mut forfeited_q = 0;
    for place in back {
        let taken = went!(world.deleverage(winners[place], BTC));
        forfeited_q += event!(taken, PositionDeleveraged).forfeited_q;
    }
    let slots = world.traders().iter().map(|trader| {
        let account: &plimsoll::state::MarginAccount = world.view(&trader.address).unwrap();
        account.positions[0]
    });
    let outcome = Outcome {
        closed,
        forfeited_q,
        slots: slots.collect(),
    };
    (world, outcome)
}

/// I5, R-W5, R-W6: the sum taken is the deficit and its rounding; the order of registering and of taking is nobody's
/// advantage; after it everybody can leave at the epoch's price and be paid.
#[test]
fn i5_an_epoch_takes_the_deficit_from_all_who_are_ahead_in_any_order() {
    let Ahead {
        world,
        winners,
        claimant,
        loser,
    } = ahead();
    let before = *world.market(BTC).unwrap();
    let gains_q = winners.map(|id| open_q(&world, id));
    let deficit_q = deficit(&world);
    assert!(deficit_q > units(1_000));
    let orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0]];
    let (mut world, outcome) = played(world.clone(), &winners, orders[0], orders[0]);
    for (order, back) in [(orders[1], orders[0]), (orders[2], orders[1])] {
        let fresh = ahead();
        assert_eq!(played(fresh.world, &fresh.winners, order, back).1, outcome);
    }
    let DeleveragingClosed {
        claims_before_q,
        claims_after_q,
        ..
    } = outcome.closed;
    assert_eq!(
        (outcome.closed.deficit_q, outcome.closed.registered),
        (deficit_q, 3)
    );
    let all_q = gains_q.iter().sum::<u64>() + before.unpaid_q;
    assert_eq!(outcome.closed.gains_q, all_q);
    let taken_q = claims_before_q - claims_after_q + outcome.forfeited_q;
    assert!(
        (deficit_q..=deficit_q + 4).contains(&taken_q),
        "{taken_q} {deficit_q}"
    );
    // Each lost the same share of its gain, and of its lots.
    for (id, gain_q) in winners.into_iter().zip(gains_q) {
        let account = world.account(id).unwrap();
        let slot = account.positions[0];
        let kept = i128::from(gain_q) * i128::from(all_q - deficit_q) / i128::from(all_q);
        let claim_q = world.market(BTC).unwrap().claims.worth_down(&slot).unwrap();
        let left_q = i128::from(open_q(&world, id) + claim_q);
        assert!((kept - 4..=kept + 1).contains(&left_q), "{left_q} {kept}");
        assert_eq!(slot.deleverage_epoch, 0);
    }
    assert_eq!(deficit(&world), 0);

    // At the epoch's price all leave. What is lacking is the rebates that reducing the skew was paid.
    let price_e8 = epoch_price(&world);
    let mut rebates_q = 0;
    for id in winners.into_iter().chain([loser]) {
        let lots = world.lots(id, BTC).unwrap();
        world.advance(1);
        went!(world.set_price(BTC, price_e8));
        let left = went!(world.trade(id, BTC, Order::reduce(-lots), price_e8));
        let worth_q = i128::from(lots) * i128::from(price_e8) / 100_000_000;
        rebates_q -= worth_q + i128::from(event!(left, OrderSettled).cost_q);
    }
    world.advance(1_800);
    went!(world.sweep(BTC));
    let market = world.market(BTC).unwrap();
    let lacking_q = i128::from(market.unpaid_q) - i128::from(market.payable_q());
    assert!(
        rebates_q > 0 && (lacking_q - rebates_q).abs() <= 8,
        "{lacking_q} {rebates_q}"
    );
    let mut world = unbacked(world);
    went!(world.trade(loser, BTC, Order::market(COIN / 100), price_e8));
    price(&mut world, 61_000);
    went!(world.trade(loser, BTC, Order::reduce(-COIN / 100), e8(61_000)));
    for id in winners.into_iter().chain([claimant]) {
        went!(world.collect(id, BTC));
    }
    assert_eq!(world.market(BTC).unwrap().unpaid_q, 0);
}

fn epoch_price(world: &World) -> u64 {
    world.market(BTC).unwrap().deleveraging.price_e8
}

/// R-W7: while an epoch is open nobody adds risk in its market and nobody who is ahead leaves it.
#[test]
fn winners_wait_and_losers_do_not() {
    let Ahead {
        mut world,
        winners,
        claimant,
        loser,
    } = ahead();
    let outsider = went!(world.new_trader(units(20_000)));
    for id in &winners[..2] {
        went!(world.deposit(*id, units(5_000)));
    }
    went!(world.open_deleveraging(BTC));
    let placed = [
        (outsider, Order::market(1_000)),
        (loser, Order::market(-1_000)),
        (winners[0], Order::market(1_000)),
        (winners[1], Order::reduce(-1_000)),
        (loser, Order::reduce(COIN / 10)),
    ]
    .map(|(id, order)| (id, went!(world.place(id, BTC, order))));
    world.advance(2);
    let price_e8 = epoch_price(&world);
    went!(world.set_price(BTC, price_e8));
    let [opens, adds, grows, leaves, flees] = placed;
    for (id, order_id) in [opens, adds, grows] {
        let settle = world.settle_instruction(id, BTC, order_id).unwrap();
        refused(&mut world, settle, PlimsollError::DeleveragingOpen);
    }
    let settle = world.settle_instruction(leaves.0, BTC, leaves.1).unwrap();
    refused(&mut world, settle.clone(), PlimsollError::WinnerMustWait);
    for id in winners {
        went!(world.register(id, BTC));
    }
    refused(&mut world, settle, PlimsollError::WinnerMustWait);
    assert_eq!(
        event!(went!(world.settle(flees.0, BTC, flees.1)), OrderSettled).lots,
        COIN / 10
    );
    world.advance(500);
    let collect = world.collect_instruction(claimant, BTC).unwrap();
    refused(&mut world, collect, PlimsollError::DeleveragingOpen);

    // Its end lets everybody trade but who was registered and has not borne the share yet.
    world.advance(100);
    went!(world.close_deleveraging(BTC));
    went!(world.set_price(BTC, price_e8));
    let lots = -1_000;
    let order_id = went!(world.place(leaves.0, BTC, Order::reduce(lots)));
    world.advance(2);
    went!(world.set_price(BTC, price_e8));
    let settle = world.settle_instruction(leaves.0, BTC, order_id).unwrap();
    refused(&mut world, settle, PlimsollError::DeleverageFirst);
    went!(world.deleverage(leaves.0, BTC));
    assert_eq!(
        event!(went!(world.settle(leaves.0, BTC, order_id)), OrderSettled).lots,
        lots
    );
    went!(world.trade(outsider, BTC, Order::market(1_000), price_e8));
}

/// R-W7: an account that is ahead at the epoch's price is not liquidated before it has borne its share; one that is
/// behind is.
#[test]
fn a_winner_that_falls_waits_for_its_share_and_a_loser_is_liquidated() {
    let Ahead {
        mut world,
        winners,
        loser,
        ..
    } = ahead();
    went!(world.open_deleveraging(BTC));
    went!(world.register(winners[2], BTC));
    for quote in [61_000, 60_000, 59_000, 58_000, 57_000] {
        price(&mut world, quote);
    }
    assert!(state(&world, winners[2]) >= AccountState::Liquidatable);
    let force = world.liquidate_instruction(winners[2], BTC).unwrap();
    refused(&mut world, force.clone(), PlimsollError::WinnerMustWait);
    world.advance(300);
    went!(world.close_deleveraging(BTC));
    went!(world.set_price(BTC, e8(57_000)));
    refused(&mut world, force, PlimsollError::DeleverageFirst);
    went!(world.deleverage(winners[2], BTC));
    if state(&world, winners[2]) >= AccountState::Liquidatable {
        went!(world.liquidate(winners[2], BTC));
    }
    // And the other way about.
    let Ahead { mut world, .. } = ahead();
    went!(world.open_deleveraging(BTC));
    for quote in [63_500, 65_000, 67_000, 69_000, 71_000, 73_000, 75_000] {
        price(&mut world, quote);
    }
    assert!(state(&world, loser) >= AccountState::Liquidatable);
    went!(world.liquidate(loser, BTC));
}

/// R-W7: those who hide, or whom nobody finds, do not hold an epoch up; who is not registered bears nothing, and all
/// claims bear without being registered.
#[test]
fn a_missing_winner_blocks_nobody() {
    let Ahead {
        mut world,
        winners,
        claimant,
        ..
    } = ahead();
    let deficit_q = deficit(&world);
    let hidden = world.account(winners[0]).unwrap().positions[0];
    went!(world.open_deleveraging(BTC));
    went!(world.register(winners[2], BTC));
    world.advance(600);
    let closed = event!(went!(world.close_deleveraging(BTC)), DeleveragingClosed);
    let gain_q = open_q(&world, winners[2]);
    assert_eq!(closed.gains_q, gain_q + closed.claims_before_q);
    assert_eq!(closed.deficit_q, deficit_q.min(closed.gains_q));
    let claim = world.account(claimant).unwrap().positions[0];
    let claims = world.market(BTC).unwrap().claims;
    assert!(claims.worth_down(&claim).unwrap() < claim.unpaid_q);
    assert_eq!(world.account(winners[0]).unwrap().positions[0], hidden);
    went!(world.deleverage(winners[2], BTC));
}

/// R-W5: what comes in before the end need not be borne.
#[test]
fn a_deficit_made_good_meanwhile_is_not_taken() {
    let Ahead {
        mut world,
        winners,
        claimant,
        ..
    } = ahead();
    went!(world.open_deleveraging(BTC));
    went!(world.register(winners[0], BTC));
    let before = [winners[0], claimant].map(|id| world.account(id).unwrap().positions[0]);
    let market = world.market_addresses(BTC).unwrap().market;
    went!(world.deposit_pool("saver", 0, units(100_000)));
    plimsoll_tests::patch(
        &mut world,
        market,
        |market: &mut plimsoll::state::Market| {
            market.params.loss_cap_q = units(100_000);
        },
    );
    world.advance(600);
    let closed = event!(went!(world.close_deleveraging(BTC)), DeleveragingClosed);
    assert_eq!((closed.deficit_q, closed.registered), (0, 1));
    assert_eq!(closed.claims_after_q, closed.claims_before_q);
    let freed = event!(
        went!(world.deleverage(winners[0], BTC)),
        PositionDeleveraged
    );
    assert_eq!((freed.lots, freed.forfeited_q, freed.realised_q), (0, 0, 0));
    let [mut winner, claim] = before;
    winner.deleverage_epoch = 0;
    assert_eq!(world.account(winners[0]).unwrap().positions[0], winner);
    assert_eq!(world.account(claimant).unwrap().positions[0], claim);
}

/// R-W4: where nothing backs them, claims come to nothing, and new ones start anew.
#[test]
fn claims_that_nothing_backs_end_and_new_ones_begin() {
    let mut all = bare();
    let world = &mut all.world;
    registered(world, &all.winners);
    went!(world.set_price(BTC, e8(62_000)));
    let market = *world.market(BTC).unwrap();
    assert_eq!(
        (market.unpaid_q, market.nominal_q, market.claims.generation),
        (0, 0, 1)
    );
    let stale = world.account(all.claimant).unwrap().positions[0];
    assert!(stale.unpaid_q > 0);
    assert_eq!(
        world.margin(all.claimant).unwrap().equity_liquidation_q,
        world.account(all.claimant).unwrap().balance_q
    );
    // All were closed at the epoch's price without profit.
    for id in all.winners {
        assert_eq!(world.lots(id, BTC), Ok(0));
    }
    // Collecting makes room, pays nothing, and waits for nothing.
    let paid = event!(went!(world.collect(all.claimant, BTC)), ProfitCollected);
    assert_eq!(paid.amount_q, 0);
    assert_eq!(
        world.account(all.claimant).unwrap().positions[0],
        PositionSlot::default()
    );
    let id = all.winners[0];
    went!(world.deposit(id, units(20_000)));
    went!(world.trade(id, BTC, Order::market(COIN), e8(62_000)));
    let sold = event!(
        went!(world.trade(id, BTC, Order::reduce(-COIN), e8(63_000))),
        OrderSettled
    );
    let slot = world.account(id).unwrap().positions[0];
    assert_eq!(
        (slot.unpaid_q, slot.claim_generation),
        (sold.realised_q.unsigned_abs(), 1)
    );
}
