//! The margin ratios of a market: target, live (ramped), call (after grace), initial, liquidation.
//!
//! Rules R-M1 … R-M10. New risk pays the target at once; existing positions meet a ratio that moves no
//! faster than the ramp and reaches the call line a grace later; the liquidation line is a constant.

use crate::decay::{decay_factor_up, scale_up, ONE_Q32};
use crate::error::{Result, RiskError};
use crate::math::{mul_div_up, sqrt_up, sub_unsigned};
use crate::units::{ONE_PPM, ONE_PPM_U64};
use crate::volatility::sigma_up;

/// How a market's ratios follow its volatility. All ranges are checked by the program at
/// configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarginParams {
    /// Sigmas of the horizon that the ratio covers, 1e-4.
    pub multiplier_e4: u32,
    /// The horizon of that sigma: the time a liquidation may need, seconds.
    pub horizon_seconds: u32,
    /// The static liquidation ratio, and the least any ratio can be, ppm, positive.
    pub floor_ppm: u32,
    /// The most any ratio can be, ppm.
    pub cap_ppm: u32,
    /// The ratio that a stressed market would need, ppm.
    pub stress_ppm: u32,
    /// The weight of that stressed ratio in the target, ppm of one (EMIR RTS 153/2013 Art. 28(1)(b)).
    pub stress_weight_ppm: u32,
    /// How much of the price's confidence is added to the ratio, ppm of it.
    pub confidence_weight_ppm: u32,
    /// Initial ratio as a multiple of the target, ppm, at least one.
    pub initial_multiple_ppm: u32,
    /// The least initial ratio, ppm.
    pub initial_min_ppm: u32,
    /// The live ratio at most doubles in this time, seconds, positive.
    pub doubling_seconds: u32,
    /// The live ratio at most halves in this time, seconds, positive.
    pub halving_seconds: u32,
    /// A silence moves the live ratio by at most this much time, seconds.
    pub ramp_seconds_max: u32,
}

/// The four ratios that positions are held to, ppm. `initial ≥ call ≥ liquidation` always (R-M6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratios {
    /// What opening or withdrawing must leave.
    pub initial_ppm: u32,
    /// Below this the account is in a margin call.
    pub call_ppm: u32,
    /// Below this the account may be liquidated.
    pub liquidation_ppm: u32,
}

/// How a market's ratios differ by side, and how far its term structure may lift the initial one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideParams {
    /// What of the ratios long positions are held to, ppm; this or the other is one, none above.
    pub long_weight_ppm: u32,
    /// What of the ratios short positions are held to, ppm.
    pub short_weight_ppm: u32,
    /// The most that R-M9 multiplies the initial ratio with, ppm, at least one.
    pub slope_cap_ppm: u32,
}

impl SideParams {
    /// Both sides alike, and the initial ratio without regard to the term structure.
    pub const EVEN: Self = Self {
        long_weight_ppm: ONE_PPM,
        short_weight_ppm: ONE_PPM,
        slope_cap_ppm: ONE_PPM,
    };
}

/// The ratios that each side of a market is held to (R-M8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideRatios {
    /// Of long positions.
    pub long: Ratios,
    /// Of short positions.
    pub short: Ratios,
}

impl SideRatios {
    /// The same ratios for both sides.
    #[must_use]
    pub const fn both(ratios: Ratios) -> Self {
        Self {
            long: ratios,
            short: ratios,
        }
    }

    /// The ratios of one side.
    #[must_use]
    pub const fn of(&self, long: bool) -> &Ratios {
        if long {
            &self.long
        } else {
            &self.short
        }
    }
}

