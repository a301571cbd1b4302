//! Whether a record says of itself what it should.

use super::{ActionKind, Record, RECORD_VERSION};

impl Record {
    /// Every contradiction found, each as a sentence; none for a sound record.
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut expect = |holds: bool, sentence: String| {
            if !holds {
                found.push(sentence);
            }
        };
        expect(
            self.version == RECORD_VERSION,
            format!(
                "version {} of the record, {RECORD_VERSION} expected",
                self.version
            ),
        );
        for market in &self.markets {
            expect(
                in_order(market.points.iter().map(|point| point.unix_seconds)),
                format!("{}: points out of order of time", market.asset),
            );
            let crossed = market.points.iter().find(|point| {
                point.initial_ppm < point.call_ppm || point.call_ppm < point.liquidation_ppm
            });
            if let Some(point) = crossed {
                let (asset, time) = (&market.asset, point.unix_seconds);
                expect(
                    false,
                    format!("{asset}: initial, call and liquidation cross at {time}"),
                );
            }
        }
        let states = self.account_states.iter().map(|counts| counts.unix_seconds);
        expect(
            in_order(states),
            "account states out of order of time".into(),
        );
        let books = self.books.iter().map(|books| books.unix_seconds);
        expect(in_order(books), "books out of order of time".into());
        let unexplained = self
            .actions
            .iter()
            .filter(|action| action.cause.text.is_empty())
            .count();
        expect(
            unexplained == 0,
            format!("{unexplained} actions have no cause"),
        );
        let elsewhere = self.actions.iter().find(|action| {
            self.markets
                .iter()
                .all(|market| market.asset != action.market)
        });
        if let Some(action) = elsewhere {
            expect(
                false,
                format!("an action in {}, which is not a market here", action.market),
            );
        }
        let totals = &self.totals;
        expect(
            u64::from(totals.accounts_fully_liquidated)
                <= self.sums(ActionKind::Liquidation).accounts
                    + self.sums(ActionKind::Absorption).accounts,
            "more accounts fully liquidated than liquidated at all".into(),
        );
        expect(
            totals.by_volatility_alone <= totals.accounts_fully_liquidated,
            "more accounts liquidated by volatility alone than liquidated".into(),
        );
        expect(
            totals.insurance_paid_q <= totals.deficit_q,
            "insurance paid more than the deficit".into(),
        );
        found
    }
}

/// Equal times are in order: several things may happen in one second.
fn in_order(times: impl Iterator<Item = i64>) -> bool {
    times.is_sorted()
}
