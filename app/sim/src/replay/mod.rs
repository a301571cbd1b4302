//! Replays a session of prices through the compiled program: every minute puts the feeds' updates in
//! place, and from there on everything that changes the exchange is a signed transaction.
//!
//! A tape is known by the index of the risk account that takes its prices in: a market's, or the quote
//! currency's.

mod acts;
mod agents;
mod attribution;
mod keeper;
mod ledger;
pub mod listing;
mod observe;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use anyhow::{bail, Context, Result};
use plimsoll::constants::COLLATERAL_RISK;
use plimsoll_client::Event;
use plimsoll_risk::math::mul_div_up;
use plimsoll_risk::oracle::PriceReading;
use plimsoll_testkit::{PriceUpdate, Sent, TraderId, World, WorldError};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use solana_instruction::Instruction;

use crate::record::{ComputeMeter, Record, RECORD_VERSION};
use crate::tape::statistics::{correlations, session_statistics};
use crate::tape::{RowIndex, Session, Tick, MINUTE_SECONDS};
use crate::text::{date_and_time, duration};

use agents::Agent;
use keeper::PendingOrder;
use ledger::Ledger;

/// How long after a row's time its update reaches the chain.
const LATENCY_SECONDS: i64 = 3;
/// The quote currency's risk account.
const QUOTE_RISK: u16 = COLLATERAL_RISK;
/// Rows further apart than this, in the median, cannot fill orders within their window.
const SPACING_SECONDS_MAX: i64 = 2 * MINUTE_SECONDS;

/// What a replay can be told besides its prices.
#[derive(Clone, Copy, Debug)]
pub struct ReplayOptions {
    /// Of the traders: who they are and what they do.
    pub seed: u64,
    /// How many there are.
    pub traders: u32,
    /// Whether the prices are made up rather than recorded.
    pub generated_prices: bool,
}

/// Runs a session from start to end; `progress` is told the ticks done and the ticks in all.
///
/// # Errors
/// A session that cannot be traded, a missing program, or a broken invariant with what came before it.
pub fn replay(
    session: &Session,
    options: ReplayOptions,
    mut progress: impl FnMut(u64, u64),
) -> Result<Record> {
    let started = std::time::Instant::now();
    let ticks = session.ticks();
    let mut replay = Replay::new(session, options)?;
    for (done, tick) in ticks.iter().enumerate() {
        progress(done as u64, ticks.len() as u64);
        replay
            .tick(tick)
            .with_context(|| format!("at {} UTC", date_and_time(tick.unix_seconds)))?;
    }
    progress(ticks.len() as u64, ticks.len() as u64);
    let mut record = replay.finish()?;
    record.replay_seconds = started.elapsed().as_secs_f64();
    Ok(record)
}

struct Replay<'a> {
    session: &'a Session,
    world: World,
    agents: Vec<Agent>,
    pending: Vec<PendingOrder>,
    /// The risk account of each of the session's tapes.
    risk_indices: Vec<u16>,
    /// The update that the feed of each risk account made last.
    published: BTreeMap<u16, PriceReading>,
    /// When each market was last swept.
    swept: BTreeMap<u16, i64>,
    ledger: Ledger,
    meter: ComputeMeter,
    rng: ChaCha8Rng,
    record: Record,
}

