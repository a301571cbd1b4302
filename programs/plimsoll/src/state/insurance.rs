use anchor_lang::prelude::*;

/// The insurance fund's book. Its money lies in the quote vault.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Insurance {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub exchange: Pubkey,
    /// What the fund holds, quote atoms.
    pub balance_q: u64,
    /// What it has paid for deficits so far, quote atoms.
    pub paid_q: u64,
    pub _reserved: [u8; 136],
}

const _: () = assert!(core::mem::size_of::<Insurance>() == 8 + 32 + 2 * 8 + 136);
