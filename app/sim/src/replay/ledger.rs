//! What is remembered of each account to explain what happens to it.

use std::collections::BTreeMap;
use std::rc::Rc;

use anyhow::{Context, Result};
use plimsoll::state::MarketRisk;
use plimsoll_risk::carry::{Carried, Carry};
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{notional_down, share_down, worth_down};
use plimsoll_risk::RiskError;

use crate::record::cause::{Driver, Standing};

/// What is remembered of one account.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    moment: Option<Rc<Moment>>,
    /// What cuts took from each of its legs that has not been closed otherwise.
    pub cut: BTreeMap<u16, CutAway>,
    /// Whether one of these cuts needed the quote currency's fall.
    pub cut_by_quote: bool,
    called_by_quote: bool,
    fully_liquidated: bool,
    by_volatility_alone: bool,
    by_quote_alone: bool,
}

/// When an account's owner last took on its risk, and was above the call line after it.
#[derive(Debug)]
pub struct Moment {
    pub unix_seconds: i64,
    /// The account then.
    pub liquidation: Standing,
    /// Every risk account then, by its index.
    pub risks: BTreeMap<u16, MarketRisk>,
}

impl Memory {
    /// # Errors
    /// If the account never was above its call line.
    pub fn moment(&self) -> Result<&Moment> {
        let moment = self.moment.as_deref();
        moment.context("an account below its line that never was above it")
    }
}

/// The part of a leg that cuts closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CutAway {
    /// Signed: positive where a long was cut.
    pub lots: i64,
    /// What the account got for them, less fees, and has not had to pay for holding them since, quote atoms;
    /// negative for a short.
    pub received_q: i64,
    /// R-C5: their side's index as of which that is.
    pub index: i64,
}

impl CutAway {
    /// Brought up to a later carry.
    fn until(mut self, carry: &Carry) -> std::result::Result<Self, RiskError> {
        let held = Carried {
            position: Position {
                lots: self.lots,
                entry_q: self.received_q,
            },
            index: self.index,
        };
        self.received_q = carry.folded(&held)?.entry_q;
        self.index = carry.index(self.lots);
        Ok(self)
    }
}

/// What a market says of a leg in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    pub price_e8: u64,
    pub liquidation_ppm: u32,
    pub carry: Carry,
}

/// Equity and requirement at the liquidation line, quote atoms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub equity_q: i128,
    pub requirement_q: i128,
}

impl Line {
    /// Where the account would stand had it never been cut: it would still have the lots, at today's
    /// price and after today's carry, and not what it got for them. Requirements round down, so that in doubt it would be above
    /// the line and its liquidation counts as the cuts' doing.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] where what was cut is worth more than 64 bits.
    pub fn uncut(
        mut self,
        cut: impl IntoIterator<Item = (CutAway, Quote)>,
    ) -> std::result::Result<Self, RiskError> {
        for (away, quote) in cut {
            let away = away.until(&quote.carry)?;
            let divisor = quote.carry.lot_divisor;
            let worth_q = worth_down(away.lots, quote.price_e8, divisor)?;
            let size = away.lots.unsigned_abs();
            let notional_q = notional_down(size, quote.price_e8, divisor)?;
            self.equity_q += i128::from(worth_q) - i128::from(away.received_q);
            self.requirement_q += i128::from(share_down(notional_q, quote.liquidation_ppm)?);
        }
        Ok(self)
    }

    /// Whether an account standing here is not liquidatable.
    pub fn holds(&self) -> bool {
        self.equity_q >= self.requirement_q
    }
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

    pub fn remember_moment(&mut self, place: usize, moment: Rc<Moment>) {
        self.accounts[place].moment = Some(moment);
    }

    /// A cut traded `lots` (negative where a long was cut) at `cost_q`, fees included, when the market's carry
    /// stood where it is given.
    ///
    /// # Errors
    /// Where what cuts took from the leg costs more than 64 bits.
    pub fn cut(
        &mut self,
        place: usize,
        market: u16,
        lots: i64,
        cost_q: i64,
        carry: &Carry,
    ) -> Result<()> {
        let away = self.accounts[place].cut.entry(market).or_default();
        *away = away.until(carry).ok().context("too much carry")?;
        away.lots -= lots;
        away.received_q -= cost_q;
        away.index = carry.index(away.lots);
        Ok(())
    }

