//! A book under all sixteen rows of sixteen columns, one of whose positions is cut.

use super::book::{account, add_to, part, push_margin, Account, Held, Part};
use crate::codec::{Arguments, Packed, Results, Source};
use crate::{Outcome, Refusal};
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure};
use plimsoll_risk::liquidation::{cut_fee_down, searched_lots_up, Reduction};
use plimsoll_risk::math::{sub, to_i64};
use plimsoll_risk::portfolio::ROWS_MAX;
use plimsoll_risk::pricing::reduction_fill;
use plimsoll_risk::units::notional_down;
use plimsoll_risk::RiskError;

/// How one position of a book is cut.
struct Cut {
    place: u8,
    target_ppm: u32,
    limit_ppm: u32,
    spread_ppm: u32,
    fee_q: u64,
    dust_q: u64,
}

impl Cut {
    /// The position after so many lots, and what that changes the balance by: R-T3, R-F1, R-L7.
    fn after(&self, held: &Exposure, lots: u64) -> Outcome<(Exposure, i64)> {
        let size = i64::try_from(lots).map_err(|_| RiskError::Overflow)?;
        let long = held.position.lots > 0;
        let (price_e8, divisor) = (held.prices.price_e8, held.lot_divisor);
        let lots_signed = if long { -size } else { size };
        let fill = reduction_fill(lots_signed, price_e8, divisor, self.spread_ppm)?;
        let filled = held.position.fill(fill)?;
        let closed_q = notional_down(lots, price_e8, divisor)?;
        let fee_q = cut_fee_down(self.fee_q, closed_q, held.ratios.of(long).liquidation_ppm)?;
        let after = Exposure {
            position: filled.position,
            ..*held
        };
        Ok((after, sub(filled.realised_q, to_i64(fee_q)?)?))
    }

    fn reduction(&self, held: &Exposure, margin: &Margin) -> Reduction {
        Reduction {
            equity_q: margin.equity_call_q,
            requirement_q: margin.requirement_call_q,
            target_ppm: self.target_ppm,
            lots: held.position.lots.unsigned_abs(),
            price_e8: held.prices.price_e8,
            lot_divisor: held.lot_divisor,
            ratio_ppm: held.ratios.of(held.position.lots > 0).call_ppm,
            cost_ppm: self.spread_ppm,
            fixed_cost_q: self.fee_q,
            dust_q: self.dust_q,
        }
    }
}

fn account_of(arguments: &mut Arguments) -> Outcome<Account<ROWS_MAX, Cut>> {
    account(arguments, |arguments| {
        Ok(Cut {
            place: arguments.next()?,
            target_ppm: arguments.next()?,
            limit_ppm: arguments.next()?,
            spread_ppm: arguments.next()?,
            fee_q: arguments.next()?,
            dust_q: arguments.next()?,
        })
    })
}

pub fn start(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    account_of(arguments)?;
    results.pack(0_u8)
}

pub fn add_part(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let account = account_of(arguments)?;
    add_to(&account, arguments, results)
}

/// R-L1: a cut's size, and the margin that it leaves.
pub fn finish(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let account = account_of(arguments)?;
    let mut held = Held::of(&account)?;
    let count = Packed(arguments).next()?;
    let state = arguments.rest();
    held.add_packed(count, arguments)?;
    let position = nth_position(count, state, account.cut.place)?;
    let netting = account.netting();
    let reduction = account
        .cut
        .reduction(&position, &held.book.margin(&netting)?);
    let cut_by = |lots| -> Outcome<Book> {
        let (after, change_q) = account.cut.after(&position, lots)?;
        Ok(held.book.replaced(&position, &after, change_q)?)
    };
    let lots = searched_lots_up(&reduction, account.cut.limit_ppm, |lots| {
        let book = cut_by(lots).map_err(|_| RiskError::Overflow)?;
        book.call_missing_up(&netting, account.cut.target_ppm)
    })?;
    results.push(lots)?;
    push_margin(&cut_by(lots)?.margin(&netting)?, results)
}

/// A position of a state, by its place among them.
fn nth_position(count: u8, state: &[u8], place: u8) -> Outcome<Exposure> {
    let mut rest = Arguments::new(state);
    let mut packed = Packed(&mut rest);
    let mut places = place;
    for _ in 0..count {
        if let Part::Position(held) = part(&mut packed)? {
            if places == 0 {
                return Ok(held);
            }
            places -= 1;
        }
    }
    Err(Refusal::Malformed)
}
