use super::build;
use crate::addresses::{self, EVENT_AUTHORITY};
use anchor_lang::system_program;
use plimsoll::instructions::{
    CreateExchangeArgs, CreateMarketArgs, CreateScenariosArgs, PriceCollateralArgs,
};
use plimsoll::params::CollateralParams;
use plimsoll::view::collateral_risk_index;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Creates the exchange of `governance`, which signs and pays.
#[must_use]
pub fn create_exchange(
    governance: Pubkey,
    quote_mint: Pubkey,
    args: CreateExchangeArgs,
) -> Instruction {
    let exchange = addresses::exchange(&governance);
    build(
        accounts::CreateExchange {
            governance,
            exchange,
            pool: addresses::pool(&exchange),
            insurance: addresses::insurance(&exchange),
            quote_mint,
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CreateExchange { args },
    )
}

/// Lists a collateral; `governance` signs and pays.
#[must_use]
pub fn create_collateral(
    governance: Pubkey,
    exchange: Pubkey,
    mint: Pubkey,
    params: CollateralParams,
) -> Instruction {
    build(
        accounts::CreateCollateral {
            governance,
            exchange,
            mint,
            collateral: addresses::collateral(&exchange, &mint),
            vault: addresses::vault(&exchange, &mint),
            token_program: anchor_spl::token::ID,
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CreateCollateral { params },
    )
}

/// Gives the collateral of a mint and an index a price; `governance` signs and pays.
#[must_use]
pub fn price_collateral(
    governance: Pubkey,
    exchange: Pubkey,
    mint: Pubkey,
    index: u16,
    args: PriceCollateralArgs,
) -> Instruction {
    build(
        accounts::PriceCollateral {
            governance,
            exchange,
            collateral: addresses::collateral(&exchange, &mint),
            mint,
            collateral_risk: addresses::market_risk(&exchange, collateral_risk_index(index)),
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::PriceCollateral { args },
    )
}

/// Creates the exchange's stress rows; `governance` signs and pays.
#[must_use]
pub fn create_scenarios(
    governance: Pubkey,
    exchange: Pubkey,
    args: CreateScenariosArgs,
) -> Instruction {
    build(
        accounts::CreateScenarios {
            governance,
            exchange,
            scenario_set: addresses::scenario_set(&exchange),
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CreateScenarios { args },
    )
}

/// Lists the market of the next free `index`; `governance` signs and pays.
#[must_use]
pub fn create_market(
    governance: Pubkey,
    exchange: Pubkey,
    index: u16,
    args: CreateMarketArgs,
) -> Instruction {
    build(
        accounts::CreateMarket {
            governance,
            exchange,
            market: addresses::market(&exchange, index),
            market_risk: addresses::market_risk(&exchange, index),
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CreateMarket { args },
    )
}
