//! Portfolio requirements: books worked out by hand.

use plimsoll_risk::portfolio::{net_up, requirement_up, Binding, Leg, Row};
use plimsoll_risk::portfolio::{COLUMNS_MAX, LEGS_MAX, ROWS_MAX};
use plimsoll_risk::units::share_up;
use plimsoll_risk::RiskError::{Overflow, ParameterOutOfRange, SizeInvalid};

const BTC: u16 = 0;
const ETH: u16 = 1;
const SOL: u16 = 2;
const ALT: u16 = 3;
const FLOOR_PPM: u32 = 300_000;

/// A leg of so many dollars, short where negative, at so many tenths of a percent.
fn leg(column: u16, dollars: i64, permille: i64) -> Leg {
    let exposure_q = dollars * permille * 1_000;
    Leg {
        column,
        notional_q: dollars.unsigned_abs() * 1_000_000,
        exposure_q,
        gross_q: exposure_q.unsigned_abs(),
    }
}

fn row(moves: &[(u16, i16)]) -> Row {
    let mut row = [0; COLUMNS_MAX];
    for &(column, by_e4) in moves {
        row[usize::from(column)] = by_e4;
    }
    row
}

/// The requirement, and what decides it.
fn required(legs: &[Leg], rows: &[Row]) -> (u64, Binding) {
    let found = requirement_up(legs, rows, FLOOR_PPM).unwrap();
    (found.requirement_q, found.binding)
}

#[test]
fn r_n1_what_adds_up_counts_fractions_and_what_offsets_does_not() {
    for (perp_long, perp_q, spot_down_q, net) in [
        (true, 0, 0, (0, true)),
        (false, 7, 0, (7, false)),
        (true, 7, 0, (7, true)),
        // Spot held against a long is wrong-way: it adds, with its missing fraction.
        (true, 7, 5, (13, true)),
        (false, 0, 5, (6, true)),
        (true, 0, 5, (6, true)),
        // Spot held against a short is a hedge.
        (false, 7, 5, (2, false)),
        (false, 6, 5, (1, false)),
        // Where it seems to cancel, the perp may be an atom less and the spot an atom more.
        (false, 5, 5, (2, true)),
        (false, 5, 7, (4, true)),
    ] {
        assert_eq!(
            net_up(perp_long, perp_q, spot_down_q),
            Ok(net),
            "{perp_q} {spot_down_q}"
        );
    }
    assert_eq!(net_up(true, 0, u64::MAX), Err(Overflow));
    assert_eq!(net_up(true, u64::MAX, 1), Err(Overflow));
    assert_eq!(net_up(false, 1, u64::MAX), Err(Overflow));
}

#[test]
fn r_n3_one_leg_needs_its_exposure_or_the_floor_of_its_gross() {
    let alone = leg(BTC, 100_000, 50);
    assert_eq!(required(&[], &[]), (0, Binding::Gross));
    assert_eq!(required(&[alone], &[]), (5_000_000_000, Binding::Gross));
    // A gross below the exposure counts as the exposure.
    let less = Leg {
        gross_q: 0,
        ..alone
    };
    assert_eq!(required(&[less], &[]), (5_000_000_000, Binding::Gross));
    // Most of it hedged with spot: nothing that rows say of a leg by itself is asked.
    let hedged = Leg {
        gross_q: 12_000_000_000,
        ..alone
    };
    let up = row(&[(BTC, 30_000)]);
    assert_eq!(
        required(&[hedged], &[up]),
        (5_000_000_000, Binding::Alone(0))
    );
    let wholly = Leg {
        exposure_q: -1,
        notional_q: 2,
        ..hedged
    };
    assert_eq!(required(&[wholly], &[]), (3_600_000_000, Binding::Floor));
}

#[test]
fn r_n4_a_hedged_book_needs_the_root_of_its_squares() {
    // 5,000 each way: 7,071.07 instead of 10,000, and not the nothing that it would lose jointly.
    let book = [leg(BTC, 100_000, 50), leg(ETH, -100_000, 50)];
    let (required_q, binding) = required(&book, &[]);
    assert_eq!(binding, Binding::Root);
    assert!(
        (7_071_067_812..=7_071_067_816).contains(&required_q),
        "{required_q}"
    );
    // Three and four make five, to the atom where squares need no more than 30 bits.
    let book = [leg(BTC, 6_000, 50), leg(ETH, -8_000, 50)];
    assert_eq!(required(&book, &[]), (500_000_000, Binding::Root));
}

