use super::build;
use crate::addresses::{MarketAddresses, EVENT_AUTHORITY};
use plimsoll::instructions::PostOutlookArgs;
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

/// Posts what is expected of a market's volatility; `risk_operator` signs.
#[must_use]
pub fn post_outlook(
    risk_operator: Pubkey,
    exchange: Pubkey,
    market_risk: Pubkey,
    args: PostOutlookArgs,
) -> Instruction {
    build(
        accounts::PostOutlook {
            risk_operator,
            exchange,
            market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::PostOutlook { args },
    )
}

/// Posts what moving a market's price by 2, 5, 10, 20 and 50 % costs elsewhere; `risk_operator` signs.
#[must_use]
pub fn post_depth(
    risk_operator: Pubkey,
    exchange: Pubkey,
    market_risk: Pubkey,
    depths_q: [u64; 5],
) -> Instruction {
    build(
        accounts::PostDepth {
            risk_operator,
            exchange,
            market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::PostDepth { depths_q },
    )
}

/// Pays profit that has vested.
#[must_use]
pub fn collect_profit(margin_account: Pubkey, market: &MarketAddresses) -> Instruction {
    build(
        accounts::CollectProfit {
            margin_account,
            market: market.market,
            market_risk: market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CollectProfit {},
    )
}
