use crate::error::WorldError;
use anchor_lang::AccountSerialize;
use pyth_solana_receiver_sdk::price_update::{PriceFeedMessage, PriceUpdateV2, VerificationLevel};
use solana_account::Account;
use solana_pubkey::Pubkey;

/// Confidence of an update that does not state one: one basis point of the price.
const CONFIDENCE_SHARE: u64 = 10_000;

/// A Pyth update, every field open to change.
#[derive(Clone)]
pub struct PriceUpdate {
    /// The program that owns the account: Pyth's receiver, unless a test forges.
    pub owner: Pubkey,
    /// The account's contents.
    pub content: PriceUpdateV2,
}

impl PriceUpdate {
    /// A fully verified update of a feed with eight decimals, published at `publish_seconds`, the one
    /// before it a second earlier, with a confidence of one basis point and a slow price equal to the
    /// price. A price beyond 63 bits becomes the largest that an update can carry.
    #[must_use]
    pub fn new(feed_id: [u8; 32], price_e8: u64, publish_seconds: i64) -> Self {
        let price = i64::try_from(price_e8).unwrap_or(i64::MAX);
        Self {
            owner: pyth_solana_receiver_sdk::ID,
            content: PriceUpdateV2 {
                write_authority: Pubkey::default(),
                verification_level: VerificationLevel::Full,
                price_message: PriceFeedMessage {
                    feed_id,
                    price,
                    conf: price_e8 / CONFIDENCE_SHARE,
                    exponent: -8,
                    publish_time: publish_seconds,
                    prev_publish_time: publish_seconds.saturating_sub(1),
                    ema_price: price,
                    ema_conf: price_e8 / CONFIDENCE_SHARE,
                },
                posted_slot: 0,
            },
        }
    }

    /// With another confidence, in units of the exponent.
    #[must_use]
    pub fn confidence(mut self, confidence: u64) -> Self {
        self.content.price_message.conf = confidence;
        self
    }

    /// With another slow price, in units of the exponent.
    #[must_use]
    pub fn slow_price(mut self, price: i64) -> Self {
        self.content.price_message.ema_price = price;
        self
    }

    /// With another time of the update before.
    #[must_use]
    pub fn previous(mut self, publish_seconds: i64) -> Self {
        self.content.price_message.prev_publish_time = publish_seconds;
        self
    }

    /// With any other change of the message.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut PriceFeedMessage)) -> Self {
        change(&mut self.content.price_message);
        self
    }

    /// With another level of verification.
    #[must_use]
    pub fn verified(mut self, level: VerificationLevel) -> Self {
        self.content.verification_level = level;
        self
    }

    /// The account that carries this update, rent-exempt.
    ///
    /// # Errors
    /// [`WorldError::Overflow`] where it cannot be written.
    pub fn account(&self, lamports: u64) -> Result<Account, WorldError> {
        let mut data = Vec::with_capacity(PriceUpdateV2::LEN);
        self.content
            .try_serialize(&mut data)
            .map_err(|_| WorldError::Overflow)?;
        data.resize(PriceUpdateV2::LEN, 0);
        Ok(Account {
            lamports,
            data,
            owner: self.owner,
            executable: false,
            rent_epoch: u64::MAX,
        })
    }
}
