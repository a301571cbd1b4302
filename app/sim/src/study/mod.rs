//! What the risk crate alone does over tapes, without the program: the measurements behind the choice
//! of estimator, guard, sides and stress weight.

pub mod engine;
pub mod estimator;
pub mod guard;
pub mod procyclicality;
pub mod sides;
pub mod statistics;
pub mod table;
pub mod term;

use std::collections::BTreeMap;

use plimsoll_risk::Result;
use serde::Serialize;

use crate::tape::{Session, Tape};

/// Rows closer together than this, in the median, are minutes.
const HOURLY_SECONDS_MIN: i64 = 1_800;

/// How far apart a tape's rows usually are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Spacing {
    Minutes,
    Hours,
}

impl Spacing {
    /// By the median distance of consecutive rows.
    pub fn of(tape: &Tape) -> Self {
        let rows = tape.rows.windows(2);
        let mut spacings: Vec<i64> = rows
            .map(|pair| pair[1].unix_seconds - pair[0].unix_seconds)
            .collect();
        spacings.sort_unstable();
        match spacings.get(spacings.len() / 2) {
            Some(median) if *median >= HOURLY_SECONDS_MIN => Self::Hours,
            _ => Self::Minutes,
        }
    }
}

/// All tapes of one asset and spacing, in order of time.
pub struct Series<'a> {
    pub asset: String,
    pub spacing: Spacing,
    pub tapes: Vec<&'a Tape>,
}

impl<'a> Series<'a> {
    /// Minutes before hours, assets in order of name.
    pub fn of(sessions: &'a [Session]) -> Vec<Self> {
        let mut found: BTreeMap<(Spacing, &str), Vec<&Tape>> = BTreeMap::new();
        for tape in sessions.iter().flat_map(Session::markets) {
            let key = (Spacing::of(tape), tape.asset.as_str());
            found.entry(key).or_default().push(tape);
        }
        let series = found.into_iter().map(|((spacing, asset), mut tapes)| {
            tapes.sort_by_key(|tape| tape.span_seconds());
            Series {
                asset: asset.to_owned(),
                spacing,
                tapes,
            }
        });
        series.collect()
    }
}

/// Everything measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Study {
    pub estimators: Vec<estimator::Estimators>,
    pub guards: Vec<guard::Guards>,
    pub procyclicality: Vec<procyclicality::Procyclicality>,
    pub sides: Vec<sides::Sides>,
    pub terms: Vec<term::Term>,
}

/// Measures all sessions; `progress` is told the asset that comes next.
///
/// # Errors
/// What the risk crate refuses.
pub fn study(sessions: &[Session], mut progress: impl FnMut(&str)) -> Result<Study> {
    let mut study = Study::default();
    for series in Series::of(sessions) {
        progress(&series.asset);
        study.estimators.extend(estimator::estimators(&series)?);
        study.procyclicality.push(procyclicality::of(&series)?);
        study.sides.extend(sides::of(&series)?);
        study.terms.push(term::of(&series)?);
    }
    for session in sessions {
        for tape in session.markets() {
            if Spacing::of(tape) == Spacing::Minutes {
                progress(&format!("{} {}", session.name, tape.asset));
                study.guards.push(guard::of(&session.name, tape)?);
            }
        }
    }
    Ok(study)
}
