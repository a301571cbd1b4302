//! R-N1 … R-N7 by their own roundings, and R-K4 within its bound.

use super::{bounded, number};
use crate::format::{get, numbers, Number, Numbers, Step, Vector};
use crate::reference::rational::{ppm, ratio, whole, Rational};
use crate::reference::volatility::sqrt_up;
use crate::typed::{leg, stress};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use plimsoll_risk::portfolio::{Leg, LEGS_MAX};

/// What a bound comes to, its kind in the order of R-N6, and which of its kind.
type Bound = (BigInt, u8, usize);

/// What a row makes of each leg: positive is a gain, with what it is a gain or loss on.
struct Moved {
    parts: Vec<(BigInt, BigInt)>,
}

impl Moved {
    fn of(legs: &[Leg], by: impl Fn(&Leg) -> i16) -> Self {
        let part = |leg: &Leg| {
            let result = BigInt::from(leg.exposure_q) * by(leg);
            // A loss is rounded up and a gain down: both towards minus infinity. What moves at all has a side.
            let notional = BigInt::from(if result.is_zero() { 0 } else { leg.notional_q });
            (ratio(result, 10_000).floor(), notional)
        };
        Self {
            parts: legs.iter().map(part).collect(),
        }
    }

    fn sum(&self, gains: bool) -> (BigInt, BigInt) {
        let on_side = self
            .parts
            .iter()
            .filter(|part| part.0.is_negative() != gains);
        on_side.fold((BigInt::zero(), BigInt::zero()), |sum, part| {
            (sum.0 + part.0.abs(), sum.1 + &part.1)
        })
    }

    /// The mean per notional of a side, ppm.
    fn mean_ppm(&self, gains: bool) -> BigInt {
        let (part, notional) = self.sum(gains);
        part * 1_000_000 / notional.max(1.into())
    }

    /// What a dollar-for-dollar cap lets count of a side, and the notional that it holds back.
    fn capped(&self, gains: bool) -> (BigInt, BigInt) {
        let mean_ppm = self.mean_ppm(!gains);
        let on_side = self
            .parts
            .iter()
            .filter(|part| part.0.is_negative() != gains);
        on_side.fold((BigInt::zero(), BigInt::zero()), |sum, (part, notional)| {
            let most = notional * &mean_ppm / 1_000_000;
            if most < part.abs() {
                (sum.0 + most, sum.1 + notional)
            } else {
                (sum.0 + part.abs(), sum.1)
            }
        })
    }

    /// R-N7.
    fn cost(&self) -> BigInt {
        let offset = self.capped(true).0.min(self.capped(false).0);
        self.sum(false).0 - offset
    }

    /// R-K4 of each leg, per percent: volatility, then size.
    fn slopes(&self) -> Vec<[Rational; 2]> {
        let by_gains = self.capped(true).0 <= self.capped(false).0;
        let (limiting, other) = (self.capped(by_gains), self.sum(!by_gains));
        let held = ratio(limiting.1, other.1.clone().max(1.into())).min(whole(1));
        let mean = ratio(other.0, other.1.max(1.into()));
        let mean_ppm = self.mean_ppm(!by_gains);
        let slope = |(part, notional): &(BigInt, BigInt)| {
            let sign = whole(if part.is_negative() { 1 } else { -1 });
            let on_mean = whole(notional.clone()) * mean.clone();
            let size = whole(part.abs());
            let is_capped = notional * &mean_ppm / 1_000_000 < part.abs();
            if part.is_negative() == by_gains {
                // The side whose mean caps the other. A loss counts itself, and what it lets count less or more.
                let own = if by_gains { size.clone() } else { whole(0) };
                [
                    own.clone() - held.clone() * size.clone(),
                    own - held.clone() * (size - on_mean),
                ]
            } else if is_capped {
                let own = if by_gains { whole(0) } else { size.clone() };
                let all = if by_gains { whole(0) } else { size };
                [
                    own,
                    all + sign * on_mean * whole(if by_gains { 1 } else { -1 }),
                ]
            } else if by_gains {
                [sign.clone() * size.clone(), sign * size]
            } else {
                [whole(0), whole(0)]
            }
        };
        self.parts.iter().map(slope).collect()
    }
}

/// The rows of R-N2 and R-N5: kind, place, and how each leg moves.
fn moved(legs: &[Leg], rows: &[[i16; 16]]) -> Vec<(u8, usize, Moved)> {
    let joint = [-10_000, 10_000].into_iter().enumerate();
    let joint = joint.map(|(place, by)| (4, place, Moved::of(legs, |_| by)));
    let stated = rows.iter().enumerate().map(|(place, row)| {
        let by = |leg: &Leg| row.get(usize::from(leg.column)).copied().unwrap_or(0);
        (5, place, Moved::of(legs, by))
    });
    joint.chain(stated).collect()
}

fn alone(leg: &Leg) -> BigInt {
    BigInt::from(leg.gross_q).max(BigInt::from(leg.exposure_q).abs())
}

/// R-N4 in units of so many bits that 30 are left.
fn root(legs: &[Leg]) -> BigInt {
    let sizes = legs.iter().map(|leg| BigInt::from(leg.exposure_q).abs());
    let bits = sizes.clone().map(|size| size.bits()).max().unwrap_or(0);
    let unit = BigInt::from(1) << bits.saturating_sub(30);
    let squares = sizes.map(|size| ratio(size, unit.clone()).ceil().pow(2));
    sqrt_up(&squares.sum()) * unit
}

