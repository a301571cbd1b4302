//! Touches, and the price of an exit.

use plimsoll_risk::order::{exit_price_e8, Awaited};
use plimsoll_risk::RiskError::Overflow;

#[test]
fn r_o6_a_trigger_is_touched_from_the_side_that_its_order_waits_on() {
    // What waits, whether it buys, and whether 99, 100 and 101 touch a trigger of 100.
    let below = [true, true, false];
    let above = [false, true, true];
    for (awaited, buys, touched) in [
        (Awaited::Better, true, below),
        (Awaited::Better, false, above),
        (Awaited::Worse, true, above),
        (Awaited::Worse, false, below),
    ] {
        let found = [99, 100, 101].map(|price_e8| awaited.is_touched(buys, 100, price_e8));
        assert_eq!(found, touched, "{awaited:?}, buys: {buys}");
    }
}

#[test]
fn r_o9_an_exit_takes_the_worst_of_price_confidence_and_slow_price() {
    // 1,000.5 units with half a percent of confidence, rounded up: 5.0025.
    let price_e8 = 100_050_000_000;
    for (slow_e8, sale_e8, purchase_e8) in [
        (100_050_000_000, 99_549_750_000, 100_550_250_000),
        (99_549_750_001, 99_549_750_000, 100_550_250_000),
        (99_000_000_000, 99_000_000_000, 100_550_250_000),
        (101_000_000_000, 99_549_750_000, 101_000_000_000),
    ] {
        assert_eq!(exit_price_e8(false, price_e8, 5_000, slow_e8), Ok(sale_e8));
        assert_eq!(
            exit_price_e8(true, price_e8, 5_000, slow_e8),
            Ok(purchase_e8)
        );
    }
    assert_eq!(exit_price_e8(false, 3, 1, 3), Ok(2), "a unit at least");
    assert_eq!(exit_price_e8(true, 3, 1, 3), Ok(4));
    assert_eq!(exit_price_e8(true, 3, 0, 3), Ok(3));
    assert_eq!(exit_price_e8(false, 3, 2_000_000, 3), Err(Overflow));
    assert_eq!(exit_price_e8(true, u64::MAX, 1, 3), Err(Overflow));
}
