use crate::error::WorldError;
use crate::send::Sent;
use crate::world::{TraderId, World};
use plimsoll::constants::POSITIONS_MAX;
use plimsoll::instructions::SellCollateralArgs;
use plimsoll_client::instructions::{self as build, SlotsKeys};
use solana_instruction::Instruction;

/// What is done to accounts below a line, and what that leaves behind.
impl World {
    /// Liquidates a leg and has the market's part of what it leaves owing covered, in one transaction.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn liquidate_and_absorb(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instructions = [
            self.liquidate_instruction(id, market)?,
            self.absorb_instruction(id, market)?,
        ];
        self.send(&instructions)
    }

    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn sweep_insurance_instruction(&self, market: u16) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?.market;
        Ok(build::sweep_insurance(market, self.exchange.insurance))
    }

    /// Moves what a market's liquidations collected to the insurance fund, or what lacks for bounties back.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn sweep_insurance(&mut self, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.sweep_insurance_instruction(market)?;
        self.send(&[instruction])
    }

    /// The keys of an action of a keeper's account on several slots of a trader's.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`].
    pub fn slots_keys(&self, keeper: TraderId, id: TraderId) -> Result<SlotsKeys, WorldError> {
        let by = self.trader(keeper)?;
        Ok(SlotsKeys {
            keeper: by.owner,
            keeper_account: by.address,
            exchange: self.exchange.exchange,
            margin_account: self.trader(id)?.address,
        })
    }

    /// The bit of a trader's leg in a market; nothing where there is none.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn leg_bit(&self, id: TraderId, market: u16) -> Result<u16, WorldError> {
        let place = self.account(id)?.position_in(market);
        Ok(place.map_or(0, |place| 1 << place))
    }

    /// The bit of a trader's collateral; nothing where it is not held.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn collateral_bit(&self, id: TraderId, collateral: u16) -> Result<u16, WorldError> {
        let place = self.account(id)?.collateral_in(collateral);
        Ok(place.map_or(0, |place| 1 << (POSITIONS_MAX + place)))
    }

    /// The bits of all legs of a trader.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn all_legs(&self, id: TraderId) -> Result<u16, WorldError> {
        let slots = self.account(id)?.positions.iter().enumerate();
        let open = slots.filter(|(_, slot)| slot.lots != 0);
        Ok(open.map(|(place, _)| 1 << place).sum())
    }

    /// Closes the same share of the legs and collaterals that `bits` names, for the account of `keeper`.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn slice_instruction(
        &self,
        keeper: TraderId,
        id: TraderId,
        bits: u16,
    ) -> Result<Instruction, WorldError> {
        let mut markets = Vec::new();
        for (place, slot) in self.account(id)?.positions.iter().enumerate() {
            if bits & (1 << place) != 0 {
                markets.push(self.market_addresses(slot.market_index)?.market);
            }
        }
        let risk = self.risk_accounts(id, None)?;
        let keys = self.slots_keys(keeper, id)?;
        Ok(build::reduce_slice(&keys, &risk, &markets, bits))
    }

    /// # Errors
    /// What the program refuses.
    pub fn slice(&mut self, keeper: TraderId, id: TraderId, bits: u16) -> Result<Sent, WorldError> {
        let instruction = self.slice_instruction(keeper, id, bits)?;
        self.send(&[instruction])
    }

    /// Buys at most so much of a trader's collateral, for the account of `keeper`.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn sale_instruction(
        &self,
        keeper: TraderId,
        id: TraderId,
        collateral_index: u16,
        amount_max: u64,
    ) -> Result<Instruction, WorldError> {
        let args = SellCollateralArgs {
            collateral_index,
            amount_max,
        };
        let risk = self.risk_accounts(id, None)?;
        let keys = self.slots_keys(keeper, id)?;
        Ok(build::sell_collateral(&keys, &risk, args))
    }

    /// # Errors
    /// What the program refuses.
    pub fn sell(
        &mut self,
        keeper: TraderId,
        id: TraderId,
        collateral: u16,
        amount_max: u64,
    ) -> Result<Sent, WorldError> {
        let instruction = self.sale_instruction(keeper, id, collateral, amount_max)?;
        self.send(&[instruction])
    }

    /// Takes lots of a trader's leg into the account of `taker`.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn take_over_instruction(
        &self,
        taker: TraderId,
        id: TraderId,
        market: u16,
    ) -> Result<Instruction, WorldError> {
        let by = self.trader(taker)?;
        let mut keys = self.keeper_keys(id, market)?;
        (keys.keeper, keys.keeper_account) = (by.owner, by.address);
        let owners = self.risk_accounts(id, Some(market))?;
        let takers = self.risk_accounts(taker, Some(market))?;
        Ok(build::take_over_position(&keys, &owners, &takers))
    }

    /// # Errors
    /// What the program refuses.
    pub fn take_over(
        &mut self,
        taker: TraderId,
        id: TraderId,
        market: u16,
    ) -> Result<Sent, WorldError> {
        let instruction = self.take_over_instruction(taker, id, market)?;
        self.send(&[instruction])
    }

    /// Books the interest on what a trader owes, to a market.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn accrue_instruction(&self, id: TraderId, market: u16) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?.market;
        let account = self.trader(id)?.address;
        Ok(build::accrue_debt(self.exchange.exchange, account, market))
    }

    /// # Errors
    /// What the program refuses.
    pub fn accrue(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.accrue_instruction(id, market)?;
        self.send(&[instruction])
    }
}
