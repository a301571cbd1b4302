//! How much a cut or a liquidation closes, and what it costs.
//!
//! Rules R-L1 … R-L7. A cut answers a margin call: no penalty, limited per interval. A liquidation
//! answers the static line: partial to a static target, with a fee that leaves health improving.
//!
//! R-L4: a reduction of 16 ÷ floor atoms or more (floor as a fraction), or of a whole leg, relieves the
//! line of more than spread, fee and roundings cost, at both lines, at any price and in any lot. Callers
//! refuse one that lowers headroom all the same, as roundings can in a smaller one.

use crate::error::{Result, RiskError};
use crate::math::{mul_div_down, mul_div_up, sub, to_i64};
use crate::units::{notional_up, share_down, share_up, ONE_PPM, ONE_PPM_U64};

/// One leg of an account that must be reduced until equity covers a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduction {
    /// The account's equity at the line, quote atoms.
    pub equity_q: i64,
    /// The account's requirement at the line, quote atoms.
    pub requirement_q: u64,
    /// How far above the line to go: the target as a multiple of the requirement, ppm, at least one.
    pub target_ppm: u32,
    /// Size of the leg, lots.
    pub lots: u64,
    /// Price of the leg's market, 1e-8.
    pub price_e8: u64,
    /// From [`crate::units::lot_divisor`].
    pub lot_divisor: u64,
    /// Ratio of the leg at the line, ppm.
    pub ratio_ppm: u32,
    /// What closing costs per notional closed (spread and fee), ppm.
    pub cost_ppm: u32,
    /// What closing costs once, quote atoms.
    pub fixed_cost_q: u64,
    /// What would be left of less than this notional is closed too, quote atoms.
    pub dust_q: u64,
}

/// R-L1: the lots to close so that equity less costs covers the target of what is left, the least that
/// do; the whole leg where that does not suffice or what is left would be dust.
///
/// Closing a notional `x` takes `x·cost + fixed` from equity and `x·ratio` from the requirement:
/// `E − x·cost − fixed ≥ t·(R − x·ratio)`, so `x = (t·R − E + fixed) ÷ (t·ratio − cost)`. With one leg,
/// no fixed cost and `R = ratio·N` this is the closed form f = (m_t·N − E) ÷ (N·(m_t − φ)). It is
/// solved for lots in one division, so that no rounding but the last adds to the size. Where its
/// numerator exceeds 128 bits (34 billion quote units missing at the smallest lot) the whole leg goes.
///
/// # Errors
/// [`RiskError::SizeInvalid`] for an empty leg, [`RiskError::AboveTheLine`] where the account needs
/// nothing, [`RiskError::Overflow`] beyond 64 bits.
pub fn lots_to_target_up(leg: &Reduction) -> Result<u64> {
    if leg.lots == 0 {
        return Err(RiskError::SizeInvalid);
    }
    let missing_e6 = missing_e6(leg)?;
    if missing_e6 == 0 {
        return Err(RiskError::AboveTheLine);
    }
    // Products of two 32-bit numbers; what costs more than it relieves has no finite size.
    let relief_e12 = u64::from(leg.ratio_ppm)
        .saturating_mul(u64::from(leg.target_ppm))
        .saturating_sub(u64::from(leg.cost_ppm).saturating_mul(ONE_PPM_U64));
    let relief = u128::from(relief_e12).saturating_mul(u128::from(leg.price_e8));
    if relief == 0 {
        return Ok(leg.lots);
    }
    let lots = missing_e6
        .checked_mul(u128::from(leg.lot_divisor))
        .and_then(|scaled| scaled.checked_mul(u128::from(ONE_PPM_U64)))
        .map(|scaled| scaled.div_ceil(relief))
        .and_then(|lots| u64::try_from(lots).ok())
        .unwrap_or(u64::MAX);
    without_dust(leg, lots)
}

/// `t·R + fixed − E`, exact, quote atoms times 1e6; zero where equity suffices.
fn missing_e6(leg: &Reduction) -> Result<u128> {
    let target = i128::from(leg.requirement_q).checked_mul(i128::from(leg.target_ppm));
    let owned = i128::from(leg.equity_q)
        .checked_sub(i128::from(leg.fixed_cost_q))
        .and_then(|left| left.checked_mul(i128::from(ONE_PPM)));
    let missing = target
        .zip(owned)
        .and_then(|(target, owned)| target.checked_sub(owned))
        .ok_or(RiskError::Overflow)?;
    Ok(u128::try_from(missing).unwrap_or(0))
}

