use crate::error::WorldError;
use crate::keys::key;
use crate::send::Sent;
use crate::spec::MarketSpec;
use crate::world::{Listed, TraderId, World};
use plimsoll::constants::NO_UNDERLYING;
use plimsoll::instructions::{CreateScenariosArgs, PriceCollateralArgs};
use plimsoll::params::CollateralParams;
use plimsoll::state::{Collateral, ScenarioSet};
use plimsoll::view::collateral_risk_index;
use plimsoll_client::addresses::{self, MarketAddresses};
use plimsoll_client::instructions::{self as build, CollateralKeys};
use plimsoll_risk::portfolio::Row;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;
use solana_signer::Signer;

/// A mint that the exchange takes.
#[derive(Clone)]
pub(crate) struct Taken {
    pub mint: Pubkey,
    pub collateral: Pubkey,
    pub vault: Pubkey,
    /// What prices it, once it has a price.
    pub priced: Option<Listed>,
}

impl Taken {
    /// The mint as an exchange takes it, without a price.
    pub fn new(exchange: &Pubkey, mint: Pubkey) -> Self {
        Self {
            mint,
            collateral: addresses::collateral(exchange, &mint),
            vault: addresses::vault(exchange, &mint),
            priced: None,
        }
    }
}

impl World {
    /// Lists a collateral besides the quote currency, of a new mint; returns its index. It is not taken
    /// before it has a price.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn list_collateral(
        &mut self,
        decimals: u8,
        params: CollateralParams,
    ) -> Result<u16, WorldError> {
        let index = u16::try_from(self.collaterals.len()).map_err(|_| WorldError::Overflow)?;
        let mint = self.new_mint("collateral mint", u64::from(index), decimals)?;
        let exchange = self.exchange.exchange;
        self.send(&[build::create_collateral(
            self.governance,
            exchange,
            mint,
            params,
        )])?;
        self.collaterals.push(Taken::new(&exchange, mint));
        Ok(index)
    }

    /// Gives a collateral (0 is the quote currency) the price and the risk of `spec`, whose trade is not
    /// used; returns the index of its risk account, under which it is published and refreshed like a
    /// market. `underlying` is the market that it is spot of.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn price_collateral(
        &mut self,
        index: u16,
        spec: MarketSpec,
        underlying: Option<u16>,
    ) -> Result<u16, WorldError> {
        let instruction = self.price_collateral_instruction(index, &spec, underlying)?;
        self.send(&[instruction])?;
        let risk_index = collateral_risk_index(index);
        let price_e8 = spec.price_e8;
        let listed = Listed {
            addresses: MarketAddresses::new(&self.exchange.exchange, risk_index),
            price_account: key("price", u64::from(risk_index)).pubkey(),
            last: None,
            spec,
        };
        let place = usize::from(index);
        let missing = WorldError::CollateralMissing(index);
        self.collaterals.get_mut(place).ok_or(missing)?.priced = Some(listed);
        self.set_price(risk_index, price_e8)?;
        Ok(risk_index)
    }

    /// # Errors
    /// [`WorldError::CollateralMissing`].
    pub fn price_collateral_instruction(
        &self,
        index: u16,
        spec: &MarketSpec,
        underlying: Option<u16>,
    ) -> Result<Instruction, WorldError> {
        let args = PriceCollateralArgs {
            feed_id: spec.args.feed_id,
            underlying: underlying.unwrap_or(NO_UNDERLYING),
            risk: spec.args.risk,
            liquidity: spec.args.liquidity,
        };
        let (exchange, mint) = (self.exchange.exchange, self.taken(index)?.mint);
        Ok(build::price_collateral(
            self.governance,
            exchange,
            mint,
            index,
            args,
        ))
    }

    /// Creates the stress rows.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn create_scenarios(
        &mut self,
        netting_floor_ppm: u32,
        rows: &[Row],
    ) -> Result<Sent, WorldError> {
        let args = CreateScenariosArgs {
            netting_floor_ppm,
            rows: rows.to_vec(),
        };
        let exchange = self.exchange.exchange;
        self.send(&[build::create_scenarios(self.governance, exchange, args)])
    }

    /// Gives a trader tokens of a collateral and pledges them.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn pledge(
        &mut self,
        id: TraderId,
        collateral: u16,
        amount: u64,
    ) -> Result<Sent, WorldError> {
        self.mint_collateral(id, collateral, amount)?;
        let instruction = self.pledge_instruction(id, collateral, amount)?;
        self.send(&[instruction])
    }

    /// Gives a trader tokens of a collateral; returns where they are.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::CollateralMissing`].
    pub fn mint_collateral(
        &mut self,
        id: TraderId,
        collateral: u16,
        amount: u64,
    ) -> Result<Pubkey, WorldError> {
        let owner = self.trader(id)?.owner;
        let mint = self.taken(collateral)?.mint;
        self.mint_tokens(&mint, &owner, amount)
    }

    /// Takes a collateral back to the owner's own tokens.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn release(
        &mut self,
        id: TraderId,
        collateral: u16,
        amount: u64,
    ) -> Result<Sent, WorldError> {
        let instruction = self.release_instruction(id, collateral, amount)?;
        self.send(&[instruction])
    }

    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::CollateralMissing`].
    pub fn pledge_instruction(
        &self,
        id: TraderId,
        collateral: u16,
        amount: u64,
    ) -> Result<Instruction, WorldError> {
        let trader = self.trader(id)?;
        let keys = self.collateral_keys(id, collateral)?;
        Ok(build::pledge_collateral(
            &keys,
            trader.owner,
            trader.address,
            amount,
        ))
    }

    /// # Errors
    /// As [`World::view`], [`WorldError::CollateralMissing`].
    pub fn release_instruction(
        &self,
        id: TraderId,
        collateral: u16,
        amount: u64,
    ) -> Result<Instruction, WorldError> {
        let trader = self.trader(id)?;
        Ok(build::release_collateral(
            &self.collateral_keys(id, collateral)?,
            self.exchange.exchange,
            trader.owner,
            trader.address,
            &self.risk_accounts(id, None)?,
            amount,
        ))
    }

    /// A collateral's accounts, with the trader's own tokens of it.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::CollateralMissing`].
    pub fn collateral_keys(
        &self,
        id: TraderId,
        collateral: u16,
    ) -> Result<CollateralKeys, WorldError> {
        let owner = self.trader(id)?.owner;
        let taken = self.taken(collateral)?;
        Ok(CollateralKeys {
            collateral: taken.collateral,
            vault: taken.vault,
            tokens: crate::token::address(&owner, &taken.mint),
        })
    }

    /// A collateral's record; 0 is the quote currency's.
    ///
    /// # Errors
    /// [`WorldError::CollateralMissing`], and as [`World::view`].
    pub fn collateral_record(&self, index: u16) -> Result<&Collateral, WorldError> {
        self.view(&self.taken(index)?.collateral)
    }

    /// The stress rows.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn scenarios(&self) -> Result<&ScenarioSet, WorldError> {
        self.view(&addresses::scenario_set(&self.exchange.exchange))
    }

    /// What a trader holds of a collateral, atoms of its mint.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn pledged(&self, id: TraderId, collateral: u16) -> Result<u64, WorldError> {
        let account = self.account(id)?;
        let slot = account
            .collateral_in(collateral)
            .and_then(|place| account.collaterals.get(place));
        Ok(slot.map_or(0, |slot| slot.amount))
    }

    /// Indices of all collaterals but the quote currency.
    #[must_use]
    pub fn collateral_indices(&self) -> core::ops::Range<u16> {
        1..u16::try_from(self.collaterals.len()).unwrap_or(u16::MAX)
    }

    /// Indices of the risk accounts of all markets and priced collaterals.
    #[must_use]
    pub fn risk_indices(&self) -> Vec<u16> {
        let priced = self.collaterals.iter().filter_map(|taken| {
            let listed = taken.priced.as_ref()?;
            Some(listed.addresses.index)
        });
        self.market_indices().chain(priced).collect()
    }

    pub(crate) fn taken(&self, index: u16) -> Result<&Taken, WorldError> {
        self.collaterals
            .get(usize::from(index))
            .ok_or(WorldError::CollateralMissing(index))
    }
}
