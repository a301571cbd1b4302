//! A book by definition: every number a whole count of 1e-36 atoms, in which all products of R-A1 … R-H4 are
//! exact and only roots and the quotient of R-N7 are not (by less than 1e-30 atoms).

use super::book_equity::equity;
use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use plimsoll_risk::book::{Exposure, Netting, Pledge, QuoteRisk};
use plimsoll_risk::margin::Ratios;
use plimsoll_risk::portfolio::Leg;

/// One atom.
pub fn atom() -> BigInt {
    BigInt::from(10).pow(36)
}

/// A book's lines: initial, call, liquidation.
pub struct Lines {
    /// Equity without any rounding.
    pub equity: [BigInt; 3],
    /// Requirement without any rounding.
    pub requirement: [BigInt; 3],
    /// How far the crate's requirement may lie above, and below where a collateral's value caps its size.
    pub above: [BigInt; 3],
    /// How far below.
    pub below: [BigInt; 3],
    /// How far equity may lie below.
    pub equity_below: BigInt,
}

/// At which line, and by which price perps are held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Initial,
    Guarded,
    Call,
    Liquidation,
}

pub fn ppm(x: &BigInt, ratio: u32) -> BigInt {
    x * ratio / 1_000_000
}

fn of(ratios: &Ratios, at: At) -> u32 {
    match at {
        At::Initial | At::Guarded => ratios.initial_ppm,
        At::Call => ratios.call_ppm,
        At::Liquidation => ratios.liquidation_ppm,
    }
}

/// Signed size at a price.
pub fn worth(lots: i64, price_e8: u64, divisor: u64) -> BigInt {
    BigInt::from(lots) * price_e8 * (atom() / divisor)
}

/// What counts of a pledge at a price, in atoms and exact.
pub fn counted(pledge: &Pledge, price_e8: u64) -> (BigInt, BigInt) {
    let whole = BigInt::from(pledge.amount) * price_e8 / pledge.divisor;
    let exact = BigInt::from(pledge.amount) * price_e8 * (atom() / pledge.divisor);
    (
        whole * pledge.counted_ppm / 1_000_000,
        ppm(&exact, pledge.counted_ppm),
    )
}

/// What a pledge counts for at a line, in atoms.
fn credit(pledge: &Pledge, quote: &QuoteRisk, at: At) -> BigInt {
    let prices = pledge.prices;
    let slow_e8 = prices.price_e8.min(prices.slow_e8);
    let price_e8 = match at {
        At::Initial | At::Guarded => slow_e8.min(prices.guard_e8),
        At::Call => slow_e8,
        At::Liquidation => return counted(pledge, prices.price_e8).0,
    };
    counted(pledge, price_e8).0 * 100_000_000 / quote.price_e8.max(100_000_000)
}

/// One underlying.
#[derive(Default)]
struct Item {
    column: usize,
    /// Signed size and exposure.
    size: BigInt,
    exposure: BigInt,
    gross: BigInt,
    /// What the perp alone needs, and what sizes add.
    alone: BigInt,
    added: BigInt,
    short: bool,
    /// By how much the crate's exposure and notional, and its add-on, may be off.
    off: BigInt,
    added_off: BigInt,
    below: BigInt,
}

/// In 1e-12 atoms, whose squares are quicker to take roots of.
fn coarse(x: &BigInt) -> BigInt {
    x / BigInt::from(10).pow(24)
}

/// The root of coarse squares.
fn root(squares: &BigInt) -> BigInt {
    squares.sqrt() * BigInt::from(10).pow(24)
}

/// `x·√(1 + n ÷ L)`, rounded down and at most 4,294.967295 times `x`, and the factor rounded up.
fn sized(x: &BigInt, size: &BigInt, liquidity_q: u64) -> (BigInt, BigInt) {
    if liquidity_q == u64::MAX {
        return (x.clone(), BigInt::one());
    }
    let liquidity = BigInt::from(liquidity_q.max(1)) * atom();
    let root = root(&(coarse(x).pow(2) * (&liquidity + size) / &liquidity));
    let factor = (BigInt::one() + size / &liquidity).sqrt() + 2;
    (root.min(ppm(x, u32::MAX)), factor)
}

