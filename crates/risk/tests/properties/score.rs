//! Ruin against its exact form, distances against fractions, and accounts at their liquidation prices.

use crate::reference::Rng;
use crate::strategies::{cases, wide, wide_i64, wide_u32};
use plimsoll_risk::score::{distance_e4_down, liquidation_price_e8, ruin_ppm_up, LegLine};
use plimsoll_risk::units::{lot_divisor, notional_up, share_up, worth_down};
use proptest::prelude::*;

/// R-K1 with powers.
fn ruin(z: f64) -> f64 {
    let (u, xi, beta) = (2.66, 0.279, 0.974);
    if z < u {
        0.025_f64.powf(z / u)
    } else {
        0.025 * (1.0 + xi * (z - u) / beta).powf(-1.0 / xi)
    }
}

#[test]
fn r_k1_ruin_is_never_below_exact_and_at_most_087_percent_and_one_ppm_above() {
    let sigma_q = 1_000_000;
    let mut last = 1_000_000;
    let mut widest = 0.0_f64;
    for equity_q in (1..120_000_000).step_by(37) {
        let found = ruin_ppm_up(equity_q, sigma_q);
        let exact = ruin(equity_q as f64 / sigma_q as f64) * 1e6;
        let found_f64 = f64::from(found);
        assert!(found_f64 > exact - 1e-6, "{equity_q}: {found} {exact}");
        assert!(
            found_f64 < exact * 1.008_7 + 1.0,
            "{equity_q}: {found} {exact}"
        );
        assert!(found <= last, "{equity_q}");
        last = found;
        widest = widest.max((found_f64 - 1.0) / exact);
    }
    // The chords do err by that much.
    assert!(widest > 1.008, "{widest}");
}

#[test]
fn r_k1_at_the_entries_of_the_table_ruin_is_exact() {
    for halvings in 0..4 {
        for entry in 0..=15 {
            let x = f64::from(1 << halvings) * (1.0 + f64::from(entry) / 15.0);
            let z = 2.66 + (x - 1.0) * 0.974 / 0.279;
            let found = f64::from(ruin_ppm_up((z * 1e12) as i64, 1_000_000_000_000));
            let exact = ruin(z) * 1e6;
            assert!(
                found >= exact - 1e-6 && found < exact * 1.000_01 + 1.0,
                "{z}: {found} {exact}"
            );
        }
    }
}

#[test]
fn r_k1_ruin_falls_with_equity_and_rises_with_sigma() {
    let mut rng = Rng(1);
    for _ in 0..300_000 {
        let (sigma_q, more_q) = (rng.magnitude(1 << 62), rng.magnitude(1 << 62));
        let equity_q = match rng.between(0, 2) {
            0 => rng.magnitude(1 << 62),
            _ => sigma_q.saturating_mul(rng.between(1, 40_000)) / 1_000,
        };
        let equity_q = i64::try_from(equity_q.min(1 << 62)).unwrap();
        let here = ruin_ppm_up(equity_q, sigma_q);
        assert!(ruin_ppm_up(equity_q - 1, sigma_q) >= here);
        let richer_q = equity_q.saturating_add_unsigned(more_q);
        assert!(ruin_ppm_up(richer_q, sigma_q) <= here);
        assert!(ruin_ppm_up(equity_q, sigma_q + more_q) >= here);
        assert!((1..=1_000_000).contains(&here));
    }
}

#[test]
fn r_k2_a_distance_is_the_exact_floor() {
    let mut rng = Rng(2);
    for _ in 0..300_000 {
        let size = i64::try_from(rng.magnitude(1 << 62)).unwrap();
        let headroom_q = if rng.one_in(2) { size } else { -size };
        let sigma_q = rng.magnitude(1 << 63);
        let exact = (i128::from(headroom_q) * 10_000).div_euclid(i128::from(sigma_q));
        let exact = exact.clamp(i128::from(i32::MIN), i128::from(i32::MAX));
        assert_eq!(i128::from(distance_e4_down(headroom_q, sigma_q)), exact);
    }
}

/// An account of one leg.
struct Account {
    lots: i64,
    divisor: u64,
    ratio_ppm: u32,
    balance_q: i64,
}

impl Account {
    fn headroom_q(&self, price_e8: u64) -> i64 {
        let worth_q = worth_down(self.lots, price_e8, self.divisor).unwrap();
        let notional_q = notional_up(self.lots.unsigned_abs(), price_e8, self.divisor).unwrap();
        let required_q = share_up(notional_q, self.ratio_ppm).unwrap();
        self.balance_q + worth_q - i64::try_from(required_q).unwrap()
    }

