//! What an account holds, as its risk accounts see it, kept so that many plans can be tried on it.

use crate::error::{OrRefuse, PlimsollError};
use crate::risk_accounts::{Given, RiskAccounts};
use crate::state::{ClaimIndex, MarginAccount, MarketRisk, PositionSlot};
use crate::view::{boxed, RiskSource};
use anchor_lang::prelude::*;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Netting, Pledge, QuoteRisk};

/// A position as its risk account sees it.
struct HeldPosition {
    place: usize,
    slot: PositionSlot,
    exposure: Exposure,
    claims: ClaimIndex,
}

/// What an account holds: each with its place among the account's slots.
pub struct Held {
    pub quote: QuoteRisk,
    positions: Vec<HeldPosition>,
    pledges: Vec<(usize, Pledge)>,
}

impl Held {
    /// # Errors
    /// What the source refuses.
    pub fn load(account: &MarginAccount, source: &mut Given) -> Result<Self> {
        let mut held = Self {
            quote: source.quote()?,
            positions: Vec::with_capacity(account.positions.len()),
            pledges: Vec::with_capacity(account.collaterals.len()),
        };
        for (place, slot) in account.positions.iter().enumerate() {
            if !slot.is_free() {
                let (exposure, claims) = source.seen(slot)?;
                held.positions.push(HeldPosition {
                    place,
                    slot: *slot,
                    exposure,
                    claims,
                });
            }
        }
        for (place, slot) in account.collaterals.iter().enumerate() {
            if slot.amount != 0 {
                held.pledges.push((place, source.pledge(slot)?));
            }
        }
        Ok(held)
    }

    /// The margin of the account as a plan would leave it: the same slots, of which each may hold less.
    ///
    /// # Errors
    /// An overflow.
    #[inline(never)]
    pub fn margin(&self, account: &MarginAccount, netting: &Netting) -> Result<Margin> {
        let mut book = boxed(account.balance_q, &self.quote)?;
        for held in &self.positions {
            held.hold(&account.positions[held.place], &mut book)?;
        }
        for (place, pledge) in &self.pledges {
            let after = Pledge {
                amount: account.collaterals[*place].amount,
                ..*pledge
            };
            book.pledge(&after).or_refuse()?;
        }
        book.margin(netting).or_refuse()
    }
}

impl HeldPosition {
    /// Adds the position to a book as a plan would leave it.
    fn hold(&self, after: &PositionSlot, book: &mut Book) -> Result<()> {
        let seen = if *after == self.slot {
            self.exposure
        } else {
            // A fill has brought its entry up to date (R-C5).
            Exposure {
                position: after.position(),
                unpaid_q: self.claims.worth_down(after).or_refuse()?,
                ..self.exposure
            }
        };
        book.hold(&seen).or_refuse()?;
        Ok(())
    }
}

/// Where the risk account of a slot lies among those that follow an instruction which names no market.
pub struct Places {
    quote: usize,
    positions: usize,
}

impl Places {
    pub fn new(risks: &RiskAccounts, account: &MarginAccount) -> Self {
        let used = account.positions.iter().filter(|slot| !slot.is_free());
        Self {
            quote: usize::from(risks.quote_priced),
            positions: used.count(),
        }
    }

    /// How many risk accounts follow, the stress rows included.
    pub fn count(&self, risks: &RiskAccounts, account: &MarginAccount) -> usize {
        let held = account.collaterals.iter().filter(|slot| slot.amount != 0);
        let slots = self.positions.saturating_add(held.count());
        slots
            .saturating_add(self.quote)
            .saturating_add(usize::from(risks.scenarios))
    }

    /// # Errors
    /// [`PlimsollError::RiskAccountMissing`].
    pub fn position<'info>(
        &self,
        others: &'info [AccountInfo<'info>],
        account: &MarginAccount,
        place: usize,
    ) -> Result<AccountLoader<'info, MarketRisk>> {
        let before = account.positions.iter().take(place);
        let before = before.filter(|slot| !PositionSlot::is_free(slot)).count();
        risk_at(others, self.quote.saturating_add(before))
    }

    /// # Errors
    /// [`PlimsollError::RiskAccountMissing`].
    pub fn collateral<'info>(
        &self,
        others: &'info [AccountInfo<'info>],
        account: &MarginAccount,
        place: usize,
    ) -> Result<AccountLoader<'info, MarketRisk>> {
        let before = account.collaterals.iter().take(place);
        let before = before.filter(|slot| slot.amount != 0).count();
        let first = self.quote.saturating_add(self.positions);
        risk_at(others, first.saturating_add(before))
    }
}

fn risk_at<'info>(
    others: &'info [AccountInfo<'info>],
    place: usize,
) -> Result<AccountLoader<'info, MarketRisk>> {
    let info = others.get(place).ok_or(PlimsollError::RiskAccountMissing)?;
    AccountLoader::try_from(info)
}
