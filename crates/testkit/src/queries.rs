use crate::error::WorldError;
use crate::token;
use crate::world::{Listed, Trader, TraderId, World};
use anchor_lang::AnchorDeserialize;
use plimsoll::constants::COLLATERAL_RISK;
use plimsoll::report::MarginReport;
use plimsoll::state::{
    Collateral, Exchange, Insurance, MarginAccount, Market, MarketRisk, Pool, Provider,
};
use plimsoll::view::Planned;
use plimsoll_client::addresses;
use plimsoll_client::margin::{Known, PositionMargin};
use plimsoll_client::views::{self, AccountLayout};
use plimsoll_client::MarketAddresses;
use plimsoll_risk::account::Margin;
use solana_account::{AccountSharedData, ReadableAccount};
use solana_pubkey::Pubkey;
use std::collections::BTreeMap;

/// The owner of system variables.
const SYSVAR_OWNER: Pubkey = Pubkey::from_str_const("Sysvar1111111111111111111111111111111111111");

/// Gives the risk account of a market, or of a collateral, by its index.
type RiskOf<'a, 'b> = &'b dyn Fn(u16) -> Option<&'a MarketRisk>;

impl World {
    /// Any account, as the machine holds it.
    #[must_use]
    pub fn raw(&self, address: &Pubkey) -> Option<&AccountSharedData> {
        self.svm.accounts_db().get_account_ref(address)
    }

    /// Every account but programs, system variables and the fee payer. Contents are shared, not
    /// copied, so taking one before and after a transaction is cheap.
    #[must_use]
    pub fn snapshot(&self) -> BTreeMap<Pubkey, AccountSharedData> {
        let all = self.svm.accounts_db().inner.iter();
        all.filter(|(address, account)| {
            **address != self.payer && !account.executable() && *account.owner() != SYSVAR_OWNER
        })
        .map(|(address, account)| (*address, account.clone()))
        .collect()
    }

    /// An account of the program.
    ///
    /// # Errors
    /// [`WorldError::AccountMissing`], [`WorldError::View`].
    pub fn view<T: AccountLayout>(&self, address: &Pubkey) -> Result<&T, WorldError> {
        let account = self
            .raw(address)
            .ok_or(WorldError::AccountMissing(*address))?;
        views::view(account.data()).map_err(|error| WorldError::View(*address, error))
    }

    /// What a token account holds, atoms; nothing where there is none.
    #[must_use]
    pub fn token_amount(&self, address: &Pubkey) -> Option<u64> {
        token::amount(self.raw(address)?.data())
    }

    /// Indices of all markets.
    #[must_use]
    pub fn market_indices(&self) -> core::ops::Range<u16> {
        0..u16::try_from(self.listed.len()).unwrap_or(u16::MAX)
    }

