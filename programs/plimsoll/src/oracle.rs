//! The price adapter: the only place that knows what a feed's account looks like. A second source is
//! one more function here.

use crate::error::{OrRefuse, PlimsollError};
use anchor_lang::prelude::*;
use plimsoll_risk::oracle::{PriceReading, RawReading};
use pyth_solana_receiver_sdk::price_update::{PriceUpdateV2, VerificationLevel};

/// Reads a Pyth update of `feed_id` (R-P1, R-P2, R-P3, R-P6, R-P7, R-P8). Its owner and discriminator
/// are checked by the account's type.
///
/// # Errors
/// The rule that the update breaks.
pub fn read(
    update: &PriceUpdateV2,
    feed_id: &[u8; 32],
    confidence_ppm_max: u32,
    now_seconds: i64,
) -> Result<PriceReading> {
    require!(
        update.verification_level == VerificationLevel::Full,
        PlimsollError::NotFullyVerified
    );
    let message = &update.price_message;
    require!(message.feed_id == *feed_id, PlimsollError::WrongFeed);
    let reading = PriceReading::from_raw(&RawReading {
        price: message.price,
        confidence: message.conf,
        slow_price: message.ema_price,
        exponent: message.exponent,
        publish_seconds: message.publish_time,
        previous_publish_seconds: message.prev_publish_time,
    })
    .or_refuse()?;
    reading
        .check_usable(confidence_ppm_max, now_seconds)
        .or_refuse()?;
    Ok(reading)
}
