//! Sizes against a search, costs against their bounds.

use crate::reference::account::worth;
use crate::reference::rational::{ppm, whole};
use crate::reference::reduction::{least_lots_by_bisection, least_lots_one_by_one, target_met};
use crate::strategies::{cases, divisor, positive, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::liquidation::{
    cut_fee_down, fee_ppm_down, limited_lots, lots_to_target_up, split_deficit, Reduction,
};
use plimsoll_risk::units::notional_up;
use plimsoll_risk::RiskError;
use proptest::prelude::*;

prop_compose! {
    /// A leg of an account between owing a little and needing nothing, other legs included.
    fn leg(bits: u32)(
        lots in positive(bits), price_e8 in positive(44), lot_divisor in divisor(),
        ratio_ppm in 2_500_u32..500_000, target_ppm in 1_000_000_u32..=5_000_000,
        cost_share in 0_u32..=1_100_000, fixed_cost_q in 0_u64..=10_000_000,
        others_share in 0_u64..=3, equity_share in -50_000_i128..1_050_000, dust_share in 0_u64..20,
    ) -> Reduction {
        let notional_q = notional_up(lots, price_e8, lot_divisor).unwrap_or(1 << 62).min(1 << 62);
        let own = u128::from(notional_q) * u128::from(ratio_ppm) / 1_000_000;
        let requirement_q = u64::try_from(own).unwrap().saturating_mul(1 + others_share);
        let target = i128::from(requirement_q) * i128::from(target_ppm) / 1_000_000;
        let relief = u64::from(ratio_ppm) * u64::from(target_ppm) / 1_000_000;
        Reduction {
            equity_q: i64::try_from(target * equity_share / 1_000_000).unwrap_or(1),
            requirement_q,
            target_ppm,
            lots,
            price_e8,
            lot_divisor,
            ratio_ppm,
            cost_ppm: u32::try_from(relief * u64::from(cost_share) / 1_000_000).unwrap(),
            fixed_cost_q,
            dust_q: notional_q / 100 * dust_share,
        }
    }
}

/// What R-L1 divides: beyond 128 bits the whole leg goes.
fn numerator(leg: &Reduction) -> BigInt {
    let target = BigInt::from(leg.requirement_q) * leg.target_ppm;
    let owned = (BigInt::from(leg.equity_q) - leg.fixed_cost_q) * 1_000_000;
    (target - owned) * leg.lot_divisor * 1_000_000
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn r_l1_r_l3_the_size_is_the_least_that_counting_one_by_one_finds(leg in leg(7)) {
        match lots_to_target_up(&leg) {
            Ok(lots) => prop_assert_eq!(Some(lots), least_lots_one_by_one(&leg)),
            Err(error) => {
                prop_assert_eq!(error, RiskError::AboveTheLine);
                prop_assert_eq!(None, least_lots_one_by_one(&leg));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_l1_r_l3_the_size_of_a_large_leg_is_the_least_that_bisection_finds(leg in leg(50)) {
        // Where closing costs more than it relieves, the search is not monotone and all goes.
        let relieves = ppm(leg.ratio_ppm) * ppm(leg.target_ppm) > ppm(leg.cost_ppm);
        let expected = if target_met(&leg, 0) {
            None
        } else if relieves && numerator(&leg).bits() <= 128 {
            least_lots_by_bisection(&leg)
        } else {
            Some(leg.lots)
        };
        match lots_to_target_up(&leg) {
            Ok(lots) => prop_assert_eq!(Some(lots), expected),
            Err(RiskError::AboveTheLine) => prop_assert_eq!(None, expected),
            Err(error) => {
                prop_assert_eq!(error, RiskError::Overflow);
                prop_assert!(notional_up(leg.lots, leg.price_e8, leg.lot_divisor).is_err());
            }
        }
    }

    #[test]
    fn i4_the_target_is_met_and_one_lot_less_would_not_meet_it_or_the_leg_is_gone(leg in leg(50)) {
        let Ok(lots) = lots_to_target_up(&leg) else { return Ok(()) };
        prop_assert!((1..=leg.lots).contains(&lots));
        if lots < leg.lots {
            prop_assert!(target_met(&leg, lots), "met");
            prop_assert!(!target_met(&leg, lots - 1), "never overshot by more than a lot");
            let left = notional_up(leg.lots - lots, leg.price_e8, leg.lot_divisor).unwrap();
            prop_assert!(left >= leg.dust_q, "no dust is left behind");
        }
    }

    #[test]
    fn i4_closing_what_reaches_the_target_never_lowers_headroom(leg in leg(18)) {
        let Ok(lots) = lots_to_target_up(&leg) else { return Ok(()) };
        if lots == leg.lots {
            return Ok(());
        }
        let notional = worth(1, leg.price_e8, leg.lot_divisor) * whole(lots);
        let relieved = notional.clone() * ppm(leg.ratio_ppm);
        let cost = notional * ppm(leg.cost_ppm) + whole(leg.fixed_cost_q);
        let headroom = whole(leg.equity_q) - whole(leg.requirement_q);
        let after = headroom.clone() + relieved - cost;
        // Below the line it rises; between the line and the target it stays above the line.
        prop_assert!(after >= headroom.min(whole(0)));
    }

    #[test]
    fn r_l2_a_limit_is_the_share_of_the_leg_or_the_whole_of_dust(
        leg in leg(40), lots in positive(40), limit_ppm in 0_u32..=1_000_000,
    ) {
        let lots = lots.min(leg.lots);
        let Ok(limited) = limited_lots(&leg, lots, limit_ppm) else { return Ok(()) };
        let limit = u64::try_from((whole(leg.lots) * ppm(limit_ppm)).ceil()).unwrap();
        let dust = notional_up(leg.lots, leg.price_e8, leg.lot_divisor).is_ok_and(|q| q < leg.dust_q);
        let expected = if lots <= limit { lots } else if dust { leg.lots } else { limit };
        prop_assert_eq!(limited, expected);
    }

    #[test]
    fn i4_the_liquidation_fee_leaves_equity_per_notional_rising(
        configured in wide_u32(), spread in 0_u32..500_000, equity_q in 1_i64..1 << 50,
        notional_q in 1_u64..1 << 50, closed in 1_u64..1 << 50,
    ) {
        let fee = fee_ppm_down(configured, spread, equity_q, notional_q).unwrap();
        prop_assert!(fee <= configured);
        let per_notional = whole(equity_q) / whole(notional_q);
        let left = per_notional.clone() - ppm(spread);
        if left <= whole(0) {
            prop_assert_eq!(fee, 0);
            return Ok(());
        }
        prop_assert!(ppm(fee) * whole(2) <= left);
        // The largest fee that is not above half; one ppm more would be, or was not configured.
        prop_assert!(fee == configured || ppm(fee + 1) * whole(2) > left);
        let closed = closed % notional_q;
        let cost = whole(closed) * (ppm(fee) + ppm(spread));
        let after = (whole(equity_q) - cost) / whole(notional_q - closed);
        prop_assert!(after >= per_notional);
    }

    #[test]
    fn r_l6_a_deficit_is_split_without_remainder_and_nobody_pays_more_than_he_has(
        deficit in wide(), insurance in wide(), cap_left in wide(), cash in wide(),
    ) {
        let split = split_deficit(deficit, insurance, cap_left, cash);
        let sum = BigInt::from(split.insurance_q) + split.market_q + split.unresolved_q;
        prop_assert_eq!(sum, BigInt::from(deficit));
        prop_assert!(split.insurance_q <= insurance.min(cap_left) && split.market_q <= cash);
        prop_assert!(split.market_q == 0 || split.insurance_q == insurance.min(cap_left));
        prop_assert!(split.unresolved_q == 0 || split.market_q == cash);
    }

    #[test]
    fn r_l7_fee_and_spread_of_a_cut_are_at_most_half_of_what_it_relieves(
        configured_q in wide(), closed_q in positive(60), floor_ppm in 0_u32..=1_000_000, confidence_ppm: u32,
    ) {
        let fee = cut_fee_down(configured_q, closed_q, floor_ppm).unwrap();
        let spread = plimsoll_risk::pricing::reduction_spread_ppm(confidence_ppm, 0, floor_ppm);
        let cost = whole(fee) + whole(closed_q) * ppm(spread);
        prop_assert!(fee <= configured_q);
        prop_assert!(cost * whole(2) <= whole(closed_q) * ppm(floor_ppm));
    }

    #[test]
    fn i10_reductions_never_panic(
        equity_q in wide_i64(), numbers in [wide(), wide(), wide(), wide(), wide(), wide()],
        ratios in [wide_u32(), wide_u32(), wide_u32(), wide_u32()],
    ) {
        let [requirement_q, lots, price_e8, lot_divisor, fixed_cost_q, dust_q] = numbers;
        let [target_ppm, ratio_ppm, cost_ppm, limit_ppm] = ratios;
        let leg = Reduction {
            equity_q, requirement_q, target_ppm, lots, price_e8, lot_divisor, ratio_ppm, cost_ppm,
            fixed_cost_q, dust_q,
        };
        if let Ok(lots) = lots_to_target_up(&leg) {
            prop_assert!((1..=leg.lots).contains(&lots));
        }
        let _ = limited_lots(&leg, lots, limit_ppm);
        let _ = fee_ppm_down(ratio_ppm, cost_ppm, equity_q, requirement_q);
        let _ = cut_fee_down(fixed_cost_q, requirement_q, ratio_ppm);
    }
}
