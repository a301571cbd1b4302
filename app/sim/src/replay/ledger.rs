//! What is remembered of each account to explain what happens to it.

use std::collections::BTreeMap;

use crate::record::cause::Standing;

/// What is remembered of one account.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// The last sight of the account above its call line.
    pub safe: Option<Safe>,
    /// What cuts took from each of its legs that is still open.
    pub cut: BTreeMap<u16, CutAway>,
    fully_liquidated: bool,
    by_volatility_alone: bool,
}

/// An account above its call line.
#[derive(Clone, Debug)]
pub struct Safe {
    pub call: Standing,
    pub liquidation: Standing,
    /// The call ratio of each market then, ppm.
    pub call_ppm: BTreeMap<u16, u32>,
}

/// The part of a leg that cuts closed.
#[derive(Clone, Copy, Debug, Default)]
pub struct CutAway {
    /// Signed: positive where a long was cut.
    pub lots: i64,
    /// What the account got for them, less fees, quote atoms; negative for a short.
    pub received_q: i64,
}

/// Memories by the trader's place.
pub struct Ledger {
    accounts: Vec<Memory>,
}

impl Ledger {
    pub fn new(accounts: usize) -> Self {
        Self {
            accounts: vec![Memory::default(); accounts],
        }
    }

    pub fn of(&self, place: usize) -> &Memory {
        &self.accounts[place]
    }

    pub fn remember_safe(&mut self, place: usize, safe: Safe) {
        self.accounts[place].safe = Some(safe);
    }

    /// A cut traded `lots` (negative where a long was cut) at `cost_q`, fees included.
    pub fn cut(&mut self, place: usize, market: u16, lots: i64, cost_q: i64) {
        let away = self.accounts[place].cut.entry(market).or_default();
        away.lots -= lots;
        away.received_q -= cost_q;
    }

    /// A leg came to its end: what was cut from it would be gone too.
    pub fn closed(&mut self, place: usize, market: u16) {
        self.accounts[place].cut.remove(&market);
    }

    /// An account lost its last position to a liquidation.
    pub fn lost_all(&mut self, place: usize, by_volatility_alone: bool) {
        let memory = &mut self.accounts[place];
        memory.fully_liquidated = true;
        memory.by_volatility_alone |= by_volatility_alone;
    }

    pub fn fully_liquidated(&self) -> u32 {
        self.count(|memory| memory.fully_liquidated)
    }

    pub fn by_volatility_alone(&self) -> u32 {
        self.count(|memory| memory.by_volatility_alone)
    }

    fn count(&self, of: impl Fn(&Memory) -> bool) -> u32 {
        self.accounts.iter().filter(|memory| of(memory)).count() as u32
    }
}
