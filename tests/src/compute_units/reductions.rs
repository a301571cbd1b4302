use super::bench::Bench;
use super::setup::world_of;
use super::trading::{holder_of, move_prices};
use super::{must, units, BTC};
use plimsoll_risk::account::AccountState;
use plimsoll_testkit::{Order, TraderId, World};

/// Cuts, liquidations and what bankrupt accounts owe.
pub fn measure(bench: &mut Bench) {
    for positions in [1, 4, 8] {
        slice(bench, positions, "cut", AccountState::MarginCall);
        slice(bench, positions, "in part", AccountState::Liquidatable);
        take_over(bench, positions);
        cut(bench, positions);
        liquidate(bench, positions, "in part", AccountState::Liquidatable);
        liquidate(bench, positions, "bankrupt", AccountState::Bankrupt);
    }
    absorb(bench);
    let mut world = world_of(1);
    let sweep = world.sweep_insurance_instruction(BTC).expect("listed");
    bench.measure(&mut world, ("sweep_insurance", "", None), sweep);
}

/// A trader with nothing to spare, whose prices then fall until the account is in `state`.
fn sinking(world: &mut World, positions: u16, state: AccountState) -> TraderId {
    let id = holder_of(world, positions);
    let free_q = world.margin(id).expect("a trader").free_q();
    must(world.withdraw(id, free_q));
    for _ in 0..200 {
        if world.margin(id).expect("a trader").state() >= state {
            break;
        }
        move_prices(world, 998);
    }
    assert_eq!(world.margin(id).expect("a trader").state(), state);
    id
}

fn cut(bench: &mut Bench, positions: u16) {
    let mut world = world_of(8);
    let id = sinking(&mut world, positions, AccountState::MarginCall);
    let mut exited = world.clone();
    let exit = exited
        .exit_instruction(id, positions - 1, u64::MAX)
        .expect("a trader");
    let case = ("exit_position", "", Some(positions));
    bench.measure(&mut exited, case, exit);
    let cut = world.cut_instruction(id, positions - 1).expect("a trader");
    bench.measure(&mut world, ("cut_position", "", Some(positions)), cut);
}

fn liquidate(bench: &mut Bench, positions: u16, case: &str, state: AccountState) {
    let mut world = world_of(8);
    let id = sinking(&mut world, positions, state);
    let liquidate = world
        .liquidate_instruction(id, positions - 1)
        .expect("a trader");
    bench.measure(
        &mut world,
        ("liquidate_position", case, Some(positions)),
        liquidate,
    );
}

/// An owner whose order closes at a price beyond the collateral.
fn absorb(bench: &mut Bench) {
    let mut world = world_of(1);
    let id = sinking(&mut world, 1, AccountState::MarginCall);
    let lots = world.lots(id, BTC).expect("a trader");
    let order_id = must(world.place(id, BTC, Order::reduce(-lots)));
    move_prices(&mut world, 500);
    must(world.settle(id, BTC, order_id));
    let absorb = world.absorb_instruction(id, BTC).expect("a trader");
    bench.measure(&mut world, ("absorb_deficit", "", None), absorb);
}

fn slice(bench: &mut Bench, positions: u16, case: &str, state: AccountState) {
    let mut world = world_of(8);
    let id = sinking(&mut world, positions, state);
    let legs = world.all_legs(id).expect("a trader");
    let slice = world
        .slice_instruction(world.keeper_id, id, legs)
        .expect("a trader");
    bench.measure(&mut world, ("reduce_slice", case, Some(positions)), slice);
}

fn take_over(bench: &mut Bench, positions: u16) {
    let mut world = world_of(8);
    let id = sinking(&mut world, positions, AccountState::Liquidatable);
    let taker = must(world.new_trader(units(1_000_000)));
    let take_over = world
        .take_over_instruction(taker, id, positions - 1)
        .expect("a trader");
    bench.measure(
        &mut world,
        ("take_over_position", "", Some(positions)),
        take_over,
    );
}
