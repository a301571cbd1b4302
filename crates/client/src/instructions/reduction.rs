use super::{build, with_risk, KeeperKeys};
use crate::addresses::EVENT_AUTHORITY;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Cuts a leg of an account in a margin call. `risk_accounts` are those of all positions in other
/// markets.
#[must_use]
pub fn cut_position(keys: &KeeperKeys, risk_accounts: &[Pubkey]) -> Instruction {
    let instruction = build(
        accounts::CutPosition {
            keeper: keys.keeper,
            exchange: keys.exchange,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CutPosition {},
    );
    with_risk(instruction, risk_accounts)
}

/// Liquidates a leg of an account below the liquidation line. `risk_accounts` are those of all
/// positions in other markets.
#[must_use]
pub fn liquidate_position(keys: &KeeperKeys, risk_accounts: &[Pubkey]) -> Instruction {
    let instruction = build(
        accounts::LiquidatePosition {
            keeper: keys.keeper,
            exchange: keys.exchange,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::LiquidatePosition {},
    );
    with_risk(instruction, risk_accounts)
}

/// Covers what an account without positions owes.
#[must_use]
pub fn absorb_deficit(margin_account: Pubkey, market: Pubkey, insurance: Pubkey) -> Instruction {
    build(
        accounts::AbsorbDeficit {
            margin_account,
            market,
            insurance,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::AbsorbDeficit {},
    )
}

/// Moves what a market's liquidations collected to the insurance fund, or what lacks for bounties back.
#[must_use]
pub fn sweep_insurance(market: Pubkey, insurance: Pubkey) -> Instruction {
    build(
        accounts::SweepInsurance {
            market,
            insurance,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::SweepInsurance {},
    )
}
