//! A margin account as one book: perps and the spot collateral of the same underlying are one exposure.
//!
//! Rules R-A1, R-A2, R-A5, R-H1 … R-H4. Positions go in first, then collaterals; a collateral joins the
//! position of its own underlying, so that what hedges is netted and what adds up counts twice.

use crate::account::Margin;
pub use crate::entry::{Exposure, Line, Netting, Pledge, Prices};
use crate::error::{Result, RiskError};
pub use crate::haircut::QuoteRisk;
pub use crate::holding::HEDGED_FLOOR_PPM;
use crate::holding::{Holding, Perp, Spot, View, ALONE, SPOT_ROUNDING_Q};
use crate::math::{add, add_unsigned, mul_div_down, sub, to_i64};
use crate::part::{size_add_ppm_up, Part};
use crate::portfolio::{requirement_up, Leg, Requirement, LEGS_MAX, PERPS_MAX, SPOTS_MAX};
use crate::units::{notional_down, share_down, share_up, ONE_PPM, ONE_PPM_U64};

/// R-A1: by how much the call line lies above the liquidation line at least, ppm of what perps ask there.
pub const CALL_OVER_PPM: u32 = 100_000;
/// R-A1: the same of the initial line.
pub const INITIAL_OVER_PPM: u32 = 250_000;

/// An account's equity at each line and its exposures.
#[derive(Clone, Copy, Debug)]
pub struct Book {
    quote: QuoteRisk,
    /// What is owned or owed in the quote currency, at each line and before R-H4.
    quote_initial_q: i64,
    quote_call_q: i64,
    quote_liquidation_q: i64,
    /// What collaterals count for.
    spot_initial_q: u64,
    spot_call_q: u64,
    spot_liquidation_q: u64,
    /// R-H3: what the collaterals' sizes add.
    size_initial_q: u64,
    size_call_q: u64,
    notional_q: u64,
    guarded: bool,
    perps: [Perp; PERPS_MAX],
    spots: [Spot; SPOTS_MAX],
    perp_count: usize,
    spot_count: usize,
}

impl Book {
    /// A book with nothing but a quote balance.
    ///
    /// # Errors
    /// None; what follows may fail.
    pub fn new(balance_q: i64, quote: &QuoteRisk) -> Result<Self> {
        Ok(Self {
            quote: *quote,
            quote_initial_q: balance_q,
            quote_call_q: balance_q,
            quote_liquidation_q: balance_q,
            spot_initial_q: 0,
            spot_call_q: 0,
            spot_liquidation_q: 0,
            size_initial_q: 0,
            size_call_q: 0,
            notional_q: 0,
            guarded: false,
            perps: [Perp::NONE; PERPS_MAX],
            spots: [Spot::NONE; SPOTS_MAX],
            perp_count: 0,
            spot_count: 0,
        })
    }

    /// Adds a position (R-A1, R-A2, R-A5). Returns its notional, and its profit or loss with what is unpaid,
    /// quote atoms.
    ///
    /// # Errors
    /// [`RiskError::SizeInvalid`] for more than [`PERPS_MAX`] positions, [`RiskError::Overflow`] beyond 64
    /// bits.
    pub fn hold(&mut self, exposure: &Exposure) -> Result<(u64, i64)> {
        let part = Part::of(exposure)?;
        self.quote_initial_q = add(self.quote_initial_q, part.initial_q)?;
        self.quote_call_q = add(self.quote_call_q, part.call_q)?;
        self.quote_liquidation_q = add(self.quote_liquidation_q, part.liquidation_q)?;
        self.notional_q = add_unsigned(self.notional_q, part.perp.size_q)?;
        self.guarded |= part.guarded;
        if exposure.position.lots != 0 {
            push(&mut self.perps, &mut self.perp_count, part.perp)?;
        }
        Ok((part.perp.size_q, part.liquidation_q))
    }

