//! Samples of the estimator.

use crate::reference::fixtures::{volatility_params, VARIANCE_E18};
use plimsoll_risk::volatility::{sigma_up, winsorised_return, Volatility, VolatilityParams};
use plimsoll_risk::RiskError::{Overflow, PriceInvalid, PriceNotNewer};

const PRICE_E8: u64 = 10_000_000_000;

fn seeded() -> Volatility {
    Volatility::seeded(PRICE_E8, 1_000, VARIANCE_E18)
}

fn after(price_e8: u64, confidence_e8: u64, elapsed: i64) -> Volatility {
    seeded()
        .sample(
            &volatility_params(),
            price_e8,
            confidence_e8,
            1_000 + elapsed,
        )
        .unwrap()
}

#[test]
fn r_v1_a_return_raises_every_variance_by_its_weight() {
    // 1 % in a minute: (2·1e9/201)² ÷ 60 = 1.65e12, weighed with 2.3 %, 0.048 % and 0.0016 %.
    assert_eq!(
        after(10_100_000_000, 0, 60),
        Volatility {
            anchor_price_e8: 10_100_000_000,
            sampled_seconds: 1_060,
            fast_e18: 68_663_739_216,
            slow_e18: 32_484_615_598,
            long_e18: 31_735_618_987,
            envelope_e18: 68_663_739_216,
        }
    );
}

#[test]
fn r_v1_no_return_lets_every_variance_fall_by_its_half_life() {
    assert_eq!(
        after(PRICE_E8, 0, 60),
        Volatility {
            anchor_price_e8: PRICE_E8,
            sampled_seconds: 1_060,
            fast_e18: 30_985_748_788,
            slow_e18: 31_694_610_771,
            long_e18: 31_709_285_953,
            envelope_e18: 31_649_067_108,
        }
    );
}

#[test]
fn r_v1_a_symmetric_return_is_the_same_up_and_down() {
    let far = 2_000_000_000;
    assert_eq!(winsorised_return(100, 300, far), Ok((1_000_000_000, 300)));
    assert_eq!(winsorised_return(300, 100, far), Ok((1_000_000_000, 100)));
    assert_eq!(winsorised_return(100, 100, far), Ok((0, 100)));
    // 2·1 ÷ 201 is 9,950,248.7…e-9, rounded up.
    assert_eq!(winsorised_return(100, 101, far), Ok((9_950_249, 101)));
    // The largest return there is rounds up to two.
    assert_eq!(
        winsorised_return(1, (1 << 62) - 1, far),
        Ok((2_000_000_000, (1 << 62) - 1))
    );
}

#[test]
fn r_v1_a_price_of_zero_or_beyond_62_bits_is_refused() {
    for (anchor, price) in [(0, 1), (1, 0), (1 << 62, 1), (1, 1 << 62), (0, 0)] {
        assert_eq!(
            winsorised_return(anchor, price, 1),
            Err(PriceInvalid),
            "{anchor} {price}"
        );
    }
    assert_eq!(
        seeded().sample(&volatility_params(), 0, 0, 1_060),
        Err(PriceInvalid)
    );
    let unset = Volatility {
        anchor_price_e8: 0,
        ..seeded()
    };
    assert_eq!(
        unset.sample(&volatility_params(), 1, 0, 1_060),
        Err(PriceInvalid)
    );
}

#[test]
fn r_v2_a_return_beyond_the_limit_counts_up_to_it_and_carries_the_rest() {
    // 8 sigmas of a minute at 100 % a year are 1.1034752 %.
    let up = after(11_000_000_000, 0, 60);
    assert_eq!(
        (up.anchor_price_e8, up.fast_e18),
        (10_110_959_726, 77_324_570_643)
    );
    let down = after(9_000_000_000, 0, 60);
    assert_eq!(
        (down.anchor_price_e8, down.fast_e18),
        (9_890_257_969, 77_324_570_643)
    );
}

#[test]
fn r_v2_the_limit_itself_is_not_winsorised_and_one_more_is() {
    // 2·|p − 1e9| ÷ (p + 1e9) of exactly 2e9 − 2·… : with anchor 1e9, price 3e9 the return is 1e9.
    let (anchor, price) = (1_000_000_000, 3_000_000_000);
    assert_eq!(
        winsorised_return(anchor, price, 1_000_000_000),
        Ok((1_000_000_000, price))
    );
    let (counted, carried) = winsorised_return(anchor, price, 999_999_999).unwrap();
    assert_eq!(counted, 999_999_999);
    assert_eq!(carried, 2_999_999_996);
}

#[test]
fn r_v2_a_lone_bad_print_is_forgotten_and_a_real_move_is_caught_up_with() {
    let params = volatility_params();
    let bad = seeded().sample(&params, 2 * PRICE_E8, 0, 1_010).unwrap();
    let back = bad.sample(&params, PRICE_E8, 0, 1_020).unwrap();
    assert_eq!(back.anchor_price_e8, PRICE_E8);
    let mut real = bad;
    let mut samples = 1;
    while real.anchor_price_e8 != 2 * PRICE_E8 {
        real = real
            .sample(&params, 2 * PRICE_E8, 0, 1_010 + 10 * samples)
            .unwrap();
        samples += 1;
    }
    // Each sample raises the limit for the next, so that even a doubling takes minutes, not hours.
    assert!((10..60).contains(&samples), "{samples} samples");
    assert!(
        real.fast_e18 > 20 * back.fast_e18,
        "the real move counts in full"
    );
}

