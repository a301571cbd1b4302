//! How a collateral counts.

use super::{bounded, Bounds};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

bounded! {
    /// How a collateral counts.
    CollateralParams {
        /// The most of the mint that the exchange takes, atoms of the mint.
        deposit_cap: u64 = 0, 1_000_000_000_000_000_000;
        /// Share of the value that does not count, ppm.
        haircut_ppm: u32 = 0, 1_000_000;
        /// Time over which weight and cap grow from zero after listing.
        onboarding_seconds: u32 = 0, 2_592_000;
    }
}

impl CollateralParams {
    /// Checks bounds.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()
    }
}
