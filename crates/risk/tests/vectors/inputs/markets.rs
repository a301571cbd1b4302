//! Guards, outlooks, depths, and the ratios of each side.

use super::{input, step, table, vector, START_SECONDS};
use crate::format::{Number, Numbers, Vector};
use crate::reference::fixtures::{margin_params, VARIANCE_E18};
use crate::reference::Rng;

fn seconds(rng: &mut Rng, most: u64) -> i64 {
    i64::try_from(rng.between(1, most)).unwrap()
}

pub fn guards() -> Vec<Vector> {
    let mut rng = Rng(301);
    let paths: [(&str, [u32; 4], u64); 4] = [
        ("prints every few seconds", [800, 5_000, 30, 120], 8),
        ("prints now and then", [400, 1_000, 60, 240], 200),
        ("no guard", [800, 5_000, 0, 0], 8),
        ("a floor that nothing leaves", [0, 2_000_000, 30, 120], 8),
    ];
    let path = |(name, params, gap): (&str, [u32; 4], u64)| {
        let mut price_e8 = 6_000_000_000_000;
        let mut published = START_SECONDS;
        let [sigmas, floor, guard, rest] = params.map(Number::from);
        let first = [
            sigmas,
            floor,
            guard,
            rest,
            price_e8.into(),
            published.into(),
        ];
        let mut usual_e8 = price_e8;
        let steps = (0..50).map(|_| {
            published += seconds(&mut rng, gap);
            usual_e8 = usual_e8 / 10_000 * rng.between(9_995, 10_005);
            price_e8 = match rng.between(0, 5) {
                // A lone print, or a move that stays.
                0 => usual_e8 / 100 * rng.between(90, 111),
                1 => {
                    usual_e8 = usual_e8 / 100 * rng.between(95, 105);
                    usual_e8
                }
                _ => usual_e8,
            };
            let now = published + i64::try_from(rng.between(0, 3)).unwrap();
            step(
                "guards",
                [
                    rng.magnitude(VARIANCE_E18 * 40).into(),
                    price_e8.into(),
                    published.into(),
                    now.into(),
                    rng.between(0, u64::from(params[2]) + 5).into(),
                ],
            )
        });
        vector(name, input("guards", first), steps.collect())
    };
    paths.into_iter().map(path).collect()
}

pub fn outlooks() -> Vec<Vector> {
    let mut rng = Rng(302);
    let near = |rng: &mut Rng| START_SECONDS - 3 + i64::try_from(rng.between(0, 6)).unwrap();
    let mut steps: Vec<Numbers> = (0..60)
        .map(|_| {
            step(
                "outlooks",
                [
                    rng.magnitude(VARIANCE_E18 * 10).into(),
                    rng.magnitude(VARIANCE_E18 * 10).into(),
                    rng.between_u32(0, 1_000).into(),
                    START_SECONDS.into(),
                    rng.magnitude(VARIANCE_E18 * 100).into(),
                    near(&mut rng).into(),
                    rng.between_u32(0, 60_000).into(),
                    near(&mut rng).into(),
                ],
            )
        })
        .collect();
    // The largest volatility, a rail beyond 64 bits, and none.
    for (slow_e18, multiple_e2, bps) in [
        (u64::MAX, u32::MAX, 241_000_000),
        (u64::MAX, 100, 241_000_000),
        (0, u32::MAX, 241_000_000),
        (1, 1, 0),
    ] {
        let ends = i64::MAX.into();
        let values = [
            1.into(),
            slow_e18.into(),
            multiple_e2.into(),
            START_SECONDS.into(),
            0.into(),
            ends,
            bps.into(),
            ends,
        ];
        steps.push(step("outlooks", values));
    }
    table("posted and implied, current and expired", steps)
}

pub fn depths() -> Vec<Vector> {
    let mut rng = Rng(303);
    let paths: [(&str, u64, [u32; 3], u64); 4] = [
        ("posts every minute", 1 << 38, [600, 3_600, 250_000], 90),
        (
            "posts that are late",
            1 << 30,
            [600, 3_600, 250_000],
            20_000,
        ),
        ("posts that nobody makes", 1, [0, 1, u32::MAX], 100_000),
        ("the largest base", 1 << 54, [u32::MAX, 1, 0], 86_400),
    ];
    let path = |(name, base_q, params, gap): (&str, u64, [u32; 3], u64)| {
        let [age, halving, growth] = params.map(Number::from);
        let theta_ppm = rng.between_u32(100_000, 1_000_000);
        let fee_ppm = rng.between_u32(0, 1_000);
        let mut now = START_SECONDS;
        let shares = [theta_ppm.into(), fee_ppm.into()];
        let [theta, fee] = shares;
        let first = [base_q.into(), age, halving, growth, theta, fee, now.into()];
        let steps = (0..24).map(|_| {
            now += seconds(&mut rng, gap) - 1;
            let mut depths_q = [(); 5].map(|()| rng.magnitude(1 << 60));
            if rng.one_in(2) {
                depths_q = [(); 5].map(|()| base_q / 4 * rng.between(1, 40));
            }
            depths_q.sort_unstable();
            let [a, b, c, d, e] = depths_q.map(Number::from);
            step("depths", [a, b, c, d, e, now.into()])
        });
        vector(name, input("depths", first), steps.collect())
    };
    paths.into_iter().map(path).collect()
}

pub fn sides() -> Vec<Vector> {
    let mut rng = Rng(304);
    let params = margin_params();
    let sides = [
        ("both sides alike", [1_000_000_u32, 1_000_000, 1_000_000]),
        ("shorts lighter", [1_000_000, 700_001, 2_000_000]),
        ("longs nothing", [0, 1_000_000, u32::MAX]),
    ];
    let path = |(name, side): (&str, [u32; 3])| {
        let [long, short, cap] = side.map(Number::from);
        let first = [
            params.multiplier_e4.into(),
            params.horizon_seconds.into(),
            params.floor_ppm.into(),
            params.cap_ppm.into(),
            params.stress_ppm.into(),
            params.stress_weight_ppm.into(),
            params.confidence_weight_ppm.into(),
            params.initial_multiple_ppm.into(),
            params.initial_min_ppm.into(),
            params.doubling_seconds.into(),
            params.halving_seconds.into(),
            params.ramp_seconds_max.into(),
            long,
            short,
            cap,
        ];
        let steps = (0..25).map(|_| {
            let slow_e18 = rng.magnitude(VARIANCE_E18 * 8);
            step(
                "sides",
                [
                    rng.between_u32(0, 300_000).into(),
                    rng.between_u32(0, 300_000).into(),
                    (slow_e18 / 16 * rng.magnitude(300)).into(),
                    slow_e18.into(),
                ],
            )
        });
        vector(name, input("sides", first), steps.collect())
    };
    sides.into_iter().map(path).collect()
}

pub fn floors() -> Vec<Vector> {
    let mut rng = Rng(305);
    let edges = [(0, 0), (1, 0), (1, 1), (1, 2), (u32::MAX, u32::MAX)];
    let random = (0..20).map(|_| (rng.between_u32(0, 20_000), rng.between_u32(0, 50_000)));
    let pairs: Vec<(u32, u32)> = edges.into_iter().chain(random).collect();
    let floor = |(fee, gap): (u32, u32)| step("floors", [fee.into(), gap.into()]);
    table("fees and gaps", pairs.into_iter().map(floor).collect())
}
