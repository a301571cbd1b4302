//! How providers enter and leave, and how much the pool backs.

use super::{bounded, Bounds};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

bounded! {
    /// How providers enter and leave, and how much the pool backs.
    PoolParams {
        /// The least that is deposited, redeemed or left behind, quote atoms.
        provision_q_min: u64 = 1_000_000, 1_000_000_000_000;
        /// What a keeper earns for redeeming the last of a ticket, quote atoms.
        keeper_fee_q: u64 = 1_000, 10_000_000;
        /// Time between a request and its redemption.
        cooldown_seconds: u32 = 3_600, 604_800;
        /// How far a side may outgrow what backs it once the other side has vanished: at least its whole worth.
        capacity_gap_ppm: u32 = 1_000_000, 10_000_000;
        /// A price is taken for uncertain by so many sigmas of its age, hundredths.
        band_sigmas_e2: u32 = 100, 2_000;
        /// And by no less than this.
        band_ppm_min: u32 = 0, 20_000;
    }
}

impl PoolParams {
    /// Checks bounds, and that the least ticket pays its keeper.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::ParametersInconsistent`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()?;
        require!(
            self.keeper_fee_q <= self.provision_q_min,
            PlimsollError::ParametersInconsistent
        );
        Ok(())
    }
}
