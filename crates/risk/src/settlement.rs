//! When a feed is dead, and at what price its market then ends.
//!
//! Rules R-D1, R-D2. A market without a price can be neither traded nor judged; what is in it must come to
//! an end all the same, at a price that nobody chooses freely and that the feed itself can still refute.

use crate::units::ONE_PPM;

/// How long a feed must have been silent before a settlement may be started, seconds.
pub const SILENCE_SECONDS: u32 = 14_400;
/// How long a settlement waits for the feed to speak again, seconds.
pub const CHALLENGE_SECONDS: u32 = 86_400;
/// How far governance may move a settlement price from the last one, ppm of that.
pub const RAIL_PPM: u32 = 100_000;

/// R-D1: whether a feed has been silent long enough at `now_seconds`.
#[must_use]
pub fn is_silent(publish_seconds: i64, now_seconds: i64) -> bool {
    now_seconds.saturating_sub(publish_seconds) > i64::from(SILENCE_SECONDS)
}

/// R-D2: whether a settlement that began at `since_seconds` has waited long enough.
#[must_use]
pub fn is_over(since_seconds: i64, now_seconds: i64) -> bool {
    now_seconds.saturating_sub(since_seconds) > i64::from(CHALLENGE_SECONDS)
}

/// R-D1: whether a settlement price lies within the rails of the last price, both inclusive, exact. No price
/// lies within the rails of none.
#[must_use]
pub fn is_within_rails(price_e8: u64, last_e8: u64) -> bool {
    let away = u128::from(price_e8.abs_diff(last_e8)).saturating_mul(u128::from(ONE_PPM));
    price_e8 > 0 && away <= u128::from(last_e8).saturating_mul(u128::from(RAIL_PPM))
}
