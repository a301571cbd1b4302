//! The grace as an unbounded history of changes.

/// Every change of the live ratio ever: the instant, and the ratio from then on.
pub struct History {
    first_ppm: u32,
    changes: Vec<(i64, u32)>,
}

impl History {
    /// A ratio that has always been `live_ppm`.
    pub fn always(live_ppm: u32) -> Self {
        Self {
            first_ppm: live_ppm,
            changes: Vec::new(),
        }
    }

    /// The ratio now.
    pub fn live_ppm(&self) -> u32 {
        self.changes
            .last()
            .map_or(self.first_ppm, |change| change.1)
    }

    /// The ratio becomes `live_ppm` at `now_seconds`.
    pub fn change(&mut self, live_ppm: u32, now_seconds: i64) {
        self.changes.push((now_seconds, live_ppm));
    }

    /// R-M4: the least ratio held at any instant since `then_seconds`, both sides of a change included.
    pub fn least_since(&self, then_seconds: i64) -> u32 {
        let mut held_ppm = self.first_ppm;
        let mut least_ppm = self.live_ppm();
        for &(instant, live_ppm) in &self.changes {
            if instant >= then_seconds {
                least_ppm = least_ppm.min(held_ppm).min(live_ppm);
            }
            held_ppm = live_ppm;
        }
        least_ppm
    }

    /// R-M4: the ratio of the call line.
    pub fn graced_ppm(&self, grace_minutes: u32, now_seconds: i64) -> u32 {
        let minute = now_seconds.div_euclid(60) - i64::from(grace_minutes);
        self.least_since(minute * 60)
    }
}
