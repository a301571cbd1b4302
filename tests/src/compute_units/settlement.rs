use super::bench::Bench;
use super::trading::holder_of;
use super::{must, BTC};
use plimsoll_testkit::{MarketSpec, World};

/// The end of a market whose feed is dead.
pub fn measure(bench: &mut Bench) {
    let mut world = must(World::builder().market(MarketSpec::btc()).build());
    let id = holder_of(&mut world, 1);
    world.advance(4 * 3_600 + 1);
    let price_e8 = world.risk(BTC).expect("listed").price_e8;
    let start = world.start_settlement_instruction(world.keeper, BTC, price_e8);
    let start = start.expect("listed");
    bench.measure(&mut world, ("start_settlement", "", None), start);
    world.advance(86_400 + 1);
    let finish = world.finish_settlement_instruction(BTC).expect("listed");
    bench.measure(&mut world, ("finish_settlement", "", None), finish);
    let close = world.close_settled_instruction(id, BTC).expect("a trader");
    bench.measure(&mut world, ("close_settled", "", None), close);
}
