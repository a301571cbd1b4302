//! A portfolio requirement, leg by leg: every part of a book is a case.

use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::portfolio::{net_up, requirement_up, Binding, Leg, Requirement, Row};
use plimsoll_risk::portfolio::{COLUMNS_MAX, LEGS_MAX, ROWS_MAX};
use plimsoll_risk::sensitivity::sensitivities;

/// How a vector's books are netted. Rows of zeros are as none.
pub struct Stress<const ROWS: usize> {
    pub floor_ppm: u32,
    pub rows: [Row; ROWS],
}

/// Columns of a row that a vector states, where there are four rows; of sixteen all.
const COLUMNS: usize = 8;

pub fn stress<const ROWS: usize>(arguments: &mut Arguments) -> Outcome<Stress<ROWS>> {
    let mut stress = Stress {
        floor_ppm: arguments.next()?,
        rows: [Row::default(); ROWS],
    };
    let columns = if ROWS == ROWS_MAX {
        COLUMNS_MAX
    } else {
        COLUMNS
    };
    for row in &mut stress.rows {
        for move_e4 in row.iter_mut().take(columns) {
            *move_e4 = arguments.next()?;
        }
    }
    Ok(stress)
}

fn leg(arguments: &mut Arguments) -> Outcome<Leg> {
    Ok(Leg {
        column: arguments.next()?,
        notional_q: arguments.next()?,
        exposure_q: arguments.next()?,
        gross_q: arguments.next()?,
    })
}

fn push_leg(leg: &Leg, results: &mut Results) -> Outcome {
    results.push(leg.column)?;
    results.push(leg.notional_q)?;
    results.push(leg.exposure_q)?;
    results.push(leg.gross_q)
}

/// The legs of a state, and room for one more than a book may have.
struct Legs {
    legs: [Leg; LEGS_MAX + 1],
    count: usize,
}

impl Legs {
    fn of(arguments: &mut Arguments) -> Outcome<Self> {
        let mut all = Self {
            legs: [Leg::default(); LEGS_MAX + 1],
            count: 0,
        };
        for _ in 0..arguments.next::<u8>()? {
            all.add(leg(arguments)?)?;
        }
        Ok(all)
    }

    fn add(&mut self, leg: Leg) -> Outcome {
        let place = self.legs.get_mut(self.count);
        *place.ok_or(crate::Refusal::Malformed)? = leg;
        self.count += 1;
        Ok(())
    }

    fn all(&self) -> &[Leg] {
        &self.legs[..self.count]
    }
}

/// Which bound it is, in the order of R-N6, and which of its kind: a leg, a row, or whether markets rise.
fn push_requirement(found: &Requirement, results: &mut Results) -> Outcome {
    let (binding, place) = match found.binding {
        Binding::Gross => (0_u8, 0),
        Binding::Floor => (1, 0),
        Binding::Alone(leg) => (2, leg),
        Binding::Root => (3, 0),
        Binding::Joint(up) => (4, usize::from(up)),
        Binding::Row(row) => (5, row),
    };
    results.push(found.requirement_q)?;
    results.push(found.gross_q)?;
    results.push(binding)?;
    results.push(place as u64)
}

pub fn start(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    stress::<4>(arguments)?;
    results.push(0)
}

pub fn add_leg(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let stress = stress::<4>(arguments)?;
    let mut legs = Legs::of(arguments)?;
    legs.add(leg(arguments)?)?;
    let found = requirement_up(legs.all(), &stress.rows, stress.floor_ppm)?;
    push_requirement(&found, results)?;
    results.push(legs.count as u64)?;
    legs.all().iter().try_for_each(|leg| push_leg(leg, results))
}

pub fn finish(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let Stress { floor_ppm, rows } = stress::<4>(arguments)?;
    let legs = Legs::of(arguments)?;
    let found = requirement_up(legs.all(), &rows, floor_ppm)?;
    let slopes = sensitivities(legs.all(), &rows, floor_ppm, &found)?;
    for slope in slopes {
        results.push(slope.volatility_q)?;
        results.push(slope.size_q)?;
    }
    Ok(())
}

pub fn net(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let perp_long = arguments.next::<u8>()? != 0;
    let (net_q, long) = net_up(perp_long, arguments.next()?, arguments.next()?)?;
    results.push(net_q)?;
    results.push(u8::from(long))
}
