//! What bad prints, thinned feeds, silent keepers and keepers who choose their instants do to the
//! estimate.

use crate::reference::exponential::halved;
use crate::reference::fixtures::{margin_params, volatility_params};
use crate::reference::rational::whole;
use crate::reference::Rng;
use crate::simulated::{omniscient, path, sampled, Aim, Kind, SIGMA_OF_A_SECOND, START_SECONDS};
use crate::strategies::{cases, next_price, volatility, volatility_params as any_params, wide_u32};
use plimsoll_risk::margin::{ramp_is_due, ramp_ppm_up, target_ppm_up, MarginParams};
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use proptest::collection::vec;
use proptest::prelude::*;

/// What the presets of the test kit set: annual volatility and its minimum in per cent, floor, cap and
/// stressed ratio in ppm. What else they set is that of the fixtures.
const PRESETS: [(u64, u64, u32, u32, u32); 3] = [
    (50, 30, 12_500, 300_000, 33_000),
    (65, 40, 15_000, 350_000, 43_000),
    (95, 55, 25_000, 500_000, 62_000),
];

/// A market as the price crank keeps it.
#[derive(Clone)]
struct Market {
    volatility_params: VolatilityParams,
    margin_params: MarginParams,
    volatility: Volatility,
    live_ppm: u32,
    ramped_seconds: i64,
}

impl Market {
    fn new(preset: (u64, u64, u32, u32, u32), price_e8: u64, winsor_sigmas_e2: u32) -> Self {
        let (percent, percent_min, floor_ppm, cap_ppm, stress_ppm) = preset;
        let variance_e18 = |percent: u64| 3_170_979 * percent * percent;
        let margin_params = MarginParams {
            floor_ppm,
            cap_ppm,
            stress_ppm,
            ..margin_params()
        };
        let volatility_params = VolatilityParams {
            variance_min_e18: variance_e18(percent_min),
            winsor_sigmas_e2,
            ..volatility_params()
        };
        let seed_e18 = variance_e18(percent);
        Self {
            volatility_params,
            margin_params,
            volatility: Volatility::seeded(price_e8, START_SECONDS, seed_e18),
            live_ppm: target_ppm_up(&margin_params, seed_e18, 0).unwrap(),
            ramped_seconds: START_SECONDS,
        }
    }

    fn refresh(&mut self, price_e8: u64, now: i64) {
        let params = &self.volatility_params;
        self.volatility = self.volatility.sample(params, price_e8, 0, now).unwrap();
        let elapsed = now.abs_diff(self.ramped_seconds);
        if ramp_is_due(elapsed) {
            let variance_e18 = self.volatility.variance_e18(params);
            let target = target_ppm_up(&self.margin_params, variance_e18, 0).unwrap();
            self.live_ppm =
                ramp_ppm_up(&self.margin_params, self.live_ppm, target, elapsed).unwrap();
            self.ramped_seconds = now;
        }
    }
}

/// The most by which a print of `print_ppm` of the price, after six hours, exceeds what the live ratio is
/// without it in the next six, on a path of one price in `step` seconds.
fn lift(mut market: Market, prices: &[u64], print_ppm: u64, step: usize) -> f64 {
    let at = |index: usize| START_SECONDS + (index * step) as i64;
    let printed = prices.len() / 2;
    for (index, &price_e8) in prices.iter().enumerate().take(printed).skip(1) {
        market.refresh(price_e8, at(index));
    }
    let mut struck = market.clone();
    market.refresh(prices[printed], at(printed));
    struck.refresh(prices[printed] / 1_000_000 * print_ppm, at(printed));
    let mut most = 1.0_f64;
    for (index, &price_e8) in prices.iter().enumerate().skip(printed + 1) {
        market.refresh(price_e8, at(index));
        struck.refresh(price_e8, at(index));
        most = most.max(f64::from(struck.live_ppm) / f64::from(market.live_ppm));
    }
    most
}