#[test]
fn r_n2_a_wrong_way_book_needs_its_gross() {
    let book = [
        leg(BTC, 100_000, 50),
        leg(ETH, 50_000, 60),
        leg(SOL, 10_000, 100),
    ];
    assert_eq!(required(&book, &[]), (9_000_000_000, Binding::Gross));
    let short = book.map(|leg| Leg {
        exposure_q: -leg.exposure_q,
        ..leg
    });
    assert_eq!(required(&short, &[]), (9_000_000_000, Binding::Gross));
    // Hedged with spot as well: what is left loses together.
    let hedged = book.map(|leg| Leg {
        gross_q: leg.gross_q * 2,
        ..leg
    });
    assert_eq!(
        required(&hedged, &[]),
        (9_000_000_000, Binding::Joint(false))
    );
    let short = hedged.map(|leg| Leg {
        exposure_q: -leg.exposure_q,
        ..leg
    });
    assert_eq!(required(&short, &[]), (9_000_000_000, Binding::Joint(true)));
    // Spot held against a long of the same underlying is one exposure of both.
    let (size_q, long) = net_up(true, 100_000_000_000, 100_000_000_000).unwrap();
    assert_eq!((size_q, long), (200_000_000_001, true));
}

#[test]
fn r_n2_a_diversified_book_nets_what_points_the_other_way() {
    // Six longs of 1,000 and six shorts of 1,000: the root of twelve, of a gross of 12,000.
    let leg_at = |place: u16, short_from: u16| {
        leg(place, if place < short_from { 20_000 } else { -20_000 }, 50)
    };
    let even: Vec<Leg> = (0..12).map(|place| leg_at(place, 6)).collect();
    let (required_q, binding) = required(&even, &[]);
    assert_eq!((required_q, binding), (3_600_000_000, Binding::Floor));
    let without_floor = requirement_up(&even, &[], 0).unwrap();
    assert_eq!(without_floor.binding, Binding::Root);
    assert!((3_464_101_616..=3_464_101_622).contains(&without_floor.requirement_q));
    // Nine longs and three shorts: jointly falling, 9,000 less 3,000.
    let leaning: Vec<Leg> = (0..12).map(|place| leg_at(place, 9)).collect();
    assert_eq!(
        required(&leaning, &[]),
        (6_000_000_000, Binding::Joint(false))
    );
}

#[test]
fn r_n5_a_book_that_decouples_needs_what_its_row_says() {
    let book = [leg(BTC, 100_000, 50), leg(ETH, -100_000, 50)];
    // BTC falls by 0.9 of its ratio while ETH rises by 0.6: 4,500 and 3,000.
    let apart = row(&[(BTC, -9_000), (ETH, 6_000)]);
    assert_eq!(required(&book, &[apart]), (7_500_000_000, Binding::Row(0)));
    // The opposite book gains.
    let opposite = book.map(|leg| Leg {
        exposure_q: -leg.exposure_q,
        ..leg
    });
    assert_eq!(required(&opposite, &[apart]).1, Binding::Root);
    // A row that only BTC is in says no more than the root; one beyond the gross is the gross.
    let alone = row(&[(BTC, -10_000)]);
    assert_eq!(required(&book, &[alone]).1, Binding::Root);
    let far = row(&[(BTC, -15_000), (ETH, 15_000)]);
    assert_eq!(
        required(&book, &[alone, far]),
        (10_000_000_000, Binding::Gross)
    );
    // Of a market without a column, rows say nothing.
    let stranger = [
        Leg {
            column: 16,
            ..book[0]
        },
        Leg {
            column: u16::MAX,
            ..book[1]
        },
    ];
    assert_eq!(required(&stranger, &[apart, far]).1, Binding::Root);
}

#[test]
fn r_n7_a_small_wild_leg_and_a_large_calm_one_do_not_net_whichever_way_the_market_moves() {
    // Ten thousand at risk each: a million of BTC at 1 %, 20,000 of an alt at 50 %.
    let book = [leg(BTC, 1_000_000, 10), leg(ALT, -20_000, 500)];
    assert_eq!(required(&book, &[]).1, Binding::Root);
    let (fall, rise) = (
        row(&[(BTC, -15_000), (ALT, -15_000)]),
        row(&[(BTC, 15_000), (ALT, 15_000)]),
    );
    // Falling: BTC loses 15,000; 20,000 of the alt count for 1.5 % each. Rising: the alt loses 15,000;
    // 20,000 of BTC count. Both ways 300 of 15,000 are offset, where ratios alone would net all of it.
    for moves in [fall, rise] {
        assert_eq!(required(&book, &[moves]), (14_700_000_000, Binding::Row(0)));
    }
    // A calm leg beside the alt does not let more of BTC count: it loses little, and is relieved of that.
    let beside = [book[0], book[1], leg(SOL, -980_000, 1)];
    let rise = row(&[(BTC, 15_000), (ALT, 15_000), (SOL, 15_000)]);
    assert_eq!(
        required(&beside, &[rise]),
        (14_700_000_000, Binding::Row(0))
    );
    // Legs of like ratios do net in the same rows.
    let alike = [leg(BTC, 1_000_000, 10), leg(ETH, -1_000_000, 10)];
    assert_eq!(
        required(&alike, &[row(&[(BTC, -15_000), (ETH, -15_000)])]).1,
        Binding::Root
    );
}

