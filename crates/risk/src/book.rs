//! A margin account as one book: perps and the spot collateral of the same underlying are one exposure.
//!
//! Rules R-A1, R-A2, R-A5, R-H1 … R-H4. Positions go in first, then collaterals; a collateral joins the
//! position of its own underlying, so that what hedges is netted and what adds up counts twice.

use crate::account::Margin;
use crate::depth::size_factor_ppm_up;
use crate::error::{Result, RiskError};
use crate::margin::{Ratios, SideRatios};
use crate::math::{add, add_unsigned, mul_div_down, negate, to_i64};
use crate::portfolio::{net_up, requirement_up, Leg, Requirement, Row, LEGS_MAX};
use crate::position::Position;
use crate::units::{notional_down, notional_up, share_down, share_up, ONE_PPM, ONE_PPM_U64};

/// One unit of the quote currency at par, 1e-8.
const PAR_E8: u64 = 100_000_000;

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

/// What the quote currency itself is worth (R-H4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteRisk {
    /// Its price, 1e-8.
    pub price_e8: u64,
    /// The share of a balance that does not count for new risk, ppm.
    pub haircut_initial_ppm: u32,
    /// The share of a balance that does not count at the call line, ppm.
    pub haircut_call_ppm: u32,
}

impl QuoteRisk {
    /// Worth one, without risk.
    pub const PAR: Self = Self {
        price_e8: PAR_E8,
        haircut_initial_ppm: 0,
        haircut_call_ppm: 0,
    };

    /// What a balance counts for, rounded down. A debt is owed in full.
    fn counted_down(&self, balance_q: i64, haircut_ppm: u32) -> Result<i64> {
        let Ok(held_q) = u64::try_from(balance_q) else {
            return Ok(balance_q);
        };
        let worth_q = mul_div_down(held_q, self.price_e8.min(PAR_E8), PAR_E8)?;
        to_i64(share_down(worth_q, ONE_PPM.saturating_sub(haircut_ppm))?)
    }
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

/// A perp and spot of one underlying.
#[derive(Clone, Copy, Debug)]
struct Holding {
    underlying: u16,
    long: bool,
    perp_q: u64,
    /// Perp at the worse of price and guard price.
    perp_initial_q: u64,
    spot_q: u64,
    /// R-S1, R-H3: what size adds, ppm of the requirement without netting.
    perp_add_ppm: u32,
    spot_add_ppm: u32,
    ratios: SideRatios,
    sigma_ppm: u32,
}

impl Holding {
    const NONE: Self = Self {
        underlying: u16::MAX,
        long: false,
        perp_q: 0,
        perp_initial_q: 0,
        spot_q: 0,
        perp_add_ppm: 0,
        spot_add_ppm: 0,
        ratios: SideRatios::both(Ratios {
            initial_ppm: 0,
            call_ppm: 0,
            liquidation_ppm: 0,
        }),
        sigma_ppm: 0,
    };
}

/// The lines at which exposures are netted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// What opening and withdrawing must leave.
    Initial,
    /// The margin call.
    Call,
    /// One sigma of an hour, in which scores count.
    Sigma,
}

/// An account's equity at each line and its exposures.
#[derive(Clone, Copy, Debug)]
pub struct Book {
    equity_initial_q: i64,
    equity_call_q: i64,
    equity_liquidation_q: i64,
    notional_q: u64,
    holdings: [Holding; LEGS_MAX],
    count: usize,
}

