//! Whether a record says of itself what it should.

use super::{Action, ActionKind, MarketSeries, Record, RECORD_VERSION};

impl Record {
    /// Every contradiction found, each as a sentence; none for a sound record.
    pub fn contradictions(&self) -> Vec<String> {
        let mut found: Vec<String> = self.markets.iter().flat_map(in_market).collect();
        let sentences = [
            self.of_time(),
            self.of_actions(),
            self.of_counts(),
            self.of_totals(),
        ];
        found.extend(sentences.into_iter().flatten());
        found
    }

    fn of_time(&self) -> Vec<String> {
        let states = self.account_states.iter().map(|counts| counts.unix_seconds);
        let books = self.books.iter().map(|books| books.unix_seconds);
        let actions = self.actions.iter().map(|action| action.unix_seconds);
        broken(&[
            (
                self.version == RECORD_VERSION,
                "its version is not the one that this program writes",
            ),
            (states.is_sorted(), "account states out of order of time"),
            (books.is_sorted(), "books out of order of time"),
            (actions.is_sorted(), "actions out of order of time"),
        ])
    }

    fn of_actions(&self) -> Vec<String> {
        let all = |holds: &dyn Fn(&Action) -> bool| self.actions.iter().all(holds);
        let known = |asset: &String| self.markets.iter().any(|market| market.asset == *asset);
        broken(&[
            (
                all(&|action| !action.cause.text.is_empty()),
                "an action has no cause",
            ),
            (
                all(&|action| known(&action.market)),
                "an action in a market that is not here",
            ),
            (
                all(&|action| action.account < self.traders),
                "an action on an account that is not here",
            ),
            (
                all(&|action| action.kind == ActionKind::Absorption || headroom(action).0 < 0),
                "an account was reduced that was not below its line",
            ),
            (
                all(&|action| headroom(action).1 >= headroom(action).0),
                "an action left an account further below its line",
            ),
        ])
    }

    fn of_counts(&self) -> Vec<String> {
        let orders = &self.orders;
        let refused: u64 = self.refusals.values().sum();
        let (mut states, mut of_calls) = (self.account_states.iter(), self.account_states.iter());
        broken(&[
            (
                states.all(|counts| counts.accounts() == self.traders),
                "account states do not add up to the accounts",
            ),
            (
                of_calls.all(|counts| counts.called_by_quote <= counts.margin_call),
                "more accounts called by the quote currency than called",
            ),
            (
                refused == self.transactions.refused,
                "refusals do not add up to the refused transactions",
            ),
            (
                orders.placed == orders.ended() + orders.pending,
                "orders ended and pending do not add up to the orders placed",
            ),
        ])
    }

    fn of_totals(&self) -> Vec<String> {
        let totals = &self.totals;
        let below_the_line: u64 = [ActionKind::Liquidation, ActionKind::Absorption]
            .map(|kind| self.sums(kind).accounts)
            .iter()
            .sum();
        broken(&[
            (
                u64::from(totals.accounts_fully_liquidated) <= below_the_line,
                "more accounts fully liquidated than liquidated at all",
            ),
            (
                totals.by_volatility_alone <= totals.accounts_fully_liquidated,
                "more accounts liquidated by volatility alone than liquidated",
            ),
            (
                totals.by_quote_alone <= totals.accounts_fully_liquidated,
                "more accounts liquidated by the quote currency alone than liquidated",
            ),
            (
                totals.deficit_q
                    == totals.insurance_paid_q + totals.market_paid_q + totals.unresolved_q,
                "what was paid and what is left do not add up to the deficit",
            ),
        ])
    }
}

/// Equity less requirement at the line that an action answers, before and after it.
fn headroom(action: &Action) -> (i128, i128) {
    let less = |equity_q: i64, requirement_q: u64| i128::from(equity_q) - i128::from(requirement_q);
    (
        less(action.equity_before_q, action.requirement_before_q),
        less(action.equity_after_q, action.requirement_after_q),
    )
}

/// The sentences of what does not hold.
fn broken(rules: &[(bool, &str)]) -> Vec<String> {
    let failed = rules.iter().filter(|(holds, _)| !holds);
    failed.map(|(_, sentence)| (*sentence).to_owned()).collect()
}

fn in_market(market: &MarketSeries) -> Vec<String> {
    let (asset, points) = (&market.asset, &market.points);
    let mut found = Vec::new();
    if !points.iter().is_sorted_by_key(|point| point.unix_seconds) {
        found.push(format!("{asset}: points out of order of time"));
    }
    let crossed = points
        .iter()
        .find(|point| point.initial_ppm < point.call_ppm || point.call_ppm < point.liquidation_ppm);
    if let Some(point) = crossed {
        let time = point.unix_seconds;
        found.push(format!(
            "{asset}: initial, call and liquidation cross at {time}"
        ));
    }
    found
}
