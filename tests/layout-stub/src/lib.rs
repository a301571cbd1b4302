//! Assesses a margin account whose risk state is laid out in one of several ways. The instruction's first
//! byte names the layout; the accounts are the margin account, then what holds the risk state. The
//! margin comes from the risk crate, as it does in the program, so that layouts differ by loading alone.
//! `examples/measure.rs` runs it.
#![allow(clippy::result_large_err)]

use anchor_lang::prelude::*;
use anchor_lang::solana_program::entrypoint;
use plimsoll::error::{OrRefuse, PlimsollError};
use plimsoll::risk_accounts::{Freshness, RiskAccounts};
use plimsoll::state::{MarginAccount, MarketRisk, PositionSlot};
use plimsoll::view::{boxed, exposure, Planned};
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Netting, QuoteRisk};
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

/// What the stub takes the time to be, Unix seconds: no guard is open.
const NOW_SECONDS: i64 = 0;

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
        quote_priced: false,
        scenarios: false,
        named: None,
        others,
        freshness: Freshness::LastKnown,
        now_seconds: NOW_SECONDS,
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
    margin_of(&account, |slot| {
        let row = table.rows.get(usize::from(slot.market_index));
        let row = row.ok_or(PlimsollError::RiskAccountMissing)?;
        require!(
            row.index == slot.market_index,
            PlimsollError::RiskAccountMissing
        );
        exposure(slot, row, None, NOW_SECONDS)
    })
}

fn serialized_risk<'info>(
    margin_account: &'info AccountInfo<'info>,
    others: &'info [AccountInfo<'info>],
) -> Result<Margin> {
    let loader = AccountLoader::<MarginAccount>::try_from(margin_account)?;
    let account = loader.load()?;
    let mut rest = others.iter();
    margin_of(&account, |slot| {
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

/// The margin of an account's positions, each as `exposure_of` says.
fn margin_of(
    account: &MarginAccount,
    mut exposure_of: impl FnMut(&PositionSlot) -> Result<Exposure>,
) -> Result<Margin> {
    let mut book = empty_book(account.balance_q)?;
    for slot in account.positions.iter().filter(|slot| !slot.is_free()) {
        book.hold(&exposure_of(slot)?).or_refuse()?;
    }
    margin(&book)
}

fn empty_book(balance_q: i64) -> Result<Box<Book>> {
    boxed(balance_q, &QuoteRisk::PAR)
}

fn margin(book: &Book) -> Result<Margin> {
    book.margin(&Netting::NONE).or_refuse()
}
