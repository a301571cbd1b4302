//! Premium, forced fills, pool shares, worth of a market and conversion of a feed's numbers.

use super::account::worth;
use super::rational::{ppm, ratio, whole, Rational};
use num_bigint::BigInt;
use plimsoll_risk::pool::MarketWorth;

/// A trade as the premium sees it.
#[derive(Clone, Copy, Debug)]
pub struct Trade {
    /// Signed lots.
    pub lots: i64,
    /// Skew before.
    pub skew_lots: i64,
    /// Price, 1e-8.
    pub price_e8: u64,
    /// Lot divisor.
    pub lot_divisor: u64,
    /// Skew at which the marginal premium is the whole price.
    pub skew_scale_lots: u64,
}

/// R-T1: the integral of `price · s ÷ scale` from the skew before to the skew after: the difference of
/// its antiderivative `price · s² ÷ (2·scale)`.
pub fn premium(trade: &Trade) -> Rational {
    let antiderivative = |skew: BigInt| {
        ratio(&skew * &skew, 2 * BigInt::from(trade.skew_scale_lots))
            * ratio(trade.price_e8, trade.lot_divisor)
    };
    let before = BigInt::from(trade.skew_lots);
    antiderivative(&before + trade.lots) - antiderivative(before)
}

/// How far rounding may lift one premium above exact: the notional's own rounding (one atom) times the
/// mean skew over the scale, and one atom.
pub fn premium_slack(trade: &Trade) -> Rational {
    let twice_mean = 2 * BigInt::from(trade.skew_lots) + trade.lots;
    ratio(twice_mean, 2 * BigInt::from(trade.skew_scale_lots)).abs() + whole(1)
}

/// R-T3: what a forced fill costs, exact: its notional, worse by the spread.
pub fn forced_cost(lots: i64, price_e8: u64, lot_divisor: u64, spread_ppm: u32) -> Rational {
    let notional = worth(lots, price_e8, lot_divisor);
    notional.clone() + notional.abs() * ppm(spread_ppm)
}

/// R-Q1: the worth of a market to the pool at one price, exact.
pub fn market_worth_at(market: &MarketWorth, price_e8: u64) -> Rational {
    let sums = market.open_interest;
    let long = i64::try_from(sums.long_lots).expect("63 bits");
    let short = i64::try_from(sums.short_lots).expect("63 bits");
    let owed = worth(long, price_e8, market.lot_divisor)
        - worth(short, price_e8, market.lot_divisor)
        - whole(sums.long_entry_q)
        - whole(sums.short_entry_q);
    let held = whole(market.cash_q) - whole(market.unpaid_q) - owed;
    held.max(-whole(market.drawable_q))
}

/// R-Q2: shares bought, exact.
pub fn shares(amount_q: u64, shares: u64, worth_q: i64) -> Rational {
    ratio(
        BigInt::from(amount_q) * (BigInt::from(shares) + 1_000_000),
        BigInt::from(worth_q) + 1_000_000,
    )
}

/// R-Q5: what shares pay, exact: their part, and no more than they would have cost.
pub fn amount(shares: u64, pool_shares: u64, worth_q: i64) -> Rational {
    let part = ratio(BigInt::from(shares) * worth_q, pool_shares);
    let cost = ratio(
        BigInt::from(shares) * (BigInt::from(worth_q) + 1_000_000),
        BigInt::from(pool_shares) + 1_000_000,
    );
    part.min(cost)
}

/// R-P1, R-P2: `value · 10^exponent` in 1e-8, exact.
pub fn rescaled(value: u64, exponent: i32) -> Rational {
    let power = |n: i32| BigInt::from(10).pow(u32::try_from(n).expect("not negative"));
    ratio(BigInt::from(value) * power(8), power(-exponent))
}
