//! Scores, sizes, crowding, haircuts, divisions.

use super::{bounded, number};
use crate::format::{get, numbers, Number, Numbers, Step};
use crate::reference::depth::{crowded_up, liquidity_down, size_factor_up};
use crate::reference::rational::{ppm, ratio, whole};
use crate::reference::volatility::sqrt_up;
use num_bigint::BigInt;
use num_traits::{Signed, Zero};

/// R-K1 with powers, within its bound.
pub fn ruin(output: &Numbers, equity: Number, sigma: Number) -> Number {
    let one = BigInt::from(1_000_000);
    if equity.0 <= 0 {
        return number(&one);
    }
    if sigma.0 == 0 {
        return Number(0);
    }
    let (tail, shape, scale) = (2.66, 0.279, 0.974);
    let z = equity.0 as f64 / sigma.0 as f64;
    let exact = if z < tail {
        0.025_f64.powf(z / tail)
    } else {
        0.025 * (1.0 + shape * (z - tail) / scale).powf(-1.0 / shape)
    } * 1e6;
    let low = BigInt::from((exact - 1e-6).ceil() as i64);
    let high = BigInt::from((exact * 1.008_7 + 1.0).floor() as i64);
    bounded(output, "ruin_ppm", low.max(1.into()), high.min(one))
}

/// R-K2.
pub fn distance(headroom: &BigInt, sigma: &BigInt) -> BigInt {
    let (least, most) = (BigInt::from(i32::MIN), BigInt::from(i32::MAX));
    if !sigma.is_zero() {
        let exact = ratio(headroom * 10_000, sigma.clone()).floor();
        return exact.clamp(least, most);
    }
    match headroom {
        none if none.is_zero() => BigInt::zero(),
        headroom if headroom.is_positive() => most,
        _ => least,
    }
}

/// R-K3 by its own roundings.
pub fn price_line(
    headroom: &BigInt,
    notional: &BigInt,
    ratio_ppm: u32,
    price_e8: u64,
    long: bool,
) -> BigInt {
    let most = BigInt::from(u64::MAX);
    let share = if long {
        (whole(1) - ppm(ratio_ppm)).max(whole(0))
    } else {
        (whole(1) + ppm(ratio_ppm)).min(ppm(u32::MAX))
    };
    let above = !headroom.is_negative();
    // An account above its line is moved by the largest notional there may be, one below by the least.
    let (away, steepness) = if above {
        let away = (headroom - 3_u8).max(BigInt::zero());
        (away, (whole(notional.clone()) * share).ceil())
    } else {
        let least = (notional - 1_u8).max(BigInt::zero());
        (headroom.abs() + 3_u8, (whole(least) * share).floor())
    };
    let steepness = steepness.min(most.clone());
    let price = BigInt::from(price_e8);
    let distance = if steepness.is_zero() {
        most.clone()
    } else if above {
        ratio(&price * away, steepness).floor()
    } else {
        ratio(&price * away, steepness).ceil()
    };
    let reached = if long == above {
        price - distance
    } else {
        price + distance
    };
    reached.clamp(BigInt::zero(), most)
}

pub fn score(step: &Step) -> Numbers {
    let input = &step.input;
    let headroom = BigInt::from(input["headroom_q"].0);
    let price = price_line(
        &headroom,
        &input["notional_q"].0.into(),
        get(input, "ratio_ppm"),
        get(input, "price_e8"),
        get::<u8>(input, "is_long") != 0,
    );
    let sigma = input["sigma_q"];
    numbers([
        ("ruin_ppm", ruin(&step.output, input["equity_q"], sigma)),
        ("distance_e4", number(&distance(&headroom, &sigma.0.into()))),
        ("liquidation_price_e8", number(&price)),
    ])
}

pub fn size(step: &Step) -> Numbers {
    let input = &step.input;
    let own_lots = get(input, "own_depth_lots");
    let external_q = get(input, "external_depth_q");
    let price_e8 = get(input, "price_e8");
    let liquidity = liquidity_down(own_lots, price_e8, get(input, "lot_divisor"), external_q);
    let liquidity = liquidity.min(u64::MAX.into());
    let factor = size_factor_up(get(input, "notional_q"), super::u64_of(&liquidity));
    numbers([
        ("liquidity_q", number(&liquidity)),
        ("factor_ppm", number(&factor.min(u32::MAX.into()))),
    ])
}

pub fn crowd(step: &Step) -> Numbers {
    let input = &step.input;
    let (low, high) = (get(input, "low_lots"), get(input, "high_lots"));
    let open = get(input, "open_interest_lots");
    let risen = crowded_up(get(input, "initial_ppm"), open, low, high);
    numbers([("initial_ppm", number(&risen))])
}

/// R-H1.
pub fn haircut(step: &Step) -> Numbers {
    let input = &step.input;
    let since = BigInt::from(input["now_seconds"].0 - input["listed_seconds"].0);
    let onboarding: u32 = get(input, "onboarding_seconds");
    let part = if since.is_negative() {
        whole(0)
    } else if onboarding == 0 {
        whole(1)
    } else {
        ratio(since, onboarding).min(whole(1))
    };
    let full = whole(1_000_000) - whole(get::<u32>(input, "haircut_ppm"));
    let cap = whole(get::<u64>(input, "cap"));
    numbers([
        ("counted_ppm", number(&(full * part.clone()).floor())),
        ("cap", number(&(cap * part).floor())),
    ])
}

pub fn divide(step: &Step) -> Numbers {
    let [a, b, d] = ["a", "b", "d"].map(|name| BigInt::from(step.input[name].0));
    let exact = ratio(&a * b, d);
    numbers([
        ("down", number(&exact.floor())),
        ("up", number(&exact.ceil())),
        ("root_of_a_up", number(&sqrt_up(&a))),
    ])
}
