//! Realised volatility from prices at irregular times.
//!
//! Method (R-V1 … R-V6): squared return per second of elapsed time, winsorised with carry, less the
//! squared confidence, exponentially weighted at three half-lives, with an envelope that rises at
//! once and decays. Sampling by elapsed time is unbiased for irregular updates (RiskMetrics, 4th ed.
//! 1996, in the time-aware form of Eckner 2012); winsorising with carry defers what exceeds the limit
//! to the next sample, so that a lone bad print is forgotten and a real move is not.

use crate::decay::{blend_up, decay_factor_up, scale_up};
use crate::error::{Result, RiskError};
use crate::math::{mul_div_down, mul_div_up, sqrt_up};

/// Twice one in 1e-9: the largest symmetric return.
const TWO_E9: u64 = 2_000_000_000;
/// One hundred, for limits in hundredths of a sigma.
const HUNDRED: u64 = 100;

/// How the estimator weighs samples. All ranges are checked by the program at configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VolatilityParams {
    /// Half-life of the fast variance, seconds, positive.
    pub half_life_fast_seconds: u32,
    /// Half-life of the slow variance, seconds, positive.
    pub half_life_slow_seconds: u32,
    /// Half-life of the long variance, seconds, positive.
    pub half_life_long_seconds: u32,
    /// Half-life of the envelope's decay, seconds, positive.
    pub half_life_envelope_seconds: u32,
    /// A return beyond this many sigmas of its own horizon is winsorised, hundredths of a sigma.
    pub winsor_sigmas_e2: u32,
    /// The variance never reads lower than this, 1e-18 per second.
    pub variance_min_e18: u64,
    /// Samples closer together than this wait for more time to pass, seconds, positive; a minute is
    /// recommended (R-V8).
    pub sample_seconds_min: u32,
    /// A silence decays the estimate by at most this much time, seconds.
    pub decay_seconds_max: u32,
}

/// The state of one market's estimator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volatility {
    /// The price that the next return is taken from: the last sample's, or what winsorising left of
    /// it, 1e-8.
    pub anchor_price_e8: u64,
    /// When the last sample was taken, Unix seconds.
    pub sampled_seconds: i64,
    /// Fast variance, 1e-18 per second.
    pub fast_e18: u64,
    /// Slow variance, 1e-18 per second.
    pub slow_e18: u64,
    /// Long variance, 1e-18 per second.
    pub long_e18: u64,
    /// Envelope of the fast variance, 1e-18 per second.
    pub envelope_e18: u64,
}

impl Volatility {
    /// A state that starts at `variance_e18`, with no return yet.
    #[must_use]
    pub fn seeded(price_e8: u64, now_seconds: i64, variance_e18: u64) -> Self {
        Self {
            anchor_price_e8: price_e8,
            sampled_seconds: now_seconds,
            fast_e18: variance_e18,
            slow_e18: variance_e18,
            long_e18: variance_e18,
            envelope_e18: variance_e18,
        }
    }

    /// The variance that margin is set from: the largest of fast, slow, long and envelope, and never
    /// below the configured minimum (R-V6). 1e-18 per second.
    #[must_use]
    pub fn variance_e18(&self, params: &VolatilityParams) -> u64 {
        self.fast_e18
            .max(self.slow_e18)
            .max(self.long_e18)
            .max(self.envelope_e18)
            .max(params.variance_min_e18)
    }

    /// The variance that judges the next return (R-V2, R-G1): the largest of fast and slow, and never
    /// below the configured minimum. The envelope is left out, since it remembers a storm for hours.
    /// 1e-18 per second.
    #[must_use]
    pub fn recent_variance_e18(&self, params: &VolatilityParams) -> u64 {
        self.fast_e18
            .max(self.slow_e18)
            .max(params.variance_min_e18)
    }

