use super::bench::Bench;
use super::trading::{holder_of, move_prices};
use super::{must, units, BTC};
use plimsoll_testkit::{MarketSpec, World};

/// An epoch of deleveraging in a market whose pool may lose next to nothing.
pub fn measure(bench: &mut Bench) {
    let spec = MarketSpec::btc().with(|args| {
        args.trade.cash_target_q = 0;
        args.trade.loss_cap_q = units(1);
    });
    let mut world = crate::unbacked(must(World::builder().market(spec).build()));
    let winner = holder_of(&mut world, 1);
    move_prices(&mut world, 1_015);
    let open = world.open_deleveraging_instruction(BTC).expect("listed");
    bench.measure(&mut world, ("open_deleveraging", "", None), open);
    let register = world.register_instruction(winner, BTC).expect("a trader");
    bench.measure(&mut world, ("register_winner", "", None), register);
    world.advance(600);
    let close = world.close_deleveraging_instruction(BTC).expect("listed");
    bench.measure(&mut world, ("close_deleveraging", "", None), close);
    let take = world.deleverage_instruction(winner, BTC).expect("a trader");
    bench.measure(&mut world, ("deleverage_position", "", None), take);
}
