//! 2^x for rational x, to 200 bits, by series.

use super::rational::{ratio, Rational};
use num_bigint::BigInt;
use num_traits::One;
use std::sync::OnceLock;

/// Fractional bits of the fixed point used inside.
const BITS: u32 = 256;
/// Error bound of every result, relative: 2^-200. Each series has fewer than 300 terms, each cut to
/// 2^-256, and the argument of the exponential is below one.
pub const ERROR_BITS: u32 = 200;

/// ln 2 = Σ 1 ÷ (k·2^k).
fn ln2() -> &'static BigInt {
    static LN2: OnceLock<BigInt> = OnceLock::new();
    LN2.get_or_init(|| {
        (1_u32..=BITS)
            .map(|k| (BigInt::one() << (BITS - k)) / k)
            .sum()
    })
}

/// `2^(−elapsed ÷ half_life)`, exact to [`ERROR_BITS`].
pub fn halved(elapsed: u64, half_life: u64) -> Rational {
    let whole_halvings = elapsed / half_life;
    let within = (ln2() * (elapsed % half_life)) / half_life;
    // e^(−x) = Σ (−x)^k ÷ k!
    let mut term = BigInt::one() << BITS;
    let mut sum = term.clone();
    let mut k = 1_u32;
    loop {
        term = -((term * &within) >> BITS) / k;
        if term.magnitude() <= BigInt::one().magnitude() {
            break;
        }
        sum += &term;
        k += 1;
    }
    ratio(sum, BigInt::one() << (u64::from(BITS) + whole_halvings))
}

/// `2^(elapsed ÷ doubling)`, exact to [`ERROR_BITS`].
pub fn doubled(elapsed: u64, doubling: u64) -> Rational {
    ratio(1, 1) / halved(elapsed, doubling)
}
