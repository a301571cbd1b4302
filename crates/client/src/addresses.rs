//! Where every account of the program lives.

use plimsoll::constants::{
    COLLATERAL_SEED, EXCHANGE_SEED, INSURANCE_SEED, MARGIN_ACCOUNT_SEED, MARKET_RISK_SEED,
    MARKET_SEED, OWNER_LIMIT_SEED, POOL_SEED, PROVIDER_SEED, REDEMPTION_SEED, SCENARIO_SET_SEED,
    VAULT_SEED, WITHDRAWAL_TICKET_SEED,
};
use solana_pubkey::Pubkey;

/// The authority that signs the program's calls to itself when it emits events.
pub const EVENT_AUTHORITY: Pubkey = plimsoll::EVENT_AUTHORITY_AND_BUMP.0;

fn derive(seeds: &[&[u8]]) -> Pubkey {
    Pubkey::find_program_address(seeds, &plimsoll::ID).0
}

/// The exchange that `creator` created.
#[must_use]
pub fn exchange(creator: &Pubkey) -> Pubkey {
    derive(&[EXCHANGE_SEED, creator.as_ref()])
}

/// The record of a mint that an exchange takes.
#[must_use]
pub fn collateral(exchange: &Pubkey, mint: &Pubkey) -> Pubkey {
    derive(&[COLLATERAL_SEED, exchange.as_ref(), mint.as_ref()])
}

/// The token account that holds all an exchange has of a mint.
#[must_use]
pub fn vault(exchange: &Pubkey, mint: &Pubkey) -> Pubkey {
    derive(&[VAULT_SEED, exchange.as_ref(), mint.as_ref()])
}

/// The providers' pool of an exchange.
#[must_use]
pub fn pool(exchange: &Pubkey) -> Pubkey {
    derive(&[POOL_SEED, exchange.as_ref()])
}

/// One owner's part of a pool.
#[must_use]
pub fn provider(pool: &Pubkey, owner: &Pubkey) -> Pubkey {
    derive(&[PROVIDER_SEED, pool.as_ref(), owner.as_ref()])
}

/// A provider's ticket, by how many there were before it.
#[must_use]
pub fn redemption(provider: &Pubkey, count: u64) -> Pubkey {
    derive(&[REDEMPTION_SEED, provider.as_ref(), &count.to_le_bytes()])
}

/// A withdrawal that waits, by the number that its owner chose.
#[must_use]
pub fn withdrawal_ticket(margin_account: &Pubkey, number: u64) -> Pubkey {
    derive(&[
        WITHDRAWAL_TICKET_SEED,
        margin_account.as_ref(),
        &number.to_le_bytes(),
    ])
}

/// What an owner has used of the exemption from the withdrawal limit.
#[must_use]
pub fn owner_limit(exchange: &Pubkey, owner: &Pubkey) -> Pubkey {
    derive(&[OWNER_LIMIT_SEED, exchange.as_ref(), owner.as_ref()])
}

/// The insurance fund of an exchange.
#[must_use]
pub fn insurance(exchange: &Pubkey) -> Pubkey {
    derive(&[INSURANCE_SEED, exchange.as_ref()])
}

/// The trading half of a market.
#[must_use]
pub fn market(exchange: &Pubkey, index: u16) -> Pubkey {
    derive(&[MARKET_SEED, exchange.as_ref(), &index.to_le_bytes()])
}

/// The risk half of a market.
#[must_use]
pub fn market_risk(exchange: &Pubkey, index: u16) -> Pubkey {
    derive(&[MARKET_RISK_SEED, exchange.as_ref(), &index.to_le_bytes()])
}

/// The stress rows of an exchange.
#[must_use]
pub fn scenario_set(exchange: &Pubkey) -> Pubkey {
    derive(&[SCENARIO_SET_SEED, exchange.as_ref()])
}

/// A trader's account.
#[must_use]
pub fn margin_account(exchange: &Pubkey, owner: &Pubkey, sub_id: u16) -> Pubkey {
    derive(&[
        MARGIN_ACCOUNT_SEED,
        exchange.as_ref(),
        owner.as_ref(),
        &sub_id.to_le_bytes(),
    ])
}

/// The accounts that an exchange has one of, derived once: deriving costs hundreds of microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExchangeAddresses {
    pub exchange: Pubkey,
    pub quote_mint: Pubkey,
    /// The quote currency's collateral record.
    pub collateral: Pubkey,
    /// The quote currency's vault.
    pub vault: Pubkey,
    pub pool: Pubkey,
    pub insurance: Pubkey,
}

impl ExchangeAddresses {
    /// Derives the addresses of an exchange that keeps balances in `quote_mint`.
    #[must_use]
    pub fn new(exchange: Pubkey, quote_mint: Pubkey) -> Self {
        Self {
            exchange,
            quote_mint,
            collateral: collateral(&exchange, &quote_mint),
            vault: vault(&exchange, &quote_mint),
            pool: pool(&exchange),
            insurance: insurance(&exchange),
        }
    }
}

/// Both halves of a market, derived once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketAddresses {
    /// Index of the market.
    pub index: u16,
    pub market: Pubkey,
    pub market_risk: Pubkey,
}

impl MarketAddresses {
    /// Derives the addresses of an exchange's market.
    #[must_use]
    pub fn new(exchange: &Pubkey, index: u16) -> Self {
        Self {
            index,
            market: market(exchange, index),
            market_risk: market_risk(exchange, index),
        }
    }
}
