//! Generated tapes are reproducible and look as `docs/tapes.md` says.

use std::sync::LazyLock;

use plimsoll_sim::tape::generate::stated::{STATED, STATED_SHARE};
use plimsoll_sim::tape::generate::{
    generate, Crash, Generated, GeneratorOptions, ASSETS, CRASH_MINUTES, DAY_MINUTES,
    DEFAULT_START_UNIX_SECONDS, JUMPS_PER_DAY, MISSING_SHARE,
};
use plimsoll_sim::tape::statistics::{correlations, session_statistics};
use plimsoll_sim::tape::{Session, MINUTE_SECONDS};

static DAYS: LazyLock<Vec<Generated>> = LazyLock::new(|| {
    (1..=60)
        .map(|seed| {
            generate(&GeneratorOptions {
                seed,
                ..Default::default()
            })
        })
        .collect()
});

/// The part of a day before the crash.
fn calm_part(session: &Session) -> Session {
    let crash = Crash::in_middle_of(DAY_MINUTES);
    let end = DEFAULT_START_UNIX_SECONDS + i64::from(crash.start_minute) * MINUTE_SECONDS;
    let mut calm = session.clone();
    calm.tapes
        .iter_mut()
        .for_each(|tape| tape.rows.retain(|row| row.unix_seconds < end));
    calm
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

fn assert_near(got: f64, wanted: f64, relative: f64, what: &str) {
    assert!(
        (got / wanted - 1.0).abs() <= relative,
        "{what}: {got}, wanted about {wanted}"
    );
}

#[test]
fn one_seed_gives_one_session() {
    let options = GeneratorOptions {
        seed: 7,
        minutes: 200,
        ..Default::default()
    };
    let session = generate(&options).session;
    assert_eq!(session, generate(&options).session);
    let other = GeneratorOptions { seed: 8, ..options };
    assert_ne!(session.tapes, generate(&other).session.tapes);
    assert_eq!(session.name, "generated-7");
    let assets: Vec<&str> = session
        .tapes
        .iter()
        .map(|tape| tape.asset.as_str())
        .collect();
    assert_eq!(assets, ["BTC", "ETH", "SOL"]);
}

#[test]
fn rows_are_well_formed() {
    for day in DAYS.iter().take(5) {
        for tape in &day.session.tapes {
            assert!(tape
                .rows
                .windows(2)
                .all(|pair| pair[0].unix_seconds < pair[1].unix_seconds));
            for row in &tape.rows {
                let range = row.low_e8..=row.high_e8;
                assert!(range.contains(&row.open_e8) && range.contains(&row.close_e8));
                assert_eq!(row.price_e8, row.open_e8);
                assert!(row.confidence_e8 > 0 && row.confidence_e8 < row.price_e8 / 50);
            }
        }
    }
}

#[test]
fn measures_lie_in_the_stated_ranges() {
    let days: Vec<_> = DAYS
        .iter()
        .map(|day| session_statistics(&day.session))
        .collect();
    let allowed = (days.len() as f64 * (1.0 - STATED_SHARE)).floor() as usize;
    for stated in &STATED {
        for (asset, (low, high)) in stated.ranges.iter().enumerate() {
            let values = days.iter().map(|day| (stated.value)(&day[asset]));
            let outside: Vec<f64> = values.filter(|value| value < low || value > high).collect();
            let name = ASSETS[asset].asset;
            assert!(
                outside.len() <= allowed,
                "{name} {}: {outside:?}",
                stated.measure
            );
        }
    }
}

#[test]
fn the_document_states_the_same_ranges() {
    let document = include_str!("../../../docs/tapes.md");
    for stated in &STATED {
        let ranges = stated
            .ranges
            .map(|(low, high)| format!("{low} to {high}"))
            .join(" | ");
        let line = format!("| {} | {ranges} |", stated.measure);
        assert!(document.contains(&line), "docs/tapes.md lacks: {line}");
    }
}

#[test]
fn calm_volatility_and_correlation_average_to_the_model() {
    let calm: Vec<Session> = DAYS.iter().map(|day| calm_part(&day.session)).collect();
    let statistics: Vec<_> = calm.iter().map(session_statistics).collect();
    for (asset, model) in ASSETS.iter().enumerate() {
        let volatility = mean(statistics.iter().map(|day| day[asset].volatility_percent));
        assert_near(
            volatility,
            model.calm_volatility() * 100.0,
            0.06,
            model.asset,
        );
    }
    let pairs: Vec<_> = calm.iter().map(correlations).collect();
    for (pair, (first, second)) in [(0, 1), (0, 2), (1, 2)].into_iter().enumerate() {
        let got = mean(pairs.iter().map(|day| day[pair].coefficient));
        let wanted = ASSETS[first].factor_weight * ASSETS[second].factor_weight;
        assert_near(got, wanted, 0.04, "correlation");
    }
}

#[test]
fn jumps_and_missing_minutes_average_to_the_model() {
    let days = &*DAYS;
    let jumps = mean(days.iter().map(|day| day.jumps as f64));
    assert_near(jumps, JUMPS_PER_DAY, 0.15, "jumps a day");
    let statistics = days.iter().flat_map(|day| session_statistics(&day.session));
    let missing = mean(statistics.map(|of| of.missing_share()));
    assert_near(missing, MISSING_SHARE, 0.1, "share of missing minutes");
}

#[test]
fn the_crash_is_in_the_middle_and_rebounds() {
    let crash = Crash::in_middle_of(DAY_MINUTES);
    let at = |minute| DEFAULT_START_UNIX_SECONDS + i64::from(minute) * MINUTE_SECONDS;
    let (start, end) = (
        at(crash.start_minute),
        at(crash.start_minute + CRASH_MINUTES),
    );
    let days = &*DAYS;
    let inside = days.iter().filter(|day| {
        let drop = session_statistics(&day.session)[2].drop_30_minutes;
        let slack = 10 * MINUTE_SECONDS;
        start - slack <= drop.from_unix_seconds && drop.to_unix_seconds <= end + slack
    });
    assert!(inside.count() >= days.len() * 9 / 10);
    let price_at = |day: &Generated, time: i64| {
        let rows = &day.session.tapes[2].rows;
        rows[rows.partition_point(|row| row.unix_seconds < time)].price_e8 as f64
    };
    let rebound = mean(
        days.iter()
            .map(|day| price_at(day, end + 7_200) / price_at(day, end)),
    );
    assert!((1.08..1.20).contains(&rebound), "{rebound}");
}

#[test]
fn without_the_crash_the_day_is_calm() {
    let options = GeneratorOptions {
        with_crash: false,
        ..Default::default()
    };
    for seed in 1..=10 {
        let day = generate(&GeneratorOptions { seed, ..options }).session;
        assert!(
            session_statistics(&day)[2].drop_30_minutes.size_ppm < 80_000,
            "seed {seed}"
        );
    }
}
