//! How near an account is to ruin: a probability, distances in sigmas, prices.
//!
//! Rules R-K1 … R-K3. These numbers inform; no line depends on them. They err towards danger.

use crate::decay::{decay_factor_up, ONE_Q32};
use crate::math::{mul_div_down, mul_div_up};
use crate::units::{share_down, share_up, ONE_PPM, ONE_PPM_U64};

/// Where the tail begins, 1e-6 sigmas (u).
const TAIL_E6: u64 = 2_660_000;
/// What lies beyond it, 1e-6 (Nu ÷ n).
const TAIL_PPM: u64 = 25_000;
/// ξ of the tail's distribution, in thousandths.
const SHAPE_E3: u64 = 279;
/// β of it, in thousandths of a sigma.
const SCALE_E3: u64 = 974;
/// 0.025^(z ÷ u) halves in u ÷ log2(40) sigmas, rounded up, 1e-6 sigmas.
const BRIDGE_HALVING_E6: u32 = 499_819;
const ONE_E9: u64 = 1_000_000_000;
/// x^(−1/ξ) at x = 1, 1 + 1/15 … 2, rounded up, 1e-9. Straight lines between the entries lie above the
/// convex curve, by 0.86 % of it at the most.
const TABLE: [u64; 16] = [
    1_000_000_000,
    793_484_825,
    638_512_891,
    520_231_028,
    428_582_681,
    356_607_858,
    299_394_350,
    253_413_665,
    216_090_625,
    185_518_473,
    160_266_662,
    139_248_908,
    121_631_143,
    106_766_378,
    94_147_973,
    83_375_691,
];
/// The last entry: what a doubling of x leaves.
const DOUBLED_E9: u64 = 83_375_691;
/// R-K3: what the roundings of an account at two prices differ by is less than this, quote atoms.
const ROUNDING_Q: u64 = 3;

/// R-K1: the probability that a book loses its equity within the hour, rounded up, ppm.
///
/// `sigma_q` is what the book loses in a move of one sigma of an hour. With `z = equity ÷ sigma`: from
/// u = 2.66 on `0.025·(1 + ξ·(z − u) ÷ β)^(−1/ξ)`, the generalised Pareto tail of the worst move within
/// an hour against a long of BTC (2019–2026; a threshold at 97.5 %); below u a bridge `0.025^(z/u)`, which
/// meets the tail at u and one at nothing and is fitted to nothing else. Never below exact; above by at
/// most 0.87 % of it and one ppm. One for a bankrupt book, nothing for one without risk.
#[must_use]
pub fn ruin_ppm_up(equity_q: i64, sigma_q: u64) -> u32 {
    let equity_q = u64::try_from(equity_q).unwrap_or(0);
    if equity_q == 0 {
        return ONE_PPM;
    }
    if sigma_q == 0 {
        return 0;
    }
    let z_e6 = mul_div_down(equity_q, ONE_PPM_U64, sigma_q)
        .ok()
        .and_then(|z_e6| u32::try_from(z_e6).ok())
        .unwrap_or(u32::MAX);
    let ruin_ppm = match u64::from(z_e6).checked_sub(TAIL_E6) {
        Some(beyond_e6) => tail_ppm_up(beyond_e6),
        None => {
            let share_q32 = decay_factor_up(z_e6, BRIDGE_HALVING_E6).unwrap_or(ONE_Q32);
            share_q32.saturating_mul(ONE_PPM_U64).div_ceil(ONE_Q32)
        }
    };
    u32::try_from(ruin_ppm).unwrap_or(ONE_PPM)
}

