//! Accounts against the reference, and how requirements move.

use crate::reference::account::{lines, state};
use crate::reference::fixtures::held;
use crate::strategies::{cases, divisor, positive, size, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::book::{Book, Exposure, Netting, QuoteRisk};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::position::Position;
use plimsoll_risk::Result;
use proptest::prelude::*;

prop_compose! {
    fn ratios()(parts in [0_u32..1_000_000, 0_u32..1_000_000, 1_u32..500_000]) -> Ratios {
        let liquidation_ppm = parts[2];
        let call_ppm = liquidation_ppm + parts[1];
        Ratios { initial_ppm: call_ppm + parts[0], call_ppm, liquidation_ppm }
    }
}

prop_compose! {
    /// A position bought up to ten per cent away from where the market is now.
    fn exposure()(
        lots in size(30),
        price_e8 in positive(40),
        lot_divisor in divisor(),
        entry_ppm in 900_000_i128..1_100_000,
        slow_ppm in 900_000_u128..1_100_000,
        unpaid_q in 0_u64..1_000_000,
        ratios in ratios(),
    ) -> Exposure {
        let worth = i128::from(lots) * i128::from(price_e8) / i128::from(lot_divisor);
        let slow = u128::from(price_e8) * slow_ppm / 1_000_000;
        let entry_q = i64::try_from(worth / 1_000_000 * entry_ppm).unwrap_or(0);
        let mut exposure = held(Position { lots, entry_q }, price_e8, lot_divisor, ratios);
        exposure.unpaid_q = unpaid_q;
        exposure.prices.slow_e8 = u64::try_from(slow).unwrap().max(1);
        exposure
    }
}

/// The margin of positions that are netted with nothing, each in a market of its own.
fn margin(balance_q: i64, exposures: &[Exposure]) -> Result<Margin> {
    let mut book = Book::new(balance_q, &QuoteRisk::PAR)?;
    for (underlying, exposure) in (0..).zip(exposures) {
        book.hold(&Exposure {
            underlying,
            ..*exposure
        })?;
    }
    book.margin(&Netting::NONE)
}

fn alone(exposure: Exposure) -> Result<Margin> {
    margin(0, &[exposure])
}

fn requirements(margin: &Margin) -> [u64; 3] {
    [
        margin.requirement_initial_q,
        margin.requirement_call_q,
        margin.requirement_liquidation_q,
    ]
}

proptest! {
    #![proptest_config(cases(10_000))]

    #[test]
    fn r_a1_to_r_a4_an_account_is_the_references_bit_by_bit(
        balance_q in -1_000_000_000_000_000_i64..1_000_000_000_000_000,
        exposures in prop::collection::vec(exposure(), 0..=8),
    ) {
        let expected = lines(balance_q, &exposures);
        match margin(balance_q, &exposures) {
            Ok(margin) => {
                let equity = [margin.equity_initial_q, margin.equity_call_q, margin.equity_liquidation_q];
                prop_assert_eq!(equity.map(BigInt::from), expected.equity.clone());
                prop_assert_eq!(requirements(&margin).map(BigInt::from), expected.requirement.clone());
                prop_assert_eq!(BigInt::from(margin.notional_q), expected.notional.clone());
                prop_assert_eq!(margin.state(), state(&expected));
                prop_assert_eq!(margin.meets_initial(), expected.equity[0] >= expected.requirement[0]);
                let free = (&expected.equity[0] - &expected.requirement[0]).max(BigInt::from(0));
                prop_assert_eq!(BigInt::from(margin.free_q()), free);
                let headroom = |line: usize| {
                    let exact = &expected.equity[line] - &expected.requirement[line];
                    i64::try_from(exact).unwrap_or(i64::MIN)
                };
                prop_assert_eq!(margin.headroom_call_q(), headroom(1));
                prop_assert_eq!(margin.headroom_liquidation_q(), headroom(2));
            }
            // Some part or sum exceeded 64 bits, a sum or the worth of one position.
            Err(_) => {
                let most = expected.equity.iter().chain(&expected.requirement).map(BigInt::magnitude).max();
                let notional = &expected.notional;
                prop_assert!(most.unwrap().bits() >= 62 || notional.bits() >= 62);
            }
        }
    }

    #[test]
    fn i6_who_meets_the_initial_requirement_is_healthy_and_states_are_nested(
        balance_q in 0_i64..1_000_000_000_000_000, exposures in prop::collection::vec(exposure(), 0..=8),
    ) {
        let Ok(margin) = margin(balance_q, &exposures) else { return Ok(()) };
        let [initial, call, liquidation] = requirements(&margin);
        prop_assert!(initial >= call && call >= liquidation);
        prop_assert!(margin.equity_initial_q <= margin.equity_call_q);
        prop_assert!(margin.equity_call_q <= margin.equity_liquidation_q);
        if margin.meets_initial() {
            prop_assert_eq!(margin.state(), AccountState::Healthy);
        }
        if margin.headroom_liquidation_q() < 0 {
            prop_assert!(margin.headroom_call_q() < 0);
        }
        prop_assert_eq!(margin.state() >= AccountState::Liquidatable, margin.headroom_liquidation_q() < 0);
    }

    #[test]
    fn i7_requirements_are_monotone_in_size_and_ratio(
        exposure in exposure(), more in positive(30), steeper in 0_u32..1_000_000,
    ) {
        let Ok(base) = alone(exposure) else { return Ok(()) };
        let lots = exposure.position.lots;
        let larger = lots.checked_add_unsigned(more).filter(|_| lots > 0)
            .or(lots.checked_sub_unsigned(more)).unwrap();
        let position = Position { lots: larger, ..exposure.position };
        if let Ok(larger) = alone(Exposure { position, ..exposure }) {
            for (base, larger) in requirements(&base).into_iter().zip(requirements(&larger)) {
                prop_assert!(larger >= base);
            }
            prop_assert!(larger.notional_q >= base.notional_q);
        }
        let Ratios { initial_ppm, call_ppm, liquidation_ppm } = exposure.ratios.long;
        let ratios = SideRatios::both(Ratios {
            initial_ppm: initial_ppm + steeper,
            call_ppm: call_ppm + steeper,
            liquidation_ppm: liquidation_ppm + steeper,
        });
        if let Ok(steeper) = alone(Exposure { ratios, ..exposure }) {
            for (base, steeper) in requirements(&base).into_iter().zip(requirements(&steeper)) {
                prop_assert!(steeper >= base);
            }
            prop_assert_eq!(steeper.equity_call_q, base.equity_call_q);
        }
    }

    #[test]
    fn r_a1_the_order_of_positions_does_not_matter(
        balance_q in -1_000_000_000_000_i64..1_000_000_000_000,
        exposures in prop::collection::vec(exposure(), 0..=8).prop_flat_map(|all| {
            (Just(all.clone()), Just(all).prop_shuffle())
        }),
    ) {
        if let (Ok(sorted), Ok(shuffled)) = (margin(balance_q, &exposures.0), margin(balance_q, &exposures.1)) {
            prop_assert_eq!(sorted, shuffled);
        }
    }

    #[test]
    fn r_a2_profit_never_counts_for_more_than_at_the_worse_price(
        exposure in exposure(),
    ) {
        let Ok(part) = alone(exposure) else { return Ok(()) };
        let profit = |price_e8| exposure.position.profit_down(price_e8, exposure.lot_divisor);
        let (Ok(open), Ok(slow)) = (profit(exposure.prices.price_e8), profit(exposure.prices.slow_e8)) else {
            return Ok(());
        };
        let unpaid = i64::try_from(exposure.unpaid_q).unwrap();
        prop_assert!(part.equity_initial_q <= 0);
        prop_assert!(part.equity_call_q - unpaid <= open.min(slow).max(open.min(0)));
        prop_assert_eq!(part.equity_liquidation_q - unpaid, open);
    }

    #[test]
    fn i10_an_account_never_panics(
        (lots, entry_q, balance_q) in (wide_i64(), wide_i64(), wide_i64()),
        (unpaid_q, price_e8, slow_price_e8, lot_divisor) in (wide(), wide(), wide(), wide()),
        (initial_ppm, call_ppm, liquidation_ppm) in (wide_u32(), wide_u32(), wide_u32()),
    ) {
        let ratios = Ratios { initial_ppm, call_ppm, liquidation_ppm };
        let mut exposure = held(Position { lots, entry_q }, price_e8, lot_divisor, ratios);
        exposure.unpaid_q = unpaid_q;
        exposure.prices.slow_e8 = slow_price_e8;
        if let Ok(margin) = margin(balance_q, &[exposure, exposure]) {
            let _ = (margin.state(), margin.meets_initial(), margin.free_q());
            let _ = (margin.headroom_call_q(), margin.headroom_liquidation_q());
        }
    }
}
