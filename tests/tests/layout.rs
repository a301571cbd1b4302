//! Where every byte of every account lies. Accounts outlive programs: a field may be carved out of the
//! reserved bytes behind it, but none may move.

use anchor_lang::Discriminator;
use bytemuck::Zeroable;
use core::mem::{offset_of, size_of, size_of_val};
use plimsoll::params::{CollateralParams, LiquidityParams, RiskParams, TradeParams};
use plimsoll::state::{
    Collateral, CollateralSlot, Exchange, Insurance, MarginAccount, Market, MarketRisk, OrderSlot,
    Pool, Provider, ScenarioSet,
};
use plimsoll_client::views::AccountLayout;

/// Each field with its offset. It does not compile where a field is missing, and fails where one moved
/// or where bytes lie between two.
macro_rules! layout {
    ($test:ident: $type:ident, $size:literal bytes { $($field:ident: $offset:literal,)* }) => {
        #[test]
        fn $test() {
            assert_eq!(size_of::<$type>(), $size);
            let $type { $($field: _,)* } = $type::zeroed();
            let value = $type::zeroed();
            let mut end = 0;
            $(
                let name = stringify!($field);
                assert_eq!(offset_of!($type, $field), $offset, "{name} moved");
                assert_eq!(end, $offset, "bytes between {name} and what is before it");
                end += size_of_val(&value.$field);
            )*
            assert_eq!(end, $size, "bytes behind the last field");
        }
    };
}

pub(crate) use layout;

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
    collateral_params: CollateralParams, 16 bytes {
        deposit_cap: 0,
        haircut_ppm: 8,
        onboarding_seconds: 12,
    }
}

layout! {
    order_slot: OrderSlot, 72 bytes {
        id: 0,
        lots: 8,
        limit_price_e8: 16,
        placed_seconds: 24,
        fee_q: 32,
        market_index: 40,
        reduce_only: 42,
        _pad: 43,
        _reserved: 48,
    }
}

layout! {
    collateral_slot: CollateralSlot, 16 bytes {
        amount: 0,
        collateral_index: 8,
        _pad: 10,
    }
}

layout! {
    margin_account: MarginAccount, 1424 bytes {
        version: 0,
        bump: 1,
        sub_id: 2,
        _pad: 4,
        exchange: 8,
        owner: 40,
        delegate: 72,
        balance_q: 104,
        last_order_id: 112,
        sequence: 120,
        _pending: 128,
        collaterals: 144,
        positions: 208,
        orders: 720,
        _reserved: 1296,
    }
}

layout! {
    exchange: Exchange, 424 bytes {
        version: 0,
        bump: 1,
        market_count: 2,
        collateral_count: 4,
        quote_priced: 6,
        scenarios: 7,
        creator: 8,
        governance: 40,
        guardian: 72,
        risk_operator: 104,
        quote_mint: 136,
        _reserved: 168,
    }
}

layout! {
    collateral: Collateral, 392 bytes {
        version: 0,
        bump: 1,
        index: 2,
        priced: 4,
        _pad: 5,
        exchange: 8,
        mint: 40,
        vault: 72,
        vault_q: 104,
        listed_seconds: 112,
        params: 120,
        _reserved: 136,
    }
}

layout! {
    market: Market, 456 bytes {
        version: 0,
        bump: 1,
        index: 2,
        _pad: 4,
        exchange: 8,
        long_lots: 40,
        short_lots: 48,
        long_entry_q: 56,
        short_entry_q: 64,
        cash_q: 72,
        unpaid_q: 80,
        fees_q: 88,
        drawn_q: 96,
        insured_q: 104,
        uncovered_q: 112,
        sequence: 120,
        params: 128,
        nominal_q: 216,
        claims: 224,
        deleveraging: 240,
        _reserved: 296,
    }
}

