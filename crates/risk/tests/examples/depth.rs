//! Size, posted depth, crowding and the cost of moving a price.

use plimsoll_risk::depth::{
    crowded_ppm_up, liquidity_down, manipulation_cap_down, size_factor_ppm_up, Depth, DepthParams,
    BASE_DEPTH_MAX_Q, MOVES_PPM,
};
use plimsoll_risk::units::share_up;
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, ParameterOutOfRange, PriceNotNewer};

const MILLION_Q: u64 = 1_000_000_000_000;
const NOW: i64 = 1_700_000_000;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A million at 2 %; an hour of age, an hour to halve, a tenth of growth a day.
const PARAMS: DepthParams = DepthParams {
    base_depth_q: MILLION_Q,
    age_seconds_max: 3_600,
    halving_seconds: 3_600,
    growth_ppm: 100_000,
};

/// `times` the base at every move, posted now.
fn posted(times: u64) -> Depth {
    Depth {
        posted_q: base().map(|depth_q| depth_q * times),
        posted_seconds: NOW,
    }
}

fn base() -> [u64; 5] {
    [4, 25, 100, 400, 2_500].map(|quarters| MILLION_Q / 4 * quarters)
}

#[test]
fn r_s1_the_size_factor_is_the_root_of_one_and_the_share() {
    // Notional, liquidity, factor.
    let table = [
        (0, MILLION_Q, 1_000_000),
        (MILLION_Q, MILLION_Q, 1_414_214),
        (3 * MILLION_Q, MILLION_Q, 2_000_000),
        (8 * MILLION_Q, MILLION_Q, 3_000_000),
        (MILLION_Q / 100, MILLION_Q, 1_004_988),
        (1, u64::MAX, 1_000_001),
        (3, 1, 2_000_000),
        (u64::MAX, u64::MAX, 1_414_214),
        // 4,294.967295 squared less one, and where it saturates.
        (18_446_742, 1, 4_294_967_172),
        (18_446_744, 1, u32::MAX),
        (u64::MAX, 1, u32::MAX),
    ];
    for (notional_q, liquidity_q, factor_ppm) in table {
        let factor = size_factor_ppm_up(notional_q, liquidity_q);
        assert_eq!(factor, Ok(factor_ppm), "{notional_q} over {liquidity_q}");
    }
    assert_eq!(size_factor_ppm_up(0, 0), Err(DivisionByZero));
    assert_eq!(size_factor_ppm_up(1, 0), Err(DivisionByZero));
}

#[test]
fn r_s1_far_beyond_the_liquidity_twice_the_size_pays_the_root_of_two_and_costs_2_828_times() {
    let added = |notional_q: u64| {
        let factor = size_factor_ppm_up(notional_q, 1_000_000).unwrap();
        // Of a ratio of one.
        let cost_q = share_up(notional_q, factor).unwrap();
        (f64::from(factor) - 1e6, (cost_q - notional_q) as f64)
    };
    // A thousand to four million times the liquidity; the one under the root and the one taken off pale.
    for (times, within) in [(1_000, 2e-2), (100_000, 2e-3), (4_000_000, 3e-4)] {
        let (once, twice) = (added(times * 1_000_000), added(2 * times * 1_000_000));
        let (rate, cost) = (twice.0 / once.0, twice.1 / once.1);
        assert!((rate / 2_f64.sqrt() - 1.0).abs() < within, "{rate}");
        assert!((cost / 8_f64.sqrt() - 1.0).abs() < within, "{cost}");
    }
}

#[test]
fn r_s2_liquidity_is_the_pools_depth_at_the_price_and_the_external_one() {
    // 10,000 lots of a thousandth at 100: a thousand.
    let own = |lots, external_q| liquidity_down(lots, 10_000_000_000, 100_000, external_q);
    assert_eq!(own(10_000, 0), Ok(1_000_000_000));
    assert_eq!(own(10_000, 7), Ok(1_000_000_007));
    assert_eq!(own(0, 7), Ok(7));
    assert_eq!(liquidity_down(1, 19, 10, 0), Ok(1), "rounded down");
    assert_eq!(liquidity_down(u64::MAX, u64::MAX, 1, 1), Ok(u64::MAX));
    assert_eq!(liquidity_down(u64::MAX, 1, 1, 1), Ok(u64::MAX));
    assert_eq!(liquidity_down(1, 1, 0, 1), Err(DivisionByZero));
}

