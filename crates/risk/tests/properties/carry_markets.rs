//! Whole markets of traders who open, turn and close at random while carry accrues.

use crate::reference::carry::{borrow, charged};
use crate::reference::rational::{ratio, whole, Rational};
use crate::reference::Rng;
use num_bigint::BigInt;
use plimsoll_risk::carry::{
    index_shift, skew_ppm, BorrowParams, Carried, Carry, CarrySums, FundingParams, Usage,
};
use plimsoll_risk::position::{Fill, OpenInterest, Position};

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
    params: FundingParams,
    borrow: BorrowParams,
    /// The fees of longs and of shorts, exact, 1e-18 a second.
    fees: (Rational, Rational),
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
    fn new(
        (params, borrow): (FundingParams, BorrowParams),
        full_lots: u64,
        traders: usize,
    ) -> Self {
        let (price_e8, lot_divisor) = (1_000_000_000, 100_000);
        Self {
            params,
            borrow,
            fees: (whole(0), whole(0)),
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

    fn tell_utilisation(&mut self, long_ppm: u32, short_ppm: u32) {
        let fee = |used_ppm| self.borrow.fee_e18_up(used_ppm).unwrap();
        (self.usage.long_borrow_e18, self.usage.short_borrow_e18) = (fee(long_ppm), fee(short_ppm));
        let exact = |used_ppm| borrow(&self.borrow, used_ppm);
        self.fees = (exact(long_ppm), exact(short_ppm));
    }

    fn accrue(&mut self, seconds: u64) {
        let before = self.carry;
        self.carry = before
            .accrued(&self.params, &self.usage, self.price_e8, seconds)
            .unwrap();
        let seconds = seconds.min(u64::from(self.params.silence_seconds_max));
        let rates = (before.funding_e18, self.carry.funding_e18);
        let (long, short) = charged(rates, &self.fees, self.price_e8, seconds);
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

fn random_params(rng: &mut Rng) -> (FundingParams, BorrowParams) {
    let mut fees = [0; 3].map(|_| rng.between_u32(0, 50_000));
    fees.sort_unstable();
    let [idle_ppm, kink_ppm, full_ppm] = fees;
    let funding = FundingParams {
        velocity_ppm: rng.between_u32(0, 10_000_000),
        cap_ppm: rng.between_u32(0, 100_000),
        silence_seconds_max: rng.between_u32(60, 14_400),
    };
    let borrow = BorrowParams {
        idle_ppm,
        kink_ppm,
        full_ppm,
        kink_utilisation_ppm: rng.between_u32(100_000, 950_000),
    };
    (funding, borrow)
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
                    let [long_ppm, short_ppm] = [0; 2].map(|_| rng.between_u32(0, 1_000_000));
                    market.tell_utilisation(long_ppm, short_ppm);
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
    params.0.velocity_ppm = params.0.velocity_ppm.max(1_000_000);
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
