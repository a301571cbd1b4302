//! Conversion of a feed's numbers, and which update settles.

use crate::reference::rational::whole;
use crate::reference::trading::rescaled;
use crate::strategies::{cases, wide, wide_i64, wide_u32};
use plimsoll_risk::oracle::{check_age, PriceReading, RawReading};
use plimsoll_risk::RiskError;
use proptest::prelude::*;

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_p1_r_p2_a_reading_is_the_exact_floor_and_its_confidence_the_ceiling(
        (price, slow_price) in (wide_i64(), wide_i64()), confidence in wide(), exponent in -14_i32..=2,
    ) {
        let raw = RawReading {
            price, confidence, slow_price, exponent, publish_seconds: 7, previous_publish_seconds: 6,
        };
        let read = PriceReading::from_raw(&raw);
        if price < 0 || slow_price < 0 {
            prop_assert_eq!(read, Err(RiskError::PriceInvalid));
            return Ok(());
        }
        if !(-12..=0).contains(&exponent) {
            prop_assert_eq!(read, Err(RiskError::ExponentOutOfRange));
            return Ok(());
        }
        let floor = |x: i64| rescaled(x.unsigned_abs(), exponent).floor();
        let ceiling = rescaled(confidence, exponent).ceil();
        let valid = |x: i64| floor(x) > 0.into() && floor(x) < (1_u64 << 62).into();
        if valid(price) && valid(slow_price) && ceiling <= u64::MAX.into() {
            let read = read.unwrap();
            prop_assert_eq!(floor(price), read.price_e8.into());
            prop_assert_eq!(floor(slow_price), read.slow_price_e8.into());
            prop_assert_eq!(ceiling, read.confidence_e8.into());
            let share = (whole(confidence) * whole(1_000_000) / whole(price)).ceil();
            prop_assert_eq!(share.min(u64::MAX.into()), read.confidence_ppm.into());
            prop_assert_eq!((read.publish_seconds, read.previous_publish_seconds), (7, 6));
        } else {
            prop_assert_eq!(read, Err(RiskError::PriceInvalid));
        }
    }

    #[test]
    fn r_p3_to_r_p6_an_update_is_usable_exactly_when_every_rule_holds(
        (price, confidence) in (1_i64..1 << 62, wide()), confidence_ppm_max in wide_u32(),
        (publish, last, now) in (-200_i64..200, -200_i64..200, -200_i64..200), age_max in 0_u32..300,
    ) {
        let reading = PriceReading::from_raw(&RawReading {
            price, confidence, slow_price: 1, exponent: -8, publish_seconds: publish,
            previous_publish_seconds: publish - 1,
        }).unwrap();
        let narrow = u128::from(confidence) * 1_000_000
            <= u128::from(confidence_ppm_max) * u128::from(price.unsigned_abs());
        let usable = reading.check_usable(confidence_ppm_max, now);
        prop_assert_eq!(usable == Err(RiskError::PriceFromFuture), publish > now);
        prop_assert_eq!(usable.is_ok(), publish <= now && narrow);
        let current = reading.check_current(age_max, last, now);
        prop_assert_eq!(current == Err(RiskError::PriceTooOld), now - publish > i64::from(age_max));
        prop_assert_eq!(current.is_ok(), now - publish <= i64::from(age_max) && publish > last);
        if let Ok(share) = reading.confidence_ppm_up() {
            let exact = whole(confidence) * whole(1_000_000) / whole(price);
            prop_assert_eq!(exact.ceil(), share.into());
        }
    }

    #[test]
    fn r_o1_exactly_one_update_of_a_feed_settles_an_order(
        start in -1_000_i64..1_000, gaps in prop::collection::vec(0_i64..5, 1..50), at in 0_i64..100,
    ) {
        let mut previous_publish_seconds = start;
        let mut settling = Vec::new();
        let mut last = start;
        for gap in gaps {
            let reading = PriceReading {
                price_e8: 1,
                confidence_e8: 0,
                confidence_ppm: 0,
                slow_price_e8: 1,
                publish_seconds: previous_publish_seconds + gap,
                previous_publish_seconds,
            };
            if reading.settles(start + 1 + at) {
                settling.push(reading.publish_seconds);
            }
            previous_publish_seconds = reading.publish_seconds;
            last = reading.publish_seconds;
        }
        let expected = usize::from(start + 1 + at <= last);
        prop_assert_eq!(settling.len(), expected);
        prop_assert!(settling.iter().all(|&time| time > start + at));
    }

    #[test]
    fn i10_readings_never_panic(
        (price, slow_price, confidence) in (wide_i64(), wide_i64(), wide()), exponent: i32,
        times in [wide_i64(), wide_i64(), wide_i64(), wide_i64()], limit in wide_u32(),
    ) {
        let [publish_seconds, previous_publish_seconds, now, last] = times;
        let raw = RawReading {
            price, confidence, slow_price, exponent, publish_seconds, previous_publish_seconds,
        };
        let _ = check_age(publish_seconds, limit, now);
        let any = PriceReading {
            price_e8: confidence, confidence_e8: confidence, confidence_ppm: confidence, slow_price_e8: confidence,
            publish_seconds, previous_publish_seconds,
        };
        for reading in PriceReading::from_raw(&raw).into_iter().chain([any]) {
            let _ = reading.confidence_ppm_up();
            let _ = reading.check_usable(limit, now);
            let _ = reading.check_current(limit, last, now);
            let _ = reading.settles(last);
        }
    }
}
