use crate::error::WorldError;
use crate::send::Sent;
use crate::world::{TraderId, World};
use plimsoll_client::instructions as build;
use solana_instruction::Instruction;

/// Epochs of deleveraging.
impl World {
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn open_deleveraging_instruction(&self, market: u16) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?;
        Ok(build::open_deleveraging(&self.exchange, &market))
    }

    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn register_instruction(
        &self,
        id: TraderId,
        market: u16,
    ) -> Result<Instruction, WorldError> {
        Ok(build::register_winner(&self.keeper_keys(id, market)?))
    }

    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn close_deleveraging_instruction(&self, market: u16) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?;
        Ok(build::close_deleveraging(&self.exchange, &market))
    }

    /// # Errors
    /// [`WorldError::TraderMissing`], [`WorldError::MarketMissing`].
    pub fn deleverage_instruction(
        &self,
        id: TraderId,
        market: u16,
    ) -> Result<Instruction, WorldError> {
        let market = self.market_addresses(market)?;
        Ok(build::deleverage_position(
            self.trader(id)?.address,
            &market,
        ))
    }

    /// Opens an epoch of deleveraging.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn open_deleveraging(&mut self, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.open_deleveraging_instruction(market)?;
        self.send(&[instruction])
    }

    /// Registers a trader who is ahead; the world's keeper earns the fee.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn register(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.register_instruction(id, market)?;
        self.send(&[instruction])
    }

    /// Closes an epoch whose registration is over.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn close_deleveraging(&mut self, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.close_deleveraging_instruction(market)?;
        self.send(&[instruction])
    }

    /// Takes a closed epoch's share of a trader's position.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn deleverage(&mut self, id: TraderId, market: u16) -> Result<Sent, WorldError> {
        let instruction = self.deleverage_instruction(id, market)?;
        self.send(&[instruction])
    }
}
