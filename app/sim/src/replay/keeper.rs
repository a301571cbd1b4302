//! A keeper without capital: settles orders at the update that their time names, tells markets how they are
//! used, keeps cash where it is owed, cuts and liquidates until nothing more is admissible, and clears what accounts owed beyond their
//! balance.

use anyhow::{Context, Result};
use plimsoll::constants::BOUNTIES_KEPT;
use plimsoll::events::OrderOutcome;
use plimsoll::state::MarginAccount;
use plimsoll_client::margin::PositionMargin;
use plimsoll_client::Event;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::oracle::check_age;
use plimsoll_testkit::TraderId;

use crate::record::StateCounts;

use super::attribution::adds_risk;
use super::{event, observe, places, Replay};

/// Rounds in which one account may be acted on in one minute: more legs than it can have, twice.
const ROUNDS_MAX: usize = 16;

/// How often a market is told how it is used, if nothing else asks for a sweep.
const SWEEP_SECONDS: i64 = 600;

/// An order that has not come to an end.
#[derive(Clone, Copy, Debug)]
pub struct PendingOrder {
    /// The trader's place in the replay's list.
    pub place: usize,
    pub market: u16,
    pub order_id: u64,
    /// The first update at or after this time settles the order.
    pub target_seconds: i64,
}

