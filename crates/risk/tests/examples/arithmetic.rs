//! Divisions with a direction, and conversions between lots, prices and atoms.

use plimsoll_risk::math::{
    add, add_unsigned, mul_div_down, mul_div_up, negate, signed_mul_div_up, sqrt_up, sub,
    sub_unsigned, to_i64,
};
use plimsoll_risk::units::{
    cost_up, lot_divisor, lots_for_notional_up, notional_down, notional_up, share_down, share_up,
    worth_down,
};
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, ParameterOutOfRange};

const MAX: u64 = u64::MAX;

#[test]
fn a_division_rounds_as_its_name_says_on_both_sides_of_64_bits() {
    // a, b, d, down, up
    let table = [
        (0, 5, 3, 0, 0),
        (7, 3, 7, 3, 3),
        (7, 3, 6, 3, 4),
        (7, 3, 22, 0, 1),
        (MAX, 1, 1, MAX, MAX),
        (MAX, 2, 2, MAX, MAX),
        (MAX, MAX, MAX, MAX, MAX),
        (
            MAX,
            3,
            4,
            13_835_058_055_282_163_711,
            13_835_058_055_282_163_712,
        ),
        // 2^32 · 2^32 is the first product beyond 64 bits.
        (
            1 << 32,
            1 << 32,
            3,
            6_148_914_691_236_517_205,
            6_148_914_691_236_517_206,
        ),
        (
            (1 << 32) - 1,
            1 << 32,
            3,
            6_148_914_689_804_861_440,
            6_148_914_689_804_861_440,
        ),
    ];
    for (a, b, d, down, up) in table {
        assert_eq!(mul_div_down(a, b, d), Ok(down), "{a} · {b} ÷ {d} down");
        assert_eq!(mul_div_up(a, b, d), Ok(up), "{a} · {b} ÷ {d} up");
    }
}

#[test]
fn a_division_refuses_zero_and_quotients_beyond_64_bits() {
    for divide in [mul_div_down, mul_div_up] {
        assert_eq!(divide(1, 1, 0), Err(DivisionByZero));
        assert_eq!(divide(MAX, MAX, 0), Err(DivisionByZero));
        assert_eq!(divide(MAX, 2, 1), Err(Overflow));
        assert_eq!(divide(MAX, MAX, MAX - 1), Err(Overflow));
    }
    assert_eq!(mul_div_up(1 << 63, 4, 2), Err(Overflow));
    assert_eq!(mul_div_down(1 << 63, 4, 2), Err(Overflow));
    // 31 · 1,190,112,520,884,487,201 ÷ 2 lies half a unit above 2^64 − 1.
    assert_eq!(mul_div_down(1_190_112_520_884_487_201, 31, 2), Ok(MAX));
    assert_eq!(mul_div_up(1_190_112_520_884_487_201, 31, 2), Err(Overflow));
}

#[test]
fn a_signed_division_rounds_towards_plus_infinity() {
    let table = [
        (7, 1, 2, 4),
        (-7, 1, 2, -3),
        (6, 1, 2, 3),
        (-6, 1, 2, -3),
        (0, 9, 4, 0),
        (i64::MAX, 1, 1, i64::MAX),
        (i64::MIN, 1, 2, -(1 << 62)),
    ];
    for (a, b, d, up) in table {
        assert_eq!(signed_mul_div_up(a, b, d), Ok(up), "{a} · {b} ÷ {d}");
    }
    assert_eq!(signed_mul_div_up(i64::MAX, 2, 1), Err(Overflow));
    assert_eq!(signed_mul_div_up(i64::MIN, 1, 1), Err(Overflow));
    assert_eq!(signed_mul_div_up(-1, 1, 0), Err(DivisionByZero));
}

#[test]
fn a_root_is_rounded_up() {
    let table = [
        (0, 0),
        (1, 1),
        (2, 2),
        (4, 2),
        (5, 3),
        (99, 10),
        (100, 10),
        (101, 11),
        (18_446_744_065_119_617_025, 4_294_967_295),
        (18_446_744_065_119_617_026, 4_294_967_296),
        (MAX, 4_294_967_296),
    ];
    for (x, root) in table {
        assert_eq!(sqrt_up(x), root, "√{x}");
    }
}