    /// The book with one position replaced and the balance changed, as a reduction would leave it. A closed
    /// position keeps its place, at size nothing.
    ///
    /// # Errors
    /// [`RiskError::SizeInvalid`] where the position is not in the book, [`RiskError::Overflow`].
    pub fn replaced(
        &self,
        before: &Exposure,
        after: &Exposure,
        balance_change_q: i64,
    ) -> Result<Self> {
        let (old, new) = (Part::of(before)?, Part::of(after)?);
        let change = |sum_q: i64, old_q: i64, new_q: i64| {
            add(add(sub(sum_q, old_q)?, new_q)?, balance_change_q)
        };
        let mut book = *self;
        book.quote_initial_q = change(book.quote_initial_q, old.initial_q, new.initial_q)?;
        book.quote_call_q = change(book.quote_call_q, old.call_q, new.call_q)?;
        book.quote_liquidation_q = change(
            book.quote_liquidation_q,
            old.liquidation_q,
            new.liquidation_q,
        )?;
        book.notional_q = book.notional_q.saturating_sub(old.perp.size_q);
        book.notional_q = add_unsigned(book.notional_q, new.perp.size_q)?;
        let mut perps = book.perps.iter_mut().take(book.perp_count);
        let perp = perps.find(|perp| perp.underlying == before.underlying);
        *perp.ok_or(RiskError::SizeInvalid)? = new.perp;
        Ok(book)
    }

    /// Adds a collateral (R-H1 … R-H4). Returns what counts of its value at the liquidation line. One that
    /// comes before the position of its underlying is a leg of its own, like any other underlying.
    ///
    /// # Errors
    /// [`RiskError::SizeInvalid`] for more than [`SPOTS_MAX`] underlyings, [`RiskError::Overflow`] beyond 64
    /// bits.
    pub fn pledge(&mut self, pledge: &Pledge) -> Result<u64> {
        let Prices {
            price_e8,
            slow_e8,
            guard_e8,
        } = pledge.prices;
        let counted = |price_e8| {
            let worth_q = notional_down(pledge.amount, price_e8, pledge.divisor)?;
            share_down(worth_q, pledge.counted_ppm.min(ONE_PPM))
        };
        let counted_q = counted(price_e8)?;
        if counted_q == 0 {
            return Ok(0);
        }
        let slow_e8 = price_e8.min(slow_e8);
        let call_q = self.quote.collateral_down(counted(slow_e8)?)?;
        let initial_q = counted(slow_e8.min(guard_e8))?;
        let initial_q = self.quote.collateral_down(initial_q)?;
        self.spot_initial_q = add_unsigned(self.spot_initial_q, initial_q)?;
        self.spot_call_q = add_unsigned(self.spot_call_q, call_q)?;
        self.spot_liquidation_q = add_unsigned(self.spot_liquidation_q, counted_q)?;
        // What it asks by itself and for its size is at most what it counts for: it can lose no more, and
        // who owes nothing is never short of anything.
        let size_q = add_unsigned(counted_q, SPOT_ROUNDING_Q)?;
        let add_ppm = size_add_ppm_up(size_q, pledge.liquidity_q)?;
        let asked = |ratio_ppm, most_q: u64| {
            let alone_q = share_up(size_q, ratio_ppm)?.min(most_q);
            let added_q = share_up(alone_q, add_ppm)?;
            Ok((alone_q, added_q.min(most_q.saturating_sub(alone_q))))
        };
        let (initial_q, added_q) = asked(pledge.ratios.initial_ppm, initial_q)?;
        self.size_initial_q = add_unsigned(self.size_initial_q, added_q)?;
        let (call_q, added_q) = asked(pledge.ratios.call_ppm, call_q)?;
        self.size_call_q = add_unsigned(self.size_call_q, added_q)?;
        let (liquidation_q, _) = asked(pledge.ratios.liquidation_ppm, counted_q)?;
        let (sigma_q, _) = asked(pledge.sigma_ppm, counted_q)?;
        self.join(Spot {
            size_q: counted_q,
            initial_q,
            call_q,
            liquidation_q,
            sigma_q,
            underlying: pledge.underlying,
            pledges: 1,
            perp: ALONE,
        })?;
        Ok(counted_q)
    }

