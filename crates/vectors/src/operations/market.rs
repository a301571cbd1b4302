//! What a market knows besides its price: the guard, outlooks, depth, and the ratios of each side.

use super::ratios::margin_params;
use crate::codec::{Arguments, Results, Source};
use crate::Outcome;
use plimsoll_risk::depth::{manipulation_cap_down, Depth, DepthParams};
use plimsoll_risk::guard::{band_e9_up, Guard, GuardParams, Print};
use plimsoll_risk::margin::{floor_min_ppm_up, side_ratios, slope_ppm_up, SideParams};
use plimsoll_risk::outlook::{implied_variance_e18_up, raised_variance_e18, Outlook};

fn guard_params(arguments: &mut Arguments) -> Outcome<GuardParams> {
    Ok(GuardParams {
        band_sigmas_e2: arguments.next()?,
        band_floor_ppm: arguments.next()?,
        guard_seconds: arguments.next()?,
        rest_seconds: arguments.next()?,
    })
}

fn print(arguments: &mut Arguments) -> Outcome<Print> {
    Ok(Print {
        price_e8: arguments.next()?,
        publish_seconds: arguments.next()?,
    })
}

fn push_guard_state(guard: &Guard, last: &Print, results: &mut Results) -> Outcome {
    results.push(guard.reference_price_e8)?;
    results.push(guard.since_seconds)?;
    results.push(last.price_e8)?;
    results.push(last.publish_seconds)
}

pub fn start_guard(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    guard_params(arguments)?;
    push_guard_state(&Guard::default(), &print(arguments)?, results)
}

/// What the print did, and what the market is worth to a long and a short some seconds later.
pub fn guard(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let params = guard_params(arguments)?;
    print(arguments)?;
    let before = Guard {
        reference_price_e8: arguments.next()?,
        since_seconds: arguments.next()?,
    };
    let (last, variance_e18) = (print(arguments)?, arguments.next()?);
    let (print, now): (_, i64) = (print(arguments)?, arguments.next()?);
    let later = now.saturating_add_unsigned(arguments.next()?);
    let (after, verdict) = before.after(&params, variance_e18, last, print, now)?;
    let elapsed = print.publish_seconds.abs_diff(last.publish_seconds);
    results.push(band_e9_up(&params, variance_e18, elapsed))?;
    results.push(verdict as u8)?;
    results.push(u8::from(after.is_active(&params, now)))?;
    results.push(u8::from(after.is_active(&params, later)))?;
    for is_long in [true, false] {
        results.push(after.worse_price_e8(&params, print.price_e8, is_long, later))?;
    }
    push_guard_state(&after, &print, results)
}

fn outlook(arguments: &mut Arguments) -> Outcome<Outlook> {
    Ok(Outlook {
        variance_e18: arguments.next()?,
        expires_seconds: arguments.next()?,
    })
}

pub fn raise(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let (measured_e18, slow_e18) = (arguments.next()?, arguments.next()?);
    let (multiple_e2, now) = (arguments.next()?, arguments.next()?);
    let posted = outlook(arguments)?;
    let implied = Outlook {
        variance_e18: implied_variance_e18_up(arguments.next()?)?,
        expires_seconds: arguments.next()?,
    };
    results.push(implied.variance_e18)?;
    let raised_e18 = |outlooks: &[Outlook]| {
        raised_variance_e18(measured_e18, slow_e18, outlooks, multiple_e2, now)
    };
    results.push(raised_e18(&[posted]))?;
    results.push(raised_e18(&[posted, implied]))
}

/// The parameters of a market's depth, the shares of its cap, and the instant before the first post.
struct DepthPath {
    params: DepthParams,
    theta_ppm: u32,
    fee_ppm: u32,
    now_seconds: i64,
}

fn depth_path(arguments: &mut Arguments) -> Outcome<DepthPath> {
    Ok(DepthPath {
        params: DepthParams {
            base_depth_q: arguments.next()?,
            age_seconds_max: arguments.next()?,
            halving_seconds: arguments.next()?,
            growth_ppm: arguments.next()?,
        },
        theta_ppm: arguments.next()?,
        fee_ppm: arguments.next()?,
        now_seconds: arguments.next()?,
    })
}

fn five(arguments: &mut Arguments) -> Outcome<[u64; 5]> {
    let mut depths_q = [0; 5];
    for depth_q in &mut depths_q {
        *depth_q = arguments.next()?;
    }
    Ok(depths_q)
}

fn push_five(depths_q: &[u64; 5], results: &mut Results) -> Outcome {
    depths_q
        .iter()
        .try_for_each(|&depth_q| results.push(depth_q))
}

pub fn start_depth(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let unposted = Depth::unposted(depth_path(arguments)?.now_seconds);
    push_five(&unposted.posted_q, results)?;
    results.push(unposted.posted_seconds)
}

/// What counts before the post and the cap of that, and what is posted.
pub fn post_depth(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let path = depth_path(arguments)?;
    let before = Depth {
        posted_q: five(arguments)?,
        posted_seconds: arguments.next()?,
    };
    let (depths_q, now) = (five(arguments)?, arguments.next()?);
    let effective_q = before.effective_q(&path.params, now)?;
    let after = before.posted(&path.params, depths_q, now)?;
    push_five(&effective_q, results)?;
    results.push(manipulation_cap_down(
        &effective_q,
        path.theta_ppm,
        path.fee_ppm,
    )?)?;
    push_five(&after.posted_q, results)?;
    push_five(&after.posted_q, results)?;
    results.push(after.posted_seconds)
}

pub fn sides(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    let params = margin_params(arguments)?;
    let side = SideParams {
        long_weight_ppm: arguments.next()?,
        short_weight_ppm: arguments.next()?,
        slope_cap_ppm: arguments.next()?,
    };
    let (target_ppm, graced_ppm) = (arguments.next()?, arguments.next()?);
    let slope_ppm = slope_ppm_up(arguments.next()?, arguments.next()?);
    let held = side_ratios(&params, &side, target_ppm, graced_ppm, slope_ppm)?;
    results.push(slope_ppm)?;
    for ratios in [held.long, held.short] {
        results.push(ratios.initial_ppm)?;
        results.push(ratios.call_ppm)?;
        results.push(ratios.liquidation_ppm)?;
    }
    Ok(())
}

pub fn floor_min(arguments: &mut Arguments, results: &mut Results) -> Outcome {
    results.push(floor_min_ppm_up(arguments.next()?, arguments.next()?))
}
