use super::{build, with_risk};
use crate::addresses::{self, ExchangeAddresses, EVENT_AUTHORITY};
use anchor_lang::system_program;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Creates the margin account `sub_id` of `owner`, who signs and pays.
#[must_use]
pub fn create_margin_account(exchange: Pubkey, owner: Pubkey, sub_id: u16) -> Instruction {
    build(
        accounts::CreateMarginAccount {
            owner,
            exchange,
            margin_account: addresses::margin_account(&exchange, &owner, sub_id),
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CreateMarginAccount { sub_id },
    )
}

/// Closes an empty margin account; `owner` signs and gets the rent.
#[must_use]
pub fn close_margin_account(owner: Pubkey, margin_account: Pubkey) -> Instruction {
    build(
        accounts::CloseMarginAccount {
            owner,
            margin_account,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::CloseMarginAccount {},
    )
}

/// Names the key that may trade for a margin account; `owner` signs.
#[must_use]
pub fn set_delegate(owner: Pubkey, margin_account: Pubkey, delegate: Pubkey) -> Instruction {
    build(
        accounts::SetDelegate {
            owner,
            margin_account,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::SetDelegate { delegate },
    )
}

/// Pays `amount_q` from the token account `from` of `depositor`, who signs.
#[must_use]
pub fn deposit(
    exchange: &ExchangeAddresses,
    depositor: Pubkey,
    from: Pubkey,
    margin_account: Pubkey,
    amount_q: u64,
) -> Instruction {
    build(
        accounts::Deposit {
            depositor,
            margin_account,
            collateral: exchange.collateral,
            vault: exchange.vault,
            from,
            token_program: anchor_spl::token::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::Deposit { amount_q },
    )
}

/// The keys of a withdrawal.
#[derive(Clone, Copy, Debug)]
pub struct WithdrawKeys {
    /// Signs.
    pub owner: Pubkey,
    pub margin_account: Pubkey,
    /// The token account that is paid.
    pub to: Pubkey,
}

/// Withdraws `amount_q`. `risk_accounts` are those of all positions.
#[must_use]
pub fn withdraw(
    exchange: &ExchangeAddresses,
    keys: &WithdrawKeys,
    risk_accounts: &[Pubkey],
    amount_q: u64,
) -> Instruction {
    let instruction = build(
        accounts::Withdraw {
            owner: keys.owner,
            exchange: exchange.exchange,
            margin_account: keys.margin_account,
            collateral: exchange.collateral,
            vault: exchange.vault,
            to: keys.to,
            token_program: anchor_spl::token::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::Withdraw { amount_q },
    );
    with_risk(instruction, risk_accounts)
}

/// The accounts of a collateral other than the quote currency.
#[derive(Clone, Copy, Debug)]
pub struct CollateralKeys {
    pub collateral: Pubkey,
    pub vault: Pubkey,
    /// The owner's own token account.
    pub tokens: Pubkey,
}

/// Pledges `amount` of a collateral; `depositor` signs.
#[must_use]
pub fn pledge_collateral(
    keys: &CollateralKeys,
    depositor: Pubkey,
    margin_account: Pubkey,
    amount: u64,
) -> Instruction {
    build(
        accounts::PledgeCollateral {
            depositor,
            margin_account,
            collateral: keys.collateral,
            vault: keys.vault,
            from: keys.tokens,
            token_program: anchor_spl::token::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::PledgeCollateral { amount },
    )
}

/// Takes `amount` of a collateral back; `owner` signs. `risk_accounts` are those of all positions and
/// collaterals.
#[must_use]
pub fn release_collateral(
    keys: &CollateralKeys,
    exchange: Pubkey,
    owner: Pubkey,
    margin_account: Pubkey,
    risk_accounts: &[Pubkey],
    amount: u64,
) -> Instruction {
    let instruction = build(
        accounts::ReleaseCollateral {
            owner,
            exchange,
            margin_account,
            collateral: keys.collateral,
            vault: keys.vault,
            to: keys.tokens,
            token_program: anchor_spl::token::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::ReleaseCollateral { amount },
    );
    with_risk(instruction, risk_accounts)
}

/// Asks for an account's margin as return data. `risk_accounts` are those of all positions.
#[must_use]
pub fn margin_report(
    exchange: Pubkey,
    margin_account: Pubkey,
    risk_accounts: &[Pubkey],
) -> Instruction {
    let instruction = build(
        accounts::ReportMargin {
            exchange,
            margin_account,
        },
        instruction::MarginReport {},
    );
    with_risk(instruction, risk_accounts)
}
