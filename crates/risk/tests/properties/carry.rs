//! Carry against the reference, and whole markets of traders who open, turn and close at random while it
//! accrues.

use crate::reference::carry::{a_second, borrow, charged, funding_step};
use crate::reference::rational::{ratio, whole, Rational};
use crate::reference::Rng;
use crate::strategies::{cases, divisor, positive, size, wide, wide_i64, wide_u32};
use num_bigint::BigInt;
use plimsoll_risk::carry::{
    index_shift, skew_ppm, utilisation_ppm_up, Carried, Carry, CarryParams, CarrySums, Usage,
    INDEX_MAX,
};
use plimsoll_risk::position::{Fill, OpenInterest, Position};
use proptest::prelude::*;

prop_compose! {
    /// What governance may set.
    fn carry_params()(
        velocity_ppm in 0_u32..=10_000_000,
        funding_cap_ppm in 0_u32..=100_000,
        mut borrow in proptest::array::uniform3(0_u32..=50_000),
        kink_ppm in 100_000_u32..=950_000,
        silence_seconds_max in 60_u32..=14_400,
    ) -> CarryParams {
        borrow.sort_unstable();
        let [borrow_idle_ppm, borrow_kink_ppm, borrow_full_ppm] = borrow;
        CarryParams {
            velocity_ppm, funding_cap_ppm, borrow_idle_ppm, borrow_kink_ppm, borrow_full_ppm,
            kink_ppm, silence_seconds_max,
        }
    }
}

prop_compose! {
    fn usage()(
        skew_ppm in -1_000_000_i32..=1_000_000,
        long_utilisation_ppm in 0_u32..=1_000_000,
        short_utilisation_ppm in 0_u32..=1_000_000,
    ) -> Usage {
        Usage { skew_ppm, long_utilisation_ppm, short_utilisation_ppm }
    }
}

