//! How a market trades.

use super::{bounded, Bounds, RiskParams};
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::pricing::marginal_premium_ppm_up;

bounded! {
    /// How a market trades.
    TradeParams {
        /// Cap on each side's open interest, lots.
        open_interest_cap_lots: u64 = 0, 1_000_000_000_000_000;
        /// Skew at which the marginal premium is the whole price, lots.
        skew_scale_lots: u64 = 1, 1_000_000_000_000_000;
        /// Smallest order, lots.
        order_lots_min: u64 = 1, 1_000_000_000_000_000;
        /// Largest order, lots.
        order_lots_max: u64 = 1, 1_000_000_000_000_000;
        /// What a keeper earns for ending an order or making a cut, quote atoms.
        keeper_fee_q: u64 = 1_000, 10_000_000;
        /// Cash a sweep leaves in the market, quote atoms.
        cash_target_q: u64 = 0, 1_000_000_000_000_000;
        /// The most the market may draw from the pool, net, quote atoms.
        loss_cap_q: u64 = 0, 1_000_000_000_000_000;
        /// The most the insurance fund pays for this market, quote atoms.
        insurance_cap_q: u64 = 0, 1_000_000_000_000_000;
        /// Taker fee per notional.
        taker_fee_ppm: u32 = 0, 10_000;
        /// Delay between placing an order and its target time.
        order_delay_seconds: u32 = 1, 60;
        /// How long after its target time an order may fill.
        order_window_seconds: u32 = 1, 300;
        /// How long after its window an unsettled order may be expired without a proof.
        order_timeout_seconds: u32 = 60, 86_400;
        /// R-W2: how long a realised profit is pending.
        vesting_seconds: u32 = 1_800, 86_400;
        /// R-W7: how long those who are ahead may be registered while an epoch is open.
        registration_seconds: u32 = 300, 3_600;
    }
}

impl TradeParams {
    /// Checks bounds, the order of the sizes, and R-T5: leaving a market costs less than its floor, and
    /// an order moves the skew's premium by no more than trading there and back costs.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::PremiumTooSteep`].
    pub fn check(&self, risk: &RiskParams) -> Result<()> {
        self.check_bounds()?;
        require!(
            self.order_lots_min <= self.order_lots_max && self.taker_fee_ppm <= risk.floor_ppm / 2,
            PlimsollError::ParameterOutOfBounds
        );
        // A premium beyond 64 bits is steeper than any limit.
        let at_most = |most_ppm: u32, lots: u64| {
            marginal_premium_ppm_up(lots, self.skew_scale_lots)
                .is_ok_and(|premium_ppm| premium_ppm <= u64::from(most_ppm))
        };
        require!(
            at_most(risk.floor_ppm / 4, self.open_interest_cap_lots)
                && at_most(self.taker_fee_ppm * 2, self.order_lots_max),
            PlimsollError::PremiumTooSteep
        );
        Ok(())
    }
}
