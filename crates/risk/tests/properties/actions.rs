//! Whatever hedges what: every account below a line has an action that improves it (I4, R-L12). Books of up to
//! six perps and three collaterals, hedged and crossed, under any rows, put below a line by a debt. Spread
//! and discount are the dearest that can be listed.

use crate::reference::books::Parts;
use crate::reference::Rng;
use plimsoll_risk::account::{AccountState, Margin};
use plimsoll_risk::auction::proceeds_up;
use plimsoll_risk::book::{Exposure, Pledge, Prices, QuoteRisk};
use plimsoll_risk::liquidation::{cut_fee_down, fee_ppm_down};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::position::Position;
use plimsoll_risk::pricing::reduction_fill;
use plimsoll_risk::slice::{
    gap_e6, searched_share_up, slice_fee_down, slice_fee_ppm_down, sliced_up,
};
use plimsoll_risk::units::{notional_down, share_down, worth_down, ONE_PPM};

/// The most that can be listed.
const KEEPER_FEE_Q: u64 = 10_000_000;
const SHARES_PPM: [u32; 5] = [10_000, 100_000, 250_000, 500_000, ONE_PPM];

fn ratios(rng: &mut Rng, floor_ppm: u32) -> Ratios {
    let call_ppm = (floor_ppm * rng.between_u32(10, 80) / 10).min(ONE_PPM);
    Ratios {
        initial_ppm: call_ppm,
        call_ppm,
        liquidation_ppm: floor_ppm,
    }
}

fn prices(rng: &mut Rng) -> Prices {
    let price_e8 = rng.between(10_000_000, 10_000_000_000_000);
    Prices {
        price_e8,
        slow_e8: price_e8 * rng.between(90, 110) / 100,
        guard_e8: price_e8,
    }
}

/// A perp of 300 to 30,000 quote units, with its floor.
fn perp(rng: &mut Rng, underlying: u16) -> Exposure {
    let (prices, lot_divisor) = (prices(rng), 100_000_000);
    let worth_q = u128::from(rng.between(300_000_000, 30_000_000_000));
    let lots = worth_q * u128::from(lot_divisor) / u128::from(prices.price_e8);
    let lots = i64::try_from(lots).unwrap() * if rng.one_in(2) { -1 } else { 1 };
    let worth_q = worth_down(lots, prices.price_e8, lot_divisor).unwrap();
    let floor_ppm = rng.between_u32(2_500, 100_000);
    let ratios = ratios(rng, floor_ppm);
    Exposure {
        underlying,
        position: Position {
            lots,
            entry_q: worth_q / 100 * rng.between_u32(80, 120) as i64,
        },
        unpaid_q: 0,
        prices,
        lot_divisor,
        ratios: SideRatios {
            long: ratios,
            short: ratios,
        },
        liquidity_q: if rng.one_in(2) { u64::MAX } else { 1 << 36 },
        credit_ppm: rng.between_u32(0, ONE_PPM),
        sigma_ppm: 10_000,
    }
}

/// A collateral that hedges one of the perps, or stands alone.
fn spot(rng: &mut Rng, perps: &[Exposure], number: u16) -> Pledge {
    let hedged = &perps[rng.between(0, perps.len() as u64 - 1) as usize];
    let joins = !rng.one_in(4);
    let prices = if joins { hedged.prices } else { prices(rng) };
    let lots = u128::from(hedged.position.lots.unsigned_abs());
    let size_q = lots * u128::from(hedged.prices.price_e8) / u128::from(hedged.lot_divisor);
    let divisor = 100_000_000;
    let amount = size_q * u128::from(divisor) / u128::from(prices.price_e8);
    let haircut_ppm = rng.between_u32(1_000, 200_000);
    let floor_ppm = rng.between_u32(2_500, 100_000);
    Pledge {
        underlying: if joins {
            hedged.underlying
        } else {
            100 + number
        },
        amount: u64::try_from(amount * u128::from(rng.between(10, 160)) / 100).unwrap(),
        divisor,
        prices,
        counted_ppm: ONE_PPM - haircut_ppm,
        ratios: ratios(rng, floor_ppm),
        liquidity_q: if rng.one_in(2) { u64::MAX } else { 1 << 36 },
        sigma_ppm: 10_000,
    }
}

