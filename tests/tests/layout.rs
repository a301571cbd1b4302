//! Where every byte of every account lies. Accounts outlive programs: a field may be carved out of the
//! reserved bytes behind it, but none may move.

use anchor_lang::Discriminator;
use bytemuck::Zeroable;
use core::mem::{offset_of, size_of, size_of_val};
use plimsoll::state::{
    ClaimIndex, Collateral, CollateralSlot, Deleveraging, Exchange, Insurance, MarginAccount,
    Market, MarketRisk, OrderSlot, OwnerLimit, Pool, PositionSlot, Provider, Redemption,
    ScenarioSet, WithdrawalTicket,
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
    position_slot: PositionSlot, 64 bytes {
        market_index: 0,
        claim_generation: 2,
        deleverage_epoch: 4,
        lots: 8,
        entry_q: 16,
        unpaid_q: 24,
        last_cut_seconds: 32,
        uncovered_q: 40,
        carry_index: 48,
        vests_seconds: 56,
    }
}

layout! {
    claim_index: ClaimIndex, 16 bytes {
        index: 0,
        generation: 8,
        _pad: 10,
    }
}

layout! {
    deleveraging: Deleveraging, 56 bytes {
        opened_seconds: 0,
        closes_seconds: 8,
        price_e8: 16,
        lot_divisor: 24,
        deficit_q: 32,
        gains_q: 40,
        epoch: 48,
        outstanding: 52,
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
        kind: 43,
        _pad: 44,
        trigger_price_e8: 48,
        expires_seconds: 56,
        target_seconds: 64,
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
        sliced_seconds: 1392,
        found_seconds: 1400,
        debt_seconds: 1408,
        debt_q: 1416,
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
        withdrawal: 168,
        debt: 192,
        _reserved: 216,
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
        gone_q: 144,
        exempt_q: 152,
        ticketed_q: 160,
        served_q: 168,
        outflow_seconds: 176,
        owed_q: 184,
        _reserved: 192,
    }
}

layout! {
    market: Market, 456 bytes {
        version: 0,
        bump: 1,
        index: 2,
        settled: 4,
        _pad: 5,
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
        long_carry: 216,
        short_carry: 232,
        nominal_q: 248,
        claims: 256,
        deleveraging: 272,
        insurance_q: 328,
        _reserved: 336,
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
        phase: 486,
        price_named: 487,
        params: 488,
        liquidity_params: 672,
        settling_seconds: 728,
        settlement_price_e8: 736,
        funding_e18: 744,
        carry_index: 752,
        skew_ppm: 768,
        carry_shift: 772,
        utilisation_ppm: 776,
        borrow_e18: 784,
        carry_params: 800,
        capacity_q: 840,
        claims: 848,
        start_discount_ppm: 864,
        max_discount_ppm: 868,
        _reserved: 872,
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
    let discriminators: [(&[u8], [u8; 8]); 12] = [
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
            WithdrawalTicket::DISCRIMINATOR,
            [92, 140, 181, 69, 244, 220, 233, 156],
        ),
        (
            OwnerLimit::DISCRIMINATOR,
            [92, 226, 64, 121, 222, 178, 254, 160],
        ),
        (
            Redemption::DISCRIMINATOR,
            [112, 75, 232, 189, 22, 114, 156, 203],
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
