//! What an owner might try with a book: collateral in any ratio to a perp, dust, guarded prices, realising.

use crate::book::{alone, equities, one_sided, requirements};
use crate::reference::books::{exposure, parts, pledge, ratios};
use crate::reference::Rng;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Netting, QuoteRisk};
use plimsoll_risk::margin::SideRatios;
use plimsoll_risk::position::Position;
use plimsoll_risk::units::{share_up, ONE_PPM};

fn headrooms(margin: &Margin) -> [i64; 3] {
    let [initial, call, liquidation] = equities(margin);
    let [a, b, c] = requirements(margin);
    [
        initial.saturating_sub_unsigned(a),
        call.saturating_sub_unsigned(b),
        liquidation.saturating_sub_unsigned(c),
    ]
}

#[test]
fn r_h1_r_h3_a_pledge_raises_headroom_by_at_most_what_counts_and_never_lowers_it_where_nothing_is_short(
) {
    let mut rng = Rng(46);
    for _ in 0..30_000 {
        let mut book = one_sided(&mut rng);
        book.quote = QuoteRisk::PAR;
        let base = headrooms(&book.margin().unwrap());
        let worth_q = rng.magnitude(1 << 45);
        let underlying = u16::try_from(rng.between(0, 24)).unwrap();
        let mut more = pledge(&mut rng, underlying, worth_q);
        more.prices = alone(more.prices);
        book.pledges.push(more);
        let counted = i64::try_from(
            Book::new(0, &QuoteRisk::PAR)
                .unwrap()
                .pledge(&more)
                .unwrap(),
        );
        let counted = counted.unwrap();
        let after = headrooms(&book.margin().unwrap());
        for line in 0..3 {
            assert!(after[line] - base[line] <= counted, "{line} {book:?}");
            assert!(after[line] >= base[line], "{line} {book:?}");
        }
    }
}

#[test]
fn r_a1_a_pledge_relieves_a_short_of_its_underlying_of_at_most_what_as_much_perp_asks() {
    let mut rng = Rng(47);
    for _ in 0..30_000 {
        let worth_q = rng.magnitude(1 << 45);
        let mut short = exposure(&mut rng, 5, worth_q);
        short.position.lots = -short.position.lots.abs();
        short.prices = alone(short.prices);
        let mut more = pledge(&mut rng, 5, worth_q);
        more.prices = alone(more.prices);
        let floor_ppm = rng.between_u32(300_000, ONE_PPM);
        let netting = Netting {
            rows: &[],
            floor_ppm,
        };
        let mut book = Book::new(0, &QuoteRisk::PAR).unwrap();
        book.hold(&short).unwrap();
        let before = book.margin(&netting).unwrap();
        let counted_q = book.pledge(&more).unwrap();
        let after = book.margin(&netting).unwrap();
        let of = |ratio_ppm: u32| u128::from(counted_q) * u128::from(ratio_ppm) / 1_000_000 + 2;
        let sides = short.ratios.short;
        let ratios = [sides.initial_ppm, sides.call_ppm, sides.liquidation_ppm];
        for line in 0..3 {
            let relieved =
                i128::from(requirements(&before)[line]) - i128::from(requirements(&after)[line]);
            // The call may have bound the initial line, and the liquidation line both, at a distance.
            let bound = ratios[line..].iter().map(|&ratio| of(ratio)).max().unwrap();
            let distance = [250_000, 100_000, 0][line];
            let apart = of(ratios[2]) * (1_000_000 + distance) / 1_000_000 + 2;
            let most = bound.max(apart);
            assert!(
                relieved <= i128::try_from(most).unwrap(),
                "{line} {short:?} {more:?}"
            );
            let floor = u128::from(requirements(&before)[2]) * 3 / 10;
            assert!(u128::from(requirements(&after)[line]) >= floor);
        }
    }
}