impl<'a> Replay<'a> {
    fn new(session: &'a Session, options: ReplayOptions) -> Result<Self> {
        let (first, last) = session.span_seconds().context("the session has no rows")?;
        check_spacing(session)?;
        let mut world = World::builder()
            .start(first - MINUTE_SECONDS)
            .markets(session.markets().map(listing::market))
            .build()
            .map_err(explained)?;
        if let Some(tape) = session.quote() {
            let spec = listing::quote(tape);
            world.price_collateral(0, spec, None).map_err(explained)?;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
        let agents = (0..options.traders)
            .map(|_| Agent::enrol(&mut world, &mut rng))
            .collect::<Result<Vec<_>, _>>()
            .map_err(explained)?;
        let record = Record {
            version: RECORD_VERSION,
            session: session.name.clone(),
            seed: options.seed,
            generated_prices: options.generated_prices,
            traders: options.traders,
            first_unix_seconds: first,
            last_unix_seconds: last,
            tape_statistics: session_statistics(session),
            correlations: correlations(session),
            markets: observe::empty_series(session),
            quote: observe::empty_quote(session),
            ..Record::default()
        };
        Ok(Self {
            session,
            world,
            ledger: Ledger::new(agents.len()),
            agents,
            pending: Vec::new(),
            risk_indices: risk_indices(session)?,
            published: BTreeMap::new(),
            swept: BTreeMap::new(),
            meter: ComputeMeter::default(),
            rng,
            record,
        })
    }

    /// One time of the tape: prices, then the keeper, then the traders, then what there is to see.
    fn tick(&mut self, tick: &Tick) -> Result<()> {
        self.world.set_time(tick.unix_seconds + LATENCY_SECONDS);
        let mut refreshed = Vec::with_capacity(tick.rows.len());
        for row in &tick.rows {
            let index = self.risk_indices[row.tape];
            let reading = self.reading(row);
            self.published.insert(index, reading);
            let update = self.update(index, &reading)?;
            self.world.publish(index, update)?;
            let refresh = self.world.refresh_instruction(index)?;
            if self.send("refresh_market", refresh)?.is_none() {
                continue;
            }
            if index == QUOTE_RISK {
                self.observe_quote(tick.unix_seconds)?;
            } else {
                refreshed.push(index);
                self.observe_market(index, tick.unix_seconds)?;
            }
        }
        self.settle_orders()?;
        self.keep_house()?;
        self.guard_accounts(tick.unix_seconds)?;
        self.let_traders_act(&refreshed)?;
        self.observe_books(tick.unix_seconds)
    }

    /// What the feed published at a row of its tape. A gap shows in the previous publish time.
    fn reading(&self, row: &RowIndex) -> PriceReading {
        let minute = self.session.minute(*row);
        let before_first = self.record.first_unix_seconds - MINUTE_SECONDS;
        let previous = self.session.tapes[row.tape].previous_unix_seconds(row.row);
        PriceReading {
            price_e8: minute.price_e8,
            confidence_e8: minute.confidence_e8,
            confidence_ppm: mul_div_up(minute.confidence_e8, 1_000_000, minute.price_e8)
                .unwrap_or(u64::MAX),
            slow_price_e8: minute.ema_price_e8,
            publish_seconds: minute.unix_seconds,
            previous_publish_seconds: previous.unwrap_or(before_first),
        }
    }

    fn update(&self, index: u16, reading: &PriceReading) -> Result<PriceUpdate> {
        let feed_id = self.world.risk(index)?.feed_id;
        let slow = i64::try_from(reading.slow_price_e8).context("the slow price is too large")?;
        Ok(
            PriceUpdate::new(feed_id, reading.price_e8, reading.publish_seconds)
                .confidence(reading.confidence_e8)
                .slow_price(slow)
                .previous(reading.previous_publish_seconds),
        )
    }

    /// Sends one instruction as a signed transaction. A refusal by a rule of the program is counted and
    /// gives nothing; anything else ends the replay.
    fn send(&mut self, name: &str, instruction: Instruction) -> Result<Option<Sent>> {
        match self.world.send(&[instruction]) {
            Ok(sent) => {
                self.record.transactions.landed += 1;
                self.meter.note(name, sent.compute_units);
                self.check_books(name)?;
                Ok(Some(sent))
            }
            Err(error) => {
                let Some(refusal) = error.program_error() else {
                    return Err(explained(error).context(format!("sending {name}")));
                };
                self.record.transactions.refused += 1;
                *self.record.refusals.entry(refusal.name()).or_default() += 1;
                Ok(None)
            }
        }
    }

    fn finish(mut self) -> Result<Record> {
        self.observe_end()?;
        self.record.compute_units = self.meter.finish();
        Ok(self.record)
    }
}

/// The risk account of each tape: markets are listed in the tapes' order.
fn risk_indices(session: &Session) -> Result<Vec<u16>> {
    let mut markets = 0..QUOTE_RISK;
    let tapes = session.tapes.iter();
    let indices = tapes.map(|tape| match tape.is_quote() {
        true => Some(QUOTE_RISK),
        false => markets.next(),
    });
    indices.collect::<Option<_>>().context("too many tapes")
}

/// Of an event of a kind, the first among those of a transaction.
fn event<T>(sent: &Sent, pick: impl Fn(&Event) -> Option<&T>) -> Option<&T> {
    sent.events.iter().find_map(pick)
}

fn explained(error: WorldError) -> anyhow::Error {
    anyhow::Error::new(error)
}

/// Traders' orders fill within two minutes or not at all, so a tape of hours would only show expiries.
fn check_spacing(session: &Session) -> Result<()> {
    for tape in &session.tapes {
        let mut spacings: Vec<i64> = tape
            .rows
            .windows(2)
            .map(|pair| pair[1].unix_seconds - pair[0].unix_seconds)
            .collect();
        spacings.sort_unstable();
        let median = spacings
            .get(spacings.len() / 2)
            .copied()
            .unwrap_or(MINUTE_SECONDS);
        if median > SPACING_SECONDS_MAX {
            bail!(
                "the rows of {} are {} apart; a replay needs a row a minute",
                tape.asset,
                duration(median)
            );
        }
    }
    Ok(())
}

/// A trader by place in the replay's list.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// The accounts of one replay by place, for the keeper's rounds.
fn places(agents: &[Agent]) -> Vec<(usize, TraderId)> {
    agents.iter().map(|agent| agent.id).enumerate().collect()
}