/// R-N6: the gross, and what decides.
fn requirement(legs: &[Leg], rows: &[[i16; 16]], floor_ppm: u32) -> (BigInt, Bound) {
    let gross: BigInt = legs.iter().map(alone).sum();
    let floor = (whole(gross.clone()) * ppm(floor_ppm)).ceil();
    let mut bounds: Vec<Bound> = vec![(floor, 1, 0)];
    let sizes = legs.iter().map(|leg| BigInt::from(leg.exposure_q).abs());
    bounds.extend(sizes.enumerate().map(|(place, size)| (size, 2, place)));
    if legs.len() > 1 {
        bounds.push((root(legs), 3, 0));
        let rows = moved(legs, rows).into_iter();
        bounds.extend(rows.map(|(kind, place, moved)| (moved.cost(), kind, place)));
    }
    // Of equals the first, and before all of them the gross.
    let worst = bounds
        .into_iter()
        .reduce(|a, b| if b.0 > a.0 { b } else { a });
    let worst = worst.filter(|worst| worst.0 < gross);
    (gross.clone(), worst.unwrap_or((gross, 0, 0)))
}

pub fn portfolio(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let (floor_ppm, rows) = stress(&vector.input);
    let legs: Vec<Leg> = vector.steps.iter().map(|step| leg(&step.input)).collect();
    for count in 1..=legs.len() {
        let (gross, (worst, binding, place)) = requirement(&legs[..count], &rows, floor_ppm);
        outputs.push(numbers([
            ("requirement_q", number(&worst)),
            ("gross_q", number(&gross)),
            ("binding", binding.into()),
            ("place", (place as u64).into()),
        ]));
    }
    let slopes = slopes(&legs, &rows, floor_ppm);
    // R-K4: 2e-8 of notionals and moves, and four atoms; all in hundredths of an atom.
    let moves = legs.iter().map(|leg| alone(leg) * 3 + leg.notional_q);
    let off = ratio(moves.sum::<BigInt>(), 500_000) + whole(400);
    let mut output = Numbers::new();
    for place in 0..LEGS_MAX {
        for (what, of) in ["volatility", "size"].into_iter().enumerate() {
            let name = format!("leg_{place}_{of}_q");
            let slope = match slopes.get(place) {
                Some(slope) => within(&vector.output, &name, slope[what].clone(), off.clone()),
                None => Number(0),
            };
            output.insert(name, slope);
        }
    }
    output
}

/// The number of that name where a hundred of it are within so much of what is exact.
fn within(output: &Numbers, name: &str, exact: Rational, off: Rational) -> Number {
    let low = (exact.clone() - off.clone()) / whole(100);
    let high = (exact + off) / whole(100);
    bounded(output, name, low.ceil(), high.floor())
}

/// R-K4: what a requirement would move by if each leg were twice as volatile, or large, in its present slope.
fn slopes(legs: &[Leg], rows: &[[i16; 16]], floor_ppm: u32) -> Vec<[Rational; 2]> {
    let (_, (worst, binding, which)) = requirement(legs, rows, floor_ppm);
    if binding >= 4 {
        let decides = |row: &(u8, usize, Moved)| (row.0, row.1) == (binding, which);
        let row = moved(legs, rows).into_iter().find(decides);
        return row.expect("it decides").2.slopes();
    }
    let slope = |(place, leg): (usize, &Leg)| {
        let size = whole(BigInt::from(leg.exposure_q).abs());
        let slope = match binding {
            0 => whole(alone(leg)),
            1 => whole(alone(leg)) * ppm(floor_ppm),
            2 if place == which => size,
            2 => whole(0),
            _ => size.clone() * size / whole(worst.clone()),
        };
        [slope.clone(), slope]
    };
    legs.iter().enumerate().map(slope).collect()
}

/// R-N1: the largest that the two can be together, where the perp was rounded up and the spot down.
pub fn net(step: &Step) -> Numbers {
    let long = get::<u8>(&step.input, "perp_is_long") != 0;
    let perp = BigInt::from(get::<u64>(&step.input, "perp_q"));
    let spot = BigInt::from(get::<u64>(&step.input, "spot_q"));
    let signed = |perp: &BigInt| if long { perp.clone() } else { -perp };
    let mut nets = vec![signed(&perp)];
    if !spot.is_zero() {
        let least = (&perp - 1_u8).max(BigInt::zero());
        let perps = [&perp, &least].map(signed);
        let spots = [spot.clone(), spot + 1_u8];
        nets = perps
            .iter()
            .flat_map(|perp| spots.each_ref().map(|spot| perp + spot))
            .collect();
    }
    // Of equals the first, which exact sizes attain.
    let larger = |a: BigInt, b: BigInt| if b.abs() > a.abs() { b } else { a };
    let net = nets.into_iter().reduce(larger).expect("a net");
    let is_long = if net.is_zero() {
        long
    } else {
        net.is_positive()
    };
    numbers([
        ("net_q", number(&net.abs())),
        ("is_long", u8::from(is_long).into()),
    ])
}
