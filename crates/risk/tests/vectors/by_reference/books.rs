//! Books within the bounds of I8, what they risk, and R-H4, R-A5.

use super::{bounded, measures, number, slopes};
use crate::format::{get, numbers, Number, Numbers, Step, Vector};
use crate::reference::account::{self, worth};
use crate::reference::book::{atom, lines, Lines};
use crate::reference::rational::{ppm, ratio, whole, Rational};
use crate::typed::{exposure, pledge, quote, stress};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use plimsoll_risk::book::{Exposure, Netting, Pledge, QuoteRisk};
use plimsoll_risk::portfolio::Row;
use plimsoll_risk::units::ONE_PPM;

/// What a book is made of.
#[derive(Clone)]
pub struct Parts {
    pub balance_q: i64,
    pub quote: QuoteRisk,
    pub floor_ppm: u32,
    pub rows: Vec<Row>,
    pub exposures: Vec<Exposure>,
    pub pledges: Vec<Pledge>,
}

impl Parts {
    pub fn lines(&self) -> Lines {
        let netting = Netting {
            rows: &self.rows,
            floor_ppm: self.floor_ppm,
        };
        let Self {
            exposures, pledges, ..
        } = self;
        lines(self.balance_q, &self.quote, exposures, pledges, &netting)
    }

    /// R-A1: the margin, where the crate's is within its bounds.
    pub fn margin(&self, found: &Numbers) -> Numbers {
        let exact = self.lines();
        let plain = self
            .is_plain()
            .then(|| account::lines(self.balance_q, &self.exposures));
        let notional: BigInt = self
            .exposures
            .iter()
            .map(|held| notional(held).ceil())
            .sum();
        let mut margin = numbers([("notional_q", number(&notional))]);
        for (line, name) in ["initial", "call", "liquidation"].into_iter().enumerate() {
            let equity = &exact.equity[line];
            let name_of = |what: &str| format!("{what}_{name}_q");
            let (mut low, mut high) = atoms(&(equity - &exact.equity_below), equity);
            if let Some(plain) = &plain {
                (low, high) = (plain.equity[line].clone(), plain.equity[line].clone());
            }
            let name = name_of("equity");
            margin.insert(name.clone(), bounded(found, &name, low, high));
            let requirement = &exact.requirement[line];
            let low = requirement - &exact.below[line];
            let (mut low, mut high) = atoms(&low, &(requirement + &exact.above[line]));
            if let Some(plain) = &plain {
                let requirement = &plain.requirement[line];
                (low, high) = (requirement.clone(), requirement.clone());
            }
            let name = name_of("requirement");
            margin.insert(name.clone(), bounded(found, &name, low, high));
        }
        margin
    }

    /// Whether every number is stated to the bit: positions of any size, netted with nothing, a currency at par.
    fn is_plain(&self) -> bool {
        let plain = |held: &Exposure| {
            let at_par = held.credit_ppm == ONE_PPM && held.liquidity_q == u64::MAX;
            at_par && held.prices.guard_e8 == held.prices.price_e8
        };
        self.pledges.is_empty()
            && self.quote == QuoteRisk::PAR
            && self.floor_ppm == ONE_PPM
            && self.exposures.iter().all(plain)
    }

    /// The loss in a move of one sigma: the call line of a book whose ratios are sigmas, netted by the joint rows and
    /// the root alone, without what sizes add.
    fn sigma(&self, found: &Numbers) -> Number {
        let mut book = self.clone();
        book.quote = QuoteRisk::PAR;
        (book.floor_ppm, book.rows) = (0, Vec::new());
        for held in &mut book.exposures {
            for side in [&mut held.ratios.long, &mut held.ratios.short] {
                (side.call_ppm, side.liquidation_ppm) = (held.sigma_ppm, 0);
            }
            held.liquidity_q = u64::MAX;
        }
        for held in &mut book.pledges {
            (held.ratios.call_ppm, held.ratios.liquidation_ppm) = (held.sigma_ppm, 0);
            held.prices.slow_e8 = held.prices.price_e8;
            held.liquidity_q = u64::MAX;
        }
        let exact = book.lines();
        // Sigma is not made strict where a leg gains: it may lie as far below as above.
        let (sigma, off) = (&exact.requirement[1], &exact.above[1] + &exact.below[1]);
        let (low, high) = atoms(&(sigma - &off), &(sigma + &off));
        bounded(found, "sigma_q", low.max(BigInt::zero()), high)
    }

