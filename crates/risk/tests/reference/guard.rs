//! The guard as the list of all guards there ever were, its band in rationals.

use super::rational::{ratio, whole};
use super::volatility::sqrt_up;
use num_bigint::BigInt;
use plimsoll_risk::guard::{GuardParams, Print};

/// R-G1: the band in 1e-9, with the roundings of the rule.
pub fn band_e9(params: &GuardParams, variance_e18: u64, elapsed: u64) -> BigInt {
    let square = (BigInt::from(variance_e18) * elapsed).min(u64::MAX.into());
    let sigmas = (whole(sqrt_up(&square)) * ratio(params.band_sigmas_e2, 100)).ceil();
    sigmas.max(BigInt::from(params.band_floor_ppm) * 1_000)
}

/// R-G1: whether two prices lie further apart than a band; a return rounds up to 1e-9.
pub fn leaves(from_e8: u64, to_e8: u64, band_e9: &BigInt) -> bool {
    let (from, to) = (BigInt::from(from_e8), BigInt::from(to_e8));
    let exact = ratio((&to - &from) * 2, from + to).abs() * whole(1_000_000_000);
    exact.ceil() > *band_e9
}

/// One guard: the clock at its begin, the price before the doubted print, and the clock at the print
/// that ended it, if one did.
pub struct Episode {
    pub began_seconds: i64,
    pub reference_e8: u64,
    pub ended_seconds: Option<i64>,
}

/// R-G2 … R-G4 as the list of all guards there ever were.
pub struct Episodes(pub Vec<Episode>);

impl Episodes {
    /// The price to compare with, where `now_seconds` lies within a guard.
    pub fn reference_e8(&self, params: &GuardParams, now_seconds: i64) -> Option<u64> {
        let within = |episode: &&Episode| {
            let ends = episode.began_seconds + i64::from(params.guard_seconds);
            episode.ended_seconds.is_none() && now_seconds < ends
        };
        self.0
            .iter()
            .find(within)
            .map(|episode| episode.reference_e8)
    }

    /// Takes a print; `true` where it lies beyond the band of what it is compared with and so begins a
    /// guard or confirms the move.
    pub fn print(
        &mut self,
        params: &GuardParams,
        variance_e18: u64,
        (last, print): (Print, Print),
        now_seconds: i64,
    ) -> bool {
        let elapsed = u64::try_from(print.publish_seconds - last.publish_seconds).expect("later");
        let band = band_e9(params, variance_e18, elapsed);
        if let Some(reference_e8) = self.reference_e8(params, now_seconds) {
            self.0.last_mut().expect("the open one").ended_seconds = Some(now_seconds);
            return leaves(reference_e8, print.price_e8, &band);
        }
        let rest = i64::from(params.rest_seconds);
        let rested = |episode: &Episode| now_seconds - episode.began_seconds >= rest;
        let begins = self.0.iter().all(rested) && leaves(last.price_e8, print.price_e8, &band);
        if begins {
            self.0.push(Episode {
                began_seconds: now_seconds,
                reference_e8: last.price_e8,
                ended_seconds: None,
            });
        }
        begins
    }
}
