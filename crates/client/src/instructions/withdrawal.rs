use super::{build, with_risk, WithdrawKeys};
use crate::addresses::{self, ExchangeAddresses, EVENT_AUTHORITY};
use anchor_lang::system_program;
use plimsoll::{accounts, instruction};
use solana_instruction::Instruction;
use solana_pubkey::Pubkey;

/// Withdraws a small amount whoever waits. `risk_accounts` are those of all positions.
#[must_use]
pub fn withdraw_exempt(
    exchange: &ExchangeAddresses,
    keys: &WithdrawKeys,
    risk_accounts: &[Pubkey],
    amount_q: u64,
) -> Instruction {
    let instruction = build(
        accounts::WithdrawExempt {
            owner: keys.owner,
            exchange: exchange.exchange,
            margin_account: keys.margin_account,
            owner_limit: addresses::owner_limit(&exchange.exchange, &keys.owner),
            collateral: exchange.collateral,
            vault: exchange.vault,
            to: keys.to,
            token_program: anchor_spl::token::ID,
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::WithdrawExempt { amount_q },
    );
    with_risk(instruction, risk_accounts)
}

/// Asks for a withdrawal of `owner`, who signs and pays the ticket's rent. `number` is any that no open ticket of the
/// account has. `risk_accounts` are those of all positions.
#[must_use]
pub fn request_withdrawal(
    exchange: &ExchangeAddresses,
    owner: Pubkey,
    margin_account: Pubkey,
    risk_accounts: &[Pubkey],
    amount_q: u64,
    number: u64,
) -> Instruction {
    let instruction = build(
        accounts::RequestWithdrawal {
            owner,
            exchange: exchange.exchange,
            margin_account,
            collateral: exchange.collateral,
            ticket: addresses::withdrawal_ticket(&margin_account, number),
            system_program: system_program::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::RequestWithdrawal { amount_q, number },
    );
    with_risk(instruction, risk_accounts)
}

/// Pays a ticket of `owner` that has been given room to the token account `to` of theirs.
#[must_use]
pub fn pay_withdrawal(
    exchange: &ExchangeAddresses,
    ticket: Pubkey,
    owner: Pubkey,
    to: Pubkey,
) -> Instruction {
    build(
        accounts::PayWithdrawal {
            exchange: exchange.exchange,
            collateral: exchange.collateral,
            ticket,
            owner,
            vault: exchange.vault,
            to,
            token_program: anchor_spl::token::ID,
            event_authority: EVENT_AUTHORITY,
            program: plimsoll::ID,
        },
        instruction::PayWithdrawal {},
    )
}
