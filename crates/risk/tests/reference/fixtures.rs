//! Plausible parameters and states, for tests that vary one thing.

use plimsoll_risk::book::{Exposure, Prices};
use plimsoll_risk::liquidation::Reduction;
use plimsoll_risk::margin::{MarginParams, Ratios, SideRatios};
use plimsoll_risk::position::Position;
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::volatility::VolatilityParams;

/// 100 % a year, 1e-18 per second.
pub const VARIANCE_E18: u64 = 31_709_791_984;

/// An estimator with half-lives of 30 min, 1 day, 30 days and a 6-hour envelope.
pub fn volatility_params() -> VolatilityParams {
    VolatilityParams {
        half_life_fast_seconds: 1_800,
        half_life_slow_seconds: 86_400,
        half_life_long_seconds: 2_592_000,
        half_life_envelope_seconds: 21_600,
        winsor_sigmas_e2: 800,
        variance_min_e18: 1_000_000_000,
        sample_seconds_min: 10,
        decay_seconds_max: 900,
    }
}

/// Five sigmas of ten minutes between 2 % and 30 %.
pub fn margin_params() -> MarginParams {
    MarginParams {
        multiplier_e4: 50_000,
        horizon_seconds: 600,
        floor_ppm: 20_000,
        cap_ppm: 300_000,
        stress_ppm: 60_000,
        stress_weight_ppm: 250_000,
        confidence_weight_ppm: 1_000_000,
        initial_multiple_ppm: 2_000_000,
        initial_min_ppm: 40_000,
        doubling_seconds: 3_600,
        halving_seconds: 43_200,
        ramp_seconds_max: 3_600,
    }
}

/// A position at the market's price, slow price included, of any size, whose profit could be paid.
pub fn held(position: Position, price_e8: u64, lot_divisor: u64, ratios: Ratios) -> Exposure {
    Exposure {
        underlying: 0,
        position,
        unpaid_q: 0,
        prices: Prices {
            price_e8,
            slow_e8: price_e8,
            guard_e8: price_e8,
        },
        lot_divisor,
        ratios: SideRatios::both(ratios),
        liquidity_q: u64::MAX,
        credit_ppm: ONE_PPM,
        sigma_ppm: 10_000,
    }
}

/// Ten units long at 100, bought at 100, in lots of 1e-3 units: a notional of 1,000.
pub fn exposure() -> Exposure {
    let position = Position {
        lots: 10_000,
        entry_q: 1_000_000_000,
    };
    let ratios = Ratios {
        initial_ppm: 100_000,
        call_ppm: 50_000,
        liquidation_ppm: 20_000,
    };
    held(position, 10_000_000_000, 100_000, ratios)
}

/// The same position as a leg: 40 of equity against a call line of 50.
pub fn reduction() -> Reduction {
    Reduction {
        equity_q: 40_000_000,
        requirement_q: 50_000_000,
        target_ppm: 1_100_000,
        lots: 10_000,
        price_e8: 10_000_000_000,
        lot_divisor: 100_000,
        ratio_ppm: 50_000,
        cost_ppm: 0,
        fixed_cost_q: 0,
        dust_q: 0,
    }
}
