//! Exact rationals over unbounded integers.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A fraction with a positive denominator, not reduced.
#[derive(Clone, Debug)]
pub struct Rational {
    numerator: BigInt,
    denominator: BigInt,
}

/// A whole number as a rational.
pub fn whole(x: impl Into<BigInt>) -> Rational {
    Rational {
        numerator: x.into(),
        denominator: BigInt::from(1),
    }
}

/// `a ÷ b`.
pub fn ratio(a: impl Into<BigInt>, b: impl Into<BigInt>) -> Rational {
    whole(a) / whole(b)
}

/// Parts per million.
pub fn ppm(x: impl Into<BigInt>) -> Rational {
    ratio(x, 1_000_000)
}

impl Rational {
    /// Rounded towards minus infinity.
    pub fn floor(&self) -> BigInt {
        let quotient = &self.numerator / &self.denominator;
        if self.numerator.is_negative() && &quotient * &self.denominator != self.numerator {
            quotient - 1
        } else {
            quotient
        }
    }

    /// Rounded towards plus infinity.
    pub fn ceil(&self) -> BigInt {
        -(-self.clone()).floor()
    }

    /// Without its sign.
    pub fn abs(&self) -> Self {
        Self {
            numerator: self.numerator.abs(),
            denominator: self.denominator.clone(),
        }
    }

    /// For messages and for bounds that are not exact.
    pub fn to_f64(&self) -> f64 {
        // Both are cut to 900 bits, so that neither is infinite.
        let excess = self
            .numerator
            .bits()
            .max(self.denominator.bits())
            .saturating_sub(900);
        let part = |x: &BigInt| (x >> excess).to_f64().expect("finite");
        part(&self.numerator) / part(&self.denominator)
    }
}

impl Add for Rational {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        if self.denominator == other.denominator {
            return Self {
                numerator: self.numerator + other.numerator,
                denominator: self.denominator,
            };
        }
        Self {
            numerator: self.numerator * &other.denominator + other.numerator * &self.denominator,
            denominator: self.denominator * other.denominator,
        }
    }
}

impl Neg for Rational {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            numerator: -self.numerator,
            denominator: self.denominator,
        }
    }
}

impl Sub for Rational {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Rational {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self {
            numerator: self.numerator * other.numerator,
            denominator: self.denominator * other.denominator,
        }
    }
}

impl Div for Rational {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        assert!(
            !other.numerator.is_zero(),
            "division by zero in the reference"
        );
        let sign = if other.numerator.is_negative() { -1 } else { 1 };
        Self {
            numerator: self.numerator * other.denominator * sign,
            denominator: self.denominator * other.numerator.abs(),
        }
    }
}

impl PartialEq for Rational {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Rational {}

impl PartialOrd for Rational {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Rational {
    fn cmp(&self, other: &Self) -> Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }
}
