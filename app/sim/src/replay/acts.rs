//! Writes down what the keeper did to accounts, with what caused it.

use anyhow::{Context, Result};
use plimsoll::events::PositionLiquidated;
use plimsoll::state::MarginAccount;
use plimsoll_client::Event;
use plimsoll_risk::units::{notional_down, worth_down};
use plimsoll_testkit::Sent;

use crate::record::cause::Standing;
use crate::record::{Action, ActionKind, Cause, Driver, Side};
use crate::text::dollars;

use super::ledger::{Line, Quote};
use super::{event, number, Replay};

impl Replay<'_> {
    /// Takes the account as it was before the cut.
    pub(super) fn record_cut(
        &mut self,
        place: usize,
        before: &MarginAccount,
        sent: &Sent,
    ) -> Result<()> {
        let cut = event(sent, |event| match event {
            Event::PositionCut(cut) => Some(&**cut),
            _ => None,
        });
        let cut = cut.context("a cut without an event")?.clone();
        let fee_q = i64::try_from(cut.keeper_fee_q).context("a fee is too large")?;
        let (market, cost_q) = (cut.market_index, cut.cost_q + fee_q);
        let carry = self.world.risk(market)?.carry();
        self.ledger.cut(place, market, cut.lots, cost_q, &carry)?;
        let cause = Cause::of_cut(&self.cut_case(place, before)?);
        if cause.driver.needs_quote() {
            self.ledger.cut_by_quote(place);
        }
        self.record.actions.push(Action {
            unix_seconds: self.world.now_seconds(),
            kind: ActionKind::Cut,
            account: number(place),
            market: self.asset(cut.market_index),
            side: Some(reduced_side(cut.lots)),
            lots: cut.lots.unsigned_abs(),
            notional_q: self.notional(cut.market_index, cut.lots, cut.price_e8)?,
            price_e8: cut.price_e8,
            equity_before_q: cut.equity_before_q,
            equity_after_q: cut.equity_after_q,
            requirement_before_q: cut.requirement_before_q,
            requirement_after_q: cut.requirement_after_q,
            penalty_q: 0,
            fee_q: cut.keeper_fee_q,
            cost_q: self.price_cost(cut.market_index, cut.lots, cut.cost_q)? + cut.keeper_fee_q,
            cause,
        });
        Ok(())
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
        if of.position_lots == 0 {
            self.ledger.closed(place, of.market_index);
        }
        let open = self.world.account(self.agents[place].id)?;
        if open.positions.iter().all(|slot| slot.lots == 0) {
            self.ledger.lost_all(place, cause.driver);
        }
        // A bankrupt account pays nothing: its keeper's bounty is the insurance fund's.
        let penalty_q = if of.equity_before_q > 0 {
            of.keeper_fee_q + of.insurance_fee_q
        } else {
            0
        };
        self.record.actions.push(Action {
            unix_seconds: self.world.now_seconds(),
            kind: ActionKind::Liquidation,
            account: number(place),
            market: self.asset(of.market_index),
            side: Some(reduced_side(of.lots)),
            lots: of.lots.unsigned_abs(),
            notional_q: self.notional(of.market_index, of.lots, of.price_e8)?,
            price_e8: of.price_e8,
            equity_before_q: of.equity_before_q,
            equity_after_q: of.equity_after_q,
            requirement_before_q: of.requirement_before_q,
            requirement_after_q: of.requirement_after_q,
            penalty_q,
            fee_q: of.keeper_fee_q,
            cost_q: self.price_cost(of.market_index, of.lots, of.cost_q)? + penalty_q,
            cause,
        });
        Ok(())
    }

    /// The line is static, so only losses bring an account below it: of price and carry, or of the cuts that a rise
    /// of margin or a fall of the quote currency caused. Would the account be above it had it never been cut?
    fn liquidation_cause(&self, place: usize, of: &PositionLiquidated) -> Result<Cause> {
        let memory = self.ledger.of(place);
        let quoted = memory.cut.iter().map(|(market, away)| {
            let risk = self.world.risk(*market)?;
            let quote = Quote {
                price_e8: risk.price_e8,
                liquidation_ppm: risk.liquidation_ppm,
                carry: risk.carry(),
            };
            Ok((*away, quote))
        });
        let line = Line {
            equity_q: i128::from(of.equity_before_q),
            requirement_q: i128::from(of.requirement_before_q),
        };
        let uncut = line
            .uncut(quoted.collect::<Result<Vec<_>>>()?)
            .ok()
            .context("what was cut is worth too much")?;
        if uncut.holds() {
            let amount = |amount_q: i128| dollars(i64::try_from(amount_q).unwrap_or(i64::MAX));
            return Ok(Cause {
                driver: match memory.cut_by_quote {
                    true => Driver::QuoteAlone,
                    false => Driver::MarginRiseAlone,
                },
                text: format!(
                    "without its cuts the account would have equity {} and need {}",
                    amount(uncut.equity_q),
                    amount(uncut.requirement_q)
                ),
            });
        }
        let notional_q = self.notional_now(of.market_index, of.lots)?;
        let now = Standing {
            equity_q: of.equity_before_q,
            requirement_q: of.requirement_before_q,
            notional_q: self.world.margin(self.agents[place].id)?.notional_q + notional_q,
        };
        let moment = memory.moment()?;
        Ok(Cause::of_losses(
            moment.unix_seconds,
            &moment.liquidation,
            &now,
        ))
    }

    /// Notes who bore a deficit, if one was absorbed, and says whether one was.
    pub(super) fn record_absorption(&mut self, place: usize, sent: &Sent) -> Result<bool> {
        let absorbed = event(sent, |event| match event {
            Event::DeficitAbsorbed(absorbed) => Some(&**absorbed),
            _ => None,
        });
        let Some(absorbed) = absorbed else {
            return Ok(false);
        };
        let price_e8 = self.world.risk(absorbed.market_index)?.price_e8;
        self.record.totals.insurance_paid_q += absorbed.insurance_q;
        self.record.totals.market_paid_q += absorbed.market_q;
        let text = format!(
            "owed {}: insurance paid {}, the market bore {}",
            amount(absorbed.deficit_q),
            amount(absorbed.insurance_q),
            amount(absorbed.market_q)
        );
        self.record.actions.push(Action {
            unix_seconds: self.world.now_seconds(),
            kind: ActionKind::Absorption,
            account: number(place),
            market: self.asset(absorbed.market_index),
            side: None,
            lots: 0,
            notional_q: 0,
            price_e8,
            equity_before_q: -i64::try_from(absorbed.deficit_q).unwrap_or(i64::MAX),
            equity_after_q: 0,
            requirement_before_q: 0,
            requirement_after_q: 0,
            penalty_q: 0,
            fee_q: 0,
            cost_q: 0,
            cause: Cause {
                driver: Driver::PriceAlone,
                text,
            },
        });
        Ok(true)
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

    /// By how much a fill of signed `lots` at `cost_q` was worse than one at the market's price, quote
    /// atoms.
    fn price_cost(&self, market: u16, lots: i64, cost_q: i64) -> Result<u64> {
        let risk = self.world.risk(market)?;
        let worth_q = worth_down(lots, risk.price_e8, risk.lot_divisor);
        let worth_q = worth_q.ok().context("a fill is worth too much")?;
        Ok(u64::try_from(cost_q - worth_q).unwrap_or(0))
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
