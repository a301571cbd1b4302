//! The providers' pool: what it is worth and what a share costs.

use crate::error::{Result, RiskError};
use crate::math::{add, mul_div_down, sub, to_i64};
use crate::position::OpenInterest;

/// Shares and atoms that every pool starts with on paper, so that the first provider cannot set the
/// price of a share (the virtual-offset defence of ERC-4626).
const VIRTUAL_SHARES: u64 = 1_000_000;
const VIRTUAL_Q: i64 = 1_000_000;

/// One market's part in the pool's worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketWorth {
    /// The market's cash, quote atoms.
    pub cash_q: u64,
    /// Profit realised by traders and not yet paid, quote atoms.
    pub unpaid_q: u64,
    /// Positions of all traders.
    pub open_interest: OpenInterest,
    /// The price that is better for the pool's owners of the two prices known, 1e-8.
    pub price_e8: u64,
    /// The other price known, 1e-8.
    pub other_price_e8: u64,
    /// From [`crate::units::lot_divisor`].
    pub lot_divisor: u64,
}

/// R-Q1: what a market is worth to the pool at the dearer of the two prices, quote atoms. A provider
/// who enters pays the dearer worth, so that a price known to move cannot be bought cheap.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn market_worth_up(market: &MarketWorth) -> Result<i64> {
    let owed = |price_e8: u64| {
        market
            .open_interest
            .traders_profit_down(price_e8, market.lot_divisor)
    };
    let owed_q = owed(market.price_e8)?.min(owed(market.other_price_e8)?);
    sub(
        sub(to_i64(market.cash_q)?, to_i64(market.unpaid_q)?)?,
        owed_q,
    )
}

/// R-Q2: the shares that `amount_q` buys of a pool worth `worth_q` in all, rounded down.
///
/// # Errors
/// [`RiskError::PoolExhausted`] where the pool is worth nothing while it has shares,
/// [`RiskError::SizeInvalid`] where the amount buys no share, [`RiskError::Overflow`].
pub fn shares_down(amount_q: u64, shares: u64, worth_q: i64) -> Result<u64> {
    if worth_q <= 0 && shares > 0 {
        return Err(RiskError::PoolExhausted);
    }
    let worth_q = u64::try_from(add(worth_q, VIRTUAL_Q)?).map_err(|_| RiskError::PoolExhausted)?;
    if worth_q == 0 {
        return Err(RiskError::PoolExhausted);
    }
    let shares = shares
        .checked_add(VIRTUAL_SHARES)
        .ok_or(RiskError::Overflow)?;
    match mul_div_down(amount_q, shares, worth_q)? {
        0 => Err(RiskError::SizeInvalid),
        bought => Ok(bought),
    }
}

/// R-Q3: what a sweep moves between the pool and a market: towards `target_q` of cash in the market.
/// Positive: from the pool to the market, at most what the pool holds and what is left of the market's
/// loss cap. Negative: surplus back to the pool.
///
/// `drawn_q` is what the market has drawn from the pool so far, net.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn sweep_q(
    cash_q: u64,
    target_q: u64,
    pool_q: u64,
    drawn_q: i64,
    loss_cap_q: u64,
) -> Result<i64> {
    if cash_q >= target_q {
        return sub(to_i64(target_q)?, to_i64(cash_q)?);
    }
    to_i64(
        target_q
            .saturating_sub(cash_q)
            .min(drawable_q(pool_q, drawn_q, loss_cap_q)?),
    )
}

/// R-Q3: what a market may still draw: at most what the pool holds and what is left of the market's loss cap.
/// A negative draw is what the market gave the pool: it may draw that much more.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn drawable_q(pool_q: u64, drawn_q: i64, loss_cap_q: u64) -> Result<u64> {
    let allowance = sub(to_i64(loss_cap_q)?, drawn_q)?;
    Ok(u64::try_from(allowance).unwrap_or(0).min(pool_q))
}