impl Book {
    /// A book with nothing but a quote balance.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn new(balance_q: i64, quote: &QuoteRisk) -> Result<Self> {
        Ok(Self {
            equity_initial_q: quote.counted_down(balance_q, quote.haircut_initial_ppm)?,
            equity_call_q: quote.counted_down(balance_q, quote.haircut_call_ppm)?,
            equity_liquidation_q: balance_q,
            notional_q: 0,
            holdings: [Holding::NONE; LEGS_MAX],
            count: 0,
        })
    }

    /// Adds a position (R-A1, R-A2, R-A5). Returns its notional and open profit, quote atoms.
    ///
    /// # Errors
    /// [`RiskError::SizeInvalid`] for more than [`LEGS_MAX`] underlyings, [`RiskError::Overflow`] beyond 64
    /// bits.
    pub fn hold(&mut self, exposure: &Exposure) -> Result<(u64, i64)> {
        let Exposure {
            position, prices, ..
        } = *exposure;
        let lots = position.lots.unsigned_abs();
        let notional_at = |price_e8| notional_up(lots, price_e8, exposure.lot_divisor);
        let profit_at = |price_e8| position.profit_down(price_e8, exposure.lot_divisor);
        let notional_q = notional_at(prices.price_e8)?;
        let open_q = profit_at(prices.price_e8)?;
        let guarded = prices.guard_e8 != prices.price_e8;
        let (initial_q, worse_q) = if guarded {
            (
                notional_q.max(notional_at(prices.guard_e8)?),
                open_q.min(profit_at(prices.guard_e8)?),
            )
        } else {
            (notional_q, open_q)
        };
        let unpaid_q = to_i64(exposure.unpaid_q)?;
        let credited_q = credited_down(open_q, exposure)?;
        self.equity_initial_q = add(self.equity_initial_q, worse_q.min(0))?;
        self.equity_call_q = add(add(self.equity_call_q, credited_q)?, unpaid_q)?;
        self.equity_liquidation_q = add(add(self.equity_liquidation_q, open_q)?, unpaid_q)?;
        self.notional_q = add_unsigned(self.notional_q, notional_q)?;
        if lots != 0 {
            self.push(Holding {
                underlying: exposure.underlying,
                long: position.lots > 0,
                perp_q: notional_q,
                perp_initial_q: initial_q,
                perp_add_ppm: size_factor_ppm_up(initial_q, exposure.liquidity_q)?
                    .saturating_sub(ONE_PPM),
                ratios: exposure.ratios,
                sigma_ppm: exposure.sigma_ppm,
                ..Holding::NONE
            })?;
        }
        Ok((notional_q, add(open_q, unpaid_q)?))
    }

    /// Adds a collateral (R-H1 … R-H3). Returns what counts of its value at the liquidation line.
    ///
    /// # Errors
    /// As [`Book::hold`].
    pub fn pledge(&mut self, pledge: &Pledge) -> Result<u64> {
        let Prices {
            price_e8,
            slow_e8,
            guard_e8,
        } = pledge.prices;
        let counted = |price_e8| {
            let worth_q = notional_down(pledge.amount, price_e8, pledge.divisor)?;
            share_down(worth_q, pledge.counted_ppm)
        };
        let counted_q = counted(price_e8)?;
        let call_q = counted(price_e8.min(slow_e8))?;
        let initial_q = counted(price_e8.min(slow_e8).min(guard_e8))?;
        self.equity_initial_q = add(self.equity_initial_q, to_i64(initial_q)?)?;
        self.equity_call_q = add(self.equity_call_q, to_i64(call_q)?)?;
        self.equity_liquidation_q = add(self.equity_liquidation_q, to_i64(counted_q)?)?;
        if counted_q == 0 {
            return Ok(0);
        }
        let add_ppm = size_factor_ppm_up(counted_q, pledge.liquidity_q)?.saturating_sub(ONE_PPM);
        let held = self.holdings.iter_mut().take(self.count);
        for holding in held {
            if holding.underlying == pledge.underlying {
                holding.spot_q = add_unsigned(holding.spot_q, counted_q)?;
                holding.spot_add_ppm = holding.spot_add_ppm.max(add_ppm);
                return Ok(counted_q);
            }
        }
        self.push(Holding {
            underlying: pledge.underlying,
            long: true,
            spot_q: counted_q,
            spot_add_ppm: add_ppm,
            ratios: SideRatios::both(pledge.ratios),
            sigma_ppm: pledge.sigma_ppm,
            ..Holding::NONE
        })?;
        Ok(counted_q)
    }

    fn push(&mut self, holding: Holding) -> Result<()> {
        let place = self
            .holdings
            .get_mut(self.count)
            .ok_or(RiskError::SizeInvalid)?;
        *place = holding;
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// The margin at every line. Requirements are in order by explicit maximum (R-M6).
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] for a floor of netting above one, [`RiskError::Overflow`].
    pub fn margin(&self, netting: &Netting) -> Result<Margin> {
        let liquidation_q = self.liquidation_up(netting.floor_ppm)?;
        let call_q = self.line(Line::Call, netting)?.1.max(liquidation_q);
        let initial_q = self.line(Line::Initial, netting)?.1.max(call_q);
        Ok(Margin {
            equity_initial_q: self.equity_initial_q,
            equity_call_q: self.equity_call_q,
            equity_liquidation_q: self.equity_liquidation_q,
            requirement_initial_q: initial_q,
            requirement_call_q: call_q,
            requirement_liquidation_q: liquidation_q,
            notional_q: self.notional_q,
        })
    }

    /// R-A1: the netted part of a line's requirement, and the whole with what size adds.
    ///
    /// # Errors
    /// As [`Book::margin`].
    pub fn line(&self, line: Line, netting: &Netting) -> Result<(Requirement, u64)> {
        let mut legs = [Leg::default(); LEGS_MAX];
        let added_q = self.legs_at(line, &mut legs)?;
        let legs = legs.get(..self.count).ok_or(RiskError::SizeInvalid)?;
        let requirement = requirement_up(legs, netting.rows, netting.floor_ppm)?;
        let whole_q = add_unsigned(requirement.requirement_q, added_q)?;
        Ok((requirement, whole_q))
    }

    /// What the book loses in one hour of one sigma against it, rounded up, quote atoms (R-K1): netted by the
    /// program's own rows only.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn sigma_up(&self) -> Result<u64> {
        let mut legs = [Leg::default(); LEGS_MAX];
        self.legs_at(Line::Sigma, &mut legs)?;
        let legs = legs.get(..self.count).ok_or(RiskError::SizeInvalid)?;
        Ok(requirement_up(legs, &[], 0)?.requirement_q)
    }

    /// The legs at a line, one per underlying in the order in which they came in; returns what size adds.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    pub fn legs_at(&self, line: Line, legs: &mut [Leg; LEGS_MAX]) -> Result<u64> {
        let mut added_q = 0_u64;
        for (leg, holding) in legs.iter_mut().zip(&self.holdings).take(self.count) {
            let (netted, size_q) = holding.at(line)?;
            *leg = netted;
            added_q = add_unsigned(added_q, size_q)?;
        }
        Ok(added_q)
    }

    /// Underlyings in the book.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// R-A1: the liquidation line: static ratios of what is held net of its own underlying, never less than
    /// the floor of netting leaves of the perp; nothing is netted between underlyings.
    fn liquidation_up(&self, floor_ppm: u32) -> Result<u64> {
        let mut sum_q = 0;
        for holding in self.holdings.iter().take(self.count) {
            let (net_q, _) = net_up(holding.long, holding.perp_q, holding.spot_q)?;
            let held_q = net_q.max(share_up(holding.perp_q, floor_ppm.min(ONE_PPM))?);
            let ratio_ppm = holding.ratios.of(holding.long).liquidation_ppm;
            sum_q = add_unsigned(sum_q, share_up(held_q, ratio_ppm)?)?;
        }
        Ok(sum_q)
    }
}