#[test]
fn r_n1_r_n6_a_basis_trade_needs_the_floor_of_its_perp() {
    // Spot SOL of 100,000 against a short of SOL-PERP of as much, at 8 %.
    let dollars_q = 100_000_000_000;
    let (size_q, long) = net_up(false, dollars_q, dollars_q).unwrap();
    assert_eq!((size_q, long), (2, true));
    let basis = Leg {
        column: SOL,
        notional_q: size_q,
        exposure_q: i64::try_from(share_up(size_q, 80_000).unwrap()).unwrap(),
        gross_q: share_up(dollars_q, 80_000).unwrap(),
    };
    // 30 % of 8,000 rather than 8,000 for the perp and more for the spot.
    assert_eq!(required(&[basis], &[]), (2_400_000_000, Binding::Floor));
    // Beside it a long of BTC pays its own, not what the basis trade might gain.
    let (required_q, binding) = required(&[basis, leg(BTC, 100_000, 50)], &[]);
    assert_eq!(binding, Binding::Root);
    assert!(
        (5_000_000_001..=5_000_000_008).contains(&required_q),
        "{required_q}"
    );
}

#[test]
fn r_n5_in_a_row_that_moves_markets_apart_a_leg_on_the_same_side_can_be_a_hedge() {
    // Gross twice the exposure, so that the joint rows do not decide.
    let long = |column| Leg {
        gross_q: 4_000_000_000,
        ..leg(column, 40_000, 50)
    };
    let apart = row(&[(BTC, -18_000), (ETH, -18_000), (SOL, 18_000)]);
    let two = [long(BTC), long(ETH)];
    assert_eq!(required(&two, &[apart]), (7_200_000_000, Binding::Row(0)));
    // A third long gains there: it offsets 1,800, though the book is larger.
    let third = Leg {
        gross_q: 1_000_000_000,
        ..leg(SOL, 20_000, 50)
    };
    let three = [two[0], two[1], third];
    assert_eq!(required(&three, &[apart]), (5_400_000_000, Binding::Row(0)));
}

#[test]
fn r_n6_of_equal_bounds_the_first_decides() {
    let book = [leg(BTC, 100_000, 50), leg(ETH, -100_000, 50)];
    // Floor before one alone before a row, and the gross before all.
    assert_eq!(
        requirement_up(&book, &[], 1_000_000).unwrap().binding,
        Binding::Gross
    );
    let one = [
        leg(BTC, 100_000, 50),
        Leg {
            gross_q: 5_000_000_000,
            ..leg(ETH, 0, 50)
        },
    ];
    assert_eq!(
        requirement_up(&one, &[], 500_000).unwrap().binding,
        Binding::Floor
    );
    assert_eq!(
        requirement_up(&one, &[], 499_999).unwrap().binding,
        Binding::Alone(0)
    );
    // Just above the root, the floor decides.
    let floor = requirement_up(&book, &[], 707_107).unwrap();
    assert_eq!(
        (floor.requirement_q, floor.binding),
        (7_071_070_000, Binding::Floor)
    );
}

#[test]
fn r_n2_to_r_n7_what_is_out_of_range_is_refused() {
    let many = [leg(BTC, 1, 50); LEGS_MAX + 1];
    assert_eq!(requirement_up(&many, &[], 0), Err(SizeInvalid));
    assert!(requirement_up(&many[1..], &[], 0).is_ok());
    let rows = [[0; COLUMNS_MAX]; ROWS_MAX + 1];
    assert_eq!(requirement_up(&many[1..], &rows, 0), Err(SizeInvalid));
    assert!(requirement_up(&many[1..], &rows[1..], 0).is_ok());
    assert_eq!(
        requirement_up(&[], &[], 1_000_001),
        Err(ParameterOutOfRange)
    );
    let vast = Leg {
        gross_q: u64::MAX,
        ..leg(BTC, 1, 50)
    };
    assert_eq!(requirement_up(&[vast, vast], &[], 0), Err(Overflow));
    assert_eq!(required(&[vast], &[]).1, Binding::Floor);
    // What no exposure can be is its size all the same.
    let least = Leg {
        exposure_q: i64::MIN,
        ..leg(BTC, 1, 50)
    };
    assert_eq!(required(&[least], &[]), (1 << 63, Binding::Gross));
}
