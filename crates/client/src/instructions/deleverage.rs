use super::build;
use crate::addresses::{ExchangeAddresses, MarketAddresses, EVENT_AUTHORITY};
use crate::instructions::KeeperKeys;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Opens an epoch of deleveraging in a market that owes more than what backs it.
#[must_use]
pub fn open_deleveraging(exchange: &ExchangeAddresses, market: &MarketAddresses) -> Instruction {
    build(
        accounts::OpenDeleveraging {
            market: market.market,
            market_risk: market.market_risk,
            pool: exchange.pool,
            insurance: exchange.insurance,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::OpenDeleveraging {},
    )
}

/// Registers a position that is ahead at the epoch's price.
#[must_use]
pub fn register_winner(keys: &KeeperKeys) -> Instruction {
    build(
        accounts::RegisterWinner {
            keeper: keys.keeper,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::RegisterWinner {},
    )
}

/// Closes an epoch of deleveraging whose registration is over.
#[must_use]
pub fn close_deleveraging(exchange: &ExchangeAddresses, market: &MarketAddresses) -> Instruction {
    build(
        accounts::CloseDeleveraging {
            market: market.market,
            market_risk: market.market_risk,
            pool: exchange.pool,
            insurance: exchange.insurance,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CloseDeleveraging {},
    )
}

/// Takes a closed epoch's share of a registered position.
#[must_use]
pub fn deleverage_position(margin_account: Pubkey, market: &MarketAddresses) -> Instruction {
    build(
        accounts::DeleveragePosition {
            margin_account,
            market: market.market,
            market_risk: market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::DeleveragePosition {},
    )
}
