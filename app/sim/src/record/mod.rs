//! What one replay did, minute by minute: filled by the replay, read by the summary and the report.
//!
//! `_q` are quote atoms (1e-6 USDC), `_e8` prices in 1e-8 dollars, `_ppm` parts per million.

mod action;
pub mod cause;
mod check;
mod compute;
mod margin_rise;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::tape::statistics::{Correlation, TapeStatistics};

pub use action::{Action, ActionKind, ActionSums, Side};
pub use cause::{Cause, Driver};
pub use compute::{ComputeMeter, ComputeUnits};
pub use margin_rise::{MarginRiseCuts, Spread};

/// Goes up whenever a field changes its meaning or goes away.
pub const RECORD_VERSION: u32 = 4;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub version: u32,
    /// The session's name, which also names the report.
    pub session: String,
    /// Of the traders, and of the tapes if they are generated.
    pub seed: u64,
    /// Whether the prices are made up rather than recorded.
    pub generated_prices: bool,
    pub traders: u32,
    /// Of the tapes, not of the wall clock.
    pub first_unix_seconds: i64,
    pub last_unix_seconds: i64,
    /// How long the replay itself took.
    pub replay_seconds: f64,
    pub transactions: Transactions,
    /// Refused transactions by the name of the program's error.
    pub refusals: BTreeMap<String, u64>,
    pub tape_statistics: Vec<TapeStatistics>,
    pub correlations: Vec<Correlation>,
    pub markets: Vec<MarketSeries>,
    /// Nothing where the quote currency has no price.
    pub quote: Option<QuoteSeries>,
    /// In order of time.
    pub account_states: Vec<StateCounts>,
    /// In the order in which they happened.
    pub actions: Vec<Action>,
    pub orders: OrderCounts,
    /// In order of time.
    pub books: Vec<Books>,
    pub compute_units: Vec<ComputeUnits>,
    pub conservation: Conservation,
    pub totals: Totals,
}

impl Record {
    /// The causes that a cut can have here.
    pub fn drivers(&self) -> impl Iterator<Item = Driver> {
        let priced = self.quote.is_some();
        let all = Driver::ALL.into_iter();
        all.filter(move |driver| priced || !driver.needs_quote())
    }

    /// Reasons for which transactions were refused, the most frequent first.
    pub fn refusals_by_count(&self) -> impl Iterator<Item = (&str, u64)> {
        let mut reasons: Vec<(&str, u64)> = self
            .refusals
            .iter()
            .map(|(name, count)| (name.as_str(), *count))
            .collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons.into_iter()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transactions {
    pub landed: u64,
    /// Refused by the program with a named error: an order beyond the initial margin, for instance.
    pub refused: u64,
}

/// One market over the session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MarketSeries {
    pub asset: String,
    /// One for each row of the tape that the program took in. Where the tape has a gap, so has this.
    pub points: Vec<MarketPoint>,
}

/// A market after its price was taken in at `unix_seconds`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MarketPoint {
    pub unix_seconds: i64,
    pub price_e8: u64,
    pub slow_price_e8: u64,
    /// The volatility behind the target ratio, annualised.
    pub volatility_percent: f64,
    /// New risk must post this.
    pub initial_ppm: u32,
    /// Where volatility pulls the live ratio.
    pub target_ppm: u32,
    /// The maintenance ratio, which ramps to the target.
    pub live_ppm: u32,
    /// The live ratio after its grace: below it an account is margin-called.
    pub call_ppm: u32,
    /// The static floor: below it an account is liquidated.
    pub liquidation_ppm: u32,
    pub long_open_interest_q: u64,
    pub short_open_interest_q: u64,
    /// Long less short open interest.
    pub skew_q: i64,
}

/// What the quote currency was worth over the session (R-H4).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QuoteSeries {
    pub asset: String,
    /// One for each row of the tape that the program took in.
    pub points: Vec<QuotePoint>,
}

