//! Named integers as the crate's types, for the reference.

use crate::format::{get, Numbers};
use plimsoll_risk::book::{Exposure, Pledge, Prices, QuoteRisk};
use plimsoll_risk::depth::DepthParams;
use plimsoll_risk::guard::GuardParams;
use plimsoll_risk::liquidation::Reduction;
use plimsoll_risk::margin::{MarginParams, Ratios, SideParams, SideRatios};
use plimsoll_risk::portfolio::{Leg, Row};
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

/// The netting of a vector: floor and rows, four of eight columns or sixteen of sixteen.
pub fn stress(input: &Numbers) -> (u32, Vec<Row>) {
    let cell = |row, column| format!("row_{row}_column_{column}_e4");
    let (rows, columns) = match input.contains_key(&cell(15, 15)) {
        true => (16, 16),
        false => (4, 8),
    };
    let mut stated = vec![Row::default(); rows];
    for (place, row) in stated.iter_mut().enumerate() {
        for (column, move_e4) in row.iter_mut().enumerate().take(columns) {
            *move_e4 = get(input, &cell(place, column));
        }
    }
    (get(input, "floor_ppm"), stated)
}

/// A leg of a portfolio.
pub fn leg(input: &Numbers) -> Leg {
    Leg {
        column: get(input, "column"),
        notional_q: get(input, "notional_q"),
        exposure_q: get(input, "exposure_q"),
        gross_q: get(input, "gross_q"),
    }
}

/// The quote currency, its price under that name.
pub fn quote(input: &Numbers, price: &str) -> QuoteRisk {
    QuoteRisk {
        price_e8: get(input, price),
        haircut_initial_ppm: get(input, "haircut_initial_ppm"),
        haircut_call_ppm: get(input, "haircut_call_ppm"),
    }
}

fn prices(input: &Numbers) -> Prices {
    Prices {
        price_e8: get(input, "price_e8"),
        slow_e8: get(input, "slow_price_e8"),
        guard_e8: get(input, "guard_price_e8"),
    }
}

fn ratios(input: &Numbers, side: &str) -> Ratios {
    Ratios {
        initial_ppm: get(input, &format!("{side}initial_ppm")),
        call_ppm: get(input, &format!("{side}call_ppm")),
        liquidation_ppm: get(input, &format!("{side}liquidation_ppm")),
    }
}

/// A position of a book.
pub fn exposure(input: &Numbers) -> Exposure {
    Exposure {
        underlying: get(input, "underlying"),
        position: Position {
            lots: get(input, "size"),
            entry_q: get(input, "entry_q"),
        },
        unpaid_q: get(input, "unpaid_q"),
        prices: prices(input),
        lot_divisor: get(input, "divisor"),
        ratios: SideRatios {
            long: ratios(input, ""),
            short: ratios(input, "short_"),
        },
        liquidity_q: get(input, "liquidity_q"),
        credit_ppm: get(input, "counted_ppm"),
        sigma_ppm: get(input, "sigma_ppm"),
    }
}

/// A collateral of a book.
pub fn pledge(input: &Numbers) -> Pledge {
    Pledge {
        underlying: get(input, "underlying"),
        amount: get(input, "size"),
        divisor: get(input, "divisor"),
        prices: prices(input),
        counted_ppm: get(input, "counted_ppm"),
        ratios: ratios(input, ""),
        liquidity_q: get(input, "liquidity_q"),
        sigma_ppm: get(input, "sigma_ppm"),
    }
}

/// The guard's parameters of a vector.
pub fn guard_params(input: &Numbers) -> GuardParams {
    GuardParams {
        band_sigmas_e2: get(input, "band_sigmas_e2"),
        band_floor_ppm: get(input, "band_floor_ppm"),
        guard_seconds: get(input, "guard_seconds"),
        rest_seconds: get(input, "rest_seconds"),
    }
}

/// The depth's parameters of a vector.
pub fn depth_params(input: &Numbers) -> DepthParams {
    DepthParams {
        base_depth_q: get(input, "base_depth_q"),
        age_seconds_max: get(input, "age_seconds_max"),
        halving_seconds: get(input, "halving_seconds"),
        growth_ppm: get(input, "growth_ppm"),
    }
}

/// The weights and the cap of a vector's sides.
pub fn side_params(input: &Numbers) -> SideParams {
    SideParams {
        long_weight_ppm: get(input, "long_weight_ppm"),
        short_weight_ppm: get(input, "short_weight_ppm"),
        slope_cap_ppm: get(input, "slope_cap_ppm"),
    }
}
