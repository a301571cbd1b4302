//! Markets whose price stands still while their volatility, depth, crowding and parameters do anything.

use crate::desk::{Rules, Terms};
use crate::reference::Rng;
use plimsoll_risk::depth::{
    crowded_ppm_up, liquidity_down, size_factor_ppm_up, Depth, DepthParams,
};
use plimsoll_risk::grace::{GraceRing, GRACE_MINUTES_MAX};
use plimsoll_risk::margin::{
    ramp_is_due, ramp_ppm_up, side_ratios, slope_ppm_up, target_ppm_up, MarginParams, Ratios,
    SideParams, SideRatios,
};
use plimsoll_risk::units::{share_up, ONE_PPM};

/// What governance sets.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    pub margin: MarginParams,
    pub side: SideParams,
    pub depth: DepthParams,
    pub grace_minutes: u32,
    /// Lots of a quote unit that the pool itself takes.
    pub own_depth_lots: u64,
    /// R-S5: lots between which new risk gets dearer.
    pub crowd_lots: (u64, u64),
}

/// What comes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    pub fast_e18: u64,
    pub slow_e18: u64,
    pub open_interest_lots: u64,
}

/// What has happened to a market.
#[derive(Clone, Copy, Debug, Default)]
pub struct Events {
    pub steps: u64,
    pub edits: u64,
    pub posts: u64,
}

/// A market's risk, as a crank keeps it.
pub struct Storm {
    listing: Listing,
    rules: Rules,
    pub terms: Terms,
    pub events: Events,
    sides: SideRatios,
    crowded_lots: u64,
    liquidity_q: u64,
    live_ppm: u32,
    depth: Depth,
    ring: GraceRing,
    now_seconds: i64,
    ramped_seconds: i64,
}

impl Storm {
    /// A market whose live ratio has been that of a weather for as long as it remembers.
    pub fn still(listing: Listing, terms: Terms, rules: Rules, weather: Weather, now: i64) -> Self {
        let variance_e18 = weather.fast_e18.max(weather.slow_e18);
        let live_ppm = target_ppm_up(&listing.margin, variance_e18, 0).unwrap();
        let none = Ratios {
            initial_ppm: 0,
            call_ppm: 0,
            liquidation_ppm: 0,
        };
        let mut storm = Self {
            listing,
            rules,
            terms,
            events: Events::default(),
            sides: SideRatios::both(none),
            crowded_lots: 0,
            liquidity_q: 0,
            live_ppm,
            depth: Depth::unposted(now),
            ring: GraceRing::filled(live_ppm, now),
            now_seconds: now,
            ramped_seconds: now,
        };
        storm.pass(0, weather, 0);
        storm
    }

    /// A calm market, whose stress and initial ratio are as low as they may be.
    pub fn calm(rng: &mut Rng, rules: Rules) -> Self {
        let floor_ppm = rng.between_u32(2_500, 50_000);
        let mut listing = edited(floor_ppm, rng);
        listing.margin.stress_ppm = floor_ppm;
        listing.margin.initial_multiple_ppm = rng.between_u32(1_100_000, 2_000_000);
        listing.margin.initial_min_ppm = floor_ppm;
        let variance_e18 = rng.magnitude(10_000_000_000);
        let weather = Weather {
            fast_e18: variance_e18,
            slow_e18: variance_e18,
            open_interest_lots: 0,
        };
        let now = 1_700_000_000 + i64::try_from(rng.between(0, 59)).unwrap();
        let terms = terms(rng, floor_ppm);
        Self::still(listing, terms, rules, weather, now)
    }

    /// Some time passes; volatility, confidence, depth and open interest become anything, parameters may
    /// be edited.
    pub fn blow(&mut self, rng: &mut Rng) {
        if rng.one_in(8) {
            self.listing = edited(self.listing.margin.floor_ppm, rng);
            self.events.edits += 1;
        }
        if rng.one_in(4) {
            self.terms = terms(rng, self.listing.margin.floor_ppm);
        }
        let longest = if rng.one_in(4) { 20_000 } else { 900 };
        let elapsed = i64::try_from(rng.between(1, longest)).unwrap();
        if rng.one_in(4) {
            let mut depths_q = [0; 5].map(|_: u64| rng.magnitude(u64::MAX));
            depths_q.sort_unstable();
            let then = self.now_seconds + elapsed;
            let posted = self.depth.posted(&self.listing.depth, depths_q, then);
            self.depth = posted.unwrap();
            self.events.posts += 1;
        }
        let weather = Weather {
            fast_e18: rng.magnitude(u64::MAX >> 1),
            slow_e18: rng.magnitude(u64::MAX >> 1),
            open_interest_lots: rng.magnitude(1 << 40),
        };
        self.pass(elapsed, weather, self.terms.confidence_ppm);
    }

