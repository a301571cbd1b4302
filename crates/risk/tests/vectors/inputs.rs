//! The inputs of the golden vectors: made by a seeded generator, so that the file can be made anew.

use crate::by_crate::{calls, recomputed};
use crate::format::{numbers, Document, Number, Numbers, Section, Step, Vector};
use crate::reference::fixtures::{margin_params, volatility_params, VARIANCE_E18};
use crate::reference::Rng;
use crate::refused;
use std::collections::BTreeMap;

mod books;
mod cuts;
mod markets;
mod measures;

/// Instants start here, not at the start of a minute.
const START_SECONDS: i64 = 1_700_000_017;

/// Every vector, with outputs by the crate.
pub fn document() -> Document {
    let kinds: [(&str, Vec<Vector>); 22] = [
        ("volatility", volatility()),
        ("ratios", ratio_paths()),
        ("reductions", reductions()),
        ("premium", premium()),
        ("fills", fills()),
        ("forced_fills", forced_fills()),
        ("portfolios", books::portfolios()),
        ("books", books::books()),
        ("cuts", cuts::cuts()),
        ("nets", books::nets()),
        ("quotes", books::quotes()),
        ("credits", books::credits()),
        ("guards", markets::guards()),
        ("outlooks", markets::outlooks()),
        ("depths", markets::depths()),
        ("sides", markets::sides()),
        ("floors", markets::floors()),
        ("scores", measures::scores()),
        ("sizes", measures::sizes()),
        ("crowding", measures::crowding()),
        ("haircuts", measures::haircuts()),
        ("divisions", measures::divisions()),
    ];
    let mut document = BTreeMap::new();
    for (kind, vectors) in kinds {
        let calls = calls(kind);
        let section = Section {
            refused: refused::of(&calls, &vectors[0]),
            vectors: vectors
                .iter()
                .map(|vector| recomputed(kind, vector))
                .collect(),
            calls,
        };
        document.insert(kind.to_owned(), section);
    }
    Document(document)
}

fn vector(name: &str, input: Numbers, inputs: Vec<Numbers>) -> Vector {
    let steps = inputs
        .into_iter()
        .map(|input| Step {
            input,
            output: Numbers::new(),
        })
        .collect();
    Vector {
        name: name.to_owned(),
        input,
        steps,
        output: Numbers::new(),
    }
}

/// The input of a vector of a kind, in the order of its names.
fn input<const N: usize>(kind: &str, values: [Number; N]) -> Numbers {
    named(calls(kind).input, &values)
}

/// The input of a step of a kind, in the order of its names.
fn step<const N: usize>(kind: &str, values: [Number; N]) -> Numbers {
    named(calls(kind).step_input, &values)
}

fn named(names: Vec<String>, values: &[Number]) -> Numbers {
    assert_eq!(names.len(), values.len(), "{names:?}");
    names.into_iter().zip(values.iter().copied()).collect()
}

/// Vectors of one kind without inputs of their own.
fn table(name: &str, steps: Vec<Numbers>) -> Vec<Vector> {
    vec![vector(name, Numbers::new(), steps)]
}

fn sign(rng: &mut Rng, size: u64) -> i64 {
    let size = i64::try_from(size).unwrap();
    if rng.one_in(2) {
        -size
    } else {
        size
    }
}

fn volatility() -> Vec<Vector> {
    let mut rng = Rng(101);
    let paths = [
        ("a calm market", 100_u64, 3_u64, 60),
        ("spikes", 60_000, 400, 30),
        ("gaps", 3_000, 20, 5_000),
        ("a cheap token", 0, 60, 45),
    ];
    paths
        .into_iter()
        .map(|(name, dollars, move_e3, gap)| {
            let params = volatility_params();
            let start_e8 = if dollars == 0 {
                1_234
            } else {
                dollars * 100_000_000
            };
            let input = numbers([
                (
                    "half_life_fast_seconds",
                    params.half_life_fast_seconds.into(),
                ),
                (
                    "half_life_slow_seconds",
                    params.half_life_slow_seconds.into(),
                ),
                (
                    "half_life_long_seconds",
                    params.half_life_long_seconds.into(),
                ),
                (
                    "half_life_envelope_seconds",
                    params.half_life_envelope_seconds.into(),
                ),
                ("winsor_sigmas_e2", params.winsor_sigmas_e2.into()),
                ("variance_min_e18", params.variance_min_e18.into()),
                ("sample_seconds_min", params.sample_seconds_min.into()),
                ("decay_seconds_max", params.decay_seconds_max.into()),
                ("price_e8", start_e8.into()),
                ("now_seconds", START_SECONDS.into()),
                ("variance_e18", VARIANCE_E18.into()),
            ]);
            let (mut now, mut price_e8) = (START_SECONDS, start_e8);
            let steps = (0..30).map(|_| {
                now += i64::try_from(rng.between(1, 2 * gap)).unwrap();
                let size = if rng.one_in(5) {
                    move_e3
                } else {
                    move_e3.div_ceil(20)
                };
                let moved = 1_000 + rng.between(0, 2 * size) - size;
                price_e8 = (price_e8 * moved).div_ceil(1_000).max(1);
                let confidence_e8 = price_e8 / 10_000 * rng.between(0, 30);
                numbers([
                    ("now_seconds", now.into()),
                    ("price_e8", price_e8.into()),
                    ("confidence_e8", confidence_e8.into()),
                ])
            });
            let steps = steps.collect();
            vector(name, input, steps)
        })
        .collect()
}