fn cap_e18(params: &CarryParams) -> i64 {
    i64::try_from(a_second(params.funding_cap_ppm).floor()).unwrap()
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_c1_the_funding_rate_is_the_references_within_its_cap(
        params in carry_params(), usage in usage(), seconds in 0_u64..=14_400, at in -1.0..1.0,
    ) {
        let cap = cap_e18(&params);
        let before = (cap as f64 * at) as i64;
        let after = params.funding_e18(before, usage.skew_ppm, seconds).unwrap();
        let step = funding_step(&params, usage.skew_ppm, seconds);
        let size = step.abs().floor() * usage.skew_ppm.signum();
        let exact = (BigInt::from(before) + size).clamp(BigInt::from(-cap), BigInt::from(cap));
        prop_assert_eq!(BigInt::from(after), exact);
    }

    #[test]
    fn r_c2_the_fee_is_less_than_two_above_the_reference_and_never_falls(
        params in carry_params(), used in 0_u32..=1_000_000, more in 0_u32..=1_000_000,
    ) {
        let fee = params.borrow_e18_up(used).unwrap();
        let exact = borrow(&params, used);
        // A ceiling in 1e-12 a day, which is 11.6 of 1e-18 a second, and one more.
        prop_assert!(whole(fee) >= exact && whole(fee) < exact + whole(13));
        prop_assert!(params.borrow_e18_up(used.max(more)).unwrap() >= fee);
    }

    #[test]
    fn r_c4_each_index_is_at_least_the_references_and_less_than_a_unit_and_the_fees_rounding_above(
        params in carry_params(), usage in usage(), seconds in 1_u64..=14_400, at in -1.0..1.0,
        price_e8 in positive(55), divisor in divisor(),
    ) {
        let cap = cap_e18(&params);
        let shift = index_shift(price_e8, divisor);
        let before = Carry {
            funding_e18: (cap as f64 * at) as i64, shift, lot_divisor: divisor, ..Carry::default()
        };
        let after = before.accrued(&params, &usage, price_e8, seconds).unwrap();
        let seconds = seconds.min(u64::from(params.silence_seconds_max));
        let rates = (before.funding_e18, after.funding_e18);
        let (long, short) = charged(&params, &usage, rates, price_e8, seconds);
        let unit = whole(1_u64 << shift);
        let slack = ratio(13_u64, 10_u64.pow(18)) * whole(price_e8) * whole(seconds) * unit.clone() + whole(1);
        for (index, exact) in [(after.long_index, long), (after.short_index, short)] {
            let exact = exact * unit.clone();
            prop_assert!(whole(index) >= exact && whole(index) < exact + slack.clone());
        }
        let both = i128::from(after.long_index) + i128::from(after.short_index);
        prop_assert!(both >= 0, "the pool pays nobody for being on both sides");
    }

    #[test]
    fn r_c5_a_debt_is_rounded_up_and_what_is_earned_down(
        lots in size(50), index in size(61), entry in size(61), shift in 0_u32..=30, divisor in divisor(),
    ) {
        let carry = Carry { long_index: index, short_index: index, shift, lot_divisor: divisor, ..Carry::default() };
        let held = Carried { position: Position { lots, entry_q: 0 }, index: entry };
        let exact = whole(lots.abs()) * whole(index - entry) / whole(divisor) / whole(1_u64 << shift);
        match carry.due_up(&held) {
            Ok(due) => prop_assert_eq!(BigInt::from(due), exact.ceil()),
            Err(_) => prop_assert!(exact.abs().ceil() > BigInt::from(i64::MAX)),
        }
    }

    #[test]
    fn i10_carry_never_panics(
        rates in proptest::array::uniform6(wide_u32()), silence in wide_u32(), skew in wide_i64(),
        used in (wide_u32(), wide_u32()), numbers in proptest::array::uniform4(wide_i64()),
        price_e8 in wide(), seconds in wide(), divisor in wide(), shift in 0_u32..64,
    ) {
        let [velocity_ppm, funding_cap_ppm, borrow_idle_ppm, borrow_kink_ppm, borrow_full_ppm, kink_ppm] = rates;
        let params = CarryParams {
            velocity_ppm, funding_cap_ppm, borrow_idle_ppm, borrow_kink_ppm, borrow_full_ppm,
            kink_ppm, silence_seconds_max: silence,
        };
        let [funding_e18, long_index, short_index, lots] = numbers;
        let carry = Carry { funding_e18, long_index, short_index, shift, lot_divisor: divisor };
        let usage = Usage {
            skew_ppm: skew_ppm(skew, price_e8).unwrap_or(skew as i32),
            long_utilisation_ppm: used.0,
            short_utilisation_ppm: utilisation_ppm_up(seconds, divisor).unwrap(),
        };
        let _ = params.funding_e18(funding_e18, skew as i32, seconds);
        let _ = params.borrow_e18_up(used.1);
        let _ = carry.accrued(&params, &usage, price_e8, seconds);
        let held = Carried { position: Position { lots, entry_q: long_index }, index: short_index };
        let _ = carry.folded(&held);
        let sums = CarrySums { long: i128::from(lots) << 64, short: i128::MIN };
        let _ = sums.replace(&held, &carry.carried(held.position));
        let open = OpenInterest { long_lots: price_e8, short_lots: seconds, ..OpenInterest::default() };
        let _ = (sums.folded_up(&open, &carry), sums.folded_down(&open, &carry));
        prop_assert!(index_shift(price_e8, divisor) <= 64);
    }
}

/// A trader, and what the reference says of him.
#[derive(Clone, Default)]
struct Trader {
    held: Carried,
    /// What his fills cost and realised, quote atoms.
    paid_q: i64,
    realised_q: i64,
    /// What was folded into his entries, and how often, quote atoms.
    carry_q: i64,
    folds: u32,
    /// What he should have paid, exact, and by how much more the indices may charge, quote atoms.
    exact_q: Option<Rational>,
    slack_q: Option<Rational>,
}

