use crate::error::WorldError;
use crate::send::Sent;
use crate::world::{TraderId, World};
use plimsoll::constants::COLLATERAL_RISK;
use plimsoll_client::instructions as build;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Markets and collaterals whose feed is dead, by the index of their risk account.
impl World {
    /// Announces a settlement; `starter` signs.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn start_settlement_instruction(
        &self,
        starter: Pubkey,
        index: u16,
        price_e8: u64,
    ) -> Result<Instruction, WorldError> {
        let market_risk = self.market_addresses(index)?.market_risk;
        let exchange = self.exchange.exchange;
        Ok(build::start_settlement(
            starter,
            exchange,
            market_risk,
            price_e8,
        ))
    }

    /// Fixes a settlement price.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`], [`WorldError::CollateralMissing`].
    pub fn finish_settlement_instruction(&self, index: u16) -> Result<Instruction, WorldError> {
        let addresses = self.market_addresses(index)?;
        if index & COLLATERAL_RISK == 0 {
            return Ok(build::finish_market_settlement(
                addresses.market_risk,
                addresses.market,
            ));
        }
        let collateral = self.taken(index & !COLLATERAL_RISK)?.collateral;
        Ok(build::finish_collateral_settlement(
            addresses.market_risk,
            collateral,
        ))
    }

    /// Closes a trader's position in a settled market.
    ///
    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn close_settled_instruction(
        &self,
        id: TraderId,
        market: u16,
    ) -> Result<Instruction, WorldError> {
        Ok(build::close_settled(&self.keeper_keys(id, market)?))
    }

    /// Announces a settlement at the last price; the keeper signs.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn start_settlement(&mut self, index: u16) -> Result<Sent, WorldError> {
        let price_e8 = self.risk(index)?.price_e8;
        let instruction = self.start_settlement_instruction(self.keeper, index, price_e8)?;
        self.send(&[instruction])
    }

    /// Fixes a settlement price.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn finish_settlement(&mut self, index: u16) -> Result<Sent, WorldError> {
        let instruction = self.finish_settlement_instruction(index)?;
        self.send(&[instruction])
    }

    /// Closes a trader's position in a settled market.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn close_settled(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.close_settled_instruction(id, market)?;
        self.send(&[instruction])
    }
}
