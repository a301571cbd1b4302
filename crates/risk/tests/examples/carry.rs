//! Carry: rates, indices, what positions owe, sums.

use plimsoll_risk::carry::{
    index_shift, skew_ppm, utilisation_ppm_up, BorrowParams, Carried, Carry, CarrySums,
    FundingParams, Usage, INDEX_MAX,
};
use plimsoll_risk::position::{OpenInterest, Position};
use plimsoll_risk::units::lot_divisor;
use plimsoll_risk::RiskError::{DivisionByZero, Overflow, ParameterOutOfRange};

/// 9 % a day in a day at full skew, at most 1 % a day.
fn funding() -> FundingParams {
    FundingParams {
        velocity_ppm: 90_000,
        cap_ppm: 10_000,
        silence_seconds_max: 3_600,
    }
}

/// 20, 300 and 3,000 ppm a day.
fn borrow() -> BorrowParams {
    BorrowParams {
        idle_ppm: 20,
        kink_ppm: 300,
        full_ppm: 3_000,
        kink_utilisation_ppm: 800_000,
    }
}

fn skewed(skew_ppm: i32) -> Usage {
    Usage {
        skew_ppm,
        ..Usage::default()
    }
}

/// At 100 a unit, lots of 1e-3.
const PRICE_E8: u64 = 10_000_000_000;

fn carry() -> Carry {
    let lot_divisor = lot_divisor(-3).unwrap();
    Carry {
        shift: index_shift(PRICE_E8, lot_divisor),
        lot_divisor,
        ..Carry::default()
    }
}

fn held(lots: i64, entry_q: i64) -> Carried {
    Carried {
        position: Position { lots, entry_q },
        index: 0,
    }
}

/// 1 ppm a day is 11,574,074.07 of 1e-18 a second.
#[test]
fn r_c1_the_rate_moves_by_velocity_times_skew_and_time_up_to_its_cap() {
    let params = funding();
    // An hour at half of full skew: 90,000 ÷ 2 ÷ 24 = 1,875 ppm a day.
    assert_eq!(params.rate_e18(0, 500_000, 3_600), Ok(21_701_388_888));
    assert_eq!(params.rate_e18(0, -500_000, 3_600), Ok(-21_701_388_888));
    assert_eq!(
        params.rate_e18(21_701_388_888, -500_000, 3_600),
        Ok(0),
        "and back"
    );
    assert_eq!(params.rate_e18(5, 0, 3_600), Ok(5), "even sides keep it");
    let cap_e18 = 115_740_740_740;
    assert_eq!(params.rate_e18(0, 1_000_000, 14_400), Ok(cap_e18));
    assert_eq!(params.rate_e18(0, -1_000_000, 14_400), Ok(-cap_e18));
    assert_eq!(
        params.rate_e18(cap_e18, 1_000_000, 1),
        Ok(cap_e18),
        "no further"
    );
    // A millionth of full skew moves it within a second.
    assert_eq!(params.rate_e18(0, 1, 1), Ok(12));
}

#[test]
fn r_c1_a_cap_that_was_lowered_binds_at_once() {
    let params = FundingParams {
        cap_ppm: 1,
        ..funding()
    };
    assert_eq!(params.rate_e18(1 << 40, 1, 1), Ok(11_574_074));
    let free = FundingParams {
        cap_ppm: 0,
        ..params
    };
    assert_eq!(free.rate_e18(0, 1_000_000, 3_600), Ok(0));
}

#[test]
fn r_c1_a_skew_is_told_over_the_full_one() {
    assert_eq!(skew_ppm(0, 400), Ok(0));
    assert_eq!(skew_ppm(100, 400), Ok(250_000));
    assert_eq!(skew_ppm(-100, 400), Ok(-250_000));
    assert_eq!(skew_ppm(1, 3), Ok(333_333), "towards nothing");
    assert_eq!(skew_ppm(-1, 3), Ok(-333_333));
    assert_eq!(skew_ppm(500, 400), Ok(1_000_000), "no more than full");
    assert_eq!(skew_ppm(i64::MIN, 400), Ok(-1_000_000));
    assert_eq!(skew_ppm(1, 0), Err(DivisionByZero));
}