    fn join(&mut self, mut spot: Spot) -> Result<()> {
        for held in self.spots.iter_mut().take(self.spot_count) {
            if held.underlying == spot.underlying {
                return held.join(&spot);
            }
        }
        let perps = self.perps.iter().take(self.perp_count);
        for (place, perp) in (0_u8..).zip(perps) {
            if perp.underlying == spot.underlying {
                spot.perp = place;
                break;
            }
        }
        push(&mut self.spots, &mut self.spot_count, spot)
    }

    /// Each underlying once: the perps, each with the spot that joins it, then the spots alone.
    pub(crate) fn holdings(&self) -> impl Iterator<Item = Holding<'_>> {
        let spots = self.spots.get(..self.spot_count).unwrap_or(&[]);
        let perps = (0_u8..).zip(self.perps.iter().take(self.perp_count));
        let with_perps = perps.map(move |(place, perp)| Holding {
            perp,
            spot: spots
                .iter()
                .find(|spot| spot.perp == place)
                .unwrap_or(&Spot::NONE),
        });
        let alone = spots.iter().filter(|spot| spot.perp == ALONE);
        with_perps.chain(alone.map(|spot| Holding {
            perp: &Perp::NONE,
            spot,
        }))
    }

    /// The margin at every line. Requirements are in order by explicit maximum (R-A1), and so is equity.
    ///
    /// # Errors
    /// [`RiskError::ParameterOutOfRange`] for a floor of netting above one, [`RiskError::Overflow`].
    pub fn margin(&self, netting: &Netting) -> Result<Margin> {
        Ok(self.margin_and_call(netting)?.0)
    }

    /// The margin, and what decides the netted part of the call line; nothing where its distance from the
    /// liquidation line, which is not netted, is larger.
    pub(crate) fn margin_and_call(
        &self,
        netting: &Netting,
    ) -> Result<(Margin, Option<Requirement>)> {
        let least = self.liquidation_up()?;
        let (requirement, call_q) = self.line(Line::Call, netting)?;
        let least_q = least.over_up(CALL_OVER_PPM)?;
        let decided = (call_q >= least_q).then_some(requirement);
        let call_q = call_q.max(least_q);
        let least_q = least.over_up(INITIAL_OVER_PPM)?.max(call_q);
        let initial_q = self.line(Line::Initial, netting)?.1.max(least_q);
        let margin = Margin {
            equity_initial_q: plus(
                self.quote.initial_down(self.quote_initial_q)?,
                self.spot_initial_q,
            )?,
            equity_call_q: self.equity_call_down()?,
            equity_liquidation_q: plus(self.quote_liquidation_q, self.spot_liquidation_q)?,
            requirement_initial_q: initial_q,
            requirement_call_q: call_q,
            requirement_liquidation_q: least.requirement_q,
            notional_q: self.notional_q,
        };
        Ok((margin, decided))
    }

    /// R-L1: what equity lacks of so many times the call requirement, which is [`Book::margin`]'s, rounded up,
    /// quote atoms; nothing or less where it suffices. Other lines are not looked at.
    ///
    /// # Errors
    /// As [`Book::margin`].
    pub fn call_missing_up(&self, netting: &Netting, target_ppm: u32) -> Result<i64> {
        let least_q = self.liquidation_up()?.over_up(CALL_OVER_PPM)?;
        let call_q = self.line(Line::Call, netting)?.1.max(least_q);
        let target_q = to_i64(share_up(call_q, target_ppm)?)?;
        sub(target_q, self.equity_call_down()?)
    }

    fn equity_call_down(&self) -> Result<i64> {
        plus(self.quote.call_down(self.quote_call_q)?, self.spot_call_q)
    }

    /// R-A1: the netted part of a line's requirement, and the whole with what size adds. While a market is
    /// guarded, the initial line is the larger of that at the last prices and that at the guard's: a larger
    /// short is also a larger hedge (R-A2).
    ///
    /// # Errors
    /// As [`Book::margin`].
    pub fn line(&self, line: Line, netting: &Netting) -> Result<(Requirement, u64)> {
        let (view, added_q) = match line {
            Line::Initial => (View::Initial, self.size_initial_q),
            Line::Call => (View::Call, self.size_call_q),
        };
        let last = self.seen(view, added_q, netting)?;
        if line == Line::Initial && self.guarded {
            let guarded = self.seen(View::Guarded, added_q, netting)?;
            if guarded.1 > last.1 {
                return Ok(guarded);
            }
        }
        Ok(last)
    }

    #[inline(never)]
    fn seen(&self, view: View, added_q: u64, netting: &Netting) -> Result<(Requirement, u64)> {
        let mut legs = [Leg::default(); LEGS_MAX];
        let (count, size_q) = self.legs(view, &mut legs)?;
        let legs = legs.get(..count).ok_or(RiskError::SizeInvalid)?;
        let mut requirement = requirement_up(legs, netting.rows, netting.floor_ppm)?;
        if requirement.requirement_q < requirement.gross_q && count > 1 {
            // I8: sizes are rounded up, which is for the owner where they gain.
            let mut strict_q = requirement.requirement_q;
            for holding in self.holdings() {
                strict_q = strict_q.saturating_add(holding.slack_q(view));
            }
            requirement.requirement_q = strict_q.min(requirement.gross_q);
        }
        let added_q = add_unsigned(added_q, size_q)?;
        let whole_q = add_unsigned(requirement.requirement_q, added_q)?;
        Ok((requirement, whole_q))
    }

    /// The legs as a view sees them, perps first, in the order in which they came in: how many, and what the
    /// perps' sizes add (R-S1).
    pub(crate) fn legs(&self, view: View, legs: &mut [Leg; LEGS_MAX]) -> Result<(usize, u64)> {
        let (mut count, mut size_q) = (0_usize, 0_u64);
        for (leg, holding) in legs.iter_mut().zip(self.holdings()) {
            let seen = holding.at(view)?;
            *leg = seen.leg;
            count = count.saturating_add(1);
            size_q = add_unsigned(size_q, seen.size_q)?;
        }
        Ok((count, size_q))
    }

    /// Whether there is collateral besides the quote currency.
    pub(crate) const fn has_spot(&self) -> bool {
        self.spot_count != 0
    }

    /// The perps, in the order in which they came in.
    pub(crate) fn perps(&self) -> &[Perp] {
        self.perps.get(..self.perp_count).unwrap_or(&[])
    }

    /// R-A1: the liquidation line: static ratios of what is held net of its own underlying, never less than
    /// [`HEDGED_FLOOR_PPM`] of what the perp alone needs; nothing is netted between underlyings.
    fn liquidation_up(&self) -> Result<Liquidation> {
        let mut line = Liquidation::default();
        if !self.has_spot() {
            for perp in self.perps() {
                let alone_q = share_up(perp.size_q, perp.ratios.liquidation_ppm)?;
                line.perps_q = add_unsigned(line.perps_q, alone_q)?;
            }
            line.requirement_q = line.perps_q;
            return Ok(line);
        }
        for holding in self.holdings() {
            let (asked_q, perp_q) = holding.at_liquidation()?;
            line.requirement_q = add_unsigned(line.requirement_q, asked_q)?;
            line.perps_q = add_unsigned(line.perps_q, perp_q)?;
        }
        Ok(line)
    }
}

/// The liquidation line, quote atoms.
#[derive(Clone, Copy, Default)]
struct Liquidation {
    requirement_q: u64,
    /// What of it the perps ask.
    perps_q: u64,
}

impl Liquidation {
    /// R-A1: the least that a line may be which lies so much above.
    fn over_up(&self, over_ppm: u32) -> Result<u64> {
        add_unsigned(self.requirement_q, share_up(self.perps_q, over_ppm)?)
    }
}

fn plus(quote_q: i64, spot_q: u64) -> Result<i64> {
    add(quote_q, to_i64(spot_q)?)
}

fn push<T, const N: usize>(list: &mut [T; N], count: &mut usize, item: T) -> Result<()> {
    let place = list.get_mut(*count).ok_or(RiskError::SizeInvalid)?;
    *place = item;
    *count = count.saturating_add(1);
    Ok(())
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
