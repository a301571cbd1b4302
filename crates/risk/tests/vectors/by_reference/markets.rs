//! Guards as episodes, outlooks, depths and sides in rationals.

use super::number;
use crate::format::{get, numbers, Numbers, Step, Vector};
use crate::reference::depth::{effective_down, manipulation_cap_down, rail_down};
use crate::reference::guard::{band_e9, Episodes};
use crate::reference::margin::{side_ratios, slope};
use crate::reference::outlook::{implied_e18, raised_e18};
use crate::reference::rational::ratio;
use crate::typed::{depth_params, guard_params, margin_params, side_params};
use num_bigint::BigInt;
use plimsoll_risk::depth::Depth;
use plimsoll_risk::guard::Print;
use plimsoll_risk::outlook::Outlook;

fn print(input: &Numbers) -> Print {
    Print {
        price_e8: get(input, "price_e8"),
        publish_seconds: get(input, "publish_seconds"),
    }
}

pub fn guards(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let params = guard_params(&vector.input);
    let mut episodes = Episodes(Vec::new());
    let mut last = print(&vector.input);
    for Step { input, .. } in &vector.steps {
        let (print, now) = (print(input), get(input, "now_seconds"));
        let later = now + get::<i64>(input, "later_seconds");
        let variance_e18 = get(input, "variance_e18");
        let elapsed = u64::try_from(print.publish_seconds - last.publish_seconds).expect("later");
        let was_active = episodes.reference_e8(&params, now).is_some();
        let leaves = episodes.print(&params, variance_e18, (last, print), now);
        let verdict = match (was_active, leaves) {
            (false, false) => 0,
            (false, true) => 1,
            (true, false) => 2,
            (true, true) => 3,
        };
        let reference = episodes.reference_e8(&params, later);
        let compared = reference.unwrap_or(print.price_e8);
        let is_active = episodes.reference_e8(&params, now).is_some();
        outputs.push(numbers([
            ("band_e9", number(&band_e9(&params, variance_e18, elapsed))),
            ("verdict", verdict.into()),
            ("is_active", u8::from(is_active).into()),
            ("is_active_later", u8::from(reference.is_some()).into()),
            ("worse_for_longs_e8", print.price_e8.min(compared).into()),
            ("worse_for_shorts_e8", print.price_e8.max(compared).into()),
        ]));
        last = print;
    }
    Numbers::new()
}

pub fn outlook(step: &Step) -> Numbers {
    let input = &step.input;
    let implied = implied_e18(get(input, "annual_volatility_bps")).ceil();
    let posted = Outlook {
        variance_e18: get(input, "posted_e18"),
        expires_seconds: get(input, "posted_expires_seconds"),
    };
    let own = Outlook {
        variance_e18: super::u64_of(&implied),
        expires_seconds: get(input, "implied_expires_seconds"),
    };
    let raised = |outlooks: &[Outlook]| {
        number(&raised_e18(
            get(input, "measured_e18"),
            get(input, "slow_e18"),
            outlooks,
            get(input, "multiple_e2"),
            get(input, "now_seconds"),
        ))
    };
    numbers([
        ("implied_e18", number(&implied)),
        ("raised_by_posted_e18", raised(&[posted])),
        ("raised_by_both_e18", raised(&[posted, own])),
    ])
}

pub fn depths(vector: &Vector, outputs: &mut Vec<Numbers>) -> Numbers {
    let params = depth_params(&vector.input);
    let theta_ppm = get(&vector.input, "theta_ppm");
    let fee_ppm = get(&vector.input, "fee_ppm");
    let mut depth = Depth {
        posted_q: [0; 5],
        posted_seconds: get(&vector.input, "now_seconds"),
    };
    for Step { input, .. } in &vector.steps {
        let now: i64 = get(input, "now_seconds");
        let elapsed = u64::try_from(now - depth.posted_seconds).expect("time goes on");
        let effective = effective_down(&depth, &params, now);
        let whole_q = effective.each_ref().map(super::u64_of);
        let cap = manipulation_cap_down(&whole_q, theta_ppm, fee_ppm);
        let mut output = numbers([("cap_q", number(&cap))]);
        for (place, counts) in effective.iter().enumerate() {
            let posted: u64 = get(input, &format!("depth_{place}_q"));
            let rail = rail_down(counts, params.growth_ppm, elapsed);
            depth.posted_q[place] = super::u64_of(&rail.min(posted.into()));
            output.insert(format!("effective_{place}_q"), number(counts));
            output.insert(format!("posted_{place}_q"), depth.posted_q[place].into());
        }
        depth.posted_seconds = now;
        outputs.push(output);
    }
    Numbers::new()
}

pub fn sides(input: &Numbers, step: &Step) -> Numbers {
    let (params, side) = (margin_params(input), side_params(input));
    let (slope, _) = slope(get(&step.input, "fast_e18"), get(&step.input, "slow_e18"));
    let target_ppm = get(&step.input, "target_ppm");
    let graced_ppm = get(&step.input, "graced_ppm");
    let slope_ppm = super::u32_of(&slope);
    let sides = side_ratios(&params, &side, target_ppm, graced_ppm, slope_ppm);
    let mut output = numbers([("slope_ppm", number(&slope))]);
    for (side, ratios) in ["long", "short"].into_iter().zip(sides) {
        for (line, ratio) in ["initial", "call", "liquidation"].into_iter().zip(ratios) {
            output.insert(format!("{side}_{line}_ppm"), number(&ratio));
        }
    }
    output
}

/// R-M10.
pub fn floor_min(step: &Step) -> Numbers {
    let fee: u32 = get(&step.input, "liquidation_fee_ppm");
    let paid = BigInt::from(get::<u32>(&step.input, "gap_ppm")) + fee;
    let floor = ratio(paid * 4, 3).ceil().min(u32::MAX.into());
    numbers([("floor_min_ppm", number(&floor))])
}
