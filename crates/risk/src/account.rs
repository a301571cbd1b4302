//! An account's equity, requirements and state.
//!
//! Rules R-A1 … R-A4. Requirements of several positions add up; what hedges is not netted.

use crate::error::Result;
use crate::margin::Ratios;
use crate::math::{add, add_unsigned, to_i64};
use crate::position::Position;
use crate::units::{notional_up, share_up, ONE_PPM};

/// One position, with what its market says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The position.
    pub position: Position,
    /// Profit realised that the market has not paid yet, quote atoms.
    pub unpaid_q: u64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// The market's slow price, 1e-8.
    pub slow_price_e8: u64,
    /// From [`crate::units::lot_divisor`].
    pub lot_divisor: u64,
    /// The market's ratios.
    pub ratios: Ratios,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum AccountState {
    /// At or above the call line.
    Healthy = 0,
    /// Below the call line: reduce-only, and keepers may cut without penalty.
    MarginCall = 1,
    /// Below the liquidation line.
    Liquidatable = 2,
    /// Below the liquidation line with nothing left: equity is not positive.
    Bankrupt = 3,
}

/// Equity and requirement of an account at each line, quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Margin {
    /// Balance and open losses; open profit counts for nothing.
    pub equity_initial_q: i64,
    /// Balance and open profit or loss, profit at the worse of price and slow price.
    pub equity_call_q: i64,
    /// Balance and open profit or loss at the price.
    pub equity_liquidation_q: i64,
    /// What opening or withdrawing must leave.
    pub requirement_initial_q: u64,
    /// The call line.
    pub requirement_call_q: u64,
    /// The liquidation line.
    pub requirement_liquidation_q: u64,
    /// Notional of all positions.
    pub notional_q: u64,
}

/// What one position adds to its account's margin.
///
/// # Errors
/// [`crate::RiskError::Overflow`] beyond 64 bits.
pub fn contribution(exposure: &Exposure) -> Result<Margin> {
    let Exposure {
        position,
        price_e8,
        lot_divisor,
        ratios,
        ..
    } = *exposure;
    let notional_q = notional_up(position.lots.unsigned_abs(), price_e8, lot_divisor)?;
    let open_q = position.profit_down(price_e8, lot_divisor)?;
    let unpaid_q = to_i64(exposure.unpaid_q)?;
    // R-A2: losses count in full; profit counts only at the price that is worse for it.
    let credited_q = if open_q > 0 {
        let slow_q = position.profit_down(exposure.slow_price_e8, lot_divisor)?;
        open_q.min(slow_q).max(0)
    } else {
        open_q
    };
    Ok(Margin {
        equity_initial_q: open_q.min(0),
        equity_call_q: add(credited_q, unpaid_q)?,
        equity_liquidation_q: add(open_q, unpaid_q)?,
        requirement_initial_q: share_up(notional_q, ratios.initial_ppm)?,
        requirement_call_q: share_up(notional_q, ratios.call_ppm)?,
        requirement_liquidation_q: share_up(notional_q, ratios.liquidation_ppm)?,
        notional_q,
    })
}

impl Margin {
    /// The margin of an account without positions.
    #[must_use]
    pub fn of_balance(balance_q: i64) -> Self {
        Self {
            equity_initial_q: balance_q,
            equity_call_q: balance_q,
            equity_liquidation_q: balance_q,
            ..Self::default()
        }
    }

    /// R-A1: adds one position.
    ///
    /// # Errors
    /// [`crate::RiskError::Overflow`] beyond 64 bits.
    pub fn plus(&self, exposure: &Exposure) -> Result<Self> {
        let part = contribution(exposure)?;
        Ok(Self {
            equity_initial_q: add(self.equity_initial_q, part.equity_initial_q)?,
            equity_call_q: add(self.equity_call_q, part.equity_call_q)?,
            equity_liquidation_q: add(self.equity_liquidation_q, part.equity_liquidation_q)?,
            requirement_initial_q: add_unsigned(
                self.requirement_initial_q,
                part.requirement_initial_q,
            )?,
            requirement_call_q: add_unsigned(self.requirement_call_q, part.requirement_call_q)?,
            requirement_liquidation_q: add_unsigned(
                self.requirement_liquidation_q,
                part.requirement_liquidation_q,
            )?,
            notional_q: add_unsigned(self.notional_q, part.notional_q)?,
        })
    }

    /// R-A3: the state. An account without positions is healthy unless it owes.
    #[must_use]
    pub fn state(&self) -> AccountState {
        if below(self.equity_liquidation_q, self.requirement_liquidation_q) {
            if self.equity_liquidation_q <= 0 {
                return AccountState::Bankrupt;
            }
            return AccountState::Liquidatable;
        }
        if below(self.equity_call_q, self.requirement_call_q) {
            return AccountState::MarginCall;
        }
        AccountState::Healthy
    }

    /// R-A4: whether the account meets its initial requirement.
    #[must_use]
    pub fn meets_initial(&self) -> bool {
        !below(self.equity_initial_q, self.requirement_initial_q)
    }

    /// What the account could give up and still meet its initial requirement, quote atoms.
    #[must_use]
    pub fn free_q(&self) -> u64 {
        u64::try_from(self.equity_initial_q)
            .unwrap_or(0)
            .saturating_sub(self.requirement_initial_q)
    }

    /// R-L1: whether equity covers `target_ppm` of the call requirement, exact.
    #[must_use]
    pub fn covers_call(&self, target_ppm: u32) -> bool {
        let target = i128::from(self.requirement_call_q).saturating_mul(i128::from(target_ppm));
        i128::from(self.equity_call_q).saturating_mul(i128::from(ONE_PPM)) >= target
    }

    /// Equity less requirement at the call line, saturating, quote atoms.
    #[must_use]
    pub fn headroom_call_q(&self) -> i64 {
        headroom(self.equity_call_q, self.requirement_call_q)
    }

    /// Equity less requirement at the liquidation line, saturating, quote atoms.
    #[must_use]
    pub fn headroom_liquidation_q(&self) -> i64 {
        headroom(self.equity_liquidation_q, self.requirement_liquidation_q)
    }
}

fn below(equity_q: i64, requirement_q: u64) -> bool {
    u64::try_from(equity_q).map_or(true, |equity_q| equity_q < requirement_q)
}

fn headroom(equity_q: i64, requirement_q: u64) -> i64 {
    equity_q.saturating_sub_unsigned(requirement_q)
}
