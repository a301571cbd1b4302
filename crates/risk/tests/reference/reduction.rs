//! The size of a reduction by search over the inequality itself.

use super::rational::{ppm, ratio, whole};
use plimsoll_risk::liquidation::Reduction;

/// R-L1: whether equity less costs covers the target of what is left, `lots` closed, exact.
pub fn target_met(leg: &Reduction, lots: u64) -> bool {
    let closed = ratio(lots, 1) * ratio(leg.price_e8, leg.lot_divisor);
    let equity = whole(leg.equity_q) - closed.clone() * ppm(leg.cost_ppm) - whole(leg.fixed_cost_q);
    let left = whole(leg.requirement_q) - closed * ppm(leg.ratio_ppm);
    equity >= ppm(leg.target_ppm) * left
}

/// R-L1, R-L3: the least lots that meet the target, one by one; the whole leg where none does or
/// where what is left would be dust. `None` where nothing has to be closed.
pub fn least_lots_one_by_one(leg: &Reduction) -> Option<u64> {
    let least = (0..leg.lots)
        .find(|&lots| target_met(leg, lots))
        .unwrap_or(leg.lots);
    (least > 0).then(|| without_dust(leg, least))
}

/// As [`least_lots_one_by_one`] for legs too large to count through, where closing relieves.
pub fn least_lots_by_bisection(leg: &Reduction) -> Option<u64> {
    if target_met(leg, 0) {
        return None;
    }
    let (mut unmet, mut met) = (0, leg.lots);
    while met - unmet > 1 {
        let middle = unmet + (met - unmet) / 2;
        if target_met(leg, middle) {
            met = middle;
        } else {
            unmet = middle;
        }
    }
    Some(without_dust(leg, met))
}

fn without_dust(leg: &Reduction, lots: u64) -> u64 {
    let left = ratio(leg.lots - lots, 1) * ratio(leg.price_e8, leg.lot_divisor);
    if left.ceil() < leg.dust_q.into() {
        leg.lots
    } else {
        lots
    }
}
