/// The most compute units that the design allows an instruction at a number of positions.
pub fn target(name: &str, positions: Option<u16>) -> Option<u64> {
    let target = match (name, positions) {
        ("refresh_market", _) => 9_000,
        ("settle_order", Some(1)) => 35_000,
        ("settle_order", Some(8)) => 70_000,
        ("margin_report", Some(1)) => 6_000,
        ("margin_report", Some(8)) => 20_000,
        ("liquidate_position", Some(1)) => 40_000,
        ("liquidate_position", Some(8)) => 75_000,
        ("deposit", _) => 20_000,
        ("withdraw", _) => 35_000,
        _ => return None,
    };
    Some(target)
}
