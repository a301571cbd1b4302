use super::{Market, PositionSlot};
use crate::error::{OrRefuse, PlimsollError};
use anchor_lang::prelude::*;
use plimsoll_risk::claims::{vests_seconds_up, worth_down, INDEX_ONE};
use plimsoll_risk::deleverage::gain_down;

/// R-W4: what nominal claims on a market are worth. Kept with the market, and with its risk account for those who
/// read no market.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ClaimIndex {
    /// Worth of a nominal claim, 2^-63.
    pub index: u64,
    /// Counts how often claims came to nothing; those of an earlier generation are worth nothing.
    pub generation: u16,
    pub _pad: [u8; 6],
}

/// R-W7: an epoch in which those who are ahead in a market bear what it owes beyond its backing.
#[zero_copy]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deleveraging {
    /// When the last epoch was opened, Unix seconds.
    pub opened_seconds: i64,
    /// When the open epoch may be closed, Unix seconds; zero where none is open.
    pub closes_seconds: i64,
    /// The epoch's price, 1e-8.
    pub price_e8: u64,
    /// The market's divisor of lots times price.
    pub lot_divisor: u64,
    /// What the epoch takes in all, quote atoms.
    pub deficit_q: u64,
    /// What it takes it from: while it is open, registered open profit; once closed, with all claims, quote atoms.
    pub gains_q: u64,
    /// The last epoch's number, from one.
    pub epoch: u32,
    /// Registered positions that were not deleveraged yet.
    pub outstanding: u32,
}

const _: () = assert!(core::mem::size_of::<ClaimIndex>() == 16);
const _: () = assert!(core::mem::size_of::<Deleveraging>() == 6 * 8 + 2 * 4);

impl ClaimIndex {
    /// Every claim is worth what is nominal.
    pub fn whole() -> Self {
        Self {
            index: INDEX_ONE,
            ..Self::default()
        }
    }

    /// A slot's nominal claim, unless claims of its generation have come to nothing.
    pub fn nominal_q(&self, slot: &PositionSlot) -> u64 {
        if slot.claim_generation == self.generation {
            slot.unpaid_q
        } else {
            0
        }
    }

    /// What a slot's claim is worth, quote atoms.
    ///
    /// # Errors
    /// None while the index is at most one.
    pub fn worth_down(&self, slot: &PositionSlot) -> plimsoll_risk::Result<u64> {
        worth_down(self.nominal_q(slot), self.index)
    }
}

impl Deleveraging {
    pub fn is_open(&self) -> bool {
        self.closes_seconds != 0
    }
}

impl Market {
    /// R-W2: when a slot's claim has vested, after a profit joins what is pending there now, Unix seconds.
    ///
    /// # Errors
    /// An overflow.
    pub fn vests_seconds(&self, pending: &PositionSlot, gained_q: u64) -> Result<i64> {
        vests_seconds_up(
            self.claims.worth_down(pending).or_refuse()?,
            pending.vests_seconds,
            gained_q,
            self.params.vesting_seconds,
            Clock::get()?.unix_timestamp,
        )
        .or_refuse()
    }

    /// R-W7: whether a position may be filled. While an epoch is open, only those who are behind may reduce; what it
    /// is to take of a registered position is taken before anything else.
    ///
    /// # Errors
    /// [`PlimsollError::DeleveragingOpen`], [`PlimsollError::WinnerMustWait`], [`PlimsollError::DeleverageFirst`].
    pub fn check_fill(&self, slot: &PositionSlot, lots: i64) -> Result<()> {
        if !self.deleveraging.is_open() {
            require!(slot.deleverage_epoch == 0, PlimsollError::DeleverageFirst);
            return Ok(());
        }
        require!(
            slot.position().is_reduced_by(lots),
            PlimsollError::DeleveragingOpen
        );
        require!(self.gain_q(slot)? == 0, PlimsollError::WinnerMustWait);
        Ok(())
    }

    /// R-W6: what a position is ahead at the epoch's price, quote atoms.
    ///
    /// # Errors
    /// An overflow.
    pub fn gain_q(&self, slot: &PositionSlot) -> Result<u64> {
        let epoch = &self.deleveraging;
        gain_down(slot.position(), epoch.price_e8, epoch.lot_divisor).or_refuse()
    }
}
