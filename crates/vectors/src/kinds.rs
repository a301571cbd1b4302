//! What the golden vectors of each kind call, and what its numbers are called.
//!
//! A vector is played as a chain of calls. `start` takes the vector's input and answers a state. `step` takes the
//! vector's input, the state and a step's input, and answers the step's output and the next state. `finish` takes the
//! vector's input and the last state, and answers the vector's output. Whoever plays a vector hands the state on and
//! needs not know what is in it; where there is no `start` there is no state.

/// One kind of golden vector.
pub struct Kind {
    /// As in the file.
    pub name: &'static str,
    /// The operation that makes the first state.
    pub start: Option<u8>,
    /// The operation of each step.
    pub step: u8,
    /// The operation that makes the vector's output.
    pub finish: Option<u8>,
    /// Names of the vector's input, in the order of the arguments.
    pub input: &'static [&'static str],
    /// Names of a step's input, in the order of the arguments.
    pub step_input: &'static [&'static str],
    /// Names of a step's output, in the order of the results.
    pub step_output: &'static [&'static str],
    /// Names of the vector's output, in the order of the results.
    pub output: &'static [&'static str],
}

/// Every kind. The numbers of operations are those of `answer`; none is ever used again for something else.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    Kind {
        name: "volatility", start: Some(1), step: 2, finish: Some(3),
        input: &[
            "half_life_fast_seconds", "half_life_slow_seconds", "half_life_long_seconds", "half_life_envelope_seconds",
            "winsor_sigmas_e2", "variance_min_e18", "sample_seconds_min", "decay_seconds_max", "price_e8",
            "now_seconds", "variance_e18",
        ],
        step_input: &["price_e8", "confidence_e8", "now_seconds"],
        step_output: &["anchor_price_e8", "fast_e18", "slow_e18", "long_e18", "envelope_e18"],
        output: &["variance_e18"],
    },
    Kind {
        name: "ratios", start: Some(4), step: 5, finish: None,
        input: &[
            "multiplier_e4", "horizon_seconds", "floor_ppm", "cap_ppm", "stress_ppm", "stress_weight_ppm",
            "confidence_weight_ppm", "initial_multiple_ppm", "initial_min_ppm", "doubling_seconds", "halving_seconds",
            "ramp_seconds_max", "grace_minutes", "live_ppm", "now_seconds",
        ],
        step_input: &["now_seconds", "variance_e18", "confidence_ppm"],
        step_output: &["target_ppm", "live_ppm", "graced_ppm", "initial_ppm", "call_ppm", "liquidation_ppm"],
        output: &[],
    },
    Kind {
        name: "accounts", start: Some(6), step: 7, finish: Some(8),
        input: &["balance_q"],
        step_input: &[
            "lots", "entry_q", "unpaid_q", "price_e8", "slow_price_e8", "lot_divisor", "initial_ppm", "call_ppm",
            "liquidation_ppm",
        ],
        step_output: &MARGIN,
        output: &[
            MARGIN[0], MARGIN[1], MARGIN[2], MARGIN[3], MARGIN[4], MARGIN[5], MARGIN[6], "state", "free_q",
        ],
    },
    Kind {
        name: "reductions", start: None, step: 9, finish: None,
        input: &[],
        step_input: &[
            "equity_q", "requirement_q", "target_ppm", "lots", "price_e8", "lot_divisor", "ratio_ppm", "cost_ppm",
            "fixed_cost_q", "dust_q",
        ],
        step_output: &["lots_to_close"],
        output: &[],
    },
    Kind {
        name: "premium", start: None, step: 10, finish: None,
        input: &[],
        step_input: &["lots", "skew_lots", "price_e8", "lot_divisor", "skew_scale_lots"],
        step_output: &["premium_q", "cost_q"],
        output: &[],
    },
    Kind {
        name: "fills", start: Some(11), step: 12, finish: None,
        input: &[],
        step_input: &["lots", "cost_q"],
        step_output: &["lots", "entry_q", "realised_q"],
        output: &[],
    },
    Kind {
        name: "forced_fills", start: None, step: 13, finish: None,
        input: &[],
        step_input: &["lots", "price_e8", "lot_divisor", "spread_ppm"],
        step_output: &["cost_q"],
        output: &[],
    },
];

const MARGIN: [&str; 7] = [
    "equity_initial_q",
    "equity_call_q",
    "equity_liquidation_q",
    "requirement_initial_q",
    "requirement_call_q",
    "requirement_liquidation_q",
    "notional_q",
];