#[test]
fn sums_and_signs_refuse_to_wrap() {
    assert_eq!(to_i64(i64::MAX.unsigned_abs()), Ok(i64::MAX));
    assert_eq!(to_i64(1 << 63), Err(Overflow));
    assert_eq!(negate(i64::MAX.unsigned_abs()), Ok(-i64::MAX));
    assert_eq!(negate(1 << 63), Err(Overflow));
    assert_eq!(add(i64::MAX, 0), Ok(i64::MAX));
    assert_eq!(add(i64::MAX, 1), Err(Overflow));
    assert_eq!(sub(i64::MIN, 0), Ok(i64::MIN));
    assert_eq!(sub(i64::MIN, 1), Err(Overflow));
    assert_eq!(add_unsigned(MAX, 0), Ok(MAX));
    assert_eq!(add_unsigned(MAX, 1), Err(Overflow));
    assert_eq!(sub_unsigned(1, 1), Ok(0));
    assert_eq!(sub_unsigned(0, 1), Err(Overflow));
}

#[test]
fn a_lot_is_between_1e_minus_8_and_ten_base_units() {
    let table = [(-8, 10_000_000_000), (-3, 100_000), (0, 100), (1, 10)];
    for (exponent, divisor) in table {
        assert_eq!(lot_divisor(exponent), Ok(divisor), "10^{exponent}");
    }
    for exponent in [-9, 2, i32::MIN, i32::MAX] {
        assert_eq!(
            lot_divisor(exponent),
            Err(ParameterOutOfRange),
            "10^{exponent}"
        );
    }
}

#[test]
fn notional_has_the_named_rounding() {
    // 3 lots of 1e-3 units at 0.33333333 dollars: 999.99999 atoms.
    let (price_e8, divisor) = (33_333_333, 100_000);
    assert_eq!(notional_down(3, price_e8, divisor), Ok(999));
    assert_eq!(notional_up(3, price_e8, divisor), Ok(1_000));
    assert_eq!(notional_up(0, price_e8, divisor), Ok(0));
    assert_eq!(notional_up(1, 1, 0), Err(DivisionByZero));
    assert_eq!(notional_down(1, 1, 0), Err(DivisionByZero));
    assert_eq!(notional_up(MAX, MAX, 1), Err(Overflow));
    assert_eq!(notional_down(MAX, MAX, 1), Err(Overflow));
}

#[test]
fn worth_is_rounded_down_and_cost_up_on_both_sides() {
    let (price_e8, divisor) = (33_333_333, 100_000);
    assert_eq!(worth_down(3, price_e8, divisor), Ok(999));
    assert_eq!(worth_down(-3, price_e8, divisor), Ok(-1_000));
    assert_eq!(cost_up(3, price_e8, divisor), Ok(1_000));
    assert_eq!(cost_up(-3, price_e8, divisor), Ok(-999));
    assert_eq!(worth_down(0, price_e8, divisor), Ok(0));
    assert_eq!(worth_down(i64::MAX, 2, 1), Err(Overflow));
    assert_eq!(worth_down(i64::MIN, 1, 1), Err(Overflow));
    assert_eq!(cost_up(i64::MIN, 1, 1), Err(Overflow));
    assert_eq!(cost_up(i64::MAX, 2, 1), Err(Overflow));
    assert_eq!(cost_up(1, 1, 0), Err(DivisionByZero));
}

#[test]
fn lots_for_a_notional_reach_it_and_one_less_does_not() {
    let (price_e8, divisor) = (33_333_333, 100_000);
    let lots = lots_for_notional_up(1_000, price_e8, divisor).unwrap();
    assert_eq!(lots, 4);
    assert!(notional_down(lots, price_e8, divisor).unwrap() >= 1_000);
    assert!(notional_down(lots - 1, price_e8, divisor).unwrap() < 1_000);
    assert_eq!(lots_for_notional_up(1, 0, divisor), Err(DivisionByZero));
    assert_eq!(lots_for_notional_up(MAX, 1, divisor), Err(Overflow));
}

#[test]
fn a_share_has_the_named_rounding() {
    let table = [
        (1_000_000, 1, 1, 1),
        (999_999, 1, 0, 1),
        (1_000_001, 1, 1, 2),
        (5, 1_000_000, 5, 5),
        (5, 0, 0, 0),
    ];
    for (part_q, ratio_ppm, down, up) in table {
        assert_eq!(
            share_down(part_q, ratio_ppm),
            Ok(down),
            "{part_q} · {ratio_ppm}"
        );
        assert_eq!(
            share_up(part_q, ratio_ppm),
            Ok(up),
            "{part_q} · {ratio_ppm}"
        );
    }
    assert_eq!(share_up(MAX, 1_000_001), Err(Overflow));
    assert_eq!(share_down(MAX, 1_000_001), Err(Overflow));
}
