//! What each tape's market is listed with: among the rest, what holding costs.

use plimsoll_testkit::MarketSpec;

use crate::tape::Tape;

/// Presets for the assets they are meant for; for others, Solana's risk parameters with lots and caps
/// by the asset's own price.
pub fn market(tape: &Tape) -> MarketSpec {
    let price_e8 = tape.rows.first().map_or(1, |minute| minute.price_e8);
    let spec = match tape.asset.as_str() {
        "BTC" => MarketSpec::btc(),
        "ETH" => MarketSpec::eth(),
        "SOL" => MarketSpec::sol(),
        asset => other(asset, price_e8),
    };
    spec.at(price_e8).carrying()
}

/// What the quote currency is priced with.
pub fn quote(tape: &Tape) -> MarketSpec {
    let price_e8 = tape.rows.first().map_or(1, |minute| minute.price_e8);
    MarketSpec::usdc().at(price_e8)
}

fn other(asset: &str, price_e8: u64) -> MarketSpec {
    let mut feed_id = [0; 32];
    for (byte, letter) in feed_id.iter_mut().zip(asset.bytes()) {
        *byte = letter;
    }
    // The largest lot that is worth at most ten cents.
    let lot_exponent = (-8..=1)
        .rev()
        .find(|exponent| lot_dollars(price_e8, *exponent) <= 0.1)
        .unwrap_or(-8);
    let lots = |dollars: f64| (dollars / lot_dollars(price_e8, lot_exponent)).ceil() as u64;
    let mut spec = MarketSpec::sol().with(|args| {
        args.feed_id = feed_id;
        args.lot_exponent = lot_exponent;
        args.trade.order_lots_min = lots(5.0).max(1);
        args.trade.order_lots_max = lots(3_000_000.0);
        args.trade.open_interest_cap_lots = lots(20_000_000.0);
        args.trade.skew_scale_lots = lots(4_000_000_000.0);
    });
    spec.name = asset.to_owned();
    spec
}

fn lot_dollars(price_e8: u64, lot_exponent: i32) -> f64 {
    price_e8 as f64 * 1e-8 * 10_f64.powi(lot_exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_of_unknown_assets_are_cents_and_fit_the_program() {
        for (price_e8, exponent) in [
            (1_u64, 1),
            (2_000, 1),
            (100_000_000, -1),
            (6_500_000_000_000, -6),
        ] {
            let spec = other("DOGE", price_e8);
            assert_eq!(spec.args.lot_exponent, exponent, "at {price_e8}");
            let trade = spec.args.trade;
            assert!(trade.order_lots_min <= trade.order_lots_max);
            assert!(trade.open_interest_cap_lots <= trade.skew_scale_lots);
            let carry = spec.carrying().args.carry;
            assert_eq!(carry.full_skew_lots, trade.open_interest_cap_lots);
        }
    }
}
