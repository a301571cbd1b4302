//! How far call and initial line stand from the liquidation line.

use crate::book::{book, perp, ratios, requirements, spot, E8, SOL, THIRTY};
use plimsoll_risk::book::{Exposure, Pledge};
use plimsoll_risk::margin::SideRatios;

#[test]
fn r_a1_every_book_is_called_a_tenth_before_its_liquidation_line() {
    let other = |underlying, sol| Exposure {
        underlying,
        ratios: SideRatios::both(ratios(30_000, 30_000, 30_000)),
        ..perp(sol)
    };
    let margin = book(0, &[other(0, 100), other(1, -100)], &[])
        .margin(&THIRTY)
        .unwrap();
    // Netted it is asked 636 at both, and 900 are the liquidation line.
    let lines = [1_125_000_000, 990_000_000, 900_000_000];
    assert_eq!(requirements(&margin), lines);
    // It knows size, and no volatility.
    let risk = book(0, &[other(0, 100), other(1, -100)], &[])
        .assess(&THIRTY, &[150 * E8; 2])
        .unwrap();
    for perp in &risk.perps[..2] {
        assert_eq!((perp.volatility_q, perp.size_q), (0, 4_950_000));
    }
    // Spot alone is never short of anything: what it asks at the liquidation line is not lifted.
    let spot = Pledge {
        ratios: ratios(990_000, 990_000, 990_000),
        ..spot(100)
    };
    let alone = book(0, &[], &[spot]).margin(&THIRTY).unwrap();
    let lines = requirements(&alone);
    assert_eq!(lines, [lines[2]; 3]);
    assert!(alone.meets_initial());
    // Nor is what spot asks beside a perp, whichever way that is.
    let asked = |sol, perp_q: u64| {
        let calm = Pledge {
            ratios: ratios(30_000, 30_000, 30_000),
            ..crate::book::spot(100)
        };
        let margin = book(0, &[other(SOL, sol)], &[calm])
            .margin(&THIRTY)
            .unwrap();
        let [initial, call, liquidation] = requirements(&margin);
        assert_eq!(call - liquidation, perp_q / 10);
        assert_eq!(initial - liquidation, perp_q / 4);
    };
    // 450 of the perp; 67.5, its least, where spot is larger; 472.5 of 105 SOL short that are left of 200.
    asked(100, 450_000_000);
    asked(-50, 67_500_000);
    asked(-200, 472_500_000);
}
