//! Scores, sizes, crowding, haircuts, divisions.

use super::{sign, step, table, START_SECONDS};
use crate::format::{Numbers, Vector};
use crate::reference::Rng;

pub fn scores() -> Vec<Vector> {
    let mut rng = Rng(401);
    let score = |(equity_q, sigma_q): (i64, u64), headroom_q: i64, leg: (u64, u32, u64, bool)| {
        let (notional_q, ratio_ppm, price_e8, is_long) = leg;
        step(
            "scores",
            [
                equity_q.into(),
                sigma_q.into(),
                headroom_q.into(),
                notional_q.into(),
                ratio_ppm.into(),
                price_e8.into(),
                u8::from(is_long).into(),
            ],
        )
    };
    let mut steps: Vec<Numbers> = (0..120)
        .map(|_| {
            let sigma_q = rng.magnitude(1 << 45);
            let equity_q = i64::try_from(sigma_q * rng.magnitude(30_000) / 1_000).unwrap();
            let notional_q = rng.magnitude(1 << 48);
            let headroom = notional_q * rng.between(0, 150) / 100;
            let leg = (
                notional_q,
                rng.between_u32(1, 990_000),
                rng.magnitude(1 << 44),
                rng.one_in(2),
            );
            score((equity_q, sigma_q), sign(&mut rng, headroom), leg)
        })
        .collect();
    // Where the tail begins, bankrupt, without risk; and legs that no price hurts.
    let plain = (1_000_000_000, 50_000, 10_000_000_000, true);
    for (equity_q, sigma_q, headroom_q, leg) in [
        (2_659_999, 1_000_000, 1, plain),
        (2_660_000, 1_000_000, 3, plain),
        (2_660_001, 1_000_000, 4, plain),
        (i64::MAX, 1, 0, plain),
        (0, 1, -1, plain),
        (-1, 0, -1, plain),
        (1, 0, 1, plain),
        (1, u64::MAX, 0, (0, 50_000, 7, true)),
        (1, 1, i64::MAX, (1, 50_000, u64::MAX, false)),
        (1, 1, i64::MIN, (1, 50_000, 7, false)),
        (1, 1, i64::MIN, (u64::MAX, u32::MAX, u64::MAX, true)),
        (1, 1, 1_000, (1_000_000, 1_000_000, 7, true)),
    ] {
        steps.push(score((equity_q, sigma_q), headroom_q, leg));
    }
    table("accounts near and far", steps)
}

pub fn sizes() -> Vec<Vector> {
    let mut rng = Rng(402);
    let size = |notional_q: u64, lots: u64, price_e8: u64, divisor: u64, external_q: u64| {
        let pool = [notional_q.into(), lots.into(), price_e8.into()];
        let [notional, lots, price] = pool;
        step(
            "sizes",
            [notional, lots, price, divisor.into(), external_q.into()],
        )
    };
    let mut steps: Vec<Numbers> = (0..60)
        .map(|_| {
            let notional_q = rng.magnitude(1 << 50);
            let divisor = 10_u64.pow(rng.between_u32(1, 10));
            let (lots, price_e8) = (rng.magnitude(1 << 36), rng.magnitude(1 << 42));
            size(notional_q, lots, price_e8, divisor, rng.magnitude(1 << 50))
        })
        .collect();
    for notional_q in [0, 1, u64::MAX] {
        for external_q in [1, u64::MAX] {
            steps.push(size(notional_q, 0, 1, 10, external_q));
            steps.push(size(notional_q, u64::MAX, u64::MAX, 10, external_q));
        }
    }
    table("sizes and depths", steps)
}

pub fn crowding() -> Vec<Vector> {
    let mut rng = Rng(403);
    let mut steps = Vec::new();
    for _ in 0..40 {
        let low = rng.magnitude(1 << 40);
        let high = low + rng.magnitude(1 << 40);
        let open = rng.between(low / 2, high + 2);
        steps.push((rng.between_u32(0, 1_100_000), open, low, high));
    }
    steps.push((0, u64::MAX, 0, u64::MAX));
    steps.push((u32::MAX, 5, 4, 6));
    let crowd = |(initial_ppm, open, low, high): (u32, u64, u64, u64)| {
        step(
            "crowding",
            [initial_ppm.into(), open.into(), low.into(), high.into()],
        )
    };
    table(
        "below, between and beyond",
        steps.into_iter().map(crowd).collect(),
    )
}

pub fn haircuts() -> Vec<Vector> {
    let mut rng = Rng(404);
    let mut steps = Vec::new();
    for _ in 0..40 {
        let onboarding = rng.between_u32(1, 5_000_000);
        let since = i64::try_from(rng.between(0, 7_000_000)).unwrap() - 1_000;
        let times = (START_SECONDS, onboarding, START_SECONDS + since);
        steps.push((rng.between_u32(0, 1_000_000), rng.magnitude(1 << 62), times));
    }
    steps.push((1, u64::MAX, (0, 0, 0)));
    steps.push((1, u64::MAX, (1, 0, 0)));
    steps.push((0, u64::MAX, (i64::MIN, u32::MAX, i64::MAX)));
    let haircut = |(haircut_ppm, cap, (listed, onboarding, now)): (u32, u64, (i64, u32, i64))| {
        let what = [haircut_ppm.into(), cap.into()];
        let [haircut, cap] = what;
        let values = [haircut, cap, listed.into(), onboarding.into(), now.into()];
        step("haircuts", values)
    };
    table(
        "before, during and after",
        steps.into_iter().map(haircut).collect(),
    )
}

/// 64 bits in blocks of zeros and ones: carries and digits that are guessed too high.
fn blocks(rng: &mut Rng) -> u64 {
    let mut bits = 0;
    for _ in 0..rng.between(1, 4) {
        let (from, length) = (rng.between(0, 63), rng.between(1, 40));
        bits ^= (u64::MAX >> (64 - length)) << from;
    }
    bits
}

pub fn divisions() -> Vec<Vector> {
    let mut rng = Rng(405);
    let mut steps = vec![
        (0, 0, 1),
        (u64::MAX, u64::MAX, u64::MAX),
        (u64::MAX, 1 << 63, (1 << 63) + 1),
        (u64::MAX, 0xffff_ffff, 0x1_0000_0000),
    ];
    while steps.len() < 160 {
        let (a, b) = match rng.between(0, 1) {
            0 => (blocks(&mut rng), blocks(&mut rng)),
            _ => (rng.magnitude(u64::MAX), rng.magnitude(u64::MAX)),
        };
        let d = match rng.between(0, 2) {
            0 => blocks(&mut rng).max(1),
            1 => rng.magnitude(u64::MAX),
            // A quotient of nearly 64 bits.
            _ => u64::try_from((u128::from(a) * u128::from(b)) >> 64).unwrap() + rng.between(1, 3),
        };
        let quotient = (u128::from(a) * u128::from(b)).div_ceil(u128::from(d));
        if quotient <= u128::from(u64::MAX) {
            steps.push((a, b, d));
        }
    }
    let divide = |(a, b, d): (u64, u64, u64)| step("divisions", [a.into(), b.into(), d.into()]);
    table("narrow and wide", steps.into_iter().map(divide).collect())
}
