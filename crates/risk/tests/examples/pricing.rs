//! Premium, forced fills, fees.

use plimsoll_risk::position::Fill;
use plimsoll_risk::pricing::{
    closing_premium_ppm_up, marginal_premium_ppm_up, order_fill, premium_up, reduction_fill,
    reduction_spread_ppm, taker_fee_up,
};
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, ParameterOutOfRange};

const PRICE_E8: u64 = 10_000_000_000;
const DIVISOR: u64 = 100_000;
const SCALE_LOTS: u64 = 1_000_000;

#[test]
fn r_t1_the_premium_is_the_mean_skew_of_the_move_over_the_scale() {
    // Lots, skew before, premium: lots of 0.1 dollars, a scale of a million lots.
    let table = [
        (1_000, 0, 50_000),
        (-1_000, 0, 50_000),
        (1_000, 10_000, 1_050_000),
        (1_000, -10_000, -950_000),
        (-1_000, 10_000, -950_000),
        // From +500 to −500 is free; one more lot is not.
        (-1_000, 500, 0),
        (1_000, -500, 0),
        (-1_002, 500, 101),
        (0, 500, 0),
    ];
    for (lots, skew_lots, premium_q) in table {
        let premium = premium_up(lots, skew_lots, PRICE_E8, DIVISOR, SCALE_LOTS);
        assert_eq!(premium, Ok(premium_q), "{lots} at {skew_lots}");
    }
}

#[test]
fn r_t1_a_charge_is_rounded_up_and_a_rebate_down() {
    // One lot at a skew of one: 100,000 · 1.5 ÷ 1e6 = 0.15, and back.
    assert_eq!(premium_up(1, 1, PRICE_E8, DIVISOR, SCALE_LOTS), Ok(1));
    assert_eq!(premium_up(-1, 2, PRICE_E8, DIVISOR, SCALE_LOTS), Ok(0));
}

#[test]
fn r_t1_sums_beyond_64_bits_and_a_scale_of_zero_are_refused() {
    assert_eq!(
        premium_up(1, i64::MAX, PRICE_E8, DIVISOR, SCALE_LOTS),
        Err(Overflow)
    );
    assert_eq!(
        premium_up(i64::MAX, 1, PRICE_E8, DIVISOR, SCALE_LOTS),
        Err(Overflow)
    );
    assert_eq!(premium_up(1, 1, PRICE_E8, DIVISOR, u64::MAX), Err(Overflow));
    assert_eq!(premium_up(1 << 40, 1 << 40, PRICE_E8, 1, 1), Err(Overflow));
    assert_eq!(
        premium_up(-(1 << 40), 1 << 60, PRICE_E8, 1, 1),
        Err(Overflow)
    );
    assert_eq!(premium_up(1, 1, PRICE_E8, DIVISOR, 0), Err(DivisionByZero));
    assert_eq!(premium_up(1, -1, PRICE_E8, DIVISOR, 0), Err(DivisionByZero));
}

#[test]
fn r_t2_an_order_fills_at_the_price_plus_the_premium() {
    let fill = |lots, skew| order_fill(lots, skew, PRICE_E8, DIVISOR, SCALE_LOTS);
    assert_eq!(
        fill(1_000, 0),
        Ok(Fill {
            lots: 1_000,
            cost_q: 100_050_000
        })
    );
    assert_eq!(
        fill(-1_000, 0),
        Ok(Fill {
            lots: -1_000,
            cost_q: -99_950_000
        })
    );
    assert_eq!(
        fill(-1_000, 10_000),
        Ok(Fill {
            lots: -1_000,
            cost_q: -100_950_000
        })
    );
    let most = i64::MAX.unsigned_abs();
    assert_eq!(
        order_fill(1, 0, most, 1, 1),
        Err(Overflow),
        "price and premium together"
    );
}

