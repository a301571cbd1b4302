//! The page stands alone, holds what the record holds, and lets no text of a record become markup.

mod support;

use plimsoll_sim::record::{ActionKind, Books, Record};
use plimsoll_sim::report::{file_name, render};
use serde_json::Value;

const HOSTILE: &str = "</script><script>alert(1)</script><!--{{data}}&\"'\u{2028}";

fn embedded(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"record\">")
        .unwrap();
    let (json, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(json).unwrap()
}

fn length(value: &Value) -> usize {
    value.as_array().unwrap().len()
}

#[test]
fn the_page_loads_nothing() {
    let page = render(&support::sample()).unwrap();
    let outside = page.replace("http://www.w3.org/2000/svg", "");
    for forbidden in [
        "http:", "https:", "//cdn", " src=", "<link", "@import", "import(", "fetch(",
    ] {
        assert!(!outside.contains(forbidden), "{forbidden}");
    }
    assert!(
        !outside.replace("url(#", "").contains("url("),
        "only references within the page"
    );
    assert!(page.contains("Content-Security-Policy\" content=\"default-src 'none';"));
}

#[test]
fn every_placeholder_is_filled() {
    let page = render(&support::sample()).unwrap();
    let template = include_str!("../src/report/assets/page.html");
    let names = template
        .split("{{")
        .skip(1)
        .map(|rest| rest.split_once("}}").unwrap().0);
    for name in names {
        assert!(
            !page.contains(&format!("{{{{{name}}}}}")),
            "{name} is left over"
        );
    }
    assert!(!page.contains("{{"), "something is left over");
}

#[test]
fn the_data_are_the_records() {
    let record = support::sample();
    let data = embedded(&render(&record).unwrap());
    assert_eq!(length(&data["markets"]), record.markets.len());
    for (number, market) in record.markets.iter().enumerate() {
        let shown = data["markets"][number].as_object().unwrap();
        assert_eq!(shown["asset"], market.asset);
        let columns = shown
            .iter()
            .filter(|(name, _)| !["asset", "crash"].contains(&name.as_str()));
        assert!(columns.clone().count() == 12, "{shown:?}");
        for (name, column) in columns {
            assert_eq!(length(column), market.points.len(), "{name}");
        }
        let point = market.points[700];
        let price = shown["price"][700].as_f64().unwrap();
        assert!((price / (point.price_e8 as f64 / 1e8) - 1.0).abs() < 1e-6);
        assert_eq!(shown["call"][700], point.call_ppm);
        assert_eq!(shown["floor"][700], point.liquidation_ppm);
    }
    assert_eq!(length(&data["actions"]), record.actions.len());
    for (action, shown) in record
        .actions
        .iter()
        .zip(data["actions"].as_array().unwrap())
    {
        assert_eq!(shown["cause"], action.cause.text);
        assert_eq!(shown["kind"], action.kind.name());
        assert_eq!(shown["time"], action.unix_seconds);
        assert_eq!(shown["rise"], action.cause.driver.needs_margin_rise());
    }
    assert_eq!(length(&data["states"]["time"]), record.account_states.len());
    assert_eq!(length(&data["books"]["vault"]), record.books.len());
    assert_eq!(data["books"]["vault"][0], 4_000_000.0);
    assert_eq!(data["books"]["escrow"][0], 0.08);
}

#[test]
fn hostile_text_stays_text() {
    let clean = render(&support::sample()).unwrap();
    let mut record = support::sample();
    record.session = HOSTILE.into();
    record.markets[0].asset = HOSTILE.into();
    record.tape_statistics[0].asset = HOSTILE.into();
    record.correlations[0].first_asset = HOSTILE.into();
    record.compute_units[0].instruction = HOSTILE.into();
    record.actions[0].cause.text = HOSTILE.into();
    record.actions[0].market = HOSTILE.into();
    record.conservation.note(
        &Books {
            fees_q: 1,
            ..Books::default()
        },
        HOSTILE,
    );
    let page = render(&record).unwrap();
    for markup in ["<script", "</script", "<!--"] {
        assert_eq!(
            page.matches(markup).count(),
            clean.matches(markup).count(),
            "{markup}"
        );
    }
    let data = embedded(&page);
    assert_eq!(data["actions"][0]["cause"], HOSTILE);
    assert_eq!(data["markets"][0]["asset"], HOSTILE);
    assert_eq!(page.matches("&lt;script&gt;alert(1)").count(), 7);
}

