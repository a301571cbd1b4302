//! Both colour schemes define the same names, and what must be read can be read.

use std::collections::BTreeMap;

const COLOURS: &str = include_str!("../src/report/assets/colours.css");
const LAYOUT: &str = include_str!("../src/report/assets/layout.css");
const CHARTS_STYLE: &str = include_str!("../src/report/assets/charts.css");
const CHARTS: &str = include_str!("../src/report/assets/charts.js");
const SHAPES: &str = include_str!("../src/report/assets/shapes.js");

type Scheme = BTreeMap<&'static str, &'static str>;

/// Light, then dark.
fn schemes() -> [Scheme; 2] {
    let (light, dark) = COLOURS.split_once("@media").unwrap();
    [light, dark].map(|text| {
        let lines = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("--"));
        lines
            .map(|line| line.trim_end_matches(';').split_once(": ").unwrap())
            .collect()
    })
}

/// Relative luminance as the web's accessibility guidelines define it.
fn luminance(colour: &str) -> f64 {
    let channel = |place: usize| {
        let value = f64::from(u8::from_str_radix(&colour[place..place + 2], 16).unwrap()) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn both_schemes_define_the_same_names() {
    let [light, dark] = schemes();
    assert!(light.len() > 20);
    assert_eq!(
        light.keys().collect::<Vec<_>>(),
        dark.keys().collect::<Vec<_>>()
    );
}

#[test]
fn every_colour_used_is_defined() {
    let [light, _] = schemes();
    let defined = |name: &str| light.contains_key(name) || name == "colour";
    for text in [LAYOUT, CHARTS_STYLE] {
        for rest in text.split("var(--").skip(1) {
            let name = rest.split_once(')').unwrap().0;
            assert!(defined(name), "{name}");
        }
    }
    let named = CHARTS
        .split("colour: '")
        .skip(1)
        .map(|rest| rest.split_once('\'').unwrap().0);
    let marks = SHAPES
        .split_once("MARK_COLOURS = {")
        .unwrap()
        .1
        .split_once('}')
        .unwrap()
        .0;
    let marks = marks
        .split(',')
        .map(|pair| pair.split('\'').nth(1).unwrap());
    let used: Vec<&str> = named.chain(marks).collect();
    assert!(used.len() > 12, "{used:?}");
    assert!(used.iter().all(|name| defined(name)), "{used:?}");
}

#[test]
fn text_has_a_contrast_of_four_and_a_half() {
    for scheme in schemes() {
        for text in ["ink", "muted", "bad"] {
            for ground in ["paper", "hover"] {
                let contrast = contrast(scheme[text], scheme[ground]);
                assert!(contrast >= 4.5, "{text} on {ground}: {contrast:.2}");
            }
        }
    }
}

#[test]
fn lines_and_marks_have_a_contrast_of_three() {
    for scheme in schemes() {
        for line in [
            "price",
            "slow",
            "initial",
            "target",
            "live",
            "call",
            "floor",
            "volatility",
            "long",
            "short",
            "skew",
            "liquidatable",
            "bankrupt",
            "focus",
        ] {
            let contrast = contrast(scheme[line], scheme["paper"]);
            assert!(contrast >= 3.0, "{line}: {contrast:.2}");
        }
    }
}
