use plimsoll::instructions::CreateMarketArgs;
use plimsoll::params::{
    CarryParams, CollateralParams, DebtParams, LiquidityParams, PoolParams, RiskParams,
    TradeParams, WithdrawalParams,
};

/// Variance per second of a volatility of 100 % a year, 1e-18.
pub const YEAR_VARIANCE_E18: u64 = 31_688_087_814;

/// What a market is listed with.
#[derive(Clone, Debug)]
pub struct MarketSpec {
    /// A word for people.
    pub name: String,
    /// The first price, 1e-8.
    pub price_e8: u64,
    /// What governance sets.
    pub args: CreateMarketArgs,
}

/// What differs between the presets.
struct Preset {
    name: &'static str,
    price_e8: u64,
    feed_id: [u8; 32],
    lot_exponent: i32,
    /// Annual volatility, percent.
    volatility_percent: u64,
    volatility_min_percent: u64,
    floor_ppm: u32,
    cap_ppm: u32,
    stress_ppm: u32,
    initial_min_ppm: u32,
    open_interest_cap_lots: u64,
    skew_scale_lots: u64,
    order_lots_min: u64,
    order_lots_max: u64,
    /// Gap that the floor covers, ppm.
    gap_ppm: u32,
    /// No smaller deviation of a lone print is doubted, ppm.
    guard_floor_ppm: u32,
    /// What the pool takes without moving its premium much, lots.
    own_depth_lots: u64,
    /// What moving the price elsewhere by 2 % costs, quote atoms.
    base_depth_q: u64,
}

/// Variance per second of an annual volatility, 1e-18.
const fn variance_e18(volatility_percent: u64) -> u64 {
    YEAR_VARIANCE_E18 / 10_000 * volatility_percent * volatility_percent
}

impl MarketSpec {
    /// Bitcoin: 50 % volatility, liquidation at 1.25 %, lots of 1e-6.
    #[must_use]
    pub fn btc() -> Self {
        Self::of(&Preset {
            name: "BTC",
            price_e8: 6_000_000_000_000,
            feed_id: hex("e62df6c8b4a85fe1a67db44dc12de5db330f7ac66b72dc658afedf0f4a415b43"),
            lot_exponent: -6,
            volatility_percent: 50,
            volatility_min_percent: 30,
            floor_ppm: 12_500,
            cap_ppm: 300_000,
            stress_ppm: 33_000,
            initial_min_ppm: 20_000,
            open_interest_cap_lots: 1_000_000_000,
            skew_scale_lots: 320_000_000_000,
            order_lots_min: 100,
            order_lots_max: 200_000_000,
            gap_ppm: 4_000,
            guard_floor_ppm: 20_000,
            own_depth_lots: 200_000_000,
            base_depth_q: 300_000_000_000_000,
        })
    }

    /// Ether: 65 % volatility, liquidation at 1.5 %, lots of 1e-5.
    #[must_use]
    pub fn eth() -> Self {
        Self::of(&Preset {
            name: "ETH",
            price_e8: 300_000_000_000,
            feed_id: hex("ff61491a931112ddf1bd8147cd1b641375f79f5825126d665480874634fd0ace"),
            lot_exponent: -5,
            volatility_percent: 65,
            volatility_min_percent: 40,
            floor_ppm: 15_000,
            cap_ppm: 350_000,
            stress_ppm: 43_000,
            initial_min_ppm: 25_000,
            open_interest_cap_lots: 1_500_000_000,
            skew_scale_lots: 400_000_000_000,
            order_lots_min: 300,
            order_lots_max: 300_000_000,
            gap_ppm: 6_000,
            guard_floor_ppm: 25_000,
            own_depth_lots: 300_000_000,
            base_depth_q: 200_000_000_000_000,
        })
    }

    /// Solana: 95 % volatility, liquidation at 2.5 %, lots of 1e-3.
    #[must_use]
    pub fn sol() -> Self {
        Self::of(&Preset {
            name: "SOL",
            price_e8: 15_000_000_000,
            feed_id: hex("ef0d8b6fda2ceba41da15d4095d1da392a0d2f8ed0c6c7bc0f4cfac8c280b56d"),
            lot_exponent: -3,
            volatility_percent: 95,
            volatility_min_percent: 55,
            floor_ppm: 25_000,
            cap_ppm: 500_000,
            stress_ppm: 62_000,
            initial_min_ppm: 40_000,
            open_interest_cap_lots: 300_000_000,
            skew_scale_lots: 48_000_000_000,
            order_lots_min: 50,
            order_lots_max: 40_000_000,
            gap_ppm: 13_000,
            guard_floor_ppm: 40_000,
            own_depth_lots: 60_000_000,
            base_depth_q: 60_000_000_000_000,
        })
    }