#[test]
fn headline_and_tables_need_no_script() {
    let mut record = support::sample();
    let page = render(&record).unwrap();
    let cuts = record.sums(ActionKind::Cut);
    assert!(page.contains(&format!(
        "<dd>{}<small>{} of them needed a rise of margin",
        cuts.count,
        record.cuts_needing_margin_rise().count
    )));
    for driver in record.drivers() {
        let count = record.cuts_by(driver).count;
        let row = format!("<td>{}</td><td>{count}</td><td>$", driver.name());
        assert!(page.contains(&row), "{row}");
        assert!(
            page.contains(&format!("“{}”", driver.name())),
            "not explained"
        );
    }
    assert!(page.contains("<td>settle_order</td><td>4</td><td>24,310</td>"));
    assert!(page.contains("to the atom, in each of 1,440 comparisons."));
    assert!(page.contains("<td>900</td><td>840</td><td>41</td><td>12</td><td>3</td><td>4</td>"));
    assert!(page.contains("No account was fully liquidated by volatility alone."));
    assert!(page.contains("<td>InitialRequirement</td><td>300</td>"));
    assert!(page.contains("<tr><td>Notional closed</td><td>$"));

    record.totals.by_volatility_alone = 2;
    record.totals.accounts_fully_liquidated = 2;
    record.totals.deficit_q = 1_230_000;
    record.totals.unresolved_q = 230_000;
    record.totals.insurance_paid_q = 1_000_000;
    record.conservation.note(
        &Books {
            pool_q: 9,
            ..Books::default()
        },
        "sweep",
    );
    let page = render(&record).unwrap();
    assert!(page.contains("2 accounts fully liquidated by volatility alone."));
    assert!(page.contains("Accounts left a deficit of $1.23, of which nobody could cover $0.23."));
    assert!(page.contains("In 1 of 1,441 comparisons the books differed from the vault:"));
    assert!(page.contains("<td>sweep</td><td>9 atoms</td>"));
    assert_eq!(page.matches("<div class=\"bad\"><dt>").count(), 3);
}

#[test]
fn a_deficit_that_was_paid_is_no_fault() {
    let mut record = support::sample();
    record.totals.deficit_q = 1_230_000;
    record.totals.market_paid_q = 1_230_000;
    let page = render(&record).unwrap();
    assert!(page.contains("Accounts left a deficit of $1.23, all of it covered."));
    assert!(page.contains("<div><dt>Deficit</dt><dd>$1.23<small>"));
    assert!(!page.contains("<div class=\"bad\"><dt>"));
}

#[test]
fn contradictions_are_shown() {
    let mut record = support::sample();
    assert!(!render(&record).unwrap().contains("contradicts itself"));
    record.totals.insurance_paid_q = 1;
    assert!(render(&record)
        .unwrap()
        .contains("do not add up to the deficit"));
}

#[test]
fn an_empty_record_makes_a_page_that_claims_nothing() {
    let page = render(&Record::default()).unwrap();
    assert!(page.contains("Nothing was compared, so nothing is claimed."));
    assert!(page.contains("<div class=\"bad\"><dt>Books against vault</dt><dd>differ"));
}

#[test]
fn a_day_of_three_markets_fits_a_megabyte() {
    assert!(render(&support::sample()).unwrap().len() < 1_000_000);
}

#[test]
fn a_record_survives_json() {
    let record = support::sample();
    let text = serde_json::to_string(&record).unwrap();
    assert!(serde_json::from_str::<Record>(&text).unwrap() == record);
}

#[test]
fn file_names_stay_in_their_folder() {
    for (session, name) in [
        ("2022-05-11-luna", "2022-05-11-luna.html"),
        ("../../etc/x", "_.._etc_x.html"),
        ("a b\\c", "a_b_c.html"),
    ] {
        assert_eq!(file_name(session), name);
    }
}
