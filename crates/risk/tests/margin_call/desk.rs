//! An account and the actions of keepers upon it, put together from the crate as an exchange does.

use plimsoll_risk::account::{Exposure, Margin};
use plimsoll_risk::liquidation::{
    cut_fee_down, fee_ppm_down, limited_lots, lots_to_target_up, Reduction,
};
use plimsoll_risk::pricing::{closing_premium_ppm_up, reduction_fill, reduction_spread_ppm};
use plimsoll_risk::units::{notional_down, share_down};
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

/// An account.
#[derive(Clone, Debug)]
pub struct Book {
    pub balance_q: i64,
    pub legs: Vec<Exposure>,
}

/// What a reduction did.
#[derive(Clone, Debug)]
pub struct Reduced {
    pub book: Book,
    /// Size of the reduction.
    pub lots: u64,
    /// What was asked for before the limit.
    pub needed_lots: u64,
    /// Notional closed at the market's price.
    pub closed_q: u64,
    /// What the keeper is paid.
    pub fee_q: u64,
}

impl Book {
    pub fn margin(&self) -> Margin {
        let empty = Margin::of_balance(self.balance_q);
        self.legs
            .iter()
            .try_fold(empty, |margin, leg| margin.plus(leg))
            .unwrap()
    }

    /// A keeper's cut of one leg of an account in a margin call; `None` where it is not admissible.
    pub fn cut(&self, index: usize, terms: &Terms, rules: Rules) -> Result<Option<Reduced>> {
        let (leg, before) = (&self.legs[index], self.margin());
        let floor_ppm = leg.ratios.liquidation_ppm;
        let spread_ppm = spread(leg, terms, rules)?;
        let reduction = Reduction {
            equity_q: before.equity_call_q,
            requirement_q: before.requirement_call_q,
            ratio_ppm: leg.ratios.call_ppm,
            cost_ppm: spread_ppm,
            fixed_cost_q: terms.fee_q,
            ..reduction(leg, terms)
        };
        let needed_lots = lots_to_target_up(&reduction)?;
        let lots = limited_lots(&reduction, needed_lots, terms.limit_ppm)?;
        let closed_q = notional_down(lots, leg.price_e8, leg.lot_divisor)?;
        let fee_q = if rules.fee_bounded {
            cut_fee_down(terms.fee_q, closed_q, floor_ppm)?
        } else {
            terms.fee_q
        };
        let book = self.closed(index, lots, spread_ppm, fee_q)?;
        let after = book.margin();
        let improves = after.headroom_call_q() >= before.headroom_call_q()
            && after.headroom_liquidation_q() >= before.headroom_liquidation_q();
        let reduced = Reduced {
            book,
            lots,
            needed_lots,
            closed_q,
            fee_q,
        };
        Ok((improves || !rules.headroom_checked).then_some(reduced))
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
            ratio_ppm: leg.ratios.liquidation_ppm,
            cost_ppm: spread_ppm + fee_ppm,
            ..reduction(leg, terms)
        })?;
        let closed_q = notional_down(lots, leg.price_e8, leg.lot_divisor)?;
        let fee_q = share_down(closed_q, fee_ppm)?;
        let book = self.closed(index, lots, spread_ppm, fee_q)?;
        Ok(Reduced {
            book,
            lots,
            needed_lots: lots,
            closed_q,
            fee_q,
        })
    }

    fn closed(&self, index: usize, lots: u64, spread_ppm: u32, fee_q: u64) -> Result<Self> {
        let mut book = self.clone();
        let leg = &mut book.legs[index];
        let size = i64::try_from(lots).unwrap();
        let signed = if leg.position.lots > 0 { -size } else { size };
        let fill = reduction_fill(signed, leg.price_e8, leg.lot_divisor, spread_ppm)?;
        let filled = leg.position.fill(fill)?;
        leg.position = filled.position;
        book.balance_q += filled.realised_q - i64::try_from(fee_q).unwrap();
        Ok(book)
    }
}

fn spread(leg: &Exposure, terms: &Terms, rules: Rules) -> Result<u32> {
    let (skew_lots, scale_lots) = (terms.skew_lots, terms.skew_scale_lots);
    let premium_ppm = closing_premium_ppm_up(-leg.position.lots, skew_lots, scale_lots)?;
    // Unbounded, the spread may be anything below the whole price.
    let floor_ppm = if rules.spread_bounded {
        leg.ratios.liquidation_ppm
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
        price_e8: leg.price_e8,
        lot_divisor: leg.lot_divisor,
        ratio_ppm: 0,
        cost_ppm: 0,
        fixed_cost_q: 0,
        dust_q: terms.dust_q,
    }
}