/// R-M1, R-M2: the ratio that today's volatility and confidence ask for, rounded up, ppm.
///
/// `clamp(max((1 − w)·K·σ + w·stress, floor) + a·confidence, floor, cap)`, continuous in each input.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] for a stress weight above one or a floor above the cap.
pub fn target_ppm_up(params: &MarginParams, variance_e18: u64, confidence_ppm: u32) -> Result<u32> {
    if params.stress_weight_ppm > ONE_PPM || params.floor_ppm > params.cap_ppm {
        return Err(RiskError::ParameterOutOfRange);
    }
    let sigma_e9 = sigma_up(variance_e18, params.horizon_seconds);
    // K is in 1e-4 and sigma in 1e-9: ppm need a division by 1e7.
    let volatile_ppm = mul_div_up(u64::from(params.multiplier_e4), sigma_e9, 10_000_000)?;
    // Beyond the cap nothing changes; clamping first keeps what follows far from 64 bits.
    let volatile_ppm = volatile_ppm.min(u64::from(params.cap_ppm));
    let weight = u64::from(params.stress_weight_ppm);
    let rest = sub_unsigned(ONE_PPM_U64, weight)?;
    let mixed_ppm = volatile_ppm
        .saturating_mul(rest)
        .saturating_add(u64::from(params.stress_ppm).saturating_mul(weight))
        .div_ceil(ONE_PPM_U64);
    let noise_ppm = u64::from(confidence_ppm)
        .saturating_mul(u64::from(params.confidence_weight_ppm))
        .div_ceil(ONE_PPM_U64);
    let floor = u64::from(params.floor_ppm);
    let ratio = mixed_ppm
        .max(floor)
        .saturating_add(noise_ppm)
        .clamp(floor, u64::from(params.cap_ppm));
    u32::try_from(ratio).map_err(|_| RiskError::Overflow)
}

/// R-M3: moves the live ratio towards the target, no faster than one doubling or halving a period.
/// Both bounds are rounded up. The result stays within `[floor, cap]`.
///
/// # Errors
/// [`RiskError::DivisionByZero`] for a zero period, [`RiskError::ParameterOutOfRange`] for a floor
/// above the cap.
pub fn ramp_ppm_up(
    params: &MarginParams,
    live_ppm: u32,
    target_ppm: u32,
    elapsed_seconds: u64,
) -> Result<u32> {
    if params.floor_ppm > params.cap_ppm {
        return Err(RiskError::ParameterOutOfRange);
    }
    let elapsed = u32::try_from(elapsed_seconds)
        .unwrap_or(u32::MAX)
        .min(params.ramp_seconds_max);
    let live = u64::from(live_ppm);
    let ratio = if target_ppm > live_ppm {
        let shrink = decay_factor_up(elapsed, params.doubling_seconds)?;
        // The factor is rounded up, so the rise is never faster than the period says by more than a
        // unit of rounding.
        u64::from(target_ppm).min(mul_div_up(live, ONE_Q32, shrink)?)
    } else {
        let shrink = decay_factor_up(elapsed, params.halving_seconds)?;
        u64::from(target_ppm).max(scale_up(live, shrink)?)
    };
    let ratio = ratio.clamp(u64::from(params.floor_ppm), u64::from(params.cap_ppm));
    u32::try_from(ratio).map_err(|_| RiskError::Overflow)
}

/// The least time between two steps of the ramp, seconds.
pub const RAMP_STEP_SECONDS: u64 = 60;

/// R-M7: whether a step of the ramp is due. Before, the caller keeps the ratio and the time of the last
/// step. Each step rounds up by at most one ppm: at a step a second a rise could be a multiple of what
/// its period allows, and a fall of less than one ppm a second would never happen.
#[must_use]
pub const fn ramp_is_due(elapsed_seconds: u64) -> bool {
    elapsed_seconds >= RAMP_STEP_SECONDS
}

/// R-M5, R-M6: the ratios that positions are held to, from the target, the ratio after grace and the
/// static floor, in order by explicit maximum.
///
/// # Errors
/// [`RiskError::Overflow`] where the initial ratio exceeds 32 bits.
pub fn ratios(params: &MarginParams, target_ppm: u32, graced_ppm: u32) -> Result<Ratios> {
    sloped_ratios(params, target_ppm, graced_ppm, ONE_PPM)
}