impl Replay<'_> {
    /// Settles each order at the update that its time names, and ends those that waited too long for it.
    pub(super) fn settle_orders(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        for order in pending {
            let id = self.agents[order.place].id;
            let update = self.published.get(&order.market);
            let instruction = if update.is_some_and(|update| update.settles(order.target_seconds)) {
                self.world
                    .settle_instruction(id, order.market, order.order_id)?
            } else if self.is_dead(&order)? {
                self.world
                    .expire_instruction(id, order.market, order.order_id)?
            } else {
                self.pending.push(order);
                continue;
            };
            let Some(sent) = self.send("settle_order", instruction)? else {
                self.pending.push(order);
                continue;
            };
            let settled = event(&sent, |event| match event {
                Event::OrderSettled(settled) => Some(&**settled),
                _ => None,
            });
            let settled = settled.context("a settlement without an event")?;
            if settled.position_lots == 0 {
                self.ledger.closed(order.place, order.market);
            }
            if adds_risk(settled.lots, settled.position_lots) {
                self.remember_moment(order.place)?;
            }
            match settled.outcome {
                OrderOutcome::Filled => self.record.orders.filled += 1,
                OrderOutcome::Expired => self.record.orders.expired += 1,
                OrderOutcome::Unaffordable => self.record.orders.unaffordable += 1,
                _ => self.record.orders.rejected += 1,
            }
        }
        Ok(())
    }

    fn is_dead(&self, order: &PendingOrder) -> Result<bool> {
        let params = self.world.market(order.market)?.params;
        let patience = params.order_window_seconds + params.order_timeout_seconds;
        Ok(self.world.now_seconds() > order.target_seconds + i64::from(patience))
    }

    /// Sweeps markets that are far from their target of cash, owe more than it or have not been told for long how
    /// they are used, then pays what has vested.
    pub(super) fn keep_house(&mut self) -> Result<()> {
        for market in self.world.market_indices() {
            let (cash_q, unpaid_q, target_q) = {
                let market = self.world.market(market)?;
                (market.cash_q, market.unpaid_q, market.params.cash_target_q)
            };
            let far = cash_q < target_q / 2 || cash_q > target_q / 2 * 3;
            if far || unpaid_q > cash_q || self.has_news(market)? {
                let sweep = self.world.sweep_instruction(market)?;
                self.send("sweep_market", sweep)?;
                self.swept.insert(market, self.world.now_seconds());
            }
            if unpaid_q > 0 && self.world.market(market)?.covers_claims() {
                self.collect_all(market)?;
            }
            self.keep_bounties(market)?;
        }
        Ok(())
    }

    /// R-C7, R-Q7: whether a market in use, or told so, has had a price since it was last told, some time ago.
    fn has_news(&self, market: u16) -> Result<bool> {
        let risk = self.world.risk(market)?;
        let used = self
            .world
            .market(market)?
            .open_interest()
            .larger_side_lots()
            > 0;
        let told_seconds = self.swept.get(&market).copied().unwrap_or(i64::MIN);
        let due = self.world.now_seconds() >= told_seconds.saturating_add(SWEEP_SECONDS);
        let priced = risk.publish_seconds > told_seconds;
        Ok((used || risk.open_interest_lots > 0) && due && priced)
    }

    /// R-L9: levels what a market holds of the insurance fund's where no bounty is left, or far more than is
    /// kept for them.
    fn keep_bounties(&mut self, market: u16) -> Result<()> {
        let (held_q, bounty_q) = {
            let market = self.world.market(market)?;
            (market.insurance_q, market.params.keeper_fee_q)
        };
        let fund_q = self.world.insurance()?.balance_q;
        let lacks = held_q < bounty_q && fund_q > 0;
        if lacks || held_q > bounty_q.saturating_mul(2 * BOUNTIES_KEPT) {
            let sweep = self.world.sweep_insurance_instruction(market)?;
            self.send("sweep_insurance", sweep)?;
        }
        Ok(())
    }

    fn collect_all(&mut self, market: u16) -> Result<()> {
        for (_, id) in places(&self.agents) {
            let account = self.world.account(id)?;
            let slot = account.position_in(market);
            let vested = |slot: usize| {
                let slot = &account.positions[slot];
                slot.unpaid_q > 0 && slot.vests_seconds <= self.world.now_seconds()
            };
            if slot.is_some_and(vested) {
                let collect = self.world.collect_instruction(id, market)?;
                self.send("collect_profit", collect)?;
            }
        }
        Ok(())
    }

    /// Looks at every account, counts how they stand, and acts on those below a line.
    pub(super) fn guard_accounts(&mut self, unix_seconds: i64) -> Result<()> {
        let mut counts = StateCounts {
            unix_seconds,
            ..StateCounts::default()
        };
        for (place, id) in places(&self.agents) {
            let mut margin = self.world.margin(id)?;
            observe::count(&mut counts, &margin);
            if self.is_called_by_quote(place, &margin)? {
                counts.called_by_quote += 1;
                self.ledger.called_by_quote(place);
            }
            for _ in 0..ROUNDS_MAX {
                if !self.guard(place, id, &margin)? {
                    break;
                }
                margin = self.world.margin(id)?;
            }
            self.absorb_deficits(place, id)?;
        }
        self.record.account_states.push(counts);
        Ok(())
    }

    /// Acts once on an account, if anything is admissible, and says whether it did.
    fn guard(&mut self, place: usize, id: TraderId, margin: &Margin) -> Result<bool> {
        if margin.state() == AccountState::Healthy {
            return Ok(false);
        }
        let legs = self.world.parts(id)?;
        // A market whose feed is silent waits; the account's other legs do not.
        let mut due = Vec::with_capacity(legs.len());
        for leg in legs {
            if self.is_fresh(&leg)? {
                due.push(leg);
            }
        }
        let legs = due;
        if margin.state() == AccountState::MarginCall {
            return self.cut(place, id, &legs);
        }
        let Some(leg) = largest(legs.iter(), |leg| leg.part.requirement_liquidation_q) else {
            return Ok(false);
        };
        let instruction = self.world.liquidate_instruction(id, leg.market_index)?;
        let sent = self.send("liquidate_position", instruction)?;
        match sent {
            Some(sent) => self.record_liquidation(place, &sent).map(|()| true),
            None => Ok(false),
        }
    }

    /// Cuts the leg that asks for most, among those whose interval has passed.
    fn cut(&mut self, place: usize, id: TraderId, legs: &[PositionMargin]) -> Result<bool> {
        let now_seconds = self.world.now_seconds();
        let account = *self.world.account(id)?;
        let mut due = Vec::with_capacity(legs.len());
        for leg in legs {
            let interval = self
                .world
                .risk(leg.market_index)?
                .params
                .cut_interval_seconds;
            let since = now_seconds - account.positions[leg.slot].last_cut_seconds;
            if since >= i64::from(interval) {
                due.push(leg);
            }
        }
        let Some(leg) = largest(due, |leg| leg.part.requirement_call_q) else {
            return Ok(false);
        };
        let instruction = self.world.cut_instruction(id, leg.market_index)?;
        match self.send("cut_position", instruction)? {
            Some(sent) => self.record_cut(place, &account, &sent).map(|()| true),
            None => Ok(false),
        }
    }

    /// R-L8: releases what an account has paid back of what it owed each market beyond its balance, whether
    /// by a deposit or by a profit, and has the rest covered once it has nothing left to pay with. Until
    /// then a market pays nobody out of that part of its cash.
    pub(super) fn absorb_deficits(&mut self, place: usize, id: TraderId) -> Result<()> {
        for slot in 0..self.world.account(id)?.positions.len() {
            let account = self.world.account(id)?;
            if !is_absorbable(account, slot) {
                continue;
            }
            let market = account.positions[slot].market_index;
            let absorb = self.world.absorb_instruction(id, market)?;
            if let Some(sent) = self.send("absorb_deficit", absorb)? {
                self.record_absorption(place, &sent)?;
            }
        }
        Ok(())
    }

    /// Whether the program would reduce a leg at its market's price now.
    fn is_fresh(&self, leg: &PositionMargin) -> Result<bool> {
        let risk = self.world.risk(leg.market_index)?;
        let limit = risk.params.reduction_age_seconds_max;
        Ok(check_age(risk.publish_seconds, limit, self.world.now_seconds()).is_ok())
    }
}

/// Whether the program would clear anything of what the account owed the market of a slot beyond its
/// balance.
fn is_absorbable(account: &MarginAccount, slot: usize) -> bool {
    if account.positions[slot].uncovered_q == 0 {
        return false;
    }
    let mut slots = account.positions.iter();
    account.repaid_q(slot) > 0 || slots.all(|slot| slot.lots == 0 && slot.unpaid_q == 0)
}

fn largest<'a>(
    legs: impl IntoIterator<Item = &'a PositionMargin>,
    by: impl Fn(&PositionMargin) -> u64,
) -> Option<&'a PositionMargin> {
    legs.into_iter()
        .filter(|leg| leg.lots != 0)
        .max_by_key(|leg| by(leg))
}
