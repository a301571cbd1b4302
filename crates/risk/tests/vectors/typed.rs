//! Named integers as the crate's types, for the reference.

use crate::format::{get, Numbers};
use plimsoll_risk::account::Exposure;
use plimsoll_risk::liquidation::Reduction;
use plimsoll_risk::margin::{MarginParams, Ratios};
use plimsoll_risk::position::Position;
use plimsoll_risk::volatility::VolatilityParams;

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