    /// Its owner or a liquidation closed what was left of a leg: what was cut from it would be gone too.
    pub fn closed(&mut self, place: usize, market: u16) {
        let memory = &mut self.accounts[place];
        memory.cut.remove(&market);
        memory.cut_by_quote &= !memory.cut.is_empty();
    }

    /// A cut of the account needed the quote currency's fall.
    pub fn cut_by_quote(&mut self, place: usize) {
        self.accounts[place].cut_by_quote = true;
    }

    /// The account is in a margin call that needs the quote currency's fall.
    pub fn called_by_quote(&mut self, place: usize) {
        self.accounts[place].called_by_quote = true;
    }

    /// An account lost its last position to a liquidation of this cause.
    pub fn lost_all(&mut self, place: usize, driver: Driver) {
        let memory = &mut self.accounts[place];
        memory.fully_liquidated = true;
        memory.by_volatility_alone |= driver == Driver::MarginRiseAlone;
        memory.by_quote_alone |= driver == Driver::QuoteAlone;
    }

    pub fn fully_liquidated(&self) -> u32 {
        self.count(|memory| memory.fully_liquidated)
    }

    pub fn by_volatility_alone(&self) -> u32 {
        self.count(|memory| memory.by_volatility_alone)
    }

    pub fn by_quote_alone(&self) -> u32 {
        self.count(|memory| memory.by_quote_alone)
    }

    pub fn count_called_by_quote(&self) -> u32 {
        self.count(|memory| memory.called_by_quote)
    }

