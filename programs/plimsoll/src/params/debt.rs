//! How debts against collateral are bounded, paid for and repaid.

use super::{bounded, Bounds};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

bounded! {
    /// How debts against collateral are bounded, paid for and repaid.
    DebtParams {
        /// What an account may owe against collateral; beyond it the collateral is sold, quote atoms.
        cap_q: u64 = 0, 1_000_000_000_000;
        /// Interest per year on what is owed, ppm.
        rate_ppm: u64 = 0, 1_000_000;
        /// Time in which the discount of a sale grows to its most.
        auction_seconds: u32 = 60, 86_400;
        /// How long it stays there before a sale starts anew.
        auction_hold_seconds: u32 = 60, 604_800;
    }
}

impl DebtParams {
    /// Checks bounds.
    ///
    /// # Errors
    /// [`crate::error::PlimsollError::ParameterOutOfBounds`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()
    }
}
