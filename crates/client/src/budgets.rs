//! Compute units to ask for, from the measurements that the tests hold the program to.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The snapshot of the compiler route that every machine has.
const SNAPSHOT: &str = include_str!("../../../tests/snapshots/stock/compute_units.json");

/// Added to what was measured, percent: states differ, and so do compilers.
const MARGIN_PERCENT: u64 = 20;

/// The most that a transaction may ask for.
const UNITS_MAX: u64 = 1_400_000;

/// Room for finding the address of an account that is created. Each try costs 1,500 and half of them
/// fail, so twenty more than measured are needed once in a million times.
const SEARCH_UNITS: u64 = 20 * 1_500;

/// Room for a call of the older token program, which the measuring machines no longer have.
const TOKEN_UNITS: u64 = 5_000;

/// Addresses that an instruction searches and calls of the token program that it makes.
const EXTRAS: [(&str, u64, u64); 16] = [
    ("create_exchange", 3, 0),
    ("create_collateral", 2, 1),
    ("create_market", 2, 0),
    ("create_margin_account", 1, 0),
    ("deposit_pool", 1, 1),
    ("request_redemption", 1, 0),
    ("withdraw_exempt", 1, 1),
    ("request_withdrawal", 1, 0),
    ("pay_withdrawal", 0, 1),
    ("deposit", 0, 1),
    ("deposit_insurance", 0, 1),
    ("withdraw", 0, 1),
    ("price_collateral", 1, 0),
    ("create_scenarios", 1, 0),
    ("pledge_collateral", 0, 1),
    ("release_collateral", 0, 1),
];

#[derive(Deserialize)]
struct Snapshot {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    positions: Option<usize>,
    compute_units: u64,
}

/// Units of the costliest case by number of positions.
type Figures = BTreeMap<usize, u64>;

/// The compute units to ask for: what was measured, a fifth more, and room for what depends on keys and
/// on the cluster.
///
/// `instruction` is named as its builder in [`crate::instructions`]. `positions` are those of the account
/// acted on, for `deposit_pool` the markets of the exchange, and do not matter for instructions that read
/// none. The limit of a transaction is the sum over its instructions, and 150 for each that sets the
/// budget. Nothing where there is no such instruction.
#[must_use]
pub fn compute_unit_limit(instruction: &str, positions: usize) -> Option<u32> {
    static FIGURES: OnceLock<BTreeMap<String, Figures>> = OnceLock::new();
    let figures = FIGURES.get_or_init(read).get(instruction)?;
    let extra = EXTRAS.iter().find(|(name, ..)| *name == instruction);
    let extra = extra.map_or(0, |(_, searches, calls)| {
        searches * SEARCH_UNITS + calls * TOKEN_UNITS
    });
    let units = measured_or_more(figures, positions)?
        .saturating_mul(100 + MARGIN_PERCENT)
        .div_ceil(100)
        .saturating_add(extra);
    u32::try_from(units.min(UNITS_MAX)).ok()
}

fn read() -> BTreeMap<String, Figures> {
    // The tests of this file fail where the snapshot cannot be read.
    let snapshot: Snapshot =
        serde_json::from_str(SNAPSHOT).unwrap_or(Snapshot { rows: Vec::new() });
    let mut all: BTreeMap<String, Figures> = BTreeMap::new();
    for row in snapshot.rows {
        let figures = all.entry(row.name).or_default();
        let units = figures.entry(row.positions.unwrap_or(0)).or_default();
        *units = row.compute_units.max(*units);
    }
    all
}

/// The figure of the next measured number of positions; beyond the last, as steep as before it.
fn measured_or_more(figures: &Figures, positions: usize) -> Option<u64> {
    if let Some((_, units)) = figures.range(positions..).next() {
        return Some(*units);
    }
    let mut counts = figures.iter().rev();
    let (last, units) = counts.next()?;
    let Some((before, units_before)) = counts.next() else {
        return Some(*units);
    };
    let step = units
        .saturating_sub(*units_before)
        .div_ceil((last - before) as u64);
    Some(units.saturating_add(step.saturating_mul((positions - last) as u64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_costliest_case_and_a_fifth() {
        let snapshot: Snapshot = serde_json::from_str(SNAPSHOT).expect("a valid snapshot");
        assert!(snapshot.rows.len() > 20);
        for (name, positions) in [
            ("settle_order", 8),
            ("cut_position", 4),
            ("refresh_market", 0),
        ] {
            let rows = snapshot.rows.iter().filter(|row| row.name == name);
            let same = rows.filter(|row| row.positions.unwrap_or(0) == positions);
            let costliest = same.map(|row| row.compute_units).max().expect("measured");
            let limit = compute_unit_limit(name, positions).expect("measured");
            assert_eq!(
                u64::from(limit),
                (costliest * 6).div_ceil(5),
                "{name} at {positions}"
            );
        }
    }

    #[test]
    fn a_number_of_positions_between_two_measured_ones_takes_the_greater() {
        assert_eq!(
            compute_unit_limit("cut_position", 5),
            compute_unit_limit("cut_position", 8)
        );
        assert_eq!(
            compute_unit_limit("withdraw", 0),
            compute_unit_limit("withdraw", 1)
        );
        assert_ne!(
            compute_unit_limit("cut_position", 4),
            compute_unit_limit("cut_position", 5)
        );
    }

    #[test]
    fn more_than_measured_costs_more() {
        let figures = Figures::from([(1, 100), (4, 160), (8, 241)]);
        assert_eq!(measured_or_more(&figures, 8), Some(241));
        assert_eq!(measured_or_more(&figures, 10), Some(241 + 2 * 21));
        assert_eq!(measured_or_more(&Figures::from([(0, 7)]), 3), Some(7));
        assert_eq!(measured_or_more(&Figures::new(), 3), None);
    }

    #[test]
    fn there_is_room_for_long_searches_and_for_the_older_token_program() {
        for (name, extra) in [("create_market", 60_000), ("create_collateral", 65_000)] {
            let units = measured_or_more(read().get(name).expect("measured"), 0);
            let limit = compute_unit_limit(name, 0).map(u64::from);
            assert_eq!(
                limit,
                units.map(|units| (units * 6).div_ceil(5) + extra),
                "{name}"
            );
        }
    }

    #[test]
    fn extras_are_of_instructions_that_were_measured() {
        for (name, ..) in EXTRAS {
            assert!(read().contains_key(name), "{name}");
        }
    }

    #[test]
    fn an_unknown_instruction_has_no_limit() {
        assert_eq!(compute_unit_limit("create_exchanges", 0), None);
    }
}