/// The largest and the mean lift over presets, paths, and prints up and down, at a price in `step` seconds.
fn lifts(winsor_sigmas_e2: u32, step: usize, paths: u64) -> (f64, f64) {
    let mut all = Vec::new();
    for (number, preset) in PRESETS.into_iter().enumerate() {
        for seed in 0..paths {
            let mut rng = Rng(seed * 3 + number as u64);
            // From the preset's volatility down to its minimum: the calmest market is lifted most.
            let percent = rng.between(preset.1, preset.0) as f64 / 100.0;
            let prices = path(
                &mut rng,
                Kind::Gaussian,
                percent,
                step as f64,
                43_200 / step,
            );
            for print_ppm in [900_000, 1_100_000] {
                let market = Market::new(preset, prices[0], winsor_sigmas_e2);
                all.push(lift(market, &prices, print_ppm, step));
            }
        }
    }
    let largest = all.iter().copied().fold(0.0, f64::max);
    (largest, all.iter().sum::<f64>() / all.len() as f64)
}

#[test]
fn r_v2_a_lone_print_of_ten_percent_lifts_the_live_ratio_by_at_most_a_half() {
    // The presets' eight sigmas with prints up to half a minute apart, and seven with a minute's (R-V8).
    for (winsor_sigmas_e2, step) in [(800, 10), (800, 30), (700, 60)] {
        let (largest, mean) = lifts(winsor_sigmas_e2, step, 40);
        assert!(largest <= 1.5, "{step} s: {largest}");
        assert!(
            mean > 1.01,
            "prints that leave no trace test nothing: {mean}"
        );
        let (_, mean) = lifts(u32::MAX, step, 2);
        assert!(mean > 4.0, "without winsorising: {mean}");
    }
    let (largest, _) = lifts(800, 60, 40);
    assert!(
        (1.5..1.65).contains(&largest),
        "eight sigmas and a minute: {largest}"
    );
}

/// The mean over time of an estimate that sees a path of one price a minute at random instants, `every`
/// minutes apart in the mean, 1e-18.
fn thinned(prices: &[u64], every: u64, seed: u64, elapsed_is_known: bool) -> [f64; 2] {
    let params = volatility_params();
    let seed_e18 = (SIGMA_OF_A_SECOND * 1e9).powi(2) as u64;
    let mut state = Volatility::seeded(prices[0], START_SECONDS, seed_e18);
    let mut rng = Rng(seed);
    let mut sums = [0.0, 0.0];
    for (minute, &price_e8) in prices.iter().enumerate().skip(1) {
        if rng.one_in(every) {
            let now = if elapsed_is_known {
                START_SECONDS + 60 * minute as i64
            } else {
                state.sampled_seconds + 60
            };
            state = state.sample(&params, price_e8, 0, now).unwrap();
        }
        sums[0] += state.fast_e18 as f64;
        sums[1] += state.slow_e18 as f64;
    }
    sums.map(|sum| sum / (prices.len() - 1) as f64)
}

/// Mean ratios of the fast and the slow variance to those of the full series, over days of minutes.
fn thinned_to_full(kind: Kind, every: u64, elapsed_is_known: bool) -> [f64; 2] {
    let (mut thin, mut full) = ([0.0; 2], [0.0; 2]);
    for seed in 0..40 {
        let prices = path(&mut Rng(seed), kind, 1.0, 60.0, 5 * 1_440);
        for (sums, every) in [(&mut thin, every), (&mut full, 1)] {
            let means = thinned(&prices, every, seed + 1_000, elapsed_is_known);
            *sums = [sums[0] + means[0], sums[1] + means[1]];
        }
    }
    [thin[0] / full[0], thin[1] / full[1]]
}

#[test]
fn r_v1_a_feed_thinned_at_random_shows_the_same_variance() {
    for every in [2, 4, 8] {
        for kind in [Kind::Gaussian, Kind::Jumps] {
            for mean_ratio in thinned_to_full(kind, every, true) {
                assert!(
                    (0.96..1.04).contains(&mean_ratio),
                    "{kind:?} {every}: {mean_ratio}"
                );
            }
        }
        // One that takes every gap for a minute sees the returns of the gaps as returns of a minute.
        let [fast, _] = thinned_to_full(Kind::Gaussian, every, false);
        assert!(fast > 0.9 * every as f64, "{every}: {fast}");
    }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn r_v4_no_sequence_of_silences_lowers_a_variance_by_more_than_the_capped_times(
        start in volatility(), params in any_params(),
        silences in vec((prop_oneof![1_u32..4_000, wide_u32()], any::<bool>()), 1..20),
        price_e8 in next_price(1 << 40),
    ) {
        let start = Volatility { anchor_price_e8: 1 << 40, ..start };
        let (mut state, mut decayed) = (start, 0);
        for (silence, moves) in silences {
            let price = if moves { price_e8 } else { state.anchor_price_e8 };
            let now = state.sampled_seconds + i64::from(silence);
            let next = state.sample(&params, price, 0, now).unwrap();
            if next.sampled_seconds != state.sampled_seconds {
                decayed += u64::from(silence.min(params.decay_seconds_max));
            }
            state = next;
            let of = |before: u64, after: u64, half_life: u32| {
                whole(after) >= whole(before) * halved(decayed, u64::from(half_life))
            };
            prop_assert!(of(start.fast_e18, state.fast_e18, params.half_life_fast_seconds));
            prop_assert!(of(start.slow_e18, state.slow_e18, params.half_life_slow_seconds));
            prop_assert!(of(start.long_e18, state.long_e18, params.half_life_long_seconds));
            let envelope = params.half_life_envelope_seconds;
            prop_assert!(of(start.envelope_e18, state.envelope_e18, envelope));
        }
    }
}