fn item(
    column: u16,
    exposure: Option<&Exposure>,
    spots: &[&Pledge],
    quote: &QuoteRisk,
    at: At,
) -> Item {
    let mut item = Item {
        column: usize::from(column),
        ..Item::default()
    };
    let mut largest_ppm = 0;
    let mut perp = BigInt::zero();
    if let Some(exposure) = exposure {
        let prices = exposure.prices;
        let price_e8 = match at {
            At::Guarded => prices.price_e8.max(prices.guard_e8),
            _ => prices.price_e8,
        };
        perp = worth(exposure.position.lots, price_e8, exposure.lot_divisor);
        let side_ppm = of(exposure.ratios.of(!perp.is_negative()), at);
        largest_ppm = side_ppm;
        item.short = perp.is_negative();
        item.alone = ppm(&perp.abs(), side_ppm);
        if at != At::Liquidation {
            let (root, factor) = sized(&item.alone, &perp.abs(), exposure.liquidity_q);
            item.added = root - &item.alone;
            item.added_off = atom() * (2 * u64::from(side_ppm.div_ceil(1_000_000)) + 1) * factor
                + 4 * atom()
                + ppm(&item.alone, 1);
        }
    }
    let (mut spot, mut asked, mut spot_ppm) = (BigInt::zero(), BigInt::zero(), 0);
    for pledge in spots {
        let (_, exact) = counted(pledge, pledge.prices.price_e8);
        let most = credit(pledge, quote, at) * atom();
        let ratio_ppm = of(&pledge.ratios, at);
        let alone = ppm(&exact, ratio_ppm).min(most.clone());
        if at != At::Liquidation {
            let (root, factor) = sized(&alone, &exact, pledge.liquidity_q);
            let added = root - &alone;
            let rounding = u64::from(ratio_ppm.div_ceil(1_000_000));
            if added > &most - &alone - atom() * (2 * rounding + 2) {
                item.below += atom() * (2 * rounding + 2);
            }
            item.added += added.min(&most - &alone);
            item.added_off += atom() * (4 * rounding + 2) * factor + 5 * atom() + ppm(&alone, 1);
        }
        spot += exact;
        asked += alone;
        spot_ppm = spot_ppm.max(ratio_ppm);
    }
    largest_ppm = largest_ppm.max(spot_ppm);
    item.size = &perp + &spot;
    item.exposure = if !perp.is_negative() {
        &item.alone + asked
    } else if item.size.is_positive() {
        asked * &item.size / &spot
    } else {
        ppm(&item.size, item.alone_ppm(exposure, at))
    };
    item.gross = item.exposure.abs().max(item.alone.clone());
    let pledges = u64::try_from(spots.len()).expect("few");
    let ratio = u64::from(largest_ppm.div_ceil(1_000_000));
    item.off = atom() * (1 + pledges + (2 * pledges + 1) * ratio);
    item
}

impl Item {
    fn alone_ppm(&self, exposure: Option<&Exposure>, at: At) -> u32 {
        exposure.map_or(0, |exposure| of(exposure.ratios.of(false), at))
    }
}

/// R-N2, R-N5, R-N7: the loss in a row of moves in 1e-4. Each side's mean caps what a dollar of the other
/// offsets.
fn row(items: &[Item], moves: impl Fn(&Item) -> i16) -> BigInt {
    let moved = items.iter().map(|item| {
        let worth: BigInt = &item.exposure * moves(item) / 10_000;
        (worth, item.size.abs())
    });
    let (gains, losses): (Vec<_>, Vec<_>) = moved
        .filter(|(worth, _)| !worth.is_zero())
        .partition(|(worth, _)| worth.is_positive());
    let sums = |side: &[(BigInt, BigInt)]| -> (BigInt, BigInt) {
        let worth = side.iter().map(|(worth, _)| worth.abs()).sum();
        (worth, side.iter().map(|(_, size)| size).sum())
    };
    let offset = |side: &[(BigInt, BigInt)], (worth, size): (BigInt, BigInt)| -> BigInt {
        let most = |(own, of): &(BigInt, BigInt)| own.abs().min(of * &worth / &size);
        side.iter().map(most).sum()
    };
    let (lost, gained) = (sums(&losses), sums(&gains));
    if lost.1.is_zero() || gained.1.is_zero() {
        return lost.0;
    }
    let offset = offset(&losses, gained).min(offset(&gains, lost.clone()));
    lost.0 - offset
}

/// The larger of each.
fn larger(a: [BigInt; 3], b: &[BigInt; 3]) -> [BigInt; 3] {
    let [first, second, third] = a;
    [
        first.max(b[0].clone()),
        second.max(b[1].clone()),
        third.max(b[2].clone()),
    ]
}

/// R-N1 … R-N7 and what sizes add; how far above and how far below that the crate may lie.
fn requirement(items: &[Item], netting: &Netting) -> [BigInt; 3] {
    let gross: BigInt = items.iter().map(|item| &item.gross).sum();
    let mut worst = ppm(&gross, netting.floor_ppm);
    let mut largest = BigInt::zero();
    for item in items {
        largest = largest.max(item.exposure.abs());
    }
    worst = worst.max(largest.clone());
    if items.len() > 1 {
        let squares: BigInt = items.iter().map(|item| coarse(&item.exposure).pow(2)).sum();
        worst = worst.max(root(&squares));
        worst = worst
            .max(row(items, |_| 10_000))
            .max(row(items, |_| -10_000));
        for moves in netting.rows {
            worst = worst.max(row(items, |item| {
                moves.get(item.column).copied().unwrap_or(0)
            }));
        }
    }
    let added: BigInt = items.iter().map(|item| &item.added).sum();
    let off: BigInt = items
        .iter()
        .map(|item| &item.off * 17 + &item.added_off)
        .sum();
    let sizes: BigInt = items.iter().map(|item| item.size.abs()).sum();
    // A part per million of sizes for R-N7's rate, 1e-8 of the largest for the 30 bits of R-N4.
    let off = off + ppm(&sizes, 1) + largest / 100_000_000 + 3 * atom();
    let below = items.iter().map(|item| &item.below).sum();
    [worst.min(gross) + added, off, below]
}

