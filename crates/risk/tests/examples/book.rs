//! Books of a few positions and collaterals, worked out by hand.

use plimsoll_risk::account::AccountState::Healthy;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Line, Netting, Pledge, Prices, QuoteRisk};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::portfolio::{Binding, PERPS_MAX, SPOTS_MAX};
use plimsoll_risk::position::Position;
use plimsoll_risk::RiskError::{Overflow, ParameterOutOfRange, SizeInvalid};

pub const DOLLAR: i64 = 1_000_000;
pub const E8: u64 = 100_000_000;
pub const SOL: u16 = 2;
pub const THIRTY: Netting = Netting {
    rows: &[],
    floor_ppm: 300_000,
};

pub fn at(dollars: u64) -> Prices {
    Prices {
        price_e8: dollars * E8,
        slow_e8: dollars * E8,
        guard_e8: dollars * E8,
    }
}

pub const fn ratios(initial_ppm: u32, call_ppm: u32, liquidation_ppm: u32) -> Ratios {
    Ratios {
        initial_ppm,
        call_ppm,
        liquidation_ppm,
    }
}

/// So many SOL at 150, bought at 150: 20 % initially, 10 % call, 3 % liquidation.
pub fn perp(sol: i64) -> Exposure {
    Exposure {
        underlying: SOL,
        position: Position {
            lots: sol * 1_000,
            entry_q: sol * 150 * DOLLAR,
        },
        unpaid_q: 0,
        prices: at(150),
        lot_divisor: 100_000,
        ratios: SideRatios::both(ratios(200_000, 100_000, 30_000)),
        sigma_ppm: 10_000,
        liquidity_q: u64::MAX,
        credit_ppm: 1_000_000,
    }
}

/// So many SOL held at 150 with a haircut of 5 %.
pub fn spot(sol: u64) -> Pledge {
    Pledge {
        underlying: SOL,
        amount: sol * 1_000_000_000,
        divisor: 100_000_000_000,
        prices: at(150),
        counted_ppm: 950_000,
        ratios: ratios(200_000, 100_000, 30_000),
        sigma_ppm: 10_000,
        liquidity_q: u64::MAX,
    }
}

pub fn book(balance_q: i64, exposures: &[Exposure], pledges: &[Pledge]) -> Book {
    quoted(balance_q, &QuoteRisk::PAR, exposures, pledges)
}

pub fn quoted(balance_q: i64, quote: &QuoteRisk, held: &[Exposure], pledges: &[Pledge]) -> Book {
    let mut book = Book::new(balance_q, quote).unwrap();
    for exposure in held {
        book.hold(exposure).unwrap();
    }
    for pledge in pledges {
        book.pledge(pledge).unwrap();
    }
    book
}

pub fn requirements(margin: &Margin) -> [u64; 3] {
    [
        margin.requirement_initial_q,
        margin.requirement_call_q,
        margin.requirement_liquidation_q,
    ]
}

pub fn equities(margin: &Margin) -> [i64; 3] {
    [
        margin.equity_initial_q,
        margin.equity_call_q,
        margin.equity_liquidation_q,
    ]
}

#[test]
fn r_a1_r_h2_a_basis_trade_holds_the_floor_of_its_perp_and_the_wrong_way_pays_both() {
    let of = |sol| {
        let book = book(0, &[perp(sol)], &[spot(100)]);
        requirements(&book.margin(&THIRTY).unwrap())
    };
    // 95 of 100 SOL count: 14,250 against a short of 15,000. A naked short needs 3,000, 1,500 and 450.
    assert_eq!(of(-100), [900_000_000, 450_000_000, 135_000_000]);
    // 50 SOL short leave 45 long: 6,750, and three atoms of rounding.
    assert_eq!(of(-50), [1_350_000_002, 675_000_001, 202_500_001]);
    // 200 SOL short leave 105 short: 15,750.
    assert_eq!(of(-200), [3_150_000_000, 1_575_000_000, 472_500_000]);
    // Spot alone, and 100 SOL long on top of it; a pledge's value counts two atoms more.
    let alone = requirements(&book(0, &[], &[spot(100)]).margin(&THIRTY).unwrap());
    assert_eq!(alone, [2_850_000_001, 1_425_000_001, 427_500_001]);
    assert_eq!(of(100), [5_850_000_001, 2_925_000_001, 877_500_001]);
}

