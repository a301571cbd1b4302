//! What an account's owner should know before it is late: how likely ruin is, how far the lines are, and
//! what would move the requirement.
//!
//! Rules R-K1 … R-K4, of a whole book.

use crate::account::Margin;
use crate::book::{Book, Netting, CALL_OVER_PPM};
use crate::error::{Result, RiskError};
use crate::holding::{Holding, Perp, View};
use crate::math::{add, add_unsigned, mul_div_down, mul_div_up, to_i64};
use crate::portfolio::{requirement_up, Binding, Leg, Requirement, LEGS_MAX, PERPS_MAX};
use crate::score::{distance_e4_down, liquidation_price_e8, ruin_ppm_up, LegLine};
use crate::sensitivity::{sensitivities, Sensitivity};
use crate::units::{share_up, ONE_PPM, ONE_PPM_U64};

/// One, squared, of ratios in ppm.
const ONE_E12: u64 = 1_000_000_000_000;

/// What a book risks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The margin.
    pub margin: Margin,
    /// What the book loses in a move of one sigma of an hour, quote atoms.
    pub sigma_q: u64,
    /// R-K1: the probability that equity is lost within the hour, ppm.
    pub ruin_ppm: u32,
    /// R-K2: distance to the initial, the call and the liquidation line, 1e-4 sigmas.
    pub distances_e4: [i32; 3],
    /// Of each perp, in the order in which they came in.
    pub perps: [PerpRisk; PERPS_MAX],
}

/// What one perp of a book risks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerpRisk {
    /// R-K3: the price of its market at which the account reaches the liquidation line, all else equal, 1e-8;
    /// zero for a short and the largest number for a long where there is none.
    pub liquidation_price_e8: u64,
    /// R-K4: change of the call requirement per percent of volatility, quote atoms.
    pub volatility_q: i64,
    /// R-K4: the same per percent of size, and of price, quote atoms.
    pub size_q: i64,
}

impl Book {
    /// R-K1 … R-K4: what the book risks. `prices_e8` are those of the perps' markets, in the order in which
    /// the perps came in.
    ///
    /// # Errors
    /// As [`Book::margin`].
    #[inline(never)]
    pub fn assess(&self, netting: &Netting, prices_e8: &[u64]) -> Result<Assessment> {
        let (margin, call) = self.margin_and_call(netting)?;
        let sigma_q = self.sigma_up()?;
        let headroom_initial_q = margin
            .equity_initial_q
            .saturating_sub_unsigned(margin.requirement_initial_q);
        let mut perps = [PerpRisk::default(); PERPS_MAX];
        self.price_lines(&margin, prices_e8, &mut perps)?;
        match call {
            Some(call) => self.slopes(netting, &call, &mut perps)?,
            None => self.static_slopes(&mut perps)?,
        }
        Ok(Assessment {
            margin,
            sigma_q,
            ruin_ppm: ruin_ppm_up(margin.equity_liquidation_q, sigma_q),
            distances_e4: [
                distance_e4_down(headroom_initial_q, sigma_q),
                distance_e4_down(margin.headroom_call_q(), sigma_q),
                distance_e4_down(margin.headroom_liquidation_q(), sigma_q),
            ],
            perps,
        })
    }

    /// What the book loses in a move of one sigma of an hour, rounded up, quote atoms: netted by the joint
    /// rows and the root alone.
    ///
    /// # Errors
    /// [`RiskError::Overflow`] beyond 64 bits.
    #[inline(never)]
    pub fn sigma_up(&self) -> Result<u64> {
        let mut legs = [Leg::default(); LEGS_MAX];
        let (count, _) = self.legs(View::Sigma, &mut legs)?;
        let legs = legs.get(..count).ok_or(RiskError::SizeInvalid)?;
        Ok(requirement_up(legs, &[], 0)?.requirement_q)
    }

    /// R-K3, of each perp with the spot of its underlying.
    #[inline(never)]
    fn price_lines(
        &self,
        margin: &Margin,
        prices_e8: &[u64],
        perps: &mut [PerpRisk; PERPS_MAX],
    ) -> Result<()> {
        let headroom_q = margin.headroom_liquidation_q();
        let priced = self.holdings().zip(prices_e8);
        for (risk, (holding, price_e8)) in perps.iter_mut().zip(priced) {
            let perp = holding.perp;
            let (notional_q, ratio_ppm, long) = if self.has_spot() {
                let leg = holding.at(View::Liquidation)?.leg;
                let ratio_ppm = static_ratio_ppm(&holding, &leg)?;
                (leg.notional_q, ratio_ppm, leg.exposure_q >= 0)
            } else {
                (perp.size_q, perp.ratios.liquidation_ppm, perp.long)
            };
            risk.liquidation_price_e8 = liquidation_price_e8(&LegLine {
                headroom_q,
                notional_q,
                ratio_ppm,
                price_e8: *price_e8,
                long,
            });
        }
        Ok(())
    }

