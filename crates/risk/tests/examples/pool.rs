//! The pool's worth, shares, redemptions and sweeps.

use plimsoll_risk::pool::{
    amount_down, redeem, share_price_e9_down, shares_down, sweep_q, Band, BandWidth, MarketWorth,
    Redeemed,
};
use plimsoll_risk::position::OpenInterest;
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, PoolExhausted, SizeInvalid};

const BAND: Band = Band {
    low_e8: 11_000_000_000,
    high_e8: 12_000_000_000,
};

/// Longs of ten units bought at 100, shorts of four sold at 110; lots of 1e-3.
fn market() -> MarketWorth {
    MarketWorth {
        cash_q: 5_000_000_000,
        unpaid_q: 1_000_000,
        drawable_q: 50_000_000,
        open_interest: OpenInterest {
            long_lots: 10_000,
            short_lots: 4_000,
            long_entry_q: 1_000_000_000,
            short_entry_q: -440_000_000,
        },
        band: BAND,
        lot_divisor: 100_000,
    }
}

#[test]
fn r_q1_who_enters_pays_where_traders_are_owed_least_and_who_leaves_is_paid_where_most() {
    // At 120 traders gain 200 − 40, at 110 they gain 100; two atoms for the sums' rounding.
    assert_eq!(market().up(), Ok(5_000_000_000 - 1_000_000 - 100_000_000));
    assert_eq!(market().down(), Ok(5_000_000_000 - 1_000_000 - 160_000_002));
    let short = OpenInterest {
        long_lots: 0,
        long_entry_q: 0,
        ..market().open_interest
    };
    let shorts_only = MarketWorth {
        open_interest: short,
        ..market()
    };
    assert_eq!(shorts_only.up(), Ok(5_000_000_000 - 1_000_000 + 40_000_000));
    assert_eq!(shorts_only.down(), Ok(5_000_000_000 - 1_000_000 - 1));
}

#[test]
fn r_q1_a_market_costs_no_more_than_it_may_draw_and_must_fit() {
    let broke = MarketWorth {
        cash_q: 0,
        ..market()
    };
    assert_eq!(broke.up(), Ok(-50_000_000), "not the 101 that it owes");
    let roomy = MarketWorth {
        drawable_q: 101_000_001,
        ..broke
    };
    assert_eq!(
        (roomy.up(), roomy.down()),
        (Ok(-101_000_000), Ok(-101_000_001))
    );
    for beyond in [
        MarketWorth {
            cash_q: u64::MAX,
            ..market()
        },
        MarketWorth {
            unpaid_q: u64::MAX,
            ..market()
        },
        MarketWorth {
            drawable_q: u64::MAX,
            ..market()
        },
        MarketWorth {
            band: Band {
                high_e8: u64::MAX,
                ..BAND
            },
            lot_divisor: 1,
            ..market()
        },
    ] {
        assert_eq!((beyond.up(), beyond.down()), (Err(Overflow), Err(Overflow)));
    }
}

#[test]
fn r_q4_a_price_is_as_uncertain_as_its_age_makes_it() {
    let width = |age_seconds| BandWidth {
        confidence_ppm: 100,
        sigma_hour_ppm: 6_000,
        age_seconds,
        sigmas_e2: 500,
        least_ppm: 0,
    };
    // Five sigmas of 0.6 % an hour: 3 % after an hour, a sixtieth of it after a second.
    let table = [
        (3_600, 30_100),
        (900, 15_100),
        (100, 5_100),
        (1, 600),
        (0, 600),
        (-5, 600),
    ];
    for (age_seconds, ppm) in table {
        assert_eq!(width(age_seconds).ppm_up(), Ok(ppm), "{age_seconds}");
    }
    let calm = BandWidth {
        least_ppm: 700,
        ..width(1)
    };
    assert_eq!(calm.ppm_up(), Ok(700));
    assert_eq!(width(i64::MAX).ppm_up(), Ok(1_000_000));
    let band = |price, slow| width(900).band(price, slow);
    let expected = Band {
        low_e8: 984_900,
        high_e8: 2_030_200,
    };
    assert_eq!(band(1_000_000, 2_000_000), Ok(expected));
    assert_eq!(band(2_000_000, 1_000_000), Ok(expected));
    let all = width(i64::MAX).band(3, 3);
    assert_eq!(
        all,
        Ok(Band {
            low_e8: 0,
            high_e8: 6
        })
    );
    assert_eq!(width(1).band(1, u64::MAX), Err(Overflow));
}