#[test]
fn r_s3_without_a_post_the_base_grows_with_the_square_of_the_move() {
    assert_eq!(MOVES_PPM, [20_000, 50_000, 100_000, 200_000, 500_000]);
    let unposted = Depth::unposted(NOW);
    for later in [-DAY, 0, DAY, 1_000 * DAY] {
        assert_eq!(unposted.effective_q(&PARAMS, NOW + later), Ok(base()));
    }
    let cheap = |base_depth_q| {
        let params = DepthParams {
            base_depth_q,
            ..PARAMS
        };
        unposted.effective_q(&params, NOW)
    };
    assert_eq!(cheap(1), Ok([1, 6, 25, 100, 625]));
    assert_eq!(cheap(0), Err(ParameterOutOfRange));
    assert!(cheap(BASE_DEPTH_MAX_Q).is_ok());
    assert_eq!(cheap(BASE_DEPTH_MAX_Q + 1), Err(ParameterOutOfRange));
}

#[test]
fn r_s3_a_stale_depth_halves_every_hour_down_to_the_base() {
    let depth = posted(8);
    // Seconds after the post, times the base in 1e-4.
    let table = [
        (-DAY, 80_000),
        (0, 80_000),
        (HOUR, 80_000),
        (2 * HOUR, 40_000),
        (3 * HOUR, 20_000),
        (4 * HOUR, 10_000),
        (5 * HOUR, 10_000),
        (70 * HOUR, 10_000),
        (1_000 * DAY, 10_000),
        (i64::MAX - NOW, 10_000),
    ];
    for (later, times_e4) in table {
        let expected = base().map(|depth_q| depth_q / 10_000 * times_e4);
        let effective = depth.effective_q(&PARAMS, NOW + later);
        assert_eq!(effective, Ok(expected), "after {later} s");
    }
    // Half an hour: the root of a half, and a table entry of 32 bits.
    let halfway = depth.effective_q(&PARAMS, NOW + HOUR + HOUR / 2).unwrap();
    assert_eq!(halfway[0], 5_656_854_249_447);
    let frozen = DepthParams {
        halving_seconds: 0,
        ..PARAMS
    };
    assert_eq!(depth.effective_q(&frozen, NOW), Err(DivisionByZero));
}

#[test]
fn r_s4_a_post_rises_within_the_rail_and_falls_at_once() {
    let much = [u64::MAX; 5];
    let after = |seconds: i64, depths_q| {
        let post = posted(1).posted(&PARAMS, depths_q, NOW + seconds);
        post.map(|depth| depth.posted_q[0])
    };
    assert_eq!(after(0, much), Ok(MILLION_Q));
    assert_eq!(after(DAY, much), Ok(MILLION_Q / 10 * 11));
    assert_eq!(after(100 * DAY, much), Ok(MILLION_Q / 10 * 11), "one day's");
    // Half a day: one over one less half of an eleventh.
    assert_eq!(after(DAY / 2, much), Ok(1_047_619_047_619));
    assert_eq!(after(DAY, [MILLION_Q; 5]), Ok(MILLION_Q));
    assert_eq!(after(0, [3, 4, 4, 5, 6]), Ok(3), "a fall");
    assert_eq!(after(1, [2, 1, 3, 4, 5]), Err(ParameterOutOfRange));
    assert_eq!(after(-1, much), Err(PriceNotNewer));
    let fallen = posted(5).posted(&PARAMS, [0; 5], NOW).unwrap();
    assert_eq!(fallen.effective_q(&PARAMS, NOW), Ok(base()), "to the base");
    let full = Depth {
        posted_q: much,
        ..posted(1)
    };
    assert_eq!(full.posted(&PARAMS, much, NOW + 60).unwrap().posted_q, much);
}

#[test]
fn r_s4_who_posts_every_hour_stays_within_the_daily_rail() {
    let mut depth = posted(1);
    for hour in 1..=24 {
        depth = depth
            .posted(&PARAMS, [u64::MAX; 5], NOW + hour * HOUR)
            .unwrap();
    }
    for (grown_q, base_q) in depth.posted_q.iter().zip(base()) {
        assert!(*grown_q <= base_q / 10 * 11, "{grown_q}");
        // Short of it by the interest on interest that a rail of 1 + t·g would have paid.
        assert!(*grown_q > base_q / 1_000 * 1_095, "{grown_q}");
    }
}

