//! Margin, state and what is free.

use crate::reference::fixtures::exposure;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::{Book, Exposure, Netting, Prices, QuoteRisk};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::position::Position;
use plimsoll_risk::Result;
use plimsoll_risk::RiskError::Overflow;

/// The fixture's position, now at `price` and `slow_price` dollars.
fn at(price: u64, slow_price: u64) -> Exposure {
    let e8 = 100_000_000;
    Exposure {
        prices: Prices {
            price_e8: price * e8,
            slow_e8: slow_price * e8,
            guard_e8: price * e8,
        },
        ..exposure()
    }
}

/// The margin of a balance and positions that are netted with nothing.
fn margin(balance_q: i64, exposures: &[Exposure]) -> Result<Margin> {
    let mut book = Book::new(balance_q, &QuoteRisk::PAR)?;
    for exposure in exposures {
        book.hold(exposure)?;
    }
    book.margin(&Netting::NONE)
}

fn equities(exposure: &Exposure) -> [i64; 3] {
    let margin = margin(0, &[*exposure]).unwrap();
    [
        margin.equity_initial_q,
        margin.equity_call_q,
        margin.equity_liquidation_q,
    ]
}

#[test]
fn r_a1_requirements_are_the_ratios_of_the_notional_rounded_up() {
    let even = margin(0, &[exposure()]).unwrap();
    assert_eq!(even.notional_q, 1_000_000_000);
    assert_eq!(even.requirement_initial_q, 100_000_000);
    assert_eq!(even.requirement_call_q, 50_000_000);
    assert_eq!(even.requirement_liquidation_q, 20_000_000);
    // One atom more of notional costs one atom more at every line.
    let mut odd = exposure();
    odd.prices.price_e8 += 1;
    let odd = margin(0, &[odd]).unwrap();
    assert_eq!(odd.notional_q, 1_000_000_001);
    assert_eq!(odd.requirement_initial_q, 100_000_001);
    assert_eq!(odd.requirement_call_q, 50_000_001);
    assert_eq!(odd.requirement_liquidation_q, 20_000_001);
}

#[test]
fn r_a1_positions_add_up_and_opposite_ones_are_not_netted() {
    let long = exposure();
    let short = Exposure {
        underlying: 1,
        position: Position {
            lots: -10_000,
            entry_q: -1_000_000_000,
        },
        ..long
    };
    let margin = margin(7, &[long, short]).unwrap();
    assert_eq!(margin.notional_q, 2_000_000_000);
    assert_eq!(margin.requirement_call_q, 100_000_000);
    assert_eq!(margin.equity_liquidation_q, 7);
}

#[test]
fn r_a1_a_calm_market_calls_a_tenth_above_its_liquidation_line_and_opens_a_quarter_above() {
    // 2 % of a notional of 1,000 and a few atoms: 20.000003 at the liquidation line.
    let of = |initial_ppm, call_ppm| {
        let mut held = exposure();
        held.prices.price_e8 += 1_010;
        held.ratios = SideRatios::both(Ratios {
            initial_ppm,
            call_ppm,
            liquidation_ppm: 20_000,
        });
        let margin = margin(0, &[held]).unwrap();
        [
            margin.requirement_initial_q,
            margin.requirement_call_q,
            margin.requirement_liquidation_q,
        ]
    };
    let floor = 20_000_003;
    assert_eq!(of(20_000, 20_000), [25_000_004, 22_000_004, floor]);
    assert_eq!(of(24_000, 22_000), [25_000_004, 22_000_004, floor]);
    assert_eq!(of(26_000, 22_001), [26_000_003, 22_001_003, floor]);
    assert_eq!(of(26_000, 26_000), [26_000_003, 26_000_003, floor]);
}

#[test]
fn r_a2_a_loss_counts_in_full_at_every_line() {
    assert_eq!(equities(&at(99, 100)), [-10_000_000; 3]);
    assert_eq!(
        equities(&at(99, 200)),
        [-10_000_000; 3],
        "a better slow price does not help"
    );
}

