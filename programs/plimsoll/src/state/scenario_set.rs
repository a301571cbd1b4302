use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use plimsoll_risk::book::Netting;
use plimsoll_risk::portfolio::{COLUMNS_MAX, ROWS_MAX};

/// How books are netted: governance's stress rows, in units of each market's own ratio. Without this
/// account nothing is netted between underlyings.
#[account(zero_copy)]
#[derive(Debug)]
pub struct ScenarioSet {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Rows in use.
    pub row_count: u16,
    /// R-N6: the least share of the gross that a book must hold, ppm.
    pub netting_floor_ppm: u32,
    pub exchange: Pubkey,
    /// Moves of the markets, 1e-4 of their ratios, by market index.
    pub rows: [[i16; 16]; 16],
    pub _reserved: [u8; 128],
}

const _: () =
    assert!(core::mem::size_of::<ScenarioSet>() == 8 + 32 + ROWS_MAX * COLUMNS_MAX * 2 + 128);

impl ScenarioSet {
    /// What a book is netted by.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`] where more rows are in use than there are.
    pub fn netting(&self) -> Result<Netting<'_>> {
        let rows = self
            .rows
            .get(..usize::from(self.row_count))
            .ok_or(PlimsollError::ParameterOutOfBounds)?;
        Ok(Netting {
            rows,
            floor_ppm: self.netting_floor_ppm,
        })
    }
}
