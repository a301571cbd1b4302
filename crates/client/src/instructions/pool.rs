use super::{build, with_risk};
use crate::addresses::{self, ExchangeAddresses, MarketAddresses, EVENT_AUTHORITY};
use anchor_lang::system_program;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Buys shares of the pool with `amount_q` from the token account `from` of `owner`, who signs.
/// `markets` are all of the exchange's, in the order of their indices.
#[must_use]
pub fn deposit_pool(
    exchange: &ExchangeAddresses,
    owner: Pubkey,
    from: Pubkey,
    markets: &[MarketAddresses],
    amount_q: u64,
) -> Instruction {
    let instruction = build(
        accounts::DepositPool {
            owner,
            exchange: exchange.exchange,
            pool: exchange.pool,
            provider: addresses::provider(&exchange.pool, &owner),
            collateral: exchange.collateral,
            vault: exchange.vault,
            from,
            token_program: anchor_spl::token::ID,
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::DepositPool { amount_q },
    );
    with_markets(instruction, markets)
}

/// Moves `shares` of `owner`, who signs and pays the rent, into the provider's ticket number `count`, from zero.
/// `markets` are all of the exchange's, in the order of their indices.
#[must_use]
pub fn request_redemption(
    exchange: &ExchangeAddresses,
    owner: Pubkey,
    count: u64,
    markets: &[MarketAddresses],
    shares: u64,
) -> Instruction {
    let provider = addresses::provider(&exchange.pool, &owner);
    let instruction = build(
        accounts::RequestRedemption {
            owner,
            exchange: exchange.exchange,
            pool: exchange.pool,
            provider,
            redemption: addresses::redemption(&provider, count),
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::RequestRedemption { shares },
    );
    with_markets(instruction, markets)
}

/// The keys of a redemption.
#[derive(Clone, Copy, Debug)]
pub struct RedeemKeys {
    /// Signs.
    pub keeper: Pubkey,
    /// Earns the fee.
    pub keeper_account: Pubkey,
    /// The ticket.
    pub redemption: Pubkey,
    /// Whose ticket it is.
    pub owner: Pubkey,
}

/// Redeems the ticket at the head of the queue. `markets` are all of the exchange's, in the order of their
/// indices.
#[must_use]
pub fn redeem(
    exchange: &ExchangeAddresses,
    keys: &RedeemKeys,
    markets: &[MarketAddresses],
) -> Instruction {
    let instruction = build(
        accounts::Redeem {
            keeper: keys.keeper,
            keeper_account: keys.keeper_account,
            exchange: exchange.exchange,
            pool: exchange.pool,
            redemption: keys.redemption,
            provider: addresses::provider(&exchange.pool, &keys.owner),
            owner: keys.owner,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::Redeem {},
    );
    with_markets(instruction, markets)
}

/// Moves what was redeemed for `owner`, who signs, into a margin account of theirs.
#[must_use]
pub fn collect_redemption(pool: Pubkey, owner: Pubkey, margin_account: Pubkey) -> Instruction {
    build(
        accounts::CollectRedemption {
            owner,
            pool,
            provider: addresses::provider(&pool, &owner),
            margin_account,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CollectRedemption {},
    )
}

fn with_markets(instruction: Instruction, markets: &[MarketAddresses]) -> Instruction {
    let pairs: Vec<Pubkey> = markets
        .iter()
        .flat_map(|market| [market.market, market.market_risk])
        .collect();
    with_risk(instruction, &pairs)
}

/// Gives `amount_q` from the token account `from` of `depositor`, who signs, to the insurance fund.
#[must_use]
pub fn deposit_insurance(
    exchange: &ExchangeAddresses,
    depositor: Pubkey,
    from: Pubkey,
    amount_q: u64,
) -> Instruction {
    build(
        accounts::DepositInsurance {
            depositor,
            insurance: exchange.insurance,
            collateral: exchange.collateral,
            vault: exchange.vault,
            from,
            token_program: anchor_spl::token::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::DepositInsurance { amount_q },
    )
}

/// Moves cash between a market and the pool.
#[must_use]
pub fn sweep_market(pool: Pubkey, market: &MarketAddresses) -> Instruction {
    build(
        accounts::SweepMarket {
            pool,
            market: market.market,
            market_risk: market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::SweepMarket {},
    )
}
