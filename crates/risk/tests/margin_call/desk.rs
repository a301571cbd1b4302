//! An account and the actions of keepers upon it, put together from the crate as an exchange does.

use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{self, Exposure, Netting, QuoteRisk, CALL_OVER_PPM};
use plimsoll_risk::liquidation::{
    cut_fee_down, fee_ppm_down, lots_to_target_up, searched_lots_up, Reduction,
};
use plimsoll_risk::portfolio::Row;
use plimsoll_risk::pricing::{closing_premium_ppm_up, reduction_fill, reduction_spread_ppm};
use plimsoll_risk::units::{notional_down, share_down, ONE_PPM};
use plimsoll_risk::Result;

/// The rules that protect an account from its cuts; a test may break one to see that it is needed.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// R-L7: a cut's fee is bounded by what was closed.
    pub fee_bounded: bool,
    /// R-T3: the spread is bounded by the floor.
    pub spread_bounded: bool,
    /// R-L4: what lowers headroom at either line is refused.
    pub headroom_checked: bool,
    /// R-M5: the liquidation line is the floor, not half of the live ratio.
    pub liquidation_static: bool,
    /// R-S1: the liquidation line knows no size, and so no depth.
    pub liquidation_unsized: bool,
}

/// As specified.
pub const SPECIFIED: Rules = Rules {
    fee_bounded: true,
    spread_bounded: true,
    headroom_checked: true,
    liquidation_static: true,
    liquidation_unsized: true,
};

/// What a market makes of a reduction.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How far above the line a reduction aims, ppm of the requirement.
    pub target_ppm: u32,
    /// The share of a leg that one cut may close.
    pub limit_ppm: u32,
    /// A cut's configured fee.
    pub fee_q: u64,
    /// A liquidation's configured fee.
    pub liquidation_fee_ppm: u32,
    pub dust_q: u64,
    pub confidence_ppm: u32,
    pub skew_lots: i64,
    pub skew_scale_lots: u64,
}

/// An account: a position a market, netted by joint rows and these where there is a floor below one.
#[derive(Clone, Debug)]
pub struct Book {
    pub balance_q: i64,
    pub legs: Vec<Exposure>,
    pub rows: Vec<Row>,
    pub floor_ppm: u32,
}

/// What a reduction did.
#[derive(Clone, Debug)]
pub struct Reduced {
    pub book: Book,
    /// Size of the reduction.
    pub lots: u64,
    /// By the closed form.
    pub reckoned_lots: u64,
    /// Notional closed at the market's price.
    pub closed_q: u64,
    /// What the keeper is paid.
    pub fee_q: u64,
}

impl Book {
    /// An account without a balance whose legs are netted with nothing, each in a market of its own.
    pub fn of(mut legs: Vec<Exposure>) -> Self {
        for (place, leg) in (0..).zip(&mut legs) {
            leg.underlying = place;
        }
        Self {
            balance_q: 0,
            legs,
            rows: Vec::new(),
            floor_ppm: ONE_PPM,
        }
    }