#[test]
fn r_q5_shares_pay_their_part_and_no_more_than_they_would_have_cost() {
    // Shares, of all, worth, paid.
    let table = [
        (1_000_000, 1_000_000, 3_000_000, 2_000_000),
        (1_000_000, 1_000_000, 500_000, 500_000),
        (500_000, 1_000_000, 1_000_000, 500_000),
        (1, 3_000_000, 2_999_999, 0),
        (0, 1, 1, 0),
    ];
    for (shares, all, worth_q, paid_q) in table {
        assert_eq!(
            amount_down(shares, all, worth_q),
            Ok(paid_q),
            "{shares} of {all}"
        );
    }
    assert_eq!(amount_down(1, 1, 0), Err(PoolExhausted));
    assert_eq!(amount_down(1, 1, -1), Err(PoolExhausted));
    assert_eq!(amount_down(2, 1, 1), Err(SizeInvalid));
    assert_eq!(amount_down(1, u64::MAX, 1), Err(Overflow));
}

#[test]
fn r_q5_a_ticket_is_paid_as_far_as_the_cash_goes() {
    let paid = |shares, amount_q| Ok(Redeemed { shares, amount_q });
    let of = |free_q| redeem(600_000_000, 1_000_000_000, 1_000_000_000, free_q);
    assert_eq!(of(600_000_000), paid(600_000_000, 600_000_000));
    assert_eq!(of(599_999_999), paid(599_999_999, 599_999_999));
    assert_eq!(of(1), paid(1, 1));
    assert_eq!(of(0), paid(0, 0));
    // A share is worth five: less buys none.
    assert_eq!(redeem(10_000_000, 10_000_000, 54_000_000, 4), paid(0, 0));
    assert_eq!(redeem(10_000_000, 10_000_000, 54_000_000, 12), paid(2, 10));
}

#[test]
fn r_q6_what_a_side_that_is_ahead_claims_stays_in_the_pool() {
    let balanced = MarketWorth {
        cash_q: 30_000_000,
        unpaid_q: 1_000_000,
        drawable_q: 1_000_000_000,
        open_interest: OpenInterest {
            short_lots: 10_000,
            short_entry_q: -1_000_000_000,
            ..market().open_interest
        },
        ..market()
    };
    // At 120 longs claim 200, whoever pays it; at 110 half as much.
    assert_eq!(
        balanced.reserved_up(),
        Ok(200_000_002 + 1_000_000 - 30_000_000)
    );
    let capped = MarketWorth {
        drawable_q: 7,
        ..balanced
    };
    assert_eq!(capped.reserved_up(), Ok(7));
    let rich = MarketWorth {
        cash_q: 201_000_002,
        ..balanced
    };
    assert_eq!(rich.reserved_up(), Ok(0));
}

#[test]
fn r_q7_a_side_is_backed_as_if_it_stood_alone() {
    // Traders are owed 160 at the worse price.
    let backing = 5_000_000_000 + 50_000_000 - 1_000_000 - 160_000_002;
    assert_eq!(market().capacity_down(1_000_000), Ok(backing));
    assert_eq!(market().capacity_down(4_000_000), Ok(backing / 4));
    let broke = MarketWorth {
        cash_q: 100_000_000,
        ..market()
    };
    assert_eq!(broke.capacity_down(1_000_000), Ok(0));
    assert_eq!(market().capacity_down(0), Err(DivisionByZero));
}

/// The JELLY book of March 2025, smaller and of all the pool: both sides hold twice what the pool does, and net out. A cap on the
/// net sees nothing. Were the shorts to vanish at their bankruptcy price and the price to double, the pool would owe
/// twice its money.
#[test]
fn r_q7_jelly_twenty_million_each_way_on_a_pool_of_ten() {
    let side = 20_000_000_000_000_u64;
    let book = MarketWorth {
        cash_q: 0,
        unpaid_q: 0,
        drawable_q: 10_000_000_000_000,
        open_interest: OpenInterest {
            long_lots: 1_000_000_000,
            short_lots: 1_000_000_000,
            long_entry_q: side as i64,
            short_entry_q: -(side as i64),
        },
        band: Band {
            low_e8: 2_000_000,
            high_e8: 2_000_000,
        },
        lot_divisor: 100,
    };
    assert_eq!(book.open_interest.skew_lots(), Ok(0));
    let capacity_q = book.capacity_down(1_000_000).unwrap();
    assert!(capacity_q < side / 2 + 1, "{capacity_q}");
}

