//! How a market is measured, and what it asks for.

use super::{bounded, Bounds};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::guard::{GuardParams, REST_GUARDS_MIN};
use plimsoll_risk::margin::{floor_min_ppm_up, MarginParams, SideParams};
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::volatility::VolatilityParams;

bounded! {
    /// How a market measures its risk. Ratios in ppm of notional, times in seconds.
    RiskParams {
        /// Variance a new market starts from, 1e-18 per second.
        variance_seed_e18: u64 = 1, 10_000_000_000_000;
        /// The variance never reads lower, 1e-18 per second.
        variance_min_e18: u64 = 1, 10_000_000_000_000;
        /// Less notional than this is not left behind, quote atoms.
        dust_q: u64 = 0, 1_000_000_000;
        /// Half-life of the fast variance.
        half_life_fast_seconds: u32 = 300, 14_400;
        /// Half-life of the slow variance.
        half_life_slow_seconds: u32 = 14_400, 604_800;
        /// Half-life of the long variance.
        half_life_long_seconds: u32 = 604_800, 31_536_000;
        /// Half-life of the envelope's decay.
        half_life_envelope_seconds: u32 = 3_600, 172_800;
        /// Winsorising limit, hundredths of a sigma.
        winsor_sigmas_e2: u32 = 300, 2_000;
        /// Least time between two samples.
        sample_seconds_min: u32 = 1, 300;
        /// The most a silence decays the estimate by.
        decay_seconds_max: u32 = 60, 3_600;
        /// Sigmas covered, 1e-4.
        multiplier_e4: u32 = 10_000, 200_000;
        /// Horizon of the sigma.
        horizon_seconds: u32 = 60, 14_400;
        /// The static liquidation ratio and the least of all ratios.
        floor_ppm: u32 = 2_500, 500_000;
        /// The most of all ratios.
        cap_ppm: u32 = 10_000, 1_000_000;
        /// The ratio of a stressed market.
        stress_ppm: u32 = 2_500, 1_000_000;
        /// Weight of the stressed ratio: never below a quarter.
        stress_weight_ppm: u32 = 250_000, 1_000_000;
        /// Share of the confidence added to the ratio.
        confidence_weight_ppm: u32 = 0, 5_000_000;
        /// Initial ratio as a multiple of the target.
        initial_multiple_ppm: u32 = 1_100_000, 5_000_000;
        /// The least initial ratio.
        initial_min_ppm: u32 = 5_000, 1_000_000;
        /// Time in which the live ratio at most doubles.
        doubling_seconds: u32 = 900, 86_400;
        /// Time in which the live ratio at most halves.
        halving_seconds: u32 = 3_600, 86_400;
        /// The most a silence moves the live ratio by.
        ramp_seconds_max: u32 = 60, 14_400;
        /// Delay of a rise at the call line, minutes.
        grace_minutes: u32 = 5, 31;
        /// A cut aims at this multiple of the call line.
        cut_target_ppm: u32 = 1_000_000, 1_500_000;
        /// A cut closes at most this share of a leg.
        cut_limit_ppm: u32 = 50_000, 1_000_000;
        /// Least time between two cuts of one leg.
        cut_interval_seconds: u32 = 10, 3_600;
        /// A liquidation aims at this multiple of the liquidation line.
        liquidation_target_ppm: u32 = 1_050_000, 5_000_000;
        /// Liquidation fee per notional closed.
        liquidation_fee_ppm: u32 = 0, 50_000;
        /// The keeper's share of the liquidation fee; the rest insures.
        liquidation_keeper_share_ppm: u32 = 100_000, 900_000;
        /// Widest confidence accepted.
        confidence_ppm_max: u32 = 500, 100_000;
        /// Oldest update that may become the price.
        price_age_seconds_max: u32 = 1, 300;
        /// Oldest price that may decide on an account.
        risk_age_seconds_max: u32 = 5, 600;
        /// Oldest price at which a position is cut or liquidated.
        reduction_age_seconds_max: u32 = 1, 60;
        /// What longs need of the ratio; of this and the next, one is the whole.
        long_weight_ppm: u32 = 500_000, 1_000_000;
        /// What shorts need of the ratio.
        short_weight_ppm: u32 = 500_000, 1_000_000;
        /// The most by which a rising term structure of volatility raises the initial ratio.
        slope_cap_ppm: u32 = 1_000_000, 2_000_000;
        /// The gap between a price and a liquidation at it that the floor has to cover.
        gap_ppm: u32 = 500, 200_000;
        /// A print beyond this many sigmas of its horizon is doubted, hundredths of a sigma.
        guard_sigmas_e2: u32 = 300, 3_000;
        /// No smaller deviation is doubted.
        guard_floor_ppm: u32 = 1_000, 200_000;
        /// How long a lone print is doubted at the most.
        guard_seconds: u32 = 10, 300;
        /// Least time between the beginnings of two guards.
        guard_rest_seconds: u32 = 40, 86_400;
        /// The most that an outlook may read of the slow variance, hundredths.
        outlook_multiple_e2: u32 = 100, 1_600;
        /// The longest that an outlook counts.
        outlook_seconds_max: u32 = 60, 86_400;
    }
}

