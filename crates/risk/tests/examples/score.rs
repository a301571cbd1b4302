//! Ruin, distances and liquidation prices.

use plimsoll_risk::score::{distance_e4_down, liquidation_price_e8, ruin_ppm_up, LegLine};

/// A book that loses a hundred dollars in a move of one sigma.
const SIGMA_Q: u64 = 100_000_000;

fn ruin_at(z_e2: i64) -> u32 {
    ruin_ppm_up(z_e2 * 1_000_000, SIGMA_Q)
}

#[test]
fn r_k1_ruin_is_the_tail_of_the_worst_move_in_an_hour() {
    // The exact values are 17,917.4, 7,802.9, 3,975.6, 2,254.4, 898.0, 432.0, 110.8, 41.4 and 10.2.
    for (z_e2, exact_ppm) in [
        (266, 25_000),
        (300, 17_917),
        (400, 7_802),
        (500, 3_975),
        (600, 2_254),
        (800, 898),
        (1_000, 432),
        (1_500, 110),
        (2_000, 41),
        (3_000, 10),
    ] {
        let found = ruin_at(z_e2);
        let most = exact_ppm + exact_ppm * 87 / 10_000 + 2;
        assert!((exact_ppm..=most).contains(&found), "{z_e2}: {found}");
    }
    assert_eq!(ruin_at(266), 25_000);
    // However far, never nothing while there is risk.
    assert_eq!(ruin_at(10_000), 1);
    assert_eq!(ruin_ppm_up(i64::MAX, 1), 1);
}

#[test]
fn r_k1_below_the_tail_a_bridge_leads_to_one() {
    // 0.025 to the half, to a quarter, and to nothing.
    assert!((158_114..=158_117).contains(&ruin_at(133)));
    assert!((397_635..=397_642).contains(&ruin_ppm_up(66_500_000, SIGMA_Q)));
    assert!((25_000..=25_001).contains(&ruin_ppm_up(265_999_999, SIGMA_Q)));
    assert_eq!(ruin_ppm_up(1, SIGMA_Q), 1_000_000);
    // A thousandth of a sigma: 998,614.2, and a chord's error of 1.5e-5 at the most.
    assert!((998_615..=998_630).contains(&ruin_ppm_up(100_000, SIGMA_Q)));
}

#[test]
fn r_k1_bankrupt_is_certain_and_no_risk_is_none() {
    assert_eq!(ruin_ppm_up(0, SIGMA_Q), 1_000_000);
    assert_eq!(ruin_ppm_up(-1, SIGMA_Q), 1_000_000);
    assert_eq!(ruin_ppm_up(i64::MIN, 0), 1_000_000);
    assert_eq!(ruin_ppm_up(0, 0), 1_000_000);
    assert_eq!(ruin_ppm_up(1, 0), 0);
    assert_eq!(ruin_ppm_up(1, u64::MAX), 1_000_000);
}

#[test]
fn r_k2_a_distance_is_in_sigmas_rounded_towards_danger_and_saturates() {
    for (headroom_q, sigma_q, distance_e4) in [
        (250, 100, 25_000),
        (-250, 100, -25_000),
        (1, 3, 3_333),
        (-1, 3, -3_334),
        (0, 3, 0),
        (0, 0, 0),
        (1, 0, i32::MAX),
        (-1, 0, i32::MIN),
        (214_748, 1, 2_147_480_000),
        (214_749, 1, i32::MAX),
        (-214_749, 1, i32::MIN),
        (i64::MAX, 1, i32::MAX),
        (i64::MIN, 1, i32::MIN),
        (1, u64::MAX, 0),
        (-1, u64::MAX, -1),
    ] {
        assert_eq!(
            distance_e4_down(headroom_q, sigma_q),
            distance_e4,
            "{headroom_q} {sigma_q}"
        );
    }
}

/// A thousand dollars at a price of 100, at 2 %.
const LEG: LegLine = LegLine {
    headroom_q: 98_000_003,
    notional_q: 1_000_000_000,
    ratio_ppm: 20_000,
    price_e8: 10_000_000_000,
    long: true,
};

#[test]
fn r_k3_a_liquidation_price_is_where_headroom_ends() {
    let short = LegLine { long: false, ..LEG };
    // A long loses 980 per fall of the whole price: 98 are a tenth of it.
    assert_eq!(liquidation_price_e8(&LEG), 9_000_000_000);
    // A short loses 1,020.
    assert_eq!(liquidation_price_e8(&short), 10_960_784_313);
    // An atom less of headroom is reached earlier: above for a long, below for a short.
    let less = |leg: LegLine| LegLine {
        headroom_q: leg.headroom_q - 1,
        ..leg
    };
    assert_eq!(liquidation_price_e8(&less(LEG)), 9_000_000_011);
    assert_eq!(liquidation_price_e8(&less(short)), 10_960_784_303);
    // Less than the roundings: now. Below the line: where it would be above again.
    for headroom_q in [0, 3] {
        assert_eq!(
            liquidation_price_e8(&LegLine { headroom_q, ..LEG }),
            10_000_000_000
        );
        assert_eq!(
            liquidation_price_e8(&LegLine {
                headroom_q,
                ..short
            }),
            10_000_000_000
        );
    }
    let below = LegLine {
        headroom_q: -97_999_997,
        notional_q: 1_000_000_001,
        ..LEG
    };
    assert_eq!(liquidation_price_e8(&below), 11_000_000_000);
    let below = LegLine {
        headroom_q: -101_999_997,
        notional_q: 1_000_000_001,
        ..short
    };
    assert_eq!(liquidation_price_e8(&below), 9_000_000_000);
}

#[test]
fn r_k3_where_no_price_reaches_the_line_there_is_none() {
    let short = LegLine { long: false, ..LEG };
    let with = |leg: LegLine, headroom_q| liquidation_price_e8(&LegLine { headroom_q, ..leg });
    // A long with more headroom than it can lose; a short whose price would exceed 64 bits.
    assert_eq!(with(LEG, 980_000_003), 0);
    assert_eq!(with(LEG, 980_000_002), 11);
    assert_eq!(with(LEG, i64::MAX), 0);
    let wild = LegLine {
        notional_q: 1,
        ..short
    };
    assert_eq!(with(wild, i64::MAX), u64::MAX);
    // A short that no fall can save, a long that no rise can.
    assert_eq!(with(short, i64::MIN), 0);
    assert_eq!(
        with(
            LegLine {
                notional_q: 1,
                ..LEG
            },
            i64::MIN
        ),
        u64::MAX
    );
    // No notional, or a ratio of one: the price changes nothing.
    let nothing = LegLine {
        notional_q: 0,
        ..LEG
    };
    let whole = LegLine {
        ratio_ppm: 1_000_000,
        ..LEG
    };
    for leg in [nothing, whole] {
        assert_eq!((with(leg, 10), with(leg, -10)), (0, u64::MAX));
    }
    let nothing = LegLine {
        long: false,
        ..nothing
    };
    assert_eq!((with(nothing, 10), with(nothing, -10)), (u64::MAX, 0));
}
