use anchor_lang::prelude::*;

/// The providers' pool, which takes the other side of every trade.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Pool {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub exchange: Pubkey,
    /// Cash not drawn by any market, quote atoms.
    pub cash_q: u64,
    /// Shares of all providers.
    pub shares: u64,
    pub _reserved: [u8; 256],
}

const _: () = assert!(core::mem::size_of::<Pool>() == 8 + 32 + 2 * 8 + 256);

/// One provider's part of a pool.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Provider {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub pool: Pubkey,
    pub owner: Pubkey,
    /// Shares held.
    pub shares: u64,
    /// What was deposited in all, quote atoms.
    pub deposited_q: u64,
    pub _reserved: [u8; 128],
}

const _: () = assert!(core::mem::size_of::<Provider>() == 8 + 2 * 32 + 2 * 8 + 128);