    /// R-K3 of each perp with its spot, from the headroom that is given.
    fn price_lines(&self, headroom: &BigInt, found: &Numbers) -> Numbers {
        let held = self.exposures.iter().filter(|held| held.position.lots != 0);
        let held: Vec<&Exposure> = held.collect();
        let price = |place: usize| {
            let name = format!("perp_{place}_liquidation_price_e8");
            let Some(held) = held.get(place) else {
                return (name, Number(0));
            };
            let prices = self.price_line(held, headroom);
            let low = prices.iter().min().expect("one").clone();
            let high = prices.iter().max().expect("one").clone();
            (name.clone(), bounded(found, &name, low, high))
        };
        (0..8).map(price).collect()
    }

    /// The prices by the least and by the largest size that roundings leave open.
    fn price_line(&self, held: &Exposure, headroom: &BigInt) -> Vec<BigInt> {
        let spots = self.pledges.iter().filter(|spot| {
            spot.underlying == held.underlying && counted(spot).floor().is_positive()
        });
        let mut size = worth(held.position.lots, held.prices.price_e8, held.lot_divisor);
        let mut spare = 0;
        for spot in spots {
            size = size + counted(spot);
            spare += 3;
        }
        if spare > 0 {
            spare += 3;
        }
        // What the line asks per notional of what spot leaves lies between nothing and all of it.
        let ratios_ppm = if spare > 0 {
            vec![0, 1_000_000]
        } else {
            vec![held.ratios.of(held.position.lots > 0).liquidation_ppm]
        };
        let price_e8 = held.prices.price_e8;
        let long = size > whole(0);
        let near = size.abs() <= whole(spare);
        let least = size.abs().ceil() - i32::from(spare > 0);
        let sizes = [least.clone().max(BigInt::zero()), least + spare];
        let sides = [long, if near { !long } else { long }];
        let mut prices = Vec::new();
        for long in sides {
            for ratio_ppm in &ratios_ppm {
                let of = |size| measures::price_line(headroom, size, *ratio_ppm, price_e8, long);
                prices.extend(sizes.iter().map(of));
            }
        }
        prices
    }
}

/// Whole atoms within a range of the reference's units.
pub fn atoms(low: &BigInt, high: &BigInt) -> (BigInt, BigInt) {
    let in_atoms = |x: &BigInt| ratio(x.clone(), atom());
    (in_atoms(low).ceil(), in_atoms(high).floor())
}

fn notional(held: &Exposure) -> Rational {
    worth(held.position.lots, held.prices.price_e8, held.lot_divisor).abs()
}

/// What counts of a collateral at its last price, exact.
fn counted(held: &Pledge) -> Rational {
    let worth = ratio(
        BigInt::from(held.amount) * held.prices.price_e8,
        held.divisor,
    );
    worth * ppm(held.counted_ppm)
}

/// R-A2 and R-H1: what a step's own part comes to.
fn value(parts: &Parts, is_pledge: bool) -> Numbers {
    let (value, profit) = if is_pledge {
        let held = parts.pledges.last().expect("just added");
        let worth = ratio(
            BigInt::from(held.amount) * held.prices.price_e8,
            held.divisor,
        )
        .floor();
        (
            (whole(worth) * ppm(held.counted_ppm)).floor(),
            BigInt::zero(),
        )
    } else {
        let held = parts.exposures.last().expect("just added");
        let worth = worth(held.position.lots, held.prices.price_e8, held.lot_divisor);
        let profit = worth.floor() - held.position.entry_q + held.unpaid_q;
        (notional(held).ceil(), profit)
    };
    numbers([("value_q", number(&value)), ("profit_q", number(&profit))])
}

