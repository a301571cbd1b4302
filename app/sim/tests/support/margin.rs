//! Margin lines of a plausible shape. Not the program's arithmetic.

use std::collections::VecDeque;

use plimsoll_sim::record::MarketPoint;
use plimsoll_sim::tape::statistics::YEAR_SECONDS;
use plimsoll_sim::tape::{Minute, Tape};

const HALF_LIFE_SECONDS: f64 = 3_600.0;
const HORIZON_SECONDS: f64 = 600.0;
const SIGMAS: f64 = 5.0;
const GRACE_SECONDS: i64 = 1_200;

pub struct MarginModel {
    floor_ppm: f64,
    variance_per_second: f64,
    live_ppm: f64,
    previous: Option<Minute>,
    history: VecDeque<(i64, f64)>,
}

impl MarginModel {
    pub fn new(tape: &Tape) -> Self {
        let (floor_ppm, annual) = match tape.asset.as_str() {
            "BTC" => (10_000.0, 0.5f64),
            "ETH" => (15_000.0, 0.65),
            _ => (25_000.0, 0.95),
        };
        Self {
            floor_ppm,
            variance_per_second: annual.powi(2) / YEAR_SECONDS,
            live_ppm: floor_ppm,
            previous: None,
            history: VecDeque::new(),
        }
    }

    pub fn point(&mut self, minute: &Minute) -> MarketPoint {
        let time = minute.unix_seconds;
        if let Some(previous) = self.previous.replace(*minute) {
            let elapsed = (time - previous.unix_seconds) as f64;
            let r = (minute.price_e8 as f64 / previous.price_e8 as f64).ln();
            let keep = (-elapsed / HALF_LIFE_SECONDS).exp2();
            self.variance_per_second =
                keep * self.variance_per_second + (1.0 - keep) * r * r / elapsed;
            let (up, down) = ((elapsed / 3_600.0).exp2(), (-elapsed / 43_200.0).exp2());
            self.live_ppm = self
                .target_ppm()
                .clamp(self.live_ppm * down, self.live_ppm * up);
        } else {
            self.live_ppm = self.target_ppm();
        }
        self.history.push_back((time, self.live_ppm));
        while self.history.len() > 1 && self.history[1].0 <= time - GRACE_SECONDS {
            self.history.pop_front();
        }
        let call_ppm = self.live_ppm.min(self.history[0].1);
        MarketPoint {
            unix_seconds: time,
            price_e8: minute.price_e8,
            slow_price_e8: minute.ema_price_e8,
            volatility_percent: (self.variance_per_second * YEAR_SECONDS).sqrt() * 100.0,
            initial_ppm: (2.0 * self.target_ppm().max(self.live_ppm)) as u32,
            target_ppm: self.target_ppm() as u32,
            live_ppm: self.live_ppm as u32,
            call_ppm: call_ppm as u32,
            liquidation_ppm: self.floor_ppm as u32,
            ..MarketPoint::default()
        }
    }

    fn target_ppm(&self) -> f64 {
        let sigma = (self.variance_per_second * HORIZON_SECONDS).sqrt();
        (SIGMAS * sigma * 1e6).clamp(self.floor_ppm, 500_000.0)
    }
}
