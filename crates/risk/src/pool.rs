//! The providers' pool: what it is worth, what a share costs and pays, what markets may draw.

use crate::error::{Result, RiskError};
use crate::math::{add, add_unsigned, mul_div_down, mul_div_up, negate, sqrt_up, sub, to_i64};
use crate::position::OpenInterest;
use crate::units::{share_down, share_up, ONE_PPM, ONE_PPM_U64};

/// Shares and atoms that every pool starts with on paper, so that the first provider cannot set the
/// price of a share (the virtual-offset defence of ERC-4626).
const VIRTUAL_SHARES: u64 = 1_000_000;
const VIRTUAL_Q: i64 = 1_000_000;

/// What a market's price may be by the time that others know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The lowest, 1e-8.
    pub low_e8: u64,
    /// The highest, 1e-8.
    pub high_e8: u64,
}

/// What the width of a band is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BandWidth {
    /// Confidence of the last price, ppm.
    pub confidence_ppm: u32,
    /// Sigma of an hour, ppm.
    pub sigma_hour_ppm: u32,
    /// Age of the last price, seconds; less than one counts as one.
    pub age_seconds: i64,
    /// Sigmas of that age, hundredths.
    pub sigmas_e2: u32,
    /// The least width, ppm.
    pub least_ppm: u32,
}

impl BandWidth {
    /// R-Q4: half the width, rounded up, at most one, ppm.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn ppm_up(&self) -> Result<u32> {
        let age_seconds = u64::try_from(self.age_seconds).unwrap_or(0).max(1);
        // The root of an hour is sixty.
        let root_e3 = sqrt_up(age_seconds.saturating_mul(1_000_000));
        let sigmas_e2 = u64::from(self.sigmas_e2).saturating_mul(u64::from(self.sigma_hour_ppm));
        let moved = mul_div_up(sigmas_e2, root_e3, 100 * 60_000)?;
        let width = moved.saturating_add(u64::from(self.confidence_ppm));
        let width = width.max(u64::from(self.least_ppm)).min(ONE_PPM_U64);
        Ok(u32::try_from(width).unwrap_or(ONE_PPM))
    }

    /// R-Q4: from so much below the lower to so much above the higher of the two prices known, 1e-8.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn band(&self, price_e8: u64, slow_price_e8: u64) -> Result<Band> {
        let width_ppm = self.ppm_up()?;
        let (low, high) = (price_e8.min(slow_price_e8), price_e8.max(slow_price_e8));
        Ok(Band {
            low_e8: share_down(low, ONE_PPM.saturating_sub(width_ppm))?,
            high_e8: add_unsigned(high, share_up(high, width_ppm)?)?,
        })
    }
}

/// One market's part in the pool's worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarketWorth {
    /// The market's cash, quote atoms.
    pub cash_q: u64,
    /// Profit realised by traders and not yet paid, quote atoms.
    pub unpaid_q: u64,
    /// What the market may still draw from the pool, quote atoms; see [`drawable_q`].
    pub drawable_q: u64,
    /// Positions of all traders.
    pub open_interest: OpenInterest,
    /// The prices between which it is.
    pub band: Band,
    /// From [`crate::units::lot_divisor`].
    pub lot_divisor: u64,
}

