//! The same for what providers and withdrawals leave behind.

use crate::layout::layout;
use bytemuck::Zeroable;
use core::mem::{offset_of, size_of, size_of_val};
use plimsoll::params::{PoolParams, WithdrawalParams};
use plimsoll::state::{OwnerLimit, Pool, Provider, Redemption, WithdrawalTicket};

layout! {
    pool_params: PoolParams, 32 bytes {
        provision_q_min: 0,
        keeper_fee_q: 8,
        cooldown_seconds: 16,
        capacity_gap_ppm: 20,
        band_sigmas_e2: 24,
        band_ppm_min: 28,
    }
}

layout! {
    withdrawal_params: WithdrawalParams, 24 bytes {
        limit_q_min: 0,
        share_ppm: 8,
        exempt_share_ppm: 12,
        exempt_q: 16,
        window_seconds: 20,
    }
}

layout! {
    withdrawal_ticket: WithdrawalTicket, 160 bytes {
        version: 0,
        bump: 1,
        _pad: 2,
        exchange: 8,
        owner: 40,
        amount_q: 72,
        end_q: 80,
        requested_seconds: 88,
        _reserved: 96,
    }
}

layout! {
    owner_limit: OwnerLimit, 120 bytes {
        version: 0,
        bump: 1,
        _pad: 2,
        exchange: 8,
        owner: 40,
        used_q: 72,
        since_seconds: 80,
        _reserved: 88,
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
        leaving_shares: 56,
        redemption_head: 64,
        redemption_next: 72,
        params: 80,
        _reserved: 112,
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
        redeemed_q: 88,
        request_count: 96,
        _reserved: 104,
    }
}

layout! {
    redemption: Redemption, 168 bytes {
        version: 0,
        bump: 1,
        _pad: 2,
        pool: 8,
        owner: 40,
        number: 72,
        shares: 80,
        requested_seconds: 88,
        paid_q: 96,
        _reserved: 104,
    }
}
