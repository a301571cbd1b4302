//! The risk accounts that an instruction was given, as the source of a book.
//!
//! After an instruction's own accounts follow, each only where it exists: the quote currency's risk account;
//! those of the account's positions in the order of the slots, without the market that the instruction names
//! itself; those of its collaterals in the order of the slots; the stress rows.

use crate::error::PlimsollError;
use crate::state::{ClaimIndex, CollateralSlot, Exchange, MarketRisk, PositionSlot, ScenarioSet};
use crate::view::{check_fresh, check_younger, collateral_risk_index, exposure, pledge, quote};
use crate::view::{Planned, RiskSource};
use anchor_lang::prelude::*;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Netting, Pledge, QuoteRisk};

/// Which risk accounts an instruction may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Each refreshed within its own limit (R-P9).
    AsOfNow,
    /// For cuts and liquidations: the market acted on within its limit for reductions, which is tight so
    /// that keepers cannot choose among prices; the others as last known, so that a silent feed does not
    /// make an account immune. None may be doubted (R-G2).
    Reducing,
    /// The last known state, however old: reducing risk is never refused for want of a price.
    LastKnown,
}

/// The market that an instruction names itself.
#[derive(Clone, Copy)]
pub struct Named<'a> {
    pub risk: &'a MarketRisk,
    /// The larger side's open interest after the plan, where new risk is judged.
    pub open_interest_lots: Option<u64>,
}

/// The risk accounts of one account, and how they may be used.
pub struct RiskAccounts<'a, 'info> {
    pub exchange: Pubkey,
    pub quote_priced: bool,
    pub scenarios: bool,
    pub named: Option<Named<'a>>,
    pub others: &'info [AccountInfo<'info>],
    pub freshness: Freshness,
    pub now_seconds: i64,
}

impl<'a, 'info> RiskAccounts<'a, 'info> {
    /// The risk accounts of an instruction that names no market of its own.
    ///
    /// # Errors
    /// Where the exchange cannot be read.
    pub fn new(
        exchange: &AccountLoader<'info, Exchange>,
        others: &'info [AccountInfo<'info>],
        freshness: Freshness,
        now_seconds: i64,
    ) -> Result<Self> {
        let listed = exchange.load()?;
        Ok(Self {
            exchange: exchange.key(),
            quote_priced: listed.quote_priced != 0,
            scenarios: listed.scenarios != 0,
            named: None,
            others,
            freshness,
            now_seconds,
        })
    }

    /// With the market that the instruction names.
    pub fn naming(self, risk: &'a MarketRisk) -> Self {
        Self {
            named: Some(Named {
                risk,
                open_interest_lots: None,
            }),
            ..self
        }
    }

    /// The margin of an account, planned or as it is.
    ///
    /// # Errors
    /// [`PlimsollError::RiskAccountMissing`], [`PlimsollError::RiskAccountUnexpected`],
    /// [`PlimsollError::WrongExchange`], [`PlimsollError::RiskTooOld`], [`PlimsollError::MarketGuarded`],
    /// [`PlimsollError::ScenariosMissing`], or an overflow.
    pub fn margin(&self, planned: &Planned) -> Result<Margin> {
        self.margin_of(planned, self.named)
    }

    /// The margin with the named market's open interest as a plan would leave it.
    ///
    /// # Errors
    /// As [`RiskAccounts::margin`].
    pub fn margin_at(&self, planned: &Planned, open_interest_lots: u64) -> Result<Margin> {
        let named = self.named.map(|named| Named {
            open_interest_lots: Some(open_interest_lots),
            ..named
        });
        self.margin_of(planned, named)
    }

    /// Calls `with` with the account's book and what nets it.
    ///
    /// # Errors
    /// As [`RiskAccounts::margin`], and those of `with`.
    pub fn with_book<T>(
        &self,
        planned: &Planned,
        with: impl FnOnce(&Book, &Netting) -> Result<T>,
    ) -> Result<T> {
        let mut given = Given::walk(self);
        let book = planned.book(&mut given)?;
        given.netted(|netting| with(&book, netting))
    }

    /// R-G2: whether any of the accounts that follow is doubted. To be asked once they have made a margin.
    pub fn any_doubted(&self) -> bool {
        self.others.iter().any(|info| {
            AccountLoader::<MarketRisk>::try_from(info).is_ok_and(|loader| {
                loader
                    .load()
                    .is_ok_and(|risk| risk.is_guarded(self.now_seconds))
            })
        })
    }

    fn margin_of(&self, planned: &Planned, named: Option<Named>) -> Result<Margin> {
        planned.margin(&mut Given {
            named,
            ..Given::walk(self)
        })
    }

    /// Fails where the risk account is not the one asked for, or not as fresh as it must be.
    fn check(&self, risk: &MarketRisk, index: u16) -> Result<()> {
        require!(risk.index == index, PlimsollError::RiskAccountMissing);
        require!(risk.exchange == self.exchange, PlimsollError::WrongExchange);
        match self.freshness {
            Freshness::AsOfNow => check_fresh(risk, self.now_seconds),
            Freshness::Reducing => {
                require!(
                    !risk.is_guarded(self.now_seconds),
                    PlimsollError::MarketGuarded
                );
                Ok(())
            }
            Freshness::LastKnown => Ok(()),
        }
    }
}