/// A book just below a line, or far below it.
fn below(rng: &mut Rng, liquidatable: bool) -> Parts {
    let perps: Vec<_> = (0..rng.between(1, 6))
        .map(|place| perp(rng, place as u16))
        .collect();
    let pledges = (0..rng.between(0, 3))
        .map(|number| spot(rng, &perps, number as u16))
        .collect();
    let rows = (0..rng.between(0, 8)).map(|_| {
        let mut row = [0; 16];
        for cell in &mut row {
            *cell = (rng.between(0, 40_000) as i32 - 20_000) as i16;
        }
        row
    });
    let mut parts = Parts {
        balance_q: 0,
        quote: QuoteRisk::PAR,
        exposures: perps,
        pledges,
        rows: rows.collect(),
        floor_ppm: if rng.one_in(3) {
            300_000
        } else {
            rng.between_u32(300_000, ONE_PPM)
        },
    };
    let margin = parts.margin().unwrap();
    let (equity_q, requirement_q) = if liquidatable {
        (
            margin.equity_liquidation_q,
            margin.requirement_liquidation_q,
        )
    } else {
        (margin.equity_call_q, margin.requirement_call_q)
    };
    let missing_q = (requirement_q / 1_000).max(1) * rng.between(1, 1_200);
    parts.balance_q = requirement_q as i64 - equity_q - missing_q as i64;
    parts
}

/// What a share of a leg costs: a cut alone, or a part of a slice.
#[derive(Clone, Copy, PartialEq)]
enum Fee {
    Single,
    Slice,
}

/// Closes a share of the legs and sells a share of the collaterals that the bits name.
fn acted(parts: &Parts, before: &Margin, bits: u16, share_ppm: u32, fee: Fee) -> Parts {
    let mut after = parts.clone();
    let liquidated = before.state() >= AccountState::Liquidatable;
    let mut budget_q = KEEPER_FEE_Q;
    for (place, leg) in after.exposures.iter_mut().enumerate() {
        if bits >> place & 1 == 0 {
            continue;
        }
        let (price_e8, divisor) = (leg.prices.price_e8, leg.lot_divisor);
        let floor_ppm = leg.ratios.long.liquidation_ppm;
        let spread_ppm = floor_ppm / 4;
        let lots = sliced_up(leg.position.lots.unsigned_abs(), share_ppm, |_| Ok(false)).unwrap();
        let signed = -leg.position.lots.signum() * lots as i64;
        let fill = reduction_fill(signed, price_e8, divisor, spread_ppm).unwrap();
        let closed_q = notional_down(lots, price_e8, divisor).unwrap();
        let filled = leg.position.fill(fill).unwrap();
        leg.position = filled.position;
        let (equity_q, notional_q) = (before.equity_liquidation_q, before.notional_q);
        let fee_ppm = fee_ppm_down(floor_ppm / 2, spread_ppm, equity_q, notional_q).unwrap();
        let fee_q = match (liquidated, fee) {
            (true, Fee::Single) => share_down(closed_q, fee_ppm).unwrap(),
            (true, Fee::Slice) => {
                let fee_ppm = slice_fee_ppm_down(fee_ppm, spread_ppm, floor_ppm).unwrap();
                share_down(closed_q, fee_ppm).unwrap()
            }
            (false, Fee::Single) => cut_fee_down(KEEPER_FEE_Q, closed_q, floor_ppm).unwrap(),
            (false, Fee::Slice) => slice_fee_down(closed_q, floor_ppm).unwrap().min(budget_q),
        };
        budget_q = budget_q.saturating_sub(fee_q);
        after.balance_q += filled.realised_q - fee_q as i64;
    }
    for (place, pledge) in after.pledges.iter_mut().enumerate() {
        if bits >> (8 + place) & 1 == 1 {
            let amount = sliced_up(pledge.amount, share_ppm, |_| Ok(false)).unwrap();
            let discount_ppm = ONE_PPM - pledge.counted_ppm;
            let (price_e8, divisor) = (pledge.prices.price_e8, pledge.divisor);
            let brought_q = proceeds_up(amount, price_e8, divisor, discount_ppm, 100_000_000);
            after.balance_q += brought_q.unwrap() as i64;
            pledge.amount -= amount;
        }
    }
    after
}