    fn count(&self, of: impl Fn(&Memory) -> bool) -> u32 {
        self.accounts.iter().filter(|memory| of(memory)).count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lots of a thousandth, and what a long of one SOL has been charged in dollars, as a short was paid.
    fn carry(charged_e8: i64) -> Carry {
        Carry {
            long_index: charged_e8,
            short_index: -charged_e8,
            lot_divisor: 100_000,
            ..Carry::default()
        }
    }

    /// A liquidation line of 2.5 %, and no carry.
    fn sol(price_e8: u64) -> Quote {
        Quote {
            price_e8,
            liquidation_ppm: 25_000,
            carry: carry(0),
        }
    }

    /// A long of 100 SOL bought at $50 with $300, of which a cut sold 40 at $49.95 and 2 cents of fee:
    /// $1,997.98 received.
    fn long_after_a_cut() -> CutAway {
        let mut ledger = Ledger::new(1);
        ledger
            .cut(0, 2, -40_000, -1_998_000_000 + 20_000, &carry(0))
            .unwrap();
        let away = ledger.of(0).cut[&2];
        assert_eq!(away.lots, 40_000);
        assert_eq!(away.received_q, 1_997_980_000);
        away
    }

    /// The 60 SOL that the cut left, at a price in dollars: equity 300 − 2.02 + 60·(p − 50).
    fn rest_of_long(price_dollars: i128) -> Line {
        Line {
            equity_q: 297_980_000 + 60 * (price_dollars - 50) * 1_000_000,
            requirement_q: 60 * price_dollars * 25_000,
        }
    }

    #[test]
    fn a_fall_takes_an_uncut_long_as_well() {
        // At $45 the rest has −$2.02 and needs $67.50. Uncut: 300 − 5·100 = −$200, and 100·45·2.5 %.
        let uncut = rest_of_long(45)
            .uncut([(long_after_a_cut(), sol(4_500_000_000))])
            .unwrap();
        let expected = Line {
            equity_q: -200_000_000,
            requirement_q: 112_500_000,
        };
        assert_eq!(uncut, expected);
        assert!(!uncut.holds());
    }

    #[test]
    fn a_loss_that_cuts_alone_made_is_theirs() {
        // Back at $50 the uncut account has its $300 and needs $125, whatever cuts made of it.
        let ruined = Line {
            equity_q: 40_000_000,
            requirement_q: 75_000_000,
        };
        assert!(!ruined.holds());
        let lossy = CutAway {
            lots: 40_000,
            received_q: 1_740_000_000,
            index: 0,
        };
        let uncut = ruined.uncut([(lossy, sol(5_000_000_000))]).unwrap();
        let expected = Line {
            equity_q: 300_000_000,
            requirement_q: 125_000_000,
        };
        assert_eq!(uncut, expected);
        assert!(uncut.holds());
    }

    #[test]
    fn a_short_owes_what_it_would_still_be_short_of() {
        // A short of 100 SOL at $50 with $300; the cut bought 40 back at $50.10 and 2 cents: −$2,004.02.
        let mut ledger = Ledger::new(1);
        ledger
            .cut(0, 0, 40_000, 2_004_000_000 + 20_000, &carry(0))
            .unwrap();
        let away = ledger.of(0).cut[&0];
        assert_eq!(away.lots, -40_000);
        assert_eq!(away.received_q, -2_004_020_000);
        // At $53: the rest has 300 − 4.02 − 60·3 = $115.98; uncut it would have 300 − 100·3 = $0.
        let rest = Line {
            equity_q: 115_980_000,
            requirement_q: 79_500_000,
        };
        let uncut = rest.uncut([(away, sol(5_300_000_000))]).unwrap();
        let expected = Line {
            equity_q: 0,
            requirement_q: 132_500_000,
        };
        assert_eq!(uncut, expected);
    }

    #[test]
    fn r_c5_what_was_cut_would_have_cost_its_carry_since() {
        // Two cuts of 20 SOL for $1,000 each, at 10 and at 30 cents charged for each SOL: at 70 cents their
        // holder would have paid another 20·60 + 20·40 cents.
        for side in [1, -1] {
            let mut ledger = Ledger::new(1);
            for charged_e8 in [10_000_000, 30_000_000] {
                let (lots, cost_q) = (-20_000 * side, -1_000_000_000 * side);
                let carry = carry(charged_e8);
                ledger.cut(0, 2, lots, cost_q, &carry).unwrap();
            }
            let quote = Quote {
                carry: carry(70_000_000),
                ..sol(5_000_000_000)
            };
            let rest = rest_of_long(50);
            let uncut = rest.uncut([(ledger.of(0).cut[&2], quote)]).unwrap();
            let change_q = uncut.equity_q - rest.equity_q;
            // A short would have been paid as much.
            assert_eq!(change_q, -20_000_000 * i128::from(side));
        }
    }

    #[test]
    fn cuts_add_up_by_leg_until_it_is_closed() {
        let mut ledger = Ledger::new(2);
        ledger.cut(1, 0, -10, -500, &carry(0)).unwrap();
        ledger.cut(1, 0, -5, -240, &carry(0)).unwrap();
        ledger.cut(1, 3, 7, 90, &carry(0)).unwrap();
        let first = CutAway {
            lots: 15,
            received_q: 740,
            index: 0,
        };
        assert_eq!(ledger.of(1).cut[&0], first);
        assert!(ledger.of(0).cut.is_empty());
        ledger.cut_by_quote(1);
        ledger.closed(1, 0);
        assert_eq!(ledger.of(1).cut.keys().collect::<Vec<_>>(), [&3]);
        assert!(ledger.of(1).cut_by_quote);
        ledger.closed(1, 3);
        assert!(!ledger.of(1).cut_by_quote);
    }

    #[test]
    fn the_line_itself_is_above_and_nothing_cut_changes_nothing() {
        let line = Line {
            equity_q: 25,
            requirement_q: 25,
        };
        assert_eq!(line.uncut([]), Ok(line));
        assert!(line.holds());
        let below = Line {
            equity_q: 24,
            ..line
        };
        assert!(!below.holds());
    }

    #[test]
    fn accounts_count_once_however_often_they_lose_all() {
        let mut ledger = Ledger::new(3);
        ledger.lost_all(0, Driver::PriceAlone);
        ledger.lost_all(0, Driver::MarginRiseAlone);
        ledger.lost_all(2, Driver::QuoteAlone);
        let alone = (ledger.by_volatility_alone(), ledger.by_quote_alone());
        assert_eq!((ledger.fully_liquidated(), alone), (2, (1, 1)));
    }
}