/// [`ratios`] with the multiple of the target times `slope_ppm`, at least one; both products rounded up.
fn sloped_ratios(
    params: &MarginParams,
    target_ppm: u32,
    graced_ppm: u32,
    slope_ppm: u32,
) -> Result<Ratios> {
    let liquidation_ppm = params.floor_ppm;
    let call_ppm = graced_ppm.max(liquidation_ppm);
    let multiple = times_up(u64::from(target_ppm), params.initial_multiple_ppm)?;
    let multiple = times_up(multiple, slope_ppm)?;
    let multiple = u32::try_from(multiple).map_err(|_| RiskError::Overflow)?;
    let initial_ppm = multiple.max(params.initial_min_ppm).max(call_ppm);
    Ok(Ratios {
        initial_ppm,
        call_ppm,
        liquidation_ppm,
    })
}

/// R-M8, R-M9: the ratios of each side: target and graced ratio times the side's weight, rounded up and
/// never below the floor, then as [`ratios`], the multiple of the target times the slope within its cap.
///
/// Prices fall faster than they rise, so that longs usually weigh one and shorts less.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] unless the larger weight is one and the cap at least one,
/// [`RiskError::Overflow`] where an initial ratio exceeds 32 bits.
pub fn side_ratios(
    params: &MarginParams,
    side: &SideParams,
    target_ppm: u32,
    graced_ppm: u32,
    slope_ppm: u32,
) -> Result<SideRatios> {
    let heavier = side.long_weight_ppm.max(side.short_weight_ppm);
    if heavier != ONE_PPM || side.slope_cap_ppm < ONE_PPM {
        return Err(RiskError::ParameterOutOfRange);
    }
    let slope_ppm = slope_ppm.clamp(ONE_PPM, side.slope_cap_ppm);
    let of = |weight_ppm: u32| -> Result<Ratios> {
        let weighed = |ratio_ppm: u32| -> Result<u32> {
            let part = times_up(u64::from(ratio_ppm), weight_ppm)?;
            let part = u32::try_from(part).map_err(|_| RiskError::Overflow)?;
            Ok(part.max(params.floor_ppm))
        };
        sloped_ratios(
            params,
            weighed(target_ppm)?,
            weighed(graced_ppm)?,
            slope_ppm,
        )
    };
    Ok(SideRatios {
        long: of(side.long_weight_ppm)?,
        short: of(side.short_weight_ppm)?,
    })
}

/// R-M9: the root of the fast variance over the slow one, at least one, ppm; never below exact, and less
/// than 1.5 above. Saturates at 4,294. Above one the market is getting wilder than it has been.
#[must_use]
pub fn slope_ppm_up(fast_e18: u64, slow_e18: u64) -> u32 {
    if fast_e18 <= slow_e18 {
        return ONE_PPM;
    }
    // A whole ppm of the square is at most half of one of the root, and spares 128 bits up to a volatility
    // of 2,400 %.
    let square_e12 = mul_div_up(fast_e18, ONE_PPM_U64, slow_e18)
        .unwrap_or(u64::MAX)
        .saturating_mul(ONE_PPM_U64);
    u32::try_from(sqrt_up(square_e12)).unwrap_or(u32::MAX)
}

/// R-M10: the least floor that pays for a liquidation at the line: its fee, the gap that the price may jump
/// before it is executed, and its spread, which is at most a quarter of the floor (R-T3). Saturates, ppm.
#[must_use]
pub fn floor_min_ppm_up(liquidation_fee_ppm: u32, gap_ppm: u32) -> u32 {
    let paid = u64::from(liquidation_fee_ppm).saturating_add(u64::from(gap_ppm));
    let floor = paid.saturating_mul(4).div_ceil(3);
    u32::try_from(floor).unwrap_or(u32::MAX)
}

/// `x · factor_ppm`, rounded up.
fn times_up(x: u64, factor_ppm: u32) -> Result<u64> {
    mul_div_up(x, u64::from(factor_ppm), ONE_PPM_U64)
}
