//! Writes down what there is to see of markets, accounts and books after each step.

use anyhow::{Context, Result};
use plimsoll::view::quote;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::units::notional_down;

use crate::record::{Books, MarketPoint, MarketSeries, QuotePoint, QuoteSeries, StateCounts};
use crate::tape::Session;

use super::{Replay, QUOTE_RISK};

/// Seconds in a year of 365.25 days.
const YEAR_SECONDS: f64 = 31_557_600.0;

pub fn empty_series(session: &Session) -> Vec<MarketSeries> {
    let series = |asset: &String| MarketSeries {
        asset: asset.clone(),
        points: Vec::new(),
    };
    session.markets().map(|tape| series(&tape.asset)).collect()
}

pub fn empty_quote(session: &Session) -> Option<QuoteSeries> {
    session.quote().map(|tape| QuoteSeries {
        asset: tape.asset.clone(),
        points: Vec::new(),
    })
}

/// Adds an account to the count of its state.
pub fn count(counts: &mut StateCounts, margin: &Margin) {
    *match margin.state() {
        // What is owed without positions is a deficit that nobody has covered yet.
        AccountState::Bankrupt => &mut counts.bankrupt,
        _ if margin.notional_q == 0 => &mut counts.empty,
        AccountState::Healthy => &mut counts.healthy,
        AccountState::MarginCall => &mut counts.margin_call,
        AccountState::Liquidatable => &mut counts.liquidatable,
    } += 1;
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
                initial_ppm: heavier(risk.initial_ppm),
                target_ppm: risk.target_ppm,
                live_ppm: risk.live_ppm,
                call_ppm: heavier(risk.call_ppm),
                liquidation_ppm: risk.liquidation_ppm,
                long_open_interest_q: long_q,
                short_open_interest_q: short_q,
                skew_q: long_q as i64 - short_q as i64,
            });
        Ok(())
    }

    pub(super) fn observe_quote(&mut self, unix_seconds: i64) -> Result<()> {
        let risk = self.world.risk(QUOTE_RISK)?;
        let of = quote(risk, self.world.now_seconds());
        let point = QuotePoint {
            unix_seconds,
            price_e8: risk.price_e8,
            haircut_initial_ppm: of.haircut_initial_ppm.max(of.haircut_call_ppm),
            haircut_call_ppm: of.haircut_call_ppm,
        };
        let series = self.record.quote.as_mut();
        series
            .context("a quote currency without a tape")?
            .points
            .push(point);
        Ok(())
    }

    /// The exchange's invariants beyond the books after each minute, and the books themselves.
    pub(super) fn observe_books(&mut self, unix_seconds: i64) -> Result<()> {
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
            balances_q: i64::try_from(of.balances_q).context("balances overflow")?,
            escrow_q: unsigned(of.escrow_q)?,
            market_cash_q: unsigned(of.market_cash_q)?,
            pool_q: unsigned(of.pool_cash_q)?,
            insurance_q: unsigned(of.insurance_q + of.market_insurance_q)?,
            fees_q: unsigned(of.market_fees_q)?,
            unpaid_q,
        })
    }

    /// What is left in the margin accounts when the tape ends: orders, and debts that nobody covered.
    pub(super) fn observe_end(&mut self) -> Result<()> {
        let (mut pending, mut unresolved_q) = (0, 0);
        for agent in &self.agents {
            let account = self.world.account(agent.id)?;
            let open = account.orders.iter().filter(|order| order.id != 0);
            pending += open.count() as u64;
            if account
                .positions
                .iter()
                .all(|slot| slot.lots == 0 && slot.unpaid_q == 0)
            {
                unresolved_q += account.balance_q.min(0).unsigned_abs();
            }
        }
        let totals = &mut self.record.totals;
        self.record.orders.pending = pending;
        totals.unresolved_q = unresolved_q;
        totals.deficit_q = totals.insurance_paid_q + totals.market_paid_q + unresolved_q;
        totals.accounts_fully_liquidated = self.ledger.fully_liquidated();
        totals.by_volatility_alone = self.ledger.by_volatility_alone();
        totals.by_quote_alone = self.ledger.by_quote_alone();
        totals.called_by_quote = self.ledger.count_called_by_quote();
        Ok(())
    }
}

/// The ratio of the side that needs more.
fn heavier(ratios_ppm: [u32; 2]) -> u32 {
    let [long_ppm, short_ppm] = ratios_ppm;
    long_ppm.max(short_ppm)
}