impl MarketWorth {
    /// R-Q1: what the market is worth to the pool where it owes traders least, quote atoms. A provider
    /// who enters pays it, so that a price known to move cannot be bought cheap.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn up(&self) -> Result<i64> {
        let (low_q, high_q) = self.owed_down()?;
        self.less_owed(low_q.min(high_q))
    }

    /// R-Q1: what it is worth where it owes traders most, quote atoms. A provider who leaves is paid of
    /// it, so that a price known to move cannot be sold dear.
    ///
    /// # Errors
    /// As [`MarketWorth::up`].
    pub fn down(&self) -> Result<i64> {
        self.less_owed(self.owed_most_up()?)
    }

    /// R-Q6: what of the pool's cash the market may have to draw for what traders claim today: the open
    /// profit of each side that is ahead, whatever the other side can pay, quote atoms.
    ///
    /// # Errors
    /// As [`MarketWorth::up`].
    pub fn reserved_up(&self) -> Result<u64> {
        let claims = |price_e8| self.open_interest.claims_down(price_e8, self.lot_divisor);
        let claims_q = claims(self.band.low_e8)?.max(claims(self.band.high_e8)?);
        let claims_q = add_unsigned(claims_q, self.slack_q())?;
        let lacking_q = add_unsigned(claims_q, self.unpaid_q)?.saturating_sub(self.cash_q);
        Ok(lacking_q.min(self.drawable_q))
    }

    /// R-Q7: the most that a side may be worth: what is left of what backs the market once all traders
    /// together are paid, over the gap by which a side may outgrow it once the other has vanished,
    /// rounded down, quote atoms.
    ///
    /// # Errors
    /// As [`MarketWorth::up`], [`RiskError::DivisionByZero`] for no gap.
    pub fn capacity_down(&self, gap_ppm: u32) -> Result<u64> {
        let owed_q = u64::try_from(self.owed_most_up()?).unwrap_or(0);
        let backing_q = add_unsigned(self.cash_q, self.drawable_q)?
            .saturating_sub(self.unpaid_q)
            .saturating_sub(owed_q);
        mul_div_down(backing_q, ONE_PPM_U64, u64::from(gap_ppm))
    }

    /// Profit of all traders at both ends of the band, within two atoms below exact, quote atoms.
    fn owed_down(&self) -> Result<(i64, i64)> {
        let owed = |price_e8| {
            self.open_interest
                .traders_profit_down(price_e8, self.lot_divisor)
        };
        Ok((owed(self.band.low_e8)?, owed(self.band.high_e8)?))
    }

    /// The most that it owes within the band: what it owes is a straight line of the price.
    fn owed_most_up(&self) -> Result<i64> {
        let (low_q, high_q) = self.owed_down()?;
        add(low_q.max(high_q), to_i64(self.slack_q())?)
    }

    /// How far below exact the profits of both sides may be, quote atoms: an atom for each that there is.
    fn slack_q(&self) -> u64 {
        let OpenInterest {
            long_lots,
            short_lots,
            ..
        } = self.open_interest;
        u64::from(long_lots > 0).saturating_add(u64::from(short_lots > 0))
    }

    /// No market costs the pool more than it may draw.
    fn less_owed(&self, owed_q: i64) -> Result<i64> {
        let held_q = sub(to_i64(self.cash_q)?, to_i64(self.unpaid_q)?)?;
        Ok(sub(held_q, owed_q)?.max(negate(self.drawable_q)?))
    }
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

/// R-Q5: what `shares` of a pool pay that is worth `worth_q` in all, rounded down: their part of its worth,
/// and no more than they would have cost (R-Q2).
///
/// # Errors
/// [`RiskError::PoolExhausted`] where the pool is worth nothing, [`RiskError::SizeInvalid`] for more shares
/// than there are, [`RiskError::Overflow`].
pub fn amount_down(shares: u64, pool_shares: u64, worth_q: i64) -> Result<u64> {
    if shares > pool_shares {
        return Err(RiskError::SizeInvalid);
    }
    let worth_q = match u64::try_from(worth_q) {
        Ok(worth_q) if worth_q > 0 => worth_q,
        _ => return Err(RiskError::PoolExhausted),
    };
    let part_q = mul_div_down(shares, worth_q, pool_shares)?;
    let cost_q = mul_div_down(
        shares,
        add_unsigned(worth_q, VIRTUAL_Q.unsigned_abs())?,
        add_unsigned(pool_shares, VIRTUAL_SHARES)?,
    )?;
    Ok(part_q.min(cost_q))
}

/// What is redeemed of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redeemed {
    /// Shares that are gone.
    pub shares: u64,
    /// What they pay, quote atoms.
    pub amount_q: u64,
}

/// R-Q5: redeems `shares` as far as `free_q`, what the pool need not keep, goes. No shares where it does
/// not pay for one.
///
/// # Errors
/// As [`amount_down`].
pub fn redeem(shares: u64, pool_shares: u64, worth_q: i64, free_q: u64) -> Result<Redeemed> {
    let amount_q = amount_down(shares, pool_shares, worth_q)?;
    if amount_q <= free_q {
        return Ok(Redeemed { shares, amount_q });
    }
    let shares = mul_div_down(shares, free_q, amount_q)?;
    let amount_q = amount_down(shares, pool_shares, worth_q)?.min(free_q);
    Ok(Redeemed { shares, amount_q })
}

/// What a share is worth, its million on paper included (R-Q2), rounded down and at least nothing, 1e-9.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn share_price_e9_down(pool_shares: u64, worth_q: i64) -> Result<u64> {
    let worth_q = u64::try_from(add(worth_q, VIRTUAL_Q)?).unwrap_or(0);
    mul_div_down(
        worth_q,
        1_000_000_000,
        add_unsigned(pool_shares, VIRTUAL_SHARES)?,
    )
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
