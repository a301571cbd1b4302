//! The sale of collateral for its owner's debt: what a part brings, and who buys it (R-L10, R-L11).

use crate::error::{OrRefuse, PlimsollError};
use crate::events::CollateralSold;
use crate::params::DebtParams;
use crate::state::{CollateralSlot, MarginAccount, MarketRisk};
use crate::view::check_younger;
use anchor_lang::prelude::*;
use plimsoll_risk::auction::{discount_ppm_down, proceeds_up, since_seconds, AuctionParams};
use plimsoll_risk::math::{add, to_i64};
use plimsoll_risk::units::notional_up;

/// A collateral of an account that is for sale.
#[derive(Clone, Copy, Debug)]
pub struct Sale {
    /// Its place among the account's slots.
    pub place: usize,
    pub slot: CollateralSlot,
    pub price_e8: u64,
    pub discount_ppm: u32,
    pub liquidation_target_ppm: u32,
    /// Target, limit and interval of a cut.
    pub cut: (u32, u32, u32),
    divisor: u64,
    quote_price_e8: u64,
    dust_q: u64,
}

/// A part of it, and what it brings.
#[derive(Clone, Copy, Debug)]
pub struct Sold {
    pub sale: Sale,
    pub amount: u64,
    pub proceeds_q: u64,
}

/// Since when the account is for sale, and from when on its discounts grow, Unix seconds.
pub fn found_since(debt: &DebtParams, account: &MarginAccount, now_seconds: i64) -> i64 {
    since_seconds(&auction(debt, 0, 0), account.found_seconds, now_seconds)
}

fn auction(debt: &DebtParams, start_ppm: u32, max_ppm: u32) -> AuctionParams {
    AuctionParams {
        start_ppm,
        max_ppm,
        seconds: debt.auction_seconds,
        hold_seconds: debt.auction_hold_seconds,
    }
}

impl Sale {
    /// The collateral at a place, at the discount of a sale that goes on since `since_seconds`. Its price is
    /// as fresh as that of a leg that is reduced.
    ///
    /// # Errors
    /// [`PlimsollError::RiskTooOld`], or an overflow.
    pub fn new(
        (place, slot): (usize, CollateralSlot),
        risk: &MarketRisk,
        debt: &DebtParams,
        quote_price_e8: u64,
        (since_seconds, now_seconds): (i64, i64),
    ) -> Result<Self> {
        let limit = risk.params.reduction_age_seconds_max;
        check_younger(risk, limit, now_seconds)?;
        let terms = auction(debt, risk.start_discount_ppm, risk.max_discount_ppm);
        Ok(Self {
            place,
            slot,
            price_e8: risk.price_e8,
            discount_ppm: discount_ppm_down(&terms, since_seconds, now_seconds).or_refuse()?,
            liquidation_target_ppm: risk.params.liquidation_target_ppm,
            cut: (
                risk.params.cut_target_ppm,
                risk.params.cut_limit_ppm,
                risk.params.cut_interval_seconds,
            ),
            divisor: risk.lot_divisor,
            quote_price_e8,
            dust_q: risk.params.dust_q,
        })
    }

    /// # Errors
    /// An overflow.
    pub fn of(&self, amount: u64) -> Result<Sold> {
        let proceeds_q = proceeds_up(
            amount,
            self.price_e8,
            self.divisor,
            self.discount_ppm,
            self.quote_price_e8,
        )
        .or_refuse()?;
        Ok(Sold {
            sale: *self,
            amount,
            proceeds_q,
        })
    }

    /// R-L3: whether so much is not left behind.
    ///
    /// # Errors
    /// An overflow.
    pub fn is_dust(&self, amount: u64) -> plimsoll_risk::Result<bool> {
        Ok(notional_up(amount, self.price_e8, self.divisor)? < self.dust_q)
    }
}

impl Sold {
    /// The seller's side.
    ///
    /// # Errors
    /// An overflow.
    pub fn take_from(&self, account: &mut MarginAccount) -> Result<()> {
        let slot = &mut account.collaterals[self.sale.place];
        slot.amount = slot
            .amount
            .checked_sub(self.amount)
            .ok_or(PlimsollError::CollateralNotHeld)?;
        let paid_q = to_i64(self.proceeds_q).or_refuse()?;
        account.balance_q = add(account.balance_q, paid_q).or_refuse()?;
        Ok(())
    }

    /// The buyer's side: quote for collateral, both inside margin accounts, so that no token moves and nothing
    /// is written that all sales would write. A buyer without positions needs no margin: what they hold
    /// is theirs to take out at once (R-H3).
    ///
    /// # Errors
    /// [`PlimsollError::BuyerHasPositions`], [`PlimsollError::OrdersOpen`], [`PlimsollError::DebtNotAccrued`],
    /// [`PlimsollError::BalanceNotEnough`], [`PlimsollError::CollateralsFull`].
    pub fn give_to(&self, buyer: &mut MarginAccount, now_seconds: i64) -> Result<()> {
        let open = buyer.positions.iter().any(|slot| slot.lots != 0);
        require!(!open, PlimsollError::BuyerHasPositions);
        require!(!buyer.has_adding_orders(), PlimsollError::OrdersOpen);
        buyer.check_accrued(now_seconds)?;
        let left_q = to_i64(self.proceeds_q)
            .ok()
            .and_then(|paid_q| buyer.balance_q.checked_sub(paid_q))
            .filter(|left_q| *left_q >= 0);
        buyer.balance_q = left_q.ok_or(PlimsollError::BalanceNotEnough)?;
        let index = self.sale.slot.collateral_index;
        let place = buyer.collateral_or_free(index)?;
        let slot = &mut buyer.collaterals[place];
        slot.collateral_index = index;
        slot.amount = slot
            .amount
            .checked_add(self.amount)
            .ok_or(PlimsollError::Overflow)?;
        Ok(())
    }

    /// What to tell, once the account is as it was left.
    pub fn event(
        &self,
        margin_account: Pubkey,
        account: &mut MarginAccount,
        buyer: Pubkey,
    ) -> CollateralSold {
        CollateralSold {
            margin_account,
            sequence: account.next_sequence(),
            buyer,
            collateral_index: self.sale.slot.collateral_index,
            amount: self.amount,
            price_e8: self.sale.price_e8,
            discount_ppm: self.sale.discount_ppm,
            proceeds_q: self.proceeds_q,
            held: account.collaterals[self.sale.place].amount,
            balance_q: account.balance_q,
        }
    }
}

/// Empties a collateral slot that holds nothing any more.
pub fn tidy_collateral(account: &mut MarginAccount, place: usize) {
    if account.collaterals[place].amount == 0 {
        account.collaterals[place] = CollateralSlot::default();
    }
}