    /// Where a market's accounts are.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn market_addresses(&self, index: u16) -> Result<MarketAddresses, WorldError> {
        Ok(self.listed(index)?.addresses)
    }

    /// Where all markets' accounts are, in the order of their indices.
    #[must_use]
    pub fn all_market_addresses(&self) -> Vec<MarketAddresses> {
        self.listed.iter().map(|listed| listed.addresses).collect()
    }

    /// Where updates of a market's feed are put.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn price_account(&self, index: u16) -> Result<Pubkey, WorldError> {
        Ok(self.listed(index)?.price_account)
    }

    /// What a market trades.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn market(&self, index: u16) -> Result<&Market, WorldError> {
        self.view(&self.listed(index)?.addresses.market)
    }

    /// What a market risks.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn risk(&self, index: u16) -> Result<&MarketRisk, WorldError> {
        self.view(&self.listed(index)?.addresses.market_risk)
    }

    /// The providers' pool.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn pool(&self) -> Result<&Pool, WorldError> {
        self.view(&self.exchange.pool)
    }

    /// A provider's part of the pool.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn provider(&self, address: &Pubkey) -> Result<&Provider, WorldError> {
        self.view(address)
    }

    /// The insurance fund.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn insurance(&self) -> Result<&Insurance, WorldError> {
        self.view(&self.exchange.insurance)
    }

    /// The quote currency's record.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn collateral(&self) -> Result<&Collateral, WorldError> {
        self.view(&self.exchange.collateral)
    }

    /// The exchange's own account.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn exchange_account(&self) -> Result<&Exchange, WorldError> {
        self.view(&self.exchange.exchange)
    }

    /// Every trader, the keeper included.
    #[must_use]
    pub fn traders(&self) -> &[Trader] {
        &self.traders
    }

    /// Whose a margin account is.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`].
    pub fn trader(&self, id: TraderId) -> Result<Trader, WorldError> {
        self.traders
            .get(id.0)
            .copied()
            .ok_or(WorldError::TraderMissing(id.0))
    }

    /// A trader's account.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn account(&self, id: TraderId) -> Result<&MarginAccount, WorldError> {
        self.view(&self.trader(id)?.address)
    }

    /// A trader's margin, computed off chain by the program's own functions.
    ///
    /// # Errors
    /// [`WorldError::Margin`], and as [`World::view`].
    pub fn margin(&self, id: TraderId) -> Result<Margin, WorldError> {
        let planned = Planned::unchanged(self.account(id)?);
        self.margin_given(&planned, &|index| self.risk(index).ok())
    }

    /// What each position adds to a trader's margin.
    ///
    /// # Errors
    /// As [`World::margin`].
    pub fn parts(&self, id: TraderId) -> Result<Vec<PositionMargin>, WorldError> {
        let account = self.account(id)?;
        let risk_of = |index| self.risk(index).ok();
        self.known(&risk_of)?
            .parts(account)
            .map_err(WorldError::Margin)
    }

    /// The report of a trader's margin, computed off chain by the program's own functions.
    ///
    /// # Errors
    /// As [`World::margin`].
    pub fn expected_report(&self, id: TraderId) -> Result<MarginReport, WorldError> {
        let account = self.account(id)?;
        let risk_of = |index| self.risk(index).ok();
        self.known(&risk_of)?
            .report(account)
            .map_err(WorldError::Margin)
    }

    /// The margin of an account, planned or as it is, where markets' risk is what `risk_of` says.
    ///
    /// # Errors
    /// As [`World::margin`].
    pub fn margin_given<'a>(
        &'a self,
        planned: &Planned,
        risk_of: RiskOf<'a, '_>,
    ) -> Result<Margin, WorldError> {
        let known = self.known(risk_of)?;
        known.margin(planned).map_err(WorldError::Margin)
    }

    /// What is known of the exchange now.
    fn known<'a, 'b>(
        &'a self,
        risk_of: RiskOf<'a, 'b>,
    ) -> Result<Known<'a, RiskOf<'a, 'b>>, WorldError> {
        let scenarios = addresses::scenario_set(&self.exchange.exchange);
        Ok(Known {
            exchange: self.exchange_account()?,
            scenarios: self.view(&scenarios).ok(),
            risk_of,
            now_seconds: self.now_seconds(),
        })
    }

    /// A trader's margin, as the program itself reports it.
    ///
    /// # Errors
    /// [`WorldError::ReturnData`], and what the program refuses.
    pub fn report(&mut self, id: TraderId) -> Result<MarginReport, WorldError> {
        let instruction = self.report_instruction(id)?;
        let sent = self.send(&[instruction])?;
        MarginReport::deserialize(&mut sent.return_data.as_slice())
            .map_err(|_| WorldError::ReturnData)
    }

    /// The next position slot, unpaid profit included, of a trader in a market: signed lots.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn lots(&self, id: TraderId, market: u16) -> Result<i64, WorldError> {
        let account = self.account(id)?;
        let slot = account
            .position_in(market)
            .and_then(|slot| account.positions.get(slot));
        Ok(slot.map_or(0, |slot| slot.lots))
    }

    pub(crate) fn listed(&self, index: u16) -> Result<&Listed, WorldError> {
        let place = usize::from(index & !COLLATERAL_RISK);
        let found = match index & COLLATERAL_RISK {
            0 => self.listed.get(place),
            _ => self
                .collaterals
                .get(place)
                .and_then(|taken| taken.priced.as_ref()),
        };
        found.ok_or(WorldError::MarketMissing(index))
    }

    pub(crate) fn listed_mut(&mut self, index: u16) -> Option<&mut Listed> {
        let place = usize::from(index & !COLLATERAL_RISK);
        match index & COLLATERAL_RISK {
            0 => self.listed.get_mut(place),
            _ => self
                .collaterals
                .get_mut(place)
                .and_then(|taken| taken.priced.as_mut()),
        }
    }
}
