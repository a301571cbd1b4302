use crate::params::CollateralParams;
use crate::view::collateral_risk_index;
use anchor_lang::prelude::*;

/// A mint that the exchange takes, and the vault that holds it.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Collateral {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Place in the exchange's list; 0 is the quote currency.
    pub index: u16,
    /// One while it has a live price; [`MarketRisk`] says what it counts for.
    ///
    /// [`MarketRisk`]: crate::state::MarketRisk
    pub priced: u8,
    pub _pad: [u8; 3],
    pub exchange: Pubkey,
    pub mint: Pubkey,
    /// The token account that holds all of it, owned by the exchange.
    pub vault: Pubkey,
    /// What the books say the vault holds, atoms of the mint.
    pub vault_q: u64,
    /// When it was listed, Unix seconds.
    pub listed_seconds: i64,
    pub params: CollateralParams,
    pub _reserved: [u8; 256],
}

const _: () = assert!(core::mem::size_of::<Collateral>() == 8 + 3 * 32 + 2 * 8 + 16 + 256);

impl Collateral {
    /// The index of its risk account.
    pub const fn risk_index(&self) -> u16 {
        collateral_risk_index(self.index)
    }
}
