//! R-C in rationals.

use super::rational::{ppm, ratio, whole, Rational};
use num_bigint::BigInt;
use plimsoll_risk::carry::{BorrowParams, FundingParams};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// Something a second in 1e-18.
fn e18(rate: &Rational) -> Rational {
    rate.clone() * whole(10_i64.pow(18))
}

/// A rate in ppm a day as one in 1e-18 a second.
pub fn a_second(day_ppm: u32) -> Rational {
    e18(&(ppm(day_ppm) / whole(DAY)))
}

/// R-C1: by how much the funding rate moves in so many seconds were there no cap, 1e-18 a second.
pub fn funding_step(params: &FundingParams, skew_ppm: i32, seconds: u64) -> Rational {
    e18(&(ppm(params.velocity_ppm) * ppm(skew_ppm) * whole(seconds) / whole(DAY) / whole(DAY)))
}

/// R-C2: the borrow fee, 1e-18 a second.
pub fn borrow(params: &BorrowParams, utilisation_ppm: u32) -> Rational {
    let line = |from: u32, to: u32, part: u32, whole_part: u32| {
        let rise = a_second(to) - a_second(from);
        a_second(from) + rise * ratio(part, whole_part)
    };
    let kink = params.kink_utilisation_ppm;
    if utilisation_ppm <= kink {
        line(params.idle_ppm, params.kink_ppm, utilisation_ppm, kink)
    } else {
        line(
            params.kink_ppm,
            params.full_ppm,
            utilisation_ppm - kink,
            1_000_000 - kink,
        )
    }
}

/// What a long and a short of one base unit are charged in so many seconds, exact, 1e-8 of the quote
/// currency; the funding rates before and after and the fees of the sides are as given.
pub fn charged(
    funding_e18: (i64, i64),
    fees: &(Rational, Rational),
    price_e8: u64,
    seconds: u64,
) -> (Rational, Rational) {
    let mean = ratio(BigInt::from(funding_e18.0) + funding_e18.1, 2);
    let span = whole(price_e8) * whole(seconds) / whole(10_i64.pow(18));
    let (long, short) = fees.clone();
    ((long + mean.clone()) * span.clone(), (short - mean) * span)
}
