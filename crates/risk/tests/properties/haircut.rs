//! The onboarding of a collateral.

use crate::strategies::{cases, wide, wide_u32};
use plimsoll_risk::haircut::{counted_ppm_down, onboarded_cap_down};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_h1_shares_and_caps_only_grow_and_are_the_exact_floor(
        haircut_ppm in 0_u32..=1_000_000, cap in wide(), listed in -1_000_000_i64..1_000_000,
        onboarding in 1_u32..10_000_000, since in 0_u32..20_000_000, more in 0_u32..1_000_000,
    ) {
        let now = listed + i64::from(since);
        let elapsed = u128::from(since.min(onboarding));
        let counted = counted_ppm_down(haircut_ppm, listed, onboarding, now).unwrap();
        let exact = u128::from(1_000_000 - haircut_ppm) * elapsed / u128::from(onboarding);
        prop_assert_eq!(u128::from(counted), exact);
        let capped = onboarded_cap_down(cap, listed, onboarding, now).unwrap();
        prop_assert_eq!(u128::from(capped), u128::from(cap) * elapsed / u128::from(onboarding));
        let later = now + i64::from(more);
        prop_assert!(counted_ppm_down(haircut_ppm, listed, onboarding, later).unwrap() >= counted);
        prop_assert!(onboarded_cap_down(cap, listed, onboarding, later).unwrap() >= capped);
    }

    #[test]
    fn i10_haircuts_never_panic(
        haircut_ppm in wide_u32(), cap in wide(), listed in any::<i64>(), onboarding in wide_u32(),
        now in any::<i64>(),
    ) {
        let counted = counted_ppm_down(haircut_ppm, listed, onboarding, now);
        prop_assert_eq!(counted.is_err(), haircut_ppm > 1_000_000);
        prop_assert!(onboarded_cap_down(cap, listed, onboarding, now).unwrap() <= cap);
    }
}
