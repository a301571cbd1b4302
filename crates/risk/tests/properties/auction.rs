//! Sales and interest: what a part brings, and when.

use crate::strategies::{cases, wide, wide_u32};
use plimsoll_risk::auction::{
    discount_ppm_down, interest_up, is_covered, proceeds_up, since_seconds, AuctionParams,
};
use proptest::prelude::*;

const PAR_E8: u64 = 100_000_000;

fn params() -> impl Strategy<Value = AuctionParams> {
    (
        0_u32..=500_000,
        0_u32..=500_000,
        60_u32..=86_400,
        60_u32..=604_800,
    )
        .prop_map(|(a, b, seconds, hold_seconds)| AuctionParams {
            start_ppm: a.min(b),
            max_ppm: a.max(b),
            seconds,
            hold_seconds,
        })
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_l10_a_sale_brings_at_least_what_the_collateral_counts_for(
        amount in 1_u64..1 << 40, price_e8 in 1_u64..1 << 42, decimals in 0_u32..10,
        haircut in 0_u32..=500_000, discount in 0_u32..=500_000, quote in 50_000_000_u64..200_000_000,
    ) {
        let divisor = 10_u64.pow(decimals + 2);
        let discount = discount.min(haircut);
        prop_assert!(is_covered(0, discount, haircut));
        let Ok(brought) = proceeds_up(amount, price_e8, divisor, discount, quote) else {
            return Ok(());
        };
        let exact = u128::from(amount) * u128::from(price_e8) / u128::from(divisor);
        let counts = exact * u128::from(1_000_000 - haircut) / 1_000_000;
        prop_assert!(u128::from(brought) >= counts);
        // Three roundings up, the last two grown by a quote currency of at least a half.
        let most = (exact + 1) * u128::from(1_000_000 - discount) / 1_000_000 + 1;
        let most = most * u128::from(PAR_E8) / u128::from(quote.min(PAR_E8)) + 2;
        prop_assert!(u128::from(brought) <= most);
    }

    #[test]
    fn r_l11_the_discount_grows_from_its_start_to_its_most(
        params in params(), since in 1_i64..1 << 40, a in 0_i64..2_000_000, b in 0_i64..2_000_000,
    ) {
        let at = |age| discount_ppm_down(&params, since, since + age).unwrap();
        prop_assert_eq!(at(0), params.start_ppm);
        prop_assert_eq!(at(i64::from(params.seconds)), params.max_ppm);
        prop_assert!(at(a.min(b)) <= at(a.max(b)) && at(a) <= params.max_ppm);
        prop_assert_eq!(discount_ppm_down(&params, since, since - a), Ok(params.start_ppm));
    }

    #[test]
    fn r_l11_an_old_finding_is_forgotten(
        params in params(), found in 1_i64..1 << 40, age in 0_i64..1_500_000,
    ) {
        let lasts = i64::from(params.seconds) + i64::from(params.hold_seconds);
        let now = found + age;
        let expected = if age <= lasts { found } else { now };
        prop_assert_eq!(since_seconds(&params, found, now), expected);
        prop_assert_eq!(since_seconds(&params, 0, now), now);
        prop_assert_eq!(since_seconds(&params, now + 1, now), now);
    }

    #[test]
    fn r_l13_interest_is_the_exact_ceiling(
        debt in 0_u64..1 << 50, rate in 0_u64..=1_000_000, seconds in 0_u64..1 << 32,
    ) {
        let exact = u128::from(debt) * u128::from(rate) * u128::from(seconds);
        let expected = exact.div_ceil(31_536_000_000_000);
        prop_assert_eq!(interest_up(debt, rate, seconds).map(u128::from), Ok(expected));
    }

    #[test]
    fn i10_sales_and_interest_never_panic(
        a in wide(), b in wide(), c in wide(), d in wide(), ppm in [wide_u32(), wide_u32(), wide_u32(), wide_u32()],
    ) {
        let _ = proceeds_up(a, b, c, ppm[0], d);
        let _ = interest_up(a, b, c);
        let params = AuctionParams {
            start_ppm: ppm[0], max_ppm: ppm[1], seconds: ppm[2], hold_seconds: ppm[3],
        };
        let since = since_seconds(&params, a as i64, b as i64);
        let _ = discount_ppm_down(&params, since, c as i64);
    }
}