    /// Takes one price into the estimate. A sample sooner than `sample_seconds_min` after the last
    /// changes nothing: its return is not lost, the next sample spans it.
    ///
    /// # Errors
    /// [`RiskError::PriceInvalid`] for a zero price or anchor, [`RiskError::PriceNotNewer`] where
    /// time runs backwards, [`RiskError::Overflow`] where a variance exceeds 64 bits.
    pub fn sample(
        &self,
        params: &VolatilityParams,
        price_e8: u64,
        confidence_e8: u64,
        now_seconds: i64,
    ) -> Result<Self> {
        let elapsed = now_seconds
            .checked_sub(self.sampled_seconds)
            .ok_or(RiskError::Overflow)?;
        let elapsed = u64::try_from(elapsed).map_err(|_| RiskError::PriceNotNewer)?;
        if elapsed < u64::from(params.sample_seconds_min.max(1)) {
            return Ok(*self);
        }
        let limit_e9 = self.return_limit_e9(params, elapsed)?;
        let (return_e9, anchor_price_e8) =
            winsorised_return(self.anchor_price_e8, price_e8, limit_e9)?;
        let confidence_e9 = mul_div_up(confidence_e8, 1_000_000_000, price_e8)?;
        // R-V3: noise as large as the limit would hide every return for ever.
        let noise_e9 = confidence_e9.min(limit_e9 >> 1);
        let sample_e18 = sample_variance_up(return_e9, noise_e9, elapsed)?;

        // R-V4: a silent keeper must not let the estimate fall by more than this much time.
        let decay_seconds = u32::try_from(elapsed)
            .unwrap_or(u32::MAX)
            .min(params.decay_seconds_max);
        let weigh = |variance_e18: u64, half_life_seconds: u32| -> Result<u64> {
            blend_up(
                variance_e18,
                sample_e18,
                decay_factor_up(decay_seconds, half_life_seconds)?,
            )
        };
        let fast_e18 = weigh(self.fast_e18, params.half_life_fast_seconds)?;
        let envelope_factor = decay_factor_up(decay_seconds, params.half_life_envelope_seconds)?;
        Ok(Self {
            anchor_price_e8,
            sampled_seconds: now_seconds,
            fast_e18,
            slow_e18: weigh(self.slow_e18, params.half_life_slow_seconds)?,
            long_e18: weigh(self.long_e18, params.half_life_long_seconds)?,
            envelope_e18: fast_e18.max(scale_up(self.envelope_e18, envelope_factor)?),
        })
    }

    /// R-V2: the largest return one sample may contribute: so many sigmas of the elapsed time.
    fn return_limit_e9(&self, params: &VolatilityParams, elapsed_seconds: u64) -> Result<u64> {
        let variance_e18 = self.recent_variance_e18(params);
        // Where this saturates, half a sigma already exceeds every symmetric return.
        let sigma_e9 = sqrt_up(variance_e18.saturating_mul(elapsed_seconds));
        let limit_e9 = mul_div_up(sigma_e9, u64::from(params.winsor_sigmas_e2), HUNDRED)?;
        Ok(limit_e9.min(TWO_E9.saturating_sub(1)))
    }
}

/// R-V1, R-V2: the symmetric return 2·|p − q| ÷ (p + q), up to `limit_e9`, and the anchor of the next
/// return: the price itself, or the point that lies the limit away from the old anchor.
///
/// The symmetric return differs from the logarithm by its cube over twelve (8e-5 at 10 %).
///
/// # Errors
/// [`RiskError::PriceInvalid`] where either price is zero or beyond 2^62.
pub fn winsorised_return(anchor_e8: u64, price_e8: u64, limit_e9: u64) -> Result<(u64, u64)> {
    if anchor_e8 == 0 || price_e8 == 0 || (anchor_e8 | price_e8) >> 62 != 0 {
        return Err(RiskError::PriceInvalid);
    }
    let sum = anchor_e8.checked_add(price_e8).ok_or(RiskError::Overflow)?;
    let return_e9 = mul_div_up(anchor_e8.abs_diff(price_e8), TWO_E9, sum)?;
    if return_e9 <= limit_e9 {
        return Ok((return_e9, price_e8));
    }
    let far = TWO_E9.checked_add(limit_e9).ok_or(RiskError::Overflow)?;
    let near = TWO_E9
        .checked_sub(limit_e9)
        .ok_or(RiskError::ParameterOutOfRange)?;
    // Rounded towards the old anchor, so that the carry is never understated.
    let carried = if price_e8 > anchor_e8 {
        mul_div_down(anchor_e8, far, near)?
    } else {
        mul_div_up(anchor_e8, near, far)?
    };
    Ok((limit_e9, carried))
}

/// R-V1, R-V3: squared return less squared noise, per second, rounded up, 1e-18 per second.
/// Measurement noise is not volatility; a sample never counts as negative.
fn sample_variance_up(return_e9: u64, noise_e9: u64, elapsed_seconds: u64) -> Result<u64> {
    // A symmetric return is below 2e9, so its square fits 64 bits.
    let squared = return_e9
        .checked_mul(return_e9)
        .ok_or(RiskError::Overflow)?;
    let noise = noise_e9.saturating_mul(noise_e9);
    let clean = squared.saturating_sub(noise);
    if elapsed_seconds == 0 {
        return Err(RiskError::DivisionByZero);
    }
    Ok(clean.div_ceil(elapsed_seconds))
}

/// Sigma over `horizon_seconds`, rounded up, 1e-9. Saturates beyond 97,000 % a year at ten minutes.
#[must_use]
pub fn sigma_up(variance_e18: u64, horizon_seconds: u32) -> u64 {
    sqrt_up(variance_e18.saturating_mul(u64::from(horizon_seconds)))
}
