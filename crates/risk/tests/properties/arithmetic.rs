//! Divisions and conversions against rationals.

use crate::reference::account::worth;
use crate::reference::rational::{ppm, ratio, whole, Rational};
use crate::strategies::{cases, divisor, positive, size, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::math::{mul_div_down, mul_div_up, signed_mul_div_up, sqrt_up};
use plimsoll_risk::units::{
    cost_up, lots_for_notional_up, notional_down, notional_up, share_down, share_up, worth_down,
};
use plimsoll_risk::{Result, RiskError};
use proptest::prelude::*;

/// The crate's answer is the integer where it fits, and an overflow where it does not.
fn assert_unsigned(answer: Result<u64>, exact: &BigInt) {
    match u64::try_from(exact.clone()) {
        Ok(exact) => assert_eq!(answer, Ok(exact)),
        Err(_) => assert_eq!(answer, Err(RiskError::Overflow), "{exact}"),
    }
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn i8_unsigned_divisions_are_exact_floors_and_ceilings(a in wide(), b in wide(), d in wide()) {
        if d == 0 {
            prop_assert_eq!(mul_div_down(a, b, d), Err(RiskError::DivisionByZero));
            prop_assert_eq!(mul_div_up(a, b, d), Err(RiskError::DivisionByZero));
        } else {
            let exact = ratio(BigInt::from(a) * b, d);
            assert_unsigned(mul_div_down(a, b, d), &exact.floor());
            assert_unsigned(mul_div_up(a, b, d), &exact.ceil());
        }
    }

    #[test]
    fn i8_signed_divisions_are_exact_ceilings(a in wide_i64(), b in wide(), d in wide()) {
        if d == 0 {
            prop_assert_eq!(signed_mul_div_up(a, b, d), Err(RiskError::DivisionByZero));
        } else {
            let exact = ratio(BigInt::from(a) * b, d).ceil();
            // The most negative number has no magnitude of 63 bits and is refused as well.
            match i64::try_from(exact) {
                Ok(exact) if exact != i64::MIN => prop_assert_eq!(signed_mul_div_up(a, b, d), Ok(exact)),
                _ => prop_assert_eq!(signed_mul_div_up(a, b, d), Err(RiskError::Overflow)),
            }
        }
    }

    #[test]
    fn i8_a_root_is_the_least_whose_square_is_no_less(x in wide()) {
        let root = u128::from(sqrt_up(x));
        prop_assert!(root * root >= u128::from(x));
        prop_assert!(root == 0 || (root - 1) * (root - 1) < u128::from(x));
    }

    #[test]
    fn i8_worth_is_at_most_exact_and_cost_at_least_within_one_atom(
        lots in size(40), price_e8 in positive(50), divisor in divisor(),
    ) {
        let exact = worth(lots, price_e8, divisor);
        match (worth_down(lots, price_e8, divisor), cost_up(lots, price_e8, divisor)) {
            (Ok(worth), Ok(cost)) => {
                prop_assert!(whole(worth) <= exact && exact < whole(worth) + whole(1));
                prop_assert!(whole(cost) >= exact && exact > whole(cost) - whole(1));
            }
            (worth, cost) => {
                prop_assert!(exact.abs() > whole(i64::MAX) - whole(1), "{worth:?} {cost:?}");
            }
        }
    }

    #[test]
    fn i8_a_purchase_undone_at_its_own_price_never_gains(
        lots in wide_i64(), price_e8 in wide(), divisor in wide(),
    ) {
        if let (Ok(bought), Ok(sold)) =
            (cost_up(lots, price_e8, divisor), worth_down(lots, price_e8, divisor))
        {
            prop_assert!(sold <= bought && bought - sold <= 1);
            prop_assert_eq!(cost_up(-lots, price_e8, divisor), Ok(-sold));
        }
    }

    #[test]
    fn i8_notional_and_shares_have_the_named_rounding(
        lots in wide(), price_e8 in wide(), divisor in divisor(), ratio_ppm in wide_u32(),
    ) {
        let exact: Rational = ratio(BigInt::from(lots) * price_e8, divisor);
        assert_unsigned(notional_up(lots, price_e8, divisor), &exact.ceil());
        assert_unsigned(notional_down(lots, price_e8, divisor), &exact.floor());
        let share = whole(lots) * ppm(ratio_ppm);
        assert_unsigned(share_up(lots, ratio_ppm), &share.ceil());
        assert_unsigned(share_down(lots, ratio_ppm), &share.floor());
    }

    #[test]
    fn i8_lots_for_a_notional_are_the_least_that_reach_it(
        notional_q in wide(), price_e8 in positive(62), divisor in divisor(),
    ) {
        let exact = ratio(BigInt::from(notional_q) * divisor, price_e8);
        assert_unsigned(lots_for_notional_up(notional_q, price_e8, divisor), &exact.ceil());
    }
}
