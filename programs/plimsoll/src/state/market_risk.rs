use super::ClaimIndex;
use crate::params::{CarryParams, LiquidityParams, RiskParams};
use anchor_lang::prelude::*;
use plimsoll_risk::book::Prices;
use plimsoll_risk::carry::{Carry, Usage};
use plimsoll_risk::depth::Depth;
use plimsoll_risk::grace::GraceRing;
use plimsoll_risk::guard::Guard;
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::outlook::Outlook;
use plimsoll_risk::volatility::Volatility;

/// What the price crank writes and every health check reads: price, volatility, ratios. One per market,
/// and one per priced collateral.
#[account(zero_copy)]
#[derive(Debug)]
pub struct MarketRisk {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Index of the market, or of the collateral with [`crate::constants::COLLATERAL_RISK`] set.
    pub index: u16,
    /// Confidence of the last price, ppm of it.
    pub confidence_ppm: u32,
    pub exchange: Pubkey,
    /// The price feed.
    pub feed_id: [u8; 32],
    /// Last price, 1e-8; zero before the first refresh.
    pub price_e8: u64,
    /// The feed's slow price, 1e-8.
    pub slow_price_e8: u64,
    /// When the last price was published, Unix seconds.
    pub publish_seconds: i64,
    /// When it was taken over, Unix seconds.
    pub refreshed_seconds: i64,
    /// Divisor of lots (of a collateral: atoms) times price, fixed at creation.
    pub lot_divisor: u64,
    /// Counts refreshes.
    pub sequence: u64,
    /// See [`Volatility::anchor_price_e8`].
    pub anchor_price_e8: u64,
    /// See [`Volatility::sampled_seconds`].
    pub sampled_seconds: i64,
    /// Fast variance, 1e-18 per second.
    pub fast_e18: u64,
    /// Slow variance, 1e-18 per second.
    pub slow_e18: u64,
    /// Long variance, 1e-18 per second.
    pub long_e18: u64,
    /// Envelope of the fast variance, 1e-18 per second.
    pub envelope_e18: u64,
    /// The ratio that volatility asks for, ppm.
    pub target_ppm: u32,
    /// The ratio that follows it within the ramp, ppm.
    pub live_ppm: u32,
    /// Initial ratios of longs and of shorts, ppm.
    pub initial_ppm: [u32; 2],
    /// Ratios of the call line for longs and for shorts, ppm.
    pub call_ppm: [u32; 2],
    /// Ratio of the liquidation line, ppm.
    pub liquidation_ppm: u32,
    /// Sigma of an hour, ppm of the price.
    pub sigma_hour_ppm: u32,
    /// When the live ratio last took a step, Unix seconds.
    pub ramped_seconds: i64,
    /// See [`GraceRing`].
    pub ring_ppm: [u32; 32],
    /// See [`GraceRing::head_minutes`].
    pub ring_head_minutes: i64,
    /// See [`Guard::reference_price_e8`].
    pub guard_price_e8: u64,
    /// See [`Guard::since_seconds`].
    pub guarded_seconds: i64,
    /// Implied variance posted, 1e-18 per second, and the last second in which it counts.
    pub implied_e18: u64,
    pub implied_expires_seconds: i64,
    /// Forecast variance posted, 1e-18 per second, and the last second in which it counts.
    pub forecast_e18: u64,
    pub forecast_expires_seconds: i64,
    /// See [`Depth::posted_q`].
    pub depths_q: [u64; 5],
    /// See [`Depth::posted_seconds`].
    pub depth_posted_seconds: i64,
    /// R-S2: what can be unwound within the horizon, as of the last refresh, quote atoms.
    pub liquidity_q: u64,
    /// R-S6: the most open interest of a side, as of the last refresh, quote atoms.
    pub open_interest_cap_q: u64,
    /// R-S5: the larger side's open interest, as of the last sweep, lots.
    pub open_interest_lots: u64,
    /// R-A5: the share of open profit that could be paid, as of the last sweep, ppm.
    pub credit_ppm: u32,
    /// Of a collateral: the share of its value that never counts, ppm (R-H1).
    pub haircut_ppm: u32,
    /// Of a collateral: when it was listed, Unix seconds.
    pub listed_seconds: i64,
    /// Of a collateral: time over which its weight grows from zero, seconds.
    pub onboarding_seconds: u32,
    /// The market of the same underlying; its own index where there is none.
    pub underlying: u16,
    /// See [`Phase`].
    pub phase: u8,
    /// One where governance has named the settlement price.
    pub price_named: u8,
    pub params: RiskParams,
    pub liquidity_params: LiquidityParams,
    /// When the settlement was started, Unix seconds.
    pub settling_seconds: i64,
    /// The price at which it will end, 1e-8.
    pub settlement_price_e8: u64,
    /// See [`Carry::funding_e18`].
    pub funding_e18: i64,
    /// What longs and what shorts have been charged; see [`Carry::long_index`].
    pub carry_index: [i64; 2],
    /// R-C1: the skew over the full one, as of the last sweep, ppm.
    pub skew_ppm: i32,
    /// See [`Carry::shift`]; fixed at the first price.
    pub carry_shift: u32,
    /// R-C3: how much longs and shorts ask of what the pool could pay, as of the last sweep, ppm.
    pub utilisation_ppm: [u32; 2],
    /// R-C2: what each pays for that, 1e-18 of the notional a second.
    pub borrow_e18: [u64; 2],
    /// All zero for a collateral: holding it costs nothing.
    pub carry_params: CarryParams,
    /// R-Q7: the most that a side may be worth, as of the last sweep, quote atoms; nothing before the first.
    pub capacity_q: u64,
    /// R-W4: the same as the market's.
    pub claims: ClaimIndex,
    /// Of a collateral: the discount at which a sale starts, ppm (R-L11).
    pub start_discount_ppm: u32,
    /// Of a collateral: the most that it grows to, ppm.
    pub max_discount_ppm: u32,
    pub _reserved: [u8; 112],
}