/// The tail so many sigmas beyond its beginning, rounded up, ppm. A power is its value between one and
/// two, from the table, times the power of two that is left.
fn tail_ppm_up(beyond_e6: u64) -> u64 {
    let grown_e9 = beyond_e6
        .saturating_mul(1_000)
        .saturating_mul(SHAPE_E3)
        .checked_div(SCALE_E3)
        .unwrap_or(0);
    let mut x_e9 = ONE_E9.saturating_add(grown_e9);
    let mut share_e9 = ONE_E9;
    while x_e9 >= 2 * ONE_E9 {
        x_e9 /= 2;
        share_e9 = share_e9.saturating_mul(DOUBLED_E9).div_ceil(ONE_E9);
    }
    let place_e9 = x_e9.saturating_sub(ONE_E9).saturating_mul(15);
    let index = usize::try_from(place_e9 / ONE_E9).unwrap_or(0);
    let here = TABLE.get(index).copied().unwrap_or(ONE_E9);
    let next = TABLE.get(index.saturating_add(1)).copied().unwrap_or(here);
    let fall = here.saturating_sub(next).saturating_mul(place_e9 % ONE_E9) / ONE_E9;
    let power_e9 = here.saturating_sub(fall);
    let power_e9 = power_e9.saturating_mul(share_e9).div_ceil(ONE_E9);
    power_e9.saturating_mul(TAIL_PPM).div_ceil(ONE_E9)
}

/// R-K2: how far a headroom lies from its line, in 1e-4 of `sigma_q`, rounded towards danger, saturating;
/// negative below the line. Without risk it is as far as can be, on the line nothing.
#[must_use]
pub fn distance_e4_down(headroom_q: i64, sigma_q: u64) -> i32 {
    if headroom_q >= 0 {
        let far = if headroom_q == 0 { 0 } else { i32::MAX };
        mul_div_down(headroom_q.unsigned_abs(), 10_000, sigma_q)
            .map_or(far, |distance| i32::try_from(distance).unwrap_or(i32::MAX))
    } else {
        mul_div_up(headroom_q.unsigned_abs(), 10_000, sigma_q).map_or(i32::MIN, |distance| {
            i32::try_from(distance).map_or(i32::MIN, i32::wrapping_neg)
        })
    }
}

/// One leg, and how far its account is from a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegLine {
    /// Equity less requirement of the account at the line, quote atoms.
    pub headroom_q: i64,
    /// Notional of the leg, quote atoms.
    pub notional_q: u64,
    /// Ratio of the leg at the line, ppm.
    pub ratio_ppm: u32,
    /// Price of the leg's market, 1e-8.
    pub price_e8: u64,
    /// Whether the leg is long.
    pub long: bool,
}

/// R-K3: the price of the leg's market at which the account reaches the line, all else equal, rounded
/// towards danger: an account above the line is not yet below it there. 0 or `u64::MAX` where there is none.
///
/// A move of the price by a share `x` changes headroom by `N·x·(±1 − ratio)`, so that the price is
/// `P·(1 − H ÷ (N·(1 − ratio)))` for a long and `P·(1 + H ÷ (N·(1 + ratio)))` for a short. `H` is first
/// taken three atoms less: roundings at the two prices can differ by nearly as much; below the line `N`,
/// which was rounded up, is taken an atom less as well.
#[must_use]
pub fn liquidation_price_e8(leg: &LegLine) -> u64 {
    let share_ppm = if leg.long {
        ONE_PPM.saturating_sub(leg.ratio_ppm)
    } else {
        ONE_PPM.saturating_add(leg.ratio_ppm)
    };
    let away_q = leg.headroom_q.unsigned_abs();
    // Where nothing is hurt by any price, or what is hurt exceeds 64 bits, there is none.
    let distance_e8 = if leg.headroom_q >= 0 {
        let steepness_q = share_up(leg.notional_q, share_ppm).unwrap_or(u64::MAX);
        mul_div_down(leg.price_e8, away_q.saturating_sub(ROUNDING_Q), steepness_q)
    } else {
        let steepness_q =
            share_down(leg.notional_q.saturating_sub(1), share_ppm).unwrap_or(u64::MAX);
        mul_div_up(leg.price_e8, away_q.saturating_add(ROUNDING_Q), steepness_q)
    }
    .unwrap_or(u64::MAX);
    if leg.long == (leg.headroom_q >= 0) {
        leg.price_e8.saturating_sub(distance_e8)
    } else {
        leg.price_e8.saturating_add(distance_e8)
    }
}