#[test]
fn r_a1_what_is_left_of_a_hedge_keeps_its_own_ratio() {
    // Spot of a wilder issue of the same underlying: 40 %, 30 %, 20 %, and a perp too small to matter.
    let wild = Pledge {
        ratios: ratios(400_000, 300_000, 200_000),
        counted_ppm: 1_000_000,
        ..spot(100)
    };
    let dust = Exposure {
        position: Position {
            lots: -1,
            entry_q: -150_000,
        },
        ..perp(0)
    };
    // 15,000 of spot less 15 cents of perp.
    let netted = book(0, &[dust], &[wild]).margin(&THIRTY).unwrap();
    assert_eq!(
        requirements(&netted),
        [5_999_940_003, 4_499_955_002, 2_999_970_002]
    );
    // The other way a tame issue does not tame the perp.
    let tame = Pledge {
        ratios: ratios(2, 2, 1),
        ..wild
    };
    let mixed = book(0, &[perp(100)], &[tame]).margin(&THIRTY).unwrap();
    assert_eq!(
        requirements(&mixed),
        [3_000_030_001, 1_500_030_001, 450_015_001]
    );
    // Two issues of one underlying ask for their own, in either order.
    let tame_first = book(0, &[], &[tame, wild]).margin(&THIRTY).unwrap();
    assert_eq!(
        requirements(&tame_first),
        [6_000_030_002, 4_500_030_002, 3_000_015_002]
    );
    let wild_first = book(0, &[], &[wild, tame]).margin(&THIRTY).unwrap();
    assert_eq!(wild_first, tame_first);
    // A cent of the wild one beside a hedge: what is left is left of both alike.
    let dust = Pledge {
        amount: 66_667,
        ..wild
    };
    let of = |pledges: &[Pledge]| {
        let margin = book(0, &[perp(-50)], pledges).margin(&THIRTY).unwrap();
        requirements(&margin)
    };
    assert_eq!(of(&[tame]), [450_000_000, 225_000_000, 67_500_000]);
    assert_eq!(of(&[tame, dust]), of(&[tame]));
    let plain = Pledge {
        ratios: ratios(200_000, 100_000, 30_000),
        ..wild
    };
    assert_eq!(of(&[plain]), [1_500_000_002, 750_000_001, 225_000_001]);
    assert_eq!(
        of(&[plain, dust]),
        [1_500_003_003, 750_002_002, 225_001_152]
    );
}

#[test]
fn r_a1_the_liquidation_line_nets_one_underlying_and_nothing_else() {
    let bitcoin = Exposure {
        underlying: 0,
        ..perp(-100)
    };
    let netted = book(0, &[perp(100), bitcoin], &[]);
    let margin = netted.margin(&THIRTY).unwrap();
    // 450 each; at the call line the root of two squares of 1,500, and sixteen atoms a leg.
    assert_eq!(margin.requirement_liquidation_q, 900_000_000);
    let (requirement, whole_q) = netted.line(Line::Call, &THIRTY).unwrap();
    assert_eq!(requirement.binding, Binding::Root);
    assert_eq!(requirement.gross_q, 3_000_000_000);
    assert!(
        (2_121_320_344..2_121_320_400).contains(&whole_q),
        "{whole_q}"
    );
    // Without netting, positions add up.
    let margin = netted.margin(&Netting::NONE).unwrap();
    assert_eq!(
        requirements(&margin),
        [6_000_000_000, 3_000_000_000, 900_000_000]
    );
    // One sigma of an hour: the root of two squares of 150.
    assert_eq!(netted.sigma_up(), Ok(212_132_035));
}

#[test]
fn r_a1_r_h3_size_adds_to_what_a_perp_needs_and_is_not_netted() {
    // As large as what can be unwound: √2 − 1 on top.
    let large = Exposure {
        liquidity_q: 15_000_000_000,
        ..perp(-100)
    };
    let hedged = book(0, &[large], &[spot(100)]).margin(&THIRTY).unwrap();
    assert_eq!(
        requirements(&hedged),
        [
            900_000_000 + 1_242_642_000,
            450_000_000 + 621_321_000,
            135_000_000
        ]
    );
    // Spot with nothing to sell it to asks for all that it counts for, and not more.
    for liquidity_q in [0, 1] {
        let stuck = Pledge {
            liquidity_q,
            ..spot(100)
        };
        let margin = book(0, &[], &[stuck]).margin(&THIRTY).unwrap();
        assert_eq!(margin.requirement_call_q, 14_250_000_000);
        assert_eq!(margin.requirement_initial_q, 14_250_000_000);
        assert_eq!(margin.requirement_liquidation_q, 427_500_001);
        assert_eq!(margin.state(), Healthy);
        assert!(margin.meets_initial());
    }
}

