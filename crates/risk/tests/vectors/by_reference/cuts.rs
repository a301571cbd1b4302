//! R-L1 in a book: the sizes that a cut may have, and what it leaves.

use super::books::{added, Parts};
use super::bounded;
use crate::format::{get, Number, Numbers, Vector};
use crate::reference::account::{fill, worth};
use crate::reference::rational::{ppm, ratio, whole};
use crate::reference::reduction::{least_lots_by_bisection, target_met};
use num_bigint::BigInt;
use num_traits::Signed;
use plimsoll_risk::liquidation::Reduction;
use plimsoll_risk::position::{Fill, Position};

/// How a position is cut.
struct Cut<'a> {
    parts: &'a Parts,
    index: usize,
    input: &'a Numbers,
}

impl Cut<'_> {
    fn number(&self, name: &str) -> u64 {
        get(self.input, name)
    }

    /// The book after so many lots: R-T3, R-F1 and R-L7.
    fn after(&self, lots: u64) -> Parts {
        let mut parts = self.parts.clone();
        let held = &mut parts.exposures[self.index];
        let long = held.position.lots > 0;
        let size = i64::try_from(lots).expect("63 bits");
        let signed = if long { -size } else { size };
        let notional = worth(signed, held.prices.price_e8, held.lot_divisor);
        let spread = ppm(u32::try_from(self.number("spread_ppm")).expect("32 bits"));
        let cost = notional.ceil() + (whole(notional.ceil().abs()) * spread).ceil();
        let traded = Fill {
            lots: signed,
            cost_q: i64::try_from(cost).expect("63 bits"),
        };
        let (entry, realised) = fill(held.position, traded);
        held.position = Position {
            lots: held.position.lots + signed,
            entry_q: i64::try_from(entry).expect("63 bits"),
        };
        let quarter = ppm(held.ratios.of(long).liquidation_ppm / 4);
        let bearable = (whole(notional.abs().floor()) * quarter).floor();
        let fee = bearable.min(self.number("fee_q").into());
        parts.balance_q += i64::try_from(realised - fee).expect("63 bits");
        parts
    }

    /// Whether equity covers the target after so many lots, where roundings may favour it or not.
    fn suffices(&self, lots: u64, favoured: bool) -> bool {
        let exact = self.after(lots).lines();
        let (mut equity, mut requirement) = (exact.equity[1].clone(), exact.requirement[1].clone());
        if favoured {
            requirement -= &exact.below[1];
        } else {
            equity -= &exact.equity_below;
            requirement += &exact.above[1];
        }
        equity * 1_000_000 >= requirement * self.number("target_ppm")
    }

    /// The least lots that suffice, or all.
    fn least(&self, most: u64, favoured: bool) -> u64 {
        let (mut low, mut high) = (0, most);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.suffices(middle, favoured) {
                high = middle;
            } else {
                low = middle;
            }
        }
        high
    }

    /// R-L2, R-L3: the size and what it becomes where what is left would be dust.
    fn without_dust(&self, lots: u64, most: u64) -> u64 {
        let held = &self.parts.exposures[self.index];
        let size = held.position.lots.unsigned_abs();
        let left = ratio(
            BigInt::from(size - lots) * held.prices.price_e8,
            held.lot_divisor,
        );
        if left.ceil() < BigInt::from(self.number("dust_q")) {
            return most;
        }
        lots
    }

    /// The closed form, from what the book came to.
    fn reckoned(&self, margin: &Numbers) -> u64 {
        let held = &self.parts.exposures[self.index];
        let leg = Reduction {
            equity_q: get(margin, "equity_call_q"),
            requirement_q: get(margin, "requirement_call_q"),
            target_ppm: get(self.input, "target_ppm"),
            lots: held.position.lots.unsigned_abs(),
            price_e8: held.prices.price_e8,
            lot_divisor: held.lot_divisor,
            ratio_ppm: held.ratios.of(held.position.lots > 0).call_ppm,
            cost_ppm: get(self.input, "spread_ppm"),
            fixed_cost_q: self.number("fee_q"),
            dust_q: 0,
        };
        if target_met(&leg, leg.lots) {
            least_lots_by_bisection(&leg).unwrap_or(leg.lots)
        } else {
            leg.lots
        }
    }

    /// What the interval allows; a leg that is dust goes as a whole.
    fn most(&self) -> u64 {
        let size = self.parts.exposures[self.index]
            .position
            .lots
            .unsigned_abs();
        if self.without_dust(0, 1) == 1 {
            return size;
        }
        let limit = ppm(u32::try_from(self.number("limit_ppm")).expect("32 bits"));
        u64::try_from((whole(size) * limit).ceil())
            .expect("64 bits")
            .min(size)
    }
}

pub fn cut(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let parts = added(vector, outputs);
    let cut = Cut {
        index: get(&vector.input, "cut_place"),
        input: &vector.input,
        parts: &parts,
    };
    let most = cut.most();
    let low = cut.least(most, true);
    // The first size that suffices is the closed form, a little more than the least, or all.
    let high = cut.least(most, false);
    let reckoned = cut.reckoned(&vector.steps.last().expect("a position").output);
    let first = reckoned.max(high + high / 512 + 1).min(most);
    let high = (high + first.div_ceil(256)).min(most);
    let (low, high) = (cut.without_dust(low, most), cut.without_dust(high, most));
    let lots = bounded(&vector.output, "lots", low.into(), high.into());
    let mut output = cut
        .after(u64::try_from(lots.0).expect("64 bits"))
        .margin(&vector.output);
    output.insert("lots".to_owned(), Number(lots.0));
    output
}