    fn line(&self, price_e8: u64) -> LegLine {
        LegLine {
            headroom_q: self.headroom_q(price_e8),
            notional_q: notional_up(self.lots.unsigned_abs(), price_e8, self.divisor).unwrap(),
            ratio_ppm: self.ratio_ppm,
            price_e8,
            long: self.lots > 0,
        }
    }
}

/// An account of at least a dollar, a few times its notional above or below its line.
fn account(rng: &mut Rng) -> (Account, u64) {
    loop {
        let divisor = lot_divisor(1 - i32::try_from(rng.between(0, 9)).unwrap()).unwrap();
        let (lots, price_e8) = (rng.magnitude(1 << 36), rng.magnitude(1 << 44));
        let Ok(notional_q) = notional_up(lots, price_e8, divisor) else {
            continue;
        };
        if !(1_000_000..1 << 52).contains(&notional_q) {
            continue;
        }
        let lots = i64::try_from(lots).unwrap();
        let mut account = Account {
            lots: if rng.one_in(2) { lots } else { -lots },
            divisor,
            ratio_ppm: rng.between_u32(1, 990_000),
            balance_q: 0,
        };
        let headroom = i64::try_from(rng.between(0, notional_q * 3)).unwrap();
        let below = rng.one_in(3);
        account.balance_q = if below { -headroom } else { headroom } - account.headroom_q(price_e8);
        return (account, price_e8);
    }
}

#[test]
fn r_k3_an_account_is_above_its_line_at_its_liquidation_price_and_below_it_just_after() {
    let (mut rng, mut none) = (Rng(3), 0);
    for _ in 0..200_000 {
        let (account, price_e8) = account(&mut rng);
        let line = account.line(price_e8);
        let found_e8 = liquidation_price_e8(&line);
        // What a unit of price moves headroom by, per atom.
        let share = if line.long {
            1_000_000 - line.ratio_ppm
        } else {
            1_000_000 + line.ratio_ppm
        };
        let steepness = u128::from(line.notional_q) * u128::from(share);
        let units = |atoms: u128| {
            u64::try_from((u128::from(price_e8) * atoms * 1_000_000).div_ceil(steepness)).unwrap()
        };
        let away = u128::from(line.headroom_q.unsigned_abs()) * 1_000_000;
        let away = away.div_ceil(steepness);
        let just_after = units(8 + 5 * away) + 2;
        if found_e8 == 0 {
            none += 1;
            // Nearly nothing is left of the price of a long where headroom ends; a short is below even there.
            let near = account.headroom_q(just_after);
            assert!(if line.long { near >= -6 } else { near <= 0 });
            continue;
        }
        // Roundings: 3 atoms taken off, 3 of the account, 1 for a unit of price, and, as often as the whole
        // price is moved by, up to 5 of notional and steepness.
        let (safe_e8, lost_e8) = if line.long {
            (found_e8, found_e8.saturating_sub(just_after))
        } else {
            (found_e8, found_e8 + just_after)
        };
        if line.headroom_q >= 3 || line.headroom_q < 0 {
            assert!(account.headroom_q(safe_e8) >= 0, "{line:?} {found_e8}");
        }
        assert!(
            lost_e8 == 0 || account.headroom_q(lost_e8) < 0,
            "{line:?} {found_e8}"
        );
        let between = price_e8.min(found_e8) + price_e8.abs_diff(found_e8) / 2;
        if line.headroom_q >= 3 {
            assert!(account.headroom_q(between) >= 0);
        }
    }
    assert!((1_000..100_000).contains(&none), "{none}");
}

proptest! {
    #![proptest_config(cases(20_000))]

    #[test]
    fn i10_scores_never_panic(
        (equity_q, sigma_q) in (wide_i64(), wide()),
        (notional_q, ratio_ppm, price_e8, long) in (wide(), wide_u32(), wide(), any::<bool>()),
    ) {
        prop_assert!(ruin_ppm_up(equity_q, sigma_q) <= 1_000_000);
        let distance = distance_e4_down(equity_q, sigma_q);
        prop_assert!(i64::from(distance).signum() * equity_q.signum() >= 0);
        let leg = LegLine { headroom_q: equity_q, notional_q, ratio_ppm, price_e8, long };
        let found = liquidation_price_e8(&leg);
        let lower = long == (equity_q >= 0);
        prop_assert!(found == price_e8 || lower == (found < price_e8));
    }
}
