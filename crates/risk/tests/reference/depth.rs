//! What size, depth and open interest cost, in exact rationals.

use super::exponential::halved;
use super::rational::{ppm, ratio, whole, Rational};
use super::volatility::{factor_up, one_q32, sqrt_up};
use num_bigint::BigInt;
use plimsoll_risk::depth::{Depth, DepthParams};

/// R-S1: the square of the factor, exact, one being one.
pub fn size_square(notional_q: u64, liquidity_q: u64) -> Rational {
    whole(1) + ratio(notional_q, liquidity_q)
}

/// R-S1: the least whole ppm whose square is not below that: `f·L ≥ √(1e12·(L + N)·L)`.
pub fn size_factor_up(notional_q: u64, liquidity_q: u64) -> BigInt {
    let liquidity = BigInt::from(liquidity_q);
    let together = BigInt::from(1_000_000_000_000_i64) * (&liquidity + notional_q);
    ratio(sqrt_up(&(together * &liquidity)), liquidity).ceil()
}

/// R-S2.
pub fn liquidity_down(lots: u64, price_e8: u64, lot_divisor: u64, external_q: u64) -> BigInt {
    (whole(BigInt::from(lots) * price_e8) / whole(lot_divisor)).floor() + external_q
}

/// The moves of R-S3 as fractions.
pub fn moves() -> [Rational; 5] {
    [2, 5, 10, 20, 50].map(|percent| ratio(percent, 100))
}

/// R-S3: the base at each move: the base times the square of the move over the first.
pub fn base_down(params: &DepthParams) -> [BigInt; 5] {
    moves().map(|by| {
        let times = by * whole(50);
        (whole(params.base_depth_q) * times.clone() * times).floor()
    })
}

/// Seconds that a post has been too old for.
fn over(depth: &Depth, params: &DepthParams, now_seconds: i64) -> u32 {
    let age = i128::from(now_seconds) - i128::from(depth.posted_seconds);
    let over = age - i128::from(params.age_seconds_max);
    u32::try_from(over.max(0)).unwrap_or(u32::MAX)
}

/// R-S3 with the chord of the table: whole halvings beyond, and back from there.
pub fn effective_down(depth: &Depth, params: &DepthParams, now_seconds: i64) -> [BigInt; 5] {
    let (over, halving) = (
        over(depth, params, now_seconds),
        u64::from(params.halving_seconds),
    );
    let halvings = u64::from(over).div_ceil(halving);
    let back = u32::try_from(halvings * halving - u64::from(over)).expect("below a halving");
    let growth = ratio(one_q32(), factor_up(back, params.halving_seconds));
    let mut depths = base_down(params);
    for (depth_q, posted_q) in depths.iter_mut().zip(depth.posted_q) {
        // Nothing of 64 bits is left after a hundred halvings.
        let divisor = BigInt::from(1) << halvings.min(100);
        let faded = (whole(posted_q) * growth.clone() / whole(divisor)).floor();
        *depth_q = faded.max(depth_q.clone());
    }
    depths
}

/// R-S3: what is left of one, with the true exponential.
pub fn left_exact(depth: &Depth, params: &DepthParams, now_seconds: i64) -> Rational {
    let over = u64::from(over(depth, params, now_seconds));
    halved(over, u64::from(params.halving_seconds))
}

/// R-S4: what a post may count for at most where `effective_q` counts now: divided by one less the part of
/// a day, of the growth over one and the growth.
pub fn rail_down(effective_q: &BigInt, growth_ppm: u32, elapsed_seconds: u64) -> BigInt {
    let growth = ppm(growth_ppm);
    let day = ratio(elapsed_seconds.min(86_400), 86_400);
    let less = day * growth.clone() / (whole(1) + growth);
    (whole(effective_q.clone()) / (whole(1) - less)).floor()
}

/// R-S5.
pub fn crowded_up(initial_ppm: u32, open: u64, low: u64, high: u64) -> BigInt {
    let initial = whole(initial_ppm);
    let room = (whole(1_000_000) - initial.clone()).max(whole(0));
    let part = ratio(BigInt::from(open) - low, BigInt::from(high) - low);
    (initial + room * part.max(whole(0)).min(whole(1))).ceil()
}

/// R-S6: the least over the moves, rounded once.
pub fn manipulation_cap_down(depths_q: &[u64; 5], theta_ppm: u32, fee_ppm: u32) -> BigInt {
    let caps = depths_q.iter().zip(moves()).map(|(&depth_q, by)| {
        whole(depth_q) * ppm(theta_ppm) * (ratio(1, 2) + whole(2) * ppm(fee_ppm) / by)
    });
    caps.min().expect("five moves").floor()
}
