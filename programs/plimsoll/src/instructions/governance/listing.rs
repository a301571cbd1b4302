//! What listing a market and pricing a collateral share: a risk account at its seeded ratios.

use crate::constants::ACCOUNT_VERSION;
use crate::error::{OrRefuse, PlimsollError};
use crate::params::{LiquidityParams, RiskParams};
use crate::state::{ClaimIndex, MarketRisk};
use anchor_lang::prelude::*;
use plimsoll_risk::grace::GraceRing;
use plimsoll_risk::margin::target_ppm_up;
use plimsoll_risk::units::ONE_PPM;

/// What a risk account starts from.
pub struct Listing {
    pub exchange: Pubkey,
    pub bump: u8,
    pub index: u16,
    pub underlying: u16,
    pub feed_id: [u8; 32],
    pub lot_divisor: u64,
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
}

/// Fills a new risk account. The ratios start at the seeded target.
///
/// # Errors
/// [`PlimsollError::ParameterOutOfBounds`] for no feed, or an overflow.
pub fn list_risk(risk: &mut MarketRisk, listing: &Listing) -> Result<()> {
    require!(
        listing.feed_id != [0; 32],
        PlimsollError::ParameterOutOfBounds
    );
    risk.version = ACCOUNT_VERSION;
    risk.bump = listing.bump;
    risk.index = listing.index;
    risk.underlying = listing.underlying;
    risk.exchange = listing.exchange;
    risk.feed_id = listing.feed_id;
    risk.lot_divisor = listing.lot_divisor;
    risk.params = listing.risk;
    risk.liquidity_params = listing.liquidity;
    risk.credit_ppm = ONE_PPM;
    risk.claims = ClaimIndex::whole();
    let params = listing.risk.margin();
    let seed_e18 = listing.risk.variance_seed_e18;
    let target_ppm = target_ppm_up(&params, seed_e18, 0).or_refuse()?;
    risk.target_ppm = target_ppm;
    risk.live_ppm = target_ppm;
    let now_seconds = Clock::get()?.unix_timestamp;
    risk.set_ring(GraceRing::filled(target_ppm, now_seconds));
    risk.rate(target_ppm, target_ppm).or_refuse()?;
    risk.weigh_depth(now_seconds).or_refuse()
}