/// Whether a feed still decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Phase {
    /// The feed sets the price.
    Open = 0,
    /// The feed is silent; a settlement price has been announced.
    Settling = 1,
    /// The price is final.
    Settled = 2,
}

const _: () = assert!(
    core::mem::size_of::<MarketRisk>()
        == 8 + 2 * 32
            + 12 * 8
            + 8 * 4
            + 8
            + 32 * 4
            + 8
            + 6 * 8
            + 6 * 8
            + 3 * 8
            + 2 * 4
            + 8
            + 8
            + core::mem::size_of::<RiskParams>()
            + core::mem::size_of::<LiquidityParams>()
            + 9 * 8
            + core::mem::size_of::<CarryParams>()
            + 144
);

impl MarketRisk {
    pub fn ratios(&self) -> SideRatios {
        let [long_initial_ppm, short_initial_ppm] = self.initial_ppm;
        let [long_call_ppm, short_call_ppm] = self.call_ppm;
        let ratios = |initial_ppm, call_ppm| Ratios {
            initial_ppm,
            call_ppm,
            liquidation_ppm: self.liquidation_ppm,
        };
        SideRatios {
            long: ratios(long_initial_ppm, long_call_ppm),
            short: ratios(short_initial_ppm, short_call_ppm),
        }
    }

    pub fn set_ratios(&mut self, ratios: &SideRatios) {
        let SideRatios { long, short } = ratios;
        self.initial_ppm = [long.initial_ppm, short.initial_ppm];
        self.call_ppm = [long.call_ppm, short.call_ppm];
        self.liquidation_ppm = long.liquidation_ppm;
    }

    pub fn volatility(&self) -> Volatility {
        Volatility {
            anchor_price_e8: self.anchor_price_e8,
            sampled_seconds: self.sampled_seconds,
            fast_e18: self.fast_e18,
            slow_e18: self.slow_e18,
            long_e18: self.long_e18,
            envelope_e18: self.envelope_e18,
        }
    }

    pub fn set_volatility(&mut self, volatility: Volatility) {
        self.anchor_price_e8 = volatility.anchor_price_e8;
        self.sampled_seconds = volatility.sampled_seconds;
        self.fast_e18 = volatility.fast_e18;
        self.slow_e18 = volatility.slow_e18;
        self.long_e18 = volatility.long_e18;
        self.envelope_e18 = volatility.envelope_e18;
    }

    pub fn ring(&self) -> GraceRing {
        GraceRing {
            minutes_ppm: self.ring_ppm,
            head_minutes: self.ring_head_minutes,
        }
    }

    pub fn set_ring(&mut self, ring: GraceRing) {
        self.ring_ppm = ring.minutes_ppm;
        self.ring_head_minutes = ring.head_minutes;
    }

