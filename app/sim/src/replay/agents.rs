//! Seeded traders. They are not clever; they are many, different, and most are long.

use anyhow::Result;
use plimsoll_testkit::{Order, TraderId, World, WorldError};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::keeper::PendingOrder;
use super::{explained, Replay};

/// A trader's habits.
#[derive(Clone, Copy, Debug)]
pub struct Agent {
    pub id: TraderId,
    /// Chance of a new position in a minute without one.
    open_chance: f64,
    /// Chance of closing a position in a minute.
    close_chance: f64,
    /// Chance that a new position is long.
    long_chance: f64,
    /// Whether the side follows the slow price instead of chance.
    follows_trend: bool,
    /// Share of the free margin that a new position uses, least and most.
    appetite: (f64, f64),
    /// What was deposited first, and what is deposited again after a loss of nearly all, quote atoms.
    deposit_q: u64,
    /// Chance in a minute of depositing again when nearly nothing is left.
    refill_chance: f64,
}

impl Agent {
    /// Opens and funds an account for a new trader with habits of chance.
    pub fn enrol(world: &mut World, rng: &mut ChaCha8Rng) -> Result<Self, WorldError> {
        // Between $500 and $50,000, small ones being many.
        let deposit_q = (500.0 * 100_f64.powf(rng.random::<f64>())) as u64 * 1_000_000;
        let id = world.new_trader(deposit_q)?;
        let daring = rng.random_bool(0.5);
        Ok(Self {
            id,
            open_chance: rng.random_range(0.005..0.05),
            close_chance: rng.random_range(0.001..0.01),
            long_chance: if daring { 0.7 } else { 0.5 },
            follows_trend: rng.random_bool(0.25),
            appetite: if daring { (0.6, 0.95) } else { (0.1, 0.6) },
            deposit_q,
            refill_chance: if daring { 0.01 } else { 0.0 },
        })
    }
}

/// What a trader decides to do in one market.
struct Decision {
    market: u16,
    lots: i64,
    reduce_only: bool,
}

impl Replay<'_> {
    /// Each trader may place an order in one of the markets that just had a price, or deposit again.
    pub(super) fn let_traders_act(&mut self, markets: &[u16]) -> Result<()> {
        if markets.is_empty() {
            return Ok(());
        }
        for place in 0..self.agents.len() {
            let agent = self.agents[place];
            if self.wants_refill(&agent)? {
                self.refill(place)?;
            }
            if self.pending.iter().any(|order| order.place == place) {
                continue;
            }
            let market = markets[self.rng.random_range(0..markets.len())];
            let decision = self.decide(&agent, market).map_err(explained)?;
            if let Some(decision) = decision {
                self.place(place, &decision)?;
            }
        }
        Ok(())
    }

    fn wants_refill(&mut self, agent: &Agent) -> Result<bool> {
        let wanted = agent.refill_chance > 0.0 && self.rng.random_bool(agent.refill_chance);
        if !wanted {
            return Ok(false);
        }
        let left = i128::from(self.world.account(agent.id)?.balance_q);
        Ok(left < i128::from(agent.deposit_q / 10))
    }

    /// Deposits as much as at first.
    pub(super) fn refill(&mut self, place: usize) -> Result<()> {
        let Agent { id, deposit_q, .. } = self.agents[place];
        let tokens = self.world.trader(id)?;
        self.world.mint_quote(&tokens.owner, deposit_q)?;
        let deposit = self.world.deposit_instruction(id, deposit_q)?;
        if self.send("deposit", deposit)?.is_some() {
            self.remember_moment(place)?;
        }
        Ok(())
    }

    fn decide(&mut self, agent: &Agent, market: u16) -> Result<Option<Decision>, WorldError> {
        let held = self.world.lots(agent.id, market)?;
        if held != 0 {
            let closes = self.rng.random_bool(agent.close_chance);
            let decision = Decision {
                market,
                lots: -held,
                reduce_only: true,
            };
            return Ok(closes.then_some(decision));
        }
        if !self.rng.random_bool(agent.open_chance) {
            return Ok(None);
        }
        let risk = self.world.risk(market)?;
        let long = if agent.follows_trend {
            risk.price_e8 > risk.slow_price_e8
        } else {
            self.rng.random_bool(agent.long_chance)
        };
        let share = self.rng.random_range(agent.appetite.0..agent.appetite.1);
        let free_q = self.world.margin(agent.id)?.free_q() as f64;
        let notional_q =
            free_q * share * 1e6 / f64::from(risk.initial_ppm[usize::from(!long)].max(1));
        let lot_q = risk.price_e8 as f64 / risk.lot_divisor as f64;
        let params = self.world.market(market)?.params;
        let lots = ((notional_q / lot_q) as u64).min(params.order_lots_max);
        if lots < params.order_lots_min {
            return Ok(None);
        }
        let lots = i64::try_from(lots).map_err(|_| WorldError::Overflow)?;
        Ok(Some(Decision {
            market,
            lots: if long { lots } else { -lots },
            reduce_only: false,
        }))
    }

    fn place(&mut self, place: usize, decision: &Decision) -> Result<()> {
        let id = self.agents[place].id;
        let order = if decision.reduce_only {
            Order::reduce(decision.lots)
        } else {
            Order::market(decision.lots)
        };
        let instruction = self.world.place_instruction(id, decision.market, order)?;
        if self.send("place_order", instruction)?.is_none() {
            return Ok(());
        }
        self.record.orders.placed += 1;
        let params = self.world.market(decision.market)?.params;
        self.pending.push(PendingOrder {
            place,
            market: decision.market,
            order_id: self.world.account(id)?.last_order_id,
            target_seconds: self.world.now_seconds() + i64::from(params.order_delay_seconds),
        });
        Ok(())
    }
}