/// A calm asset with a wide confidence: 1 % a year at the least, 500 ppm of noise, and a fall of 1 % a minute.
#[test]
fn r_v3_noise_beyond_the_limit_does_not_blind_the_estimate() {
    let params = VolatilityParams {
        variance_min_e18: 3_168_808,
        ..volatility_params()
    };
    let mut calm = Volatility::seeded(PRICE_E8, 1_000, params.variance_min_e18);
    let (mut price_e8, mut now_seconds) = (PRICE_E8, 1_000);
    for _ in 0..10 {
        price_e8 = price_e8 / 100 * 99;
        now_seconds += 60;
        let noise_e8 = price_e8 / 2_000;
        calm = calm
            .sample(&params, price_e8, noise_e8, now_seconds)
            .unwrap();
    }
    // Where all noise was taken off, ten falls beyond the limit left the least variance there is.
    assert!(calm.fast_e18 > 100 * params.variance_min_e18, "{calm:?}");
}

#[test]
fn r_v3_confidence_is_taken_off_and_never_below_nothing() {
    // 1 % less half a percent of confidence: r² − c² = 9,950,249² − 4,950,496².
    assert_eq!(
        after(10_100_000_000, 50_000_000, 60).fast_e18,
        59_337_269_990
    );
    let still = after(PRICE_E8, 0, 60);
    let noise = |confidence| Volatility {
        anchor_price_e8: PRICE_E8,
        ..after(10_030_000_000, confidence, 60)
    };
    assert_eq!(
        noise(50_000_000),
        still,
        "noise above the return is no variance"
    );
    assert_eq!(
        noise(10_030_000_000 * 9),
        still,
        "nor is noise whose square exceeds 64 bits"
    );
    let params = volatility_params();
    assert_eq!(seeded().sample(&params, 1, u64::MAX, 1_060), Err(Overflow));
}

#[test]
fn r_v4_a_silence_decays_by_at_most_the_configured_time() {
    let most = after(PRICE_E8, 0, 900);
    assert_eq!(most.fast_e18, 22_422_208_943);
    let longer = after(PRICE_E8, 0, 90_000);
    assert_eq!(
        Volatility {
            sampled_seconds: 1_900,
            ..longer
        },
        most
    );
    assert!(after(PRICE_E8, 0, 899).fast_e18 > most.fast_e18);
    // A silence of more than 32 bits of seconds is one too.
    let ages = seeded()
        .sample(&volatility_params(), PRICE_E8, 0, i64::MAX)
        .unwrap();
    assert_eq!(
        Volatility {
            sampled_seconds: 1_900,
            ..ages
        },
        most
    );
}

#[test]
fn r_v1_a_sample_too_soon_changes_nothing() {
    let params = volatility_params();
    for elapsed in [0, 1, 9] {
        assert_eq!(
            seeded().sample(&params, 2 * PRICE_E8, 0, 1_000 + elapsed),
            Ok(seeded())
        );
    }
    assert_ne!(
        seeded().sample(&params, 2 * PRICE_E8, 0, 1_010),
        Ok(seeded())
    );
    // A minimum of zero still needs a second, since a variance is per second.
    let eager = VolatilityParams {
        sample_seconds_min: 0,
        ..params
    };
    assert_eq!(
        seeded().sample(&eager, 2 * PRICE_E8, 0, 1_000),
        Ok(seeded())
    );
    assert_ne!(
        seeded().sample(&eager, 2 * PRICE_E8, 0, 1_001),
        Ok(seeded())
    );
}

#[test]
fn r_v1_time_does_not_run_backwards() {
    let params = volatility_params();
    assert_eq!(
        seeded().sample(&params, PRICE_E8, 0, 999),
        Err(PriceNotNewer)
    );
    let ancient = Volatility {
        sampled_seconds: i64::MIN,
        ..seeded()
    };
    assert_eq!(ancient.sample(&params, PRICE_E8, 0, 0), Err(Overflow));
}

#[test]
fn r_v6_the_largest_variance_counts_and_never_less_than_the_minimum() {
    let params = volatility_params();
    let flat = Volatility::seeded(1, 0, 5);
    assert_eq!(flat.variance_e18(&params), params.variance_min_e18);
    let high = params.variance_min_e18 + 1;
    for peak in [
        Volatility {
            fast_e18: high,
            ..flat
        },
        Volatility {
            slow_e18: high,
            ..flat
        },
        Volatility {
            long_e18: high,
            ..flat
        },
        Volatility {
            envelope_e18: high,
            ..flat
        },
    ] {
        assert_eq!(peak.variance_e18(&params), high);
    }
}

#[test]
fn r_v6_the_envelope_rises_at_once_and_falls_by_its_own_half_life() {
    let params = volatility_params();
    let spike = after(10_100_000_000, 0, 60);
    assert_eq!(spike.envelope_e18, spike.fast_e18);
    let calm = spike.sample(&params, 10_100_000_000, 0, 1_960).unwrap();
    // 15 of 360 minutes: 2^(−1/24).
    assert!(calm.envelope_e18 > calm.fast_e18);
    assert_eq!(calm.envelope_e18, 66_709_886_353);
}

#[test]
fn r_v6_sigma_is_the_root_over_the_horizon_rounded_up() {
    let table = [
        (0, 600, 0),
        (VARIANCE_E18, 0, 0),
        (VARIANCE_E18, 600, 4_361_867),
        // 100 % a year over a year.
        (VARIANCE_E18, 31_536_000, 1_000_000_001),
        (u64::MAX, 2, 4_294_967_296),
    ];
    for (variance_e18, horizon_seconds, sigma_e9) in table {
        assert_eq!(
            sigma_up(variance_e18, horizon_seconds),
            sigma_e9,
            "{variance_e18}"
        );
    }
}
