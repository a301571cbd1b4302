//! What every instruction costs in the compiled program: compute units, bytes and locks of its
//! transaction. `./dev bench` writes the snapshot, `tests/compute_units.rs` compares with it.

mod bench;
mod deleverage;
mod engine;
mod reductions;
mod settlement;
mod setup;
mod snapshot;
mod table;
mod target;
mod trading;

pub use snapshot::{route, Row, Snapshot, RISE_PERCENT_MAX};
pub use table::table;

use bench::Bench;
use plimsoll_testkit::WorldError;

/// The first market.
const BTC: u16 = 0;

/// Quote atoms of whole quote units.
const fn units(quote: u64) -> u64 {
    quote * 1_000_000
}

/// What has to go through for anything to be measured.
#[track_caller]
fn must<T>(result: Result<T, WorldError>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// Measures every instruction of the program in `target/deploy`.
///
/// # Panics
/// Where the program is missing or refuses what it should take.
#[must_use]
pub fn measure() -> Snapshot {
    let mut bench = Bench::default();
    setup::measure(&mut bench);
    trading::measure(&mut bench);
    reductions::measure(&mut bench);
    deleverage::measure(&mut bench);
    settlement::measure(&mut bench);
    engine::measure(&mut bench);
    bench.into_snapshot()
}
