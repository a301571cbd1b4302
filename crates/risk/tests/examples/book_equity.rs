//! What balances, profit and collateral count for at each line.

use crate::book::{at, book, equities, perp, quoted, requirements, spot, DOLLAR, E8, THIRTY};
use plimsoll_risk::account::AccountState::{Healthy, MarginCall};
use plimsoll_risk::book::{credit_ppm_down, Book, Exposure, Pledge, Prices, QuoteRisk};
use plimsoll_risk::position::Position;

#[test]
fn r_a2_r_h1_collateral_counts_at_the_lowest_price_for_new_risk_and_at_the_last_for_liquidation() {
    let doubted = Pledge {
        prices: Prices {
            price_e8: 150 * E8,
            slow_e8: 140 * E8,
            guard_e8: 120 * E8,
        },
        ..spot(100)
    };
    let margin = book(7, &[], &[doubted]).margin(&THIRTY).unwrap();
    assert_eq!(
        equities(&margin),
        [11_400_000_007, 13_300_000_007, 14_250_000_007]
    );
    let dearer = Pledge {
        prices: Prices {
            price_e8: 150 * E8,
            slow_e8: 160 * E8,
            guard_e8: 170 * E8,
        },
        ..spot(100)
    };
    let margin = book(7, &[], &[dearer]).margin(&THIRTY).unwrap();
    assert_eq!(equities(&margin), [14_250_000_007; 3]);
    // Less than an atom is nothing, and asks for nothing.
    let dust = Pledge {
        amount: 6,
        ..spot(0)
    };
    let margin = book(7, &[], &[dust]).margin(&THIRTY).unwrap();
    assert_eq!((equities(&margin), requirements(&margin)), ([7; 3], [0; 3]));
}

#[test]
fn r_a5_realising_a_profit_moves_no_equity_and_realising_a_loss_lowers_none() {
    for credit_ppm in [0, 333_333, 1_000_000] {
        let held = |price: u64, unpaid_q: u64| Exposure {
            prices: at(price),
            credit_ppm,
            unpaid_q,
            ..perp(100)
        };
        let flat = |unpaid_q| Exposure {
            position: Position::default(),
            ..held(160, unpaid_q)
        };
        let equity = |balance_q, exposure| {
            equities(&book(balance_q, &[exposure], &[]).margin(&THIRTY).unwrap())
        };
        let gain_q = 1_000 * DOLLAR as u64;
        assert_eq!(equity(7, held(160, 5)), equity(7, flat(gain_q + 5)));
        // A loss of as much is taken off what is unpaid first, which counts for less.
        let before = equity(7, held(140, gain_q + 5));
        let after = equity(7, flat(5));
        assert!(
            after[1] >= before[1] && after[2] == before[2],
            "{before:?} {after:?}"
        );
    }
}

#[test]
fn r_a5_open_profit_counts_at_the_worse_price_and_as_far_as_it_could_be_paid() {
    // A long from 150 at 160 gains 1,000; at the slow price of 156 it is 600.
    let gaining = |slow: u64, credit_ppm| Exposure {
        prices: Prices {
            slow_e8: slow * E8,
            ..at(160)
        },
        credit_ppm,
        unpaid_q: 5,
        ..perp(100)
    };
    // What is unpaid is credited with it, the sum rounded down once.
    for (slow, credit_ppm, call_q, unpaid_q) in [
        (156, 1_000_000, 600, 5),
        (170, 1_000_000, 1_000, 5),
        (156, 500_000, 300, 2),
        (170, 0, 0, 0),
        (140, 1_000_000, 0, 5),
        (170, u32::MAX, 1_000, 5),
    ] {
        let margin = book(0, &[gaining(slow, credit_ppm)], &[])
            .margin(&THIRTY)
            .unwrap();
        let expected = [0, call_q * DOLLAR + unpaid_q, 1_000 * DOLLAR + 5];
        assert_eq!(equities(&margin), expected, "{slow} {credit_ppm}");
    }
    // A loss counts in full, whatever could be paid.
    let losing = Exposure {
        prices: at(140),
        credit_ppm: 0,
        ..perp(100)
    };
    let margin = book(0, &[losing], &[]).margin(&THIRTY).unwrap();
    assert_eq!(equities(&margin), [-1_000 * DOLLAR; 3]);
    let mut counted = Book::new(0, &QuoteRisk::PAR).unwrap();
    assert_eq!(counted.hold(&losing), Ok((14_000_000_000, -1_000_000_000)));
}

