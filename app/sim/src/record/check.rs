//! Whether a record says of itself what it should.

use super::{ActionKind, MarketSeries, Record, RECORD_VERSION};

impl Record {
    /// Every contradiction found, each as a sentence; none for a sound record.
    pub fn contradictions(&self) -> Vec<String> {
        let mut found: Vec<String> = self.markets.iter().flat_map(in_market).collect();
        let mut expect = |holds: bool, sentence: &str| {
            if !holds {
                found.push(sentence.to_owned());
            }
        };
        expect(
            self.version == RECORD_VERSION,
            "its version is not the one that this program writes",
        );
        let states = self.account_states.iter().map(|counts| counts.unix_seconds);
        expect(states.is_sorted(), "account states out of order of time");
        let books = self.books.iter().map(|books| books.unix_seconds);
        expect(books.is_sorted(), "books out of order of time");
        let actions = self.actions.iter().map(|action| action.unix_seconds);
        expect(actions.is_sorted(), "actions out of order of time");
        expect(
            self.actions
                .iter()
                .all(|action| !action.cause.text.is_empty()),
            "an action has no cause",
        );
        let known = |asset: &String| self.markets.iter().any(|market| market.asset == *asset);
        expect(
            self.actions.iter().all(|action| known(&action.market)),
            "an action in a market that is not here",
        );
        let totals = &self.totals;
        let below_the_line =
            [ActionKind::Liquidation, ActionKind::Absorption].map(|kind| self.sums(kind).accounts);
        expect(
            u64::from(totals.accounts_fully_liquidated) <= below_the_line.iter().sum(),
            "more accounts fully liquidated than liquidated at all",
        );
        expect(
            totals.by_volatility_alone <= totals.accounts_fully_liquidated,
            "more accounts liquidated by volatility alone than liquidated",
        );
        expect(
            totals.insurance_paid_q <= totals.deficit_q,
            "insurance paid more than the deficit",
        );
        found
    }
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