    pub fn guard(&self) -> Guard {
        Guard {
            reference_price_e8: self.guard_price_e8,
            since_seconds: self.guarded_seconds,
        }
    }

    pub fn set_guard(&mut self, guard: Guard) {
        self.guard_price_e8 = guard.reference_price_e8;
        self.guarded_seconds = guard.since_seconds;
    }

    /// Whether the last price is doubted at this time, Unix seconds (R-G4).
    pub fn is_guarded(&self, now_seconds: i64) -> bool {
        self.guard().is_active(&self.params.guard(), now_seconds)
    }

    /// The prices as of this time, Unix seconds.
    pub fn prices(&self, now_seconds: i64) -> Prices {
        Prices {
            price_e8: self.price_e8,
            slow_e8: self.slow_price_e8,
            guard_e8: if self.is_guarded(now_seconds) {
                self.guard_price_e8
            } else {
                self.price_e8
            },
        }
    }

    pub fn outlooks(&self) -> [Outlook; 2] {
        let outlook = |variance_e18, expires_seconds| Outlook {
            variance_e18,
            expires_seconds,
        };
        [
            outlook(self.implied_e18, self.implied_expires_seconds),
            outlook(self.forecast_e18, self.forecast_expires_seconds),
        ]
    }

    pub fn phase(&self) -> Phase {
        match self.phase {
            0 => Phase::Open,
            1 => Phase::Settling,
            _ => Phase::Settled,
        }
    }

    /// R-D2: the feed has spoken: no settlement. Whether there was one.
    pub fn revive(&mut self) -> bool {
        let was = self.phase() == Phase::Settling;
        if was {
            self.phase = Phase::Open as u8;
            self.price_named = 0;
            self.settling_seconds = 0;
            self.settlement_price_e8 = 0;
        }
        was
    }

    /// R-D3: the settlement price is the price, for good.
    pub fn settle(&mut self) {
        self.phase = Phase::Settled as u8;
        self.price_e8 = self.settlement_price_e8;
        self.slow_price_e8 = self.settlement_price_e8;
        self.confidence_ppm = 0;
        self.set_guard(Guard::default());
    }

    pub fn carry(&self) -> Carry {
        let [long_index, short_index] = self.carry_index;
        Carry {
            funding_e18: self.funding_e18,
            long_index,
            short_index,
            shift: self.carry_shift,
            lot_divisor: self.lot_divisor,
        }
    }

    /// R-C4: the carry as of this time, Unix seconds; not before that of the last price.
    ///
    /// # Errors
    /// What the risk crate refuses.
    pub fn carry_at(&self, at_seconds: i64) -> plimsoll_risk::Result<Carry> {
        let elapsed_seconds = at_seconds.saturating_sub(self.publish_seconds);
        let [long_borrow_e18, short_borrow_e18] = self.borrow_e18;
        let usage = Usage {
            skew_ppm: self.skew_ppm,
            long_borrow_e18,
            short_borrow_e18,
        };
        self.carry().accrued(
            &self.carry_params.funding(),
            &usage,
            self.price_e8,
            u64::try_from(elapsed_seconds).unwrap_or(0),
        )
    }

    /// R-C7: takes in how the market is used; whether that was news.
    ///
    /// # Errors
    /// What the risk crate refuses.
    pub fn tell_usage(
        &mut self,
        skew_ppm: i32,
        utilisation_ppm: [u32; 2],
    ) -> plimsoll_risk::Result<bool> {
        let news = self.skew_ppm != skew_ppm || self.utilisation_ppm != utilisation_ppm;
        let borrow = self.carry_params.borrow();
        let [long_ppm, short_ppm] = utilisation_ppm;
        self.skew_ppm = skew_ppm;
        self.utilisation_ppm = utilisation_ppm;
        self.borrow_e18 = [borrow.fee_e18_up(long_ppm)?, borrow.fee_e18_up(short_ppm)?];
        Ok(news)
    }

    pub fn set_carry(&mut self, carry: &Carry) {
        self.funding_e18 = carry.funding_e18;
        self.carry_index = [carry.long_index, carry.short_index];
    }

    pub fn depth(&self) -> Depth {
        Depth {
            posted_q: self.depths_q,
            posted_seconds: self.depth_posted_seconds,
        }
    }

    pub fn set_depth(&mut self, depth: Depth) {
        self.depths_q = depth.posted_q;
        self.depth_posted_seconds = depth.posted_seconds;
    }
}