/// Whether an action leaves both lines no nearer, and the one that it answers farther.
fn improves(parts: &Parts, bits: u16, share_ppm: u32, fee: Fee) -> bool {
    let before = parts.margin().unwrap();
    let after = acted(parts, &before, bits, share_ppm, fee)
        .margin()
        .unwrap();
    let (call, line) = (
        after.headroom_call_q() - before.headroom_call_q(),
        after.headroom_liquidation_q() - before.headroom_liquidation_q(),
    );
    if before.state() >= AccountState::Liquidatable {
        line > 0
    } else {
        call > 0 && line >= 0
    }
}

fn legs(parts: &Parts) -> u16 {
    (1 << parts.exposures.len()) - 1
}

fn everything(parts: &Parts) -> u16 {
    legs(parts) | ((1 << parts.pledges.len()) - 1) << 8
}

/// A leg by itself or, below the liquidation line, a collateral by itself. A cut closes at most half of a leg.
fn single(parts: &Parts) -> bool {
    let liquidated = parts.margin().unwrap().state() >= AccountState::Liquidatable;
    let all = if liquidated {
        everything(parts)
    } else {
        legs(parts)
    };
    let shares = &SHARES_PPM[..if liquidated { 5 } else { 4 }];
    (0..11).any(|place| {
        let bits = all & 1 << place;
        let try_at = |share_ppm: &u32| improves(parts, bits, *share_ppm, Fee::Single);
        bits != 0 && shares.iter().any(try_at)
    })
}

/// The admissible slices: of all legs; and where those do not help, or the account is below the liquidation
/// line, of everything.
fn slice(parts: &Parts, share_ppm: u32) -> bool {
    improves(parts, legs(parts), share_ppm, Fee::Slice)
        || improves(parts, everything(parts), share_ppm, Fee::Slice)
}

fn books() -> u64 {
    std::env::var("BOOKS").map_or(20_000, |count| count.parse().unwrap())
}

#[test]
fn i4_every_account_below_a_line_has_an_action_that_improves_it() {
    let mut rng = Rng(0x0051_1CE5);
    let (mut hedged, mut states) = (0, [0_u64; 4]);
    for number in 0..books() {
        let parts = below(&mut rng, number % 2 == 0);
        let before = parts.margin().unwrap();
        states[before.state() as usize] += 1;
        for share_ppm in SHARES_PPM {
            assert!(
                slice(&parts, share_ppm),
                "{share_ppm} of {parts:?} {before:?}"
            );
        }
        hedged += u64::from(!single(&parts));
    }
    // Without slices the property fails: the single actions leave these without any.
    println!(
        "{hedged} of {} books have no single action; {states:?}",
        books()
    );
    assert!(hedged * 1_000 > books(), "{hedged} of {}", books());
    let [healthy, others @ ..] = states;
    assert_eq!(healthy, 0);
    assert!(
        others.iter().all(|count| *count * 20 > books()),
        "{states:?}"
    );
}

