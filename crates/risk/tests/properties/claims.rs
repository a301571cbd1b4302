//! Claims over whole histories: no atom is made, no order of collection gains, the exact shares are met.

use crate::reference::rational::{ratio, whole, Rational};
use crate::reference::Rng;
use crate::strategies::{cases, wide, wide_i64};
use plimsoll_risk::claims::{settle, vests_seconds_up, worth_down, INDEX_MIN, INDEX_ONE};
use plimsoll_risk::deleverage::{deficit_q, Backing, Haircut};
use proptest::prelude::*;

/// A trader: what is counted, and beside it what would be exact.
#[derive(Clone)]
struct Owner {
    balance_q: i64,
    nominal_q: u64,
    exact: Rational,
    /// Named roundings since there was nothing to round.
    roundings: i64,
}

/// A market and its traders. Traders' positions are not here: what one realises another has lost or will.
#[derive(Clone)]
struct Ledger {
    owners: Vec<Owner>,
    cash_q: u64,
    nominal_q: u64,
    index: u64,
}

impl Ledger {
    fn new(owners: usize, cash_q: u64) -> Self {
        let owner = Owner {
            balance_q: 0,
            nominal_q: 0,
            exact: whole(0),
            roundings: 0,
        };
        Self {
            owners: vec![owner; owners],
            cash_q,
            nominal_q: 0,
            index: INDEX_ONE,
        }
    }

    fn claims_q(&self) -> u64 {
        worth_down(self.nominal_q, self.index).unwrap()
    }

    fn worth_q(&self, owner: usize) -> u64 {
        worth_down(self.owners[owner].nominal_q, self.index).unwrap()
    }

    /// R-W1.
    fn realise(&mut self, owner: usize, realised_q: i64) {
        let trader = &mut self.owners[owner];
        let settled = settle(trader.nominal_q, self.index, realised_q).unwrap();
        assert!(settled.balance_q <= 0, "a profit is never paid at once");
        let net_q = settled.gained_q as i64 - settled.netted_q as i64;
        assert_eq!(net_q + settled.balance_q, realised_q);
        trader.balance_q += settled.balance_q;
        self.cash_q += settled.balance_q.unsigned_abs();
        self.nominal_q = self.nominal_q - trader.nominal_q + settled.nominal_q;
        trader.nominal_q = settled.nominal_q;
        trader.exact = (trader.exact.clone() + whole(realised_q)).max(whole(0));
        trader.roundings += 1;
    }

    /// All of a claim, where the cash covers all of all.
    fn collect(&mut self, owner: usize) {
        if self.cash_q < self.claims_q() {
            return;
        }
        let worth_q = self.worth_q(owner);
        let trader = &mut self.owners[owner];
        trader.balance_q += worth_q as i64;
        self.cash_q -= worth_q;
        self.nominal_q -= trader.nominal_q;
        trader.nominal_q = 0;
        trader.exact = whole(0);
        trader.roundings = 0;
    }

    /// R-W5, R-W6 of claims alone. Returns what was lacking and what was taken.
    fn share(&mut self) -> (u64, u64) {
        let backing = Backing {
            cash_q: self.cash_q,
            ..Backing::default()
        };
        let claims_q = self.claims_q();
        let lacking_q = deficit_q(claims_q, 0, &backing).unwrap();
        if lacking_q == 0 {
            return (0, 0);
        }
        let haircut = Haircut::new(lacking_q, claims_q, 0).unwrap();
        let kept = ratio(claims_q - lacking_q, claims_q);
        self.index = haircut.index_down(self.index).unwrap();
        for trader in &mut self.owners {
            trader.exact = trader.exact.clone() * kept.clone();
            trader.roundings += 1;
        }
        if self.index == 0 {
            self.wipe();
        }
        (lacking_q, claims_q - self.claims_q())
    }

    /// R-W4: next to nothing is left, and that goes.
    fn wipe(&mut self) {
        for trader in &mut self.owners {
            let left = ratio(trader.nominal_q, 1_u64 << 16);
            assert!(trader.exact <= left + whole(trader.roundings));
            (trader.nominal_q, trader.exact, trader.roundings) = (0, whole(0), 0);
        }
        (self.nominal_q, self.index) = (0, INDEX_ONE);
    }

    fn total_q(&self) -> i128 {
        let balances: i128 = self
            .owners
            .iter()
            .map(|owner| i128::from(owner.balance_q))
            .sum();
        balances + i128::from(self.cash_q)
    }

    fn check(&self, total_q: i128) {
        assert_eq!(self.total_q(), total_q, "I2: claims are not money");
        assert!(self.index >= INDEX_MIN && self.index <= INDEX_ONE);
        let worth_q: u64 = (0..self.owners.len())
            .map(|owner| self.worth_q(owner))
            .sum();
        let claims_q = self.claims_q();
        assert!(worth_q <= claims_q && claims_q <= worth_q + self.owners.len() as u64);
        for (owner, trader) in self.owners.iter().enumerate() {
            let short = trader.exact.clone() - whole(self.worth_q(owner));
            // Wherever a loss met a claim rounded down, exact can be the lesser, by what was rounded.
            assert!(short <= whole(1 + trader.roundings), "{}", short.to_f64());
            assert!(short >= whole(-1 - trader.roundings), "{}", short.to_f64());
        }
    }
}