layout! {
    market_risk: MarketRisk, 984 bytes {
        version: 0,
        bump: 1,
        index: 2,
        confidence_ppm: 4,
        exchange: 8,
        feed_id: 40,
        price_e8: 72,
        slow_price_e8: 80,
        publish_seconds: 88,
        refreshed_seconds: 96,
        lot_divisor: 104,
        sequence: 112,
        anchor_price_e8: 120,
        sampled_seconds: 128,
        fast_e18: 136,
        slow_e18: 144,
        long_e18: 152,
        envelope_e18: 160,
        target_ppm: 168,
        live_ppm: 172,
        initial_ppm: 176,
        call_ppm: 184,
        liquidation_ppm: 192,
        sigma_hour_ppm: 196,
        ramped_seconds: 200,
        ring_ppm: 208,
        ring_head_minutes: 336,
        guard_price_e8: 344,
        guarded_seconds: 352,
        implied_e18: 360,
        implied_expires_seconds: 368,
        forecast_e18: 376,
        forecast_expires_seconds: 384,
        depths_q: 392,
        depth_posted_seconds: 432,
        liquidity_q: 440,
        open_interest_cap_q: 448,
        open_interest_lots: 456,
        credit_ppm: 464,
        haircut_ppm: 468,
        listed_seconds: 472,
        onboarding_seconds: 480,
        underlying: 484,
        _pad: 486,
        params: 488,
        liquidity_params: 672,
        claims: 728,
        _reserved: 744,
    }
}

layout! {
    scenario_set: ScenarioSet, 680 bytes {
        version: 0,
        bump: 1,
        row_count: 2,
        netting_floor_ppm: 4,
        exchange: 8,
        rows: 40,
        _reserved: 552,
    }
}

layout! {
    pool: Pool, 312 bytes {
        version: 0,
        bump: 1,
        _pad: 2,
        exchange: 8,
        cash_q: 40,
        shares: 48,
        _reserved: 56,
    }
}

layout! {
    provider: Provider, 216 bytes {
        version: 0,
        bump: 1,
        _pad: 2,
        pool: 8,
        owner: 40,
        shares: 72,
        deposited_q: 80,
        _reserved: 88,
    }
}

layout! {
    insurance: Insurance, 192 bytes {
        version: 0,
        bump: 1,
        _pad: 2,
        exchange: 8,
        balance_q: 40,
        paid_q: 48,
        _reserved: 56,
    }
}

#[test]
fn discriminators_are_what_they_were() {
    let discriminators: [(&[u8], [u8; 8]); 9] = [
        (
            MarginAccount::DISCRIMINATOR,
            [133, 220, 173, 213, 179, 211, 43, 238],
        ),
        (Exchange::DISCRIMINATOR, [30, 200, 220, 149, 3, 61, 104, 50]),
        (
            Collateral::DISCRIMINATOR,
            [123, 130, 234, 63, 255, 240, 255, 92],
        ),
        (Market::DISCRIMINATOR, [219, 190, 213, 55, 0, 227, 198, 154]),
        (
            MarketRisk::DISCRIMINATOR,
            [239, 210, 123, 246, 232, 219, 139, 238],
        ),
        (Pool::DISCRIMINATOR, [241, 154, 109, 4, 17, 177, 109, 188]),
        (
            Provider::DISCRIMINATOR,
            [164, 180, 71, 17, 75, 216, 80, 195],
        ),
        (
            Insurance::DISCRIMINATOR,
            [236, 126, 120, 155, 178, 253, 145, 150],
        ),
        (
            ScenarioSet::DISCRIMINATOR,
            [141, 56, 254, 251, 7, 186, 217, 130],
        ),
    ];
    for (now, frozen) in discriminators {
        assert_eq!(now, frozen);
    }
}

#[test]
fn accounts_begin_with_their_discriminator() {
    assert_eq!(MarginAccount::SIZE, 8 + size_of::<MarginAccount>());
    let world = plimsoll_tests::btc();
    let raw = world.raw(&world.exchange.exchange).unwrap();
    let data = solana_account::ReadableAccount::data(raw);
    assert_eq!(&data[..8], Exchange::DISCRIMINATOR);
    assert_eq!(data.len(), Exchange::SIZE);
}

#[test]
fn numbers_are_little_endian() {
    let mut account = MarginAccount::zeroed();
    account.balance_q = -2;
    account.last_order_id = 0x0102_0304_0506_0708;
    let bytes = bytemuck::bytes_of(&account);
    let at = offset_of!(MarginAccount, balance_q);
    assert_eq!(
        bytes[at..at + 8],
        [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    );
    assert_eq!(bytes[at + 8..at + 16], [8, 7, 6, 5, 4, 3, 2, 1]);
}
