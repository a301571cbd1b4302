//! What goes into a book: positions, collaterals, and how they are netted.

use crate::margin::{Ratios, SideRatios};
use crate::portfolio::Row;
use crate::position::Position;
use crate::units::ONE_PPM;

/// What a market or a collateral is worth, by whom it is asked, 1e-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// The last price.
    pub price_e8: u64,
    /// The feed's slow price.
    pub slow_e8: u64,
    /// The price before a lone deviation, while that is guarded against; else the last price.
    pub guard_e8: u64,
}

/// One position, with what its market says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The market.
    pub underlying: u16,
    /// The position.
    pub position: Position,
    /// Profit realised that the market has not paid yet, quote atoms.
    pub unpaid_q: u64,
    /// The market's prices.
    pub prices: Prices,
    /// From [`crate::units::lot_divisor`].
    pub lot_divisor: u64,
    /// The market's ratios.
    pub ratios: SideRatios,
    /// The notional that can be unwound in the market's horizon, quote atoms (R-S2).
    pub liquidity_q: u64,
    /// The share of open profit that the pool could pay, ppm (R-A5).
    pub credit_ppm: u32,
    /// One sigma of an hour, ppm of the price.
    pub sigma_ppm: u32,
}

/// One collateral other than the quote currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pledge {
    /// The market of the same underlying, or a number that no market has.
    pub underlying: u16,
    /// Atoms of the mint.
    pub amount: u64,
    /// 10^(decimals + 2): turns amount times price into quote atoms.
    pub divisor: u64,
    /// The collateral's prices.
    pub prices: Prices,
    /// The share of its value that counts at all, ppm (R-H1).
    pub counted_ppm: u32,
    /// The ratios of holding it (R-H2).
    pub ratios: Ratios,
    /// The value that can be sold in the horizon, quote atoms (R-H3).
    pub liquidity_q: u64,
    /// One sigma of an hour, ppm of the price.
    pub sigma_ppm: u32,
}

/// How a book is netted: the stress rows, and the least share of the gross that it must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Netting<'a> {
    /// Governance's stress rows, at most [`crate::portfolio::ROWS_MAX`].
    pub rows: &'a [Row],
    /// R-N6: the least share of the gross, ppm, at most one.
    pub floor_ppm: u32,
}

impl Netting<'_> {
    /// Different underlyings are not netted at all.
    pub const NONE: Self = Self {
        rows: &[],
        floor_ppm: ONE_PPM,
    };
}

/// The lines at which exposures are netted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What opening and withdrawing must leave.
    Initial,
    /// The margin call.
    Call,
}
