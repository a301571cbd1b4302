//! Shares never dilute, sweeps never overdraw.

use crate::reference::rational::{ratio, whole};
use crate::reference::trading::{amount, market_worth_at, shares as shares_of};
use crate::strategies::{cases, divisor, positive, wide, wide_i64};
use num_bigint::BigInt;
use plimsoll_risk::pool::{
    amount_down, redeem, share_price_e9_down, shares_down, sweep_q, Band, BandWidth, MarketWorth,
};
use plimsoll_risk::position::OpenInterest;
use plimsoll_risk::RiskError;
use proptest::prelude::*;

prop_compose! {
    fn market()(
        (cash_q, unpaid_q, drawable_q) in (0_u64..1 << 50, 0_u64..1 << 50, 0_u64..1 << 52),
        (long_lots, short_lots) in (0_u64..1 << 30, 0_u64..1 << 30),
        (long_entry_q, short_entry_q) in (-(1_i64 << 50)..1 << 50, -(1_i64 << 50)..1 << 50),
        (price_e8, other_price_e8, lot_divisor) in (positive(40), positive(40), divisor()),
    ) -> MarketWorth {
        let open_interest = OpenInterest { long_lots, short_lots, long_entry_q, short_entry_q };
        let band = Band {
            low_e8: price_e8.min(other_price_e8),
            high_e8: price_e8.max(other_price_e8),
        };
        MarketWorth { cash_q, unpaid_q, drawable_q, open_interest, band, lot_divisor }
    }
}

