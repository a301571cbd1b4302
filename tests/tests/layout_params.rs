//! Where every byte of the parameters lies; see `layout`.

use crate::layout::layout;
use bytemuck::Zeroable;
use core::mem::{offset_of, size_of, size_of_val};
use plimsoll::params::{
    CarryParams, CollateralParams, DebtParams, LiquidityParams, RiskParams, TradeParams,
};

layout! {
    risk_params: RiskParams, 184 bytes {
        variance_seed_e18: 0,
        variance_min_e18: 8,
        dust_q: 16,
        half_life_fast_seconds: 24,
        half_life_slow_seconds: 28,
        half_life_long_seconds: 32,
        half_life_envelope_seconds: 36,
        winsor_sigmas_e2: 40,
        sample_seconds_min: 44,
        decay_seconds_max: 48,
        multiplier_e4: 52,
        horizon_seconds: 56,
        floor_ppm: 60,
        cap_ppm: 64,
        stress_ppm: 68,
        stress_weight_ppm: 72,
        confidence_weight_ppm: 76,
        initial_multiple_ppm: 80,
        initial_min_ppm: 84,
        doubling_seconds: 88,
        halving_seconds: 92,
        ramp_seconds_max: 96,
        grace_minutes: 100,
        cut_target_ppm: 104,
        cut_limit_ppm: 108,
        cut_interval_seconds: 112,
        liquidation_target_ppm: 116,
        liquidation_fee_ppm: 120,
        liquidation_keeper_share_ppm: 124,
        confidence_ppm_max: 128,
        price_age_seconds_max: 132,
        risk_age_seconds_max: 136,
        reduction_age_seconds_max: 140,
        long_weight_ppm: 144,
        short_weight_ppm: 148,
        slope_cap_ppm: 152,
        gap_ppm: 156,
        guard_sigmas_e2: 160,
        guard_floor_ppm: 164,
        guard_seconds: 168,
        guard_rest_seconds: 172,
        outlook_multiple_e2: 176,
        outlook_seconds_max: 180,
    }
}

layout! {
    liquidity_params: LiquidityParams, 56 bytes {
        own_depth_lots: 0,
        base_depth_q: 8,
        crowded_low_lots: 16,
        crowded_high_lots: 24,
        depth_age_seconds_max: 32,
        depth_halving_seconds: 36,
        depth_growth_ppm: 40,
        manipulation_share_ppm: 44,
        manipulation_fee_ppm: 48,
        participation_ppm: 52,
    }
}

layout! {
    trade_params: TradeParams, 88 bytes {
        open_interest_cap_lots: 0,
        skew_scale_lots: 8,
        order_lots_min: 16,
        order_lots_max: 24,
        keeper_fee_q: 32,
        cash_target_q: 40,
        loss_cap_q: 48,
        insurance_cap_q: 56,
        taker_fee_ppm: 64,
        order_delay_seconds: 68,
        order_window_seconds: 72,
        order_timeout_seconds: 76,
        vesting_seconds: 80,
        registration_seconds: 84,
    }
}

layout! {
    carry_params: CarryParams, 40 bytes {
        full_skew_lots: 0,
        velocity_ppm: 8,
        funding_cap_ppm: 12,
        reserve_ppm: 16,
        borrow_idle_ppm: 20,
        borrow_kink_ppm: 24,
        borrow_full_ppm: 28,
        kink_ppm: 32,
        silence_seconds_max: 36,
    }
}

layout! {
    collateral_params: CollateralParams, 24 bytes {
        deposit_cap: 0,
        haircut_ppm: 8,
        onboarding_seconds: 12,
        start_discount_ppm: 16,
        max_discount_ppm: 20,
    }
}

layout! {
    debt_params: DebtParams, 24 bytes {
        cap_q: 0,
        rate_ppm: 8,
        auction_seconds: 16,
        auction_hold_seconds: 20,
    }
}
