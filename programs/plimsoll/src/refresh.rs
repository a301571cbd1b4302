//! How a newer price changes a risk account: volatility, guard, carry, target, ramp, grace, ratios,
//! depth.

use crate::state::MarketRisk;
use plimsoll_risk::carry::index_shift;
use plimsoll_risk::depth::{liquidity_down, manipulation_cap_down};
use plimsoll_risk::grace::GraceRing;
use plimsoll_risk::guard::Print;
use plimsoll_risk::margin::{
    ramp_is_due, ramp_ppm_up, side_ratios, slope_ppm_up, target_ppm_up, MarginParams,
};
use plimsoll_risk::oracle::PriceReading;
use plimsoll_risk::outlook::raised_variance_e18;
use plimsoll_risk::units::share_down;
use plimsoll_risk::volatility::{sigma_up, Volatility};
use plimsoll_risk::Result;

const HOUR_SECONDS: u32 = 3_600;
/// 1e-9 in a millionth.
const E9_PER_PPM: u64 = 1_000;

impl MarketRisk {
    /// Takes in a reading. Times are the feed's own, so that when a keeper brings a price does not change
    /// what it says; only what a guard and a post last is told by the clock. The variance that margin is set
    /// from since, 1e-18 per second.
    ///
    /// # Errors
    /// What the risk crate refuses.
    pub fn take(&mut self, reading: &PriceReading, now_seconds: i64) -> Result<u64> {
        let first = self.publish_seconds == 0;
        let at_seconds = reading.publish_seconds;
        let params = self.params.volatility();
        if first {
            self.carry_shift = index_shift(reading.price_e8, self.lot_divisor);
        } else {
            self.doubt(reading, now_seconds)?;
            let carry = self.carry_at(at_seconds)?;
            self.set_carry(&carry);
        }
        let volatility = if first {
            Volatility::seeded(reading.price_e8, at_seconds, self.params.variance_seed_e18)
        } else {
            let (price_e8, confidence_e8) = (reading.price_e8, reading.confidence_e8);
            self.volatility()
                .sample(&params, price_e8, confidence_e8, at_seconds)?
        };
        self.set_volatility(volatility);
        let confidence_ppm = reading.confidence_ppm_up()?;
        let variance_e18 = self.variance_e18(now_seconds);

        let margin_params = self.params.margin();
        let target_ppm = target_ppm_up(&margin_params, variance_e18, confidence_ppm)?;
        let before_ppm = self.live_ppm;
        let (live_ppm, ramped_seconds) = self.ramped(&margin_params, target_ppm, at_seconds)?;
        // The ring's clock is the feed's, which may lie a little before the market's creation.
        let mut ring = if first {
            GraceRing::filled(before_ppm, at_seconds)
        } else {
            self.ring()
        };
        ring.record(before_ppm, live_ppm, at_seconds)?;
        let graced_ppm = ring.graced_ppm(live_ppm, self.params.grace_minutes, at_seconds)?;

        self.set_ring(ring);
        self.price_e8 = reading.price_e8;
        self.slow_price_e8 = reading.slow_price_e8;
        self.publish_seconds = at_seconds;
        self.confidence_ppm = confidence_ppm;
        self.live_ppm = live_ppm;
        self.ramped_seconds = ramped_seconds;
        self.rate(target_ppm, graced_ppm)?;
        self.weigh_depth(now_seconds)?;
        self.refreshed_seconds = now_seconds;
        self.sequence = self.sequence.wrapping_add(1);
        Ok(variance_e18)
    }

    /// The variance that margin is set from: measured, or expected where that is more (R-V6, R-V7),
    /// 1e-18 per second.
    pub fn variance_e18(&self, now_seconds: i64) -> u64 {
        raised_variance_e18(
            self.volatility().variance_e18(&self.params.volatility()),
            self.slow_e18,
            &self.outlooks(),
            self.params.outlook_multiple_e2,
            now_seconds,
        )
    }

    /// R-M5, R-M8, R-M9: sets the ratios of both sides, and the sigma that scores count in.
    ///
    /// # Errors
    /// What the risk crate refuses.
    pub fn rate(&mut self, target_ppm: u32, graced_ppm: u32) -> Result<()> {
        let slope_ppm = slope_ppm_up(self.fast_e18, self.slow_e18);
        let ratios = side_ratios(
            &self.params.margin(),
            &self.params.side(),
            target_ppm,
            graced_ppm,
            slope_ppm,
        )?;
        self.target_ppm = target_ppm;
        self.set_ratios(&ratios);
        let variance_e18 = self.volatility().variance_e18(&self.params.volatility());
        let sigma_ppm = sigma_up(variance_e18, HOUR_SECONDS).div_ceil(E9_PER_PPM);
        self.sigma_hour_ppm = u32::try_from(sigma_ppm).unwrap_or(u32::MAX);
        Ok(())
    }

    /// R-S2, R-S3, R-S6: what the market can take now, from the pool's own depth and the depth posted.
    ///
    /// # Errors
    /// What the risk crate refuses.
    pub fn weigh_depth(&mut self, now_seconds: i64) -> Result<()> {
        let depths_q = self
            .depth()
            .effective_q(&self.liquidity_params.depth(), now_seconds)?;
        let [nearest_q, ..] = depths_q;
        self.liquidity_q = liquidity_down(
            self.liquidity_params.own_depth_lots,
            self.price_e8,
            self.lot_divisor,
            share_down(nearest_q, self.liquidity_params.participation_ppm)?,
        )?;
        self.open_interest_cap_q = manipulation_cap_down(
            &depths_q,
            self.liquidity_params.manipulation_share_ppm,
            self.liquidity_params.manipulation_fee_ppm,
        )?;
        Ok(())
    }

    /// R-G1 … R-G4: whether the reading is doubted.
    fn doubt(&mut self, reading: &PriceReading, now_seconds: i64) -> Result<()> {
        let variance_e18 = self
            .volatility()
            .recent_variance_e18(&self.params.volatility());
        let last = Print {
            price_e8: self.price_e8,
            publish_seconds: self.publish_seconds,
        };
        let print = Print {
            price_e8: reading.price_e8,
            publish_seconds: reading.publish_seconds,
        };
        let guard = self.guard();
        let (guard, _) =
            guard.after(&self.params.guard(), variance_e18, last, print, now_seconds)?;
        self.set_guard(guard);
        Ok(())
    }

    /// R-M3, R-M7: the live ratio after a step, if one is due, and when the last step was. A market's first
    /// price starts the clock.
    fn ramped(
        &self,
        params: &MarginParams,
        target_ppm: u32,
        at_seconds: i64,
    ) -> Result<(u32, i64)> {
        if self.publish_seconds == 0 {
            return Ok((self.live_ppm, at_seconds));
        }
        let elapsed_seconds = at_seconds.abs_diff(self.ramped_seconds);
        if !ramp_is_due(elapsed_seconds) {
            return Ok((self.live_ppm, self.ramped_seconds));
        }
        let live_ppm = ramp_ppm_up(params, self.live_ppm, target_ppm, elapsed_seconds)?;
        Ok((live_ppm, at_seconds))
    }
}
