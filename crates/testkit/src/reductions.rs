use crate::error::WorldError;
use crate::send::Sent;
use crate::world::{TraderId, World};
use plimsoll_client::instructions as build;
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
}
