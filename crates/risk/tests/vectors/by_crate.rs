//! Every output, computed by the crate.

use crate::format::{get, numbers, Numbers, Step, Vector};
use plimsoll_risk::account::{contribution, Exposure, Margin};
use plimsoll_risk::grace::GraceRing;
use plimsoll_risk::liquidation::{lots_to_target_up, Reduction};
use plimsoll_risk::margin::{ramp_ppm_up, ratios, target_ppm_up, MarginParams, Ratios};
use plimsoll_risk::position::{Fill, Position};
use plimsoll_risk::pricing::{order_fill, premium_up, reduction_fill};
use plimsoll_risk::volatility::{Volatility, VolatilityParams};
use plimsoll_risk::RiskError;

/// The vector with its outputs computed anew.
pub fn recomputed(kind: &str, vector: &Vector) -> Vector {
    let mut outputs = Vec::new();
    let output = match kind {
        "volatility" => volatility(vector, &mut outputs),
        "ratios" => ratio_path(vector, &mut outputs),
        "accounts" => account(vector, &mut outputs),
        "reductions" => reduction_table(vector, &mut outputs),
        "premium" => premium(vector, &mut outputs),
        "fills" => fills(vector, &mut outputs),
        "forced_fills" => forced_fills(vector, &mut outputs),
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

/// The estimator's parameters of a vector.
pub fn volatility_params(input: &Numbers) -> VolatilityParams {
    VolatilityParams {
        half_life_fast_seconds: get(input, "half_life_fast_seconds"),
        half_life_slow_seconds: get(input, "half_life_slow_seconds"),
        half_life_long_seconds: get(input, "half_life_long_seconds"),
        half_life_envelope_seconds: get(input, "half_life_envelope_seconds"),
        winsor_sigmas_e2: get(input, "winsor_sigmas_e2"),
        variance_min_e18: get(input, "variance_min_e18"),
        sample_seconds_min: get(input, "sample_seconds_min"),
        decay_seconds_max: get(input, "decay_seconds_max"),
    }
}

/// The ratios' parameters of a vector.
pub fn margin_params(input: &Numbers) -> MarginParams {
    MarginParams {
        multiplier_e4: get(input, "multiplier_e4"),
        horizon_seconds: get(input, "horizon_seconds"),
        floor_ppm: get(input, "floor_ppm"),
        cap_ppm: get(input, "cap_ppm"),
        stress_ppm: get(input, "stress_ppm"),
        stress_weight_ppm: get(input, "stress_weight_ppm"),
        confidence_weight_ppm: get(input, "confidence_weight_ppm"),
        initial_multiple_ppm: get(input, "initial_multiple_ppm"),
        initial_min_ppm: get(input, "initial_min_ppm"),
        doubling_seconds: get(input, "doubling_seconds"),
        halving_seconds: get(input, "halving_seconds"),
        ramp_seconds_max: get(input, "ramp_seconds_max"),
    }
}

/// A leg of an account.
pub fn exposure(input: &Numbers) -> Exposure {
    Exposure {
        position: Position {
            lots: get(input, "lots"),
            entry_q: get(input, "entry_q"),
        },
        unpaid_q: get(input, "unpaid_q"),
        price_e8: get(input, "price_e8"),
        slow_price_e8: get(input, "slow_price_e8"),
        lot_divisor: get(input, "lot_divisor"),
        ratios: Ratios {
            initial_ppm: get(input, "initial_ppm"),
            call_ppm: get(input, "call_ppm"),
            liquidation_ppm: get(input, "liquidation_ppm"),
        },
    }
}

/// A leg to be reduced.
pub fn reduction(input: &Numbers) -> Reduction {
    Reduction {
        equity_q: get(input, "equity_q"),
        requirement_q: get(input, "requirement_q"),
        target_ppm: get(input, "target_ppm"),
        lots: get(input, "lots"),
        price_e8: get(input, "price_e8"),
        lot_divisor: get(input, "lot_divisor"),
        ratio_ppm: get(input, "ratio_ppm"),
        cost_ppm: get(input, "cost_ppm"),
        fixed_cost_q: get(input, "fixed_cost_q"),
        dust_q: get(input, "dust_q"),
    }
}

fn volatility(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let params = volatility_params(&vector.input);
    let mut state = Volatility::seeded(
        get(&vector.input, "price_e8"),
        get(&vector.input, "now_seconds"),
        get(&vector.input, "variance_e18"),
    );
    for step in &vector.steps {
        let price_e8 = get(&step.input, "price_e8");
        let confidence_e8 = get(&step.input, "confidence_e8");
        let now_seconds = get(&step.input, "now_seconds");
        state = state
            .sample(&params, price_e8, confidence_e8, now_seconds)
            .unwrap();
        outputs.push(numbers([
            ("anchor_price_e8", state.anchor_price_e8.into()),
            ("fast_e18", state.fast_e18.into()),
            ("slow_e18", state.slow_e18.into()),
            ("long_e18", state.long_e18.into()),
            ("envelope_e18", state.envelope_e18.into()),
        ]));
    }
    numbers([("variance_e18", state.variance_e18(&params).into())])
}

fn ratio_path(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let params = margin_params(&vector.input);
    let grace_minutes = get(&vector.input, "grace_minutes");
    let mut live_ppm = get(&vector.input, "live_ppm");
    let mut last: i64 = get(&vector.input, "now_seconds");
    let mut ring = GraceRing::filled(live_ppm, last);
    for step in &vector.steps {
        let now: i64 = get(&step.input, "now_seconds");
        let variance_e18 = get(&step.input, "variance_e18");
        let confidence_ppm = get(&step.input, "confidence_ppm");
        let target_ppm = target_ppm_up(&params, variance_e18, confidence_ppm).unwrap();
        let before_ppm = live_ppm;
        live_ppm = ramp_ppm_up(&params, before_ppm, target_ppm, now.abs_diff(last)).unwrap();
        ring.record(before_ppm, live_ppm, now).unwrap();
        last = now;
        let graced_ppm = ring.graced_ppm(live_ppm, grace_minutes, now).unwrap();
        let held = ratios(&params, target_ppm, graced_ppm).unwrap();
        outputs.push(numbers([
            ("target_ppm", target_ppm.into()),
            ("live_ppm", live_ppm.into()),
            ("graced_ppm", graced_ppm.into()),
            ("initial_ppm", held.initial_ppm.into()),
            ("call_ppm", held.call_ppm.into()),
            ("liquidation_ppm", held.liquidation_ppm.into()),
        ]));
    }
    Numbers::new()
}

fn account(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let mut margin = Margin::of_balance(get(&vector.input, "balance_q"));
    for step in &vector.steps {
        let leg = exposure(&step.input);
        outputs.push(lines(&contribution(&leg).unwrap()));
        margin = margin.plus(&leg).unwrap();
    }
    let mut output = lines(&margin);
    output.extend(numbers([
        ("state", (margin.state() as u8).into()),
        ("free_q", margin.free_q().into()),
    ]));
    output
}

fn lines(margin: &Margin) -> Numbers {
    numbers([
        ("equity_initial_q", margin.equity_initial_q.into()),
        ("equity_call_q", margin.equity_call_q.into()),
        ("equity_liquidation_q", margin.equity_liquidation_q.into()),
        ("requirement_initial_q", margin.requirement_initial_q.into()),
        ("requirement_call_q", margin.requirement_call_q.into()),
        (
            "requirement_liquidation_q",
            margin.requirement_liquidation_q.into(),
        ),
        ("notional_q", margin.notional_q.into()),
    ])
}

/// Zero lots where nothing has to be closed.
fn reduction_table(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    for step in &vector.steps {
        let lots = match lots_to_target_up(&reduction(&step.input)) {
            Err(RiskError::AboveTheLine) => 0,
            lots => lots.unwrap(),
        };
        outputs.push(numbers([("lots_to_close", lots.into())]));
    }
    Numbers::new()
}

fn premium(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    for Step { input, .. } in &vector.steps {
        let (lots, skew_lots) = (get(input, "lots"), get(input, "skew_lots"));
        let (price_e8, lot_divisor) = (get(input, "price_e8"), get(input, "lot_divisor"));
        let scale_lots = get(input, "skew_scale_lots");
        let premium_q = premium_up(lots, skew_lots, price_e8, lot_divisor, scale_lots).unwrap();
        let fill = order_fill(lots, skew_lots, price_e8, lot_divisor, scale_lots).unwrap();
        outputs.push(numbers([
            ("premium_q", premium_q.into()),
            ("cost_q", fill.cost_q.into()),
        ]));
    }
    Numbers::new()
}

fn fills(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let mut position = Position::default();
    for Step { input, .. } in &vector.steps {
        let fill = Fill {
            lots: get(input, "lots"),
            cost_q: get(input, "cost_q"),
        };
        let filled = position.fill(fill).unwrap();
        position = filled.position;
        outputs.push(numbers([
            ("lots", position.lots.into()),
            ("entry_q", position.entry_q.into()),
            ("realised_q", filled.realised_q.into()),
        ]));
    }
    Numbers::new()
}

fn forced_fills(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    for Step { input, .. } in &vector.steps {
        let (lots, price_e8) = (get(input, "lots"), get(input, "price_e8"));
        let (lot_divisor, spread_ppm) = (get(input, "lot_divisor"), get(input, "spread_ppm"));
        let fill = reduction_fill(lots, price_e8, lot_divisor, spread_ppm).unwrap();
        outputs.push(numbers([("cost_q", fill.cost_q.into())]));
    }
    Numbers::new()
}
