//! What one position adds to a book.

use crate::depth::size_factor_ppm_up;
use crate::entry::Exposure;
use crate::error::Result;
use crate::holding::Perp;
use crate::math::{add, add_unsigned, mul_div_both, negate, sub, to_i64};
use crate::units::{share_down, ONE_PPM};

/// What a position adds to a book.
pub(crate) struct Part {
    pub perp: Perp,
    pub initial_q: i64,
    pub call_q: i64,
    pub liquidation_q: i64,
    pub guarded: bool,
}

impl Part {
    /// R-A2: a loss counts in full; a profit, open or unpaid, not for new risk, credited at the call line, in
    /// full at the liquidation line.
    pub fn of(exposure: &Exposure) -> Result<Self> {
        let Exposure {
            position, prices, ..
        } = *exposure;
        let lots = position.lots.unsigned_abs();
        // Notional up, and worth down less entry, as `notional_up` and `profit_down` of a position say.
        let valued_at = |price_e8| {
            let (down_q, up_q) = mul_div_both(lots, price_e8, exposure.lot_divisor)?;
            let worth_q = if position.lots >= 0 {
                to_i64(down_q)?
            } else {
                negate(up_q)?
            };
            Ok((up_q, sub(worth_q, position.entry_q)?))
        };
        let (notional_q, open_q) = valued_at(prices.price_e8)?;
        let add_of = |notional_q| size_add_ppm_up(notional_q, exposure.liquidity_q);
        let add_ppm = add_of(notional_q)?;
        let mut perp = Perp {
            size_q: notional_q,
            guard_q: notional_q,
            add_ppm,
            guard_add_ppm: add_ppm,
            ratios: *exposure.ratios.of(position.lots >= 0),
            sigma_ppm: exposure.sigma_ppm,
            underlying: exposure.underlying,
            long: position.lots >= 0,
        };
        let mut worse_q = open_q;
        let mut guarded = false;
        if prices.guard_e8 != prices.price_e8 {
            let (guard_q, guard_open_q) = valued_at(prices.guard_e8)?;
            worse_q = open_q.min(guard_open_q);
            if guard_q > notional_q {
                perp.guard_q = guard_q;
                perp.guard_add_ppm = add_of(guard_q)?;
                guarded = true;
            }
        }
        let unpaid_q = to_i64(exposure.unpaid_q)?;
        Ok(Self {
            perp,
            initial_q: worse_q.min(0),
            call_q: credited_down(open_q, exposure)?,
            liquidation_q: add(open_q, unpaid_q)?,
            guarded,
        })
    }
}

/// R-S1, R-H3: what size adds to a ratio, ppm of it. No liquidity at all counts as one atom of it, so that
/// a margin is always computed; what saturates 64 bits is without limit.
pub(crate) fn size_add_ppm_up(notional_q: u64, liquidity_q: u64) -> Result<u32> {
    if liquidity_q == u64::MAX {
        return Ok(0);
    }
    let factor_ppm = size_factor_ppm_up(notional_q, liquidity_q.max(1))?;
    Ok(factor_ppm.saturating_sub(ONE_PPM))
}

/// R-A2, R-A5: what a position counts for at the call line: a loss in full; open profit at the price that is
/// worse for it and what is unpaid, together, as far as the pool could pay.
fn credited_down(open_q: i64, exposure: &Exposure) -> Result<i64> {
    let mut profit_q = exposure.unpaid_q;
    if open_q > 0 {
        let slow_q = exposure
            .position
            .profit_down(exposure.prices.slow_e8, exposure.lot_divisor)?;
        let worse_q = u64::try_from(open_q.min(slow_q)).unwrap_or(0);
        profit_q = add_unsigned(profit_q, worse_q)?;
    }
    let credited_q = to_i64(share_down(profit_q, exposure.credit_ppm.min(ONE_PPM))?)?;
    add(open_q.min(0), credited_q)
}
