//! What leaves is bounded, and in order.

use crate::strategies::{cases, wide, wide_i64};
use plimsoll_risk::outflow::{exemption_used_q, Outflow, OutflowLimits};
use proptest::prelude::*;

const WINDOW: u32 = 86_400;

proptest! {
    #![proptest_config(cases(5_000))]

    /// Whoever asks for what, and when: in no window does more than twice the limit leave, and tickets are served in
    /// their order.
    #[test]
    fn r_e2_no_window_lets_more_than_two_limits_out(
        limit_q in 1_000_u64..1 << 40,
        steps in prop::collection::vec((0_i64..20_000, 1_u64..1 << 40, any::<bool>()), 1..60),
    ) {
        let limits = OutflowLimits { limit_q, exempt_limit_q: limit_q / 10, window_seconds: WINDOW };
        let (mut state, mut now) = (Outflow::default(), 0);
        let mut left: Vec<(i64, u64)> = Vec::new();
        for (passed, amount_q, ticket) in steps {
            now += passed;
            let settled = state.settled(&limits, now).unwrap();
            prop_assert!(settled.served_q >= state.served_q && settled.served_q <= settled.ticketed_q);
            prop_assert!(settled.gone_q <= limit_q);
            left.push((now, settled.served_q - state.served_q));
            state = settled;
            if ticket {
                state.ticketed_q += amount_q;
            } else if amount_q <= state.room_q(&limits) {
                prop_assert_eq!(state.waiting_q(), 0);
                state.gone_q += amount_q;
                left.push((now, amount_q));
            }
            let since = now - i64::from(WINDOW);
            let recent: u64 = left.iter().filter(|(at, _)| *at > since).map(|(_, q)| q).sum();
            prop_assert!(recent <= 2 * limit_q, "{recent} of {limit_q}");
        }
    }

    /// Asking often changes nothing beyond an atom a step.
    #[test]
    fn r_e2_steps_of_any_length_leak_alike(
        limit_q in 1_000_u64..1 << 40, gone_q in 0_u64..1 << 40,
        steps in prop::collection::vec(0_i64..5_000, 1..20),
    ) {
        let limits = OutflowLimits { limit_q, exempt_limit_q: 0, window_seconds: WINDOW };
        let first = Outflow { gone_q: gone_q.min(limit_q), ..Outflow::default() };
        let (mut often, mut now) = (first, 0);
        let count = steps.len() as u64;
        for passed in steps {
            now += passed;
            often = often.settled(&limits, now).unwrap();
        }
        let once = first.settled(&limits, now).unwrap();
        prop_assert!(often.gone_q >= once.gone_q && often.gone_q <= once.gone_q + count);
    }

    #[test]
    fn i10_the_outflow_never_panics(
        [gone_q, exempt_q, ticketed_q, served_q, limit_q, held_q] in
            [wide(), wide(), wide(), wide(), wide(), wide()],
        (since_seconds, now_seconds) in (wide_i64(), wide_i64()),
    ) {
        let state = Outflow { gone_q, exempt_q, ticketed_q, served_q, since_seconds };
        let limits = OutflowLimits { limit_q, exempt_limit_q: held_q, window_seconds: limit_q as u32 };
        let _ = (state.settled(&limits, now_seconds), state.room_q(&limits));
        let _ = OutflowLimits::new((held_q, gone_q), (limit_q as u32, exempt_q), held_q as u32, 1);
        let _ = exemption_used_q(gone_q, since_seconds, limit_q as u32, now_seconds);
    }
}