#[test]
fn r_a1_a_dust_of_perp_hardly_changes_what_spot_needs() {
    let mut rng = Rng(48);
    for _ in 0..30_000 {
        let worth_q = rng.magnitude(1 << 45);
        let mut spot = pledge(&mut rng, 5, worth_q);
        spot.prices = alone(spot.prices);
        let mut dust = exposure(&mut rng, 5, 1);
        dust.position.lots = dust.position.lots.signum();
        dust.liquidity_q = u64::MAX;
        let netting = Netting {
            rows: &[],
            floor_ppm: 300_000,
        };
        let mut book = Book::new(0, &QuoteRisk::PAR).unwrap();
        if book.pledge(&spot).unwrap() == 0 {
            continue;
        }
        let without = requirements(&book.margin(&netting).unwrap());
        let mut book = Book::new(0, &QuoteRisk::PAR).unwrap();
        let (notional_q, _) = book.hold(&dust).unwrap();
        book.pledge(&spot).unwrap();
        let with = requirements(&book.margin(&netting).unwrap());
        let guard_q = notional_q * 2;
        for line in 0..3 {
            assert!(
                with[line] + notional_q + 3 >= without[line],
                "{dust:?} {spot:?}"
            );
            assert!(
                with[line] <= without[line] + guard_q + 3,
                "{dust:?} {spot:?}"
            );
        }
    }
}

#[test]
fn r_a1_a_hedge_needs_no_more_than_the_short_and_the_wrong_way_needs_both() {
    let mut rng = Rng(49);
    for _ in 0..30_000 {
        let worth_q = rng.magnitude(1 << 45).max(1 << 10);
        let mut perp = exposure(&mut rng, 5, worth_q);
        perp.prices = alone(perp.prices);
        perp.ratios = SideRatios::both(ratios(&mut rng));
        let share = rng.between(1, 99);
        let mut spot = pledge(&mut rng, 5, worth_q * share / 100);
        spot.prices = alone(spot.prices);
        spot.liquidity_q = u64::MAX;
        let netting = Netting {
            rows: &[],
            floor_ppm: 300_000,
        };
        let lots = perp.position.lots.abs();
        let of = |lots, with_spot: bool| {
            let position = Position {
                lots,
                ..perp.position
            };
            let mut book = Book::new(0, &QuoteRisk::PAR).unwrap();
            if lots != 0 {
                book.hold(&Exposure { position, ..perp }).unwrap();
            }
            if with_spot {
                book.pledge(&spot).unwrap();
            }
            requirements(&book.margin(&netting).unwrap())
        };
        let (long, both, alone) = (of(lots, false), of(lots, true), of(0, true));
        let (short, hedged) = (of(-lots, false), of(-lots, true));
        let counted = Book::new(0, &QuoteRisk::PAR)
            .unwrap()
            .pledge(&spot)
            .unwrap();
        let notional = Book::new(0, &QuoteRisk::PAR)
            .unwrap()
            .hold(&perp)
            .unwrap()
            .0;
        for line in 0..3 {
            // Where the perp is called at its distance from the liquidation line, spot is not.
            let sum = long[line] + alone[line];
            let apart = share_up(long[2], [1_250_000, 1_100_000, 0][line]).unwrap();
            assert!(
                both[line] == sum || long[line] == apart,
                "{perp:?} {spot:?}"
            );
            assert!(both[line] <= sum, "{perp:?} {spot:?}");
            assert!(both[line] >= alone[line] + long[2], "{perp:?} {spot:?}");
            if counted + 3 < notional {
                assert!(hedged[line] <= short[line] + 3, "{perp:?} {spot:?}");
            }
        }
    }
}