#[test]
fn r_c2_the_fee_rises_to_the_kink_and_more_steeply_beyond() {
    let fee = |used_ppm| borrow().fee_e18_up(used_ppm).unwrap();
    assert_eq!(fee(0), 231_481_482, "20 ppm a day");
    // Half of the way to the kink: 160 ppm a day.
    assert_eq!(fee(400_000), 1_851_851_852);
    assert_eq!(fee(800_000), 3_472_222_223, "300 ppm a day");
    // Half of the way beyond: 1,650 ppm a day.
    assert_eq!(fee(900_000), 19_097_222_223);
    assert_eq!(fee(1_000_000), 34_722_222_223, "3,000 ppm a day");
    assert_eq!(fee(u32::MAX), fee(1_000_000));
    let falling = BorrowParams {
        full_ppm: 299,
        ..borrow()
    };
    assert_eq!(falling.fee_e18_up(900_000), Err(ParameterOutOfRange));
    let free = BorrowParams {
        idle_ppm: 0,
        kink_ppm: 0,
        full_ppm: 0,
        kink_utilisation_ppm: 0,
    };
    assert_eq!((free.fee_e18_up(0), free.fee_e18_up(1)), (Ok(0), Ok(0)));
}

#[test]
fn r_c3_utilisation_is_what_must_over_what_could_be_paid() {
    assert_eq!(utilisation_ppm_up(0, 0), Ok(0));
    assert_eq!(utilisation_ppm_up(0, 5), Ok(0));
    assert_eq!(utilisation_ppm_up(1, 3), Ok(333_334));
    assert_eq!(utilisation_ppm_up(3, 3), Ok(1_000_000));
    assert_eq!(utilisation_ppm_up(4, 3), Ok(1_000_000));
    assert_eq!(utilisation_ppm_up(1, 0), Ok(1_000_000));
}

#[test]
fn r_c4_an_index_is_as_fine_as_the_first_price_asks() {
    assert_eq!(index_shift(1, 10), 41);
    assert_eq!(index_shift(PRICE_E8, 100_000), 8);
    assert_eq!(index_shift(1 << 41, 10), 0);
    assert_eq!(index_shift(1 << 61, 10), 0, "never coarser than the price");
    // The divisor of the smallest lot has 34 bits.
    assert_eq!(index_shift(1, 10_000_000_000), 30);
    assert_eq!(
        10_000_000_000_u64.checked_shl(30).unwrap() >> 30,
        10_000_000_000
    );
}

/// The mean rate of the hour is 937.5 ppm a day: 0.00390625 on 100.
#[test]
fn r_c4_longs_pay_rounded_up_what_shorts_receive_rounded_down() {
    let after = carry()
        .accrued(&funding(), &skewed(500_000), PRICE_E8, 3_600)
        .unwrap();
    assert_eq!(after.funding_e18, 21_701_388_888);
    // 390,625 of 1e-8, in 256ths: 100,000,000 less a rounding of the rate.
    assert_eq!(
        (after.long_index, after.short_index),
        (100_000_000, -99_999_999)
    );
    assert_eq!(after.due_up(&held(1_000, 0)), Ok(3_907), "3,906.25");
    assert_eq!(after.due_up(&held(-1_000, 0)), Ok(-3_906));
    assert_eq!(after.due_up(&held(0, 0)), Ok(0));
}

#[test]
fn r_c4_both_sides_pay_the_fee_by_what_each_asks_of_the_pool() {
    let usage = Usage {
        skew_ppm: 0,
        long_borrow_e18: borrow().fee_e18_up(800_000).unwrap(),
        short_borrow_e18: borrow().fee_e18_up(400_000).unwrap(),
    };
    let after = carry()
        .accrued(&funding(), &usage, PRICE_E8, 3_600)
        .unwrap();
    // 300 and 160 ppm a day for an hour: 0.00125 and 0.00066… on 100.
    assert_eq!(
        (after.long_index, after.short_index),
        (32_000_001, 17_066_667)
    );
}

