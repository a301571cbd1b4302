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

/// Names of a vector's input, then those of the netting of its books: the least share of the gross, and four rows of
/// eight columns.
#[rustfmt::skip]
macro_rules! netted {
    ($($name:literal),*) => {
        &[
            $($name,)* "floor_ppm",
            "row_0_column_0_e4", "row_0_column_1_e4", "row_0_column_2_e4", "row_0_column_3_e4",
            "row_0_column_4_e4", "row_0_column_5_e4", "row_0_column_6_e4", "row_0_column_7_e4",
            "row_1_column_0_e4", "row_1_column_1_e4", "row_1_column_2_e4", "row_1_column_3_e4",
            "row_1_column_4_e4", "row_1_column_5_e4", "row_1_column_6_e4", "row_1_column_7_e4",
            "row_2_column_0_e4", "row_2_column_1_e4", "row_2_column_2_e4", "row_2_column_3_e4",
            "row_2_column_4_e4", "row_2_column_5_e4", "row_2_column_6_e4", "row_2_column_7_e4",
            "row_3_column_0_e4", "row_3_column_1_e4", "row_3_column_2_e4", "row_3_column_3_e4",
            "row_3_column_4_e4", "row_3_column_5_e4", "row_3_column_6_e4", "row_3_column_7_e4",
        ]
    };
}

