//! Positions, fills and accounts in exact rationals, rounded where the rules say.

use super::rational::{ppm, ratio, whole, Rational};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use plimsoll_risk::account::AccountState;
use plimsoll_risk::book::Exposure;
use plimsoll_risk::position::{Fill, Position};

/// What signed lots are worth, exact.
pub fn worth(lots: i64, price_e8: u64, lot_divisor: u64) -> Rational {
    ratio(BigInt::from(lots) * price_e8, lot_divisor)
}

/// R-F1: entry after a fill, and what it realised.
pub fn fill(position: Position, fill: Fill) -> (BigInt, BigInt) {
    let (entry, cost) = (BigInt::from(position.entry_q), BigInt::from(fill.cost_q));
    let (held, traded) = (BigInt::from(position.lots), BigInt::from(fill.lots));
    if (&held * &traded) >= BigInt::zero() {
        return (entry + cost, BigInt::zero());
    }
    let closed = held.abs().min(traded.abs());
    let closed_cost = (whole(cost.clone()) * ratio(closed.clone(), traded.abs())).ceil();
    let closed_entry = (whole(entry.clone()) * ratio(closed, held.abs())).ceil();
    let realised = -(&closed_entry + &closed_cost);
    (entry - closed_entry + cost - closed_cost, realised)
}

/// R-F1: what a fill would realise without rounding.
pub fn realised_exact(position: Position, fill: Fill) -> Rational {
    let closed = position.lots.unsigned_abs().min(fill.lots.unsigned_abs());
    -(whole(fill.cost_q) * ratio(closed, fill.lots.unsigned_abs())
        + whole(position.entry_q) * ratio(closed, position.lots.unsigned_abs()))
}

/// R-A1, R-A2: equity and requirement at the initial, call and liquidation line, and notional.
pub struct Lines {
    /// Equity at each line.
    pub equity: [BigInt; 3],
    /// Requirement at each line.
    pub requirement: [BigInt; 3],
    /// Notional.
    pub notional: BigInt,
}

/// R-A1, R-A2: the lines of positions that are netted with nothing, of any size, in a quote currency at par.
pub fn lines(balance_q: i64, exposures: &[Exposure]) -> Lines {
    let mut lines = Lines {
        equity: [balance_q; 3].map(BigInt::from),
        requirement: [0; 3].map(BigInt::from),
        notional: BigInt::zero(),
    };
    for exposure in exposures {
        let position = exposure.position;
        let profit = |price_e8: u64| {
            worth(position.lots, price_e8, exposure.lot_divisor).floor() - position.entry_q
        };
        let open = profit(exposure.prices.price_e8);
        let worse = open.clone().min(profit(exposure.prices.slow_e8));
        let credited = if open.is_positive() {
            worse.max(BigInt::zero())
        } else {
            open.clone()
        };
        let notional = worth(
            position.lots,
            exposure.prices.price_e8,
            exposure.lot_divisor,
        )
        .abs()
        .ceil();
        lines.equity[0] += open.clone().min(BigInt::zero());
        lines.equity[1] += credited + exposure.unpaid_q;
        lines.equity[2] += open + exposure.unpaid_q;
        let ratios = exposure.ratios.of(position.lots >= 0);
        let line_ppm = [ratios.initial_ppm, ratios.call_ppm, ratios.liquidation_ppm];
        for (requirement, line_ppm) in lines.requirement.iter_mut().zip(line_ppm) {
            *requirement += (whole(notional.clone()) * ppm(line_ppm)).ceil();
        }
        lines.notional += notional;
    }
    // Perps alone: what they ask at the liquidation line is the whole of it.
    let [initial, call, liquidation] = &mut lines.requirement;
    let over = |percent: u32| (whole(liquidation.clone()) * ratio(100 + percent, 100)).ceil();
    *call = over(10).max(call.clone());
    *initial = over(25).max(call.clone()).max(initial.clone());
    lines
}

/// R-A3: the state that the lines put an account in.
pub fn state(lines: &Lines) -> AccountState {
    let [_, call, liquidation] = &lines.equity;
    if liquidation < &lines.requirement[2] && liquidation.is_positive() {
        AccountState::Liquidatable
    } else if liquidation < &lines.requirement[2] || liquidation.is_negative() {
        AccountState::Bankrupt
    } else if call < &lines.requirement[1] || call.is_negative() {
        AccountState::MarginCall
    } else {
        AccountState::Healthy
    }
}