/// A market whose price stands still, so that carry is all that anybody gains or loses.
struct Market {
    params: CarryParams,
    full_lots: u64,
    /// The price of a lot is one atom a unit of this.
    price_e8: u64,
    carry: Carry,
    usage: Usage,
    open: OpenInterest,
    sums: CarrySums,
    traders: Vec<Trader>,
}

impl Market {
    /// Lots of 1e-3 at a price that makes each worth 10,000 atoms.
    fn new(params: CarryParams, full_lots: u64, traders: usize) -> Self {
        let (price_e8, lot_divisor) = (1_000_000_000, 100_000);
        Self {
            params,
            full_lots,
            price_e8,
            carry: Carry {
                shift: index_shift(price_e8, lot_divisor),
                lot_divisor,
                ..Carry::default()
            },
            usage: Usage::default(),
            open: OpenInterest::default(),
            sums: CarrySums::default(),
            traders: vec![Trader::default(); traders],
        }
    }

    fn tell(&mut self) {
        let skew = self.open.skew_lots().unwrap();
        self.usage.skew_ppm = skew_ppm(skew, self.full_lots).unwrap();
    }

    fn accrue(&mut self, seconds: u64) {
        let before = self.carry;
        self.carry = before
            .accrued(&self.params, &self.usage, self.price_e8, seconds)
            .unwrap();
        let seconds = seconds.min(u64::from(self.params.silence_seconds_max));
        let rates = (before.funding_e18, self.carry.funding_e18);
        let (long, short) = charged(&self.params, &self.usage, rates, self.price_e8, seconds);
        let fee = ratio(13_u64, 10_u64.pow(18)) * whole(self.price_e8) * whole(seconds);
        let slack = fee + ratio(1, 1_u64 << self.carry.shift);
        for trader in &mut self.traders {
            let lots = trader.held.position.lots;
            let side = if lots >= 0 { &long } else { &short };
            let size = whole(lots.abs()) / whole(self.carry.lot_divisor);
            let add = |sum: &mut Option<Rational>, part: &Rational| {
                let part = part.clone() * size.clone();
                *sum = Some(
                    sum.take()
                        .map_or(part.clone(), |sum| reduced(&(sum + part))),
                );
            };
            add(&mut trader.exact_q, side);
            add(&mut trader.slack_q, &slack);
        }
    }

    /// Brings a trader's entry up to date, and fills him where there is something to fill.
    fn touch(&mut self, number: usize, lots: i64) {
        let trader = &mut self.traders[number];
        let before = trader.held;
        let folded = self.carry.folded(&before).unwrap();
        trader.carry_q += folded.entry_q - before.position.entry_q;
        trader.folds += 1;
        let mut position = folded;
        if lots != 0 {
            let cost_q = lots * 10_000;
            let filled = folded.fill(Fill { lots, cost_q }).unwrap();
            trader.paid_q += cost_q;
            trader.realised_q += filled.realised_q;
            position = filled.position;
        }
        trader.held = self.carry.carried(position);
        self.open = self.open.replace(before.position, position).unwrap();
        self.sums = self.sums.replace(&before, &trader.held).unwrap();
    }

    /// What the pool has earned of everybody, touched or not yet, quote atoms.
    fn pool_q(&self) -> i64 {
        let due = |trader: &Trader| trader.carry_q + self.carry.due_up(&trader.held).unwrap();
        self.traders.iter().map(due).sum()
    }

    fn check_sums(&self) {
        let mut open = OpenInterest::default();
        let mut sums = CarrySums::default();
        let mut folded = OpenInterest::default();
        let (none, nobody) = (Carried::default(), Position::default());
        for trader in &self.traders {
            open = open.replace(nobody, trader.held.position).unwrap();
            sums = sums.replace(&none, &trader.held).unwrap();
            let position = self.carry.folded(&trader.held).unwrap();
            folded = folded.replace(nobody, position).unwrap();
        }
        assert_eq!((open, sums), (self.open, self.sums));
        let up = sums.folded_up(&open, &self.carry).unwrap();
        let down = sums.folded_down(&open, &self.carry).unwrap();
        let count = i64::try_from(self.traders.len()).unwrap();
        for (each, up, down) in [
            (folded.long_entry_q, up.long_entry_q, down.long_entry_q),
            (folded.short_entry_q, up.short_entry_q, down.short_entry_q),
        ] {
            assert!((0..=1).contains(&(up - down)));
            assert!((0..count).contains(&(each - up)), "{each} {up}");
        }
    }
}