#[test]
fn r_a2_profit_counts_not_for_opening_and_at_the_worse_price_for_the_call() {
    // Price, slow price, equity at the call and the liquidation line.
    let table = [
        (101, 101, 10_000_000, 10_000_000),
        (105, 101, 10_000_000, 50_000_000),
        (101, 105, 10_000_000, 10_000_000),
        (105, 100, 0, 50_000_000),
        (105, 90, 0, 50_000_000),
        (100, 120, 0, 0),
    ];
    for (price, slow_price, call_q, liquidation_q) in table {
        let expected = [0, call_q, liquidation_q];
        assert_eq!(
            equities(&at(price, slow_price)),
            expected,
            "{price}, {slow_price}"
        );
    }
}

#[test]
fn r_a2_unpaid_profit_counts_for_the_lines_but_not_for_opening() {
    let owed = Exposure {
        unpaid_q: 5,
        ..at(99, 99)
    };
    assert_eq!(equities(&owed), [-10_000_000, -9_999_995, -9_999_995]);
    let beyond = Exposure {
        unpaid_q: 1 << 63,
        ..exposure()
    };
    assert_eq!(margin(0, &[beyond]), Err(Overflow));
}

#[test]
fn r_a1_what_does_not_fit_is_refused() {
    let huge = |ratio_ppm, lots| {
        let ratios = Ratios {
            initial_ppm: ratio_ppm,
            call_ppm: ratio_ppm,
            liquidation_ppm: ratio_ppm,
        };
        Exposure {
            position: Position { lots, entry_q: 0 },
            ratios: SideRatios::both(ratios),
            ..exposure()
        }
    };
    assert_eq!(margin(0, &[huge(0, i64::MAX)]), Err(Overflow));
    assert_eq!(margin(i64::MAX, &[at(101, 101)]), Err(Overflow));
    assert_eq!(margin(i64::MIN, &[at(99, 99)]), Err(Overflow));
    // A notional of 9e18 fits, two of them do not fit 64 bits, nor does a requirement above 200 % of it.
    let most = 90_000_000_000_000;
    assert!(margin(0, &[huge(0, most)]).is_ok());
    let other = Exposure {
        underlying: 1,
        ..huge(0, most)
    };
    let third = Exposure {
        underlying: 2,
        ..other
    };
    assert_eq!(
        margin(-1 << 62, &[huge(0, -most), other, third]),
        Err(Overflow)
    );
    assert_eq!(margin(0, &[huge(2_100_000, most)]), Err(Overflow));
    // It would fit, and what stands a quarter above it does not.
    assert_eq!(margin(0, &[huge(1_700_000, most)]), Err(Overflow));
}

/// Equity and requirement at the call and the liquidation line.
fn standing(call: (i64, u64), liquidation: (i64, u64)) -> AccountState {
    Margin {
        equity_call_q: call.0,
        requirement_call_q: call.1,
        equity_liquidation_q: liquidation.0,
        requirement_liquidation_q: liquidation.1,
        ..Margin::default()
    }
    .state()
}

#[test]
fn r_a3_an_account_at_a_line_is_not_below_it() {
    use AccountState::{Bankrupt, Healthy, Liquidatable, MarginCall};
    let table = [
        ((50, 50), (50, 20), Healthy),
        ((49, 50), (49, 20), MarginCall),
        ((20, 50), (20, 20), MarginCall),
        ((19, 50), (19, 20), Liquidatable),
        ((1, 50), (1, 20), Liquidatable),
        ((0, 50), (0, 20), Bankrupt),
        ((-1, 50), (-1, 20), Bankrupt),
        ((0, 0), (0, 0), Healthy),
        ((-1, 0), (-1, 0), Bankrupt),
        ((i64::MAX, u64::MAX), (i64::MAX, 0), MarginCall),
        // The liquidation line decides first, and by its own equity.
        ((10, 50), (30, 20), MarginCall),
        ((60, 50), (19, 20), Liquidatable),
    ];
    for (call, liquidation, state) in table {
        assert_eq!(
            standing(call, liquidation),
            state,
            "{call:?} {liquidation:?}"
        );
    }
}