#[test]
fn r_t3_a_forced_fill_is_worse_by_the_spread() {
    // Lots of 0.1 dollars; lots, spread, cost.
    let table = [
        (1_000, 10_000, 101_000_000),
        (-1_000, 10_000, -99_000_000),
        (1_000, 0, 100_000_000),
        (-1_000, 0, -100_000_000),
        (1_000, 999_999, 199_999_900),
        (-1_000, 999_999, -100),
    ];
    for (lots, spread_ppm, cost_q) in table {
        assert_eq!(
            reduction_fill(lots, PRICE_E8, DIVISOR, spread_ppm),
            Ok(Fill { lots, cost_q }),
            "{spread_ppm}"
        );
    }
    for lots in [1, -1] {
        let whole_price = reduction_fill(lots, PRICE_E8, DIVISOR, 1_000_000);
        assert_eq!(whole_price, Err(ParameterOutOfRange));
        assert_eq!(reduction_fill(lots, u64::MAX, 1, 1), Err(Overflow));
        assert_eq!(reduction_fill(lots, 1, 0, 1), Err(DivisionByZero));
    }
    let most = i64::MAX.unsigned_abs();
    assert_eq!(
        reduction_fill(1, most, 1, 1),
        Err(Overflow),
        "by the spread"
    );
}

#[test]
fn r_t3_a_forced_fill_is_rounded_by_atoms_however_cheap_a_lot_is() {
    let cost = |lots, spread_ppm| reduction_fill(lots, 92, 10, spread_ppm).map(|fill| fill.cost_q);
    // A thousand million lots of 9.2 atoms; 0.11 % of them, not the next unit of the price.
    assert_eq!(cost(1_000_000_000, 1_100), Ok(9_210_120_000));
    assert_eq!(cost(-1_000_000_000, 1_100), Ok(-9_189_880_000));
    // 9.2 and 0.00002 atoms: a buyer pays 10 and 1, a seller gets 9 less 1.
    assert_eq!(cost(1, 2), Ok(11));
    assert_eq!(cost(-1, 2), Ok(-8));
    assert_eq!(cost(-1, 0), Ok(-9));
}

#[test]
fn r_t3_the_spread_is_confidence_and_premium_up_to_a_quarter_of_the_floor() {
    for (confidence_ppm, premium_ppm, floor_ppm, spread_ppm) in [
        (0, 0, 20_000, 0),
        (4_999, 0, 20_000, 4_999),
        (4_000, 999, 20_000, 4_999),
        (4_000, 1_001, 20_000, 5_000),
        (u32::MAX, u32::MAX, 20_000, 5_000),
        (9, 9, 3, 0),
    ] {
        let spread = reduction_spread_ppm(confidence_ppm, premium_ppm, floor_ppm);
        assert_eq!(spread, spread_ppm);
    }
}

#[test]
fn r_t3_closing_pays_the_mean_premium_only_where_it_adds_to_the_skew() {
    // Lots traded, skew before, scale, premium: a mean skew of 150 of 1,000,000 is 150 ppm.
    for (lots, skew_lots, premium_ppm) in [
        (100, 100, 150),
        (-100, -100, 150),
        (-100, 100, 0),
        (-300, 100, 50),
        (-200, 100, 0),
        (1, 0, 1),
        (0, 0, 0),
    ] {
        let premium = closing_premium_ppm_up(lots, skew_lots, 1_000_000);
        assert_eq!(premium, Ok(premium_ppm), "{lots} at {skew_lots}");
    }
    assert_eq!(closing_premium_ppm_up(1, i64::MAX, 1), Err(Overflow));
    assert_eq!(closing_premium_ppm_up(1, 1, u64::MAX), Err(Overflow));
    assert_eq!(closing_premium_ppm_up(1, 1, 0), Err(DivisionByZero));
    assert_eq!(closing_premium_ppm_up(1 << 40, 0, 1), Ok(u32::MAX));
}

#[test]
fn r_t5_the_marginal_premium_is_the_skew_over_the_scale() {
    assert_eq!(marginal_premium_ppm_up(300, 48_000), Ok(6_250));
    assert_eq!(marginal_premium_ppm_up(1, 1_000_001), Ok(1));
    assert_eq!(marginal_premium_ppm_up(0, 1), Ok(0));
    assert_eq!(marginal_premium_ppm_up(1, 0), Err(DivisionByZero));
    assert_eq!(marginal_premium_ppm_up(u64::MAX, 1), Err(Overflow));
}

#[test]
fn r_t4_the_taker_fee_is_rounded_up() {
    assert_eq!(taker_fee_up(1_000_000, 500), Ok(500));
    assert_eq!(taker_fee_up(1_000_001, 500), Ok(501));
    assert_eq!(taker_fee_up(1_000_000, 0), Ok(0));
    assert_eq!(taker_fee_up(u64::MAX, 1_000_001), Err(Overflow));
}