    /// R-K4, of the netted part and of what size adds.
    #[inline(never)]
    fn slopes(
        &self,
        netting: &Netting,
        call: &Requirement,
        perps: &mut [PerpRisk; PERPS_MAX],
    ) -> Result<()> {
        if call.binding == Binding::Gross && !self.has_spot() {
            for (risk, perp) in perps.iter_mut().zip(self.perps()) {
                let alone_q = share_up(perp.size_q, perp.ratios.call_ppm)?;
                let slope_q = to_i64(alone_q / 100)?;
                let size = size_slope(perp, alone_q)?;
                risk.volatility_q = add(slope_q, size.volatility_q)?;
                risk.size_q = add(slope_q, size.size_q)?;
            }
            return Ok(());
        }
        let mut legs = [Leg::default(); LEGS_MAX];
        let (count, _) = self.legs(View::Call, &mut legs)?;
        let legs = legs.get(..count).ok_or(RiskError::SizeInvalid)?;
        let slopes = sensitivities(legs, netting.rows, netting.floor_ppm, call)?;
        for (risk, (perp, slope)) in perps.iter_mut().zip(self.perps().iter().zip(&slopes)) {
            let alone_q = share_up(perp.size_q, perp.ratios.call_ppm)?;
            let size = size_slope(perp, alone_q)?;
            risk.volatility_q = add(slope.volatility_q, size.volatility_q)?;
            risk.size_q = add(slope.size_q, size.size_q)?;
        }
        Ok(())
    }

    /// R-K4, where the distance from the liquidation line decides: it knows size, and no volatility.
    #[inline(never)]
    fn static_slopes(&self, perps: &mut [PerpRisk; PERPS_MAX]) -> Result<()> {
        let count = self.perps().len();
        for (risk, holding) in perps.iter_mut().zip(self.holdings().take(count)) {
            let (asked_q, perp_q) = holding.at_liquidation()?;
            let call_q = add_unsigned(asked_q, share_up(perp_q, CALL_OVER_PPM)?)?;
            risk.size_q = to_i64(call_q.div_ceil(100))?;
        }
        Ok(())
    }
}

/// R-K3: what a perp with its spot asks at the liquidation line per notional, ppm, rounded towards danger; the
/// perp's own ratio where no spot joins it.
fn static_ratio_ppm(holding: &Holding, leg: &Leg) -> Result<u32> {
    let perp = holding.perp;
    if leg.notional_q == perp.size_q {
        return Ok(perp.ratios.liquidation_ppm);
    }
    let ((asked_q, _), net_q) = (holding.at_liquidation()?, leg.notional_q.max(1));
    let ratio_ppm = if leg.exposure_q >= 0 {
        mul_div_down(asked_q, ONE_PPM_U64, net_q)?
    } else {
        mul_div_up(asked_q, ONE_PPM_U64, net_q)?
    };
    Ok(u32::try_from(ratio_ppm).unwrap_or(u32::MAX))
}

/// R-K4: how what size adds, `a·(s − 1)` with `a` the requirement alone and `s = √(1 + N ÷ L)`, changes per
/// percent: by itself with volatility, by `a·((s − 1) + (s − 1 ÷ s) ÷ 2)` with size.
fn size_slope(perp: &Perp, alone_q: u64) -> Result<Sensitivity> {
    if perp.add_ppm == 0 {
        return Ok(Sensitivity::default());
    }
    let add_q = share_up(alone_q, perp.add_ppm)?;
    let factor_ppm = u64::from(perp.add_ppm).saturating_add(ONE_PPM_U64);
    let inverse_ppm = ONE_E12.div_ceil(factor_ppm);
    let half_ppm = if factor_ppm < u64::from(u32::MAX) {
        factor_ppm.saturating_sub(inverse_ppm).div_ceil(2)
    } else {
        // The factor is as large as it can be.
        0
    };
    let steeper_q = share_up(alone_q, u32::try_from(half_ppm).unwrap_or(ONE_PPM))?;
    Ok(Sensitivity {
        volatility_q: to_i64(add_q.div_ceil(100))?,
        size_q: to_i64(add_q.saturating_add(steeper_q).div_ceil(100))?,
    })
}
