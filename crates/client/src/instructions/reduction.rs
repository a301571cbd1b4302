use super::{build, with_risk, KeeperKeys};
use crate::addresses::EVENT_AUTHORITY;
use plimsoll::instructions::SellCollateralArgs;
use plimsoll::{accounts, instruction};
use solana_instruction::{AccountMeta, Instruction};
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

/// The keys of an action on several slots of an account.
#[derive(Clone, Copy, Debug)]
pub struct SlotsKeys {
    /// Signs; owner or delegate of the account that buys and earns.
    pub keeper: Pubkey,
    pub keeper_account: Pubkey,
    pub exchange: Pubkey,
    pub margin_account: Pubkey,
}

/// Closes the same share of the legs and collaterals that `bits` names: the lowest bit is the first position
/// slot, the collateral slots come after the position slots. `risk_accounts` are those of all positions
/// and collaterals, `markets` those of the legs, in the order of their slots.
#[must_use]
pub fn reduce_slice(
    keys: &SlotsKeys,
    risk_accounts: &[Pubkey],
    markets: &[Pubkey],
    bits: u16,
) -> Instruction {
    let instruction = build(
        accounts::ReduceSlice {
            keeper: keys.keeper,
            exchange: keys.exchange,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::ReduceSlice { bits },
    );
    let mut instruction = with_risk(instruction, risk_accounts);
    let written = |key: &Pubkey| AccountMeta::new(*key, false);
    instruction.accounts.extend(markets.iter().map(written));
    instruction
}

/// Buys collateral of an account below the liquidation line, or of one that owes too much. `risk_accounts`
/// are those of all positions and collaterals.
#[must_use]
pub fn sell_collateral(
    keys: &SlotsKeys,
    risk_accounts: &[Pubkey],
    args: SellCollateralArgs,
) -> Instruction {
    let instruction = build(
        accounts::SellCollateral {
            keeper: keys.keeper,
            exchange: keys.exchange,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::SellCollateral { args },
    );
    with_risk(instruction, risk_accounts)
}

/// Takes lots of an account below the liquidation line into the keeper's account. `risk_accounts` are those of
/// the owner's other positions and collaterals; `takers` the same of the keeper's account, as it will be.
#[must_use]
pub fn take_over_position(
    keys: &KeeperKeys,
    risk_accounts: &[Pubkey],
    takers: &[Pubkey],
) -> Instruction {
    let instruction = build(
        accounts::TakeOverPosition {
            keeper: keys.keeper,
            exchange: keys.exchange,
            keeper_account: keys.keeper_account,
            margin_account: keys.margin_account,
            market: keys.market.market,
            market_risk: keys.market.market_risk,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::TakeOverPosition {},
    );
    with_risk(with_risk(instruction, risk_accounts), takers)
}

/// Books the interest on what an account owes, to a market that it is owed to.
#[must_use]
pub fn accrue_debt(exchange: Pubkey, margin_account: Pubkey, market: Pubkey) -> Instruction {
    build(
        accounts::AccrueDebt {
            exchange,
            margin_account,
            market,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::AccrueDebt {},
    )
}
