//! An account's margin from its bytes on chain, by the program's own functions.

use core::fmt;
use plimsoll::error::PlimsollError;
use plimsoll::state::{MarginAccount, MarketRisk};
use plimsoll::view::{exposure, Planned};
use plimsoll_risk::account::{contribution, Margin};
use plimsoll_risk::RiskError;

/// Why a margin could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarginError {
    /// The risk account of this market was not given.
    RiskAccountMissing { market_index: u16 },
    /// The risk crate refused.
    Risk(RiskError),
}

impl fmt::Display for MarginError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::RiskAccountMissing { market_index } => {
                write!(f, "the risk account of market {market_index} is missing")
            }
            Self::Risk(error) => write!(f, "the margin cannot be computed: {error:?}"),
        }
    }
}

impl std::error::Error for MarginError {}

/// What one position adds to its account's margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionMargin {
    /// Place of the position in its account.
    pub slot: usize,
    /// Index of the market.
    pub market_index: u16,
    /// Signed size, lots.
    pub lots: i64,
    /// Its part of the account's margin.
    pub part: Margin,
}

/// The margin of an account, planned or as it is ([`Planned::unchanged`]), as the program would compute
/// it. `risk_of` gives the risk account of a market by its index.
///
/// # Errors
/// Each [`MarginError`].
pub fn margin<'a>(
    planned: &Planned,
    risk_of: impl Fn(u16) -> Option<&'a MarketRisk>,
) -> Result<Margin, MarginError> {
    let mut missing = None;
    let margin = planned.margin(|slot| {
        risk_of(slot.market_index)
            .map(|risk| exposure(slot, risk))
            .ok_or_else(|| {
                missing = Some(slot.market_index);
                PlimsollError::RiskAccountMissing.into()
            })
    });
    margin.map_err(|_| match missing {
        Some(market_index) => MarginError::RiskAccountMissing { market_index },
        None => MarginError::Risk(RiskError::Overflow),
    })
}

/// What each position adds to its account's margin, in the order of their slots.
///
/// # Errors
/// Each [`MarginError`].
pub fn parts<'a>(
    account: &MarginAccount,
    risk_of: impl Fn(u16) -> Option<&'a MarketRisk>,
) -> Result<Vec<PositionMargin>, MarginError> {
    let used = account
        .positions
        .iter()
        .enumerate()
        .filter(|(_, slot)| !slot.is_free());
    used.map(|(index, slot)| {
        let market_index = slot.market_index;
        let risk = risk_of(market_index).ok_or(MarginError::RiskAccountMissing { market_index })?;
        let part = contribution(&exposure(slot, risk)).map_err(MarginError::Risk)?;
        Ok(PositionMargin {
            slot: index,
            market_index,
            lots: slot.lots,
            part,
        })
    })
    .collect()
}