    /// A crank so many seconds later.
    pub fn pass(&mut self, elapsed: i64, weather: Weather, confidence_ppm: u32) {
        let Listing {
            margin,
            side,
            depth,
            ..
        } = self.listing;
        self.events.steps += 1;
        self.now_seconds += elapsed;
        let variance_e18 = weather.fast_e18.max(weather.slow_e18);
        let target_ppm = target_ppm_up(&margin, variance_e18, confidence_ppm).unwrap();
        let unramped = self.now_seconds.abs_diff(self.ramped_seconds);
        let before_ppm = self.live_ppm;
        if ramp_is_due(unramped) {
            self.live_ppm = ramp_ppm_up(&margin, before_ppm, target_ppm, unramped).unwrap();
            self.ramped_seconds = self.now_seconds;
        }
        let (ring, now) = (&mut self.ring, self.now_seconds);
        ring.record(before_ppm, self.live_ppm, now).unwrap();
        let grace_minutes = self.listing.grace_minutes;
        let graced_ppm = ring.graced_ppm(self.live_ppm, grace_minutes, now).unwrap();
        let slope_ppm = slope_ppm_up(weather.fast_e18, weather.slow_e18);
        self.sides = side_ratios(&margin, &side, target_ppm, graced_ppm, slope_ppm).unwrap();
        self.crowded_lots = weather.open_interest_lots;
        let external_q = self.depth.effective_q(&depth, now).unwrap()[0];
        let own_lots = self.listing.own_depth_lots;
        self.liquidity_q = liquidity_down(own_lots, 100_000_000, 100, external_q).unwrap();
    }

    /// What a position of a side and size is held to now, besides what its size adds.
    pub fn ratios(&self, long: bool, notional_q: u64) -> Ratios {
        let mut held = *self.sides.of(long);
        let (low, high) = self.listing.crowd_lots;
        let crowded_ppm = crowded_ppm_up(held.initial_ppm, self.crowded_lots, low, high);
        held.initial_ppm = crowded_ppm.unwrap();
        if !self.rules.liquidation_static {
            // It follows the live ratio at a half.
            held.liquidation_ppm = held.liquidation_ppm.max(self.live_ppm / 2);
        }
        if !self.rules.liquidation_unsized {
            let factor = size_factor_ppm_up(notional_q, self.liquidity_q).unwrap();
            let sized_ppm = share_up(u64::from(held.liquidation_ppm), factor).unwrap();
            held.liquidation_ppm = u32::try_from(sized_ppm).unwrap_or(u32::MAX);
        }
        held
    }

    /// R-S2: what of the market can be unwound now.
    pub fn liquidity_q(&self) -> u64 {
        self.liquidity_q
    }
}

/// Anything that governance may set, the floor as it is.
fn edited(floor_ppm: u32, rng: &mut Rng) -> Listing {
    let cap_ppm = rng.between_u32(floor_ppm.max(10_000), 1_000_000);
    let margin = MarginParams {
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
    };
    let lighter_ppm = rng.between_u32(0, ONE_PPM);
    let longs_heavier = rng.one_in(2);
    let side = SideParams {
        long_weight_ppm: if longs_heavier { ONE_PPM } else { lighter_ppm },
        short_weight_ppm: if longs_heavier { lighter_ppm } else { ONE_PPM },
        slope_cap_ppm: rng.between_u32(ONE_PPM, 2 * ONE_PPM),
    };
    let depth = DepthParams {
        base_depth_q: rng.between(1_000_000, 100_000_000_000_000),
        age_seconds_max: rng.between_u32(60, 7_200),
        halving_seconds: rng.between_u32(600, 86_400),
        growth_ppm: rng.between_u32(0, 500_000),
    };
    let low_lots = rng.magnitude(1 << 40);
    Listing {
        margin,
        side,
        depth,
        grace_minutes: rng.between_u32(0, GRACE_MINUTES_MAX),
        own_depth_lots: rng.magnitude(10_000_000),
        crowd_lots: (low_lots, low_lots + rng.magnitude(1 << 40)),
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
