use crate::error::WorldError;
use crate::keys::address;
use crate::send::Sent;
use crate::world::{TraderId, World};
use plimsoll::state::{Provider, Redemption};
use plimsoll_client::addresses;
use plimsoll_client::instructions::{self as build, RedeemKeys};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// How providers leave.
impl World {
    /// Asks for the redemption of shares of the provider that plays a role; returns the ticket.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn request_redemption(
        &mut self,
        role: &str,
        number: u64,
        shares: u64,
    ) -> Result<Pubkey, WorldError> {
        let owner = address(role, number);
        let (ticket, instruction) = self.request_instruction(&owner, shares)?;
        self.send(&[instruction])?;
        Ok(ticket)
    }

    /// The same, unsent, with the ticket that it would make. The ticket's shares are counted from now on.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn request_instruction(
        &mut self,
        owner: &Pubkey,
        shares: u64,
    ) -> Result<(Pubkey, Instruction), WorldError> {
        let provider = addresses::provider(&self.exchange.pool, owner);
        let count = self.view::<Provider>(&provider)?.request_count;
        let ticket = addresses::redemption(&provider, count);
        if !self.redemptions.contains(&ticket) {
            self.redemptions.push(ticket);
        }
        let markets = self.all_market_addresses();
        let instruction =
            build::request_redemption(&self.exchange, *owner, count, &markets, shares);
        Ok((ticket, instruction))
    }

    /// Redeems a ticket; the world's keeper earns the fee.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn redeem(&mut self, ticket: &Pubkey) -> Result<Sent, WorldError> {
        let instruction = self.redeem_instruction(ticket)?;
        self.send(&[instruction])
    }

    /// The same, unsent.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn redeem_instruction(&self, ticket: &Pubkey) -> Result<Instruction, WorldError> {
        let keys = RedeemKeys {
            keeper: self.keeper,
            keeper_account: self.trader(self.keeper_id)?.address,
            redemption: *ticket,
            owner: self.redemption(ticket)?.owner,
        };
        let markets = self.all_market_addresses();
        Ok(build::redeem(&self.exchange, &keys, &markets))
    }

    /// Moves what was redeemed for a trader's owner into the trader's account.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn collect_redemption(&mut self, id: TraderId) -> Result<Sent, WorldError> {
        let trader = self.trader(id)?;
        self.send(&[build::collect_redemption(
            self.exchange.pool,
            trader.owner,
            trader.address,
        )])
    }

    /// A ticket.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn redemption(&self, ticket: &Pubkey) -> Result<&Redemption, WorldError> {
        self.view(ticket)
    }
}
