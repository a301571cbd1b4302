//! Invariant I4: a cut or a liquidation reaches its target, never lowers health, and one is always
//! there below a line, wherever price and slow price have gone.

use crate::desk::{Book, Terms, SPECIFIED};
use crate::reference::rational::{ppm, ratio, whole, Rational};
use crate::reference::{fixtures, Rng};
use crate::storm::terms;
use plimsoll_risk::account::AccountState;
use plimsoll_risk::book::Exposure;
use plimsoll_risk::margin::Ratios;
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{cost_up, lot_divisor, LOT_EXPONENT_MAX, LOT_EXPONENT_MIN};

/// A leg whose price has moved since it was opened; lots are worth a cent or more.
fn leg(rng: &mut Rng, floor_ppm: u32) -> Exposure {
    let exponents = u64::from((LOT_EXPONENT_MAX - LOT_EXPONENT_MIN).unsigned_abs());
    let exponent = LOT_EXPONENT_MAX - i32::try_from(rng.between(0, exponents)).unwrap();
    let divisor = lot_divisor(exponent).unwrap();
    let price_e8 = rng.magnitude(1 << 40).max(10_000 * divisor);
    let notional_q = rng.magnitude(10_000_000_000_000).max(10_000);
    let lots = u128::from(notional_q) * u128::from(divisor) / u128::from(price_e8);
    let size = i64::try_from(lots.max(1)).unwrap();
    let lots = if rng.one_in(2) { size } else { -size };
    let near = |rng: &mut Rng| price_e8 / 1_000 * rng.between(800, 1_250);
    let call_ppm = floor_ppm + rng.magnitude(300_000) as u32;
    let ratios = Ratios {
        initial_ppm: call_ppm * 2,
        call_ppm,
        liquidation_ppm: floor_ppm,
    };
    let entry_q = cost_up(lots, near(rng), divisor).unwrap();
    let mut leg = fixtures::held(Position { lots, entry_q }, price_e8, divisor, ratios);
    if rng.one_in(3) {
        leg.unpaid_q = rng.magnitude(1_000_000);
    }
    leg.prices.slow_e8 = near(rng);
    leg
}

/// An account of one to three legs, each with its market's terms.
struct Desk {
    book: Book,
    terms: Vec<Terms>,
}

/// An account whose equity at the liquidation line is `share` thousandths of the way from nothing to
/// the call line (beyond a thousand and below nothing too).
fn desk(rng: &mut Rng, share: i64) -> Desk {
    let floors: Vec<u32> = (0..rng.between(1, 3))
        .map(|_| rng.between_u32(2_500, 100_000))
        .collect();
    let legs: Vec<Exposure> = floors
        .iter()
        .map(|&floor_ppm| leg(rng, floor_ppm))
        .collect();
    let terms = floors
        .iter()
        .map(|&floor_ppm| terms(rng, floor_ppm))
        .collect();
    let mut book = Book::of(legs);
    let margin = book.margin();
    let line_q = i64::try_from(margin.requirement_call_q).unwrap();
    book.balance_q = line_q * share / 1_000 - margin.equity_liquidation_q;
    Desk { book, terms }
}

/// What a leg of any size is asked at the call line per notional.
fn call_ratio(leg: &Exposure) -> Rational {
    let ratios = leg.ratios.of(leg.position.lots > 0);
    let least = ppm(ratios.liquidation_ppm) * ppm(1_100_000);
    ppm(ratios.call_ppm).max(least)
}

/// How far rounding may leave a reduction short of `target_ppm` of its requirement: three atoms of
/// equity, two of requirement.
fn slack(target_ppm: u32) -> Rational {
    whole(3) + whole(2) * ppm(target_ppm)
}

#[test]
fn i4_a_cut_of_what_is_needed_reaches_its_target_or_closes_the_leg() {
    let mut rng = Rng(21);
    let (mut cuts, mut partial) = (0, 0);
    for _ in 0..20_000 {
        let share = i64::try_from(rng.between(0, 1_100)).unwrap();
        let Desk { book, terms } = desk(&mut rng, share);
        if book.margin().state() != AccountState::MarginCall {
            continue;
        }
        let index = rng.between(0, book.legs.len() as u64 - 1) as usize;
        let whole_leg = Terms {
            limit_ppm: 1_000_000,
            dust_q: if rng.one_in(2) {
                0
            } else {
                terms[index].dust_q
            },
            ..terms[index]
        };
        let reduced = book.cut(index, &whole_leg, SPECIFIED).unwrap().unwrap();
        cuts += 1;
        if reduced.book.legs[index].position.lots == 0 {
            continue;
        }
        partial += 1;
        let after = reduced.book.margin();
        let target = whole(after.requirement_call_q) * ppm(whole_leg.target_ppm);
        let short = target - whole(after.equity_call_q);
        assert!(
            short <= slack(whole_leg.target_ppm),
            "{book:?} {whole_leg:?}: short by {}",
            short.to_f64()
        );
        // A 256th less, of what was reckoned with, and two lots would not have.
        let step = reduced.lots.max(reduced.reckoned_lots) / 256 + 2;
        let fewer = reduced.lots.saturating_sub(step);
        if fewer == 0 || whole_leg.dust_q > 0 {
            continue;
        }
        let after = book.cut_of(fewer, index, &whole_leg, SPECIFIED).unwrap();
        let after = after.book.margin();
        let target = whole(after.requirement_call_q) * ppm(whole_leg.target_ppm);
        assert!(
            target > whole(after.equity_call_q),
            "{book:?} {whole_leg:?}"
        );
    }
    assert!(
        cuts > 2_000 && partial > 1_000,
        "{cuts} cuts, {partial} partial"
    );
}