/// The same number over powers of ten and two alone, so that fractions stay short.
fn reduced(sum: &Rational) -> Rational {
    let scale = BigInt::from(10).pow(40);
    ratio((sum.clone() * whole(scale.clone())).ceil(), scale)
}

fn random_params(rng: &mut Rng) -> CarryParams {
    let mut fees = [0; 3].map(|_| rng.between_u32(0, 50_000));
    fees.sort_unstable();
    CarryParams {
        velocity_ppm: rng.between_u32(0, 10_000_000),
        funding_cap_ppm: rng.between_u32(0, 100_000),
        borrow_idle_ppm: fees[0],
        borrow_kink_ppm: fees[1],
        borrow_full_ppm: fees[2],
        kink_ppm: rng.between_u32(100_000, 950_000),
        silence_seconds_max: rng.between_u32(60, 14_400),
    }
}

fn random_lots(rng: &mut Rng) -> i64 {
    let size = i64::try_from(rng.magnitude(1 << 24)).unwrap();
    if rng.one_in(2) {
        size
    } else {
        -size
    }
}

#[test]
fn r_c5_r_c6_no_interleaving_loses_an_atom_and_each_pays_what_the_reference_says() {
    let mut rng = Rng(20);
    for _ in 0..60 {
        let mut market = Market::new(random_params(&mut rng), 1 << 27, 8);
        for _ in 0..150 {
            match rng.between(0, 9) {
                0 => market.tell(),
                1 => {
                    market.usage.long_utilisation_ppm = rng.between_u32(0, 1_000_000);
                    market.usage.short_utilisation_ppm = rng.between_u32(0, 1_000_000);
                }
                2..=5 => market.accrue(rng.magnitude(20_000)),
                _ => {
                    let number = usize::try_from(rng.between(0, 7)).unwrap();
                    let lots = match rng.between(0, 3) {
                        0 => -market.traders[number].held.position.lots,
                        1 => 0,
                        _ => random_lots(&mut rng),
                    };
                    market.touch(number, lots);
                }
            }
            market.check_sums();
        }
        let pool_q = market.pool_q();
        for number in 0..8 {
            let lots = market.traders[number].held.position.lots;
            market.touch(number, -lots);
        }
        assert_eq!(
            market.open,
            OpenInterest::default(),
            "no entry is left behind"
        );
        assert_eq!(market.sums, CarrySums::default());
        assert_eq!(market.pool_q(), pool_q, "closing pays what was owed");
        let lost_q: i64 = market.traders.iter().map(|trader| -trader.realised_q).sum();
        assert_eq!(lost_q, pool_q, "what traders lost is what the pool gained");
        for trader in &market.traders {
            assert_eq!(trader.paid_q, 0);
            assert_eq!(-trader.realised_q, trader.carry_q);
            let exact = trader.exact_q.clone().unwrap_or(whole(0));
            let most =
                exact.clone() + trader.slack_q.clone().unwrap_or(whole(0)) + whole(trader.folds);
            let carry = whole(trader.carry_q);
            assert!(carry.clone() + ratio(1, 1_000_000) >= exact && carry <= most);
        }
    }
}