fn ratio_paths() -> Vec<Vector> {
    let mut rng = Rng(102);
    let paths = [
        ("no grace", 0_u32, 300),
        ("a grace of ten minutes", 10, 120),
        ("a grace of thirty-one minutes", 31, 400),
        ("long silences", 20, 20_000),
    ];
    paths
        .into_iter()
        .map(|(name, grace_minutes, gap)| {
            let params = margin_params();
            let input = numbers([
                ("multiplier_e4", params.multiplier_e4.into()),
                ("horizon_seconds", params.horizon_seconds.into()),
                ("floor_ppm", params.floor_ppm.into()),
                ("cap_ppm", params.cap_ppm.into()),
                ("stress_ppm", params.stress_ppm.into()),
                ("stress_weight_ppm", params.stress_weight_ppm.into()),
                ("confidence_weight_ppm", params.confidence_weight_ppm.into()),
                ("initial_multiple_ppm", params.initial_multiple_ppm.into()),
                ("initial_min_ppm", params.initial_min_ppm.into()),
                ("doubling_seconds", params.doubling_seconds.into()),
                ("halving_seconds", params.halving_seconds.into()),
                ("ramp_seconds_max", params.ramp_seconds_max.into()),
                ("grace_minutes", grace_minutes.into()),
                ("live_ppm", 25_000.into()),
                ("now_seconds", START_SECONDS.into()),
            ]);
            let mut now = START_SECONDS;
            let steps = (0..40).map(|step: u64| {
                now += i64::try_from(rng.between(1, 2 * gap)).unwrap();
                // Volatility rises for a while, then falls.
                let most = if step < 20 {
                    20_000_000_000_000
                } else {
                    40_000_000_000
                };
                numbers([
                    ("now_seconds", now.into()),
                    ("variance_e18", rng.magnitude(most).into()),
                    ("confidence_ppm", rng.magnitude(20_000).into()),
                ])
            });
            let steps = steps.collect();
            vector(name, input, steps)
        })
        .collect()
}

/// Lots worth about a thousand dollars.
fn rng_lots(price_e8: u64, divisor: u64) -> u64 {
    let lots = 1_000_000_000_u128 * u128::from(divisor) / u128::from(price_e8);
    u64::try_from(lots).unwrap().max(1)
}

fn reductions() -> Vec<Vector> {
    let mut rng = Rng(104);
    let steps = (0..80)
        .map(|_| {
            let divisor = 10_u64.pow(rng.between_u32(1, 9));
            let price_e8 = rng.magnitude(1 << 42).max(divisor / 10).max(1_000);
            let lots = rng_lots(price_e8, divisor) * rng.magnitude(1_000_000);
            let notional = u128::from(lots) * u128::from(price_e8) / u128::from(divisor);
            let notional = u64::try_from(notional).unwrap();
            let ratio_ppm = rng.between_u32(2_500, 300_000);
            let requirement_q = notional / 1_000 * u64::from(ratio_ppm) / 1_000;
            let share = rng.between(0, 130);
            numbers([
                ("equity_q", (requirement_q / 100 * share).into()),
                (
                    "requirement_q",
                    (requirement_q / 10 * rng.between(10, 15)).into(),
                ),
                ("target_ppm", rng.between_u32(1_000_000, 1_500_000).into()),
                ("lots", lots.into()),
                ("price_e8", price_e8.into()),
                ("lot_divisor", divisor.into()),
                ("ratio_ppm", ratio_ppm.into()),
                ("cost_ppm", rng.between_u32(0, ratio_ppm / 2).into()),
                ("fixed_cost_q", rng.magnitude(10_000_000).into()),
                ("dust_q", rng.magnitude(notional / 5).into()),
            ])
        })
        .collect();
    vec![vector("legs of every size", Numbers::new(), steps)]
}

fn premium() -> Vec<Vector> {
    let mut rng = Rng(105);
    let steps = (0..80)
        .map(|_| {
            let (size, skew) = (rng.magnitude(1_000_000_000), rng.magnitude(1_000_000_000));
            numbers([
                ("lots", sign(&mut rng, size).into()),
                ("skew_lots", sign(&mut rng, skew).into()),
                ("price_e8", rng.magnitude(1 << 32).into()),
                ("lot_divisor", 10_u64.pow(rng.between_u32(1, 10)).into()),
                (
                    "skew_scale_lots",
                    rng.between(1_000_000_000, 10_000_000_000).into(),
                ),
            ])
        })
        .collect();
    vec![vector(
        "trades that raise, lower and cross the skew",
        Numbers::new(),
        steps,
    )]
}

fn fills() -> Vec<Vector> {
    let mut rng = Rng(106);
    let mut paths = Vec::new();
    for (name, most) in [("small sizes that match", 4), ("any sizes", 1_000_000)] {
        let steps = (0..40)
            .map(|_| {
                let size = rng.magnitude(most);
                let lots = sign(&mut rng, size);
                let price = i64::try_from(rng.between(900_001, 1_100_000)).unwrap();
                numbers([
                    ("lots", lots.into()),
                    ("cost_q", (lots * price / 1_000 + lots.signum()).into()),
                ])
            })
            .collect();
        paths.push(vector(name, Numbers::new(), steps));
    }
    paths
}

/// From prices of a single unit of 1e-8 to large ones.
fn forced_fills() -> Vec<Vector> {
    let mut rng = Rng(107);
    let steps = (0..80)
        .map(|_| {
            let size = rng.magnitude(1_000_000_000);
            numbers([
                ("lots", sign(&mut rng, size).into()),
                ("price_e8", rng.magnitude(1 << 36).into()),
                ("lot_divisor", 10_u64.pow(rng.between_u32(1, 10)).into()),
                ("spread_ppm", rng.between_u32(0, 125_000).into()),
            ])
        })
        .collect();
    vec![vector("cheap and dear lots", Numbers::new(), steps)]
}
