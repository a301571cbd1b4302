//! Assesses a margin account whose risk state is laid out in one of several ways. The instruction's first
//! byte names the layout; the accounts are the margin account, then what holds the risk state. The
//! margin comes from the risk crate, as it does in the program, so that layouts differ by loading alone.
//! `examples/measure.rs` runs it.
#![allow(clippy::result_large_err)]

use anchor_lang::prelude::*;
use anchor_lang::solana_program::entrypoint;
use plimsoll::error::{OrRefuse, PlimsollError};
use plimsoll::state::{MarginAccount, MarketRisk};
use plimsoll::view::{exposure, Freshness, Planned, RiskAccounts};
use plimsoll_risk::account::Margin;
#[cfg(target_arch = "bpf")]
use sbf_builtins as _;

mod serialized;

pub use serialized::{SerializedMarginAccount, SerializedMarketRisk};

declare_id!("LayoutStub111111111111111111111111111111111");

/// The layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Layout {
    /// Nothing is loaded: what entering the program with these accounts costs.
    Nothing = 0,
    /// Both zero-copy, one risk account per market: the program's layout.
    PerMarket = 1,
    /// Both zero-copy, one table of all markets' risk.
    Table = 2,
    /// Zero-copy margin account, borsh risk accounts.
    SerializedRisk = 3,
    /// Borsh margin account, zero-copy risk accounts.
    SerializedAccount = 4,
    /// The same, with the margin account written back, as every trade has to.
    SerializedAccountWritten = 5,
}

/// Rows of the table: as many as an exchange can have markets.
pub const TABLE_ROWS: usize = plimsoll::constants::MARKETS_MAX as usize;

/// The risk rows of all markets in one account.
#[account(zero_copy)]
pub struct RiskTable {
    pub exchange: Pubkey,
    pub rows: [MarketRisk; TABLE_ROWS],
}

entrypoint!(process);

fn process<'info>(
    _program_id: &Pubkey,
    accounts: &'info [AccountInfo<'info>],
    data: &[u8],
) -> anchor_lang::solana_program::entrypoint::ProgramResult {
    let (layout, [margin_account, others @ ..]) = (data.first(), accounts) else {
        return Err(ProgramError::NotEnoughAccountKeys);
    };
    let margin = match layout {
        Some(0) => return Ok(()),
        Some(1) => per_market(margin_account, others)?,
        Some(2) => table(margin_account, others)?,
        Some(3) => serialized_risk(margin_account, others)?,
        Some(4) => serialized::assess(margin_account, others, false)?,
        Some(5) => serialized::assess(margin_account, others, true)?,
        _ => return Err(ProgramError::InvalidInstructionData),
    };
    if margin.meets_initial() {
        Ok(())
    } else {
        Err(ProgramError::InsufficientFunds)
    }
}

fn per_market<'info>(
    margin_account: &'info AccountInfo<'info>,
    others: &'info [AccountInfo<'info>],
) -> Result<Margin> {
    let loader = AccountLoader::<MarginAccount>::try_from(margin_account)?;
    let account = loader.load()?;
    RiskAccounts {
        exchange: account.exchange,
        named: None,
        others,
        freshness: Freshness::LastKnown,
    }
    .margin(&Planned::unchanged(&account))
}

fn table<'info>(
    margin_account: &'info AccountInfo<'info>,
    others: &'info [AccountInfo<'info>],
) -> Result<Margin> {
    let loader = AccountLoader::<MarginAccount>::try_from(margin_account)?;
    let account = loader.load()?;
    let info = others.first().ok_or(PlimsollError::RiskAccountMissing)?;
    let table_loader = AccountLoader::<RiskTable>::try_from(info)?;
    let table = table_loader.load()?;
    require!(
        table.exchange == account.exchange,
        PlimsollError::WrongExchange
    );
    Planned::unchanged(&account).margin(|slot| {
        let row = table.rows.get(usize::from(slot.market_index));
        let row = row.ok_or(PlimsollError::RiskAccountMissing)?;
        require!(
            row.index == slot.market_index,
            PlimsollError::RiskAccountMissing
        );
        Ok(exposure(slot, row))
    })
}

fn serialized_risk<'info>(
    margin_account: &'info AccountInfo<'info>,
    others: &'info [AccountInfo<'info>],
) -> Result<Margin> {
    let loader = AccountLoader::<MarginAccount>::try_from(margin_account)?;
    let account = loader.load()?;
    let mut rest = others.iter();
    Planned::unchanged(&account).margin(|slot| {
        let info = rest.next().ok_or(PlimsollError::RiskAccountMissing)?;
        let risk = SerializedMarketRisk::load(info)?;
        require!(
            risk.index == slot.market_index,
            PlimsollError::RiskAccountMissing
        );
        require!(
            risk.exchange == account.exchange,
            PlimsollError::WrongExchange
        );
        Ok(risk.exposure(&slot.position(), slot.unpaid_q))
    })
}

/// Adds one exposure to an account's margin.
fn plus(margin: Margin, exposure: &plimsoll_risk::account::Exposure) -> Result<Margin> {
    margin.plus(exposure).or_refuse()
}
