//! How fast money may leave a vault: a bucket that fills with what leaves and leaks over a window, a queue that is
//! served before anybody else, and a small bucket beside it for small amounts.

use crate::error::Result;
use crate::math::{add_unsigned, mul_div_down};
use crate::units::share_down;

/// What has left, and who waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outflow {
    /// Net outflow that has not leaked away, quote atoms.
    pub gone_q: u64,
    /// The same of small amounts that were let through, quote atoms.
    pub exempt_q: u64,
    /// All that was ever asked for by ticket, quote atoms.
    pub ticketed_q: u64,
    /// How much of that has been given room, in the order in which it was asked for, quote atoms.
    pub served_q: u64,
    /// As of when, Unix seconds.
    pub since_seconds: i64,
}

/// How much may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutflowLimits {
    /// The bucket's size, quote atoms.
    pub limit_q: u64,
    /// The size of the one for small amounts, quote atoms.
    pub exempt_limit_q: u64,
    /// Time in which a full bucket leaks away, seconds.
    pub window_seconds: u32,
}

impl OutflowLimits {
    /// R-E1: a share of what the vault held before the outflow, at least `least_q`; and a share of that for
    /// small amounts.
    ///
    /// # Errors
    /// [`crate::RiskError::Overflow`] beyond 64 bits.
    pub fn new(
        (held_q, gone_q): (u64, u64),
        (share_ppm, least_q): (u32, u64),
        exempt_share_ppm: u32,
        window_seconds: u32,
    ) -> Result<Self> {
        let limit_q = share_down(add_unsigned(held_q, gone_q)?, share_ppm)?.max(least_q);
        Ok(Self {
            limit_q,
            exempt_limit_q: share_down(limit_q, exempt_share_ppm)?,
            window_seconds,
        })
    }
}

impl Outflow {
    /// R-E2: as of now: the buckets have leaked, rounded down, and what room there is went to the queue.
    ///
    /// # Errors
    /// [`crate::RiskError::DivisionByZero`] for no window, [`crate::RiskError::Overflow`].
    pub fn settled(&self, limits: &OutflowLimits, now_seconds: i64) -> Result<Self> {
        let window = u64::from(limits.window_seconds);
        let passed = now_seconds.saturating_sub(self.since_seconds);
        let passed = u64::try_from(passed).unwrap_or(0).min(window);
        let leak = |limit_q| mul_div_down(limit_q, passed, window);
        let mut now = Self {
            gone_q: self.gone_q.saturating_sub(leak(limits.limit_q)?),
            exempt_q: self.exempt_q.saturating_sub(leak(limits.exempt_limit_q)?),
            since_seconds: self.since_seconds.max(now_seconds),
            ..*self
        };
        let served_q = limits
            .limit_q
            .saturating_sub(now.gone_q)
            .min(now.waiting_q());
        now.gone_q = add_unsigned(now.gone_q, served_q)?;
        now.served_q = add_unsigned(now.served_q, served_q)?;
        Ok(now)
    }

    /// R-E2: what may leave at once: nothing while somebody waits, quote atoms.
    #[must_use]
    pub fn room_q(&self, limits: &OutflowLimits) -> u64 {
        if self.waiting_q() > 0 {
            return 0;
        }
        limits.limit_q.saturating_sub(self.gone_q)
    }

    /// R-E3: what small amounts may still leave, whoever waits, quote atoms.
    #[must_use]
    pub fn exempt_room_q(&self, limits: &OutflowLimits) -> u64 {
        limits.exempt_limit_q.saturating_sub(self.exempt_q)
    }

    /// What was asked for and has no room yet, quote atoms.
    #[must_use]
    pub fn waiting_q(&self) -> u64 {
        self.ticketed_q.saturating_sub(self.served_q)
    }
}

/// R-E3: what an owner has used of the exemption, where windows start with its first use, quote atoms.
#[must_use]
pub fn exemption_used_q(
    used_q: u64,
    since_seconds: i64,
    window_seconds: u32,
    now_seconds: i64,
) -> u64 {
    if now_seconds.saturating_sub(since_seconds) >= i64::from(window_seconds) {
        return 0;
    }
    used_q
}
