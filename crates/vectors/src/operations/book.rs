//! A book, position by position and collateral by collateral, and what it risks. Its state is the list of them.

use super::portfolio::{stress, Stress};
use crate::codec::{Arguments, Packed, Results, Source};
use crate::{Outcome, Refusal};
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{credit_ppm_down, Book, Exposure, Netting, Pledge, Prices, QuoteRisk};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::portfolio::PERPS_MAX;
use plimsoll_risk::position::Position;

/// What a vector starts with: what it says of the account, then of a cut where it is one, then rows.
pub struct Account<const ROWS: usize, T> {
    balance_q: i64,
    quote: QuoteRisk,
    pub cut: T,
    stress: Stress<ROWS>,
}

pub fn account<const ROWS: usize, T>(
    arguments: &mut Arguments,
    cut: impl FnOnce(&mut Arguments) -> Outcome<T>,
) -> Outcome<Account<ROWS, T>> {
    Ok(Account {
        balance_q: arguments.next()?,
        quote: quote(arguments)?,
        cut: cut(arguments)?,
        stress: stress(arguments)?,
    })
}

fn uncut(arguments: &mut Arguments) -> Outcome<Account<4, ()>> {
    account(arguments, |_| Ok(()))
}

impl<const ROWS: usize, T> Account<ROWS, T> {
    pub fn netting(&self) -> Netting<'_> {
        Netting {
            rows: &self.stress.rows,
            floor_ppm: self.stress.floor_ppm,
        }
    }
}

fn quote(arguments: &mut Arguments) -> Outcome<QuoteRisk> {
    Ok(QuoteRisk {
        price_e8: arguments.next()?,
        haircut_initial_ppm: arguments.next()?,
        haircut_call_ppm: arguments.next()?,
    })
}

pub enum Part {
    Position(Exposure),
    Collateral(Pledge),
}

fn ratios(source: &mut impl Source) -> Outcome<Ratios> {
    Ok(Ratios {
        initial_ppm: source.next()?,
        call_ppm: source.next()?,
        liquidation_ppm: source.next()?,
    })
}

/// What both have in common comes first.
pub fn part(source: &mut impl Source) -> Outcome<Part> {
    let is_pledge = source.next::<u8>()? != 0;
    let underlying = source.next()?;
    let prices = Prices {
        price_e8: source.next()?,
        slow_e8: source.next()?,
        guard_e8: source.next()?,
    };
    let divisor = source.next()?;
    let long = ratios(source)?;
    let (liquidity_q, counted_ppm) = (source.next()?, source.next()?);
    let sigma_ppm = source.next()?;
    if is_pledge {
        return Ok(Part::Collateral(Pledge {
            underlying,
            amount: source.next()?,
            divisor,
            prices,
            counted_ppm,
            ratios: long,
            liquidity_q,
            sigma_ppm,
        }));
    }
    Ok(Part::Position(Exposure {
        underlying,
        position: Position {
            lots: source.next()?,
            entry_q: source.next()?,
        },
        unpaid_q: source.next()?,
        prices,
        lot_divisor: divisor,
        ratios: SideRatios {
            long,
            short: ratios(source)?,
        },
        liquidity_q,
        credit_ppm: counted_ppm,
        sigma_ppm,
    }))
}

/// A step's own: a collateral leaves the numbers that only a position has at zero.
fn part_of_step(arguments: &mut Arguments) -> Outcome<Part> {
    let part = part(arguments)?;
    if let Part::Collateral(_) = part {
        for _ in 0..5 {
            if arguments.next::<i64>()? != 0 {
                return Err(Refusal::Malformed);
            }
        }
    }
    Ok(part)
}

fn pack_ratios(ratios: &Ratios, results: &mut Results) -> Outcome {
    results.pack(ratios.initial_ppm)?;
    results.pack(ratios.call_ppm)?;
    results.pack(ratios.liquidation_ppm)
}

fn pack_common(
    is_pledge: bool,
    (underlying, prices, divisor, ratios): (u16, &Prices, u64, &Ratios),
    (liquidity_q, counted_ppm, sigma_ppm): (u64, u32, u32),
    results: &mut Results,
) -> Outcome {
    results.pack(u8::from(is_pledge))?;
    results.pack(underlying)?;
    results.pack(prices.price_e8)?;
    results.pack(prices.slow_e8)?;
    results.pack(prices.guard_e8)?;
    results.pack(divisor)?;
    pack_ratios(ratios, results)?;
    results.pack(liquidity_q)?;
    results.pack(counted_ppm)?;
    results.pack(sigma_ppm)
}

