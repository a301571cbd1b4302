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
mod settlement;

pub use account::*;
pub use governance::*;
pub use market::*;
pub use order::*;
pub use pool::*;
pub use reduction::*;
pub use settlement::*;

use crate::addresses;
use anchor_lang::{InstructionData, ToAccountMetas};
use plimsoll::state::{Exchange, MarginAccount, PositionSlot};
use plimsoll::view::collateral_risk_index;
use solana_instruction::{AccountMeta, Instruction};
use solana_pubkey::Pubkey;

/// The indices of the risk accounts that must follow an instruction's own accounts, in their order: the
/// quote currency's, where it is priced; those of the used position slots, without `named`, the market that
/// the instruction names itself; those of the collaterals held.
pub fn risk_indices(exchange: &Exchange, account: &MarginAccount, named: Option<u16>) -> Vec<u16> {
    let quote = (exchange.quote_priced != 0).then(|| collateral_risk_index(0));
    let positions = account.positions.iter();
    let markets = positions
        .filter(|slot| !PositionSlot::is_free(slot))
        .map(|slot| slot.market_index)
        .filter(|index| Some(*index) != named);
    let collaterals = account.collaterals.iter();
    let pledged = collaterals
        .filter(|slot| slot.amount != 0)
        .map(|slot| collateral_risk_index(slot.collateral_index));
    quote.into_iter().chain(markets).chain(pledged).collect()
}

/// The accounts that must follow an instruction's own: the risk accounts of [`risk_indices`], found by
/// `risk_of`, and the stress rows, where there are any.
pub fn risk_accounts(
    exchange: (&Pubkey, &Exchange),
    account: &MarginAccount,
    named: Option<u16>,
    risk_of: impl Fn(u16) -> Pubkey,
) -> Vec<Pubkey> {
    let (key, exchange) = exchange;
    let mut keys: Vec<Pubkey> = risk_indices(exchange, account, named)
        .into_iter()
        .map(risk_of)
        .collect();
    if exchange.scenarios != 0 {
        keys.push(addresses::scenario_set(key));
    }
    keys
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
