//! Outlooks against the reference, and what they can do at worst.

use crate::reference::outlook::{implied_e18, raised_e18};
use crate::strategies::{cases, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::outlook::{implied_variance_e18_up, raised_variance_e18, Outlook};
use proptest::collection::vec;
use proptest::prelude::*;

/// Posts whose ends lie about the same time as the clock's draws, or anywhere.
fn outlooks() -> impl Strategy<Value = Vec<Outlook>> {
    let expires = prop_oneof![-20_i64..20, wide_i64()];
    let outlook = (wide(), expires).prop_map(|(variance_e18, expires_seconds)| Outlook {
        variance_e18,
        expires_seconds,
    });
    vec(outlook, 0..4)
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_v7_an_implied_variance_is_the_exact_ceiling(bps in wide_u32()) {
        let exact = implied_e18(bps).ceil();
        match implied_variance_e18_up(bps) {
            Ok(variance_e18) => prop_assert_eq!(BigInt::from(variance_e18), exact),
            Err(_) => prop_assert!(exact > u64::MAX.into()),
        }
    }

    #[test]
    fn r_v7_the_raised_variance_is_the_references_bit_by_bit(
        (measured, slow) in (wide(), wide()), outlooks in outlooks(),
        multiple in wide_u32(), now in prop_oneof![-20_i64..20, wide_i64()],
    ) {
        let raised = raised_variance_e18(measured, slow, &outlooks, multiple, now);
        prop_assert_eq!(BigInt::from(raised), raised_e18(measured, slow, &outlooks, multiple, now));
    }

    #[test]
    fn r_v7_an_outlook_may_only_raise_and_never_beyond_the_multiple(
        (measured, slow) in (wide(), 0_u64..1 << 48), outlooks in outlooks(),
        multiple in 100_u32..=10_000, now in -20_i64..20, other in wide(),
    ) {
        let raised = |outlooks: &[Outlook]| raised_variance_e18(measured, slow, outlooks, multiple, now);
        let rail = (slow * u64::from(multiple)).div_ceil(100);
        prop_assert!(raised(&outlooks) >= measured);
        prop_assert!(raised(&outlooks) <= measured.max(rail));
        // One more never lowers, one that has expired changes nothing.
        let with = |expires_seconds| {
            let posted = Outlook { variance_e18: other, expires_seconds };
            raised(&[outlooks.clone(), vec![posted]].concat())
        };
        prop_assert!(with(now) >= raised(&outlooks));
        prop_assert_eq!(with(now - 1), raised(&outlooks));
    }
}