#[test]
fn r_s5_the_initial_ratio_rises_to_one_between_two_open_interests() {
    // Five per cent between 100 and 200 lots.
    let table = [
        (0, 50_000),
        (100, 50_000),
        (101, 59_500),
        (150, 525_000),
        (199, 990_500),
        (200, 1_000_000),
        (u64::MAX, 1_000_000),
    ];
    for (open_interest_lots, ratio_ppm) in table {
        let crowded = crowded_ppm_up(50_000, open_interest_lots, 100, 200);
        assert_eq!(crowded, Ok(ratio_ppm), "{open_interest_lots} lots");
    }
    assert_eq!(
        crowded_ppm_up(999_999, 1, 0, 3),
        Ok(1_000_000),
        "rounded up"
    );
    assert_eq!(crowded_ppm_up(1_000_000, 150, 100, 200), Ok(1_000_000));
    assert_eq!(crowded_ppm_up(2_000_000, 200, 100, 200), Ok(2_000_000));
    assert_eq!(crowded_ppm_up(50_000, 150, 0, u64::MAX), Ok(50_001));
    assert_eq!(
        crowded_ppm_up(50_000, 0, 100, 100),
        Err(ParameterOutOfRange)
    );
    assert_eq!(
        crowded_ppm_up(50_000, 0, 101, 100),
        Err(ParameterOutOfRange)
    );
}

/// The square-root law: the depth at each move from that at 2 %.
fn by_square(depth_q: u64) -> [u64; 5] {
    [4, 25, 100, 400, 2_500].map(|quarters| depth_q / 4 * quarters)
}

#[test]
fn r_s6_open_interest_is_worth_less_to_move_than_moving_the_price_costs() {
    // What moves SOL, BTC and ETH by 2 % within an hour on one venue: 92, 923 and 326 million. The cheapest
    // move is the smallest, and without fees it costs half of the depth, where two thirds are the root law's
    // 61, 615 and 217 million.
    for (depth, half) in [(92, 46_000_000), (923, 461_500_000), (326, 163_000_000)] {
        let depths_q = by_square(depth * MILLION_Q);
        let cap = |theta_ppm, fee_ppm| manipulation_cap_down(&depths_q, theta_ppm, fee_ppm);
        assert_eq!(cap(1_000_000, 0), Ok(half * 1_000_000));
        assert_eq!(cap(500_000, 0), Ok(half * 500_000));
        assert_eq!(cap(0, 0), Ok(0));
        // Two fees of a tenth of a per cent are a fifth of the move's own cost.
        assert_eq!(cap(1_000_000, 1_000), Ok(half * 1_200_000));
    }
    // With a twelfth of the move as fee it is the two thirds: 61.3 million of SOL.
    let sol = manipulation_cap_down(&by_square(92 * MILLION_Q), 1_000_000, 1_667);
    assert_eq!(sol, Ok(61_336_400_000_000));
}

#[test]
fn r_s6_the_cheapest_move_decides() {
    // A book without depth beyond 10 %: moving it by 50 % costs no more.
    let thin = [100, 200, 300, 300, 300].map(|depth| depth * 1_000_000);
    assert_eq!(manipulation_cap_down(&thin, 1_000_000, 0), Ok(50_000_000));
    // With fees the larger moves cost less for what they earn: 300·(1/2 + 0.04) against 100·(1/2 + 1).
    assert_eq!(
        manipulation_cap_down(&thin, 1_000_000, 10_000),
        Ok(150_000_000)
    );
    assert_eq!(
        manipulation_cap_down(&thin, 1_000_000, 50_000),
        Ok(210_000_000)
    );
    assert_eq!(
        manipulation_cap_down(&[3; 5], 1_000_000, 0),
        Ok(1),
        "rounded down"
    );
    let refused = [(1_000_001, 0), (0, 1_000_001)];
    for (theta_ppm, fee_ppm) in refused {
        let cap = manipulation_cap_down(&thin, theta_ppm, fee_ppm);
        assert_eq!(cap, Err(ParameterOutOfRange));
    }
    let most = manipulation_cap_down(&[u64::MAX; 5], 1_000_000, 1_000_000);
    assert_eq!(most, Err(Overflow));
}
