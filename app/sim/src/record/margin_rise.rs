//! What following volatility costs the accounts: cuts that would not have been without a rise of margin.

use std::collections::BTreeMap;

use super::Record;

const DAY_SECONDS: i64 = 86_400;

/// An amount over accounts and days, quote atoms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    pub total_q: u64,
    /// Over all accounts, those never cut included, and the session's length.
    pub mean_per_account_day_q: u64,
    /// The most that one account had within one day (UTC).
    pub most_per_account_day_q: u64,
}

/// The cuts that needed a rise of margin, whether or not the price helped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MarginRiseCuts {
    /// Closed.
    pub notional: Spread,
    /// Paid for that by the accounts: spread and keepers' fees.
    pub cost: Spread,
}

impl Record {
    /// The cuts that needed a rise of margin, per account and day.
    pub fn margin_rise_cuts(&self) -> MarginRiseCuts {
        let mut by_account_day: BTreeMap<(u32, i64), (u64, u64)> = BTreeMap::new();
        let cuts = self.actions.iter();
        for cut in cuts.filter(|action| action.is_cut_needing_margin_rise()) {
            let day = cut.unix_seconds.div_euclid(DAY_SECONDS);
            let sums = by_account_day.entry((cut.account, day)).or_default();
            sums.0 += cut.notional_q;
            sums.1 += cut.cost_q;
        }
        let seconds = self.last_unix_seconds - self.first_unix_seconds;
        let account_seconds = u128::from(self.traders) * u128::from(seconds.unsigned_abs());
        let spread = |amounts: Vec<u64>| {
            let total_q = amounts.iter().sum();
            let scaled = u128::from(total_q) * DAY_SECONDS as u128;
            Spread {
                total_q,
                mean_per_account_day_q: scaled.checked_div(account_seconds).unwrap_or(0) as u64,
                most_per_account_day_q: amounts.into_iter().max().unwrap_or(0),
            }
        };
        MarginRiseCuts {
            notional: spread(by_account_day.values().map(|sums| sums.0).collect()),
            cost: spread(by_account_day.values().map(|sums| sums.1).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Action, ActionKind, ActionSums, Cause, Driver, Side};

    fn action(
        kind: ActionKind,
        driver: Driver,
        account: u32,
        unix_seconds: i64,
        notional_q: u64,
    ) -> Action {
        Action {
            unix_seconds,
            kind,
            account,
            market: "SOL".into(),
            side: Some(Side::Long),
            lots: 1,
            notional_q,
            price_e8: 1,
            equity_before_q: 0,
            equity_after_q: 0,
            requirement_before_q: 0,
            requirement_after_q: 0,
            penalty_q: 0,
            fee_q: 0,
            cost_q: notional_q / 100,
            cause: Cause {
                driver,
                text: "why".into(),
            },
        }
    }

    #[test]
    fn only_cuts_that_needed_a_rise_count_and_days_are_apart() {
        use ActionKind::{Cut, Liquidation};
        use Driver::{BothTogether, EitherAlone, MarginRiseAlone, PriceAlone};
        let record = Record {
            traders: 4,
            first_unix_seconds: 0,
            last_unix_seconds: 2 * DAY_SECONDS,
            actions: vec![
                action(Cut, MarginRiseAlone, 1, 60, 1_000),
                action(Cut, BothTogether, 1, 120, 2_000),
                action(Cut, PriceAlone, 1, 180, 50_000),
                action(Cut, EitherAlone, 1, 180, 60_000),
                action(Cut, MarginRiseAlone, 2, 180, 2_500),
                action(Liquidation, MarginRiseAlone, 2, 240, 70_000),
                action(Cut, MarginRiseAlone, 1, DAY_SECONDS, 2_500),
            ],
            ..Record::default()
        };
        let cuts = record.margin_rise_cuts();
        // 8,000 over 4 accounts and 2 days; the first account's first day has 1,000 and 2,000.
        let notional = Spread {
            total_q: 8_000,
            mean_per_account_day_q: 1_000,
            most_per_account_day_q: 3_000,
        };
        let cost = Spread {
            total_q: 80,
            mean_per_account_day_q: 10,
            most_per_account_day_q: 30,
        };
        assert_eq!(cuts, MarginRiseCuts { notional, cost });
        let sums = record.cuts_needing_margin_rise();
        assert_eq!((sums.count, sums.accounts, sums.notional_q), (4, 2, 8_000));
        assert_each_cut_has_one_cause(&record);
    }

    fn assert_each_cut_has_one_cause(record: &Record) {
        let mut by_cause = ActionSums::default();
        for sums in Driver::ALL.map(|driver| record.cuts_by(driver)) {
            by_cause.count += sums.count;
            by_cause.notional_q += sums.notional_q;
            by_cause.cost_q += sums.cost_q;
        }
        let cuts = record.sums(ActionKind::Cut);
        let all = ActionSums {
            accounts: 0,
            ..cuts
        };
        assert_eq!((by_cause, cuts.accounts), (all, 2));
    }

    #[test]
    fn nothing_is_no_division_by_zero() {
        assert_eq!(
            Record::default().margin_rise_cuts(),
            MarginRiseCuts::default()
        );
    }
}