/// Fifty histories of twenty traders: profits, losses, collections, shortfalls.
#[test]
fn i2_i2b_r_w1_r_w4_no_history_makes_an_atom_and_every_claim_is_its_exact_share() {
    let mut rng = Rng(71);
    let mut shared = 0;
    for _ in 0..50 {
        let mut ledger = Ledger::new(20, rng.magnitude(1 << 40));
        let total_q = ledger.total_q();
        for _ in 0..400 {
            let owner = rng.between(0, 19) as usize;
            match rng.between(0, 9) {
                0..=4 => ledger.realise(owner, rng.magnitude(1 << 40) as i64),
                5..=7 => ledger.realise(owner, -(rng.magnitude(1 << 40) as i64)),
                8 => ledger.collect(owner),
                _ => {
                    let (lacking_q, taken_q) = ledger.share();
                    shared += u32::from(lacking_q > 0);
                    let wiped = ledger.nominal_q == 0;
                    assert!(taken_q >= lacking_q, "the cash covers the claims after");
                    assert!(
                        taken_q <= lacking_q + 2 || wiped,
                        "{taken_q} of {lacking_q}"
                    );
                }
            }
            ledger.check(total_q);
        }
    }
    assert!(shared > 400, "{shared}");
}

/// A hundred accounts claim the same dollar: each gets a hundredth, whoever comes first.
#[test]
fn r_w4_a_hundred_accounts_cannot_each_claim_the_same_dollar() {
    let mut market = Ledger::new(100, 1_000_000);
    for owner in 0..100 {
        market.realise(owner, 1_000_000);
    }
    let mut early = market.clone();
    for owner in 0..100 {
        early.collect(owner);
        assert_eq!(
            early.owners[owner].balance_q, 0,
            "short: nobody is paid first"
        );
    }
    // A hundredth is no binary fraction: the index is rounded down, and with it each claim by an atom.
    assert_eq!(market.share(), (99_000_000, 99_000_001));
    for order in [
        |place: usize| place,
        |place| 99 - place,
        |place| place * 37 % 100,
    ] {
        let mut paid = market.clone();
        for place in 0..100 {
            paid.collect(order(place));
        }
        assert!(paid.owners.iter().all(|owner| owner.balance_q == 9_999));
        assert_eq!(paid.cash_q, 100, "an atom each stays with the market");
    }
}

proptest! {
    #![proptest_config(cases(2_000))]

    #[test]
    fn r_w4_the_order_of_collection_changes_no_payment(
        profits in prop::collection::vec(1_u64..1 << 40, 2..30), cash_ppm in 0_u64..1_000_000, seed in 0_u64..,
    ) {
        let claims_q: u64 = profits.iter().sum();
        let cash_q = (u128::from(claims_q) * u128::from(cash_ppm) / 1_000_000) as u64;
        let mut market = Ledger::new(profits.len(), cash_q);
        for (owner, profit_q) in profits.iter().enumerate() {
            market.realise(owner, *profit_q as i64);
        }
        market.share();
        let mut mixed = market.clone();
        let mut order: Vec<usize> = (0..profits.len()).collect();
        let mut rng = Rng(seed);
        for place in 1..order.len() {
            order.swap(place, rng.between(0, place as u64) as usize);
        }
        for (owner, other) in order.iter().enumerate() {
            market.collect(owner);
            mixed.collect(*other);
        }
        for (owner, other) in market.owners.iter().zip(&mixed.owners) {
            prop_assert_eq!(owner.balance_q, other.balance_q);
        }
        // What rounding leaves stays with the market.
        prop_assert!(market.cash_q <= profits.len() as u64 + 1 || market.nominal_q == 0);
    }

    #[test]
    fn r_w4_splitting_a_claim_gains_nothing(
        profit_q in 2_u64..1 << 40, others_q in 1_u64..1 << 40, cash_ppm in 1_u64..1_000_000,
        share_ppm in 1_u64..1_000_000,
    ) {
        let part_q = (u128::from(profit_q) * u128::from(share_ppm) / 1_000_000) as u64;
        let claims_q = profit_q + others_q;
        let cash_q = (u128::from(claims_q) * u128::from(cash_ppm) / 1_000_000) as u64;
        let paid = |parts: [u64; 2]| {
            let mut market = Ledger::new(3, cash_q);
            for (owner, profit_q) in [parts[0], parts[1], others_q].into_iter().enumerate() {
                market.realise(owner, profit_q as i64);
            }
            market.share();
            market.worth_q(0) + market.worth_q(1)
        };
        let (whole_q, split_q) = (paid([profit_q, 0]), paid([part_q, profit_q - part_q]));
        prop_assert!(split_q <= whole_q && whole_q - split_q <= 1);
    }

    #[test]
    fn r_w2_a_claim_waits_as_long_as_the_exact_mean_and_less_than_a_second_more(
        pending_q in 0_u64..1 << 50, gained_q in 1_u64..1 << 50, left in -100_000_i64..100_000,
        vesting in 1_800_u32..86_400,
    ) {
        let now = 1_700_000_000;
        let vests = vests_seconds_up(pending_q, now + left, gained_q, vesting, now).unwrap();
        let waits = whole(pending_q) * whole(left.max(0)) + whole(gained_q) * whole(vesting);
        let exact = waits / (whole(pending_q) + whole(gained_q));
        let counted = whole(vests - now);
        prop_assert!(counted >= exact && counted < exact + whole(1));
    }

    #[test]
    fn i10_claims_never_panic(
        numbers in prop::array::uniform4(wide()), realised_q in wide_i64(), (now, vests) in (wide_i64(), wide_i64()),
    ) {
        let [nominal_q, index, cash_q, gains_q] = numbers;
        let _ = settle(nominal_q, index, realised_q);
        let _ = worth_down(nominal_q, index);
        let _ = vests_seconds_up(nominal_q, vests, gains_q, index as u32, now);
        let backing = Backing { cash_q, drawable_q: index, insurable_q: nominal_q };
        let _ = deficit_q(nominal_q, realised_q, &backing);
    }
}
