use super::build;
use crate::addresses::EVENT_AUTHORITY;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Takes the price in the account `price_update` into a market's risk.
#[must_use]
pub fn refresh_market(market_risk: Pubkey, price_update: Pubkey) -> Instruction {
    build(
        accounts::RefreshMarket {
            market_risk,
            price_update,
        },
        instruction::RefreshMarket {},
    )
}

/// Pays profit that waited for a market's cash.
#[must_use]
pub fn collect_profit(margin_account: Pubkey, market: Pubkey) -> Instruction {
    build(
        accounts::CollectProfit {
            margin_account,
            market,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CollectProfit {},
    )
}
