//! How fast the quote vault may be emptied.

use super::{bounded, Bounds};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::outflow::OutflowLimits;

bounded! {
    /// How fast the quote vault may be emptied (R-E1). Set with the exchange; no key can lift it.
    WithdrawalParams {
        /// What may leave within a window however little the vault holds, quote atoms.
        limit_q_min: u64 = 1_000_000_000, 1_000_000_000_000_000;
        /// The share of the vault that may leave within a window, where that is more.
        share_ppm: u32 = 10_000, 500_000;
        /// The share of that which may leave besides, in exempt amounts.
        exempt_share_ppm: u32 = 10_000, 500_000;
        /// What an owner may take out exempt within a window, quote atoms.
        exempt_q: u32 = 1_000_000, 4_000_000_000;
        /// The time in which a full bucket leaks away.
        window_seconds: u32 = 3_600, 604_800;
    }
}

impl WithdrawalParams {
    /// Checks bounds.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()
    }

    /// R-E1: how much may leave a vault that holds so much and has lost so much.
    ///
    /// # Errors
    /// An overflow.
    pub fn limits(&self, held_q: u64, gone_q: u64) -> plimsoll_risk::Result<OutflowLimits> {
        OutflowLimits::new(
            (held_q, gone_q),
            (self.share_ppm, self.limit_q_min),
            self.exempt_share_ppm,
            self.window_seconds,
        )
    }
}
