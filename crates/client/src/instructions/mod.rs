//! One builder per instruction.
//!
//! Each takes the keys it needs and returns the instruction with its accounts in the program's order,
//! those of the event call included. Signers are the keys that the program demands.

mod account;
mod governance;
mod market;
mod order;
mod pool;
mod reduction;

pub use account::*;
pub use governance::*;
pub use market::*;
pub use order::*;
pub use pool::*;
pub use reduction::*;

use anchor_lang::{InstructionData, ToAccountMetas};
use plimsoll::state::{MarginAccount, PositionSlot};
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

/// The markets whose risk accounts must follow an instruction's own accounts, in their order: those of
/// the used slots, without `named`, the market that the instruction names itself.
pub fn risk_markets(
    account: &MarginAccount,
    named: Option<u16>,
) -> impl Iterator<Item = u16> + use<'_> {
    account
        .positions
        .iter()
        .filter(|slot| !PositionSlot::is_free(slot))
        .map(|slot| slot.market_index)
        .filter(move |index| Some(*index) != named)
}

fn build(accounts: impl ToAccountMetas, data: impl InstructionData) -> Instruction {
    Instruction {
        program_id: plimsoll::ID,
        accounts: accounts.to_account_metas(None),
        data: data.data(),
    }
}

fn with_risk(mut instruction: Instruction, risk_accounts: &[Pubkey]) -> Instruction {
    let readonly = |key: &Pubkey| AccountMeta::new_readonly(*key, false);
    instruction
        .accounts
        .extend(risk_accounts.iter().map(readonly));
    instruction
}