    /// A dollar, to price the quote currency with: 2 % volatility, and in calm a ratio at its floor, so that
    /// nothing is taken off.
    #[must_use]
    pub fn usdc() -> Self {
        Self::of(&Preset {
            name: "USDC",
            price_e8: 100_000_000,
            feed_id: hex("eaa020c61cc479712813461ce153894a96a6c00b21ed0cfc2798d1f9a9e9c94a"),
            lot_exponent: 0,
            volatility_percent: 2,
            volatility_min_percent: 1,
            floor_ppm: 5_000,
            cap_ppm: 300_000,
            stress_ppm: 5_000,
            initial_min_ppm: 5_000,
            open_interest_cap_lots: 1,
            skew_scale_lots: 1,
            order_lots_min: 1,
            order_lots_max: 1,
            gap_ppm: 1_000,
            guard_floor_ppm: 5_000,
            own_depth_lots: 0,
            base_depth_q: 18_014_398_509_481_984,
        })
        .with(|args| args.risk.confidence_weight_ppm = 0)
    }

    /// A market like this one with another feed, for exchanges with many.
    #[must_use]
    pub fn numbered(mut self, number: u8) -> Self {
        self.name = format!("{}{number}", self.name);
        self.args.feed_id = [number; 32];
        self
    }

    /// Starts at another price, 1e-8.
    #[must_use]
    pub fn at(mut self, price_e8: u64) -> Self {
        self.price_e8 = price_e8;
        self
    }

    /// With any other change of what governance sets.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut CreateMarketArgs)) -> Self {
        change(&mut self.args);
        self
    }

    /// Where holding costs: at the cap of open interest the funding rate moves by 9 % a day in a day, up to
    /// 1 % a day, and the borrow fee rises from 20 ppm a day over 300 at four fifths of what the pool could
    /// pay in a move of 10 % to 3,000.
    #[must_use]
    pub fn carrying(self) -> Self {
        self.with(|args| {
            args.carry = CarryParams {
                full_skew_lots: args.trade.open_interest_cap_lots,
                velocity_ppm: 90_000,
                funding_cap_ppm: 10_000,
                borrow_idle_ppm: 20,
                borrow_kink_ppm: 300,
                borrow_full_ppm: 3_000,
                ..FREE_CARRY
            };
        })
    }

    fn of(preset: &Preset) -> Self {
        Self {
            name: preset.name.to_owned(),
            price_e8: preset.price_e8,
            args: CreateMarketArgs {
                feed_id: preset.feed_id,
                lot_exponent: preset.lot_exponent,
                risk: risk_params(preset),
                liquidity: liquidity_params(preset),
                trade: trade_params(preset),
                carry: FREE_CARRY,
            },
        }
    }
}

fn risk_params(preset: &Preset) -> RiskParams {
    RiskParams {
        variance_seed_e18: variance_e18(preset.volatility_percent),
        variance_min_e18: variance_e18(preset.volatility_min_percent),
        dust_q: 10_000_000,
        half_life_fast_seconds: 1_800,
        half_life_slow_seconds: 86_400,
        half_life_long_seconds: 2_592_000,
        half_life_envelope_seconds: 21_600,
        winsor_sigmas_e2: 700,
        sample_seconds_min: 60,
        decay_seconds_max: 900,
        multiplier_e4: 50_000,
        horizon_seconds: 600,
        floor_ppm: preset.floor_ppm,
        cap_ppm: preset.cap_ppm,
        stress_ppm: preset.stress_ppm,
        stress_weight_ppm: 250_000,
        confidence_weight_ppm: 1_000_000,
        initial_multiple_ppm: 2_000_000,
        initial_min_ppm: preset.initial_min_ppm,
        doubling_seconds: 3_600,
        halving_seconds: 43_200,
        ramp_seconds_max: 3_600,
        grace_minutes: 15,
        cut_target_ppm: 1_100_000,
        cut_limit_ppm: 500_000,
        cut_interval_seconds: 60,
        liquidation_target_ppm: 2_000_000,
        // Never more than half of the floor, so that a liquidation always improves.
        liquidation_fee_ppm: 5_000_u32.min(preset.floor_ppm / 2),
        liquidation_keeper_share_ppm: 500_000,
        confidence_ppm_max: 20_000,
        price_age_seconds_max: 60,
        risk_age_seconds_max: 150,
        reduction_age_seconds_max: 10,
        long_weight_ppm: 1_000_000,
        short_weight_ppm: 1_000_000,
        slope_cap_ppm: 1_000_000,
        gap_ppm: preset.gap_ppm,
        guard_sigmas_e2: 1_000,
        guard_floor_ppm: preset.guard_floor_ppm,
        guard_seconds: 60,
        guard_rest_seconds: 600,
        outlook_multiple_e2: 400,
        outlook_seconds_max: 3_600,
    }
}

