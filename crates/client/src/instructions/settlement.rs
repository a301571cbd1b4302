use super::{build, KeeperKeys};
use crate::addresses::EVENT_AUTHORITY;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Announces the settlement of a market or collateral whose feed is dead; `starter` signs.
#[must_use]
pub fn start_settlement(
    starter: Pubkey,
    exchange: Pubkey,
    market_risk: Pubkey,
    price_e8: u64,
) -> Instruction {
    build(
        accounts::StartSettlement {
            starter,
            exchange,
            market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::StartSettlement { price_e8 },
    )
}

/// Fixes the price of a market whose feed stayed dead.
#[must_use]
pub fn finish_market_settlement(market_risk: Pubkey, market: Pubkey) -> Instruction {
    finish(market_risk, Some(market), None)
}

/// Fixes the price of a collateral whose feed stayed dead.
#[must_use]
pub fn finish_collateral_settlement(market_risk: Pubkey, collateral: Pubkey) -> Instruction {
    finish(market_risk, None, Some(collateral))
}

fn finish(market_risk: Pubkey, market: Option<Pubkey>, collateral: Option<Pubkey>) -> Instruction {
    build(
        accounts::FinishSettlement {
            market_risk,
            market,
            collateral,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::FinishSettlement {},
    )
}

/// Closes a position in a settled market; the keeper signs.
#[must_use]
pub fn close_settled(keys: &KeeperKeys) -> Instruction {
    build(
        accounts::CloseSettled {
            keeper: keys.keeper,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CloseSettled {},
    )
}
