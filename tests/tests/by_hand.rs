//! Requirements of one position by hand, in 128 bits, from what its market's risk account says.

use plimsoll::state::{MarketRisk, PositionSlot};
use plimsoll_testkit::World;

/// ⌈x·y ÷ z⌉.
pub fn mul_div_up(x: u64, y: u64, z: u64) -> u64 {
    let (x, y, z) = (u128::from(x), u128::from(y), u128::from(z));
    u64::try_from((x * y).div_ceil(z)).unwrap()
}

/// The root of `x`, rounded up.
fn root_up(x: u128) -> u64 {
    let down = x.isqrt();
    u64::try_from(down + u128::from(down * down < x)).unwrap()
}

/// Notional of a size at a price, quote atoms.
pub fn notional_q(lots: i64, price_e8: u64, risk: &MarketRisk) -> u64 {
    mul_div_up(lots.unsigned_abs(), price_e8, risk.lot_divisor)
}

/// R-S1: what a notional adds to a ratio, ppm of it.
pub fn size_add_ppm(notional_q: u64, risk: &MarketRisk) -> u64 {
    let (share, one) = (u128::from(notional_q), 1_000_000_000_000);
    root_up((share * one).div_ceil(u128::from(risk.liquidity_q)) + one) - 1_000_000
}

/// What a notional needs at a ratio, its size included, quote atoms.
pub fn sized_q(notional_q: u64, ratio_ppm: u32, risk: &MarketRisk) -> u64 {
    let alone_q = flat_q(notional_q, ratio_ppm);
    alone_q + mul_div_up(alone_q, size_add_ppm(notional_q, risk), 1_000_000)
}

/// What a notional needs at a ratio whatever its size, quote atoms.
pub fn flat_q(notional_q: u64, ratio_ppm: u32) -> u64 {
    mul_div_up(notional_q, u64::from(ratio_ppm), 1_000_000)
}

/// The profit of a position at a price, quote atoms.
pub fn profit_q(slot: &PositionSlot, price_e8: u64, risk: &MarketRisk) -> i64 {
    let worth = i128::from(slot.lots) * i128::from(price_e8);
    let worth_q = worth.div_euclid(i128::from(risk.lot_divisor));
    i64::try_from(worth_q - i128::from(slot.entry_q)).unwrap()
}

/// R-Q4: the lowest and the highest price at which shares are dealt in, 1e-8.
pub fn band_e8(world: &World, market: u16) -> (u64, u64) {
    let (risk, params) = (world.risk(market).unwrap(), world.pool().unwrap().params);
    let age = (world.now_seconds() - risk.publish_seconds).max(1) as u128;
    let sigmas_e2 = u64::from(params.band_sigmas_e2) * u64::from(risk.sigma_hour_ppm);
    let moved = mul_div_up(sigmas_e2, root_up(age * 1_000_000), 6_000_000);
    let width = (moved + u64::from(risk.confidence_ppm)).max(u64::from(params.band_ppm_min));
    let low = risk.price_e8.min(risk.slow_price_e8);
    let high = risk.price_e8.max(risk.slow_price_e8);
    let below = u128::from(low) * u128::from(1_000_000 - width) / 1_000_000;
    (below as u64, high + mul_div_up(high, width, 1_000_000))
}