/// A walk over the accounts given, in their order.
pub struct Given<'a, 'b, 'info> {
    accounts: &'a RiskAccounts<'b, 'info>,
    named: Option<Named<'a>>,
    rest: core::slice::Iter<'info, AccountInfo<'info>>,
    fresh: bool,
}

impl<'a, 'b, 'info> Given<'a, 'b, 'info> {
    /// Starts a walk.
    pub fn walk(accounts: &'a RiskAccounts<'b, 'info>) -> Self {
        Self {
            accounts,
            named: accounts.named,
            rest: accounts.others.iter(),
            fresh: true,
        }
    }

    fn end(&mut self) -> Result<()> {
        require!(
            self.rest.next().is_none(),
            PlimsollError::RiskAccountUnexpected
        );
        Ok(())
    }

    /// Calls `with` with the risk account of a position's market, and with the larger side's open interest where
    /// that is known better than as of the last sweep.
    fn market<T>(
        &mut self,
        slot: &PositionSlot,
        with: impl FnOnce(&MarketRisk, Option<u64>) -> Result<T>,
    ) -> Result<T> {
        match self.named {
            Some(named) if named.risk.index == slot.market_index => {
                let risk = named.risk;
                if self.accounts.freshness == Freshness::Reducing {
                    let limit = risk.params.reduction_age_seconds_max;
                    check_younger(risk, limit, self.accounts.now_seconds)?;
                }
                self.accounts.check(risk, slot.market_index)?;
                with(risk, named.open_interest_lots)
            }
            _ => self.next(slot.market_index, |risk| with(risk, None)),
        }
    }

    /// The exposure of a position, and what claims on its market are worth. As [`RiskSource::exposure`].
    ///
    /// # Errors
    /// As [`RiskAccounts::margin`].
    pub fn seen(&mut self, slot: &PositionSlot) -> Result<(Exposure, ClaimIndex)> {
        let now_seconds = self.accounts.now_seconds;
        self.market(slot, |risk, lots| {
            Ok((exposure(slot, risk, lots, now_seconds)?, risk.claims))
        })
    }

    fn next<T>(&mut self, index: u16, with: impl FnOnce(&MarketRisk) -> Result<T>) -> Result<T> {
        let info = self.rest.next().ok_or(PlimsollError::RiskAccountMissing)?;
        let loader = AccountLoader::<MarketRisk>::try_from(info)?;
        let risk = loader.load()?;
        self.accounts.check(&risk, index)?;
        if self.accounts.freshness == Freshness::LastKnown {
            self.fresh &= check_fresh(&risk, self.accounts.now_seconds).is_ok();
        }
        with(&risk)
    }
}

impl RiskSource for Given<'_, '_, '_> {
    fn quote(&mut self) -> Result<QuoteRisk> {
        if !self.accounts.quote_priced {
            return Ok(QuoteRisk::PAR);
        }
        let now_seconds = self.accounts.now_seconds;
        self.next(collateral_risk_index(0), |risk| {
            Ok(quote(risk, now_seconds))
        })
    }

    fn exposure(&mut self, slot: &PositionSlot) -> Result<Exposure> {
        let now_seconds = self.accounts.now_seconds;
        self.market(slot, |risk, lots| exposure(slot, risk, lots, now_seconds))
    }

    fn pledge(&mut self, slot: &CollateralSlot) -> Result<Pledge> {
        let now_seconds = self.accounts.now_seconds;
        self.next(collateral_risk_index(slot.collateral_index), |risk| {
            pledge(slot, risk, now_seconds)
        })
    }

    fn netted<T>(&mut self, with: impl FnOnce(&Netting) -> Result<T>) -> Result<T> {
        if !self.accounts.scenarios {
            self.end()?;
            return with(&Netting::NONE);
        }
        let info = self.rest.next().ok_or(PlimsollError::ScenariosMissing)?;
        let loader = AccountLoader::<ScenarioSet>::try_from(info)
            .map_err(|_| PlimsollError::ScenariosMissing)?;
        let set = loader.load()?;
        require!(
            set.exchange == self.accounts.exchange,
            PlimsollError::WrongExchange
        );
        self.end()?;
        with(&set.netting()?)
    }

    fn is_fresh(&self) -> bool {
        self.fresh
    }
}
