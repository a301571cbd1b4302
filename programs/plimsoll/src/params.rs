//! What governance sets, each field with both of its bounds.

use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};
use plimsoll_risk::depth::DepthParams;
use plimsoll_risk::guard::{GuardParams, REST_GUARDS_MIN};
use plimsoll_risk::margin::{floor_min_ppm_up, MarginParams, SideParams};
use plimsoll_risk::pricing::marginal_premium_ppm_up;
use plimsoll_risk::units::ONE_PPM;
use plimsoll_risk::volatility::VolatilityParams;

/// The bounds of one field, for clients and tests.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    pub name: &'static str,
    pub lower: u64,
    pub upper: u64,
    /// Offset of the field in the struct's bytes.
    pub offset: usize,
    /// Size of the field in bytes: 4 or 8, little endian.
    pub size: usize,
}

macro_rules! bounded {
    (
        $(#[$doc:meta])*
        $name:ident {
            $( $(#[$field_doc:meta])* $field:ident : $ty:ident = $lower:literal, $upper:literal; )*
        }
    ) => {
        $(#[$doc])*
        #[repr(C)]
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable, AnchorSerialize, AnchorDeserialize,
        )]
        pub struct $name {
            $( $(#[$field_doc])* pub $field: $ty, )*
        }

        impl $name {
            /// Lower and upper bound of every field, both inclusive.
            pub const BOUNDS: &'static [Bounds] = &[ $( Bounds {
                name: stringify!($field),
                lower: $lower,
                upper: $upper,
                offset: core::mem::offset_of!($name, $field),
                size: core::mem::size_of::<$ty>(),
            }, )* ];

            /// Checks every field against both of its bounds.
            ///
            /// # Errors
            /// [`PlimsollError::ParameterOutOfBounds`], with the field's name in the log.
            fn check_bounds(&self) -> Result<()> {
                check_all(bytemuck::bytes_of(self), Self::BOUNDS)
            }
        }
    };
}

/// One loop for all structs: unrolled, the checks would be a twentieth of the program.
fn check_all(params: &[u8], all: &[Bounds]) -> Result<()> {
    for bounds in all {
        let field = params
            .get(bounds.offset..)
            .and_then(|rest| rest.get(..bounds.size));
        let mut value = [0; 8];
        value[..bounds.size].copy_from_slice(field.ok_or(PlimsollError::ParameterOutOfBounds)?);
        if !(bounds.lower..=bounds.upper).contains(&u64::from_le_bytes(value)) {
            msg!(bounds.name);
            return err!(PlimsollError::ParameterOutOfBounds);
        }
    }
    Ok(())
}

bounded! {
    /// How a market measures its risk. Ratios in ppm of notional, times in seconds.
    RiskParams {
        /// Variance a new market starts from, 1e-18 per second.
        variance_seed_e18: u64 = 1, 10_000_000_000_000;
        /// The variance never reads lower, 1e-18 per second.
        variance_min_e18: u64 = 1, 10_000_000_000_000;
        /// Less notional than this is not left behind, quote atoms.
        dust_q: u64 = 0, 1_000_000_000;
        /// Half-life of the fast variance.
        half_life_fast_seconds: u32 = 300, 14_400;
        /// Half-life of the slow variance.
        half_life_slow_seconds: u32 = 14_400, 604_800;
        /// Half-life of the long variance.
        half_life_long_seconds: u32 = 604_800, 31_536_000;
        /// Half-life of the envelope's decay.
        half_life_envelope_seconds: u32 = 3_600, 172_800;
        /// Winsorising limit, hundredths of a sigma.
        winsor_sigmas_e2: u32 = 300, 2_000;
        /// Least time between two samples.
        sample_seconds_min: u32 = 1, 300;
        /// The most a silence decays the estimate by.
        decay_seconds_max: u32 = 60, 3_600;
        /// Sigmas covered, 1e-4.
        multiplier_e4: u32 = 10_000, 200_000;
        /// Horizon of the sigma.
        horizon_seconds: u32 = 60, 14_400;
        /// The static liquidation ratio and the least of all ratios.
        floor_ppm: u32 = 2_500, 500_000;
        /// The most of all ratios.
        cap_ppm: u32 = 10_000, 1_000_000;
        /// The ratio of a stressed market.
        stress_ppm: u32 = 2_500, 1_000_000;
        /// Weight of the stressed ratio: never below a quarter.
        stress_weight_ppm: u32 = 250_000, 1_000_000;
        /// Share of the confidence added to the ratio.
        confidence_weight_ppm: u32 = 0, 5_000_000;
        /// Initial ratio as a multiple of the target.
        initial_multiple_ppm: u32 = 1_100_000, 5_000_000;
        /// The least initial ratio.
        initial_min_ppm: u32 = 5_000, 1_000_000;
        /// Time in which the live ratio at most doubles.
        doubling_seconds: u32 = 900, 86_400;
        /// Time in which the live ratio at most halves.
        halving_seconds: u32 = 3_600, 86_400;
        /// The most a silence moves the live ratio by.
        ramp_seconds_max: u32 = 60, 14_400;
        /// Delay of a rise at the call line, minutes.
        grace_minutes: u32 = 5, 31;
        /// A cut aims at this multiple of the call line.
        cut_target_ppm: u32 = 1_000_000, 1_500_000;
        /// A cut closes at most this share of a leg.
        cut_limit_ppm: u32 = 50_000, 1_000_000;
        /// Least time between two cuts of one leg.
        cut_interval_seconds: u32 = 10, 3_600;
        /// A liquidation aims at this multiple of the liquidation line.
        liquidation_target_ppm: u32 = 1_050_000, 5_000_000;
        /// Liquidation fee per notional closed.
        liquidation_fee_ppm: u32 = 0, 50_000;
        /// The keeper's share of the liquidation fee; the rest insures.
        liquidation_keeper_share_ppm: u32 = 100_000, 900_000;
        /// Widest confidence accepted.
        confidence_ppm_max: u32 = 500, 100_000;
        /// Oldest update that may become the price.
        price_age_seconds_max: u32 = 1, 300;
        /// Oldest price that may decide on an account.
        risk_age_seconds_max: u32 = 5, 600;
        /// Oldest price at which a position is cut or liquidated.
        reduction_age_seconds_max: u32 = 1, 60;
        /// What longs need of the ratio; of this and the next, one is the whole.
        long_weight_ppm: u32 = 500_000, 1_000_000;
        /// What shorts need of the ratio.
        short_weight_ppm: u32 = 500_000, 1_000_000;
        /// The most by which a rising term structure of volatility raises the initial ratio.
        slope_cap_ppm: u32 = 1_000_000, 2_000_000;
        /// The gap between a price and a liquidation at it that the floor has to cover.
        gap_ppm: u32 = 500, 200_000;
        /// A print beyond this many sigmas of its horizon is doubted, hundredths of a sigma.
        guard_sigmas_e2: u32 = 300, 3_000;
        /// No smaller deviation is doubted.
        guard_floor_ppm: u32 = 1_000, 200_000;
        /// How long a lone print is doubted at the most.
        guard_seconds: u32 = 10, 300;
        /// Least time between the beginnings of two guards.
        guard_rest_seconds: u32 = 40, 86_400;
        /// The most that an outlook may read of the slow variance, hundredths.
        outlook_multiple_e2: u32 = 100, 1_600;
        /// The longest that an outlook counts.
        outlook_seconds_max: u32 = 60, 86_400;
    }
}

bounded! {
    /// What a market can take. Depths in quote atoms.
    LiquidityParams {
        /// What can be closed against the pool at a quarter of the floor, lots.
        own_depth_lots: u64 = 0, 1_000_000_000_000_000_000;
        /// External depth that governance vouches for at a move of 2 %.
        base_depth_q: u64 = 1_000_000, 18_014_398_509_481_984;
        /// Larger side's open interest from which the initial ratio rises, lots.
        crowded_low_lots: u64 = 0, 1_000_000_000_000_000;
        /// Open interest at which it is one, lots.
        crowded_high_lots: u64 = 1, 2_000_000_000_000_000;
        /// Age from which a posted depth fades.
        depth_age_seconds_max: u32 = 60, 86_400;
        /// Time in which a posted depth halves then.
        depth_halving_seconds: u32 = 600, 86_400;
        /// The most that depth grows in a day.
        depth_growth_ppm: u32 = 0, 1_000_000;
        /// Open interest over what moving the price costs, at the most.
        manipulation_share_ppm: u32 = 10_000, 1_000_000;
        /// Fee that moving the price elsewhere costs.
        manipulation_fee_ppm: u32 = 0, 10_000;
        /// The share of the nearest depth that can be unwound within the horizon.
        participation_ppm: u32 = 10_000, 1_000_000;
    }
}

bounded! {
    /// How a market trades.
    TradeParams {
        /// Cap on each side's open interest, lots.
        open_interest_cap_lots: u64 = 0, 1_000_000_000_000_000;
        /// Skew at which the marginal premium is the whole price, lots.
        skew_scale_lots: u64 = 1, 1_000_000_000_000_000;
        /// Smallest order, lots.
        order_lots_min: u64 = 1, 1_000_000_000_000_000;
        /// Largest order, lots.
        order_lots_max: u64 = 1, 1_000_000_000_000_000;
        /// What a keeper earns for ending an order or making a cut, quote atoms.
        keeper_fee_q: u64 = 1_000, 10_000_000;
        /// Cash a sweep leaves in the market, quote atoms.
        cash_target_q: u64 = 0, 1_000_000_000_000_000;
        /// The most the market may draw from the pool, net, quote atoms.
        loss_cap_q: u64 = 0, 1_000_000_000_000_000;
        /// The most the insurance fund pays for this market, quote atoms.
        insurance_cap_q: u64 = 0, 1_000_000_000_000_000;
        /// Taker fee per notional.
        taker_fee_ppm: u32 = 0, 10_000;
        /// Delay between placing an order and its target time.
        order_delay_seconds: u32 = 1, 60;
        /// How long after its target time an order may fill.
        order_window_seconds: u32 = 1, 300;
        /// How long after its window an unsettled order may be expired without a proof.
        order_timeout_seconds: u32 = 60, 86_400;
    }
}

bounded! {
    /// How a collateral counts.
    CollateralParams {
        /// The most of the mint that the exchange takes, atoms of the mint.
        deposit_cap: u64 = 0, 1_000_000_000_000_000_000;
        /// Share of the value that does not count, ppm.
        haircut_ppm: u32 = 0, 1_000_000;
        /// Time over which weight and cap grow from zero after listing.
        onboarding_seconds: u32 = 0, 2_592_000;
    }
}

impl RiskParams {
    /// Checks bounds and the order of the ratios.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::RatiosOutOfOrder`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()?;
        // Fee and spread together stay below the floor, so that a liquidation always improves.
        require!(
            self.liquidation_fee_ppm <= self.floor_ppm / 2
                && self.floor_ppm <= self.stress_ppm
                && self.stress_ppm <= self.cap_ppm
                && self.floor_ppm <= self.initial_min_ppm
                && self.reduction_age_seconds_max <= self.risk_age_seconds_max,
            PlimsollError::RatiosOutOfOrder
        );
        let covered_ppm = floor_min_ppm_up(self.liquidation_fee_ppm, self.gap_ppm);
        require!(covered_ppm <= self.floor_ppm, PlimsollError::FloorTooLow);
        require!(
            self.long_weight_ppm.max(self.short_weight_ppm) == ONE_PPM
                && u64::from(self.guard_rest_seconds)
                    >= u64::from(self.guard_seconds).saturating_mul(REST_GUARDS_MIN),
            PlimsollError::ParametersInconsistent
        );
        Ok(())
    }

    /// The sides' part.
    pub fn side(&self) -> SideParams {
        SideParams {
            long_weight_ppm: self.long_weight_ppm,
            short_weight_ppm: self.short_weight_ppm,
            slope_cap_ppm: self.slope_cap_ppm,
        }
    }

    /// The guard's part.
    pub fn guard(&self) -> GuardParams {
        GuardParams {
            band_sigmas_e2: self.guard_sigmas_e2,
            band_floor_ppm: self.guard_floor_ppm,
            guard_seconds: self.guard_seconds,
            rest_seconds: self.guard_rest_seconds,
        }
    }

    /// The estimator's part.
    pub fn volatility(&self) -> VolatilityParams {
        VolatilityParams {
            half_life_fast_seconds: self.half_life_fast_seconds,
            half_life_slow_seconds: self.half_life_slow_seconds,
            half_life_long_seconds: self.half_life_long_seconds,
            half_life_envelope_seconds: self.half_life_envelope_seconds,
            winsor_sigmas_e2: self.winsor_sigmas_e2,
            variance_min_e18: self.variance_min_e18,
            sample_seconds_min: self.sample_seconds_min,
            decay_seconds_max: self.decay_seconds_max,
        }
    }

    /// The ratios' part.
    pub fn margin(&self) -> MarginParams {
        MarginParams {
            multiplier_e4: self.multiplier_e4,
            horizon_seconds: self.horizon_seconds,
            floor_ppm: self.floor_ppm,
            cap_ppm: self.cap_ppm,
            stress_ppm: self.stress_ppm,
            stress_weight_ppm: self.stress_weight_ppm,
            confidence_weight_ppm: self.confidence_weight_ppm,
            initial_multiple_ppm: self.initial_multiple_ppm,
            initial_min_ppm: self.initial_min_ppm,
            doubling_seconds: self.doubling_seconds,
            halving_seconds: self.halving_seconds,
            ramp_seconds_max: self.ramp_seconds_max,
        }
    }
}

