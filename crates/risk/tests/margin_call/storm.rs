//! Markets whose price stands still while their volatility and parameters do anything.

use crate::desk::{Rules, Terms};
use crate::reference::Rng;
use plimsoll_risk::grace::{GraceRing, GRACE_MINUTES_MAX};
use plimsoll_risk::margin::{
    ramp_is_due, ramp_ppm_up, ratios, target_ppm_up, MarginParams, Ratios,
};

/// A market's risk, as a crank keeps it.
pub struct Storm {
    params: MarginParams,
    grace_minutes: u32,
    rules: Rules,
    pub terms: Terms,
    pub ratios: Ratios,
    live_ppm: u32,
    ring: GraceRing,
    now_seconds: i64,
    ramped_seconds: i64,
}

impl Storm {
    /// A calm market, whose stress and initial ratio are as low as they may be.
    pub fn calm(rng: &mut Rng, rules: Rules) -> Self {
        let floor_ppm = rng.between_u32(2_500, 50_000);
        let params = MarginParams {
            stress_ppm: floor_ppm,
            initial_multiple_ppm: rng.between_u32(1_100_000, 2_000_000),
            initial_min_ppm: floor_ppm,
            ..edited(floor_ppm, rng)
        };
        let variance_e18 = rng.magnitude(10_000_000_000);
        let live_ppm = target_ppm_up(&params, variance_e18, 0).unwrap();
        let now_seconds = 1_700_000_000 + i64::try_from(rng.between(0, 59)).unwrap();
        let mut storm = Self {
            params,
            grace_minutes: rng.between_u32(0, GRACE_MINUTES_MAX),
            rules,
            terms: terms(rng, floor_ppm),
            ratios: ratios(&params, live_ppm, live_ppm).unwrap(),
            live_ppm,
            ring: GraceRing::filled(live_ppm, now_seconds),
            now_seconds,
            ramped_seconds: now_seconds,
        };
        storm.hold();
        storm
    }

    /// Some time passes; volatility and confidence become anything, parameters may be edited.
    pub fn blow(&mut self, rng: &mut Rng) {
        let longest = if rng.one_in(4) { 20_000 } else { 900 };
        self.now_seconds += i64::try_from(rng.between(1, longest)).unwrap();
        if rng.one_in(8) {
            self.params = edited(self.params.floor_ppm, rng);
            self.grace_minutes = rng.between_u32(0, GRACE_MINUTES_MAX);
        }
        if rng.one_in(4) {
            self.terms = terms(rng, self.params.floor_ppm);
        }
        let variance_e18 = rng.magnitude(u64::MAX >> 1);
        let confidence_ppm = self.terms.confidence_ppm;
        let target_ppm = target_ppm_up(&self.params, variance_e18, confidence_ppm).unwrap();
        let elapsed = self.now_seconds.abs_diff(self.ramped_seconds);
        let before_ppm = self.live_ppm;
        if ramp_is_due(elapsed) {
            self.live_ppm = ramp_ppm_up(&self.params, before_ppm, target_ppm, elapsed).unwrap();
            self.ramped_seconds = self.now_seconds;
        }
        self.ring
            .record(before_ppm, self.live_ppm, self.now_seconds)
            .unwrap();
        let graced_ppm = self
            .ring
            .graced_ppm(self.live_ppm, self.grace_minutes, self.now_seconds)
            .unwrap();
        self.ratios = ratios(&self.params, target_ppm, graced_ppm).unwrap();
        self.hold();
    }

    /// Where the liquidation line is not static, it follows the live ratio at a half.
    fn hold(&mut self) {
        if !self.rules.liquidation_static {
            self.ratios.liquidation_ppm = self.params.floor_ppm.max(self.live_ppm / 2);
            self.ratios.call_ppm = self.ratios.call_ppm.max(self.ratios.liquidation_ppm);
            self.ratios.initial_ppm = self.ratios.initial_ppm.max(self.ratios.call_ppm);
        }
    }
}

/// Any parameters that governance may set, the floor as it is.
fn edited(floor_ppm: u32, rng: &mut Rng) -> MarginParams {
    let cap_ppm = rng.between_u32(floor_ppm.max(10_000), 1_000_000);
    MarginParams {
        multiplier_e4: rng.between_u32(10_000, 200_000),
        horizon_seconds: rng.between_u32(60, 14_400),
        floor_ppm,
        cap_ppm,
        stress_ppm: rng.between_u32(floor_ppm, cap_ppm),
        stress_weight_ppm: rng.between_u32(250_000, 1_000_000),
        confidence_weight_ppm: rng.between_u32(0, 5_000_000),
        initial_multiple_ppm: rng.between_u32(1_100_000, 5_000_000),
        initial_min_ppm: floor_ppm.max(rng.between_u32(5_000, 100_000)),
        doubling_seconds: rng.between_u32(900, 86_400),
        halving_seconds: rng.between_u32(3_600, 86_400),
        ramp_seconds_max: rng.between_u32(60, 14_400),
    }
}

/// Any terms of a cut that governance may set, and any confidence that a refresh accepts.
pub fn terms(rng: &mut Rng, floor_ppm: u32) -> Terms {
    Terms {
        target_ppm: rng.between_u32(1_000_000, 1_500_000),
        limit_ppm: rng.between_u32(50_000, 1_000_000),
        fee_q: rng.between(1_000, 10_000_000),
        liquidation_fee_ppm: rng.between_u32(0, floor_ppm / 2),
        dust_q: if rng.one_in(2) {
            0
        } else {
            rng.magnitude(1_000_000_000)
        },
        confidence_ppm: rng.magnitude(100_000) as u32,
        skew_lots: rng.between(0, 1 << 33) as i64 - (1 << 32),
        skew_scale_lots: (1 << 33) + rng.magnitude(1 << 50),
    }
}
