//! Seeded tapes of BTC, ETH and SOL, so that everything runs without recorded prices.
//!
//! One common factor and one of its own drive each asset; a GARCH(1,1) scales the variance of all;
//! market-wide jumps arrive at random (Merton); a crash with a rebound sits in the middle. What the
//! result looks like is stated in `docs/tapes.md` and tested over several seeds.

mod crash;
pub mod stated;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::ema::Ema;
use super::statistics::YEAR_SECONDS;
use super::{Minute, Session, Tape, MINUTE_SECONDS};
pub use crash::{Crash, CRASH_MINUTES};

pub const DAY_MINUTES: u32 = 1_440;
/// 2025-01-01T00:00:00Z.
pub const DEFAULT_START_UNIX_SECONDS: i64 = 1_735_689_600;

/// Market-wide jumps a day, on average.
pub const JUMPS_PER_DAY: f64 = 8.0;
/// Standard deviation of a jump's log size for an asset with a jump scale of 1.
pub const JUMP_SIGMA: f64 = 0.002_5;
/// Share of a jump's variance that is common to all assets.
const JUMP_COMMON_SHARE: f64 = 0.64;
/// GARCH(1,1) by the minute, with mean 1: h ← ω + α·h·z² + β·h.
const GARCH_ALPHA: f64 = 0.06;
const GARCH_BETA: f64 = 0.92;
/// Two states a minute: a feed that speaks falls silent, a silent one stays so.
const FALLS_SILENT: f64 = 0.01;
const STAYS_SILENT: f64 = 0.5;
/// Long-run share of missing minutes in those two states.
pub const MISSING_SHARE: f64 = FALLS_SILENT / (FALLS_SILENT + 1.0 - STAYS_SILENT);
/// Confidence as a share of price: a constant and a part of the minute's standard deviation.
const CONFIDENCE_BASE: f64 = 0.000_15;
const CONFIDENCE_PER_SIGMA: f64 = 0.3;
const CONFIDENCE_SPREAD: f64 = 0.3;
/// Price steps a minute: open, high, low and close come from these.
const STEPS_PER_MINUTE: u32 = 12;

/// What distinguishes one asset from another.
#[derive(Clone, Copy, Debug)]
pub struct AssetModel {
    pub asset: &'static str,
    pub open_dollars: f64,
    /// Annualised volatility of the diffusion outside the crash, as a ratio.
    pub annual_volatility: f64,
    /// Weight of the common factor: the correlation of two diffusions is the product of theirs.
    pub factor_weight: f64,
    pub jump_scale: f64,
    /// Share of the crash that this asset takes.
    pub crash_scale: f64,
}

pub const ASSETS: [AssetModel; 3] = [
    AssetModel {
        asset: "BTC",
        open_dollars: 60_000.0,
        annual_volatility: 0.50,
        factor_weight: 0.92,
        jump_scale: 1.0,
        crash_scale: 0.45,
    },
    AssetModel {
        asset: "ETH",
        open_dollars: 3_000.0,
        annual_volatility: 0.65,
        factor_weight: 0.92,
        jump_scale: 1.3,
        crash_scale: 0.65,
    },
    AssetModel {
        asset: "SOL",
        open_dollars: 150.0,
        annual_volatility: 0.90,
        factor_weight: 0.85,
        jump_scale: 1.8,
        crash_scale: 1.0,
    },
];

impl AssetModel {
    /// Annualised volatility outside the crash, jumps included, as a ratio.
    pub fn calm_volatility(&self) -> f64 {
        let jump = JUMP_SIGMA * self.jump_scale;
        let days_per_year = YEAR_SECONDS / 86_400.0;
        (self.annual_volatility.powi(2) + JUMPS_PER_DAY * days_per_year * jump.powi(2)).sqrt()
    }
}

#[derive(Clone, Copy, Debug)]
pub struct GeneratorOptions {
    pub seed: u64,
    pub minutes: u32,
    pub start_unix_seconds: i64,
    pub with_crash: bool,
}

impl Default for GeneratorOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            minutes: DAY_MINUTES,
            start_unix_seconds: DEFAULT_START_UNIX_SECONDS,
            with_crash: true,
        }
    }
}

/// A generated session with what only the generator knows of it.
#[derive(Clone, Debug)]
pub struct Generated {
    pub session: Session,
    /// Market-wide jumps that were put in.
    pub jumps: u64,
}

/// The same options give the same tapes. The session is called `generated-<seed>`.
pub fn generate(options: &GeneratorOptions) -> Generated {
    let mut market = Market::new(options);
    let mut silence = Random::new(options.seed, 1);
    let mut feeds: Vec<Feed> = ASSETS.iter().map(Feed::new).collect();
    for minute in 0..options.minutes {
        let unix_seconds = options.start_unix_seconds + i64::from(minute) * MINUTE_SECONDS;
        let candles = market.next_minute(minute);
        for (feed, candle) in feeds.iter_mut().zip(&candles) {
            feed.hear(unix_seconds, candle, &mut silence);
        }
    }
    Generated {
        session: Session {
            name: format!("generated-{}", options.seed),
            tapes: feeds.into_iter().map(|feed| feed.tape).collect(),
        },
        jumps: market.jumps,
    }
}

/// A minute of one asset, in dollars, before anything is missing.
struct Candle {
    open: f64,
    high: f64,
    low: f64,
    close: f64,
    confidence: f64,
}

