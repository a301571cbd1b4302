//! Size, posted depth, crowding and the manipulation cap against the reference, and their shapes.

use crate::reference::depth::{
    crowded_up, effective_down, left_exact, liquidity_down as liquidity_of,
    manipulation_cap_down as cap_of, rail_down, size_factor_up, size_square,
};
use crate::reference::rational::{ppm, ratio, whole, Rational};
use crate::strategies::{cases, divisor, positive, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::depth::{
    crowded_ppm_up, liquidity_down, manipulation_cap_down, size_factor_ppm_up, Depth, DepthParams,
    BASE_DEPTH_MAX_Q,
};
use proptest::prelude::*;

const NOW: i64 = 1_700_000_000;

prop_compose! {
    /// Parameters that the program accepts.
    fn params()(
        base_depth_q in positive(54), age_seconds_max in 60_u32..=86_400,
        halving_seconds in 60_u32..=604_800, growth_ppm in 0_u32..=1_000_000,
    ) -> DepthParams {
        DepthParams { base_depth_q, age_seconds_max, halving_seconds, growth_ppm }
    }
}

prop_compose! {
    /// Depths in order.
    fn depths()(mut depths_q in [wide(), wide(), wide(), wide(), wide()]) -> [u64; 5] {
        depths_q.sort_unstable();
        depths_q
    }
}

prop_compose! {
    fn depth()(posted_q in depths(), age in 0_i64..5_000_000) -> Depth {
        Depth { posted_q, posted_seconds: NOW - age }
    }
}

fn squared(x: Rational) -> Rational {
    x.clone() * x
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_s1_the_size_factor_is_the_references_bit_by_bit_and_the_least_not_below_exact(
        notional_q in wide(), liquidity_q in positive(64),
    ) {
        let factor = size_factor_ppm_up(notional_q, liquidity_q).unwrap();
        let most = BigInt::from(u32::MAX);
        prop_assert_eq!(BigInt::from(factor), size_factor_up(notional_q, liquidity_q).min(most));
        let square = size_square(notional_q, liquidity_q);
        prop_assert!(factor == u32::MAX || squared(ppm(factor)) >= square.clone());
        prop_assert!(squared(ppm(factor - 1)) < square);
    }

    #[test]
    fn i7_the_size_factor_is_monotone_and_has_no_cliff(
        notional_q in positive(62), more_q in positive(62), liquidity_q in positive(62),
    ) {
        let factor = |notional, liquidity| size_factor_ppm_up(notional, liquidity).unwrap();
        let base = factor(notional_q, liquidity_q);
        prop_assert!(factor(notional_q + more_q, liquidity_q) >= base);
        prop_assert!(factor(notional_q, liquidity_q + more_q) <= base);
        // The slope is steepest at nothing: half of a part in L.
        let step = factor(notional_q + more_q, liquidity_q) - base;
        let steepest = ratio(more_q, liquidity_q) * whole(500_000) + whole(1);
        prop_assert!(whole(step) <= steepest);
    }

    #[test]
    fn r_s1_a_larger_position_costs_more_than_its_parts(
        a in positive(40), b in positive(40), liquidity_q in positive(44),
    ) {
        // Requirements of a ratio of one: superadditive, within the rounding of the two factors.
        let cost = |q: u64| whole(q) * ppm(size_factor_ppm_up(q, liquidity_q).unwrap());
        prop_assert!(cost(a + b) + ratio(a + b, 1_000_000) >= cost(a) + cost(b));
    }

    #[test]
    fn r_s2_liquidity_is_the_exact_floor_and_monotone(
        lots in wide(), price_e8 in positive(62), divisor in divisor(), external_q in wide(), more in wide(),
    ) {
        let found = liquidity_down(lots, price_e8, divisor, external_q).unwrap();
        let exact = liquidity_of(lots, price_e8, divisor, external_q);
        prop_assert_eq!(BigInt::from(found), exact.min(u64::MAX.into()));
        for (lots, price_e8, external_q) in [
            (lots.saturating_add(more), price_e8, external_q),
            (lots, price_e8.saturating_add(more), external_q),
            (lots, price_e8, external_q.saturating_add(more)),
        ] {
            prop_assert!(liquidity_down(lots, price_e8, divisor, external_q).unwrap() >= found);
        }
    }

    #[test]
    fn r_s3_what_counts_is_the_references_bit_by_bit_and_monotone_in_the_move(
        params in params(), depth in depth(), later in wide_i64(),
    ) {
        let found = depth.effective_q(&params, later).unwrap();
        let exact = effective_down(&depth, &params, later);
        prop_assert_eq!(found.map(BigInt::from), exact);
        prop_assert!(found.is_sorted());
        let base = Depth::unposted(later).effective_q(&params, later).unwrap();
        prop_assert!(found.iter().zip(base).all(|(found, base)| *found >= base));
    }

    #[test]
    fn r_s3_a_post_fades_no_slower_than_the_exponential_and_without_a_cliff(
        params in params(), depth in depth(),
    ) {
        let at = |now: i64| depth.effective_q(&params, now).unwrap();
        let left = left_exact(&depth, &params, NOW);
        let base = Depth::unposted(NOW).effective_q(&params, NOW).unwrap();
        let (now, next) = (at(NOW), at(NOW + 1));
        for (place, posted_q) in depth.posted_q.into_iter().enumerate() {
            // R-V5: the chord is off by 1.5e-5, and the floor by one.
            let exact = whole(posted_q) * left.clone();
            let found = whole(now[place]);
            prop_assert!(found.clone() <= exact.clone().max(whole(base[place])));
            prop_assert!(found >= exact * ratio(999_984, 1_000_000) - whole(1));
            // A second takes at most ln 2 = 0.693 of its part of the halving, on the steepest chord 0.697.
            prop_assert!(next[place] <= now[place], "time alone never deepens a market");
            let fall = whole(now[place] - next[place]);
            let part = ratio(7, u64::from(params.halving_seconds) * 10);
            prop_assert!(fall <= whole(now[place]) * part + whole(2));
        }
    }

    #[test]
    fn i7_what_counts_is_monotone_in_post_base_and_age_limits(
        params in params(), depth in depth(), more in depths(), (base_more, age_more) in (positive(54), 0_u32..86_400),
    ) {
        let at = |depth: &Depth, params: &DepthParams| depth.effective_q(params, NOW).unwrap();
        let found = at(&depth, &params);
        let mut deeper = depth;
        for (posted_q, more_q) in deeper.posted_q.iter_mut().zip(more) {
            *posted_q = posted_q.saturating_add(more_q);
        }
        let vouched = DepthParams {
            base_depth_q: params.base_depth_q.saturating_add(base_more).min(BASE_DEPTH_MAX_Q),
            ..params
        };
        let patient = DepthParams { age_seconds_max: params.age_seconds_max + age_more, ..params };
        for raised in [at(&deeper, &params), at(&depth, &vouched), at(&depth, &patient)] {
            prop_assert!(raised.iter().zip(found).all(|(raised, found)| *raised >= found));
        }
    }

    #[test]
    fn r_s4_a_post_counts_up_to_the_references_rail_bit_by_bit(
        params in params(), depth in depth(), depths_q in depths(),
    ) {
        let post = depth.posted(&params, depths_q, NOW).unwrap();
        prop_assert_eq!(post.posted_seconds, NOW);
        let elapsed = u64::try_from(NOW - depth.posted_seconds).unwrap();
        let effective = effective_down(&depth, &params, NOW);
        for ((found, asked), effective) in post.posted_q.into_iter().zip(depths_q).zip(effective) {
            let rail = rail_down(&effective, params.growth_ppm, elapsed);
            prop_assert_eq!(BigInt::from(found), rail.min(asked.into()));
        }
        prop_assert!(post.posted_q.is_sorted());
    }

    #[test]
    fn r_s4_no_sequence_of_posts_outgrows_the_rail_of_its_days(
        params in params(), depth in depth(),
        posts in prop::collection::vec((depths(), 0_i64..100_000), 1..30),
    ) {
        let (mut depth, mut now) = (depth.posted(&params, depth.posted_q, NOW).unwrap(), NOW);
        let start = depth.effective_q(&params, NOW).unwrap();
        for (depths_q, pause) in posts {
            now += pause;
            depth = depth.posted(&params, depths_q, now).unwrap();
            let days = u32::try_from((now - NOW) / 86_400).unwrap() + 1;
            // Within the day that has begun no more than that day's growth.
            let growth = (0..days).fold(whole(1), |all, _| all * (whole(1) + ppm(params.growth_ppm)));
            let effective = depth.effective_q(&params, now).unwrap();
            for (effective_q, start_q) in effective.into_iter().zip(start) {
                prop_assert!(whole(effective_q) <= whole(start_q) * growth.clone());
            }
        }
    }

    #[test]
    fn r_s5_the_crowded_ratio_is_the_references_bit_by_bit(
        initial_ppm in wide_u32(), open in wide(), low in wide(), width in positive(63),
    ) {
        let (low, high) = (low.min(u64::MAX - width), low.min(u64::MAX - width) + width);
        let found = crowded_ppm_up(initial_ppm, open, low, high).unwrap();
        prop_assert_eq!(BigInt::from(found), crowded_up(initial_ppm, open, low, high));
        prop_assert!((initial_ppm..=initial_ppm.max(1_000_000)).contains(&found));
    }

    #[test]
    fn i7_the_crowded_ratio_is_monotone_and_has_no_cliff(
        initial_ppm in 0_u32..=1_000_000, higher in 0_u32..=1_000_000,
        open in 0_u64..1 << 40, low in 0_u64..1 << 40, width in positive(40), more in positive(40),
    ) {
        let crowded = |initial, open, low, high| crowded_ppm_up(initial, open, low, high).unwrap();
        let base = crowded(initial_ppm, open, low, low + width);
        prop_assert!(crowded(initial_ppm + higher, open, low, low + width) >= base);
        prop_assert!(crowded(initial_ppm, open, low + more, low + width + more) <= base);
        prop_assert!(crowded(initial_ppm, open, low, low + width + more) <= base);
        let fuller = crowded(initial_ppm, open + more, low, low + width);
        prop_assert!(fuller >= base);
        let most = whole(1_000_000 - initial_ppm) * ratio(more, width) + whole(1);
        prop_assert!(whole(fuller - base) <= most);
        // Nor in the ratio: what is left to one only shrinks.
        prop_assert!(crowded(initial_ppm + 1, open, low, low + width) <= base + 1);
    }

    #[test]
    fn r_s6_the_manipulation_cap_is_the_references_bit_by_bit(
        depths_q in depths(), theta_ppm in 0_u32..=1_000_000, fee_ppm in 0_u32..=1_000_000,
    ) {
        // Where any move's own cap exceeds 64 bits all is refused: 1/2 and two fees over 2 % are at most 100.5.
        match manipulation_cap_down(&depths_q, theta_ppm, fee_ppm) {
            Ok(found) => {
                prop_assert_eq!(BigInt::from(found), cap_of(&depths_q, theta_ppm, fee_ppm));
            }
            Err(_) => prop_assert!(depths_q[4] > u64::MAX / 101),
        }
    }

    #[test]
    fn i7_the_manipulation_cap_is_monotone_and_has_no_cliff(
        depths_q in [positive(50), positive(50), positive(50), positive(50), positive(50)],
        more in [positive(50), positive(50), positive(50), positive(50), positive(50)],
        (theta_ppm, fee_ppm) in (0_u32..1_000_000, 0_u32..20_000),
    ) {
        let cap = |depths: &[u64; 5], theta, fee| manipulation_cap_down(depths, theta, fee).unwrap();
        let base = cap(&depths_q, theta_ppm, fee_ppm);
        let mut deeper = depths_q;
        let mut deepened = 0;
        for (depth_q, more_q) in deeper.iter_mut().zip(more) {
            *depth_q += more_q;
            deepened = deepened.max(more_q);
        }
        let raised = cap(&deeper, theta_ppm, fee_ppm);
        prop_assert!(raised >= base);
        // Half, and two fees of at most 2 % over a move of 2 %, of what was added.
        prop_assert!(whole(raised - base) <= whole(deepened) * ratio(5, 2) + whole(1));
        for other in [cap(&depths_q, theta_ppm + 1, fee_ppm), cap(&depths_q, theta_ppm, fee_ppm + 1)] {
            prop_assert!(other >= base);
            let least = *depths_q.iter().min().unwrap();
            prop_assert!(whole(other - base) <= whole(least) * ratio(1, 9_000) + whole(1));
        }
    }

    #[test]
    fn i10_depths_never_panic(
        a in [wide(), wide(), wide(), wide(), wide()], (b, c, d, e) in (wide(), wide_u32(), wide_u32(), wide_u32()),
        (posted_seconds, now) in (wide_i64(), wide_i64()), depths_q in [wide(), wide(), wide(), wide(), wide()],
    ) {
        let _ = size_factor_ppm_up(a[0], a[1]);
        let _ = liquidity_down(a[0], a[1], a[2], a[3]);
        let params = DepthParams { base_depth_q: b, age_seconds_max: c, halving_seconds: d, growth_ppm: e };
        let depth = Depth { posted_q: a, posted_seconds };
        let refused = !(1..=BASE_DEPTH_MAX_Q).contains(&b) || d == 0;
        prop_assert_eq!(depth.effective_q(&params, now).is_err(), refused);
        let posted = depth.posted(&params, depths_q, now);
        prop_assert_eq!(posted.is_err(), refused || !depths_q.is_sorted() || now < posted_seconds);
        prop_assert_eq!(crowded_ppm_up(c, a[0], a[1], a[2]).is_err(), a[1] >= a[2]);
        let _ = manipulation_cap_down(&a, c, d);
    }
}