prop_compose! {
    fn width()(
        confidence_ppm in 0_u32..100_000, sigma_hour_ppm in 0_u32..200_000,
        age_seconds in 0_i64..1_000, sigmas_e2 in 100_u32..2_000, least_ppm in 0_u32..20_000,
    ) -> BandWidth {
        BandWidth { confidence_ppm, sigma_hour_ppm, age_seconds, sigmas_e2, least_ppm }
    }
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn r_q1_a_markets_worth_bounds_that_at_every_price_of_the_band_within_four_atoms(
        market in market(), at in 0_u64..=1 << 20,
    ) {
        let (Ok(up), Ok(down)) = (market.up(), market.down()) else { return Ok(()) };
        let Band { low_e8, high_e8 } = market.band;
        let inside = low_e8 + ((u128::from(high_e8 - low_e8) * u128::from(at)) >> 20) as u64;
        let exact = market_worth_at(&market, inside);
        prop_assert!(whole(down) <= exact && exact <= whole(up));
        let ends = [low_e8, high_e8].map(|price_e8| market_worth_at(&market, price_e8));
        let [low, high] = ends;
        prop_assert!(whole(up) < low.clone().max(high.clone()) + whole(2));
        prop_assert!(whole(down) > low.min(high) - whole(4));
    }

    #[test]
    fn r_q4_a_band_holds_both_prices_and_widens_with_age(
        (price_e8, slow_e8) in (positive(61), positive(61)), width in width(), older in 0_i64..100_000,
    ) {
        let band = width.band(price_e8, slow_e8).unwrap();
        for price in [price_e8, slow_e8] {
            prop_assert!(band.low_e8 <= price && price <= band.high_e8);
        }
        let later = BandWidth { age_seconds: width.age_seconds + older, ..width };
        let wider = later.band(price_e8, slow_e8).unwrap();
        prop_assert!(wider.low_e8 <= band.low_e8 && band.high_e8 <= wider.high_e8);
    }

    #[test]
    fn r_q4_the_width_is_the_sigmas_of_the_age_and_less_than_a_root_above_exact(width in width()) {
        let ppm = f64::from(width.ppm_up().unwrap());
        let root = (width.age_seconds.max(1) as f64 / 3_600.0).sqrt();
        let moved = f64::from(width.sigmas_e2) / 100.0 * f64::from(width.sigma_hour_ppm);
        let exact = (moved * root + f64::from(width.confidence_ppm)).max(width.least_ppm.into());
        // A thousandth of a root of a second, and one.
        let slack = moved / 60_000.0 + 1.001;
        prop_assert!(ppm >= exact.min(1e6) - 0.001 && ppm <= exact + slack);
    }

    #[test]
    fn r_q5_shares_pay_the_exact_floor_and_take_from_nobody(
        pool_shares in positive(61), part in 1_u64..=1 << 32, worth_q in 1_i64..1 << 61,
        free_q in 0_u64..1 << 61,
    ) {
        let shares = ((u128::from(pool_shares) * u128::from(part)) >> 32) as u64;
        let paid = amount_down(shares, pool_shares, worth_q).unwrap();
        prop_assert_eq!(BigInt::from(paid), amount(shares, pool_shares, worth_q).floor());
        let gone = redeem(shares, pool_shares, worth_q, free_q).unwrap();
        prop_assert!(gone.shares <= shares && gone.amount_q <= free_q);
        prop_assert_eq!(gone.shares == shares, paid <= free_q);
        // Whoever stays: the part of a share, and its part with the million of each on paper.
        for paper in [0, 1_000_000] {
            let price = |worth: BigInt, shares: BigInt| ratio(worth + paper, shares + paper);
            let before = price(worth_q.into(), pool_shares.into());
            let left = BigInt::from(pool_shares) - gone.shares;
            if left != BigInt::from(0) {
                let after = price(BigInt::from(worth_q) - gone.amount_q, left);
                prop_assert!(after >= before);
            }
        }
    }

    /// Whoever knows where the price within the band really is: neither entering nor leaving takes from those who
    /// stay, in any order.
    #[test]
    fn r_q5_no_sequence_of_entries_and_exits_lowers_what_the_others_have(
        market in market(), at in 0_u64..=1 << 20,
        steps in prop::collection::vec((any::<bool>(), positive(40), 1_u64..=1 << 20), 1..20),
    ) {
        let (Ok(up), Ok(down)) = (market.up(), market.down()) else { return Ok(()) };
        let Band { low_e8, high_e8 } = market.band;
        let inside = low_e8 + ((u128::from(high_e8 - low_e8) * u128::from(at)) >> 20) as u64;
        let truth = market_worth_at(&market, inside);
        let (mut cash, mut others, mut mine) = (1_i64 << 52, 1_u64 << 50, 0_u64);
        // At par beside the others on paper; the price of a share, truly.
        let price = |cash: i64, shares: u64| {
            (truth.clone() + whole(cash) + whole(1_000_000)) / whole(shares + 1_000_000)
        };
        others += u64::from(others == 0);
        let mut before = price(cash, others);
        for (enters, amount_q, part) in steps {
            let all = others + mine;
            if enters {
                let Ok(bought) = shares_down(amount_q, all, cash + up) else { continue };
                (mine, cash) = (mine + bought, cash + amount_q as i64);
            } else {
                let shares = ((u128::from(mine) * u128::from(part)) >> 20) as u64;
                let Ok(gone) = redeem(shares, all, cash + down, cash as u64) else { continue };
                (mine, cash) = (mine - gone.shares, cash - gone.amount_q as i64);
            }
            let after = price(cash, others + mine);
            prop_assert!(after >= before);
            before = after;
        }
    }

    #[test]
    fn r_q6_r_q7_what_is_reserved_and_what_is_backed_are_within_what_there_is(
        market in market(), gap_ppm in 1_000_000_u32..10_000_000,
    ) {
        let (Ok(reserved), Ok(capacity)) = (market.reserved_up(), market.capacity_down(gap_ppm)) else {
            return Ok(());
        };
        prop_assert!(reserved <= market.drawable_q);
        prop_assert!(capacity <= market.cash_q + market.drawable_q);
        let poorer = MarketWorth { drawable_q: market.drawable_q / 2, ..market };
        prop_assert!(poorer.reserved_up().unwrap() <= reserved);
        prop_assert!(poorer.capacity_down(gap_ppm).unwrap() <= capacity);
        prop_assert!(market.capacity_down(gap_ppm * 2).unwrap() <= capacity);
    }

    #[test]
    fn r_q2_shares_are_the_exact_floor_and_never_dilute(
        amount_q in positive(62), shares in 0_u64..1 << 62, worth_q in 1_i64..1 << 62,
    ) {
        let exact = shares_of(amount_q, shares, worth_q).floor();
        match shares_down(amount_q, shares, worth_q) {
            Ok(bought) => {
                prop_assert_eq!(BigInt::from(bought), exact);
                // Worth per share, the million of each on paper included.
                let price = |worth: BigInt, shares: BigInt| ratio(worth + 1_000_000, shares + 1_000_000);
                let before = price(worth_q.into(), shares.into());
                let after = price(BigInt::from(worth_q) + amount_q, BigInt::from(shares) + bought);
                prop_assert!(after >= before, "who was there before keeps what a share is worth");
            }
            Err(RiskError::SizeInvalid) => prop_assert_eq!(exact, BigInt::from(0)),
            Err(error) => {
                prop_assert_eq!(error, RiskError::Overflow);
                prop_assert!(exact > BigInt::from(u64::MAX));
            }
        }
    }

    #[test]
    fn r_q2_no_sequence_of_entries_lowers_the_price_of_a_share(
        amounts in prop::collection::vec(positive(40), 1..20), mut worth_q in 0_i64..1 << 40,
    ) {
        let (mut shares, first_worth) = (0_u64, worth_q);
        let mut entered = Vec::new();
        for amount_q in amounts {
            let Ok(bought) = shares_down(amount_q, shares, worth_q) else { continue };
            shares += bought;
            worth_q += i64::try_from(amount_q).unwrap();
            entered.push((amount_q, bought));
        }
        // Nobody's shares are worth more than the amount given and what lay there before.
        let price = ratio(BigInt::from(worth_q) + 1_000_000, BigInt::from(shares) + 1_000_000);
        for (amount_q, bought) in entered {
            let gained = whole(bought) * price.clone() - whole(amount_q);
            prop_assert!(gained <= whole(first_worth) + whole(1_000_000));
        }
        prop_assert!(price >= ratio(BigInt::from(first_worth) + 1_000_000, 1_000_000));
    }

    #[test]
    fn r_q3_a_sweep_moves_towards_the_target_and_no_more_than_there_is(
        (cash_q, target_q, pool_q, loss_cap_q) in
            (0_u64..1 << 40, 0_u64..1 << 40, 0_u64..1 << 40, 0_u64..1 << 40),
        drawn_q in -(1_i64 << 40)..1 << 40,
    ) {
        let moved = sweep_q(cash_q, target_q, pool_q, drawn_q, loss_cap_q).unwrap();
        let after = i64::try_from(cash_q).unwrap() + moved;
        if cash_q >= target_q {
            prop_assert_eq!(after, i64::try_from(target_q).unwrap());
        } else {
            prop_assert!(moved >= 0 && after <= i64::try_from(target_q).unwrap());
            prop_assert!(moved.unsigned_abs() <= pool_q);
            prop_assert!(moved == 0 || drawn_q + moved <= i64::try_from(loss_cap_q).unwrap());
            // And no less than the tightest of the three allows.
            let full = after.unsigned_abs() == target_q;
            let dry = moved.unsigned_abs() == pool_q;
            let capped = drawn_q + moved >= i64::try_from(loss_cap_q).unwrap();
            prop_assert!(full || dry || capped);
        }
    }

    #[test]
    fn i10_the_pool_never_panics(
        numbers in [wide(), wide(), wide(), wide(), wide(), wide(), wide()],
        signed in [wide_i64(), wide_i64(), wide_i64()],
    ) {
        let [cash_q, unpaid_q, long_lots, short_lots, price_e8, other_price_e8, lot_divisor] = numbers;
        let [long_entry_q, short_entry_q, worth_q] = signed;
        let open_interest = OpenInterest { long_lots, short_lots, long_entry_q, short_entry_q };
        let band = Band { low_e8: price_e8, high_e8: other_price_e8 };
        let market = MarketWorth {
            cash_q, unpaid_q, drawable_q: long_lots, open_interest, band, lot_divisor,
        };
        let _ = (market.up(), market.down(), market.reserved_up(), market.capacity_down(price_e8 as u32));
        let width = BandWidth {
            confidence_ppm: cash_q as u32,
            sigma_hour_ppm: unpaid_q as u32,
            age_seconds: long_entry_q,
            sigmas_e2: long_lots as u32,
            least_ppm: short_lots as u32,
        };
        let _ = width.band(price_e8, other_price_e8);
        let _ = shares_down(cash_q, unpaid_q, worth_q);
        let _ = (amount_down(cash_q, unpaid_q, worth_q), redeem(cash_q, unpaid_q, worth_q, long_lots));
        let _ = share_price_e9_down(cash_q, worth_q);
        let _ = sweep_q(cash_q, unpaid_q, long_lots, worth_q, short_lots);
    }
}