#[test]
fn r_a5_the_credit_is_what_backs_claims_over_what_is_claimed() {
    for (backing_q, claims_q, credit_ppm) in [
        (0, 0, 1_000_000),
        (5, 5, 1_000_000),
        (6, 5, 1_000_000),
        (0, 5, 0),
        (1, 3, 333_333),
        (u64::MAX - 1, u64::MAX, 999_999),
    ] {
        assert_eq!(
            credit_ppm_down(backing_q, claims_q),
            Ok(credit_ppm),
            "{backing_q}, {claims_q}"
        );
    }
}

#[test]
fn r_h4_a_depeg_moves_new_risk_and_the_call_and_never_the_liquidation_line() {
    let depegged = QuoteRisk {
        price_e8: 90_000_000,
        haircut_initial_ppm: 100_000,
        haircut_call_ppm: 50_000,
    };
    let equity = |balance_q, held: &[Exposure]| {
        let margin = quoted(balance_q, &depegged, held, &[])
            .margin(&THIRTY)
            .unwrap();
        equities(&margin)
    };
    assert_eq!(equity(1_000, &[]), [810, 855, 1_000]);
    // Debts are owed in full.
    assert_eq!(equity(-1_000, &[]), [-1_000; 3]);
    // Losses come off before anything is cut, so that realising them changes nothing.
    let losing = Exposure {
        prices: at(149),
        ..perp(100)
    };
    assert_eq!(
        equity(1_100 * DOLLAR, &[losing]),
        [810 * DOLLAR, 855 * DOLLAR, 1_000 * DOLLAR]
    );
    // Above par nothing counts for more, and collateral buys less of the quote.
    let dear = QuoteRisk {
        price_e8: 125_000_000,
        ..QuoteRisk::PAR
    };
    let margin = quoted(-1_000 * DOLLAR, &dear, &[], &[spot(100)])
        .margin(&THIRTY)
        .unwrap();
    let call_q = 11_400 * DOLLAR - 1_000 * DOLLAR;
    assert_eq!(equities(&margin), [call_q, call_q, 13_250 * DOLLAR]);
    // A haircut for new risk is at least that of the call line; more than one takes it all.
    let swapped = QuoteRisk {
        haircut_call_ppm: 200_000,
        ..QuoteRisk::PAR
    };
    let whole = QuoteRisk {
        haircut_initial_ppm: u32::MAX,
        ..QuoteRisk::PAR
    };
    for (quote, expected) in [(swapped, [800, 800, 1_000]), (whole, [0, 1_000, 1_000])] {
        let margin = quoted(1_000, &quote, &[], &[]).margin(&THIRTY).unwrap();
        assert_eq!(equities(&margin), expected);
    }
}

#[test]
fn r_h4_a_depeg_calls_and_does_not_liquidate() {
    let margin = |price_e8| {
        let quote = QuoteRisk {
            price_e8,
            ..QuoteRisk::PAR
        };
        quoted(1_600 * DOLLAR, &quote, &[perp(100)], &[])
            .margin(&THIRTY)
            .unwrap()
    };
    assert_eq!(margin(E8).state(), Healthy);
    assert_eq!(margin(93_000_000).state(), MarginCall);
    assert_eq!(margin(0).state(), MarginCall);
}
