//! How much of a position the market could take, and what size and open interest therefore cost.
//!
//! Rules R-S1 … R-S6. The impact of a trade grows as the root of its size (Tóth et al. 2011), so the rate
//! of a requirement grows as √size and its cost as size^1.5. What can be unwound is the pool's own depth
//! and an external depth that an operator posts: slow to grow, free to fall, fading when nobody posts, never
//! below what governance vouches for.

use crate::decay::{decay_factor_up, ONE_Q32};
use crate::error::{Result, RiskError};
use crate::math::{add_unsigned, mul_div_down, mul_div_up, sqrt_up, sub_unsigned};
use crate::units::{notional_down, ONE_PPM, ONE_PPM_U64};

/// One, squared, of ratios in ppm.
const ONE_E12: u64 = 1_000_000_000_000;
/// A day, in seconds.
const DAY_SECONDS: u64 = 86_400;

/// The moves of the price that depths are posted for, ppm.
pub const MOVES_PPM: [u32; 5] = [20_000, 50_000, 100_000, 200_000, 500_000];
/// The base depth by move, in quarters: the square of the move over the first.
const BASE_CURVE_E2: [u64; 5] = [100, 625, 2_500, 10_000, 62_500];
/// The largest base depth: 18 billion quote units.
pub const BASE_DEPTH_MAX_Q: u64 = 1 << 54;

/// R-S1: how much size raises a ratio: `√(1 + N ÷ L)`, rounded up, ppm, at least one. Saturates at 4,294.
///
/// It is a position's sigma over the time that unwinding takes, where `liquidity_q` is what can be unwound
/// within the market's horizon.
///
/// # Errors
/// [`RiskError::DivisionByZero`] where there is no liquidity at all.
pub fn size_factor_ppm_up(notional_q: u64, liquidity_q: u64) -> Result<u32> {
    let share_e12 = match mul_div_up(notional_q, ONE_E12, liquidity_q) {
        Err(RiskError::Overflow) => u64::MAX,
        share => share?,
    };
    // The root of a sum that was rounded up is that of the exact sum, as both are rounded up to a whole.
    let factor = sqrt_up(share_e12.saturating_add(ONE_E12));
    Ok(u32::try_from(factor).unwrap_or(u32::MAX))
}

/// R-S2: the notional that can be unwound within the horizon, rounded down, quote atoms: the pool's own
/// depth at today's price and the external depth at the smallest move. Saturates.
///
/// # Errors
/// [`RiskError::DivisionByZero`] for a zero divisor.
pub fn liquidity_down(
    own_depth_lots: u64,
    price_e8: u64,
    lot_divisor: u64,
    external_depth_q: u64,
) -> Result<u64> {
    let own_q = match notional_down(own_depth_lots, price_e8, lot_divisor) {
        Err(RiskError::Overflow) => u64::MAX,
        own_q => own_q?,
    };
    Ok(own_q.saturating_add(external_depth_q))
}

/// How posted depths count. All ranges are checked by the program at configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DepthParams {
    /// What governance vouches for at the smallest move, quote atoms, from one to [`BASE_DEPTH_MAX_Q`].
    pub base_depth_q: u64,
    /// A post counts in full until it is this old, seconds.
    pub age_seconds_max: u32,
    /// Then it halves in this time, seconds, positive.
    pub halving_seconds: u32,
    /// The most that depth may grow within a day, ppm.
    pub growth_ppm: u32,
}

/// The external depth last posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// What moving the price by each of [`MOVES_PPM`] costs, both sides together, quote atoms.
    pub posted_q: [u64; 5],
    /// When it was posted, Unix seconds.
    pub posted_seconds: i64,
}

impl Depth {
    /// Before the first post: the base alone.
    #[must_use]
    pub const fn unposted(now_seconds: i64) -> Self {
        Self {
            posted_q: [0; 5],
            posted_seconds: now_seconds,
        }
    }

    /// R-S3: the depths that count at `now_seconds`, rounded down, quote atoms: as posted while young, then
    /// halving, never below the base, which grows with the square of the move. Monotone in the move.
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] for a base outside its range, [`RiskError::DivisionByZero`] for a
    /// zero halving.
    pub fn effective_q(&self, params: &DepthParams, now_seconds: i64) -> Result<[u64; 5]> {
        if !(1..=BASE_DEPTH_MAX_Q).contains(&params.base_depth_q) {
            return Err(RiskError::ParameterOutOfRange);
        }
        let fade = Fade::of(params, now_seconds.saturating_sub(self.posted_seconds))?;
        let mut depths_q = self.posted_q;
        for (depth_q, curve_e2) in depths_q.iter_mut().zip(BASE_CURVE_E2) {
            let base_q = mul_div_down(params.base_depth_q, curve_e2, 100)?;
            *depth_q = fade.faded_down(*depth_q)?.max(base_q);
        }
        Ok(depths_q)
    }

    /// R-S4: the state after a post of `depths_q` at `now_seconds`. What exceeds the rail counts as the rail,
    /// so that a truthful post is never refused for having become true too fast; a fall counts at once.
    ///
    /// With `g` the growth and `t` the part of a day since the last post, at most one, the rail is
    /// `effective ÷ (1 − t·g ÷ (1 + g))`, rounded down: `1 + g` after a day, and never more however often is
    /// posted in between, which a rail of `1 + t·g` would be.
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] where a larger move needs less, [`RiskError::PriceNotNewer`] where
    /// time runs backwards, else as [`Depth::effective_q`].
    pub fn posted(
        &self,
        params: &DepthParams,
        depths_q: [u64; 5],
        now_seconds: i64,
    ) -> Result<Self> {
        if !depths_q.is_sorted() {
            return Err(RiskError::ParameterOutOfRange);
        }
        let elapsed = now_seconds.saturating_sub(self.posted_seconds);
        let elapsed = u64::try_from(elapsed).map_err(|_| RiskError::PriceNotNewer)?;
        let growth = u64::from(params.growth_ppm);
        // A day times 33 bits.
        let whole = DAY_SECONDS.saturating_mul(growth.saturating_add(ONE_PPM_U64));
        let rest = sub_unsigned(whole, growth.saturating_mul(elapsed.min(DAY_SECONDS)))?;
        let mut posted_q = depths_q;
        let effective_q = self.effective_q(params, now_seconds)?;
        for (posted_q, effective_q) in posted_q.iter_mut().zip(effective_q) {
            // Beyond 64 bits there is nothing to bound.
            let rail_q = mul_div_down(effective_q, whole, rest).unwrap_or(u64::MAX);
            *posted_q = rail_q.min(*posted_q);
        }
        Ok(Self {
            posted_q,
            posted_seconds: now_seconds,
        })
    }
}

