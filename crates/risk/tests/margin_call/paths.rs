//! Invariant I1: no rise of volatility, no fall of depth, no crowding and no edit of a parameter liquidates
//! what price has not hurt.

use crate::desk::{floor_ppm, Book, Rules, SPECIFIED};
use crate::reference::{fixtures, Rng};
use crate::share::Kept;
use crate::storm::{Events, Storm};
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::Exposure;
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{cost_up, lot_divisor, notional_up};

/// Steps of a path, from a few seconds to hours each.
const STEPS: u32 = 24;

/// What a search over random paths came upon.
#[derive(Debug, Default)]
struct Search {
    paths: u64,
    events: Events,
    /// Paths on which an account became liquidatable.
    liquidatable: u64,
    /// Paths on which an account was called.
    called: u64,
    cuts: u64,
    refused: u64,
    /// The least headroom at the liquidation line after a cut, as a part of that before.
    headroom_ratio_least: f64,
    /// Least equity per requirement at that line after a cut, as a part of that before.
    health_ratio_least: f64,
    /// The most a cut of a thousand dollars or more cost, as a part of the requirement it relieved.
    cost_ratio_most: f64,
    /// Paths on which cuts took more than what equity and the highest call ratio allow.
    overcut: u64,
}

/// A leg opened at the market's price; lots are worth at least `lot_q`.
fn leg(rng: &mut Rng, lot_q: u64) -> Exposure {
    let divisor = lot_divisor(-i32::try_from(rng.between(0, 8)).unwrap()).unwrap();
    let price_e8 = rng.magnitude(1 << 43).max(lot_q * divisor).max(10_000);
    let notional_q = rng.magnitude(10_000_000_000_000).max(lot_q);
    let lots = u128::from(notional_q) * u128::from(divisor) / u128::from(price_e8);
    let size = i64::try_from(lots.max(1)).unwrap();
    let lots = if rng.one_in(2) { size } else { -size };
    let entry_q = cost_up(lots, price_e8, divisor).unwrap();
    fixtures::held(Position { lots, entry_q }, price_e8, divisor, UNMARKED)
}

/// Of a leg whose market has not been asked yet.
pub const UNMARKED: Ratios = Ratios {
    initial_ppm: 0,
    call_ppm: 0,
    liquidation_ppm: 0,
};

/// An account that meets its initial requirement, by an atom or with some room.
fn opened(rng: &mut Rng, storms: &[Storm], lot_q: u64) -> Book {
    let legs = storms.iter().map(|_| leg(rng, lot_q)).collect();
    let mut book = Book::of(legs);
    marked(&mut book, storms);
    let margin = book.margin();
    let needed = i64::try_from(margin.requirement_initial_q).unwrap() - margin.equity_initial_q;
    let room = if rng.one_in(2) {
        0
    } else {
        rng.between(0, 500)
    };
    book.balance_q = needed + needed / 1_000 * i64::try_from(room).unwrap();
    assert!(book.margin().meets_initial());
    book
}

/// Sets the ratios of every leg as its market has them now for its side and size.
pub fn marked(book: &mut Book, storms: &[Storm]) {
    for (leg, storm) in book.legs.iter_mut().zip(storms) {
        let lots = leg.position.lots;
        let price_e8 = leg.prices.price_e8;
        let notional_q = notional_up(lots.unsigned_abs(), price_e8, leg.lot_divisor).unwrap();
        leg.ratios = SideRatios::both(storm.ratios(lots > 0, notional_q));
        leg.liquidity_q = storm.liquidity_q();
    }
}

/// Keepers cut any leg, as often as they like, while the account is in a margin call.
fn keepers(
    rng: &mut Rng,
    (book, kept): (&mut Book, &mut Kept),
    storms: &[Storm],
    rules: Rules,
    search: &mut Search,
) {
    for _ in 0..rng.between(0, 6) {
        marked(book, storms);
        let before = book.margin();
        if before.state() != AccountState::MarginCall {
            return;
        }
        let index = rng.between(0, book.legs.len() as u64 - 1) as usize;
        if book.legs[index].position.lots == 0 {
            continue;
        }
        let Some(reduced) = book.cut(index, &storms[index].terms, rules).unwrap() else {
            search.refused += 1;
            continue;
        };
        let floor = f64::from(floor_ppm(&book.legs[index])) / 1e6;
        kept.cut(book, index, &storms[index].terms, &reduced);
        *book = reduced.book;
        search.cuts += 1;
        let after = book.margin();
        let headroom =
            after.headroom_liquidation_q() as f64 / before.headroom_liquidation_q() as f64;
        if headroom.is_finite() {
            search.headroom_ratio_least = search.headroom_ratio_least.min(headroom);
        }
        if reduced.closed_q > 1_000_000_000 {
            let cost_q = before.equity_liquidation_q - after.equity_liquidation_q;
            let relieved_q = reduced.closed_q as f64 * floor;
            search.cost_ratio_most = search.cost_ratio_most.max(cost_q as f64 / relieved_q);
        }
        if after.requirement_liquidation_q > 0 {
            let ratio = health(&after) / health(&before);
            search.health_ratio_least = search.health_ratio_least.min(ratio);
        }
    }
}