impl TradeParams {
    /// Checks bounds, the order of the sizes, and R-T5: leaving a market costs less than its floor, and
    /// an order moves the skew's premium by no more than trading there and back costs.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::PremiumTooSteep`].
    pub fn check(&self, risk: &RiskParams) -> Result<()> {
        self.check_bounds()?;
        require!(
            self.order_lots_min <= self.order_lots_max && self.taker_fee_ppm <= risk.floor_ppm / 2,
            PlimsollError::ParameterOutOfBounds
        );
        // A premium beyond 64 bits is steeper than any limit.
        let at_most = |most_ppm: u32, lots: u64| {
            marginal_premium_ppm_up(lots, self.skew_scale_lots)
                .is_ok_and(|premium_ppm| premium_ppm <= u64::from(most_ppm))
        };
        require!(
            at_most(risk.floor_ppm / 4, self.open_interest_cap_lots)
                && at_most(self.taker_fee_ppm * 2, self.order_lots_max),
            PlimsollError::PremiumTooSteep
        );
        Ok(())
    }
}

impl LiquidityParams {
    /// Checks bounds and that there is room between the marks of crowding.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`], [`PlimsollError::ParametersInconsistent`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()?;
        require!(
            self.crowded_low_lots < self.crowded_high_lots,
            PlimsollError::ParametersInconsistent
        );
        Ok(())
    }

    /// The posted depth's part.
    pub fn depth(&self) -> DepthParams {
        DepthParams {
            base_depth_q: self.base_depth_q,
            age_seconds_max: self.depth_age_seconds_max,
            halving_seconds: self.depth_halving_seconds,
            growth_ppm: self.depth_growth_ppm,
        }
    }
}

impl CollateralParams {
    /// Checks bounds.
    ///
    /// # Errors
    /// [`PlimsollError::ParameterOutOfBounds`].
    pub fn check(&self) -> Result<()> {
        self.check_bounds()
    }
}
