use super::Market;
use crate::error::PlimsollError;
use anchor_lang::prelude::*;
use plimsoll_risk::order::Awaited;

/// What an order waits for before it takes the next price.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderKind {
    /// Nothing.
    #[default]
    Market,
    /// A price as good as its limit.
    Limit,
    /// A price as bad as its trigger.
    Stop,
    /// A price as good as its trigger.
    TakeProfit,
}

impl OrderKind {
    /// The prices that the order waits for; none where it does not wait.
    pub const fn awaited(self) -> Option<Awaited> {
        match self {
            Self::Market => None,
            Self::Limit | Self::TakeProfit => Some(Awaited::Better),
            Self::Stop => Some(Awaited::Worse),
        }
    }

    /// The kind that a slot's byte stands for.
    const fn of(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Market),
            1 => Some(Self::Limit),
            2 => Some(Self::Stop),
            3 => Some(Self::TakeProfit),
            _ => None,
        }
    }
}

/// An open order. The slot is free when its id is zero.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct OrderSlot {
    /// Number of the order within its account, from one.
    pub id: u64,
    /// Signed size, lots.
    pub lots: i64,
    /// Worst average price accepted, premium included, 1e-8; zero accepts any.
    pub limit_price_e8: u64,
    /// When it was placed, Unix seconds.
    pub placed_seconds: i64,
    /// Fees escrowed for keepers, quote atoms: one for who ends the order and, while it waits, one for who
    /// triggers it.
    pub fee_q: u64,
    /// Index of the market.
    pub market_index: u16,
    /// One where the order may only shrink the position.
    pub reduce_only: u8,
    /// An [`OrderKind`].
    pub kind: u8,
    pub _pad: [u8; 4],
    /// What touches a conditional order, 1e-8; zero for a market order.
    pub trigger_price_e8: u64,
    /// The last second in which a conditional order may be triggered, Unix seconds; zero for a market order.
    pub expires_seconds: i64,
    /// When its price is taken (R-O1), Unix seconds; zero while it waits for its trigger.
    pub target_seconds: i64,
}

const _: () = assert!(core::mem::size_of::<OrderSlot>() == 5 * 8 + 8 + 3 * 8);

impl OrderSlot {
    pub fn is_free(&self) -> bool {
        self.id == 0
    }

    /// Whether this is a conditional order that nobody has triggered yet.
    pub fn is_waiting(&self) -> bool {
        !self.is_free() && self.target_seconds == 0
    }

    /// Whether the order takes the next price, come what may: nobody can call it back.
    pub fn is_bound(&self) -> bool {
        !self.is_free() && self.target_seconds != 0
    }

    /// From now on the order takes the price of the market's delay later (R-O1).
    pub fn bind(&mut self, market: &Market, now_seconds: i64) {
        let delay_seconds = i64::from(market.params.order_delay_seconds);
        self.target_seconds = now_seconds.saturating_add(delay_seconds);
    }

    /// R-O6: whether a price touches the order.
    ///
    /// # Errors
    /// [`PlimsollError::NotWaiting`] where it waits for none.
    pub fn is_touched(&self, price_e8: u64) -> Result<bool> {
        let awaited = OrderKind::of(self.kind)
            .and_then(OrderKind::awaited)
            .ok_or(PlimsollError::NotWaiting)?;
        Ok(awaited.is_touched(self.lots > 0, self.trigger_price_e8, price_e8))
    }

    /// Of what a waiting order escrows, the part of who triggers it, quote atoms. The rest is for who ends it.
    pub const fn trigger_fee_q(&self) -> u64 {
        self.fee_q >> 1
    }
}