    fn netting(&self) -> Netting<'_> {
        Netting {
            rows: &self.rows,
            floor_ppm: self.floor_ppm,
        }
    }

    fn book(&self) -> book::Book {
        let mut book = book::Book::new(self.balance_q, &QuoteRisk::PAR).unwrap();
        for leg in &self.legs {
            book.hold(leg).unwrap();
        }
        book
    }

    pub fn margin(&self) -> Margin {
        self.book().margin(&self.netting()).unwrap()
    }

    /// A keeper's cut of one leg of an account in a margin call; `None` where it is not admissible.
    pub fn cut(&self, index: usize, terms: &Terms, rules: Rules) -> Result<Option<Reduced>> {
        let (leg, held, before) = (&self.legs[index], self.book(), self.margin());
        let ratios = leg.ratios.of(leg.position.lots > 0);
        let spread_ppm = spread(leg, terms, rules)?;
        let least_ppm = share_down(u64::from(ratios.liquidation_ppm), ONE_PPM + CALL_OVER_PPM)?;
        let reduction = Reduction {
            equity_q: before.equity_call_q,
            requirement_q: before.requirement_call_q,
            ratio_ppm: ratios.call_ppm.max(u32::try_from(least_ppm).unwrap()),
            cost_ppm: spread_ppm,
            fixed_cost_q: terms.fee_q,
            ..reduction(leg, terms)
        };
        let cut = |lots| self.cut_of(lots, index, terms, rules);
        let lots = searched_lots_up(&reduction, terms.limit_ppm, |lots| {
            let after = cut(lots)?.book;
            let change_q = after.balance_q - self.balance_q;
            held.replaced(leg, &after.legs[index], change_q)?
                .call_missing_up(&self.netting(), terms.target_ppm)
        })?;
        let mut reduced = cut(lots)?;
        reduced.reckoned_lots = lots_to_target_up(&reduction)?;
        let after = reduced.book.margin();
        let improves = after.headroom_call_q() >= before.headroom_call_q()
            && after.headroom_liquidation_q() >= before.headroom_liquidation_q();
        Ok((improves || !rules.headroom_checked).then_some(reduced))
    }

    /// Closes so many lots of one leg, as a cut does.
    pub fn cut_of(&self, lots: u64, index: usize, terms: &Terms, rules: Rules) -> Result<Reduced> {
        let leg = &self.legs[index];
        self.closed(index, lots, spread(leg, terms, rules)?, |closed_q| {
            if rules.fee_bounded {
                cut_fee_down(terms.fee_q, closed_q, floor_ppm(leg))
            } else {
                Ok(terms.fee_q)
            }
        })
    }

    /// A liquidation of one leg of an account below the liquidation line.
    pub fn liquidate(&self, index: usize, terms: &Terms) -> Result<Reduced> {
        let (leg, before) = (&self.legs[index], self.margin());
        let spread_ppm = spread(leg, terms, SPECIFIED)?;
        let (equity_q, notional_q) = (before.equity_liquidation_q, before.notional_q);
        let fee_ppm = fee_ppm_down(terms.liquidation_fee_ppm, spread_ppm, equity_q, notional_q)?;
        let lots = lots_to_target_up(&Reduction {
            equity_q,
            requirement_q: before.requirement_liquidation_q,
            ratio_ppm: floor_ppm(leg),
            cost_ppm: spread_ppm + fee_ppm,
            ..reduction(leg, terms)
        })?;
        self.closed(index, lots, spread_ppm, |closed_q| {
            share_down(closed_q, fee_ppm)
        })
    }

    fn closed(
        &self,
        index: usize,
        lots: u64,
        spread_ppm: u32,
        fee_q: impl Fn(u64) -> Result<u64>,
    ) -> Result<Reduced> {
        let mut book = self.clone();
        let leg = &mut book.legs[index];
        let size = i64::try_from(lots).unwrap();
        let signed = if leg.position.lots > 0 { -size } else { size };
        let price_e8 = leg.prices.price_e8;
        let fill = reduction_fill(signed, price_e8, leg.lot_divisor, spread_ppm)?;
        let filled = leg.position.fill(fill)?;
        leg.position = filled.position;
        let closed_q = notional_down(lots, price_e8, leg.lot_divisor)?;
        let fee_q = fee_q(closed_q)?;
        book.balance_q += filled.realised_q - i64::try_from(fee_q).unwrap();
        Ok(Reduced {
            book,
            lots,
            reckoned_lots: lots,
            closed_q,
            fee_q,
        })
    }
}

/// The liquidation ratio of a leg's side.
pub fn floor_ppm(leg: &Exposure) -> u32 {
    leg.ratios.of(leg.position.lots > 0).liquidation_ppm
}

fn spread(leg: &Exposure, terms: &Terms, rules: Rules) -> Result<u32> {
    let (skew_lots, scale_lots) = (terms.skew_lots, terms.skew_scale_lots);
    let premium_ppm = closing_premium_ppm_up(-leg.position.lots, skew_lots, scale_lots)?;
    // Unbounded, the spread may be anything below the whole price.
    let floor_ppm = if rules.spread_bounded {
        floor_ppm(leg)
    } else {
        3_999_996
    };
    Ok(reduction_spread_ppm(
        terms.confidence_ppm,
        premium_ppm,
        floor_ppm,
    ))
}

/// A leg's part in a reduction; the line's own numbers are the caller's.
fn reduction(leg: &Exposure, terms: &Terms) -> Reduction {
    Reduction {
        equity_q: 0,
        requirement_q: 0,
        target_ppm: terms.target_ppm,
        lots: leg.position.lots.unsigned_abs(),
        price_e8: leg.prices.price_e8,
        lot_divisor: leg.lot_divisor,
        ratio_ppm: 0,
        cost_ppm: 0,
        fixed_cost_q: 0,
        dust_q: terms.dust_q,
    }
}
