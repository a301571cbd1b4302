//! What a market can take.

use super::{bounded, Bounds};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::depth::DepthParams;

bounded! {
    /// What a market can take. Depths in quote atoms.
    LiquidityParams {
        /// What can be closed against the pool at a quarter of the floor, lots.
        own_depth_lots: u64 = 0, 1_000_000_000_000_000_000;
        /// External depth that governance vouches for at a move of 2 %.
        base_depth_q: u64 = 1_000_000, 18_014_398_509_481_984;
        /// Larger side's open interest from which the initial ratio rises, lots.
        crowded_low_lots: u64 = 0, 1_000_000_000_000_000;
        /// Open interest at which it is one, lots.
        crowded_high_lots: u64 = 1, 2_000_000_000_000_000;
        /// Age from which a posted depth fades.
        depth_age_seconds_max: u32 = 60, 86_400;
        /// Time in which a posted depth halves then.
        depth_halving_seconds: u32 = 600, 86_400;
        /// The most that depth grows in a day.
        depth_growth_ppm: u32 = 0, 1_000_000;
        /// Open interest over what moving the price costs, at the most.
        manipulation_share_ppm: u32 = 10_000, 1_000_000;
        /// Fee that moving the price elsewhere costs.
        manipulation_fee_ppm: u32 = 0, 10_000;
        /// The share of the nearest depth that can be unwound within the horizon.
        participation_ppm: u32 = 10_000, 1_000_000;
    }
}

impl LiquidityParams {
    /// Checks bounds and that there is room between the marks of crowding.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::ParametersInconsistent`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()?;
        require!(
            self.crowded_low_lots < self.crowded_high_lots,
            PlimsollError::ParametersInconsistent
        );
        Ok(())
    }

    /// The posted depth's part.
    pub fn depth(&self) -> DepthParams {
        DepthParams {
            base_depth_q: self.base_depth_q,
            age_seconds_max: self.depth_age_seconds_max,
            halving_seconds: self.depth_halving_seconds,
            growth_ppm: self.depth_growth_ppm,
        }
    }
}
