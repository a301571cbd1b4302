//! What holding a position costs.

use super::{bounded, Bounds, TradeParams};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::carry::{BorrowParams, FundingParams};

bounded! {
    /// What holding a position costs. Rates are of the notional.
    CarryParams {
        /// Skew at which the funding rate moves at its full velocity, lots.
        full_skew_lots: u64 = 1, 1_000_000_000_000_000;
        /// By how much the funding rate moves in a day at full skew, ppm a day.
        velocity_ppm: u32 = 0, 10_000_000;
        /// The funding rate at the most, ppm a day.
        funding_cap_ppm: u32 = 0, 100_000;
        /// The share of a side's notional that the pool must be able to pay.
        reserve_ppm: u32 = 10_000, 1_000_000;
        /// The borrow fee where nothing of the pool is used, ppm a day.
        borrow_idle_ppm: u32 = 0, 50_000;
        /// The borrow fee at the kink, ppm a day.
        borrow_kink_ppm: u32 = 0, 50_000;
        /// The borrow fee where all of the pool is used, ppm a day.
        borrow_full_ppm: u32 = 0, 50_000;
        /// Utilisation from which the fee rises more steeply.
        kink_ppm: u32 = 100_000, 950_000;
        /// The longest time between two prices that is charged for.
        silence_seconds_max: u32 = 60, 14_400;
    }
}

impl CarryParams {
    /// Checks bounds, that the fee does not fall with utilisation, and R-C1: the skew at which the rate's
    /// velocity is full is beyond what either side may reach.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::BorrowRatesOutOfOrder`],
    /// [`PlimsollError::FullSkewTooSmall`].
    pub fn check(&self, trade: &TradeParams) -> Result<()> {
        self.check_bounds()?;
        require!(
            self.borrow_idle_ppm <= self.borrow_kink_ppm
                && self.borrow_kink_ppm <= self.borrow_full_ppm,
            PlimsollError::BorrowRatesOutOfOrder
        );
        require!(
            self.full_skew_lots >= trade.open_interest_cap_lots,
            PlimsollError::FullSkewTooSmall
        );
        Ok(())
    }

    /// The funding rate's part.
    pub fn funding(&self) -> FundingParams {
        FundingParams {
            velocity_ppm: self.velocity_ppm,
            cap_ppm: self.funding_cap_ppm,
            silence_seconds_max: self.silence_seconds_max,
        }
    }

    /// The borrow fee's part.
    pub fn borrow(&self) -> BorrowParams {
        BorrowParams {
            idle_ppm: self.borrow_idle_ppm,
            kink_ppm: self.borrow_kink_ppm,
            full_ppm: self.borrow_full_ppm,
            kink_utilisation_ppm: self.kink_ppm,
        }
    }
}
