use super::{build, with_risk};
use crate::addresses::{MarketAddresses, EVENT_AUTHORITY};
use plimsoll::instructions::PlaceOrderArgs;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// The keys of an order being placed.
#[derive(Clone, Copy, Debug)]
pub struct PlaceKeys {
    /// The owner or the delegate; signs.
    pub authority: Pubkey,
    pub exchange: Pubkey,
    pub margin_account: Pubkey,
    pub market: Pubkey,
}

/// Places an order. `risk_accounts` are those of all positions.
#[must_use]
pub fn place_order(
    keys: &PlaceKeys,
    risk_accounts: &[Pubkey],
    args: PlaceOrderArgs,
) -> Instruction {
    let instruction = build(
        accounts::PlaceOrder {
            authority: keys.authority,
            exchange: keys.exchange,
            margin_account: keys.margin_account,
            market: keys.market,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::PlaceOrder { args },
    );
    with_risk(instruction, risk_accounts)
}

/// The keys of a keeper's action on a position: settling, cutting, liquidating.
#[derive(Clone, Copy, Debug)]
pub struct KeeperKeys {
    /// Signs.
    pub keeper: Pubkey,
    /// The keeper's own margin account, which earns the fee.
    pub keeper_account: Pubkey,
    pub exchange: Pubkey,
    /// The account acted on.
    pub margin_account: Pubkey,
    pub market: MarketAddresses,
}

/// Ends an order at the update in the account `price_update`. `risk_accounts` are those of all
/// positions in other markets.
#[must_use]
pub fn settle_order(
    keys: &KeeperKeys,
    price_update: Pubkey,
    risk_accounts: &[Pubkey],
    order_id: u64,
) -> Instruction {
    let instruction = build(
        accounts::SettleOrder {
            keeper: keys.keeper,
            exchange: keys.exchange,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            price_update,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::SettleOrder { order_id },
    );
    with_risk(instruction, risk_accounts)
}

/// Ends an order that nobody settled in time.
#[must_use]
pub fn expire_order(keys: &KeeperKeys, order_id: u64) -> Instruction {
    build(
        accounts::ExpireOrder {
            keeper: keys.keeper,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::ExpireOrder { order_id },
    )
}

/// Binds a conditional order that the update in the account `price_update` touches.
#[must_use]
pub fn trigger_order(keys: &KeeperKeys, price_update: Pubkey, order_id: u64) -> Instruction {
    build(
        accounts::TriggerOrder {
            keeper: keys.keeper,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            price_update,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::TriggerOrder { order_id },
    )
}

/// Takes back a conditional order that nobody triggered; `authority`, the owner or the delegate, signs.
#[must_use]
pub fn cancel_order(authority: Pubkey, margin_account: Pubkey, order_id: u64) -> Instruction {
    build(
        accounts::CancelOrder {
            authority,
            margin_account,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CancelOrder { order_id },
    )
}

/// The keys of an immediate exit.
#[derive(Clone, Copy, Debug)]
pub struct ExitKeys {
    /// The owner or the delegate; signs.
    pub authority: Pubkey,
    pub exchange: Pubkey,
    pub margin_account: Pubkey,
    pub market: MarketAddresses,
}

/// Closes up to `lots` of a leg at once. `risk_accounts` are those of all positions in other markets.
#[must_use]
pub fn exit_position(keys: &ExitKeys, risk_accounts: &[Pubkey], lots: u64) -> Instruction {
    let instruction = build(
        accounts::ExitPosition {
            authority: keys.authority,
            exchange: keys.exchange,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::ExitPosition { lots },
    );
    with_risk(instruction, risk_accounts)
}
