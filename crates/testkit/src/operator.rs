use crate::error::WorldError;
use crate::keys::address;
use crate::send::Sent;
use crate::world::World;
use plimsoll::instructions::PostOutlookArgs;
use plimsoll_client::instructions as build;
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// What the risk operator posts.
impl World {
    /// The key that posts outlooks and depths.
    #[must_use]
    pub fn risk_operator(&self) -> Pubkey {
        address("risk operator", 0)
    }

    /// Posts what is expected of a market's volatility.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn post_outlook_instruction(
        &self,
        market: u16,
        args: PostOutlookArgs,
    ) -> Result<Instruction, WorldError> {
        let market_risk = self.market_addresses(market)?.market_risk;
        let exchange = self.exchange.exchange;
        Ok(build::post_outlook(
            self.risk_operator(),
            exchange,
            market_risk,
            args,
        ))
    }

    /// Posts what moving a market's price elsewhere costs, quote atoms.
    ///
    /// # Errors
    /// [`WorldError::MarketMissing`].
    pub fn post_depth_instruction(
        &self,
        market: u16,
        depths_q: [u64; 5],
    ) -> Result<Instruction, WorldError> {
        let market_risk = self.market_addresses(market)?.market_risk;
        let exchange = self.exchange.exchange;
        Ok(build::post_depth(
            self.risk_operator(),
            exchange,
            market_risk,
            depths_q,
        ))
    }

    /// Posts what is expected of a market's volatility. It counts from the next refresh on.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn post_outlook(&mut self, market: u16, args: PostOutlookArgs) -> Result<Sent, WorldError> {
        let instruction = self.post_outlook_instruction(market, args)?;
        self.send(&[instruction])
    }

    /// Posts what moving a market's price elsewhere by 2, 5, 10, 20 and 50 % costs, quote atoms.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn post_depth(&mut self, market: u16, depths_q: [u64; 5]) -> Result<Sent, WorldError> {
        let instruction = self.post_depth_instruction(market, depths_q)?;
        self.send(&[instruction])
    }
}
