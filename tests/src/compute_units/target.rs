/// The situation in which an account holds everything that it can.
pub const FULL: &str = "4 collaterals, 16 rows";

/// The most compute units that the design allows an instruction at a number of positions.
pub fn target(name: &str, case: &str, positions: Option<u16>) -> Option<u64> {
    let target = match (name, positions) {
        ("refresh_market", _) => 9_000,
        ("settle_order", Some(1)) => 35_000,
        ("settle_order", Some(8)) => 70_000,
        ("liquidate_position", Some(1)) => 40_000,
        ("liquidate_position", Some(8)) => 75_000,
        ("deposit", _) => 20_000,
        // The design asks the others for plain accounts.
        _ if case.ends_with(FULL) => return None,
        ("margin_report", Some(1)) => 6_000,
        ("margin_report", Some(8)) => 20_000,
        ("withdraw", _) => 35_000,
        _ => return None,
    };
    Some(target)
}

/// What an instruction is held to where it does not meet its target: docs/decisions/0011 shows where its
/// units go.
pub fn allowed(name: &str, positions: Option<u16>, target: u64) -> u64 {
    match (name, positions) {
        ("margin_report", Some(1)) => 6_600,
        ("margin_report", Some(8)) => 28_200,
        _ => target,
    }
}
