//! An account's equity and requirements at each line, and the state that these put it in.
//!
//! Rules R-A3, R-A4; [`crate::book::Book`] makes them.

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

impl Margin {
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