/// The parts of a vector, and what each comes to with those before it.
pub fn added(vector: &Vector, outputs: &mut Vec<Numbers>) -> Parts {
    let (floor_ppm, rows) = stress(&vector.input);
    let mut parts = Parts {
        balance_q: get(&vector.input, "balance_q"),
        quote: quote(&vector.input, "quote_price_e8"),
        floor_ppm,
        rows,
        exposures: Vec::new(),
        pledges: Vec::new(),
    };
    for Step { input, output } in &vector.steps {
        let is_pledge = get::<u8>(input, "is_pledge") != 0;
        if is_pledge {
            parts.pledges.push(pledge(input));
        } else {
            parts.exposures.push(exposure(input));
        }
        let mut made = value(&parts, is_pledge);
        made.extend(parts.margin(output));
        outputs.push(made);
    }
    parts
}

pub fn book(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let parts = added(vector, outputs);
    let mut output = parts.margin(&vector.output);
    let sigma = parts.sigma(&vector.output);
    let of = |name: &str| BigInt::from(output[name].0);
    let headroom =
        |line: &str| of(&format!("equity_{line}_q")) - of(&format!("requirement_{line}_q"));
    let lines = ["initial", "call", "liquidation"];
    let distances = lines.map(|line| {
        let distance = measures::distance(&headroom(line), &sigma.0.into());
        (format!("distance_{line}_e4"), number(&distance))
    });
    let prices = parts.price_lines(&headroom("liquidation"), &vector.output);
    let ruin = measures::ruin(&vector.output, output["equity_liquidation_q"], sigma);
    output.extend(distances);
    output.extend(prices);
    output.extend(numbers([("sigma_q", sigma), ("ruin_ppm", ruin)]));
    output.extend(slopes::of(&parts, &vector.output));
    output.extend(standing(&output));
    output
}

/// R-A3, R-A4: the state, and what is free, by the margin.
fn standing(margin: &Numbers) -> Numbers {
    let of = |name: &str| BigInt::from(margin[name].0);
    let equity = ["initial", "call", "liquidation"].map(|line| of(&format!("equity_{line}_q")));
    let asked = ["initial", "call", "liquidation"].map(|line| of(&format!("requirement_{line}_q")));
    let free = (&equity[0] - &asked[0]).max(BigInt::zero());
    let lines = account::Lines {
        equity,
        requirement: asked,
        notional: BigInt::zero(),
    };
    let state = account::state(&lines);
    numbers([("state", (state as u8).into()), ("free_q", number(&free))])
}

/// R-H4.
fn equity_of(quote: &QuoteRisk, equity: &BigInt, haircut_ppm: u32) -> BigInt {
    if equity.is_negative() {
        return equity.clone();
    }
    let price = ratio(quote.price_e8, 100_000_000).min(whole(1));
    let worth = (whole(equity.clone()) * price).floor();
    (whole(worth) * (whole(1) - ppm(haircut_ppm))).floor()
}

pub fn count_quote(step: &Step) -> Numbers {
    let quote = quote(&step.input, "price_e8");
    let equity = BigInt::from(get::<i64>(&step.input, "equity_q"));
    let collateral = whole(get::<u64>(&step.input, "collateral_q"));
    let price = ratio(quote.price_e8, 100_000_000).max(whole(1));
    let initial_ppm = quote.haircut_initial_ppm.max(quote.haircut_call_ppm);
    let initial = equity_of(&quote, &equity, initial_ppm);
    let call = equity_of(&quote, &equity, quote.haircut_call_ppm);
    numbers([
        ("equity_initial_q", number(&initial)),
        ("equity_call_q", number(&call)),
        ("collateral_q", number(&(collateral / price).floor())),
    ])
}

/// R-A5.
pub fn credit(step: &Step) -> Numbers {
    let backing: u64 = get(&step.input, "backing_q");
    let claims: u64 = get(&step.input, "claims_q");
    let credit = ratio(BigInt::from(backing) * 1_000_000, claims.max(1)).floor();
    let all = if claims == 0 {
        1_000_000.into()
    } else {
        credit.min(1_000_000.into())
    };
    numbers([("credit_ppm", number(&all))])
}
