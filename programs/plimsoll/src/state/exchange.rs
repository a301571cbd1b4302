use crate::params::{DebtParams, WithdrawalParams};
use anchor_lang::prelude::*;

/// One deployment: its authorities and what it lists.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Exchange {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Markets listed so far.
    pub market_count: u16,
    /// Collaterals listed so far.
    pub collateral_count: u16,
    /// One where the quote currency has a price; at par otherwise.
    pub quote_priced: u8,
    /// One where there are stress rows; nothing is netted between underlyings otherwise.
    pub scenarios: u8,
    /// The key that created the exchange; part of its address, without power.
    pub creator: Pubkey,
    /// The key that lists markets and collaterals.
    pub governance: Pubkey,
    /// The key that will be able to tighten at once.
    pub guardian: Pubkey,
    /// The key that will be able to post implied volatility and forecasts.
    pub risk_operator: Pubkey,
    /// The mint in which balances are kept.
    pub quote_mint: Pubkey,
    pub withdrawal: WithdrawalParams,
    pub debt: DebtParams,
    pub _reserved: [u8; 208],
}

const _: () = assert!(core::mem::size_of::<Exchange>() == 8 + 5 * 32 + 24 + 24 + 208);
