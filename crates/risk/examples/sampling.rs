//! Prints how far a keeper who chooses when to sample can move the estimate (R-V8).
//!
//! `cargo run -p plimsoll-risk --example sampling`
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    reason = "a measurement, not the mathematics"
)]

#[path = "../tests/reference/mod.rs"]
mod reference;
#[path = "../tests/properties/simulated.rs"]
mod simulated;

use reference::fixtures::volatility_params;
use reference::Rng;
use simulated::{omniscient, path, sampled, Aim, Kind};

/// Eight hours a path.
const SECONDS: usize = 8 * 3_600;
const PATHS: u64 = 24;

fn main() {
    println!(
        "By how much a keeper who chooses the instant of each sample moves sigma, per cent of what"
    );
    println!("one who samples as soon as he may shows: with knowledge of the window; of the whole path.\n");
    println!("| prices | M s | D s | least: window | path | most: window | path |");
    println!("|---|---|---|---|---|---|---|");
    let limits = [1, 10, 30, 60].into_iter().flat_map(|least| {
        [1, 5, 10, 60, 900 - least]
            .into_iter()
            .map(move |late| (least, late))
    });
    for limits in limits {
        for kind in [Kind::Gaussian, Kind::Jumps] {
            row(kind, limits);
        }
    }
}

fn row(kind: Kind, limits: (usize, usize)) {
    let paths: Vec<_> = (0..PATHS)
        .map(|seed| path(&mut Rng(seed), kind, 1.0, 1.0, SECONDS))
        .collect();
    let mean = |aim: Aim| -> f64 {
        let params = volatility_params();
        let means = paths
            .iter()
            .map(|prices| sampled(prices, &params, limits, aim));
        means.sum()
    };
    let known = |limits, aim| -> f64 {
        let squares = paths
            .iter()
            .map(|prices| omniscient(prices, limits, aim).powi(2));
        squares.sum::<f64>().sqrt()
    };
    let (honest, honest_known) = (mean(Aim::Honest), known((limits.0, 0), Aim::Least));
    print!("| {kind:?} | {} | {} |", limits.0, limits.1);
    for aim in [Aim::Least, Aim::Most] {
        let window = (mean(aim) / honest).sqrt() - 1.0;
        // Beyond a minute or two, what is known in advance costs more time than it tells.
        let all = if limits.1 <= 60 {
            known(limits, aim) / honest_known - 1.0
        } else {
            f64::NAN
        };
        print!(" {:+.1} | {:+.1} |", window * 100.0, all * 100.0);
    }
    println!();
}
