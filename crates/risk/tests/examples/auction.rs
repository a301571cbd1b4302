//! Sales of collateral, slices and interest, by hand.

use plimsoll_risk::auction::{
    discount_ppm_down, interest_up, is_covered, proceeds_up, since_seconds, AuctionParams,
};
use plimsoll_risk::slice::{
    gap_e6, searched_share_up, slice_fee_down, slice_fee_ppm_down, sliced_up,
};
use plimsoll_risk::RiskError::{AboveTheLine, DivisionByZero, ParameterOutOfRange};

const TERMS: AuctionParams = AuctionParams {
    start_ppm: 5_000,
    max_ppm: 40_000,
    seconds: 900,
    hold_seconds: 600,
};

#[test]
fn r_l10_a_sale_brings_the_price_less_the_discount_in_a_quote_of_at_most_par() {
    // Two and a half coins of nine decimals at 150, less 4 %.
    let brings = |quote_e8| {
        proceeds_up(
            2_500_000_000,
            15_000_000_000,
            100_000_000_000,
            40_000,
            quote_e8,
        )
    };
    assert_eq!(brings(100_000_000), Ok(360_000_000));
    assert_eq!(brings(110_000_000), Ok(360_000_000));
    assert_eq!(brings(80_000_000), Ok(450_000_000));
    assert_eq!(brings(0), Err(DivisionByZero));
    // A third of an atom is an atom.
    assert_eq!(proceeds_up(1, 1, 3, 0, 100_000_000), Ok(1));
    assert_eq!(
        proceeds_up(1, 1, 1, 1_000_001, 100_000_000),
        Err(ParameterOutOfRange)
    );
}

#[test]
fn r_l10_no_discount_exceeds_the_haircut() {
    assert!(is_covered(5_000, 40_000, 40_000));
    assert!(!is_covered(5_000, 40_001, 40_000));
    assert!(!is_covered(40_000, 5_000, 40_000));
}

#[test]
fn r_l11_the_discount_grows_holds_and_starts_anew() {
    let at = |now| {
        let since = since_seconds(&TERMS, 1_000, now);
        discount_ppm_down(&TERMS, since, now)
    };
    for (now, discount_ppm) in [
        (1_000, 5_000),
        (1_001, 5_038),
        (1_450, 22_500),
        (1_900, 40_000),
        (2_500, 40_000),
        (2_501, 5_000),
        // A clock that went back.
        (999, 5_000),
    ] {
        assert_eq!(at(now), Ok(discount_ppm), "at {now}");
    }
    let falls = AuctionParams {
        start_ppm: 2,
        max_ppm: 1,
        ..TERMS
    };
    assert_eq!(discount_ppm_down(&falls, 0, 0), Err(ParameterOutOfRange));
}

#[test]
fn r_l12_a_share_is_the_least_that_meets_the_target() {
    // Equity 900 and requirement 1,000: a share leaves 900 of equity and the rest of the requirement.
    let gap = |share_ppm: u32| {
        let left_q = 1_000 - u64::from(share_ppm) / 1_000;
        Ok(gap_e6(900, left_q, 1_100_000))
    };
    let now = gap_e6(900, 1_000, 1_100_000);
    assert_eq!(now, -200_000_000);
    let share_ppm = searched_share_up(1_000_000, now, gap).unwrap();
    assert!(
        (182_000..=182_000 + 3_907).contains(&share_ppm),
        "{share_ppm}"
    );
    assert_eq!(searched_share_up(100_000, now, gap), Ok(100_000));
    assert_eq!(searched_share_up(100_000, 0, gap), Err(AboveTheLine));
    // Far from a straight line, both ways.
    for root in [100, 40_000, 300_000, 999_000_i128] {
        let square = |share_ppm: u32| Ok(i128::from(share_ppm).pow(2) - root.pow(2));
        let bent = |share_ppm: u32| Ok(root.pow(2) - (1_000_000 - i128::from(share_ppm)).pow(2));
        for (found, least) in [
            (searched_share_up(1_000_000, -root.pow(2), square), root),
            (
                searched_share_up(1_000_000, root.pow(2) - 1_000_000_000_000, bent),
                1_000_000 - root,
            ),
        ] {
            let beyond = i128::from(found.unwrap()) - least;
            assert!((0..=3_907).contains(&beyond), "{beyond} beyond {least}");
        }
    }
}

#[test]
fn r_l12_parts_are_rounded_up_and_leave_no_dust() {
    let dust = |left: u64| Ok(left < 10);
    assert_eq!(sliced_up(1_000, 500_001, dust), Ok(501));
    assert_eq!(sliced_up(1_000, 990_000, dust), Ok(990));
    assert_eq!(sliced_up(1_000, 991_000, dust), Ok(1_000));
    assert_eq!(sliced_up(1_000, 1_000_000, dust), Ok(1_000));
}

#[test]
fn r_l12_fees_leave_something_of_what_no_hedge_relieves() {
    // A 32nd of 2.5 % of 10,000.
    assert_eq!(slice_fee_down(10_000_000_000, 25_000), Ok(7_810_000));
    // 30 % of 2.5 % are 7,500: half of what a spread leaves, at most the configured.
    assert_eq!(slice_fee_ppm_down(12_500, 6_250, 25_000), Ok(625));
    assert_eq!(slice_fee_ppm_down(100, 6_250, 25_000), Ok(100));
    assert_eq!(slice_fee_ppm_down(12_500, 7_501, 25_000), Ok(0));
}

#[test]
fn r_l13_interest_is_simple_and_rounded_up() {
    let year = 31_536_000;
    assert_eq!(interest_up(1_000_000, 100_000, year), Ok(100_000));
    assert_eq!(interest_up(1_000_000, 100_000, year / 2), Ok(50_000));
    assert_eq!(interest_up(1, 1, 1), Ok(1));
    assert_eq!(interest_up(0, 100_000, year), Ok(0));
    assert_eq!(interest_up(1, 0, year), Ok(0));
}