/// R-L2: a rate limit of `limit_ppm` of the leg, rounded up; `lots` where that is less. What the limit
/// leaves is not dust while it is at least half of the leg, so dust is judged before.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn limited_lots(leg: &Reduction, lots: u64, limit_ppm: u32) -> Result<u64> {
    let limit = share_up(leg.lots, limit_ppm)?;
    if lots <= limit {
        return Ok(lots);
    }
    // A leg that is dust as a whole is closed at once.
    if notional_up(leg.lots, leg.price_e8, leg.lot_divisor)? < leg.dust_q {
        return Ok(leg.lots);
    }
    Ok(limit)
}

/// Into how many steps the first size that suffices is divided.
const SEARCH_STEPS: u64 = 256;
/// Sizes that a search between two guesses from slopes. What is left after that is halved.
const SEARCH_GUESSES: u32 = 6;
/// How often a size that does not help is halved.
const SEARCH_HALVINGS: u32 = 8;

/// Lots, and what equity lacks of the target after them.
type Tried = (u64, i64);

/// R-L1, R-L2, I4: the least lots that suffice, within a 256th of the first size found that does; never more
/// than the rate limit allows. For a leg whose relief is not its ratio, because other legs are netted with it
/// or because size adds to it. `leg` gives the closed form, from which the search starts; `missing_up` says
/// what equity lacks of the target after so many lots, nothing or less where they suffice. More is taken to
/// suffice where less does. Where nothing suffices, the size that lacks least. At most 17 sizes are looked at.
///
/// # Errors
/// As [`lots_to_target_up`], and those of `missing_up`.
pub fn searched_lots_up(
    leg: &Reduction,
    limit_ppm: u32,
    mut missing_up: impl FnMut(u64) -> Result<i64>,
) -> Result<u64> {
    let most = limited_lots(leg, leg.lots, limit_ppm)?;
    let mut after = |lots| Ok((lots, missing_up(lots)?));
    let nothing = (0, missing_q(leg)?);
    let (mut low, mut least) = (nothing, nothing);
    let (mut before, mut last) = (nothing, after(lots_to_target_up(leg)?.min(most))?);
    // Where the closed form does not suffice, what its slope says, a little more; then all there is.
    for by_slope in [true, false] {
        least = lesser(least, last);
        if last.1 <= 0 || last.0 == most {
            break;
        }
        low = last;
        let root = root_up(before, last).filter(|_| by_slope).unwrap_or(most);
        let root = root.saturating_add(root / (2 * SEARCH_STEPS));
        let lots = root.clamp(low.0.saturating_add(1), most);
        (before, last) = (last, after(lots)?);
    }
    let lots = if last.1 <= 0 {
        narrowed(low, (before, last), &mut after)?
    } else {
        helping(lesser(least, last), most, &mut after)?
    };
    limited_lots(leg, without_dust(leg, lots)?, limit_ppm)
}

fn lesser(a: Tried, b: Tried) -> Tried {
    if b.1 < a.1 {
        b
    } else {
        a
    }
}

/// Between a size that does not suffice and the last tried, which does: the least, within a step.
fn narrowed(
    mut low: Tried,
    (mut before, mut last): (Tried, Tried),
    after: &mut impl FnMut(u64) -> Result<Tried>,
) -> Result<u64> {
    let mut high = last;
    let step = high.0.div_ceil(SEARCH_STEPS);
    let mut guesses = SEARCH_GUESSES;
    while high.0.saturating_sub(low.0) > step {
        let lots = if guesses > 0 {
            // The slope of the last two sizes, else that of the two between which the answer lies.
            let within = |lots: &u64| *lots > low.0 && *lots < high.0;
            let root = root_up(before, last).filter(within);
            let root = root.or_else(|| root_up(low, high)).unwrap_or(high.0);
            // If it is near, half a step more suffices, and a step less does not.
            let least = low.0.saturating_add(step.div_ceil(2));
            let most = high.0.saturating_sub(step);
            root.saturating_add(step / 2).max(least).min(most)
        } else {
            low.0.midpoint(high.0)
        };
        guesses = guesses.saturating_sub(1);
        (before, last) = (last, after(lots)?);
        if last.1 <= 0 {
            high = last;
        } else {
            low = last;
        }
    }
    Ok(high.0)
}

