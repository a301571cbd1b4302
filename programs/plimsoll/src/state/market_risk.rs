use crate::params::RiskParams;
use anchor_lang::prelude::*;
use plimsoll_risk::grace::GraceRing;
use plimsoll_risk::margin::Ratios;
use plimsoll_risk::volatility::Volatility;

/// What the price crank writes and every health check reads: price, volatility, ratios.
#[account(zero_copy)]
#[derive(Debug)]
pub struct MarketRisk {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Index of the market.
    pub index: u16,
    /// Confidence of the last price, ppm of it.
    pub confidence_ppm: u32,
    pub exchange: Pubkey,
    /// The price feed.
    pub feed_id: [u8; 32],
    /// Last price, 1e-8; zero before the first refresh.
    pub price_e8: u64,
    /// The feed's slow price, 1e-8.
    pub slow_price_e8: u64,
    /// When the last price was published, Unix seconds.
    pub publish_seconds: i64,
    /// When it was taken over, Unix seconds.
    pub refreshed_seconds: i64,
    /// Divisor of lots times price, fixed at creation.
    pub lot_divisor: u64,
    /// Counts refreshes.
    pub sequence: u64,
    /// See [`Volatility::anchor_price_e8`].
    pub anchor_price_e8: u64,
    /// See [`Volatility::sampled_seconds`].
    pub sampled_seconds: i64,
    /// Fast variance, 1e-18 per second.
    pub fast_e18: u64,
    /// Slow variance, 1e-18 per second.
    pub slow_e18: u64,
    /// Long variance, 1e-18 per second.
    pub long_e18: u64,
    /// Envelope of the fast variance, 1e-18 per second.
    pub envelope_e18: u64,
    /// The ratio that volatility asks for, ppm.
    pub target_ppm: u32,
    /// The ratio that follows it within the ramp, ppm.
    pub live_ppm: u32,
    /// Initial ratio, ppm.
    pub initial_ppm: u32,
    /// Ratio of the call line, ppm.
    pub call_ppm: u32,
    /// Ratio of the liquidation line, ppm.
    pub liquidation_ppm: u32,
    pub _pad: u32,
    /// When the live ratio last took a step, Unix seconds.
    pub ramped_seconds: i64,
    /// See [`GraceRing`].
    pub ring_ppm: [u32; 32],
    /// See [`GraceRing::head_minutes`].
    pub ring_head_minutes: i64,
    pub params: RiskParams,
    pub _reserved: [u8; 256],
}

const _: () = assert!(
    core::mem::size_of::<MarketRisk>()
        == 8 + 2 * 32 + 6 * 8 + 6 * 8 + 6 * 4 + 8 + 32 * 4 + 8 + 144 + 256
);

impl MarketRisk {
    pub fn ratios(&self) -> Ratios {
        Ratios {
            initial_ppm: self.initial_ppm,
            call_ppm: self.call_ppm,
            liquidation_ppm: self.liquidation_ppm,
        }
    }

    pub fn set_ratios(&mut self, ratios: Ratios) {
        self.initial_ppm = ratios.initial_ppm;
        self.call_ppm = ratios.call_ppm;
        self.liquidation_ppm = ratios.liquidation_ppm;
    }

    pub fn volatility(&self) -> Volatility {
        Volatility {
            anchor_price_e8: self.anchor_price_e8,
            sampled_seconds: self.sampled_seconds,
            fast_e18: self.fast_e18,
            slow_e18: self.slow_e18,
            long_e18: self.long_e18,
            envelope_e18: self.envelope_e18,
        }
    }

    pub fn set_volatility(&mut self, volatility: Volatility) {
        self.anchor_price_e8 = volatility.anchor_price_e8;
        self.sampled_seconds = volatility.sampled_seconds;
        self.fast_e18 = volatility.fast_e18;
        self.slow_e18 = volatility.slow_e18;
        self.long_e18 = volatility.long_e18;
        self.envelope_e18 = volatility.envelope_e18;
    }

    pub fn ring(&self) -> GraceRing {
        GraceRing {
            minutes_ppm: self.ring_ppm,
            head_minutes: self.ring_head_minutes,
        }
    }

    pub fn set_ring(&mut self, ring: GraceRing) {
        self.ring_ppm = ring.minutes_ppm;
        self.ring_head_minutes = ring.head_minutes;
    }
}