#[test]
fn r_a3_states_are_in_order_of_distress() {
    use AccountState::{Bankrupt, Healthy, Liquidatable, MarginCall};
    assert!(Healthy < MarginCall && MarginCall < Liquidatable && Liquidatable < Bankrupt);
    assert_eq!(
        [
            Healthy as u8,
            MarginCall as u8,
            Liquidatable as u8,
            Bankrupt as u8
        ],
        [0, 1, 2, 3]
    );
}

#[test]
fn r_a4_the_initial_requirement_must_be_covered_and_only_the_rest_is_free() {
    for (equity, requirement, meets, free) in [
        (100, 100, true, 0),
        (101, 100, true, 1),
        (99, 100, false, 0),
        (-1, 0, false, 0),
        (0, 0, true, 0),
        (i64::MIN, u64::MAX, false, 0),
        (i64::MAX, 0, true, i64::MAX as u64),
    ] {
        let margin = Margin {
            equity_initial_q: equity,
            requirement_initial_q: requirement,
            ..Margin::default()
        };
        assert_eq!(margin.meets_initial(), meets, "{equity} of {requirement}");
        assert_eq!(margin.free_q(), free, "{equity} of {requirement}");
    }
}

#[test]
fn r_a3_headroom_is_equity_less_requirement_and_saturates() {
    let margin = Margin {
        equity_call_q: 40,
        requirement_call_q: 50,
        equity_liquidation_q: i64::MIN,
        requirement_liquidation_q: u64::MAX,
        ..Margin::default()
    };
    assert_eq!(margin.headroom_call_q(), -10);
    assert_eq!(margin.headroom_liquidation_q(), i64::MIN);
}

#[test]
fn i1_the_states_of_an_account_that_only_the_call_ratio_moves() {
    // 30 of equity on a notional of 1,000: below every call ratio above 3 %, above the floor always.
    for (call_ppm, state) in [
        (30_000, AccountState::Healthy),
        (30_001, AccountState::MarginCall),
        (1_000_000, AccountState::MarginCall),
    ] {
        let ratios = Ratios {
            initial_ppm: call_ppm,
            call_ppm,
            liquidation_ppm: 20_000,
        };
        let held = Exposure {
            ratios: SideRatios::both(ratios),
            ..exposure()
        };
        let margin = margin(30_000_000, &[held]).unwrap();
        assert_eq!(margin.state(), state, "{call_ppm} ppm");
    }
}

#[test]
fn r_l1_equity_at_the_target_covers_it_and_an_atom_less_does_not() {
    // 50 of call requirement.
    let mut book = Book::new(55_000_000, &QuoteRisk::PAR).unwrap();
    book.hold(&exposure()).unwrap();
    let missing = |target_ppm| book.call_missing_up(&Netting::NONE, target_ppm);
    assert_eq!(missing(1_000_000), Ok(-5_000_000));
    assert_eq!(missing(1_100_000), Ok(0));
    // A target between two atoms is one more.
    assert_eq!(missing(1_100_001), Ok(50));
    let mut odd = exposure();
    odd.prices.price_e8 += 1_010;
    let mut book = Book::new(0, &QuoteRisk::PAR).unwrap();
    book.hold(&odd).unwrap();
    let line_q = book.margin(&Netting::NONE).unwrap().requirement_call_q;
    assert_eq!(line_q, 50_000_006);
    let missing = book.call_missing_up(&Netting::NONE, 1_000_001);
    assert_eq!(missing, Ok(50_000_057));
}
