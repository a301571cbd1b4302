//! Accounts in a margin call, hedged by all sixteen rows of sixteen columns, one of whose positions is cut.

use super::books::{first, netted, steps};
use super::vector;
use crate::format::{Number, Vector};
use crate::reference::books::{parts, Parts};
use crate::reference::portfolio::random_row;
use crate::reference::Rng;
use plimsoll_risk::book::QuoteRisk;
use plimsoll_risk::units::ONE_PPM;

pub fn cuts() -> Vec<Vector> {
    let mut rng = Rng(301);
    let mut all = Vec::new();
    while all.len() < 14 {
        let mut book = parts(&mut rng, 6, 2);
        if book.exposures.len() < 2 {
            continue;
        }
        book.quote = QuoteRisk::PAR;
        book.floor_ppm = rng.between_u32(0, 400_000);
        book.rows = (0..16).map(|_| random_row(&mut rng)).collect();
        // Between the liquidation line and the call line, or below both.
        let asked_q = i64::try_from(book.margin().unwrap().requirement_call_q).unwrap();
        book.balance_q -= book.margin().unwrap().equity_call_q;
        book.balance_q += asked_q / 100 * i64::try_from(rng.between(50, 99)).unwrap() - 1;
        let name = format!("book {}", all.len());
        all.push(cut(&mut rng, &name, &book));
    }
    all
}

fn cut(rng: &mut Rng, name: &str, book: &Parts) -> Vector {
    let last = u64::try_from(book.exposures.len() - 1).unwrap();
    let place = rng.between(0, last);
    let held = &book.exposures[usize::try_from(place).unwrap()];
    let floor_ppm = held.ratios.of(held.position.lots > 0).liquidation_ppm;
    let whole = rng.one_in(3);
    let limit_ppm = if whole {
        ONE_PPM
    } else {
        rng.between_u32(50_000, ONE_PPM)
    };
    let mut values = first(book).to_vec();
    let dust_q = if rng.one_in(4) {
        rng.magnitude(1 << 44)
    } else {
        0
    };
    let terms: [Number; 6] = [
        place.into(),
        rng.between_u32(ONE_PPM, 1_500_000).into(),
        limit_ppm.into(),
        rng.between_u32(0, floor_ppm / 4).into(),
        rng.magnitude(10_000_000).into(),
        dust_q.into(),
    ];
    values.extend(terms);
    let input = netted("cuts", &values, book.floor_ppm, (&book.rows, 16));
    vector(name, input, steps(book))
}
