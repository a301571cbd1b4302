//! The grace: a rise of the live ratio reaches the call line only some minutes later (R-M4).

use crate::error::{Result, RiskError};

/// Minutes remembered.
pub const RING_MINUTES: usize = 32;
/// The longest grace that the ring can serve.
pub const GRACE_MINUTES_MAX: u32 = 31;
const RING_MINUTES_I64: i64 = 32;

/// The least live ratio of each of the last [`RING_MINUTES`] minutes, ppm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraceRing {
    /// Slot `m mod 32` holds minute `m`.
    pub minutes_ppm: [u32; RING_MINUTES],
    /// The minute last written, Unix minutes.
    pub head_minutes: i64,
}

impl GraceRing {
    /// A ring that has held `live_ppm` for as long as it remembers.
    #[must_use]
    pub fn filled(live_ppm: u32, now_seconds: i64) -> Self {
        Self {
            minutes_ppm: [live_ppm; RING_MINUTES],
            head_minutes: minute(now_seconds),
        }
    }

    /// Records that the live ratio went from `before_ppm` to `after_ppm` at `now_seconds`. Minutes
    /// nobody recorded held `before_ppm`; the minute of the change keeps the lesser of the two, so
    /// that a grace is never shorter than it says.
    ///
    /// # Errors
    /// [`RiskError::PriceNotNewer`] where time runs backwards.
    pub fn record(&mut self, before_ppm: u32, after_ppm: u32, now_seconds: i64) -> Result<()> {
        let now = minute(now_seconds);
        if now < self.head_minutes {
            return Err(RiskError::PriceNotNewer);
        }
        let oldest = now.saturating_sub(RING_MINUTES_I64.saturating_sub(1));
        let mut skipped = self.head_minutes.saturating_add(1).max(oldest);
        while skipped <= now {
            *self.slot(skipped)? = before_ppm;
            skipped = skipped.saturating_add(1);
        }
        self.head_minutes = now;
        let current = self.slot(now)?;
        *current = (*current).min(after_ppm);
        Ok(())
    }

    /// The ratio that the call line uses: the least live ratio since the start of the minute
    /// `grace_minutes` ago. Falls count at once; a rise only when it has lasted the grace, even where
    /// the ratio had fallen within it.
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] beyond [`GRACE_MINUTES_MAX`].
    pub fn graced_ppm(&self, live_ppm: u32, grace_minutes: u32, now_seconds: i64) -> Result<u32> {
        if grace_minutes > GRACE_MINUTES_MAX {
            return Err(RiskError::ParameterOutOfRange);
        }
        let then = minute(now_seconds).saturating_sub(i64::from(grace_minutes));
        let oldest = self
            .head_minutes
            .saturating_sub(RING_MINUTES_I64.saturating_sub(1));
        let mut least_ppm = live_ppm;
        // Minutes after the head held the live ratio.
        for minutes in then.max(oldest)..=self.head_minutes {
            let minute_ppm = self.minutes_ppm.get(slot_index(minutes)?);
            least_ppm = least_ppm.min(*minute_ppm.ok_or(RiskError::Overflow)?);
        }
        Ok(least_ppm)
    }

    fn slot(&mut self, minutes: i64) -> Result<&mut u32> {
        let index = slot_index(minutes)?;
        self.minutes_ppm.get_mut(index).ok_or(RiskError::Overflow)
    }
}

fn minute(seconds: i64) -> i64 {
    seconds.div_euclid(60)
}

fn slot_index(minutes: i64) -> Result<usize> {
    usize::try_from(minutes.rem_euclid(RING_MINUTES_I64)).map_err(|_| RiskError::Overflow)
}
