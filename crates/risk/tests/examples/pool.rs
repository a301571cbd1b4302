//! The pool's worth, shares and sweeps.

use plimsoll_risk::pool::{market_worth_up, shares_down, sweep_q, MarketWorth};
use plimsoll_risk::position::OpenInterest;
use plimsoll_risk::RiskError::{Overflow, PoolExhausted, SizeInvalid};

/// Longs of ten units bought at 100, shorts of four sold at 110; lots of 1e-3.
fn market() -> MarketWorth {
    MarketWorth {
        cash_q: 5_000_000_000,
        unpaid_q: 1_000_000,
        open_interest: OpenInterest {
            long_lots: 10_000,
            short_lots: 4_000,
            long_entry_q: 1_000_000_000,
            short_entry_q: -440_000_000,
        },
        price_e8: 12_000_000_000,
        other_price_e8: 11_000_000_000,
        lot_divisor: 100_000,
    }
}

#[test]
fn r_q1_a_market_is_worth_its_cash_less_what_it_owes_at_the_dearer_price() {
    // At 120 traders gain 200 − 40, at 110 they gain 100.
    assert_eq!(
        market_worth_up(&market()),
        Ok(5_000_000_000 - 1_000_000 - 100_000_000)
    );
    let swapped = MarketWorth {
        price_e8: 11_000_000_000,
        other_price_e8: 12_000_000_000,
        ..market()
    };
    assert_eq!(market_worth_up(&swapped), market_worth_up(&market()));
    let short = OpenInterest {
        long_lots: 0,
        long_entry_q: 0,
        ..market().open_interest
    };
    let shorts_only = MarketWorth {
        open_interest: short,
        ..market()
    };
    assert_eq!(
        market_worth_up(&shorts_only),
        Ok(5_000_000_000 - 1_000_000 + 40_000_000)
    );
}

#[test]
fn r_q1_a_market_can_be_worth_less_than_nothing_and_must_fit() {
    let broke = MarketWorth {
        cash_q: 0,
        ..market()
    };
    assert_eq!(market_worth_up(&broke), Ok(-101_000_000));
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
            other_price_e8: u64::MAX,
            lot_divisor: 1,
            ..market()
        },
    ] {
        assert_eq!(market_worth_up(&beyond), Err(Overflow));
    }
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
