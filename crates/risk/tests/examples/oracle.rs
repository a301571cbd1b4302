//! Readings of a feed.

use plimsoll_risk::oracle::{check_age, PriceReading, RawReading};
use plimsoll_risk::RiskError::{
    ConfidenceTooWide, ExponentOutOfRange, Overflow, PriceFromFuture, PriceInvalid, PriceNotNewer,
    PriceTooOld,
};

const RAW: RawReading = RawReading {
    price: 12_345,
    confidence: 67,
    slow_price: 12_300,
    exponent: -2,
    publish_seconds: 1_000,
    previous_publish_seconds: 999,
};

fn reading() -> PriceReading {
    PriceReading::from_raw(&RAW).unwrap()
}

#[test]
fn r_p1_prices_round_down_and_confidence_up() {
    // Exponent, price, confidence, slow price of 12,345, 67 and 12,300.
    let table = [
        (0, 1_234_500_000_000, 6_700_000_000, 1_230_000_000_000),
        (-2, 12_345_000_000, 67_000_000, 12_300_000_000),
        (-8, 12_345, 67, 12_300),
        (-9, 1_234, 7, 1_230),
        (-12, 1, 1, 1),
    ];
    for (exponent, price_e8, confidence_e8, slow_price_e8) in table {
        let reading = PriceReading::from_raw(&RawReading { exponent, ..RAW }).unwrap();
        let expected = PriceReading {
            price_e8,
            confidence_e8,
            // 67 of 12,345, whatever is left of them.
            confidence_ppm: 5_428,
            slow_price_e8,
            publish_seconds: 1_000,
            previous_publish_seconds: 999,
        };
        assert_eq!(reading, expected, "exponent {exponent}");
    }
}

#[test]
fn r_p1_a_price_is_positive_and_below_two_to_the_62() {
    let raw = |price, slow_price| RawReading {
        price,
        slow_price,
        exponent: -8,
        ..RAW
    };
    let most = (1 << 62) - 1;
    assert!(PriceReading::from_raw(&raw(1, 1)).is_ok());
    assert!(PriceReading::from_raw(&raw(most, most)).is_ok());
    for bad in [0, -1, i64::MIN, most + 1, i64::MAX] {
        assert_eq!(
            PriceReading::from_raw(&raw(bad, 1)),
            Err(PriceInvalid),
            "price {bad}"
        );
        assert_eq!(
            PriceReading::from_raw(&raw(1, bad)),
            Err(PriceInvalid),
            "slow price {bad}"
        );
    }
    // What rounds down to nothing is no price, what does not fit is none either.
    let tiny = RawReading {
        price: 9_999,
        exponent: -12,
        ..RAW
    };
    assert_eq!(PriceReading::from_raw(&tiny), Err(PriceInvalid));
    let huge = RawReading {
        price: i64::MAX,
        exponent: 0,
        ..RAW
    };
    assert_eq!(PriceReading::from_raw(&huge), Err(PriceInvalid));
    let vague = RawReading {
        confidence: u64::MAX,
        exponent: 0,
        ..RAW
    };
    assert_eq!(PriceReading::from_raw(&vague), Err(PriceInvalid));
}

#[test]
fn r_p2_the_exponent_is_between_minus_12_and_zero() {
    let price = i64::pow(10, 12);
    for exponent in [-12, -11, 0] {
        let raw = RawReading {
            price: price / 1_000_000,
            slow_price: price / 1_000_000,
            exponent,
            ..RAW
        };
        assert!(PriceReading::from_raw(&raw).is_ok(), "exponent {exponent}");
    }
    for exponent in [-13, 1, i32::MIN, i32::MAX] {
        let raw = RawReading { exponent, ..RAW };
        assert_eq!(
            PriceReading::from_raw(&raw),
            Err(ExponentOutOfRange),
            "exponent {exponent}"
        );
    }
}

#[test]
fn r_p3_an_update_from_the_future_is_refused() {
    assert_eq!(reading().check_usable(1_000_000, 1_000), Ok(()));
    assert_eq!(reading().check_usable(1_000_000, 999), Err(PriceFromFuture));
}

#[test]
fn r_p4_an_update_may_be_as_old_as_the_limit() {
    assert_eq!(reading().check_current(30, 0, 1_030), Ok(()));
    assert_eq!(reading().check_current(30, 0, 1_031), Err(PriceTooOld));
    assert_eq!(check_age(1_000, 0, 1_000), Ok(()));
    assert_eq!(check_age(1_000, 0, 1_001), Err(PriceTooOld));
    assert_eq!(check_age(1_001, 0, 1_000), Ok(()), "the future is not old");
    assert_eq!(check_age(i64::MIN, u32::MAX, 0), Err(Overflow));
}

#[test]
fn r_p5_an_update_is_later_than_the_last_one_used() {
    assert_eq!(reading().check_current(30, 999, 1_000), Ok(()));
    assert_eq!(
        reading().check_current(30, 1_000, 1_000),
        Err(PriceNotNewer)
    );
    assert_eq!(
        reading().check_current(30, 1_001, 1_000),
        Err(PriceNotNewer)
    );
}

#[test]
fn r_p6_confidence_may_be_as_wide_as_the_limit() {
    // 0.67 of 123.45: 5,427.3 ppm, rounded up.
    assert_eq!(reading().confidence_ppm_up(), Ok(5_428));
    assert_eq!(reading().check_usable(5_428, 1_000), Ok(()));
    assert_eq!(reading().check_usable(5_427, 1_000), Err(ConfidenceTooWide));
    let vague = RawReading {
        price: 1,
        confidence: u64::MAX,
        exponent: -8,
        ..RAW
    };
    let vague = PriceReading::from_raw(&vague).unwrap();
    assert_eq!(vague.check_usable(u32::MAX, 1_000), Err(ConfidenceTooWide));
    assert_eq!(vague.confidence_ppm_up(), Err(Overflow));
    let wide = PriceReading {
        confidence_ppm: 1 << 32,
        ..reading()
    };
    assert_eq!(wide.confidence_ppm_up(), Err(Overflow), "beyond 32 bits");
    // 3.4567 units of 1e-8, ± 0.01: what is left of either would say a third.
    let cheap = RawReading {
        price: 34_567,
        confidence: 100,
        slow_price: 34_567,
        exponent: -12,
        ..RAW
    };
    let cheap = PriceReading::from_raw(&cheap).unwrap();
    assert_eq!((cheap.price_e8, cheap.confidence_e8), (3, 1));
    assert_eq!(cheap.confidence_ppm_up(), Ok(2_893));
}

#[test]
fn r_o1_the_first_update_at_or_after_the_target_time_settles() {
    let update = |previous_publish_seconds, publish_seconds| PriceReading {
        previous_publish_seconds,
        publish_seconds,
        ..reading()
    };
    assert!(!update(998, 999).settles(1_000), "before");
    assert!(update(999, 1_000).settles(1_000), "at");
    assert!(update(999, 1_005).settles(1_000), "the first after a gap");
    assert!(!update(1_000, 1_001).settles(1_000), "the second");
    assert!(
        !update(1_000, 1_000).settles(1_000),
        "a second one of the same second"
    );
}
