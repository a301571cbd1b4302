//! The crash and rebound in the middle of a generated session.

/// From the first fall to the bottom.
pub const CRASH_MINUTES: u32 = 30;
/// Log move of an asset with a crash scale of 1 over [`CRASH_MINUTES`].
const FALL: f64 = -0.235;
/// Most of it comes in these five minutes.
const PLUNGE_START_MINUTE: u32 = 10;
const PLUNGE_MINUTES: u32 = 5;
const PLUNGE_SHARE: f64 = 0.4;
const REBOUND_MINUTES: u32 = 120;
/// Share of the fall that the rebound takes back.
const REBOUND_SHARE: f64 = 0.55;
/// Factor on every asset's standard deviation during the fall, then decaying to 1.
const STRESS: f64 = 3.5;
const STRESS_HALF_LIFE_MINUTES: f64 = 60.0;

#[derive(Clone, Copy, Debug)]
pub struct Crash {
    pub start_minute: u32,
}

impl Crash {
    /// A crash whose fall is centred in a session of `minutes`.
    pub fn in_middle_of(minutes: u32) -> Self {
        Self {
            start_minute: (minutes / 2).saturating_sub(CRASH_MINUTES / 2),
        }
    }

    /// Log drift over the given minute of the session.
    pub(super) fn log_drift(&self, minute: u32) -> f64 {
        let Some(since) = minute.checked_sub(self.start_minute) else {
            return 0.0;
        };
        let plunge = PLUNGE_START_MINUTE..PLUNGE_START_MINUTE + PLUNGE_MINUTES;
        if plunge.contains(&since) {
            return FALL * PLUNGE_SHARE / f64::from(PLUNGE_MINUTES);
        }
        if since < CRASH_MINUTES {
            return FALL * (1.0 - PLUNGE_SHARE) / f64::from(CRASH_MINUTES - PLUNGE_MINUTES);
        }
        if since < CRASH_MINUTES + REBOUND_MINUTES {
            return -FALL * REBOUND_SHARE / f64::from(REBOUND_MINUTES);
        }
        0.0
    }

    /// Factor on the standard deviation in the given minute of the session.
    pub(super) fn stress(&self, minute: u32) -> f64 {
        let Some(since) = minute.checked_sub(self.start_minute) else {
            return 1.0;
        };
        let after_minutes = f64::from(since.saturating_sub(CRASH_MINUTES));
        1.0 + (STRESS - 1.0) * (-after_minutes / STRESS_HALF_LIFE_MINUTES).exp2()
    }
}
