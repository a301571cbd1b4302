//! One underlying of a book: its perp and its spot as one exposure.
//!
//! Rules R-A1, R-H2. What a perp and spot of one underlying share is netted; what is left of either keeps
//! its own ratio, that of spot the mean of its collaterals'.

use crate::error::Result;
use crate::margin::Ratios;
use crate::math::{add_unsigned, mul_div_up, negate, to_i64};
use crate::portfolio::{net_up, Leg};
use crate::units::{share_up, ONE_PPM};

/// What a pledge's value was rounded down by, less than an atom twice (worth, counted share), quote atoms.
pub(crate) const SPOT_ROUNDING_Q: u64 = 2;
/// R-A1: the share of a perp's requirement that spot of its underlying leaves at the liquidation line, ppm.
pub const HEDGED_FLOOR_PPM: u32 = 300_000;

/// By whom a holding is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// The initial line at the last price.
    Initial,
    /// The initial line with perps at the worse of price and guard price (R-A2).
    Guarded,
    /// The call line.
    Call,
    /// The liquidation line.
    Liquidation,
    /// One sigma of an hour.
    Sigma,
}

/// A perp of one underlying.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Perp {
    pub size_q: u64,
    pub guard_q: u64,
    /// R-S1: what the size adds, ppm of the requirement by itself.
    pub add_ppm: u32,
    pub guard_add_ppm: u32,
    /// Of the perp's side.
    pub ratios: Ratios,
    pub sigma_ppm: u32,
    pub underlying: u16,
    pub long: bool,
}

/// Spot of one underlying.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    /// What counts of it, rounded down.
    pub size_q: u64,
    /// What it asks by itself, at each line.
    pub initial_q: u64,
    pub call_q: u64,
    pub liquidation_q: u64,
    pub sigma_q: u64,
    pub underlying: u16,
    /// Collaterals in it.
    pub pledges: u8,
    /// The place of the perp of the same underlying; [`ALONE`] where there is none.
    pub perp: u8,
}

/// No perp's place.
pub(crate) const ALONE: u8 = u8::MAX;

/// A perp and spot of one underlying; either may be [`Perp::NONE`] or [`Spot::NONE`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holding<'a> {
    pub perp: &'a Perp,
    pub spot: &'a Spot,
}

const NOTHING: Ratios = Ratios {
    initial_ppm: 0,
    call_ppm: 0,
    liquidation_ppm: 0,
};

/// A holding at a line.
pub(crate) struct Seen {
    pub leg: Leg,
    /// What the perp alone would need.
    pub perp_alone_q: u64,
    /// R-S1: what the perp's size adds, netted with nothing.
    pub size_q: u64,
}

impl Perp {
    pub const NONE: Self = Self {
        size_q: 0,
        guard_q: 0,
        add_ppm: 0,
        guard_add_ppm: 0,
        ratios: NOTHING,
        sigma_ppm: 0,
        underlying: u16::MAX,
        long: true,
    };
}

impl Spot {
    pub const NONE: Self = Self {
        size_q: 0,
        initial_q: 0,
        call_q: 0,
        liquidation_q: 0,
        sigma_q: 0,
        underlying: u16::MAX,
        pledges: 0,
        perp: ALONE,
    };

    /// Joins the spot of another collateral of the same underlying.
    pub fn join(&mut self, other: &Self) -> Result<()> {
        self.pledges = self.pledges.saturating_add(other.pledges);
        self.size_q = add_unsigned(self.size_q, other.size_q)?;
        self.initial_q = add_unsigned(self.initial_q, other.initial_q)?;
        self.call_q = add_unsigned(self.call_q, other.call_q)?;
        self.liquidation_q = add_unsigned(self.liquidation_q, other.liquidation_q)?;
        self.sigma_q = add_unsigned(self.sigma_q, other.sigma_q)?;
        Ok(())
    }
}

