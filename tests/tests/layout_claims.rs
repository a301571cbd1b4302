//! Where every byte lies of what positions, markets and risk accounts keep of claims and deleveraging.

use crate::layout::layout;
use bytemuck::Zeroable;
use core::mem::{offset_of, size_of, size_of_val};
use plimsoll::state::{ClaimIndex, Deleveraging, PositionSlot};

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
    position_slot: PositionSlot, 64 bytes {
        market_index: 0,
        claim_generation: 2,
        deleverage_epoch: 4,
        lots: 8,
        entry_q: 16,
        unpaid_q: 24,
        last_cut_seconds: 32,
        uncovered_q: 40,
        vests_seconds: 48,
        _reserved: 56,
    }
}
