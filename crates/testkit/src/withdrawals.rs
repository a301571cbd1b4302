use crate::error::WorldError;
use crate::send::Sent;
use crate::world::{Trader, TraderId, World};
use plimsoll::state::WithdrawalTicket;
use plimsoll_client::addresses;
use plimsoll_client::instructions::{self as build, WithdrawKeys};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Withdrawals that do not simply go through.
impl World {
    /// Withdraws a small amount whoever waits, to the owner's own tokens.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn withdraw_exempt(&mut self, id: TraderId, amount_q: u64) -> Result<Sent, WorldError> {
        let instruction = self.exempt_instruction(id, amount_q)?;
        self.send(&[instruction])
    }

    /// The same, unsent.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn exempt_instruction(
        &self,
        id: TraderId,
        amount_q: u64,
    ) -> Result<Instruction, WorldError> {
        let keys = self.withdraw_keys(id)?;
        let risk = self.risk_accounts(id, None)?;
        Ok(build::withdraw_exempt(
            &self.exchange,
            &keys,
            &risk,
            amount_q,
        ))
    }

    /// Asks for a withdrawal by ticket; returns the ticket.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn request_withdrawal(
        &mut self,
        id: TraderId,
        amount_q: u64,
        number: u64,
    ) -> Result<Pubkey, WorldError> {
        let (ticket, instruction) = self.ticket_instruction(id, amount_q, number)?;
        self.send(&[instruction])?;
        Ok(ticket)
    }

    /// The same, unsent. What the ticket holds is counted from now on.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn ticket_instruction(
        &mut self,
        id: TraderId,
        amount_q: u64,
        number: u64,
    ) -> Result<(Pubkey, Instruction), WorldError> {
        let Trader { owner, address, .. } = self.trader(id)?;
        let ticket = addresses::withdrawal_ticket(&address, number);
        if !self.withdrawals.contains(&ticket) {
            self.withdrawals.push(ticket);
        }
        let risk = self.risk_accounts(id, None)?;
        let instruction =
            build::request_withdrawal(&self.exchange, owner, address, &risk, amount_q, number);
        Ok((ticket, instruction))
    }

    /// Pays a ticket to tokens of its owner.
    ///
    /// # Errors
    /// What the program refuses.
    pub fn pay_withdrawal(&mut self, ticket: &Pubkey, to: Pubkey) -> Result<Sent, WorldError> {
        let owner = self.withdrawal(ticket)?.owner;
        self.send(&[build::pay_withdrawal(&self.exchange, *ticket, owner, to)])
    }

    /// A ticket.
    ///
    /// # Errors
    /// As [`World::view`].
    pub fn withdrawal(&self, ticket: &Pubkey) -> Result<&WithdrawalTicket, WorldError> {
        self.view(ticket)
    }

    fn withdraw_keys(&self, id: TraderId) -> Result<WithdrawKeys, WorldError> {
        let Trader {
            owner,
            address,
            tokens,
            ..
        } = self.trader(id)?;
        Ok(WithdrawKeys {
            owner,
            margin_account: address,
            to: tokens,
        })
    }
}
