//! One self-contained page about one replay: no network, no other file.

mod data;
mod escape;
mod headline;
mod markup;

use crate::record::Record;
use data::Data;

const PAGE: &str = include_str!("assets/page.html");
const STYLE: &str = concat!(
    include_str!("assets/colours.css"),
    include_str!("assets/layout.css"),
    include_str!("assets/charts.css"),
);
const SCRIPT: &str = concat!(
    include_str!("assets/format.js"),
    include_str!("assets/view.js"),
    include_str!("assets/scale.js"),
    include_str!("assets/shapes.js"),
    include_str!("assets/panel.js"),
    include_str!("assets/charts.js"),
    include_str!("assets/actions.js"),
    include_str!("assets/main.js"),
);

/// The page's HTML.
///
/// # Errors
/// If a number of the record cannot be written as JSON, such as a volatility that is not finite.
pub fn render(record: &Record) -> serde_json::Result<String> {
    let data = escape::json_in_script(&serde_json::to_string(&Data::of(record))?);
    Ok(escape::fill(
        PAGE,
        &[
            ("session", &escape::html(&record.session)),
            ("style", STYLE),
            ("script", SCRIPT),
            ("data", &data),
            ("subtitle", &headline::subtitle(record)),
            ("lede", &headline::lede(record)),
            ("headline", &headline::figures(record)),
            ("markets", &markup::markets(record)),
            ("quote", &markup::quote(record)),
            ("tapes", &markup::tapes(record)),
            ("causes", &markup::causes(record)),
            ("margin_rise", &markup::margin_rise(record)),
            ("orders", &markup::orders(record)),
            ("refusals", &markup::refusals(record)),
            ("compute", &markup::compute(record)),
            ("conservation", &markup::conservation(record)),
            ("contradictions", &markup::contradictions(record)),
        ],
    ))
}

/// `<session>.html`, with everything but letters, digits, points, dashes and underscores replaced, so
/// that a session's name can never lead out of the report's folder.
pub fn file_name(session: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "._-".contains(letter);
    let name: String = session
        .chars()
        .map(|letter| if plain(letter) { letter } else { '_' })
        .collect();
    format!("{}.html", name.trim_start_matches('.'))
}