struct Market {
    random: Random,
    crash: Option<Crash>,
    log_prices: [f64; ASSETS.len()],
    /// Variance of all assets in units of their long-run mean.
    variance: f64,
    jumps: u64,
}

impl Market {
    fn new(options: &GeneratorOptions) -> Self {
        Self {
            random: Random::new(options.seed, 0),
            crash: options
                .with_crash
                .then(|| Crash::in_middle_of(options.minutes)),
            log_prices: ASSETS.map(|model| model.open_dollars.ln()),
            variance: 1.0,
            jumps: 0,
        }
    }

    fn next_minute(&mut self, minute: u32) -> Vec<Candle> {
        let stress = self
            .crash
            .as_ref()
            .map_or(1.0, |crash| crash.stress(minute));
        let sigma = self.variance.sqrt() * stress;
        let per_minute = (MINUTE_SECONDS as f64 / YEAR_SECONDS).sqrt() * sigma;
        let drift = self
            .crash
            .as_ref()
            .map_or(0.0, |crash| crash.log_drift(minute));
        let jump = self.jump();
        let mut candles: Vec<Candle> = (0..ASSETS.len())
            .map(|asset| self.open_candle(asset, per_minute * ASSETS[asset].annual_volatility))
            .collect();
        let mut factor_sum = 0.0;
        for step in 0..STEPS_PER_MINUTE {
            let factor = self.random.normal();
            factor_sum += factor;
            for (index, (model, candle)) in ASSETS.iter().zip(&mut candles).enumerate() {
                let own = (1.0 - model.factor_weight.powi(2)).sqrt() * self.random.normal();
                let z = model.factor_weight * factor + own;
                let steps = f64::from(STEPS_PER_MINUTE);
                let mut log = z * per_minute * model.annual_volatility / steps.sqrt();
                log += model.crash_scale * drift / steps;
                if let Some((_, sizes)) = jump.as_ref().filter(|(at, _)| *at == step) {
                    log += sizes[index];
                }
                self.log_prices[index] += log;
                candle.extend(self.log_prices[index].exp());
            }
        }
        let z = factor_sum / f64::from(STEPS_PER_MINUTE).sqrt();
        self.variance =
            (1.0 - GARCH_ALPHA - GARCH_BETA) + self.variance * (GARCH_ALPHA * z * z + GARCH_BETA);
        candles
    }

    fn open_candle(&mut self, asset: usize, minute_sigma: f64) -> Candle {
        let price = self.log_prices[asset].exp();
        let spread = (CONFIDENCE_SPREAD * self.random.normal()).exp();
        let ratio = CONFIDENCE_BASE + CONFIDENCE_PER_SIGMA * minute_sigma * spread;
        Candle {
            open: price,
            high: price,
            low: price,
            close: price,
            confidence: price * ratio,
        }
    }

    /// The step of this minute at which the market jumps, and each asset's log size.
    fn jump(&mut self) -> Option<(u32, Vec<f64>)> {
        // Drawn whether or not there is a jump, so that prices do not depend on the jump rate.
        let (chance, at) = (self.random.uniform(), self.random.uniform());
        let common = JUMP_COMMON_SHARE.sqrt() * self.random.normal();
        let own_weight = (1.0 - JUMP_COMMON_SHARE).sqrt();
        let size = |model: &AssetModel| {
            JUMP_SIGMA * model.jump_scale * (common + own_weight * self.random.normal())
        };
        let sizes: Vec<f64> = ASSETS.iter().map(size).collect();
        let jumps = chance < JUMPS_PER_DAY / f64::from(DAY_MINUTES);
        self.jumps += u64::from(jumps);
        jumps.then_some(((at * f64::from(STEPS_PER_MINUTE)) as u32, sizes))
    }
}

impl Candle {
    fn extend(&mut self, price: f64) {
        self.high = self.high.max(price);
        self.low = self.low.min(price);
        self.close = price;
    }
}

/// What a feed makes of the market: rounded, with minutes missing.
struct Feed {
    tape: Tape,
    ema: Option<Ema>,
    silent: bool,
}

impl Feed {
    fn new(model: &AssetModel) -> Self {
        let tape = Tape {
            asset: model.asset.to_owned(),
            rows: Vec::new(),
        };
        Self {
            tape,
            ema: None,
            silent: false,
        }
    }

    fn hear(&mut self, unix_seconds: i64, candle: &Candle, random: &mut Random) {
        let price_e8 = to_e8(candle.open);
        let ema = self
            .ema
            .get_or_insert_with(|| Ema::start(unix_seconds, price_e8));
        let ema_price_e8 = ema.update(unix_seconds, price_e8);
        let silent_chance = if self.silent {
            STAYS_SILENT
        } else {
            FALLS_SILENT
        };
        // The first minute is always there: a tape without rows would be no tape.
        self.silent = random.uniform() < silent_chance && !self.tape.rows.is_empty();
        if self.silent {
            return;
        }
        self.tape.rows.push(Minute {
            unix_seconds,
            open_e8: price_e8,
            high_e8: to_e8(candle.high),
            low_e8: to_e8(candle.low),
            close_e8: to_e8(candle.close),
            price_e8,
            confidence_e8: to_e8(candle.confidence),
            ema_price_e8,
        });
    }
}

fn to_e8(dollars: f64) -> u64 {
    ((dollars * 1e8).round() as u64).max(1)
}

/// Draws from one stream of one seed.
struct Random(ChaCha8Rng);

impl Random {
    fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    fn uniform(&mut self) -> f64 {
        self.0.random()
    }

    /// Standard normal, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}
