//! Sizes and costs of cuts and liquidations.

use crate::reference::fixtures::reduction;
use crate::reference::Rng;
use plimsoll_risk::liquidation::{
    cut_fee_down, fee_ppm_down, limited_lots, lots_to_target_up, split_deficit, Deficit, Reduction,
};
use plimsoll_risk::RiskError::{AboveTheLine, DivisionByZero, Overflow, SizeInvalid};

#[test]
fn r_l1_the_least_lots_that_reach_the_target() {
    let leg = reduction();
    // Notional 1,000, equity 40, target 5.5 %: x = (55 − 40) ÷ 0.055 = 272.73, in lots of 0.1.
    let table = [
        ("as it is", leg, 2_728),
        (
            "with a cost of 1 %",
            Reduction {
                cost_ppm: 10_000,
                ..leg
            },
            3_334,
        ),
        (
            "with a fee of 1",
            Reduction {
                fixed_cost_q: 1_000_000,
                ..leg
            },
            2_910,
        ),
        (
            "one atom short of the target",
            Reduction {
                equity_q: 54_999_999,
                ..leg
            },
            1,
        ),
        (
            "of a larger account",
            Reduction {
                requirement_q: 80_000_000,
                ..leg
            },
            8_728,
        ),
        (
            "owing",
            Reduction {
                equity_q: -1,
                ..leg
            },
            10_000,
        ),
    ];
    for (what, leg, lots) in table {
        assert_eq!(lots_to_target_up(&leg), Ok(lots), "{what}");
    }
}

#[test]
fn r_l1_the_whole_leg_goes_where_closing_it_does_not_suffice() {
    let leg = reduction();
    for (what, leg) in [
        (
            "bankrupt",
            Reduction {
                equity_q: -1_000,
                ..leg
            },
        ),
        (
            "the account needs more than this leg",
            Reduction {
                requirement_q: 500_000_000,
                ..leg
            },
        ),
        (
            "closing costs what it relieves",
            Reduction {
                cost_ppm: 55_000,
                ..leg
            },
        ),
        (
            "closing costs more than it relieves",
            Reduction {
                cost_ppm: 56_000,
                ..leg
            },
        ),
        ("the leg is worth nothing", Reduction { price_e8: 0, ..leg }),
        (
            "more is missing than lots can count",
            Reduction {
                requirement_q: u64::MAX,
                price_e8: 1,
                ..leg
            },
        ),
        (
            "more is missing than 128 bits can hold",
            Reduction {
                requirement_q: u64::MAX,
                lot_divisor: 10_000_000_000,
                ..leg
            },
        ),
    ] {
        assert_eq!(lots_to_target_up(&leg), Ok(10_000), "{what}");
    }
}

#[test]
fn r_l1_nothing_is_closed_above_the_line_or_of_nothing() {
    let leg = reduction();
    assert_eq!(
        lots_to_target_up(&Reduction {
            equity_q: 55_000_000,
            ..leg
        }),
        Err(AboveTheLine)
    );
    assert_eq!(
        lots_to_target_up(&Reduction { lots: 0, ..leg }),
        Err(SizeInvalid)
    );
    assert_eq!(
        lots_to_target_up(&Reduction {
            lot_divisor: 0,
            ..leg
        }),
        Err(DivisionByZero)
    );
    let tiny_divisor = Reduction {
        lots: u64::MAX,
        price_e8: u64::MAX,
        lot_divisor: 1,
        ..leg
    };
    assert_eq!(
        lots_to_target_up(&tiny_divisor),
        Err(Overflow),
        "the leg's own notional"
    );
}

#[test]
fn r_l1_the_closed_form_on_a_hundred_thousand_legs() {
    // f = (m_t·N − E) ÷ (N·(m_t − φ)) in floating point, against lots of a leg of 1e12.
    let mut rng = Rng(1);
    for _ in 0..100_000 {
        let ratio_ppm = rng.between_u32(2_500, 500_000);
        let target_ppm = rng.between_u32(1_000_000, 1_500_000);
        let cost_ppm = rng.between_u32(0, ratio_ppm * 3 / 4);
        let notional = rng.between(1_000_000, 1_000_000_000_000_000) / 1_000_000 * 1_000_000;
        let requirement_q = notional / 1_000_000 * u64::from(ratio_ppm);
        let target = f64::from(ratio_ppm) / 1e6 * f64::from(target_ppm) / 1e6;
        let cost = f64::from(cost_ppm) / 1e6;
        // Equity from where all must go to where nothing must.
        let least = cost * notional as f64;
        let equity_q = rng.between(least as u64, (target * notional as f64) as u64);
        let leg = Reduction {
            equity_q: i64::try_from(equity_q).unwrap(),
            requirement_q,
            target_ppm,
            lots: 1_000_000_000_000,
            price_e8: notional / 1_000_000,
            lot_divisor: 1_000_000,
            ratio_ppm,
            cost_ppm,
            ..reduction()
        };
        let fraction =
            (target * notional as f64 - equity_q as f64) / (notional as f64 * (target - cost));
        let lots = match lots_to_target_up(&leg) {
            Err(AboveTheLine) => 0,
            lots => lots.unwrap(),
        };
        let error = lots as f64 / 1e12 - fraction.clamp(0.0, 1.0);
        assert!(
            error.abs() < 1e-11,
            "{leg:?}: {fraction} but {lots}, {error:e}"
        );
    }
}