/// By how much sigma is moved by a choice within `limits` on eight-hour paths: of what is known of the
/// window, and of the whole path.
fn bias(kind: Kind, limits: (usize, usize), aim: Aim, paths: u64) -> (f64, f64) {
    let (mut chosen, mut honest, mut chosen_known, mut honest_known) = (0.0, 0.0, 0.0, 0.0);
    for seed in 0..paths {
        let prices = path(&mut Rng(seed), kind, 1.0, 1.0, 8 * 3_600);
        chosen += sampled(&prices, &volatility_params(), limits, aim);
        honest += sampled(&prices, &volatility_params(), limits, Aim::Honest);
        chosen_known += omniscient(&prices, limits, aim).powi(2);
        honest_known += omniscient(&prices, (limits.0, 0), aim).powi(2);
    }
    let share = |a: f64, b: f64| (a / b).sqrt() - 1.0;
    (share(chosen, honest), share(chosen_known, honest_known))
}

#[test]
fn r_v8_a_keeper_who_chooses_the_instant_moves_sigma_within_bounds_at_the_recommended_interval() {
    // By how much sigma falls and rises at most: who knows the window, and who knows the whole path.
    let bounds = [
        (1, (-0.05, 0.06), (-0.20, 0.21)),
        (5, (-0.14, 0.15), (-0.35, 0.40)),
        (10, (-0.19, 0.24), (-0.42, 0.50)),
    ];
    for (late, window, whole_path) in bounds {
        for kind in [Kind::Gaussian, Kind::Jumps] {
            let least = bias(kind, (60, late), Aim::Least, 20);
            let most = bias(kind, (60, late), Aim::Most, 20);
            let found = format!("{kind:?}, {late} s late: {least:?}, {most:?}");
            assert!(least.0 >= window.0 && most.0 <= window.1, "{found}");
            assert!(least.1 >= whole_path.0 && most.1 <= whole_path.1, "{found}");
            assert!(
                least.0 < -0.01 && most.0 > 0.01,
                "no choice at all: {found}"
            );
        }
    }
}

#[test]
fn r_v8_a_shorter_interval_or_a_keeper_without_rivals_leaves_more_to_choose() {
    let moved = |limits, aim| {
        let prices: Vec<_> = (0..8)
            .map(|seed| path(&mut Rng(seed), Kind::Gaussian, 1.0, 1.0, 8 * 3_600))
            .collect();
        let mean = |aim| -> f64 {
            let params = volatility_params();
            prices
                .iter()
                .map(|prices| sampled(prices, &params, limits, aim))
                .sum()
        };
        (mean(aim) / mean(Aim::Honest)).sqrt() - 1.0
    };
    // The choice is one of late ÷ least: ten seconds of ten move sigma twice as far as ten of sixty.
    assert!(moved((10, 10), Aim::Least) < -0.24);
    assert!(moved((1, 10), Aim::Least) < -0.40);
    // Alone up to the cap of the decay he halves it or nearly doubles it, and not more.
    let capped = volatility_params().decay_seconds_max as usize - 60;
    let (least, most) = (
        moved((60, capped), Aim::Least),
        moved((60, capped), Aim::Most),
    );
    assert!((-0.55..-0.40).contains(&least), "{least}");
    assert!((0.60..1.00).contains(&most), "{most}");
}
