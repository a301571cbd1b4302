//! Invariants I1 and I4 of books that are netted: a margin call before the liquidation line, and a way out of it.

use crate::desk::{Book, Terms, SPECIFIED};
use crate::reference::portfolio::random_row;
use crate::reference::{fixtures, Rng};
use crate::storm::terms;
use plimsoll_risk::account::AccountState;
use plimsoll_risk::book::Exposure;
use plimsoll_risk::margin::Ratios;
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{cost_up, share_up};

/// A leg worth about so much, in a market whose call ratio may be its floor.
fn leg(rng: &mut Rng, notional_q: u64) -> (Exposure, Terms) {
    let (price_e8, divisor) = (1_000_000, 100);
    let size = i64::try_from(notional_q / 10_000 + 1).unwrap();
    let lots = if rng.one_in(2) { size } else { -size };
    let floor_ppm = rng.between_u32(5_000, 50_000);
    let call_ppm = floor_ppm + rng.magnitude(300_000) as u32;
    let ratios = Ratios {
        initial_ppm: call_ppm * 2,
        call_ppm,
        liquidation_ppm: floor_ppm,
    };
    let entry_q = cost_up(lots, price_e8, divisor).unwrap();
    let mut leg = fixtures::held(Position { lots, entry_q }, price_e8, divisor, ratios);
    if rng.one_in(3) {
        leg.liquidity_q = rng.magnitude(1 << 44);
    }
    (leg, terms(rng, floor_ppm))
}

/// A book of two to eight legs, most of them of one size, netted by up to four rows, somewhere between its call and
/// its liquidation line.
fn called(rng: &mut Rng) -> (Book, Vec<Terms>) {
    let notional_q = rng.magnitude(1 << 40).max(1 << 30);
    let (legs, terms) = (0..rng.between(2, 8))
        .map(|_| {
            let share = if rng.one_in(4) {
                rng.between(1, 100)
            } else {
                rng.between(90, 110)
            };
            leg(rng, notional_q / 100 * share)
        })
        .unzip();
    let mut book = Book::of(legs);
    book.floor_ppm = rng.between_u32(300_000, 500_000);
    book.rows = (0..rng.between(0, 4)).map(|_| random_row(rng)).collect();
    let margin = book.margin();
    let between_q = margin.requirement_call_q - margin.requirement_liquidation_q;
    let above_q = between_q / 1_000 * rng.between(0, 999);
    let equity_q = i64::try_from(margin.requirement_liquidation_q + above_q).unwrap();
    book.balance_q += equity_q - margin.equity_liquidation_q;
    (book, terms)
}

#[test]
fn i4_a_hedged_book_is_called_before_its_liquidation_and_has_a_cut_that_improves() {
    let mut rng = Rng(25);
    let (mut near, mut refused, mut stuck) = (0, 0, 0);
    for _ in 0..20_000 {
        let (book, terms) = called(&mut rng);
        let before = book.margin();
        assert_eq!(before.state(), AccountState::MarginCall);
        let line_q = before.requirement_liquidation_q;
        let least_q = line_q + share_up(line_q, 100_000).unwrap();
        assert!(before.requirement_call_q >= least_q);
        near += u32::from(before.requirement_call_q == least_q);
        let mut admissible = 0;
        for (index, terms) in terms.iter().enumerate() {
            let Some(reduced) = book.cut(index, terms, SPECIFIED).unwrap() else {
                refused += 1;
                continue;
            };
            admissible += 1;
            let after = reduced.book.margin();
            assert!(after.headroom_call_q() >= before.headroom_call_q());
            assert!(after.headroom_liquidation_q() >= before.headroom_liquidation_q());
        }
        stuck += u32::from(admissible == 0);
    }
    println!("{near} at the distance, {refused} cuts refused, {stuck} without a cut");
    assert!(near > 2_000, "{near}");
    assert_eq!(stuck, 0);
}
