//! Every output, computed by the slow reference. Where the rules leave the roundings open and only bound them, an
//! output within its bounds is taken as it is, and one beyond them replaced by the bound.

use crate::format::{get, numbers, Number, Numbers, Step, Vector};
use crate::reference::account::fill;
use crate::reference::history::History;
use crate::reference::margin::{ramp_up, ratios, target_up};
use crate::reference::rational::{ppm, ratio, whole, Rational};
use crate::reference::reduction::{least_lots_by_bisection, target_met};
use crate::reference::volatility::sample;
use crate::typed::{margin_params, reduction, volatility_params};
use num_bigint::BigInt;
use plimsoll_risk::position::{Fill, Position};
use plimsoll_risk::volatility::Volatility;

mod books;
mod cuts;
mod markets;
mod measures;
mod portfolios;
mod slopes;

/// The vector with its outputs computed anew.
pub fn recomputed(kind: &str, vector: &Vector) -> Vector {
    let mut outputs = Vec::new();
    let output = match kind {
        "volatility" => volatility(vector, &mut outputs),
        "ratios" => ratio_path(vector, &mut outputs),
        "reductions" => reduction_table(vector, &mut outputs),
        "premium" => premium(vector, &mut outputs),
        "fills" => fills(vector, &mut outputs),
        "forced_fills" => forced_fills(vector, &mut outputs),
        "portfolios" => portfolios::portfolio(vector, &mut outputs),
        "nets" => each(vector, &mut outputs, portfolios::net),
        "books" => books::book(vector, &mut outputs),
        "cuts" => cuts::cut(vector, &mut outputs),
        "quotes" => each(vector, &mut outputs, books::count_quote),
        "credits" => each(vector, &mut outputs, books::credit),
        "guards" => markets::guards(vector, &mut outputs),
        "outlooks" => each(vector, &mut outputs, markets::outlook),
        "depths" => markets::depths(vector, &mut outputs),
        "sides" => each(vector, &mut outputs, |step| {
            markets::sides(&vector.input, step)
        }),
        "floors" => each(vector, &mut outputs, markets::floor_min),
        "scores" => each(vector, &mut outputs, measures::score),
        "sizes" => each(vector, &mut outputs, measures::size),
        "crowding" => each(vector, &mut outputs, measures::crowd),
        "haircuts" => each(vector, &mut outputs, measures::haircut),
        "divisions" => each(vector, &mut outputs, measures::divide),
        _ => panic!("unknown kind {kind}"),
    };
    let inputs = vector.steps.iter().map(|step| step.input.clone());
    let steps = inputs
        .zip(outputs)
        .map(|(input, output)| Step { input, output })
        .collect();
    Vector {
        steps,
        output,
        ..vector.clone()
    }
}

/// Steps that know nothing of each other.
fn each(vector: &Vector, outputs: &mut Vec<Numbers>, output: impl Fn(&Step) -> Numbers) -> Numbers {
    outputs.extend(vector.steps.iter().map(output));
    Numbers::new()
}

/// The number of that name where it is within its bounds, else the nearer of them.
fn bounded(output: &Numbers, name: &str, low: BigInt, high: BigInt) -> Number {
    assert!(low <= high, "{name}: {low} {high}");
    let found = BigInt::from(output[name].0);
    number(&found.clamp(low, high))
}

fn number(x: &BigInt) -> Number {
    Number(i128::try_from(x).expect("fits"))
}

fn u64_of(x: &BigInt) -> u64 {
    u64::try_from(x).expect("64 bits")
}

fn u32_of(x: &BigInt) -> u32 {
    u32::try_from(x).expect("32 bits")
}

fn volatility(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let params = volatility_params(&vector.input);
    let mut variances = [get::<u64>(&vector.input, "variance_e18"); 4].map(BigInt::from);
    let mut anchor: u64 = get(&vector.input, "price_e8");
    let mut sampled_seconds: i64 = get(&vector.input, "now_seconds");
    for step in &vector.steps {
        let state = Volatility {
            anchor_price_e8: anchor,
            sampled_seconds,
            fast_e18: u64_of(&variances[0]),
            slow_e18: u64_of(&variances[1]),
            long_e18: u64_of(&variances[2]),
            envelope_e18: u64_of(&variances[3]),
        };
        let now_seconds = get(&step.input, "now_seconds");
        let (price, confidence) = (
            get(&step.input, "price_e8"),
            get(&step.input, "confidence_e8"),
        );
        if let Some(sampled) = sample(&state, &params, price, confidence, now_seconds) {
            (anchor, variances) = (u64_of(&sampled.anchor_e8), sampled.variances_e18);
            sampled_seconds = now_seconds;
        }
        outputs.push(numbers([
            ("anchor_price_e8", anchor.into()),
            ("fast_e18", number(&variances[0])),
            ("slow_e18", number(&variances[1])),
            ("long_e18", number(&variances[2])),
            ("envelope_e18", number(&variances[3])),
        ]));
    }
    let least = BigInt::from(params.variance_min_e18);
    let largest = variances.into_iter().max().unwrap().max(least);
    numbers([("variance_e18", number(&largest))])
}