fn liquidity_params(preset: &Preset) -> LiquidityParams {
    LiquidityParams {
        own_depth_lots: preset.own_depth_lots,
        base_depth_q: preset.base_depth_q,
        crowded_low_lots: preset.open_interest_cap_lots / 2,
        crowded_high_lots: preset.open_interest_cap_lots * 2,
        depth_age_seconds_max: 3_600,
        depth_halving_seconds: 3_600,
        depth_growth_ppm: 100_000,
        manipulation_share_ppm: 1_000_000,
        manipulation_fee_ppm: 500,
        participation_ppm: 100_000,
    }
}

fn trade_params(preset: &Preset) -> TradeParams {
    TradeParams {
        open_interest_cap_lots: preset.open_interest_cap_lots,
        skew_scale_lots: preset.skew_scale_lots,
        order_lots_min: preset.order_lots_min,
        order_lots_max: preset.order_lots_max,
        keeper_fee_q: 20_000,
        cash_target_q: 1_000_000_000_000,
        loss_cap_q: 5_000_000_000_000,
        insurance_cap_q: 1_000_000_000_000,
        taker_fee_ppm: 500,
        order_delay_seconds: 2,
        order_window_seconds: 120,
        order_timeout_seconds: 600,
        vesting_seconds: 1_800,
        registration_seconds: 600,
    }
}

/// Holding costs nothing, unless a market is asked to be [`MarketSpec::carrying`].
const FREE_CARRY: CarryParams = CarryParams {
    full_skew_lots: 1_000_000_000_000_000,
    velocity_ppm: 0,
    funding_cap_ppm: 0,
    reserve_ppm: 100_000,
    borrow_idle_ppm: 0,
    borrow_kink_ppm: 0,
    borrow_full_ppm: 0,
    kink_ppm: 800_000,
    silence_seconds_max: 3_600,
};

/// How providers enter and leave: a day's cooldown.
pub const POOL_PARAMS: PoolParams = PoolParams {
    provision_q_min: 1_000_000,
    keeper_fee_q: 20_000,
    cooldown_seconds: 86_400,
    capacity_gap_ppm: 1_000_000,
    band_sigmas_e2: 500,
    band_ppm_min: 200,
};

/// How fast the quote vault may be emptied: half of it in a day, or ten million.
pub const WITHDRAWAL_PARAMS: WithdrawalParams = WithdrawalParams {
    limit_q_min: 10_000_000_000_000,
    share_ppm: 500_000,
    exempt_share_ppm: 100_000,
    exempt_q: 1_000_000_000,
    window_seconds: 86_400,
};

/// What accounts may owe against collateral: 25,000 quote units at 10 % a year; sales whose discount grows for a
/// quarter of an hour and stays for another.
pub const DEBT_PARAMS: DebtParams = DebtParams {
    cap_q: 25_000_000_000,
    rate_ppm: 100_000,
    auction_seconds: 900,
    auction_hold_seconds: 900,
};

/// What the quote currency is listed with: a billion at the most, no haircut, at once.
pub(crate) const QUOTE_PARAMS: CollateralParams = CollateralParams {
    deposit_cap: 1_000_000_000_000_000,
    haircut_ppm: 0,
    onboarding_seconds: 0,
    start_discount_ppm: 0,
    max_discount_ppm: 0,
};

/// The bytes of 64 hexadecimal digits; other letters count as zero.
fn hex(digits: &str) -> [u8; 32] {
    let mut bytes = [0_u8; 32];
    for (place, digit) in digits.chars().take(64).enumerate() {
        let value = digit
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
            .unwrap_or(0);
        if let Some(byte) = bytes.get_mut(place / 2) {
            *byte = (*byte << 4) | value;
        }
    }
    bytes
}
