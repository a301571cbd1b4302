//! Writes down what there is to see after each step.

use anyhow::{Context, Result};
use plimsoll::events::{PositionCut, PositionLiquidated};
use plimsoll_client::Event;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::units::{notional_down, worth_down};
use plimsoll_testkit::Sent;

use crate::record::cause::Standing;
use crate::record::{
    Action, ActionKind, Books, Cause, Driver, MarketPoint, MarketSeries, Side, StateCounts,
};
use crate::tape::Session;
use crate::text::dollars;

use super::ledger::Safe;
use super::{event, number, Replay};

/// Seconds in a year of 365.25 days.
const YEAR_SECONDS: f64 = 31_557_600.0;

pub fn empty_series(session: &Session) -> Vec<MarketSeries> {
    let series = |asset: &String| MarketSeries {
        asset: asset.clone(),
        points: Vec::new(),
    };
    session
        .tapes
        .iter()
        .map(|tape| series(&tape.asset))
        .collect()
}

impl Replay<'_> {
    pub(super) fn observe_market(&mut self, index: u16, unix_seconds: i64) -> Result<()> {
        let (risk, market) = (self.world.risk(index)?, self.world.market(index)?);
        let variance = risk.volatility().variance_e18(&risk.params.volatility());
        let notional = |lots: u64| notional_down(lots, risk.price_e8, risk.lot_divisor).ok();
        let long_q = notional(market.long_lots).context("open interest is too large")?;
        let short_q = notional(market.short_lots).context("open interest is too large")?;
        self.record.markets[usize::from(index)]
            .points
            .push(MarketPoint {
                unix_seconds,
                price_e8: risk.price_e8,
                slow_price_e8: risk.slow_price_e8,
                volatility_percent: (variance as f64 * 1e-18 * YEAR_SECONDS).sqrt() * 100.0,
                initial_ppm: risk.initial_ppm,
                target_ppm: risk.target_ppm,
                live_ppm: risk.live_ppm,
                call_ppm: risk.call_ppm,
                liquidation_ppm: risk.liquidation_ppm,
                long_open_interest_q: long_q,
                short_open_interest_q: short_q,
                skew_q: long_q as i64 - short_q as i64,
            });
        Ok(())
    }

    pub(super) fn observe_accounts(&mut self, unix_seconds: i64) -> Result<()> {
        let mut counts = StateCounts {
            unix_seconds,
            ..StateCounts::default()
        };
        for agent in &self.agents {
            let margin = self.world.margin(agent.id)?;
            let count = match margin.state() {
                _ if margin.notional_q == 0 => &mut counts.empty,
                AccountState::Healthy => &mut counts.healthy,
                AccountState::MarginCall => &mut counts.margin_call,
                AccountState::Liquidatable => &mut counts.liquidatable,
                AccountState::Bankrupt => &mut counts.bankrupt,
            };
            *count += 1;
        }
        self.record.account_states.push(counts);
        self.world.check_invariants()?;
        let books = self.books()?;
        self.record.books.push(Books {
            unix_seconds,
            ..books
        });
        Ok(())
    }

    /// I2 after each transaction, to the atom.
    pub(super) fn check_books(&mut self, after: &str) -> Result<()> {
        let books = self.books()?;
        self.record.conservation.note(&books, after);
        Ok(())
    }

    fn books(&self) -> Result<Books> {
        let of = self.world.books()?;
        let unsigned = |amount: i128| u64::try_from(amount).context("a book is negative");
        let mut unpaid_q = 0;
        for index in self.world.market_indices() {
            unpaid_q += self.world.market(index)?.unpaid_q;
        }
        Ok(Books {
            unix_seconds: self.world.now_seconds(),
            vault_q: unsigned(of.vault_q)?,
            balances_q: i64::try_from(of.balances_q + of.escrow_q).context("balances overflow")?,
            market_cash_q: unsigned(of.market_cash_q)?,
            pool_q: unsigned(of.pool_cash_q)?,
            insurance_q: unsigned(of.insurance_q)?,
            fees_q: unsigned(of.market_fees_q)?,
            unpaid_q,
        })
    }

    pub(super) fn remember_safe(&mut self, place: usize, margin: &Margin) -> Result<()> {
        let mut call_ppm = std::collections::BTreeMap::new();
        for index in self.world.market_indices() {
            call_ppm.insert(index, self.world.risk(index)?.call_ppm);
        }
        let standing = |equity_q: i64, requirement_q: u64| Standing {
            equity_q,
            requirement_q,
            notional_q: margin.notional_q,
        };
        let safe = Safe {
            call: standing(margin.equity_call_q, margin.requirement_call_q),
            liquidation: standing(
                margin.equity_liquidation_q,
                margin.requirement_liquidation_q,
            ),
            call_ppm,
        };
        self.ledger.remember_safe(place, safe);
        Ok(())
    }

    pub(super) fn record_cut(&mut self, place: usize, sent: &Sent) -> Result<()> {
        let cut = event(sent, |event| match event {
            Event::PositionCut(cut) => Some(&**cut),
            _ => None,
        });
        let cut = cut.context("a cut without an event")?.clone();
        let closed_q = self.notional(cut.market_index, cut.lots, cut.price_e8)?;
        let fee_q = i64::try_from(cut.keeper_fee_q).context("a fee is too large")?;
        self.ledger
            .cut(place, cut.market_index, cut.lots, cut.cost_q + fee_q);
        let cause = self.cut_cause(place, &cut)?;
        self.record.actions.push(Action {
            unix_seconds: self.world.now_seconds(),
            kind: ActionKind::Cut,
            account: number(place),
            market: self.asset(cut.market_index),
            side: reduced_side(cut.lots),
            lots: cut.lots.unsigned_abs(),
            notional_q: closed_q,
            price_e8: cut.price_e8,
            equity_before_q: cut.equity_before_q,
            equity_after_q: cut.equity_after_q,
            requirement_before_q: cut.requirement_before_q,
            requirement_after_q: cut.requirement_after_q,
            penalty_q: 0,
            fee_q: cut.keeper_fee_q,
            cause,
        });
        Ok(())
    }

    /// Today's positions, as they were before the cut, at the call ratios of the last safe minute.
    fn cut_cause(&self, place: usize, cut: &PositionCut) -> Result<Cause> {
        let id = self.agents[place].id;
        let mut notional_q = self.notional_now(cut.market_index, cut.lots)?;
        let safe = self.ledger.of(place).safe.as_ref();
        let safe = safe.context("a cut of an account that was never above its line")?;
        let at_safe = |market: u16, notional_q: u64| {
            let ratio = safe.call_ppm.get(&market).copied().unwrap_or(0);
            u128::from(notional_q) * u128::from(ratio) / 1_000_000
        };
        let mut requirement_q = at_safe(cut.market_index, notional_q);
        for leg in self.world.parts(id)? {
            notional_q += leg.part.notional_q;
            requirement_q += at_safe(leg.market_index, leg.part.notional_q);
        }
        let now = Standing {
            equity_q: cut.equity_before_q,
            requirement_q: cut.requirement_before_q,
            notional_q,
        };
        Ok(Cause::of(&safe.call, &now, requirement_q as u64))
    }

    pub(super) fn record_liquidation(&mut self, place: usize, sent: &Sent) -> Result<()> {
        let liquidated = event(sent, |event| match event {
            Event::PositionLiquidated(liquidated) => Some(&**liquidated),
            _ => None,
        });
        let of = liquidated
            .context("a liquidation without an event")?
            .clone();
        let cause = self.liquidation_cause(place, &of)?;
        let by_volatility_alone = cause.driver == Driver::MarginRise;
        if of.position_lots == 0 {
            self.ledger.closed(place, of.market_index);
        }
        let open = self.world.account(self.agents[place].id)?;
        if open.positions.iter().all(|slot| slot.lots == 0) {
            self.ledger.lost_all(place, by_volatility_alone);
        }
        self.record.actions.push(Action {
            unix_seconds: self.world.now_seconds(),
            kind: ActionKind::Liquidation,
            account: number(place),
            market: self.asset(of.market_index),
            side: reduced_side(of.lots),
            lots: of.lots.unsigned_abs(),
            notional_q: self.notional(of.market_index, of.lots, of.price_e8)?,
            price_e8: of.price_e8,
            equity_before_q: of.equity_before_q,
            equity_after_q: of.equity_after_q,
            requirement_before_q: of.requirement_before_q,
            requirement_after_q: of.requirement_after_q,
            penalty_q: of.keeper_fee_q + of.insurance_fee_q,
            fee_q: of.keeper_fee_q,
            cause,
        });
        self.record_absorption(place, sent);
        Ok(())
    }

    /// The line is static, so only losses bring an account below it: of the price, or of the cuts that a
    /// rise of margin caused. Would the account be above it had it never been cut?
    fn liquidation_cause(&self, place: usize, of: &PositionLiquidated) -> Result<Cause> {
        let memory = self.ledger.of(place);
        let safe = memory.safe.as_ref();
        let safe = safe.context("a liquidation of an account that was never above its line")?;
        let mut equity_q = i128::from(of.equity_before_q);
        let mut requirement_q = i128::from(of.requirement_before_q);
        for (market, away) in &memory.cut {
            let risk = self.world.risk(*market)?;
            let worth_q = worth_down(away.lots, risk.price_e8, risk.lot_divisor);
            let worth_q = worth_q.ok().context("what was cut is worth too much")?;
            let notional_q = self.notional_now(*market, away.lots)?;
            equity_q += i128::from(worth_q) - i128::from(away.received_q);
            requirement_q += i128::from(notional_q) * i128::from(risk.liquidation_ppm) / 1_000_000;
        }
        let amount = |amount_q: i128| dollars(i64::try_from(amount_q).unwrap_or(i64::MAX));
        if equity_q >= requirement_q {
            return Ok(Cause {
                driver: Driver::MarginRise,
                text: format!(
                    "without its cuts the account would have equity {} and need {}",
                    amount(equity_q),
                    amount(requirement_q)
                ),
            });
        }
        let notional_q = self.notional_now(of.market_index, of.lots)?;
        let now = Standing {
            equity_q: of.equity_before_q,
            requirement_q: of.requirement_before_q,
            notional_q: self.world.margin(self.agents[place].id)?.notional_q + notional_q,
        };
        Ok(Cause::of(&safe.liquidation, &now, of.requirement_before_q))
    }

    /// Notes who bore a deficit, if one was absorbed, and says whether one was.
    pub(super) fn record_absorption(&mut self, place: usize, sent: &Sent) -> bool {
        let absorbed = event(sent, |event| match event {
            Event::DeficitAbsorbed(absorbed) => Some(&**absorbed),
            _ => None,
        });
        let Some(absorbed) = absorbed else {
            return false;
        };
        self.record.totals.deficit_q += absorbed.deficit_q;
        self.record.totals.insurance_paid_q += absorbed.insurance_q;
        let text = format!(
            "owed {}: insurance paid {}, the market bore {}, {} is left",
            amount(absorbed.deficit_q),
            amount(absorbed.insurance_q),
            amount(absorbed.market_q),
            amount(absorbed.unresolved_q)
        );
        self.record.actions.push(Action {
            unix_seconds: self.world.now_seconds(),
            kind: ActionKind::Absorption,
            account: number(place),
            market: self.asset(absorbed.market_index),
            side: Side::Long,
            lots: 0,
            notional_q: 0,
            price_e8: 0,
            equity_before_q: -i64::try_from(absorbed.deficit_q).unwrap_or(i64::MAX),
            equity_after_q: -i64::try_from(absorbed.unresolved_q).unwrap_or(i64::MAX),
            requirement_before_q: 0,
            requirement_after_q: 0,
            penalty_q: 0,
            fee_q: 0,
            cause: Cause {
                driver: Driver::Price,
                text,
            },
        });
        true
    }

    fn asset(&self, market: u16) -> String {
        self.record.markets[usize::from(market)].asset.clone()
    }

    fn notional(&self, market: u16, lots: i64, price_e8: u64) -> Result<u64> {
        let divisor = self.world.risk(market)?.lot_divisor;
        notional_down(lots.unsigned_abs(), price_e8, divisor)
            .ok()
            .context("notional overflows")
    }

    fn notional_now(&self, market: u16, lots: i64) -> Result<u64> {
        self.notional(market, lots, self.world.risk(market)?.price_e8)
    }
}

/// Selling reduces a long.
fn reduced_side(lots: i64) -> Side {
    if lots < 0 {
        Side::Long
    } else {
        Side::Short
    }
}

fn amount(amount_q: u64) -> String {
    dollars(i64::try_from(amount_q).unwrap_or(i64::MAX))
}
