//! R-V8: what a lone print of ten percent that reverts a minute later does to the ratios of the markets
//! as they are listed.

use plimsoll::state::MarketRisk;
use plimsoll_testkit::{MarketSpec, World};
use plimsoll_tests::{built, went, BTC};

fn minute(world: &mut World, price_e8: u64) -> MarketRisk {
    world.advance(60);
    went!(world.set_price(BTC, price_e8));
    *world.risk(BTC).unwrap()
}

/// The highest live ratio in the three hours after the print, over that before, in hundredths.
fn lift_e2(spec: MarketSpec, rises: bool) -> u64 {
    let price_e8 = spec.price_e8;
    let mut world = built(World::builder().market(spec));
    let before = minute(&mut world, price_e8);
    let print_e8 = if rises {
        price_e8 / 10 * 11
    } else {
        price_e8 / 10 * 9
    };
    let doubted = minute(&mut world, print_e8);
    assert!(doubted.is_guarded(world.now_seconds()));
    let mut highest_ppm = doubted.live_ppm;
    for _ in 0..180 {
        let risk = minute(&mut world, price_e8);
        highest_ppm = highest_ppm.max(risk.live_ppm);
    }
    u64::from(highest_ppm) * 100 / u64::from(before.live_ppm)
}

#[test]
fn a_lone_print_that_reverts_lifts_the_live_ratio_by_at_most_a_half() {
    for spec in [MarketSpec::btc(), MarketSpec::eth(), MarketSpec::sol()] {
        let calm = spec.clone().with(|args| {
            args.risk.variance_seed_e18 = args.risk.variance_min_e18;
        });
        for spec in [spec, calm] {
            for rises in [true, false] {
                let (name, lift) = (spec.name.clone(), lift_e2(spec.clone(), rises));
                println!("{name} {rises}: {lift}");
                assert!((101..=150).contains(&lift), "{name} {rises}: {lift}");
            }
        }
    }
}