/// In the order in which [`part`] reads.
fn pack(part: &Part, results: &mut Results) -> Outcome {
    match part {
        Part::Position(held) => {
            let of = (
                held.underlying,
                &held.prices,
                held.lot_divisor,
                &held.ratios.long,
            );
            let counts = (held.liquidity_q, held.credit_ppm, held.sigma_ppm);
            pack_common(false, of, counts, results)?;
            results.pack(held.position.lots)?;
            results.pack(held.position.entry_q)?;
            results.pack(held.unpaid_q)?;
            pack_ratios(&held.ratios.short, results)
        }
        Part::Collateral(held) => {
            let of = (held.underlying, &held.prices, held.divisor, &held.ratios);
            let counts = (held.liquidity_q, held.counted_ppm, held.sigma_ppm);
            pack_common(true, of, counts, results)?;
            results.pack(held.amount)
        }
    }
}

/// A book, and the prices of its positions' markets.
pub struct Held {
    pub book: Book,
    prices_e8: [u64; PERPS_MAX],
    perps: usize,
}

impl Held {
    pub fn of<const ROWS: usize, T>(account: &Account<ROWS, T>) -> Outcome<Self> {
        Ok(Self {
            book: Book::new(account.balance_q, &account.quote)?,
            prices_e8: [0; PERPS_MAX],
            perps: 0,
        })
    }

    /// What it is worth, and its profit.
    fn add(&mut self, part: &Part) -> Outcome<(u64, i64)> {
        match part {
            Part::Collateral(pledge) => Ok((self.book.pledge(pledge)?, 0)),
            Part::Position(exposure) => {
                let added = self.book.hold(exposure)?;
                if exposure.position.lots != 0 {
                    let place = self.prices_e8.get_mut(self.perps);
                    *place.ok_or(Refusal::Malformed)? = exposure.prices.price_e8;
                    self.perps += 1;
                }
                Ok(added)
            }
        }
    }

    pub fn add_packed(&mut self, count: u8, arguments: &mut Arguments) -> Outcome {
        let mut packed = Packed(arguments);
        for _ in 0..count {
            self.add(&part(&mut packed)?)?;
        }
        Ok(())
    }
}

pub fn push_margin(margin: &Margin, results: &mut Results) -> Outcome {
    results.push(margin.equity_initial_q)?;
    results.push(margin.equity_call_q)?;
    results.push(margin.equity_liquidation_q)?;
    results.push(margin.requirement_initial_q)?;
    results.push(margin.requirement_call_q)?;
    results.push(margin.requirement_liquidation_q)?;
    results.push(margin.notional_q)
}

pub fn start(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    uncut(arguments)?;
    results.pack(0_u8)
}

pub fn add_part(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let account = uncut(arguments)?;
    add_to(&account, arguments, results)
}

pub fn add_to<const ROWS: usize, T>(
    account: &Account<ROWS, T>,
    arguments: &mut Arguments,
    results: &mut Results,
) -> Outcome {
    let mut held = Held::of(account)?;
    let count: u8 = Packed(arguments).next()?;
    let state = arguments.rest();
    held.add_packed(count, arguments)?;
    let parts = state.len() - arguments.rest().len();
    let parts = state.get(..parts).ok_or(Refusal::Malformed)?;
    let added = part_of_step(arguments)?;
    let (value_q, profit_q) = held.add(&added)?;
    results.push(value_q)?;
    results.push(profit_q)?;
    push_margin(&held.book.margin(&account.netting())?, results)?;
    results.pack(count.checked_add(1).ok_or(Refusal::Malformed)?)?;
    results.write(parts)?;
    pack(&added, results)
}

pub fn finish(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let account = uncut(arguments)?;
    let mut held = Held::of(&account)?;
    let count = Packed(arguments).next()?;
    held.add_packed(count, arguments)?;
    let prices_e8 = held.prices_e8.get(..held.perps).unwrap_or(&[]);
    let risk = held.book.assess(&account.netting(), prices_e8)?;
    push_margin(&risk.margin, results)?;
    results.push(risk.margin.state() as u8)?;
    results.push(risk.margin.free_q())?;
    results.push(risk.sigma_q)?;
    results.push(risk.ruin_ppm)?;
    for distance_e4 in risk.distances_e4 {
        results.push(distance_e4)?;
    }
    for perp in risk.perps {
        results.push(perp.liquidation_price_e8)?;
        results.push(perp.volatility_q)?;
        results.push(perp.size_q)?;
    }
    Ok(())
}

/// What quote equity counts for at the initial and the call line, and what collateral is worth in it.
pub fn count_quote(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let quote = quote(arguments)?;
    let equity_q = arguments.next()?;
    results.push(quote.initial_down(equity_q)?)?;
    results.push(quote.call_down(equity_q)?)?;
    results.push(quote.collateral_down(arguments.next()?)?)
}

pub fn credit(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    results.push(credit_ppm_down(arguments.next()?, arguments.next()?)?)
}