#[test]
fn r_c5_touching_more_often_never_gains_and_costs_less_than_an_atom_each() {
    let mut rng = Rng(21);
    for _ in 0..200 {
        let mut market = Market::new(random_params(&mut rng), 1 << 26, 2);
        let lots = random_lots(&mut rng);
        market.touch(0, lots);
        market.touch(1, lots);
        market.usage.skew_ppm = skew_ppm(random_lots(&mut rng), market.full_lots).unwrap();
        let mut times = 1;
        for _ in 0..rng.between(1, 100) {
            market.accrue(rng.magnitude(10_000));
            if rng.one_in(2) {
                market.touch(1, 0);
                times += 1;
            }
        }
        market.touch(0, -lots);
        market.touch(1, -lots);
        let more_q = market.traders[1].carry_q - market.traders[0].carry_q;
        assert!((0..times).contains(&more_q), "{more_q} in {times}");
    }
}

/// Whoever plays, with as many accounts as he likes, at a price that stands still and a skew told at once.
fn least_of_pool(full_lots: u64, most_lots: i64, seed: u64) -> i64 {
    let mut rng = Rng(seed);
    let mut params = random_params(&mut rng);
    params.velocity_ppm = params.velocity_ppm.max(1_000_000);
    (
        params.borrow_idle_ppm,
        params.borrow_kink_ppm,
        params.borrow_full_ppm,
    ) = (0, 0, 0);
    let mut market = Market::new(params, full_lots, 2);
    let mut least_q = 0;
    for _ in 0..300 {
        // The rate is pushed with little and harvested with much.
        let wanted = match rng.between(0, 2) {
            0 => 0,
            1 => most_lots / 64,
            _ if market.carry.funding_e18 > 0 => -most_lots,
            _ => most_lots,
        };
        let number = usize::try_from(rng.between(0, 1)).unwrap();
        let lots = wanted - market.open.skew_lots().unwrap();
        market.touch(number, lots);
        market.tell();
        market.accrue(rng.between(1, 3_600));
        least_q = least_q.min(market.pool_q());
    }
    least_q
}

#[test]
fn r_c1_nobody_takes_more_funding_out_of_the_pool_than_was_paid_in() {
    for seed in 0..300 {
        // Telling the skew in millionths and rates in 1e-18 a second loses a few atoms on 10 million quote units.
        let least_q = least_of_pool(1 << 30, 1 << 30, seed);
        assert!(least_q > -2_000, "{least_q} at {seed}");
    }
}

#[test]
fn r_c1_where_the_full_skew_is_less_than_a_side_may_reach_the_pool_can_be_milked() {
    let worst_q = (0..300)
        .map(|seed| least_of_pool(1 << 24, 1 << 30, seed))
        .min();
    assert!(worst_q < Some(-1_000_000_000), "{worst_q:?}");
}

/// 15 % a day at the most: governance's caps.
#[test]
fn r_c4_an_index_does_not_end_within_a_century() {
    let params = CarryParams {
        velocity_ppm: 10_000_000,
        funding_cap_ppm: 100_000,
        borrow_idle_ppm: 50_000,
        borrow_kink_ppm: 50_000,
        borrow_full_ppm: 50_000,
        kink_ppm: 100_000,
        silence_seconds_max: 14_400,
    };
    let usage = Usage {
        skew_ppm: 1_000_000,
        long_utilisation_ppm: 1_000_000,
        short_utilisation_ppm: 1_000_000,
    };
    // The first price, and the price ever since: a hundredfold, or a million quote units.
    for (first_e8, price_e8) in [
        (1, 100),
        (1_000, 100_000),
        (15_000_000_000, 1_500_000_000_000),
        (6_000_000_000_000, 100_000_000_000_000),
        ((1 << 42) - 1, (1 << 42) * 100),
    ] {
        for divisor in [10, 100_000, 10_000_000_000] {
            let carry = Carry {
                funding_e18: cap_e18(&params),
                shift: index_shift(first_e8, divisor),
                lot_divisor: divisor,
                ..Carry::default()
            };
            let step = carry.accrued(&params, &usage, price_e8, 14_400).unwrap();
            let years = INDEX_MAX / step.long_index * 14_400 / 31_536_000;
            assert!(years > 190, "{years} at {first_e8} and {divisor}");
        }
    }
}
