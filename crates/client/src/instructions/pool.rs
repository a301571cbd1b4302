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
