//! How a collateral counts.

use super::{bounded, Bounds};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::auction::is_covered;

bounded! {
    /// How a collateral counts.
    CollateralParams {
        /// The most of the mint that the exchange takes, atoms of the mint.
        deposit_cap: u64 = 0, 1_000_000_000_000_000_000;
        /// Share of the value that does not count, ppm.
        haircut_ppm: u32 = 0, 1_000_000;
        /// Time over which weight and cap grow from zero after listing.
        onboarding_seconds: u32 = 0, 2_592_000;
        /// Discount at which a sale for its owner's debt starts.
        start_discount_ppm: u32 = 0, 100_000;
        /// The most that it grows to, at most the haircut.
        max_discount_ppm: u32 = 0, 500_000;
    }
}

impl CollateralParams {
    /// Checks bounds, and R-L10: no sale brings less than the collateral counts for.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::DiscountTooHigh`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()?;
        require!(
            is_covered(
                self.start_discount_ppm,
                self.max_discount_ppm,
                self.haircut_ppm
            ),
            PlimsollError::DiscountTooHigh
        );
        Ok(())
    }
}
