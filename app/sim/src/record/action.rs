//! What keepers did to accounts.

use serde::{Deserialize, Serialize};

use super::{Cause, Driver, Record};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// A reduction without penalty of an account in a margin call.
    Cut,
    /// A reduction of an account below the liquidation line, with a penalty.
    Liquidation,
    /// The end of a bankrupt account: insurance, then the market, pays what it owes.
    Absorption,
}

impl ActionKind {
    pub const ALL: [Self; 3] = [Self::Cut, Self::Liquidation, Self::Absorption];

    pub fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Liquidation => "liquidation",
            Self::Absorption => "absorption",
        }
    }
}

/// Of the position that was reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Long,
    Short,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    pub unix_seconds: i64,
    pub kind: ActionKind,
    /// Position in the replay's list of traders.
    pub account: u32,
    /// Asset of the market.
    pub market: String,
    /// Nothing where no position is reduced.
    pub side: Option<Side>,
    /// Closed.
    pub lots: u64,
    /// What the lots were worth at `price_e8`.
    pub notional_q: u64,
    /// The market's, whatever the fill's.
    pub price_e8: u64,
    pub equity_before_q: i64,
    pub equity_after_q: i64,
    /// At the line that the action answers: the call line for a cut, the liquidation line otherwise.
    pub requirement_before_q: u64,
    pub requirement_after_q: u64,
    pub penalty_q: u64,
    /// The keeper's.
    pub fee_q: u64,
    /// All that the account paid for it: what the fill is worse than the market's price, fee and penalty.
    pub cost_q: u64,
    pub cause: Cause,
}

impl Action {
    /// Whether this is a cut that would not have been without a rise of margin.
    pub fn is_cut_needing_margin_rise(&self) -> bool {
        self.kind == ActionKind::Cut && self.cause.driver.needs_margin_rise()
    }
}

/// Sums over some of the actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ActionSums {
    pub count: u64,
    /// Different accounts.
    pub accounts: u64,
    pub notional_q: u64,
    pub penalty_q: u64,
    pub fee_q: u64,
    pub cost_q: u64,
}

impl Record {
    pub fn sums(&self, kind: ActionKind) -> ActionSums {
        self.sums_where(|action| action.kind == kind)
    }

    /// Of the cuts with one cause; over all causes they add up to those of all cuts, but for accounts.
    pub fn cuts_by(&self, driver: Driver) -> ActionSums {
        self.sums_where(|action| action.kind == ActionKind::Cut && action.cause.driver == driver)
    }

    /// Of the cuts that would not have been without a rise of margin.
    pub fn cuts_needing_margin_rise(&self) -> ActionSums {
        self.sums_where(Action::is_cut_needing_margin_rise)
    }

    /// Of the cuts that would not have been had the quote currency not fallen.
    pub fn cuts_needing_quote(&self) -> ActionSums {
        self.sums_where(|action| {
            action.kind == ActionKind::Cut && action.cause.driver.needs_quote()
        })
    }

    fn sums_where(&self, counts: impl Fn(&Action) -> bool) -> ActionSums {
        let mut sums = ActionSums::default();
        let mut accounts = std::collections::BTreeSet::new();
        for action in self.actions.iter().filter(|action| counts(action)) {
            sums.count += 1;
            accounts.insert(action.account);
            sums.notional_q += action.notional_q;
            sums.penalty_q += action.penalty_q;
            sums.fee_q += action.fee_q;
            sums.cost_q += action.cost_q;
        }
        sums.accounts = accounts.len() as u64;
        sums
    }
}
