//! An account's margin from its bytes on chain, by the program's own functions.

use anchor_lang::Result as AnchorResult;
use core::fmt;
use plimsoll::error::PlimsollError;
use plimsoll::report::{report, MarginReport};
use plimsoll::state::{
    CollateralSlot, Exchange, MarginAccount, MarketRisk, PositionSlot, ScenarioSet,
};
use plimsoll::view::{
    check_fresh, collateral_risk_index, exposure, pledge, quote, Planned, RiskSource,
};
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Netting, Pledge, QuoteRisk};
use plimsoll_risk::RiskError;

/// Why a margin could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarginError {
    /// The risk account of this index was not given; a collateral's has its highest bit set.
    RiskAccountMissing { index: u16 },
    /// The exchange's stress rows were not given.
    ScenariosMissing,
    /// The risk crate refused.
    Risk(RiskError),
}

impl fmt::Display for MarginError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::RiskAccountMissing { index } => {
                write!(f, "the risk account {index} is missing")
            }
            Self::ScenariosMissing => write!(f, "the exchange's stress rows are missing"),
            Self::Risk(error) => write!(f, "the margin cannot be computed: {error:?}"),
        }
    }
}

impl std::error::Error for MarginError {}

/// What one position would ask for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionMargin {
    /// Place of the position in its account.
    pub slot: usize,
    /// Index of the market.
    pub market_index: u16,
    /// Signed size, lots.
    pub lots: i64,
    /// Its margin were there nothing else: requirements of several positions are netted.
    pub part: Margin,
}

fn alone(exposure: &Exposure) -> plimsoll_risk::Result<Margin> {
    let mut book = Book::new(0, &QuoteRisk::PAR)?;
    book.hold(exposure)?;
    book.margin(&Netting::NONE)
}

/// What is known of an exchange at a time.
#[derive(Clone, Copy)]
pub struct Known<'a, F> {
    pub exchange: &'a Exchange,
    /// The stress rows, where the exchange has any.
    pub scenarios: Option<&'a ScenarioSet>,
    /// Gives the risk account of a market, or of a collateral, by its index.
    pub risk_of: F,
    /// The time, Unix seconds.
    pub now_seconds: i64,
}

impl<'a, F: Fn(u16) -> Option<&'a MarketRisk>> Known<'a, F> {
    /// The margin of an account, planned or as it is ([`Planned::unchanged`]), as the program would compute
    /// it.
    ///
    /// # Errors
    /// Each [`MarginError`].
    pub fn margin(&self, planned: &Planned) -> Result<Margin, MarginError> {
        self.ask(|source| planned.margin(source))
    }

    /// The account as one book, as the program would see it.
    ///
    /// # Errors
    /// Each [`MarginError`].
    pub fn book(&self, planned: &Planned) -> Result<Box<Book>, MarginError> {
        self.ask(|source| planned.book(source))
    }

    /// The report that the program would return.
    ///
    /// # Errors
    /// Each [`MarginError`].
    pub fn report(&self, account: &MarginAccount) -> Result<MarginReport, MarginError> {
        self.ask(|source| report(account, source))
    }

    /// What each position would ask for by itself, in the order of their slots.
    ///
    /// # Errors
    /// Each [`MarginError`].
    pub fn parts(&self, account: &MarginAccount) -> Result<Vec<PositionMargin>, MarginError> {
        let slots = account.positions.iter().enumerate();
        let used = slots.filter(|(_, slot)| !slot.is_free());
        used.map(|(place, slot)| {
            let exposure = self.ask(|source| source.exposure(slot))?;
            let part = alone(&exposure).map_err(MarginError::Risk)?;
            Ok(PositionMargin {
                slot: place,
                market_index: slot.market_index,
                lots: slot.lots,
                part,
            })
        })
        .collect()
    }

    fn ask<T>(
        &self,
        with: impl FnOnce(&mut Source<'_, 'a, F>) -> AnchorResult<T>,
    ) -> Result<T, MarginError> {
        let mut source = Source {
            known: self,
            fresh: true,
            missing: None,
        };
        with(&mut source).map_err(|_| {
            source
                .missing
                .unwrap_or(MarginError::Risk(RiskError::Overflow))
        })
    }
}

/// A walk over what is known.
struct Source<'b, 'a, F> {
    known: &'b Known<'a, F>,
    fresh: bool,
    missing: Option<MarginError>,
}

impl<'a, F: Fn(u16) -> Option<&'a MarketRisk>> Source<'_, 'a, F> {
    fn risk(&mut self, index: u16) -> AnchorResult<&'a MarketRisk> {
        let Some(risk) = (self.known.risk_of)(index) else {
            self.missing = Some(MarginError::RiskAccountMissing { index });
            return Err(PlimsollError::RiskAccountMissing.into());
        };
        self.fresh &= check_fresh(risk, self.known.now_seconds).is_ok();
        Ok(risk)
    }
}

impl<'a, F: Fn(u16) -> Option<&'a MarketRisk>> RiskSource for Source<'_, 'a, F> {
    fn quote(&mut self) -> AnchorResult<QuoteRisk> {
        if self.known.exchange.quote_priced == 0 {
            return Ok(QuoteRisk::PAR);
        }
        let risk = self.risk(collateral_risk_index(0))?;
        Ok(quote(risk, self.known.now_seconds))
    }

    fn exposure(&mut self, slot: &PositionSlot) -> AnchorResult<Exposure> {
        let risk = self.risk(slot.market_index)?;
        exposure(slot, risk, None, self.known.now_seconds)
    }

    fn pledge(&mut self, slot: &CollateralSlot) -> AnchorResult<Pledge> {
        let risk = self.risk(collateral_risk_index(slot.collateral_index))?;
        pledge(slot, risk, self.known.now_seconds)
    }

    fn netted<T>(&mut self, with: impl FnOnce(&Netting) -> AnchorResult<T>) -> AnchorResult<T> {
        if self.known.exchange.scenarios == 0 {
            return with(&Netting::NONE);
        }
        let Some(set) = self.known.scenarios else {
            self.missing = Some(MarginError::ScenariosMissing);
            return Err(PlimsollError::ScenariosMissing.into());
        };
        with(&set.netting()?)
    }

    fn is_fresh(&self) -> bool {
        self.fresh
    }
}
