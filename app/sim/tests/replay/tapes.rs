//! Tapes made for one purpose each.

use plimsoll_sim::record::Record;
use plimsoll_sim::replay::{replay, ReplayOptions};
use plimsoll_sim::tape::ema::Ema;
use plimsoll_sim::tape::{Minute, Session, Tape, MINUTE_SECONDS};

/// 2024-01-01T00:00:00Z.
pub const START: i64 = 1_704_067_200;

/// When a minute of a session begins, Unix seconds.
pub fn at(minute: u32) -> i64 {
    START + i64::from(minute) * MINUTE_SECONDS
}

/// A row for each minute to which `price` gives dollars, with a confidence of one basis point.
pub fn tape(asset: &str, minutes: u32, price: impl Fn(u32) -> Option<f64>) -> Tape {
    let mut ema: Option<Ema> = None;
    let mut rows = Vec::new();
    for minute in 0..minutes {
        let Some(dollars) = price(minute) else {
            continue;
        };
        let (unix_seconds, price_e8) = (at(minute), (dollars * 1e8).round() as u64);
        let slow = ema.get_or_insert_with(|| Ema::start(unix_seconds, price_e8));
        rows.push(Minute {
            unix_seconds,
            open_e8: price_e8,
            high_e8: price_e8,
            low_e8: price_e8,
            close_e8: price_e8,
            price_e8,
            confidence_e8: price_e8 / 10_000,
            ema_price_e8: slow.update(unix_seconds, price_e8),
        });
    }
    Tape {
        asset: asset.to_owned(),
        rows,
    }
}

/// A price that swings by `share` around `middle`, back at it in every second minute.
pub fn swing(minute: u32, middle: f64, share: f64) -> f64 {
    let side = [0.0, 1.0, 0.0, -1.0][minute as usize % 4];
    middle * (1.0 + side * share)
}

pub fn session(name: &str, tapes: Vec<Tape>) -> Session {
    Session {
        name: name.to_owned(),
        tapes,
    }
}

pub fn run(session: &Session, seed: u64, traders: u32) -> Record {
    let options = ReplayOptions {
        seed,
        traders,
        generated_prices: true,
    };
    replay(session, options, |_, _| ()).unwrap()
}

/// What every sound record has.
pub fn assert_sound(record: &Record) {
    assert_eq!(record.contradictions(), Vec::<String>::new());
    assert_eq!(record.conservation.failures, []);
    assert_eq!(record.conservation.steps, record.transactions.landed);
    assert!(record.transactions.landed > 100, "nearly nothing happened");
    assert!(record.books.iter().all(|books| books.difference_q() == 0));
    assert_eq!(record.totals.by_volatility_alone, 0);
}