/// What is left of a post, as halvings and the part of the last one that is not over.
struct Fade {
    halvings: u32,
    /// 2^(−rest ÷ halving) in 2^−32, rounded up, so that dividing by it rounds down.
    rest_q32: u64,
}

impl Fade {
    fn of(params: &DepthParams, age_seconds: i64) -> Result<Self> {
        let halving = params.halving_seconds;
        let age = u64::try_from(age_seconds).unwrap_or(0);
        let over = age.saturating_sub(u64::from(params.age_seconds_max));
        let over = u32::try_from(over).unwrap_or(u32::MAX);
        if halving == 0 {
            return Err(RiskError::DivisionByZero);
        }
        let halvings = over.div_ceil(halving);
        let end = u64::from(halvings).saturating_mul(u64::from(halving));
        let rest = end.saturating_sub(u64::from(over));
        let rest = u32::try_from(rest).map_err(|_| RiskError::Overflow)?;
        Ok(Self {
            halvings,
            rest_q32: decay_factor_up(rest, halving)?,
        })
    }

    fn faded_down(&self, posted_q: u64) -> Result<u64> {
        if self.halvings == 0 || posted_q == 0 {
            return Ok(posted_q);
        }
        // A factor of at most 2^32 keeps 64 bits when shifted by 31.
        let near = self.halvings.min(31);
        let divisor = self.rest_q32.checked_shl(near).ok_or(RiskError::Overflow)?;
        let left_q = mul_div_down(posted_q, ONE_Q32, divisor)?;
        let far = self.halvings.saturating_sub(near);
        Ok(left_q.checked_shr(far).unwrap_or(0))
    }
}

/// R-S5: the initial ratio where a side's open interest nears what the market can bear: as it is up to
/// `low_lots`, then straight up to one at `high_lots`, rounded up, ppm. Of new risk only.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] unless `low_lots` is below `high_lots`.
pub fn crowded_ppm_up(
    initial_ppm: u32,
    open_interest_lots: u64,
    low_lots: u64,
    high_lots: u64,
) -> Result<u32> {
    if low_lots >= high_lots {
        return Err(RiskError::ParameterOutOfRange);
    }
    let beyond = open_interest_lots.min(high_lots).saturating_sub(low_lots);
    let width = sub_unsigned(high_lots, low_lots)?;
    let room = u64::from(ONE_PPM.saturating_sub(initial_ppm));
    let risen = add_unsigned(u64::from(initial_ppm), mul_div_up(room, beyond, width)?)?;
    u32::try_from(risen).map_err(|_| RiskError::Overflow)
}

/// R-S6: the most open interest that is worth less to move than moving the price costs, rounded down, quote
/// atoms: `θ·min over δ of D(δ)·(1/2 + 2·fee ÷ δ)`.
///
/// Buying `D(δ)` moves the price by δ and selling it again moves it back, which costs half of `D·δ` and two
/// fees, or two thirds under the square-root law; open interest gains δ of itself.
///
/// # Errors
/// [`RiskError::ParameterOutOfRange`] for a share or a fee above one, [`RiskError::Overflow`] beyond 64 bits.
pub fn manipulation_cap_down(depths_q: &[u64; 5], theta_ppm: u32, fee_ppm: u32) -> Result<u64> {
    if theta_ppm > ONE_PPM || fee_ppm > ONE_PPM {
        return Err(RiskError::ParameterOutOfRange);
    }
    let theta = u64::from(theta_ppm);
    let fees = u64::from(fee_ppm).saturating_mul(4);
    let mut least_q = None::<u64>;
    for (&depth_q, move_ppm) in depths_q.iter().zip(MOVES_PPM) {
        let earned = u64::from(move_ppm);
        // θ·(δ + 4·fee) ÷ 2δ: at most 43 bits over 40.
        let part = theta.saturating_mul(earned.saturating_add(fees));
        let of = earned.saturating_mul(2).saturating_mul(ONE_PPM_U64);
        let cap_q = mul_div_down(depth_q, part, of)?;
        least_q = Some(least_q.map_or(cap_q, |least_q| least_q.min(cap_q)));
    }
    least_q.ok_or(RiskError::Overflow)
}
