//! A slow second implementation of the rules, to compare the crate with.
//!
//! Written from the rules and in another form: unbounded integers and rationals instead of checked
//! 64-bit steps, series instead of a table, a history instead of a ring, a search instead of a closed
//! form. Nothing here calls the crate's arithmetic.

#![allow(dead_code, reason = "each test binary uses a part")]

pub mod account;
pub mod book;
pub mod book_equity;
pub mod books;
pub mod carry;
pub mod depth;
pub mod exponential;
pub mod fixtures;
pub mod guard;
pub mod history;
pub mod margin;
pub mod outlook;
pub mod portfolio;
pub mod rational;
pub mod reduction;
pub mod sensitivity;
pub mod trading;
pub mod volatility;

/// A seeded generator (SplitMix64) for loops that are too hot for a property-testing harness.
pub struct Rng(pub u64);

impl Rng {
    /// 64 uniform bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.bits() % (high - low + 1)
    }

    /// Uniform in `low..=high`, as a 32-bit number.
    pub fn between_u32(&mut self, low: u32, high: u32) -> u32 {
        u32::try_from(self.between(u64::from(low), u64::from(high))).expect("within u32")
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.bits().is_multiple_of(n)
    }

    /// Log-uniform in `1..=high`: every order of magnitude is as likely.
    pub fn magnitude(&mut self, high: u64) -> u64 {
        let bits = self.between(0, u64::from(high.ilog2()));
        ((1 << bits) | (self.bits() & ((1 << bits) - 1))).min(high)
    }
}