#[test]
fn r_a2_the_guard_price_is_the_initial_lines_alone() {
    let guarded = |sol, guard_dollars: u64| Exposure {
        prices: Prices {
            guard_e8: guard_dollars * E8,
            ..at(150)
        },
        liquidity_q: 15_000_000_000,
        ..perp(sol)
    };
    let margin = |exposure| book(0, &[exposure], &[]).margin(&THIRTY).unwrap();
    let plain = margin(guarded(-100, 150));
    // A short at 180 before a fall to 150: 18,000 of notional, and 3,000 of loss.
    let dearer = margin(guarded(-100, 180));
    assert_eq!(plain.requirement_initial_q, 4_242_642_000);
    assert_eq!(dearer.requirement_initial_q, 5_339_664_000);
    assert_eq!(dearer.equity_initial_q, -3_000_000_000);
    // At a lower one a short loses nothing more, and needs no less.
    let cheaper = margin(guarded(-100, 120));
    assert_eq!(cheaper, plain);
    assert_eq!(margin(guarded(100, 120)).equity_initial_q, -3_000_000_000);
    assert_eq!(
        requirements(&dearer)[1..],
        requirements(&plain)[1..],
        "call and liquidation"
    );
    assert_eq!(equities(&dearer)[1..], equities(&plain)[1..]);
    // A larger short is a larger hedge, which must not lower what is asked: 45 SOL of spot are left.
    let hedged = |guard_dollars| {
        let held = guarded(-50, guard_dollars);
        book(0, &[held], &[spot(100)]).margin(&THIRTY).unwrap()
    };
    assert_eq!(
        hedged(180).requirement_initial_q,
        hedged(150).requirement_initial_q
    );
}

#[test]
fn i8_what_gains_is_not_rounded_for_its_owner() {
    // Four longs of exactly a dollar lose 10 cents each; a short of 10,000.00001 atoms gains 5 %.
    let held = |underlying, lots, price_e8, ratio_ppm| Exposure {
        underlying,
        position: Position { lots, entry_q: 0 },
        prices: Prices {
            price_e8,
            slow_e8: price_e8,
            guard_e8: price_e8,
        },
        ratios: SideRatios::both(ratios(ratio_ppm, ratio_ppm, 1)),
        ..perp(0)
    };
    let mut all: Vec<_> = (0..4)
        .map(|underlying| held(underlying, 100, 1_000_000_000, 100_000))
        .collect();
    all.push(held(4, -1, 1_000_000_001, 50_000));
    let (requirement, _) = book(0, &all, &[]).line(Line::Call, &THIRTY).unwrap();
    assert_eq!(requirement.binding, Binding::Joint(false));
    // Exact are 399,499.9999995. Sixteen atoms a leg are more than what is rounded.
    assert_eq!(requirement.requirement_q, 399_499 + 5 * 16);
}

#[test]
fn i8_where_roundings_hide_which_side_is_larger_the_worse_is_taken() {
    let dust = |price_e8| Prices {
        price_e8,
        slow_e8: price_e8,
        guard_e8: price_e8,
    };
    // 4.00001 atoms short, which read as five, and 5.96 atoms of spot, which read as four.
    let short = Exposure {
        position: Position {
            lots: -1,
            entry_q: 0,
        },
        prices: dust(400_001),
        ratios: SideRatios::both(ratios(1, 1, 1)),
        ..perp(0)
    };
    let whole = Pledge {
        amount: 599,
        divisor: 10_000_000_000,
        prices: dust(100_000_000),
        counted_ppm: 995_000,
        ratios: ratios(1_000_000, 1_000_000, 1_000_000),
        ..spot(0)
    };
    let margin = book(0, &[short], &[whole]).margin(&THIRTY).unwrap();
    // Exact are four of its 5.96 for the 1.96 that are left: 1.3. The atom of distance is rounded up as well.
    assert_eq!(requirements(&margin), [3, 3, 2]);
}

#[test]
fn r_a1_what_does_not_fit_is_refused() {
    let mut full = Book::new(0, &QuoteRisk::PAR).unwrap();
    for place in 0..u16::try_from(PERPS_MAX).unwrap() {
        let held = Exposure {
            underlying: SOL + place,
            ..perp(1)
        };
        full.hold(&held).unwrap();
    }
    assert_eq!(full.hold(&perp(1)), Err(SizeInvalid));
    for place in 0..u16::try_from(SPOTS_MAX).unwrap() {
        let held = Pledge {
            underlying: SOL + place,
            ..spot(1)
        };
        full.pledge(&held).unwrap();
    }
    let next = Pledge {
        underlying: 99,
        ..spot(1)
    };
    assert_eq!(full.pledge(&next), Err(SizeInvalid));
    assert_eq!(
        full.pledge(&spot(1)),
        Ok(142_500_000),
        "of an underlying that is there"
    );
    let huge = Exposure {
        position: Position {
            lots: i64::MAX,
            entry_q: 0,
        },
        ..perp(1)
    };
    assert_eq!(
        Book::new(0, &QuoteRisk::PAR).unwrap().hold(&huge),
        Err(Overflow)
    );
    let above = Netting {
        floor_ppm: 1_000_001,
        ..THIRTY
    };
    let book = book(0, &[perp(1)], &[]);
    assert_eq!(book.margin(&above), Err(ParameterOutOfRange));
    let most = quoted(i64::MAX, &QuoteRisk::PAR, &[], &[spot(1)]);
    assert_eq!(most.margin(&THIRTY), Err(Overflow));
}