impl Holding<'_> {
    /// The leg at a line.
    pub fn at(&self, view: View) -> Result<Seen> {
        let (perp_q, add_ppm) = self.perp_at(view);
        let perp_ppm = ratio(&self.perp.ratios, self.perp.sigma_ppm, view);
        let perp_alone_q = share_up(perp_q, perp_ppm)?;
        let (net_q, long, size_q) = if self.spot.size_q == 0 {
            (perp_q, self.perp.long, perp_alone_q)
        } else {
            self.netted(view, perp_q, perp_alone_q)?
        };
        let exposure_q = if long {
            to_i64(size_q)?
        } else {
            negate(size_q)?
        };
        Ok(Seen {
            leg: Leg {
                column: self.underlying(),
                notional_q: net_q,
                exposure_q,
                gross_q: size_q.max(perp_alone_q),
            },
            perp_alone_q,
            size_q: share_up(perp_alone_q, add_ppm)?,
        })
    }

    /// R-A1: what the holding asks at the liquidation line, and what of it the perp does, whose part pays for
    /// unwinding: at least [`HEDGED_FLOOR_PPM`] of what it asks alone, and nothing of what spot asks.
    pub fn at_liquidation(&self) -> Result<(u64, u64)> {
        let seen = self.at(View::Liquidation)?;
        let hedged_q = share_up(seen.perp_alone_q, HEDGED_FLOOR_PPM)?;
        let asked_q = seen.leg.size_q().max(hedged_q);
        let perp_q = match (self.perp.long, seen.leg.exposure_q < 0) {
            (true, _) => seen.perp_alone_q,
            (false, true) => asked_q,
            (false, false) => hedged_q,
        };
        Ok((asked_q, perp_q))
    }

    fn perp_at(&self, view: View) -> (u64, u32) {
        match view {
            View::Guarded => (self.perp.guard_q, self.perp.guard_add_ppm),
            View::Initial | View::Call => (self.perp.size_q, self.perp.add_ppm),
            View::Liquidation | View::Sigma => (self.perp.size_q, 0),
        }
    }

    /// By how much the leg's roundings could favour its owner where the leg gains or is taken for long or
    /// short wrongly (I8). Without spot a notional and a ratio were rounded up, and a row moves at most 3.3 of
    /// what is left.
    pub fn slack_q(&self, view: View) -> u64 {
        let perp_ppm = ratio(&self.perp.ratios, self.perp.sigma_ppm, view);
        if self.spot.size_q == 0 {
            return slack(1, perp_ppm, 0);
        }
        let missing_q = self.missing_q().saturating_add(1);
        slack(missing_q, perp_ppm.max(ONE_PPM), self.spot.pledges)
    }

    /// What the spot may be more: each pledge two atoms.
    fn missing_q(&self) -> u64 {
        u64::from(self.spot.pledges).saturating_mul(SPOT_ROUNDING_Q)
    }

    fn underlying(&self) -> u16 {
        if self.perp.size_q == 0 && self.perp.guard_q == 0 && self.spot.pledges != 0 {
            self.spot.underlying
        } else {
            self.perp.underlying
        }
    }

    /// Perp and spot together: size, whether long, and requirement.
    fn netted(&self, view: View, perp_q: u64, perp_alone_q: u64) -> Result<(u64, bool, u64)> {
        let perp_ppm = ratio(&self.perp.ratios, self.perp.sigma_ppm, view);
        let asked_q = match view {
            View::Initial | View::Guarded => self.spot.initial_q,
            View::Call => self.spot.call_q,
            View::Liquidation => self.spot.liquidation_q,
            View::Sigma => self.spot.sigma_q,
        };
        // The perp may be an atom less, each pledge two atoms more.
        let missing_q = self.missing_q();
        let (net_q, long) = net_up(self.perp.long, perp_q, self.spot.size_q)?;
        if long {
            // The netting knows of one atom.
            let net_q = add_unsigned(net_q, missing_q.saturating_sub(1))?;
            let size_q = if self.perp.long {
                add_unsigned(perp_alone_q, asked_q)?
            } else {
                // Of every collateral alike: dust of a wild one must not decide for the others.
                mul_div_up(asked_q, net_q, self.spot.size_q)?.min(asked_q)
            };
            return Ok((net_q, true, size_q));
        }
        // Where the roundings leave open which of the two is larger, the worse is taken: spot asks for no
        // more than itself.
        let reverse_q = add_unsigned(self.spot.size_q, missing_q.saturating_add(1))?;
        let size_q = share_up(net_q, perp_ppm)?.max(reverse_q.saturating_sub(perp_q));
        Ok((net_q, false, size_q))
    }
}

fn ratio(ratios: &Ratios, sigma_ppm: u32, view: View) -> u32 {
    match view {
        View::Initial | View::Guarded => ratios.initial_ppm,
        View::Call => ratios.call_ppm,
        View::Liquidation => ratios.liquidation_ppm,
        View::Sigma => sigma_ppm,
    }
}

/// I8: eight times what a leg's exposure is off by at most: sizes, ratio and each pledge rounded up; twice
/// since its side may be wrong, and up to 3.3 in a row.
fn slack(size_q: u64, ratio_ppm: u32, pledges: u8) -> u64 {
    let ratio = u64::from(ratio_ppm.div_ceil(ONE_PPM));
    size_q
        .saturating_mul(ratio)
        .saturating_add(u64::from(pledges))
        .saturating_add(1)
        .saturating_mul(8)
}