impl RiskParams {
    /// Checks bounds and the order of the ratios.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::RatiosOutOfOrder`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()?;
        // Fee and spread together stay below the floor, so that a liquidation always improves.
        require!(
            self.liquidation_fee_ppm <= self.floor_ppm / 2
                && self.floor_ppm <= self.stress_ppm
                && self.stress_ppm <= self.cap_ppm
                && self.floor_ppm <= self.initial_min_ppm
                && self.reduction_age_seconds_max <= self.risk_age_seconds_max,
            PlimsollError::RatiosOutOfOrder
        );
        let covered_ppm = floor_min_ppm_up(self.liquidation_fee_ppm, self.gap_ppm);
        require!(covered_ppm <= self.floor_ppm, PlimsollError::FloorTooLow);
        require!(
            self.long_weight_ppm.max(self.short_weight_ppm) == ONE_PPM
                && u64::from(self.guard_rest_seconds)
                    >= u64::from(self.guard_seconds).saturating_mul(REST_GUARDS_MIN),
            PlimsollError::ParametersInconsistent
        );
        Ok(())
    }

    /// The sides' part.
    pub fn side(&self) -> SideParams {
        SideParams {
            long_weight_ppm: self.long_weight_ppm,
            short_weight_ppm: self.short_weight_ppm,
            slope_cap_ppm: self.slope_cap_ppm,
        }
    }

    /// The guard's part.
    pub fn guard(&self) -> GuardParams {
        GuardParams {
            band_sigmas_e2: self.guard_sigmas_e2,
            band_floor_ppm: self.guard_floor_ppm,
            guard_seconds: self.guard_seconds,
            rest_seconds: self.guard_rest_seconds,
        }
    }

    /// The estimator's part.
    pub fn volatility(&self) -> VolatilityParams {
        VolatilityParams {
            half_life_fast_seconds: self.half_life_fast_seconds,
            half_life_slow_seconds: self.half_life_slow_seconds,
            half_life_long_seconds: self.half_life_long_seconds,
            half_life_envelope_seconds: self.half_life_envelope_seconds,
            winsor_sigmas_e2: self.winsor_sigmas_e2,
            variance_min_e18: self.variance_min_e18,
            sample_seconds_min: self.sample_seconds_min,
            decay_seconds_max: self.decay_seconds_max,
        }
    }

    /// The ratios' part.
    pub fn margin(&self) -> MarginParams {
        MarginParams {
            multiplier_e4: self.multiplier_e4,
            horizon_seconds: self.horizon_seconds,
            floor_ppm: self.floor_ppm,
            cap_ppm: self.cap_ppm,
            stress_ppm: self.stress_ppm,
            stress_weight_ppm: self.stress_weight_ppm,
            confidence_weight_ppm: self.confidence_weight_ppm,
            initial_multiple_ppm: self.initial_multiple_ppm,
            initial_min_ppm: self.initial_min_ppm,
            doubling_seconds: self.doubling_seconds,
            halving_seconds: self.halving_seconds,
            ramp_seconds_max: self.ramp_seconds_max,
        }
    }
}