fn ratio_path(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let params = margin_params(&vector.input);
    let grace_minutes = get(&vector.input, "grace_minutes");
    let mut history = History::always(get(&vector.input, "live_ppm"));
    let mut last: i64 = get(&vector.input, "now_seconds");
    for step in &vector.steps {
        let now: i64 = get(&step.input, "now_seconds");
        let variance_e18 = get(&step.input, "variance_e18");
        let target = target_up(&params, variance_e18, get(&step.input, "confidence_ppm"));
        let elapsed = (now - last).unsigned_abs();
        let live = ramp_up(&params, history.live_ppm(), u32_of(&target), elapsed);
        last = now;
        history.change(u32_of(&live), now);
        let graced_ppm = history.graced_ppm(grace_minutes, now);
        let [initial, call, liquidation] = ratios(&params, u32_of(&target), graced_ppm);
        outputs.push(numbers([
            ("target_ppm", number(&target)),
            ("live_ppm", number(&live)),
            ("graced_ppm", graced_ppm.into()),
            ("initial_ppm", number(&initial)),
            ("call_ppm", number(&call)),
            ("liquidation_ppm", number(&liquidation)),
        ]));
    }
    Numbers::new()
}

fn reduction_table(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    for step in &vector.steps {
        let leg = reduction(&step.input);
        let lots = if target_met(&leg, leg.lots) || target_met(&leg, 0) {
            least_lots_by_bisection(&leg).unwrap_or(0)
        } else {
            leg.lots
        };
        outputs.push(numbers([("lots_to_close", lots.into())]));
    }
    Numbers::new()
}

/// R-T1 by its own rounding: the notional first, then the mean skew's part of it, each against the
/// trader.
fn premium(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    for Step { input, .. } in &vector.steps {
        let (lots, skew_lots): (i64, i64) = (get(input, "lots"), get(input, "skew_lots"));
        let price = BigInt::from(get::<u64>(input, "price_e8"));
        let notional = ratio(price * lots, get::<u64>(input, "lot_divisor"));
        let mean = whole(skew_lots) + ratio(lots, 2);
        let share: Rational = mean / whole(get::<u64>(input, "skew_scale_lots"));
        // Costs round up, signed: a charge and what is bought away from zero, the rest towards it.
        let charged = notional.clone() * share.clone() >= whole(0);
        let rounded = match (charged, lots > 0) {
            (true, true) | (false, false) => notional.ceil(),
            (true, false) | (false, true) => notional.floor(),
        };
        let premium = (whole(rounded) * share).ceil();
        let cost = notional.ceil() + &premium;
        outputs.push(numbers([
            ("premium_q", number(&premium)),
            ("cost_q", number(&cost)),
        ]));
    }
    Numbers::new()
}

fn fills(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let mut position = Position::default();
    for Step { input, .. } in &vector.steps {
        let traded = Fill {
            lots: get(input, "lots"),
            cost_q: get(input, "cost_q"),
        };
        let (entry, realised) = fill(position, traded);
        position = Position {
            lots: position.lots + traded.lots,
            entry_q: i64::try_from(&entry).expect("63 bits"),
        };
        outputs.push(numbers([
            ("lots", position.lots.into()),
            ("entry_q", number(&entry)),
            ("realised_q", number(&realised)),
        ]));
    }
    Numbers::new()
}

/// R-T3 by its own rounding: the notional first, then the spread of what that came to.
fn forced_fills(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    for Step { input, .. } in &vector.steps {
        let lots = BigInt::from(get::<i64>(input, "lots"));
        let price = BigInt::from(get::<u64>(input, "price_e8"));
        let notional = whole(ratio(lots * price, get::<u64>(input, "lot_divisor")).ceil());
        let spread = notional.abs() * ppm(get::<u32>(input, "spread_ppm"));
        let cost = notional.ceil() + spread.ceil();
        outputs.push(numbers([("cost_q", number(&cost))]));
    }
    Numbers::new()
}
