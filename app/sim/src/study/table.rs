//! A study as tables for a terminal.

use crate::table::{Grid, Style};
use crate::text::{duration, grouped};

use super::estimator::Estimators;
use super::guard::{Equity, Guards, Stop};
use super::procyclicality::Procyclicality;
use super::sides::Sides;
use super::term::Term;
use super::{Spacing, Study};

/// All tables, each under a line that says what it shows.
pub fn render(study: &Study, style: Style) -> String {
    [
        estimators(&study.estimators, style),
        guards(&study.guards, style),
        procyclicality(&study.procyclicality, style),
        sides(&study.sides, style),
        terms(&study.terms, style),
    ]
    .join("\n")
}

fn titled(title: &str, grid: &Grid, style: Style) -> String {
    format!("{}\n{}", style.bold(title), grid.render(style))
}

fn estimators(all: &[Estimators], style: Style) -> String {
    let mut grid = Grid::new(
        "asset | ahead | estimator | level | QLIKE raw | equal mean | best level | scored",
    );
    for of in all {
        for score in &of.scores {
            grid.row([
                of.asset.clone(),
                duration(of.horizon_seconds),
                score.estimator.to_owned(),
                format!("{:.2}", score.level),
                format!("{:.3}", score.qlike_raw),
                format!("{:.3}", score.qlike_equal_mean),
                format!("{:.3}", score.qlike_best_level),
                grouped(of.forecasts_scored as u64),
            ]);
        }
    }
    titled(
        "Estimators: the later half, scaled by the earlier (level: forecast over what came; the engine's is meant to be high)",
        &grid,
        style,
    )
}

/// One line for each tape and equity; of each rule its cell, none, engine and naive in a row.
fn guards(all: &[Guards], style: Style) -> String {
    let mut grid = Grid::new(
        "session | asset | equity | deficit ppm: none | engine | naive | bankrupt: none | engine | naive | minutes stopped: engine | naive | of | wrong at lone print: none | engine | naive",
    );
    for of in all {
        for equity in Equity::ALL {
            let mut outcomes = of.outcomes.iter().filter(|o| o.equity == equity);
            let rules = Stop::ALL.map(|stop| outcomes.find(|outcome| outcome.stop == stop));
            let [Some(none), Some(engine), Some(naive)] = rules else {
                continue;
            };
            let rules = [none, engine, naive];
            let mut cells = vec![of.session.clone(), of.asset.clone(), equity.name().into()];
            cells.extend(rules.map(|of| format!("{:.1}", of.deficit_ppm)));
            cells.extend(rules.map(|of| grouped(of.bankrupt)));
            cells.extend([engine, naive].map(|of| grouped(of.stopped_rows)));
            cells.push(grouped(of.rows as u64));
            cells.extend(rules.map(|of| format!("{:.1} %", of.wrongly_liquidated_ppm * 1e-4)));
            grid.row(cells);
        }
    }
    titled(
        "Guard: a position opened each minute on either side; the naive band stops 3 % from the slow price",
        &grid,
        style,
    )
}

fn procyclicality(all: &[Procyclicality], style: Style) -> String {
    let mut grid = Grid::new(
        "asset | rows | held steady by | K | mean target | target p/t | 1 h | 24 h | mean live | live p/t | 1 h | 24 h | hour exceeds | shortfall ppm",
    );
    for of in all {
        for variant in &of.variants {
            let cycle = |cycle: &super::procyclicality::Cycle| {
                [
                    cycle.peak_to_trough,
                    cycle.largest_rise_hour,
                    cycle.largest_rise_day,
                ]
                .map(|factor| format!("{factor:.2}"))
            };
            let [target, target_hour, target_day] = cycle(&variant.target);
            let [live, live_hour, live_day] = cycle(&variant.live);
            grid.row([
                of.asset.clone(),
                spaced(of.rows, of.spacing),
                variant.anchor.name.to_owned(),
                format!("{:.2}", variant.multiplier),
                format!("{:.2} %", variant.mean_target_percent),
                target,
                target_hour,
                target_day,
                format!("{:.2} %", variant.mean_live_percent),
                live,
                live_hour,
                live_day,
                format!("{:.3} %", variant.exceeded_percent),
                format!("{:.1}", variant.shortfall_ppm),
            ]);
        }
    }
    titled(
        "Procyclicality: peak to trough and largest rises, at equal mean live ratio",
        &grid,
        style,
    )
}

fn sides(all: &[Sides], style: Style) -> String {
    let mut grid = Grid::new(
        "asset | times | within | long | short at 1 | at 0.9 | at 0.85 | equal at | earlier | later | q99 l / s | q99.5 l / s | q99.9 l / s",
    );
    for of in all {
        let times = of.times.max(1) as f64;
        let share = |count: u64| format!("{:.3} %", count as f64 / times * 100.0);
        let mut cells = vec![
            of.asset.clone(),
            spaced(of.times, of.spacing),
            duration(of.window_seconds),
            share(of.exceeded[0].long),
        ];
        cells.extend(of.exceeded.iter().map(|tried| share(tried.short)));
        let [earlier, later] = of.equalising_weight_by_half;
        let weights = [of.equalising_weight, earlier, later];
        cells.extend(weights.map(|weight| format!("{weight:.2}")));
        let pairs = of.quantiles.iter();
        cells.extend(pairs.map(|of| format!("{:.2} / {:.2}", of.long, of.short)));
        grid.row(cells);
    }
    titled(
        "Sides: times at which the worst move exceeds the target, and its quantiles over the target",
        &grid,
        style,
    )
}

fn terms(all: &[Term], style: Style) -> String {
    let mut grid = Grid::new(
        "asset | rows | slope > 1 | median then | q99 | largest | cap | at cap | lifted by | overall | largest initial | exceeded within | else | rising | lifted",
    );
    for of in all {
        let [rising, other] = of.exceeded_unlifted_percent;
        for lift in &of.lifts {
            grid.row([
                of.asset.clone(),
                spaced(of.rows, of.spacing),
                format!("{:.1} %", of.rising_percent),
                format!("{:.2}", of.slope_median_of_rising),
                format!("{:.2}", of.slope_q99),
                format!("{:.2}", of.slope_largest),
                format!("{:.1}", f64::from(lift.slope_cap_ppm) * 1e-6),
                format!("{:.1} %", lift.capped_percent),
                format!("{:.3}", lift.mean_lift),
                format!("{:.3}", lift.mean_lift_overall),
                format!("{:.1} %", lift.largest_initial_percent),
                duration(of.window_seconds),
                format!("{other:.3} %"),
                format!("{rising:.3} %"),
                format!("{:.3} %", lift.exceeded_rising_percent),
            ]);
        }
    }
    titled(
        "Term structure: the root of fast over slow variance, what it adds to the initial ratio, and how often moves exceed that",
        &grid,
        style,
    )
}

fn spaced(count: usize, spacing: Spacing) -> String {
    let unit = match spacing {
        Spacing::Minutes => "min",
        Spacing::Hours => "h",
    };
    format!("{} {unit}", grouped(count as u64))
}
