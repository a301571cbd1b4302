//! Prices whose only feature is volatility: they come back to where they were, so nobody loses.

use plimsoll_sim::record::ActionKind;

use crate::tapes::{assert_sound, at, run, session, swing, tape};

const MINUTES: u32 = 240;
/// In these minutes the price swings ever wider around its level, which it never leaves before or after.
const BURST: std::ops::Range<u32> = 60..84;

fn price(minute: u32) -> f64 {
    if BURST.contains(&minute) {
        let progress = f64::from(minute - BURST.start) / f64::from(BURST.end - BURST.start);
        return swing(minute, 100.0, 0.02 * progress);
    }
    100.0
}

/// I1 as a user sees it: a rise of volatility makes margin calls, and those close parts of positions,
/// but it liquidates nobody.
#[test]
fn exploding_volatility_cuts_because_margin_rose_and_liquidates_nobody() {
    let day = session(
        "burst",
        vec![tape("SOL", MINUTES, |minute| Some(price(minute)))],
    );
    let record = run(&day, 3, 60);
    assert_sound(&record);
    let points = &record.markets[0].points;
    let target = |minute: u32| points[minute as usize].target_ppm;
    assert!(
        target(BURST.end) > 3 * target(BURST.start - 1),
        "volatility did not explode"
    );

    let cuts = record.sums(ActionKind::Cut);
    assert!(cuts.count > 10, "{cuts:?}");
    let needed = record.cuts_needing_margin_rise();
    assert_eq!(needed, cuts, "a cause other than margin");
    assert_eq!(record.sums(ActionKind::Liquidation).count, 0);
    assert_eq!(record.totals.accounts_fully_liquidated, 0);
    let first = record.actions.first().unwrap().unix_seconds;
    assert!(first >= at(BURST.start + 15), "the grace has not passed");

    // Spread and fee of a cut are at most half of the floor of what it closes (R-T3, R-L7).
    let kindness = record.margin_rise_cuts();
    assert_eq!(kindness.notional.total_q, cuts.notional_q);
    let half_floor_ppm = u64::from(points[0].liquidation_ppm / 2);
    let most_q = kindness.notional.total_q / 1_000_000 * half_floor_ppm;
    assert!(
        kindness.cost.total_q > 0 && kindness.cost.total_q <= most_q,
        "{kindness:?}"
    );
}

#[test]
fn a_level_price_cuts_nobody() {
    let day = session("level", vec![tape("SOL", 90, |_| Some(100.0))]);
    let record = run(&day, 3, 30);
    assert_sound(&record);
    assert_eq!(record.actions, []);
}