#[test]
fn r_l2_a_limit_caps_the_size_rounded_up() {
    let leg = reduction();
    let table = [
        (5_000, 500_000, 5_000),
        (5_001, 500_000, 5_000),
        (10_000, 1_000_000, 10_000),
        (10_000, 2_000_000, 10_000),
        (10_000, 1, 1),
        (10_000, 100_001, 1_001),
        (0, 0, 0),
    ];
    for (lots, limit_ppm, limited) in table {
        assert_eq!(
            limited_lots(&leg, lots, limit_ppm),
            Ok(limited),
            "{lots} at {limit_ppm}"
        );
    }
}

#[test]
fn r_l2_a_leg_that_is_dust_is_not_limited() {
    // A notional of 1,000.
    let dust_q = |dust_q| Reduction {
        dust_q,
        ..reduction()
    };
    assert_eq!(
        limited_lots(&dust_q(1_000_000_000), 10_000, 500_000),
        Ok(5_000)
    );
    assert_eq!(
        limited_lots(&dust_q(1_000_000_001), 10_000, 500_000),
        Ok(10_000)
    );
    let beyond = Reduction {
        lots: u64::MAX,
        lot_divisor: 1,
        ..reduction()
    };
    assert_eq!(limited_lots(&beyond, u64::MAX, 500_000), Err(Overflow));
}

#[test]
fn r_l3_a_rest_that_would_be_dust_goes_too() {
    // 2,728 of 10,000 lots leave a notional of 727.2.
    let dust_q = |dust_q| {
        lots_to_target_up(&Reduction {
            dust_q,
            ..reduction()
        })
    };
    assert_eq!(dust_q(727_200_000), Ok(2_728));
    assert_eq!(dust_q(727_200_001), Ok(10_000));
}

#[test]
fn r_l5_the_fee_is_at_most_half_of_what_the_spread_leaves_and_nothing_when_bankrupt() {
    // Configured, spread, equity, notional, fee.
    let table = [
        (10_000, 0, 20_000, 1_000_000, 10_000),
        (10_001, 0, 20_000, 1_000_000, 10_000),
        (9_999, 0, 20_000, 1_000_000, 9_999),
        (10_000, 0, 19_999, 1_000_000, 9_999),
        (10_000, 4_000, 20_000, 1_000_000, 8_000),
        (10_000, 19_998, 20_000, 1_000_000, 1),
        (10_000, 19_999, 20_000, 1_000_000, 0),
        (10_000, 20_001, 20_000, 1_000_000, 0),
        (10_000, 0, 1, 1_000_000, 0),
        (10_000, 0, 0, 1_000_000, 0),
        (10_000, 0, -1, 1_000_000, 0),
        (10_000, 0, 5, 0, 0),
    ];
    for (configured, spread, equity_q, notional_q, fee_ppm) in table {
        let fee = fee_ppm_down(configured, spread, equity_q, notional_q);
        assert_eq!(
            fee,
            Ok(fee_ppm),
            "{configured} of {equity_q}, spread {spread}"
        );
    }
    assert_eq!(
        fee_ppm_down(u32::MAX, 0, i64::MAX, 1),
        Err(Overflow),
        "equity per notional beyond 64 bits"
    );
    assert_eq!(
        fee_ppm_down(u32::MAX, 0, 10_000, 1),
        Ok(u32::MAX),
        "a share beyond 32 bits"
    );
}

#[test]
fn r_l6_a_deficit_is_borne_by_insurance_then_the_market_then_nobody() {
    // Deficit, insurance, cap left, cash → insurance, market, unresolved.
    let table = [
        ((0, 9, 9, 9), (0, 0, 0)),
        ((10, 10, 10, 10), (10, 0, 0)),
        ((11, 10, 10, 10), (10, 1, 0)),
        ((11, 10, 3, 10), (3, 8, 0)),
        ((11, 2, 3, 10), (2, 9, 0)),
        ((21, 10, 10, 10), (10, 10, 1)),
        ((5, 0, 0, 0), (0, 0, 5)),
        ((u64::MAX, u64::MAX, u64::MAX, 0), (u64::MAX, 0, 0)),
    ];
    for ((deficit, insurance, cap, cash), (insurance_q, market_q, unresolved_q)) in table {
        let expected = Deficit {
            insurance_q,
            market_q,
            unresolved_q,
        };
        assert_eq!(
            split_deficit(deficit, insurance, cap, cash),
            expected,
            "{deficit}"
        );
    }
}

#[test]
fn r_l7_a_cut_pays_its_fee_up_to_a_quarter_of_the_floor_of_what_it_closed() {
    // Configured, closed, floor, fee.
    let table = [
        (50_000, 10_000_000, 20_000, 50_000),
        (50_001, 10_000_000, 20_000, 50_000),
        (50_000, 9_999_999, 20_000, 49_999),
        (50_000, 0, 20_000, 0),
        (50_000, 10_000_000, 3, 0),
        (0, 10_000_000, 20_000, 0),
    ];
    for (configured, closed, floor, fee) in table {
        assert_eq!(cut_fee_down(configured, closed, floor), Ok(fee), "{closed}");
    }
    assert_eq!(cut_fee_down(u64::MAX, u64::MAX, u32::MAX), Err(Overflow));
}
