//! The price of an exit against exact arithmetic; touches.

use crate::reference::rational::{ppm, whole};
use crate::strategies::{cases, wide, wide_u32};
use plimsoll_risk::order::{exit_price_e8, Awaited};
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_o6_a_price_touches_exactly_one_of_stop_and_limit_or_is_the_trigger(
        buys: bool, trigger_e8 in wide(), price_e8 in prop_oneof![wide(), Just(7)],
    ) {
        let better = Awaited::Better.is_touched(buys, trigger_e8, price_e8);
        let worse = Awaited::Worse.is_touched(buys, trigger_e8, price_e8);
        prop_assert_eq!(better && worse, trigger_e8 == price_e8);
        prop_assert!(better || worse);
        // Who sells waits for what who buys shuns.
        prop_assert_eq!(better, Awaited::Worse.is_touched(!buys, trigger_e8, price_e8));
    }

    #[test]
    fn r_o9_an_exit_is_the_exact_worst_rounded_by_less_than_a_unit(
        (price_e8, slow_e8) in (1_u64..1 << 62, 1_u64..1 << 62), confidence_ppm in 0_u32..1_000_000,
    ) {
        let confidence = whole(price_e8) * ppm(confidence_ppm);
        let high = exit_price_e8(true, price_e8, confidence_ppm, slow_e8).unwrap();
        let exact = (whole(price_e8) + confidence.clone()).max(whole(slow_e8));
        prop_assert!(whole(high) >= exact && whole(high) < exact + whole(1));
        let low = exit_price_e8(false, price_e8, confidence_ppm, slow_e8).unwrap();
        let exact = (whole(price_e8) - confidence).min(whole(slow_e8));
        prop_assert!(whole(low) <= exact && whole(low) > exact - whole(1));
        prop_assert!(low <= price_e8.min(slow_e8) && high >= price_e8.max(slow_e8));
    }

    #[test]
    fn i10_exits_never_panic(
        buys: bool, price_e8 in wide(), confidence_ppm in wide_u32(), slow_e8 in wide(),
    ) {
        let _ = exit_price_e8(buys, price_e8, confidence_ppm, slow_e8);
    }
}
