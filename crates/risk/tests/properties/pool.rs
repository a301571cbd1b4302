//! Shares never dilute, sweeps never overdraw.

use crate::reference::rational::{ratio, whole};
use crate::reference::trading::{market_worth, shares as shares_of};
use crate::strategies::{cases, divisor, positive, wide, wide_i64};
use num_bigint::BigInt;
use plimsoll_risk::pool::{market_worth_up, shares_down, sweep_q, MarketWorth};
use plimsoll_risk::position::OpenInterest;
use plimsoll_risk::RiskError;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_q1_a_markets_worth_is_at_least_exact_within_two_atoms(
        (cash_q, unpaid_q) in (0_u64..1 << 50, 0_u64..1 << 50),
        (long_lots, short_lots) in (0_u64..1 << 30, 0_u64..1 << 30),
        (long_entry_q, short_entry_q) in (-(1_i64 << 50)..1 << 50, -(1_i64 << 50)..1 << 50),
        (price_e8, other_price_e8, lot_divisor) in (positive(40), positive(40), divisor()),
    ) {
        let open_interest = OpenInterest { long_lots, short_lots, long_entry_q, short_entry_q };
        let market = MarketWorth { cash_q, unpaid_q, open_interest, price_e8, other_price_e8, lot_divisor };
        let (exact, worth) = (market_worth(&market), market_worth_up(&market));
        if let Ok(worth) = worth {
            prop_assert!(whole(worth) >= exact && whole(worth) < exact + whole(2));
        } else {
            let owed = exact - whole(cash_q) + whole(unpaid_q);
            prop_assert!(owed.abs() > whole(1_u64 << 61) || price_e8.max(other_price_e8) > 1 << 33);
        }
    }

    #[test]
    fn r_q2_shares_are_the_exact_floor_and_never_dilute(
        amount_q in positive(62), shares in 0_u64..1 << 62, worth_q in 1_i64..1 << 62,
    ) {
        let exact = shares_of(amount_q, shares, worth_q).floor();
        match shares_down(amount_q, shares, worth_q) {
            Ok(bought) => {
                prop_assert_eq!(BigInt::from(bought), exact);
                // Worth per share, the million of each on paper included.
                let price = |worth: BigInt, shares: BigInt| ratio(worth + 1_000_000, shares + 1_000_000);
                let before = price(worth_q.into(), shares.into());
                let after = price(BigInt::from(worth_q) + amount_q, BigInt::from(shares) + bought);
                prop_assert!(after >= before, "who was there before keeps what a share is worth");
            }
            Err(RiskError::SizeInvalid) => prop_assert_eq!(exact, BigInt::from(0)),
            Err(error) => {
                prop_assert_eq!(error, RiskError::Overflow);
                prop_assert!(exact > BigInt::from(u64::MAX));
            }
        }
    }

    #[test]
    fn r_q2_no_sequence_of_entries_lowers_the_price_of_a_share(
        amounts in prop::collection::vec(positive(40), 1..20), mut worth_q in 0_i64..1 << 40,
    ) {
        let (mut shares, first_worth) = (0_u64, worth_q);
        let mut entered = Vec::new();
        for amount_q in amounts {
            let Ok(bought) = shares_down(amount_q, shares, worth_q) else { continue };
            shares += bought;
            worth_q += i64::try_from(amount_q).unwrap();
            entered.push((amount_q, bought));
        }
        // Nobody's shares are worth more than the amount given and what lay there before.
        let price = ratio(BigInt::from(worth_q) + 1_000_000, BigInt::from(shares) + 1_000_000);
        for (amount_q, bought) in entered {
            let gained = whole(bought) * price.clone() - whole(amount_q);
            prop_assert!(gained <= whole(first_worth) + whole(1_000_000));
        }
        prop_assert!(price >= ratio(BigInt::from(first_worth) + 1_000_000, 1_000_000));
    }

    #[test]
    fn r_q3_a_sweep_moves_towards_the_target_and_no_more_than_there_is(
        (cash_q, target_q, pool_q, loss_cap_q) in
            (0_u64..1 << 40, 0_u64..1 << 40, 0_u64..1 << 40, 0_u64..1 << 40),
        drawn_q in -(1_i64 << 40)..1 << 40,
    ) {
        let moved = sweep_q(cash_q, target_q, pool_q, drawn_q, loss_cap_q).unwrap();
        let after = i64::try_from(cash_q).unwrap() + moved;
        if cash_q >= target_q {
            prop_assert_eq!(after, i64::try_from(target_q).unwrap());
        } else {
            prop_assert!(moved >= 0 && after <= i64::try_from(target_q).unwrap());
            prop_assert!(moved.unsigned_abs() <= pool_q);
            prop_assert!(moved == 0 || drawn_q + moved <= i64::try_from(loss_cap_q).unwrap());
            // And no less than the tightest of the three allows.
            let full = after.unsigned_abs() == target_q;
            let dry = moved.unsigned_abs() == pool_q;
            let capped = drawn_q + moved >= i64::try_from(loss_cap_q).unwrap();
            prop_assert!(full || dry || capped);
        }
    }

    #[test]
    fn i10_the_pool_never_panics(
        numbers in [wide(), wide(), wide(), wide(), wide(), wide(), wide()],
        signed in [wide_i64(), wide_i64(), wide_i64()],
    ) {
        let [cash_q, unpaid_q, long_lots, short_lots, price_e8, other_price_e8, lot_divisor] = numbers;
        let [long_entry_q, short_entry_q, worth_q] = signed;
        let open_interest = OpenInterest { long_lots, short_lots, long_entry_q, short_entry_q };
        let _ = market_worth_up(&MarketWorth {
            cash_q, unpaid_q, open_interest, price_e8, other_price_e8, lot_divisor,
        });
        let _ = shares_down(cash_q, unpaid_q, worth_q);
        let _ = sweep_q(cash_q, unpaid_q, long_lots, worth_q, short_lots);
    }
}
