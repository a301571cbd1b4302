//! Statistics of tapes, one row each, and their correlations.

use super::{Grid, Style};
use crate::tape::statistics::{Correlation, TapeStatistics};
use crate::text::{duration, grouped, percent_of_ppm, price};

/// Two tables, then a line of correlations if there are any.
pub fn render_statistics(
    statistics: &[TapeStatistics],
    correlations: &[Correlation],
    style: Style,
) -> String {
    let mut rows = Grid::new(
        "tape | rows | missing | longest gap | open | low | high | close | median confidence",
    );
    let mut moves = Grid::new(
        "tape | drop 5 min | drop 30 min | rise 30 min | volatility | kurtosis | beyond 6 sigma",
    );
    for of in statistics {
        rows.row([
            of.asset.clone(),
            grouped(of.rows),
            format!("{:.1} %", of.missing_share() * 100.0),
            duration(of.longest_gap_seconds),
            price(of.open_e8),
            price(of.low_e8),
            price(of.high_e8),
            price(of.close_e8),
            format!("{} ppm", grouped(of.confidence_median_ppm)),
        ]);
        moves.row([
            of.asset.clone(),
            percent_of_ppm(of.drop_5_minutes.size_ppm),
            percent_of_ppm(of.drop_30_minutes.size_ppm),
            percent_of_ppm(of.rise_30_minutes.size_ppm),
            format!("{:.0} %", of.volatility_percent),
            format!("{:.1}", of.excess_kurtosis),
            grouped(of.large_moves),
        ]);
    }
    let mut text = rows.render(style) + &moves.render(style);
    let pairs = correlations.iter().map(|pair| {
        format!(
            "{}–{} {:.2}",
            pair.first_asset, pair.second_asset, pair.coefficient
        )
    });
    let pairs: Vec<String> = pairs.collect();
    if !pairs.is_empty() {
        text += &format!("correlation  {}\n", pairs.join("   "));
    }
    text
}