/// Two markets that rows move apart: either leg alone relieves one row and not the other.
#[test]
fn r_l12_where_two_rows_bind_only_a_slice_improves() {
    let mut rng = Rng(7);
    let leg = |rng: &mut Rng, underlying, side: i64| {
        let mut leg = perp(rng, underlying);
        let prices = Prices {
            price_e8: 100_000_000,
            slow_e8: 100_000_000,
            guard_e8: 100_000_000,
        };
        let ratios = Ratios {
            initial_ppm: 100_000,
            call_ppm: 100_000,
            liquidation_ppm: 10_000,
        };
        leg.prices = prices;
        leg.ratios = SideRatios {
            long: ratios,
            short: ratios,
        };
        leg.liquidity_q = u64::MAX;
        // A thousand quote units.
        leg.position = Position {
            lots: side * 1_000_000_000,
            entry_q: side * 1_000_000_000,
        };
        leg
    };
    let row = |place: usize, move_e4| {
        let mut row = [0; 16];
        row[place] = move_e4;
        row
    };
    let mut parts = Parts {
        balance_q: 0,
        quote: QuoteRisk::PAR,
        exposures: vec![leg(&mut rng, 0, 1), leg(&mut rng, 1, -1)],
        pledges: Vec::new(),
        rows: vec![row(0, -14_500), row(1, 14_500)],
        floor_ppm: 300_000,
    };
    // 1.45 of 100 in either row, and 32 atoms for roundings.
    assert_eq!(parts.margin().unwrap().requirement_call_q, 145_000_032);
    parts.balance_q = 140_000_000;
    assert_eq!(parts.margin().unwrap().state(), AccountState::MarginCall);
    assert!(!single(&parts));
    assert!(improves(&parts, 0b11, 100_000, Fee::Slice));
}

/// A short with spot of its underlying: at some ratios of the two neither may be reduced alone.
#[test]
fn r_l12_perp_and_spot_of_one_underlying_are_reduced_together() {
    let mut rng = Rng(0x000B_A515);
    let mut alone = 0;
    for _ in 0..books() / 10 {
        let mut parts = below(&mut rng, true);
        parts.exposures.truncate(1);
        parts.pledges.truncate(1);
        let Some(pledge) = parts.pledges.first_mut() else {
            continue;
        };
        let short = &mut parts.exposures[0];
        pledge.underlying = short.underlying;
        if short.position.lots > 0 {
            short.position.lots = -short.position.lots;
            short.position.entry_q = -short.position.entry_q;
        }
        let margin = parts.margin().unwrap();
        let short_q = margin.requirement_liquidation_q as i64 / 10;
        parts.balance_q -= margin.headroom_liquidation_q() + short_q;
        for share_ppm in SHARES_PPM {
            let both = improves(&parts, everything(&parts), share_ppm, Fee::Slice);
            assert!(both, "{share_ppm} of {parts:?}");
        }
        alone += u64::from(!single(&parts));
    }
    assert!(alone > 0);
}

#[test]
fn r_l12_a_share_meets_the_target_and_a_256th_less_does_not() {
    let mut rng = Rng(0x005E_A4C4);
    let mut partial = 0;
    for _ in 0..books() / 10 {
        let parts = below(&mut rng, true);
        let before = parts.margin().unwrap();
        if before.state() != AccountState::Liquidatable {
            continue;
        }
        let gap = |share_ppm| {
            if share_ppm == 0 {
                return gap_e6(
                    before.equity_liquidation_q,
                    before.requirement_liquidation_q,
                    2_000_000,
                );
            }
            let after = acted(&parts, &before, everything(&parts), share_ppm, Fee::Slice);
            let after = after.margin().unwrap();
            let (equity_q, requirement_q) =
                (after.equity_liquidation_q, after.requirement_liquidation_q);
            gap_e6(equity_q, requirement_q, 2_000_000)
        };
        let mut asked = 0;
        let share_ppm = searched_share_up(ONE_PPM, gap(0), |share_ppm| {
            asked += 1;
            Ok(gap(share_ppm))
        });
        let share_ppm = share_ppm.unwrap();
        if gap(ONE_PPM) < 0 {
            assert_eq!(share_ppm, ONE_PPM);
            continue;
        }
        partial += 1;
        assert!(gap(share_ppm) >= 0);
        let less_ppm = share_ppm.saturating_sub(ONE_PPM.div_ceil(256));
        assert!(less_ppm == 0 || gap(less_ppm) < 0, "{share_ppm}");
        assert!(asked <= 11, "{asked}");
    }
    assert!(partial * 40 > books(), "{partial}");
}