#[test]
fn r_q2_a_share_is_told_with_nine_decimals() {
    assert_eq!(share_price_e9_down(0, 0), Ok(1_000_000_000));
    assert_eq!(share_price_e9_down(1_000_000, 3_000_000), Ok(2_000_000_000));
    assert_eq!(share_price_e9_down(1_000_000, -9_000_000), Ok(0));
    assert_eq!(share_price_e9_down(u64::MAX, 0), Err(Overflow));
}

#[test]
fn r_q2_shares_cost_the_pools_worth_with_a_million_of_each_on_paper() {
    // Amount, shares, worth, bought.
    let table = [
        (1, 0, 0, 1),
        (1_000_000, 0, 0, 1_000_000),
        (1_000_000, 1_000_000, 1_000_000, 1_000_000),
        (1_000_000, 1_000_000, 3_000_000, 500_000),
        (3, 1_000_000, 3_000_001, 1),
        (u64::MAX, 0, 0, u64::MAX),
    ];
    for (amount_q, shares, worth_q, bought) in table {
        assert_eq!(
            shares_down(amount_q, shares, worth_q),
            Ok(bought),
            "{amount_q}"
        );
    }
}

#[test]
fn r_q2_who_gives_to_an_empty_pool_first_cannot_take_from_the_second() {
    // The attack on a first deposit: one atom for one share, a gift of 1e9, then a deposit of 1e9.
    let bought = shares_down(1_000_000_000, 1, 1_000_000_001).unwrap();
    let worth_after = 2_000_000_001_u128 + 1_000_000;
    let claim = worth_after * u128::from(bought) / (u128::from(bought) + 1_000_001);
    assert!(claim > 999_000_000, "the second provider keeps {claim}");
}

#[test]
fn r_q2_an_exhausted_pool_sells_no_shares() {
    assert_eq!(shares_down(1, 1, 0), Err(PoolExhausted));
    assert_eq!(shares_down(1, 1, -1), Err(PoolExhausted));
    assert_eq!(shares_down(1, 0, -1_000_000), Err(PoolExhausted));
    assert_eq!(shares_down(1, 0, -1_000_001), Err(PoolExhausted));
    assert_eq!(
        shares_down(1, 0, -999_999),
        Ok(1_000_000),
        "before the first share"
    );
    assert_eq!(shares_down(0, 0, 0), Err(SizeInvalid));
    assert_eq!(
        shares_down(1, 0, 1_000_000),
        Err(SizeInvalid),
        "less than a share"
    );
    assert_eq!(shares_down(u64::MAX, 1, 1), Ok(18_446_744_073_709_551_615));
    assert_eq!(shares_down(u64::MAX, 2, 1), Err(Overflow));
    assert_eq!(shares_down(1, u64::MAX, 1), Err(Overflow));
    assert_eq!(shares_down(1, 1, i64::MAX), Err(Overflow));
}

#[test]
fn r_q3_a_sweep_fills_up_to_the_target_within_pool_and_loss_cap() {
    // Cash, target, pool, drawn, loss cap, moved.
    let table = [
        (100, 100, 50, 0, 1_000, 0),
        (101, 100, 50, 0, 1_000, -1),
        (99, 100, 50, 0, 1_000, 1),
        (0, 100, 99, 0, 1_000, 99),
        (0, 100, 100, 0, 1_000, 100),
        (0, 100, 1_000, 901, 1_000, 99),
        (0, 100, 1_000, 1_000, 1_000, 0),
        (0, 100, 1_000, 1_001, 1_000, 0),
        (0, 100, 1_000, -50, 0, 50),
    ];
    for (cash, target, pool, drawn, cap, moved) in table {
        assert_eq!(
            sweep_q(cash, target, pool, drawn, cap),
            Ok(moved),
            "{cash} to {target}"
        );
    }
    assert_eq!(sweep_q(u64::MAX, 0, 0, 0, 0), Err(Overflow));
    assert_eq!(sweep_q(0, u64::MAX, u64::MAX, i64::MIN, 0), Err(Overflow));
    assert_eq!(sweep_q(0, 1, 1, 0, u64::MAX), Err(Overflow));
}