/// Equity per requirement at the liquidation line.
fn health(margin: &Margin) -> f64 {
    margin.equity_liquidation_q as f64 / margin.requirement_liquidation_q as f64
}

/// Follows `paths` random paths of one account each.
fn search(seed: u64, paths: u64, lot_q: u64, rules: Rules) -> Search {
    let mut rng = Rng(seed);
    let mut search = Search {
        paths,
        headroom_ratio_least: f64::INFINITY,
        health_ratio_least: f64::INFINITY,
        ..Search::default()
    };
    for _ in 0..paths {
        let mut storms: Vec<Storm> = (0..rng.between(1, 3))
            .map(|_| Storm::calm(&mut rng, rules))
            .collect();
        let mut book = opened(&mut rng, &storms, lot_q);
        let mut kept = Kept::of(&book);
        let mut called = false;
        for _ in 0..STEPS {
            storms.iter_mut().for_each(|storm| storm.blow(&mut rng));
            marked(&mut book, &storms);
            called |= book.margin().state() == AccountState::MarginCall;
            let account = (&mut book, &mut kept);
            keepers(&mut rng, account, &storms, rules, &mut search);
            marked(&mut book, &storms);
            if book.margin().state() >= AccountState::Liquidatable {
                search.liquidatable += 1;
                break;
            }
        }
        search.called += u64::from(called);
        search.overcut += u64::from(!kept.holds(&book));
        for storm in &storms {
            search.events.steps += storm.events.steps;
            search.events.edits += storm.events.edits;
            search.events.posts += storm.events.posts;
        }
    }
    println!("{search:?}");
    search
}

#[test]
fn i1_no_path_of_volatility_and_parameters_liquidates_an_account_that_price_has_not_hurt() {
    // Lots of a cent and more.
    let found = search(11, 200_000, 10_000, SPECIFIED);
    let Events {
        steps,
        edits,
        posts,
    } = found.events;
    assert!(
        steps > 9_000_000 && edits > 1_000_000 && posts > 2_000_000,
        "millions of steps, edits and posts: {found:?}"
    );
    assert_eq!(found.liquidatable, 0, "{found:?}");
    assert_eq!(
        found.overcut, 0,
        "cuts leave what equity carries: {found:?}"
    );
    assert!(
        found.called > found.paths / 2,
        "the paths do call: {found:?}"
    );
    assert!(found.cuts > found.paths, "and keepers do cut: {found:?}");
    assert_eq!(
        found.refused, 0,
        "with such lots no cut has to be refused: {found:?}"
    );
    assert!(
        found.headroom_ratio_least >= 1.0,
        "no cut lowers the headroom: {found:?}"
    );
    assert!(
        found.health_ratio_least >= 1.0,
        "nor equity per requirement: {found:?}"
    );
}

#[test]
fn i1_nor_where_a_lot_is_worth_an_atom_since_what_does_not_improve_is_refused() {
    let found = search(12, 30_000, 1, SPECIFIED);
    assert_eq!(found.liquidatable, 0, "{found:?}");
    assert!(found.headroom_ratio_least >= 1.0, "{found:?}");
}

#[test]
fn i1_the_same_search_finds_a_liquidation_where_the_line_follows_half_of_the_live_ratio() {
    let found = search(
        11,
        2_000,
        10_000,
        Rules {
            liquidation_static: false,
            ..SPECIFIED
        },
    );
    assert!(found.liquidatable > 0, "{found:?}");
}

#[test]
fn i1_the_same_search_finds_a_liquidation_where_the_line_knows_size_and_so_depth() {
    let sized = Rules {
        liquidation_unsized: false,
        ..SPECIFIED
    };
    let found = search(11, 2_000, 10_000, sized);
    assert!(found.liquidatable > 0, "{found:?}");
}

#[test]
fn i1_the_same_search_finds_a_liquidation_where_a_cuts_fee_is_fixed() {
    let fixed = Rules {
        fee_bounded: false,
        headroom_checked: false,
        ..SPECIFIED
    };
    let found = search(11, 20_000, 10_000, fixed);
    assert!(found.liquidatable > 0, "{found:?}");
}

#[test]
fn i1_the_same_search_finds_a_liquidation_where_the_spread_is_not_bounded_by_the_floor() {
    let wide = Rules {
        spread_bounded: false,
        headroom_checked: false,
        ..SPECIFIED
    };
    let found = search(11, 20_000, 10_000, wide);
    assert!(found.liquidatable > 0, "{found:?}");
}