#[test]
fn i4_a_margin_call_always_has_an_admissible_cut_and_none_lowers_headroom() {
    let mut rng = Rng(22);
    let mut cuts = 0;
    for _ in 0..20_000 {
        let share = i64::try_from(rng.between(0, 1_100)).unwrap();
        let Desk { book, terms } = desk(&mut rng, share);
        let before = book.margin();
        if before.state() != AccountState::MarginCall {
            continue;
        }
        for (index, terms) in terms.iter().enumerate() {
            // Every leg's cut is admissible, so that one always is.
            let reduced = book
                .cut(index, terms, SPECIFIED)
                .unwrap()
                .expect("admissible");
            let after = reduced.book.margin();
            assert!(after.headroom_call_q() >= before.headroom_call_q());
            assert!(after.headroom_liquidation_q() >= before.headroom_liquidation_q());
            cuts += 1;
        }
    }
    assert!(cuts > 2_000, "{cuts} cuts");
}

#[test]
fn i4_liquidations_never_lower_headroom_and_end_above_the_line_or_without_positions() {
    let mut rng = Rng(23);
    let (mut closed_out, mut saved) = (0, 0);
    for _ in 0..20_000 {
        let share = i64::try_from(rng.between(0, 1_200)).unwrap() - 200;
        let Desk { mut book, terms } = desk(&mut rng, share);
        if book.margin().state() < AccountState::Liquidatable {
            continue;
        }
        for (index, terms) in terms.iter().enumerate() {
            let before = book.margin();
            if before.state() < AccountState::Liquidatable {
                break;
            }
            let reduced = book.liquidate(index, terms).unwrap();
            let after = reduced.book.margin();
            assert!(
                after.headroom_liquidation_q() >= before.headroom_liquidation_q(),
                "{book:?} {terms:?}"
            );
            // R-L5: the fee is of what the spread leaves, but for rounding.
            let left = whole(after.equity_liquidation_q) + slack(1_000_000);
            assert!(reduced.fee_q == 0 || left >= whole(0), "{book:?}");
            if reduced.book.legs[index].position.lots != 0 {
                let target = whole(after.requirement_liquidation_q) * ppm(terms.target_ppm);
                let short = target - whole(after.equity_liquidation_q);
                assert!(short <= slack(terms.target_ppm));
            }
            book = reduced.book;
        }
        let flat = book.legs.iter().all(|leg| leg.position.lots == 0);
        assert!(
            flat || book.margin().state() < AccountState::Liquidatable,
            "{book:?}"
        );
        closed_out += u32::from(flat);
        saved += u32::from(!flat);
    }
    assert!(
        closed_out > 500 && saved > 500,
        "{closed_out} closed, {saved} saved"
    );
}

#[test]
fn i1_cuts_leave_at_least_what_equity_carries_at_the_target() {
    // A cut closes no lot that the target does not need, so that volatility can take no more of a
    // position than makes room for the highest call ratio it reached.
    let mut rng = Rng(24);
    let mut cuts = 0;
    for _ in 0..20_000 {
        let share = i64::try_from(rng.between(300, 999)).unwrap();
        let Desk { mut book, terms } = desk(&mut rng, share);
        let terms = Terms {
            dust_q: 0,
            fee_q: 0,
            confidence_ppm: 0,
            skew_lots: 0,
            skew_scale_lots: 1 << 60,
            ..terms[0]
        };
        book.legs.truncate(1);
        book.legs[0].prices.slow_e8 = book.legs[0].prices.price_e8;
        if book.margin().state() != AccountState::MarginCall {
            continue;
        }
        let reduced = book.cut(0, &terms, SPECIFIED).unwrap().unwrap();
        let (leg, after) = (&reduced.book.legs[0], reduced.book.margin());
        let carried = whole(after.equity_call_q) / (call_ratio(leg) * ppm(terms.target_ppm));
        let lot = ratio(leg.prices.price_e8, leg.lot_divisor);
        // Each atom of rounding moves the notional by one over the ratio.
        let rounding = whole(5) / call_ratio(leg);
        assert!(
            whole(after.notional_q) + lot + rounding + whole(reduced.closed_q) / whole(256)
                >= carried,
            "{book:?}"
        );
        cuts += 1;
    }
    assert!(cuts > 2_000, "{cuts} cuts");
}