impl Holding {
    /// The leg at a line, and what size adds to the requirement, netted with nothing.
    fn at(&self, line: Line) -> Result<(Leg, u64)> {
        let perp_q = match line {
            Line::Initial => self.perp_initial_q,
            Line::Call | Line::Sigma => self.perp_q,
        };
        let ratio_of = |long: bool| match line {
            Line::Initial => self.ratios.of(long).initial_ppm,
            Line::Call => self.ratios.of(long).call_ppm,
            Line::Sigma => self.sigma_ppm,
        };
        let (net_q, long) = net_up(self.long, perp_q, self.spot_q)?;
        let size_q = share_up(net_q, ratio_of(long))?;
        let perp_alone_q = share_up(perp_q, ratio_of(self.long))?;
        let mut added_q = add_on_up(perp_alone_q, self.perp_add_ppm)?;
        if self.spot_q != 0 {
            let spot_alone_q = share_up(self.spot_q, ratio_of(true))?;
            added_q = add_unsigned(added_q, add_on_up(spot_alone_q, self.spot_add_ppm)?)?;
        }
        let exposure_q = if long {
            to_i64(size_q)?
        } else {
            negate(size_q)?
        };
        let leg = Leg {
            column: self.underlying,
            notional_q: net_q,
            exposure_q,
            gross_q: size_q.max(perp_alone_q),
        };
        Ok((leg, added_q))
    }
}

/// R-S1: what size adds to a requirement.
fn add_on_up(alone_q: u64, add_ppm: u32) -> Result<u64> {
    share_up(alone_q, add_ppm)
}

/// R-A2, R-A5: what open profit counts for at the call line: a loss in full; a profit at the price that is
/// worse for it, and of that what the pool could pay.
fn credited_down(open_q: i64, exposure: &Exposure) -> Result<i64> {
    if open_q <= 0 {
        return Ok(open_q);
    }
    let slow_q = exposure
        .position
        .profit_down(exposure.prices.slow_e8, exposure.lot_divisor)?;
    let Ok(profit_q) = u64::try_from(open_q.min(slow_q)) else {
        return Ok(0);
    };
    to_i64(share_down(profit_q, exposure.credit_ppm.min(ONE_PPM))?)
}

/// R-A5: the share of open profit that could be paid: what backs it over what is claimed, at most one,
/// rounded down, ppm.
///
/// # Errors
/// [`RiskError::Overflow`] never in fact.
pub fn credit_ppm_down(backing_q: u64, claims_q: u64) -> Result<u32> {
    if backing_q >= claims_q {
        return Ok(ONE_PPM);
    }
    let credit = mul_div_down(backing_q, ONE_PPM_U64, claims_q)?;
    u32::try_from(credit).map_err(|_| RiskError::Overflow)
}