/// Where nothing suffices: the best that was tried. What closes a hedge can ask for more than it relieves:
/// where nothing helps, half of it and so on, until something does.
fn helping(
    mut least: Tried,
    most: u64,
    after: &mut impl FnMut(u64) -> Result<Tried>,
) -> Result<u64> {
    let mut lots = most;
    for _ in 0..SEARCH_HALVINGS {
        if least.0 != 0 {
            return Ok(least.0);
        }
        lots = lots.div_ceil(2);
        least = lesser(least, after(lots)?);
    }
    Ok(if least.0 == 0 { most } else { least.0 })
}

/// What equity lacks of the target before anything is closed, rounded up, at least nothing, quote atoms.
fn missing_q(leg: &Reduction) -> Result<i64> {
    let target_q = to_i64(share_up(leg.requirement_q, leg.target_ppm)?)?;
    Ok(sub(target_q, leg.equity_q)?.max(0))
}

/// Where the line through two sizes and what they lack meets nothing, rounded up; nothing where it rises.
fn root_up((a, lacks_a): (u64, i64), (b, lacks_b): (u64, i64)) -> Option<u64> {
    if (a < b) != (lacks_a > lacks_b) {
        return None;
    }
    let (run, fall) = (a.abs_diff(b), lacks_a.abs_diff(lacks_b));
    let away =
        |rounded: fn(u64, u64, u64) -> Result<u64>| rounded(run, lacks_b.unsigned_abs(), fall).ok();
    if lacks_b > 0 {
        b.checked_add(away(mul_div_up)?)
    } else {
        b.checked_sub(away(mul_div_down)?)
    }
}

/// R-L3: closes all where what is left is worth less than the dust limit.
fn without_dust(leg: &Reduction, lots: u64) -> Result<u64> {
    if lots >= leg.lots {
        return Ok(leg.lots);
    }
    let left = leg.lots.saturating_sub(lots);
    if notional_up(left, leg.price_e8, leg.lot_divisor)? < leg.dust_q {
        return Ok(leg.lots);
    }
    Ok(lots)
}

/// R-L5: the liquidation fee per notional closed, ppm, rounded down: the configured fee, but never
/// more than half of what the spread leaves of the account's equity per notional, so that health
/// improves and the fee itself never leaves a deficit; nothing when bankrupt.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn fee_ppm_down(
    configured_ppm: u32,
    spread_ppm: u32,
    equity_q: i64,
    notional_q: u64,
) -> Result<u32> {
    let Ok(equity_q) = u64::try_from(equity_q) else {
        return Ok(0);
    };
    if notional_q == 0 {
        return Ok(0);
    }
    let per_notional_ppm = mul_div_down(equity_q, ONE_PPM_U64, notional_q)?;
    let bearable_ppm = per_notional_ppm.saturating_sub(u64::from(spread_ppm)) >> 1;
    Ok(u32::try_from(bearable_ppm)
        .unwrap_or(u32::MAX)
        .min(configured_ppm))
}

/// R-L7: what a cut pays its keeper, quote atoms: the configured fee, but never more than a quarter of
/// the liquidation ratio of what was closed. With a spread of at most another quarter
/// ([`crate::pricing::reduction_spread_ppm`]) a cut relieves the liquidation line of at least twice what
/// it costs, so that no number of cuts brings an account nearer to liquidation.
///
/// # Errors
/// [`RiskError::Overflow`] beyond 64 bits.
pub fn cut_fee_down(configured_q: u64, closed_notional_q: u64, floor_ppm: u32) -> Result<u64> {
    Ok(share_down(closed_notional_q, floor_ppm >> 2)?.min(configured_q))
}

/// Who bears what a closed account still owes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deficit {
    /// Paid by the insurance fund, quote atoms.
    pub insurance_q: u64,
    /// Borne by the market's cash, quote atoms.
    pub market_q: u64,
    /// Left with the account, quote atoms.
    pub unresolved_q: u64,
}

/// R-L6: splits a deficit: the insurance fund up to what it holds and the market's remaining cap,
/// then the market's own cash, then nobody.
#[must_use]
pub fn split_deficit(
    deficit_q: u64,
    insurance_q: u64,
    insurance_cap_left_q: u64,
    market_cash_q: u64,
) -> Deficit {
    let insured = deficit_q.min(insurance_q).min(insurance_cap_left_q);
    let rest = deficit_q.saturating_sub(insured);
    let borne = rest.min(market_cash_q);
    Deficit {
        insurance_q: insured,
        market_q: borne,
        unresolved_q: rest.saturating_sub(borne),
    }
}