#[test]
fn r_c4_a_silence_is_charged_up_to_a_limit() {
    let accrued = |seconds| {
        carry()
            .accrued(&funding(), &skewed(300_000), PRICE_E8, seconds)
            .unwrap()
    };
    assert_eq!(accrued(3_601), accrued(3_600));
    assert_eq!(accrued(u64::MAX), accrued(3_600));
    assert_ne!(accrued(3_600), accrued(3_599));
    assert_eq!(accrued(0), carry());
}

#[test]
fn r_c4_an_index_stops_at_its_end() {
    let full = Carry {
        long_index: INDEX_MAX - 1,
        short_index: 1 - INDEX_MAX,
        ..carry()
    };
    let after = full
        .accrued(&funding(), &skewed(1_000_000), PRICE_E8, 3_600)
        .unwrap();
    assert_eq!(
        (after.long_index, after.short_index),
        (INDEX_MAX, -INDEX_MAX)
    );
    // Even then what two indices differ by is a number.
    let most = Carried {
        position: Position {
            lots: 1,
            entry_q: 0,
        },
        index: -INDEX_MAX,
    };
    assert!(after.due_up(&most).is_ok());
    let lots = Carried {
        position: Position {
            lots: i64::MAX,
            entry_q: 0,
        },
        ..most
    };
    assert_eq!(after.due_up(&lots), Err(Overflow));
}

#[test]
fn r_c5_what_is_owed_goes_into_the_entry_and_is_then_owed_no_more() {
    let after = Carry {
        long_index: 100_000_000,
        short_index: -99_999_999,
        ..carry()
    };
    let long = after.folded(&held(1_000, 100_000_000)).unwrap();
    assert_eq!(long.entry_q, 100_003_907, "a long has cost more");
    let short = after.folded(&held(-1_000, -100_000_000)).unwrap();
    assert_eq!(short.entry_q, -100_003_906, "a short has brought in more");
    for position in [long, short, Position::default()] {
        let carried = after.carried(position);
        assert_eq!(after.due_up(&carried), Ok(0));
    }
    assert_eq!(after.carried(long).index, 100_000_000);
    assert_eq!(after.carried(short).index, -99_999_999);
    assert_eq!(after.carried(Position::default()), Carried::default());
}

#[test]
fn r_c6_the_sums_know_what_the_sides_owe() {
    let mut sums = CarrySums::default();
    let none = Carried::default();
    let first = Carried {
        index: 40_000_000,
        ..held(1_000, 0)
    };
    let second = held(3_000, 0);
    let third = held(-500, 0);
    for position in [first, second, third] {
        sums = sums.replace(&none, &position).unwrap();
    }
    assert_eq!((sums.long, sums.short), (40_000_000_000, 0));
    let open = OpenInterest {
        long_lots: 4_000,
        short_lots: 500,
        long_entry_q: 7,
        short_entry_q: -9,
    };
    let later = Carry {
        long_index: 100_000_000,
        short_index: -99_999_999,
        ..carry()
    };
    // 2,343.75 + 11,718.75, and −1,953.12….
    let up = sums.folded_up(&open, &later).unwrap();
    assert_eq!((up.long_entry_q, up.short_entry_q), (14_070, -1_962));
    let down = sums.folded_down(&open, &later).unwrap();
    assert_eq!((down.long_entry_q, down.short_entry_q), (14_069, -1_963));
    assert_eq!((up.long_lots, up.short_lots), (4_000, 500));
    let gone = sums.replace(&first, &none).unwrap();
    assert_eq!(gone.long, 0);
    let far = CarrySums {
        long: i128::MIN,
        short: 0,
    };
    assert_eq!(far.replace(&first, &none), Err(Overflow));
    assert_eq!(far.folded_up(&open, &later), Err(Overflow));
}
