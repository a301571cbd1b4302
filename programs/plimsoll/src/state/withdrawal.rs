use crate::params::WithdrawalParams;
use anchor_lang::prelude::*;
use plimsoll_risk::outflow::exemption_used_q;

/// A withdrawal that waits for room (R-E2). It is out of its owner's balance, so that it is no margin.
#[account(zero_copy)]
#[derive(Debug)]
pub struct WithdrawalTicket {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub exchange: Pubkey,
    /// Whose it is. Gets the rent back.
    pub owner: Pubkey,
    /// What it pays, quote atoms.
    pub amount_q: u64,
    /// All that was asked for by ticket up to this one: it is paid once so much has been given room, quote atoms.
    pub end_q: u64,
    /// When it was asked for, Unix seconds.
    pub requested_seconds: i64,
    pub _reserved: [u8; 64],
}

const _: () = assert!(core::mem::size_of::<WithdrawalTicket>() == 8 + 2 * 32 + 3 * 8 + 64);

/// What an owner has used of the exemption (R-E3), over all of their accounts.
#[account(zero_copy)]
#[derive(Debug)]
pub struct OwnerLimit {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub exchange: Pubkey,
    pub owner: Pubkey,
    /// Taken out since the window began, quote atoms.
    pub used_q: u64,
    /// When it began, Unix seconds.
    pub since_seconds: i64,
    pub _reserved: [u8; 32],
}

const _: () = assert!(core::mem::size_of::<OwnerLimit>() == 8 + 2 * 32 + 2 * 8 + 32);

impl OwnerLimit {
    /// Begins another window where the last one is over.
    pub fn renew(&mut self, params: &WithdrawalParams, now_seconds: i64) {
        let window = params.window_seconds;
        self.used_q = exemption_used_q(self.used_q, self.since_seconds, window, now_seconds);
        if self.used_q == 0 {
            self.since_seconds = now_seconds;
        }
    }
}