/// Each underlying once, in order.
fn items(quote: &QuoteRisk, exposures: &[Exposure], pledges: &[Pledge], at: At) -> Vec<Item> {
    let counting: Vec<&Pledge> = pledges
        .iter()
        .filter(|pledge| counted(pledge, pledge.prices.price_e8).0.is_positive())
        .collect();
    let held: Vec<&Exposure> = exposures
        .iter()
        .filter(|held| held.position.lots != 0)
        .collect();
    let mut underlyings: Vec<u16> = held.iter().map(|held| held.underlying).collect();
    underlyings.extend(counting.iter().map(|pledge| pledge.underlying));
    underlyings.sort_unstable();
    underlyings.dedup();
    let of = |&underlying: &u16| {
        let perp = held
            .iter()
            .find(|held| held.underlying == underlying)
            .copied();
        let spots: Vec<&Pledge> = counting
            .iter()
            .filter(|pledge| pledge.underlying == underlying)
            .copied()
            .collect();
        item(underlying, perp, &spots, quote, at)
    };
    underlyings.iter().map(of).collect()
}

impl Item {
    /// What it asks at the liquidation line, and what of it the perp does: where spot is what is left of a hedge,
    /// the least of the perp.
    fn at_liquidation(&self) -> (BigInt, BigInt) {
        let hedged = ppm(&self.alone, 300_000);
        let asked = hedged.clone().max(self.exposure.abs());
        let perp = match self.short {
            true if self.size.is_negative() => asked.clone(),
            true => hedged,
            false => self.alone.clone(),
        };
        (asked, perp)
    }
}

/// One underlying at the call line, for differences: in atoms.
pub struct CallLeg {
    /// Underlying, size, exposure and gross.
    pub leg: Leg,
    /// What the perp alone needs, and what all sizes add.
    pub alone: f64,
    pub added: f64,
    /// What it asks at the liquidation line, and what of it the perp does.
    pub fixed: [f64; 2],
}

/// A book's underlyings at the call line.
pub fn call_legs(quote: &QuoteRisk, exposures: &[Exposure], pledges: &[Pledge]) -> Vec<CallLeg> {
    let atoms = |x: &BigInt| i64::try_from(x / atom()).expect("63 bits");
    let calls = items(quote, exposures, pledges, At::Call);
    let fixed = items(quote, exposures, pledges, At::Liquidation);
    let legs = calls.iter().zip(&fixed).map(|(call, fixed)| {
        let (asked, perp) = fixed.at_liquidation();
        CallLeg {
            leg: Leg {
                column: u16::try_from(call.column).expect("an underlying"),
                notional_q: atoms(&call.size).unsigned_abs(),
                exposure_q: atoms(&call.exposure),
                gross_q: atoms(&call.gross).unsigned_abs(),
            },
            alone: atoms(&call.alone) as f64,
            added: atoms(&call.added) as f64,
            fixed: [atoms(&asked) as f64, atoms(&perp) as f64],
        }
    });
    legs.collect()
}

/// The lines of a book, unrounded.
pub fn lines(
    balance_q: i64,
    quote: &QuoteRisk,
    exposures: &[Exposure],
    pledges: &[Pledge],
    netting: &Netting,
) -> Lines {
    let items = |at| items(quote, exposures, pledges, at);
    let fixed = items(At::Liquidation);
    let (mut liquidation, mut perps) = (BigInt::zero(), BigInt::zero());
    for item in &fixed {
        let (asked, perp) = item.at_liquidation();
        liquidation += asked;
        perps += perp;
    }
    let off: BigInt = fixed.iter().map(|item| &item.off + atom()).sum();
    let over = |ratio_ppm: u32| {
        let line = &liquidation + ppm(&perps, ratio_ppm);
        [line, &off + ppm(&off, ratio_ppm) + atom(), BigInt::zero()]
    };
    let call = larger(requirement(&items(At::Call), netting), &over(100_000));
    let mut initial = larger(requirement(&items(At::Initial), netting), &call);
    initial = larger(initial, &over(250_000));
    let fixed = [liquidation, off, BigInt::zero()];
    let guarded =
        |held: &Exposure| held.position.lots != 0 && held.prices.guard_e8 > held.prices.price_e8;
    if exposures.iter().any(guarded) {
        initial = larger(requirement(&items(At::Guarded), netting), &initial);
    }
    let lines = [initial, call, fixed];
    let column = |place: usize| lines.each_ref().map(|line| line[place].clone());
    let parts = u64::try_from(exposures.len() + pledges.len()).expect("few");
    Lines {
        equity: equity(balance_q, quote, exposures, pledges),
        requirement: column(0),
        above: column(1),
        below: column(2),
        equity_below: atom() * (3 * parts + 2),
    }
}