#[test]
fn r_a2_guarding_never_lowers_a_requirement_nor_raises_equity() {
    let mut rng = Rng(50);
    for _ in 0..30_000 {
        let guarded = parts(&mut rng, 8, 4);
        let mut plain = guarded.clone();
        for held in &mut plain.exposures {
            held.prices.guard_e8 = held.prices.price_e8;
        }
        let (before, after) = (plain.margin().unwrap(), guarded.margin().unwrap());
        assert!(
            after.requirement_initial_q >= before.requirement_initial_q,
            "{guarded:?}"
        );
        assert!(
            after.equity_initial_q <= before.equity_initial_q,
            "{guarded:?}"
        );
        assert_eq!(requirements(&after)[1..], requirements(&before)[1..]);
        assert_eq!(equities(&after)[1..], equities(&before)[1..]);
    }
}

#[test]
fn r_h4_realising_profit_or_loss_moves_no_equity_and_a_dearer_or_safer_quote_never_hurts_a_book_without_spot(
) {
    let mut rng = Rng(51);
    for _ in 0..30_000 {
        let mut open = parts(&mut rng, 8, 0);
        open.balance_q = open.balance_q.abs() * 4;
        for held in &mut open.exposures {
            held.prices = alone(held.prices);
            held.credit_ppm = ONE_PPM;
        }
        let mut realised = open.clone();
        for held in &mut realised.exposures {
            let profit_q = held
                .position
                .profit_down(held.prices.price_e8, held.lot_divisor)
                .unwrap();
            held.position.entry_q += profit_q;
            realised.balance_q += profit_q;
        }
        let (before, after) = (open.margin().unwrap(), realised.margin().unwrap());
        assert_eq!(equities(&after)[1..], equities(&before)[1..], "{open:?}");
        assert_eq!(requirements(&after), requirements(&before));
        let mut safer = open.clone();
        safer.quote.price_e8 += rng.between(0, 10_000_000);
        safer.quote.haircut_call_ppm /= 2;
        safer.quote.haircut_initial_ppm /= 2;
        let safer = safer.margin().unwrap();
        for line in 0..3 {
            assert!(equities(&safer)[line] >= equities(&before)[line]);
        }
    }
}

#[test]
fn r_a1_a_pledge_never_lowers_headroom_and_raises_it_by_at_most_twice_what_counts() {
    let mut rng = Rng(53);
    for _ in 0..30_000 {
        let mut book = parts(&mut rng, 8, 3);
        book.quote = QuoteRisk::PAR;
        book.rows.clear();
        book.floor_ppm = 300_000;
        let worth_q = rng.magnitude(1 << 48);
        let underlying = u16::try_from(rng.between(0, 24)).unwrap();
        let mut more = pledge(&mut rng, underlying, worth_q);
        more.liquidity_q = u64::MAX;
        for prices in [
            book.exposures
                .iter_mut()
                .map(|held| &mut held.prices)
                .collect::<Vec<_>>(),
            book.pledges
                .iter_mut()
                .map(|held| &mut held.prices)
                .collect(),
            vec![&mut more.prices],
        ]
        .into_iter()
        .flatten()
        {
            *prices = alone(*prices);
        }
        let before = headrooms(&book.margin().unwrap());
        book.pledges.push(more);
        let after = headrooms(&book.margin().unwrap());
        let mut empty = Book::new(0, &QuoteRisk::PAR).unwrap();
        let counted = i64::try_from(empty.pledge(&more).unwrap()).unwrap();
        // What roundings are taken for, and a millionth of what stands beside it (R-N7).
        let notional_q = book.margin().unwrap().notional_q;
        let spots_q: u64 = book
            .pledges
            .iter()
            .map(|held| empty.pledge(held).unwrap_or(0))
            .sum();
        let rounding = i64::try_from((notional_q + spots_q) / 500_000).unwrap() + 1_000;
        for line in 0..3 {
            let rise = after[line] - before[line];
            assert!(rise >= -rounding, "{line} {rise} {counted} {book:?}");
            assert!(
                rise <= 2 * counted + rounding,
                "{line} {rise} {counted} {book:?}"
            );
        }
    }
}
