//! Carry against the reference.

use crate::reference::carry::{a_second, borrow, charged, funding_step};
use crate::reference::rational::whole;
use crate::strategies::{cases, divisor, positive, size, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::carry::{
    index_shift, skew_ppm, utilisation_ppm_up, BorrowParams, Carried, Carry, CarrySums,
    FundingParams, Usage, INDEX_MAX,
};
use plimsoll_risk::position::{OpenInterest, Position};
use proptest::prelude::*;

prop_compose! {
    /// What governance may set.
    fn funding_params()(
        velocity_ppm in 0_u32..=10_000_000,
        cap_ppm in 0_u32..=100_000,
        silence_seconds_max in 60_u32..=14_400,
    ) -> FundingParams {
        FundingParams { velocity_ppm, cap_ppm, silence_seconds_max }
    }
}

prop_compose! {
    /// What governance may set.
    fn borrow_params()(
        mut rates in proptest::array::uniform3(0_u32..=50_000),
        kink_utilisation_ppm in 100_000_u32..=950_000,
    ) -> BorrowParams {
        rates.sort_unstable();
        let [idle_ppm, kink_ppm, full_ppm] = rates;
        BorrowParams { idle_ppm, kink_ppm, full_ppm, kink_utilisation_ppm }
    }
}

prop_compose! {
    fn usage()(
        skew_ppm in -1_000_000_i32..=1_000_000,
        long_borrow_e18 in 0_u64..600_000_000_000,
        short_borrow_e18 in 0_u64..600_000_000_000,
    ) -> Usage {
        Usage { skew_ppm, long_borrow_e18, short_borrow_e18 }
    }
}

fn cap_e18(params: &FundingParams) -> i64 {
    i64::try_from(a_second(params.cap_ppm).floor()).unwrap()
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_c1_the_funding_rate_is_the_references_within_its_cap(
        params in funding_params(), usage in usage(), seconds in 0_u64..=14_400, at in -1.0..1.0,
    ) {
        let cap = cap_e18(&params);
        let before = (cap as f64 * at) as i64;
        let after = params.rate_e18(before, usage.skew_ppm, seconds).unwrap();
        let step = funding_step(&params, usage.skew_ppm, seconds);
        let size = step.abs().floor() * usage.skew_ppm.signum();
        let exact = (BigInt::from(before) + size).clamp(BigInt::from(-cap), BigInt::from(cap));
        prop_assert_eq!(BigInt::from(after), exact);
    }

    #[test]
    fn r_c2_the_fee_is_just_above_the_reference_and_never_falls(
        params in borrow_params(), used in 0_u32..=1_000_000, more in 0_u32..=1_000_000,
    ) {
        let fee = params.fee_e18_up(used).unwrap();
        let exact = borrow(&params, used);
        // A ceiling in 1e-12 a day, which is 11.6 of 1e-18 a second, and one more.
        prop_assert!(whole(fee) >= exact && whole(fee) < exact + whole(13));
        prop_assert!(params.fee_e18_up(used.max(more)).unwrap() >= fee);
    }

    #[test]
    fn r_c4_each_index_is_at_least_the_references_and_less_than_a_unit_above(
        params in funding_params(), usage in usage(), seconds in 1_u64..=14_400, at in -1.0..1.0,
        price_e8 in positive(55), divisor in divisor(),
    ) {
        let cap = cap_e18(&params);
        let shift = index_shift(price_e8, divisor);
        let before = Carry {
            funding_e18: (cap as f64 * at) as i64, shift, lot_divisor: divisor, ..Carry::default()
        };
        let after = before.accrued(&params, &usage, price_e8, seconds).unwrap();
        let seconds = seconds.min(u64::from(params.silence_seconds_max));
        let rates = (before.funding_e18, after.funding_e18);
        let fees = (whole(usage.long_borrow_e18), whole(usage.short_borrow_e18));
        let (long, short) = charged(rates, &fees, price_e8, seconds);
        let unit = whole(1_u64 << shift);
        for (index, exact) in [(after.long_index, long), (after.short_index, short)] {
            let exact = exact * unit.clone();
            prop_assert!(whole(index) >= exact && whole(index) < exact + whole(1));
        }
        let both = i128::from(after.long_index) + i128::from(after.short_index);
        prop_assert!(both >= 0, "the pool pays nobody for being on both sides");
    }

    #[test]
    fn r_c5_a_debt_is_rounded_up_and_what_is_earned_down(
        lots in size(50), index in size(61), entry in size(61), shift in 0_u32..=30, divisor in divisor(),
    ) {
        let carry = Carry { long_index: index, short_index: index, shift, lot_divisor: divisor, ..Carry::default() };
        let held = Carried { position: Position { lots, entry_q: 0 }, index: entry };
        let exact = whole(lots.abs()) * whole(index - entry) / whole(divisor) / whole(1_u64 << shift);
        match carry.due_up(&held) {
            Ok(due) => prop_assert_eq!(BigInt::from(due), exact.ceil()),
            Err(_) => prop_assert!(exact.abs().ceil() > BigInt::from(i64::MAX)),
        }
    }

    #[test]
    fn i10_carry_never_panics(
        rates in proptest::array::uniform7(wide_u32()), skew in wide_i64(), fees in (wide(), wide()),
        numbers in proptest::array::uniform4(wide_i64()),
        price_e8 in wide(), seconds in wide(), divisor in wide(), shift in 0_u32..64,
    ) {
        let [velocity_ppm, cap_ppm, silence_seconds_max, idle_ppm, kink_ppm, full_ppm, used_ppm] = rates;
        let params = FundingParams { velocity_ppm, cap_ppm, silence_seconds_max };
        let borrow = BorrowParams { idle_ppm, kink_ppm, full_ppm, kink_utilisation_ppm: cap_ppm };
        let [funding_e18, long_index, short_index, lots] = numbers;
        let carry = Carry { funding_e18, long_index, short_index, shift, lot_divisor: divisor };
        let usage = Usage {
            skew_ppm: skew_ppm(skew, price_e8).unwrap_or(skew as i32),
            long_borrow_e18: fees.0,
            short_borrow_e18: fees.1,
        };
        let _ = params.rate_e18(funding_e18, skew as i32, seconds);
        let _ = (borrow.fee_e18_up(used_ppm), utilisation_ppm_up(seconds, divisor).unwrap());
        let _ = carry.accrued(&params, &usage, price_e8, seconds);
        let held = Carried { position: Position { lots, entry_q: long_index }, index: short_index };
        let _ = carry.folded(&held);
        let sums = CarrySums { long: i128::from(lots) << 64, short: i128::MIN };
        let _ = sums.replace(&held, &carry.carried(held.position));
        let open = OpenInterest { long_lots: price_e8, short_lots: seconds, ..OpenInterest::default() };
        let _ = (sums.folded_up(&open, &carry), sums.folded_down(&open, &carry));
        prop_assert!(index_shift(price_e8, divisor) <= 64);
    }
}

/// 15 % a day at the most: governance's caps.
#[test]
fn r_c4_an_index_does_not_end_within_a_century() {
    let params = FundingParams {
        velocity_ppm: 10_000_000,
        cap_ppm: 100_000,
        silence_seconds_max: 14_400,
    };
    let borrow_e18 = a_second(50_000).ceil().try_into().unwrap();
    let usage = Usage {
        skew_ppm: 1_000_000,
        long_borrow_e18: borrow_e18,
        short_borrow_e18: borrow_e18,
    };
    // The first price, and the price ever since: a hundredfold, or a million quote units.
    for (first_e8, price_e8) in [
        (1, 100),
        (1_000, 100_000),
        (15_000_000_000, 1_500_000_000_000),
        (6_000_000_000_000, 100_000_000_000_000),
        ((1 << 42) - 1, (1 << 42) * 100),
    ] {
        for divisor in [10, 100_000, 10_000_000_000] {
            let carry = Carry {
                funding_e18: cap_e18(&params),
                shift: index_shift(first_e8, divisor),
                lot_divisor: divisor,
                ..Carry::default()
            };
            let step = carry.accrued(&params, &usage, price_e8, 14_400).unwrap();
            let years = INDEX_MAX / step.long_index * 14_400 / 31_536_000;
            assert!(years > 190, "{years} at {first_e8} and {divisor}");
        }
    }
}