/// The quote currency after its price was taken in at `unix_seconds`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QuotePoint {
    pub unix_seconds: i64,
    pub price_e8: u64,
    /// The share of quote equity that does not count for new risk, besides the price.
    pub haircut_initial_ppm: u32,
    /// The share of quote equity that does not count at the call line, besides the price.
    pub haircut_call_ppm: u32,
}

/// How many accounts are in which state at a minute's prices, before what it makes the keeper do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateCounts {
    pub unix_seconds: i64,
    pub healthy: u32,
    pub margin_call: u32,
    /// … of which would not be with the quote currency of when their owner took on the risk.
    pub called_by_quote: u32,
    pub liquidatable: u32,
    pub bankrupt: u32,
    /// Without positions and without debt.
    pub empty: u32,
}

impl StateCounts {
    pub fn accounts(&self) -> u32 {
        self.healthy + self.margin_call + self.liquidatable + self.bankrupt + self.empty
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCounts {
    pub placed: u64,
    pub filled: u64,
    /// The feed made no price in the order's window.
    pub expired: u64,
    /// At its fill price the account no longer met its initial requirement.
    pub unaffordable: u64,
    /// Refused for another reason that ends an order, such as a full side of the market.
    pub rejected: u64,
    /// Open in the margin accounts after the last minute.
    pub pending: u64,
}

impl OrderCounts {
    /// Orders that came to an end.
    pub fn ended(&self) -> u64 {
        self.filled + self.expired + self.unaffordable + self.rejected
    }
}

/// Every book of quote that the program keeps. All but `unpaid_q` add up to the vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    pub unix_seconds: i64,
    /// What the vault's token account holds.
    pub vault_q: u64,
    /// Of all margin accounts; single ones may be negative.
    pub balances_q: i64,
    /// Keepers' fees that open orders hold.
    pub escrow_q: u64,
    pub market_cash_q: u64,
    pub pool_q: u64,
    pub insurance_q: u64,
    pub fees_q: u64,
    /// Realised profit that a market owes and has no cash for yet. A claim, not money.
    pub unpaid_q: u64,
}

impl Books {
    /// Books less vault: zero if no atom was made or lost.
    pub fn difference_q(&self) -> i128 {
        let others = [
            self.escrow_q,
            self.market_cash_q,
            self.pool_q,
            self.insurance_q,
            self.fees_q,
        ];
        let held: i128 = others.into_iter().map(i128::from).sum();
        i128::from(self.balances_q) + held - i128::from(self.vault_q)
    }
}

/// The check that books and vault agree to the atom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conservation {
    pub steps: u64,
    pub failures: Vec<ConservationFailure>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConservationFailure {
    pub unix_seconds: i64,
    /// The instruction after which the books disagreed.
    pub after: String,
    /// Books less vault.
    pub difference_q: i64,
}

impl Conservation {
    /// Takes note of one comparison, made after the instruction named.
    pub fn note(&mut self, books: &Books, after: &str) {
        self.steps += 1;
        let difference_q = books.difference_q();
        if difference_q != 0 {
            let bound = |limit: i64| i128::from(limit);
            let clamped = difference_q.clamp(bound(i64::MIN), bound(i64::MAX));
            self.failures.push(ConservationFailure {
                unix_seconds: books.unix_seconds,
                after: after.to_owned(),
                difference_q: clamped as i64,
            });
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// What accounts owed beyond all they had: the sum of the next three.
    pub deficit_q: u64,
    /// The part of it that insurance paid.
    pub insurance_paid_q: u64,
    /// The part that the markets' cash bore.
    pub market_paid_q: u64,
    /// The part that is still with accounts as a negative balance after the last minute.
    pub unresolved_q: u64,
    /// Accounts that lost their whole position below the liquidation line.
    pub accounts_fully_liquidated: u32,
    /// … of which would have stayed above it had their margin ratios not risen.
    pub by_volatility_alone: u32,
    /// … of which would have stayed above it without cuts, one of which needed the quote currency's fall.
    pub by_quote_alone: u32,
    /// Accounts that were in a margin call which they would not have been in had the quote currency not fallen.
    pub called_by_quote: u32,
}