/// Every kind. Flags are zero or one; states and verdicts are numbered from zero in the order in which their types list
/// them, bindings likewise, `place` being what they hold. Of a book's step the numbers up to `size` (lots, or atoms of
/// a mint) belong to positions and collaterals alike, what follows is zero for a collateral. The numbers of operations are those of `answer`; none is ever used again for something else.
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
    Kind {
        name: "portfolios", start: Some(14), step: 15, finish: Some(16),
        input: netted!(),
        step_input: &["column", "notional_q", "exposure_q", "gross_q"],
        step_output: &["requirement_q", "gross_q", "binding", "place"],
        output: &[
            "leg_0_volatility_q", "leg_0_size_q", "leg_1_volatility_q", "leg_1_size_q", "leg_2_volatility_q",
            "leg_2_size_q", "leg_3_volatility_q", "leg_3_size_q", "leg_4_volatility_q", "leg_4_size_q",
            "leg_5_volatility_q", "leg_5_size_q", "leg_6_volatility_q", "leg_6_size_q", "leg_7_volatility_q",
            "leg_7_size_q", "leg_8_volatility_q", "leg_8_size_q", "leg_9_volatility_q", "leg_9_size_q",
            "leg_10_volatility_q", "leg_10_size_q", "leg_11_volatility_q", "leg_11_size_q",
        ],
    },
    Kind {
        name: "books", start: Some(17), step: 18, finish: Some(19),
        input: netted!("balance_q", "quote_price_e8", "haircut_initial_ppm", "haircut_call_ppm"),
        step_input: &PART,
        step_output: &ADDED,
        output: &[
            "equity_initial_q", "equity_call_q", "equity_liquidation_q", "requirement_initial_q",
            "requirement_call_q", "requirement_liquidation_q", "notional_q", "state", "free_q", "sigma_q", "ruin_ppm",
            "distance_initial_e4", "distance_call_e4", "distance_liquidation_e4",
            "perp_0_liquidation_price_e8", "perp_0_volatility_q", "perp_0_size_q",
            "perp_1_liquidation_price_e8", "perp_1_volatility_q", "perp_1_size_q",
            "perp_2_liquidation_price_e8", "perp_2_volatility_q", "perp_2_size_q",
            "perp_3_liquidation_price_e8", "perp_3_volatility_q", "perp_3_size_q",
            "perp_4_liquidation_price_e8", "perp_4_volatility_q", "perp_4_size_q",
            "perp_5_liquidation_price_e8", "perp_5_volatility_q", "perp_5_size_q",
            "perp_6_liquidation_price_e8", "perp_6_volatility_q", "perp_6_size_q",
            "perp_7_liquidation_price_e8", "perp_7_volatility_q", "perp_7_size_q",
        ],
    },
    Kind {
        name: "cuts", start: Some(35), step: 36, finish: Some(37),
        input: &[
            "balance_q", "quote_price_e8", "haircut_initial_ppm", "haircut_call_ppm", "cut_place", "target_ppm",
            "limit_ppm", "spread_ppm", "fee_q", "dust_q", "floor_ppm",
            "row_0_column_0_e4", "row_0_column_1_e4", "row_0_column_2_e4", "row_0_column_3_e4",
            "row_0_column_4_e4", "row_0_column_5_e4", "row_0_column_6_e4", "row_0_column_7_e4",
            "row_0_column_8_e4", "row_0_column_9_e4", "row_0_column_10_e4", "row_0_column_11_e4",
            "row_0_column_12_e4", "row_0_column_13_e4", "row_0_column_14_e4", "row_0_column_15_e4",
            "row_1_column_0_e4", "row_1_column_1_e4", "row_1_column_2_e4", "row_1_column_3_e4",
            "row_1_column_4_e4", "row_1_column_5_e4", "row_1_column_6_e4", "row_1_column_7_e4",
            "row_1_column_8_e4", "row_1_column_9_e4", "row_1_column_10_e4", "row_1_column_11_e4",
            "row_1_column_12_e4", "row_1_column_13_e4", "row_1_column_14_e4", "row_1_column_15_e4",
            "row_2_column_0_e4", "row_2_column_1_e4", "row_2_column_2_e4", "row_2_column_3_e4",
            "row_2_column_4_e4", "row_2_column_5_e4", "row_2_column_6_e4", "row_2_column_7_e4",
            "row_2_column_8_e4", "row_2_column_9_e4", "row_2_column_10_e4", "row_2_column_11_e4",
            "row_2_column_12_e4", "row_2_column_13_e4", "row_2_column_14_e4", "row_2_column_15_e4",
            "row_3_column_0_e4", "row_3_column_1_e4", "row_3_column_2_e4", "row_3_column_3_e4",
            "row_3_column_4_e4", "row_3_column_5_e4", "row_3_column_6_e4", "row_3_column_7_e4",
            "row_3_column_8_e4", "row_3_column_9_e4", "row_3_column_10_e4", "row_3_column_11_e4",
            "row_3_column_12_e4", "row_3_column_13_e4", "row_3_column_14_e4", "row_3_column_15_e4",
            "row_4_column_0_e4", "row_4_column_1_e4", "row_4_column_2_e4", "row_4_column_3_e4",
            "row_4_column_4_e4", "row_4_column_5_e4", "row_4_column_6_e4", "row_4_column_7_e4",
            "row_4_column_8_e4", "row_4_column_9_e4", "row_4_column_10_e4", "row_4_column_11_e4",
            "row_4_column_12_e4", "row_4_column_13_e4", "row_4_column_14_e4", "row_4_column_15_e4",
            "row_5_column_0_e4", "row_5_column_1_e4", "row_5_column_2_e4", "row_5_column_3_e4",
            "row_5_column_4_e4", "row_5_column_5_e4", "row_5_column_6_e4", "row_5_column_7_e4",
            "row_5_column_8_e4", "row_5_column_9_e4", "row_5_column_10_e4", "row_5_column_11_e4",
            "row_5_column_12_e4", "row_5_column_13_e4", "row_5_column_14_e4", "row_5_column_15_e4",
            "row_6_column_0_e4", "row_6_column_1_e4", "row_6_column_2_e4", "row_6_column_3_e4",
            "row_6_column_4_e4", "row_6_column_5_e4", "row_6_column_6_e4", "row_6_column_7_e4",
            "row_6_column_8_e4", "row_6_column_9_e4", "row_6_column_10_e4", "row_6_column_11_e4",
            "row_6_column_12_e4", "row_6_column_13_e4", "row_6_column_14_e4", "row_6_column_15_e4",
            "row_7_column_0_e4", "row_7_column_1_e4", "row_7_column_2_e4", "row_7_column_3_e4",
            "row_7_column_4_e4", "row_7_column_5_e4", "row_7_column_6_e4", "row_7_column_7_e4",
            "row_7_column_8_e4", "row_7_column_9_e4", "row_7_column_10_e4", "row_7_column_11_e4",
            "row_7_column_12_e4", "row_7_column_13_e4", "row_7_column_14_e4", "row_7_column_15_e4",
            "row_8_column_0_e4", "row_8_column_1_e4", "row_8_column_2_e4", "row_8_column_3_e4",
            "row_8_column_4_e4", "row_8_column_5_e4", "row_8_column_6_e4", "row_8_column_7_e4",
            "row_8_column_8_e4", "row_8_column_9_e4", "row_8_column_10_e4", "row_8_column_11_e4",
            "row_8_column_12_e4", "row_8_column_13_e4", "row_8_column_14_e4", "row_8_column_15_e4",
            "row_9_column_0_e4", "row_9_column_1_e4", "row_9_column_2_e4", "row_9_column_3_e4",
            "row_9_column_4_e4", "row_9_column_5_e4", "row_9_column_6_e4", "row_9_column_7_e4",
            "row_9_column_8_e4", "row_9_column_9_e4", "row_9_column_10_e4", "row_9_column_11_e4",
            "row_9_column_12_e4", "row_9_column_13_e4", "row_9_column_14_e4", "row_9_column_15_e4",
            "row_10_column_0_e4", "row_10_column_1_e4", "row_10_column_2_e4", "row_10_column_3_e4",
            "row_10_column_4_e4", "row_10_column_5_e4", "row_10_column_6_e4", "row_10_column_7_e4",
            "row_10_column_8_e4", "row_10_column_9_e4", "row_10_column_10_e4", "row_10_column_11_e4",
            "row_10_column_12_e4", "row_10_column_13_e4", "row_10_column_14_e4", "row_10_column_15_e4",
            "row_11_column_0_e4", "row_11_column_1_e4", "row_11_column_2_e4", "row_11_column_3_e4",
            "row_11_column_4_e4", "row_11_column_5_e4", "row_11_column_6_e4", "row_11_column_7_e4",
            "row_11_column_8_e4", "row_11_column_9_e4", "row_11_column_10_e4", "row_11_column_11_e4",
            "row_11_column_12_e4", "row_11_column_13_e4", "row_11_column_14_e4", "row_11_column_15_e4",
            "row_12_column_0_e4", "row_12_column_1_e4", "row_12_column_2_e4", "row_12_column_3_e4",
            "row_12_column_4_e4", "row_12_column_5_e4", "row_12_column_6_e4", "row_12_column_7_e4",
            "row_12_column_8_e4", "row_12_column_9_e4", "row_12_column_10_e4", "row_12_column_11_e4",
            "row_12_column_12_e4", "row_12_column_13_e4", "row_12_column_14_e4", "row_12_column_15_e4",
            "row_13_column_0_e4", "row_13_column_1_e4", "row_13_column_2_e4", "row_13_column_3_e4",
            "row_13_column_4_e4", "row_13_column_5_e4", "row_13_column_6_e4", "row_13_column_7_e4",
            "row_13_column_8_e4", "row_13_column_9_e4", "row_13_column_10_e4", "row_13_column_11_e4",
            "row_13_column_12_e4", "row_13_column_13_e4", "row_13_column_14_e4", "row_13_column_15_e4",
            "row_14_column_0_e4", "row_14_column_1_e4", "row_14_column_2_e4", "row_14_column_3_e4",
            "row_14_column_4_e4", "row_14_column_5_e4", "row_14_column_6_e4", "row_14_column_7_e4",
            "row_14_column_8_e4", "row_14_column_9_e4", "row_14_column_10_e4", "row_14_column_11_e4",
            "row_14_column_12_e4", "row_14_column_13_e4", "row_14_column_14_e4", "row_14_column_15_e4",
            "row_15_column_0_e4", "row_15_column_1_e4", "row_15_column_2_e4", "row_15_column_3_e4",
            "row_15_column_4_e4", "row_15_column_5_e4", "row_15_column_6_e4", "row_15_column_7_e4",
            "row_15_column_8_e4", "row_15_column_9_e4", "row_15_column_10_e4", "row_15_column_11_e4",
            "row_15_column_12_e4", "row_15_column_13_e4", "row_15_column_14_e4", "row_15_column_15_e4",
        ],
        step_input: &PART,
        step_output: &ADDED,
        output: &[
            "lots", "equity_initial_q", "equity_call_q", "equity_liquidation_q", "requirement_initial_q",
            "requirement_call_q", "requirement_liquidation_q", "notional_q",
        ],
    },
    Kind {
        name: "scores", start: None, step: 20, finish: None,
        input: &[],
        step_input: &["equity_q", "sigma_q", "headroom_q", "notional_q", "ratio_ppm", "price_e8", "is_long"],
        step_output: &["ruin_ppm", "distance_e4", "liquidation_price_e8"],
        output: &[],
    },
    Kind {
        name: "guards", start: Some(21), step: 22, finish: None,
        input: &[
            "band_sigmas_e2", "band_floor_ppm", "guard_seconds", "rest_seconds", "price_e8", "publish_seconds",
        ],
        step_input: &["variance_e18", "price_e8", "publish_seconds", "now_seconds", "later_seconds"],
        step_output: &[
            "band_e9", "verdict", "is_active", "is_active_later", "worse_for_longs_e8", "worse_for_shorts_e8",
        ],
        output: &[],
    },
    Kind {
        name: "outlooks", start: None, step: 23, finish: None,
        input: &[],
        step_input: &[
            "measured_e18", "slow_e18", "multiple_e2", "now_seconds", "posted_e18", "posted_expires_seconds",
            "annual_volatility_bps", "implied_expires_seconds",
        ],
        step_output: &["implied_e18", "raised_by_posted_e18", "raised_by_both_e18"],
        output: &[],
    },
    Kind {
        name: "depths", start: Some(24), step: 25, finish: None,
        input: &[
            "base_depth_q", "age_seconds_max", "halving_seconds", "growth_ppm", "theta_ppm", "fee_ppm",
            "now_seconds",
        ],
        step_input: &["depth_0_q", "depth_1_q", "depth_2_q", "depth_3_q", "depth_4_q", "now_seconds"],
        step_output: &[
            "effective_0_q", "effective_1_q", "effective_2_q", "effective_3_q", "effective_4_q", "cap_q",
            "posted_0_q", "posted_1_q", "posted_2_q", "posted_3_q", "posted_4_q",
        ],
        output: &[],
    },
    Kind {
        name: "sizes", start: None, step: 26, finish: None,
        input: &[],
        step_input: &["notional_q", "own_depth_lots", "price_e8", "lot_divisor", "external_depth_q"],
        step_output: &["liquidity_q", "factor_ppm"],
        output: &[],
    },
    Kind {
        name: "crowding", start: None, step: 27, finish: None,
        input: &[],
        step_input: &["initial_ppm", "open_interest_lots", "low_lots", "high_lots"],
        step_output: &["initial_ppm"],
        output: &[],
    },
    Kind {
        name: "sides", start: None, step: 28, finish: None,
        input: &[
            "multiplier_e4", "horizon_seconds", "floor_ppm", "cap_ppm", "stress_ppm", "stress_weight_ppm",
            "confidence_weight_ppm", "initial_multiple_ppm", "initial_min_ppm", "doubling_seconds",
            "halving_seconds", "ramp_seconds_max", "long_weight_ppm", "short_weight_ppm", "slope_cap_ppm",
        ],
        step_input: &["target_ppm", "graced_ppm", "fast_e18", "slow_e18"],
        step_output: &[
            "slope_ppm", "long_initial_ppm", "long_call_ppm", "long_liquidation_ppm", "short_initial_ppm",
            "short_call_ppm", "short_liquidation_ppm",
        ],
        output: &[],
    },
    Kind {
        name: "floors", start: None, step: 29, finish: None,
        input: &[],
        step_input: &["liquidation_fee_ppm", "gap_ppm"],
        step_output: &["floor_min_ppm"],
        output: &[],
    },
    Kind {
        name: "haircuts", start: None, step: 30, finish: None,
        input: &[],
        step_input: &["haircut_ppm", "cap", "listed_seconds", "onboarding_seconds", "now_seconds"],
        step_output: &["counted_ppm", "cap"],
        output: &[],
    },
    Kind {
        name: "quotes", start: None, step: 31, finish: None,
        input: &[],
        step_input: &["price_e8", "haircut_initial_ppm", "haircut_call_ppm", "equity_q", "collateral_q"],
        step_output: &["equity_initial_q", "equity_call_q", "collateral_q"],
        output: &[],
    },
    Kind {
        name: "credits", start: None, step: 32, finish: None,
        input: &[],
        step_input: &["backing_q", "claims_q"],
        step_output: &["credit_ppm"],
        output: &[],
    },
    Kind {
        name: "nets", start: None, step: 33, finish: None,
        input: &[],
        step_input: &["perp_is_long", "perp_q", "spot_q"],
        step_output: &["net_q", "is_long"],
        output: &[],
    },
    Kind {
        name: "divisions", start: None, step: 34, finish: None,
        input: &[],
        step_input: &["a", "b", "d"],
        step_output: &["down", "up", "root_of_a_up"],
        output: &[],
    },
];

/// What a position or a collateral is given with.
#[rustfmt::skip]
const PART: [&str; 18] = [
    "is_pledge", "underlying", "price_e8", "slow_price_e8", "guard_price_e8", "divisor", "initial_ppm",
    "call_ppm", "liquidation_ppm", "liquidity_q", "counted_ppm", "sigma_ppm", "size", "entry_q", "unpaid_q",
    "short_initial_ppm", "short_call_ppm", "short_liquidation_ppm",
];

/// What a book says of a part that was added, and its margin with it.
#[rustfmt::skip]
const ADDED: [&str; 9] = [
    "value_q", "profit_q", "equity_initial_q", "equity_call_q", "equity_liquidation_q",
    "requirement_initial_q", "requirement_call_q", "requirement_liquidation_q", "notional_q",
];
