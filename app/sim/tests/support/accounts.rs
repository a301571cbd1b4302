//! Accounts with one position each that are cut and liquidated at made-up lines.

use plimsoll_sim::record::cause::{CutCase, Standing};
use plimsoll_sim::record::{Action, ActionKind, Cause, MarketPoint, Record, Side, StateCounts};
use plimsoll_sim::tape::Session;

struct Account {
    market: usize,
    /// Positive for long.
    size: f64,
    entry: f64,
    collateral: f64,
    opens_at: i64,
    /// The market when the position was opened.
    moment: MarketPoint,
}

pub struct Accounts {
    assets: Vec<String>,
    all: Vec<Account>,
}

impl Accounts {
    pub fn new(session: &Session, count: usize) -> Self {
        let (first, last) = session.span_seconds().unwrap();
        let all = (0..count).map(|number| Account {
            market: number % session.tapes.len(),
            size: 0.0,
            entry: 0.0,
            collateral: 1_000.0 * (1 + number * 7 % 23) as f64,
            opens_at: first + (last - first) * (number * 37 % 100) as i64 / 130,
            moment: MarketPoint::default(),
        });
        let assets = session
            .tapes
            .iter()
            .map(|tape| tape.asset.clone())
            .collect();
        Self {
            assets,
            all: all.collect(),
        }
    }

    pub fn open_interest(&self, market: usize, point: &mut MarketPoint) {
        let price = point.price_e8 as f64 / 1e8;
        for account in self.all.iter().filter(|account| account.market == market) {
            let notional_q = (account.size.abs() * price * 1e6) as u64;
            match account.size >= 0.0 {
                true => point.long_open_interest_q += notional_q,
                false => point.short_open_interest_q += notional_q,
            }
        }
        point.skew_q = point.long_open_interest_q as i64 - point.short_open_interest_q as i64;
    }

    pub fn step(&mut self, time: i64, last: &[Option<MarketPoint>], record: &mut Record) {
        let mut counts = StateCounts {
            unix_seconds: time,
            ..StateCounts::default()
        };
        for (number, account) in self.all.iter_mut().enumerate() {
            let Some(point) = &last[account.market] else {
                counts.empty += 1;
                continue;
            };
            account.open(number, time, point);
            let asset = &self.assets[account.market];
            let state = account.keep(number, asset, time, point, record);
            *match state {
                _ if account.size == 0.0 => &mut counts.empty,
                Some(ActionKind::Cut) => &mut counts.margin_call,
                Some(_) => &mut counts.liquidatable,
                None => &mut counts.healthy,
            } += 1;
        }
        record.account_states.push(counts);
    }
}

impl Account {
    fn open(&mut self, number: usize, time: i64, point: &MarketPoint) {
        if self.size != 0.0 || time < self.opens_at || self.opens_at == 0 {
            return;
        }
        let price = point.price_e8 as f64 / 1e8;
        let share_of_most = 0.25 + 0.7 * (number * 53 % 100) as f64 / 100.0;
        let notional = self.collateral * share_of_most * 1e6 / f64::from(point.initial_ppm);
        let sign = if number % 4 == 3 { -1.0 } else { 1.0 };
        (self.size, self.entry, self.opens_at) = (sign * notional / price, price, 0);
        self.moment = *point;
    }

    fn standing(&self, point: &MarketPoint, ratio_ppm: f64) -> Standing {
        let price = point.price_e8 as f64 / 1e8;
        let equity = self.collateral + self.size * (price - self.entry);
        let notional = self.size.abs() * price;
        Standing {
            equity_q: (equity * 1e6) as i64,
            requirement_q: (notional * ratio_ppm) as u64,
            notional_q: (notional * 1e6) as u64,
        }
    }

    fn cause(&self, kind: ActionKind, now: &Standing, point: &MarketPoint) -> Cause {
        let moment_unix_seconds = self.moment.unix_seconds;
        if kind == ActionKind::Liquidation {
            let floor = f64::from(point.liquidation_ppm);
            let then = self.standing(&self.moment, floor);
            return Cause::of_losses(moment_unix_seconds, &then, now);
        }
        let (call_then, call_now) = (self.moment.call_ppm, point.call_ppm);
        Cause::of_cut(&CutCase {
            moment_unix_seconds,
            now: *now,
            at_earlier_ratios: self.standing(point, f64::from(call_then)),
            at_earlier_quote: None,
            at_earlier_prices: self.standing(&self.moment, f64::from(call_now)),
        })
    }

    /// Cuts or liquidates if need be and says which.
    fn keep(
        &mut self,
        number: usize,
        asset: &str,
        time: i64,
        point: &MarketPoint,
        record: &mut Record,
    ) -> Option<ActionKind> {
        if self.size == 0.0 {
            return None;
        }
        let (call, floor) = (f64::from(point.call_ppm), f64::from(point.liquidation_ppm));
        let (at_call, at_floor) = (self.standing(point, call), self.standing(point, floor));
        let below = |of: &Standing| i128::from(of.equity_q) < i128::from(of.requirement_q);
        let (kind, before, line, share) = if below(&at_floor) {
            (ActionKind::Liquidation, at_floor, floor, 1.0)
        } else if below(&at_call) {
            (ActionKind::Cut, at_call, call, 0.25)
        } else {
            return None;
        };
        let cause = self.cause(kind, &before, point);
        let price = point.price_e8 as f64 / 1e8;
        let closed = self.size.abs() * share;
        let penalty = if kind == ActionKind::Cut {
            0.0
        } else {
            closed * price * 0.005
        };
        let side = if self.size >= 0.0 {
            Side::Long
        } else {
            Side::Short
        };
        self.collateral += self.size * share * (price - self.entry) - penalty - 0.05;
        self.size *= 1.0 - share;
        let after = self.standing(point, line);
        record.actions.push(Action {
            unix_seconds: time,
            kind,
            account: number as u32,
            market: asset.to_owned(),
            side: Some(side),
            lots: (closed * 1e4) as u64,
            notional_q: (closed * price * 1e6) as u64,
            price_e8: point.price_e8,
            equity_before_q: before.equity_q,
            equity_after_q: after.equity_q,
            requirement_before_q: before.requirement_q,
            requirement_after_q: after.requirement_q,
            penalty_q: (penalty * 1e6) as u64,
            fee_q: 50_000,
            cost_q: (penalty * 1e6) as u64 + 50_000,
            cause,
        });
        if kind == ActionKind::Liquidation {
            record.totals.accounts_fully_liquidated += 1;
        }
        Some(kind)
    }
}
