//! Where accounts become inputs of the risk crate. The program and every client use these functions,
//! so that both compute the same numbers.

use crate::constants::COLLATERAL_RISK;
use crate::error::{OrRefuse, PlimsollError};
use crate::state::{CollateralSlot, MarginAccount, MarketRisk, Phase, PositionSlot};
use anchor_lang::prelude::*;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Book, Exposure, Netting, Pledge, QuoteRisk};
use plimsoll_risk::depth::crowded_ppm_up;
use plimsoll_risk::haircut::counted_ppm_down;
use plimsoll_risk::margin::SideRatios;
use plimsoll_risk::oracle::check_age;

/// A slot's exposure as its market's risk account sees it at this time, Unix seconds.
/// `open_interest_lots` is the larger side's, where it is known better than as of the last sweep.
///
/// # Errors
/// An overflow.
pub fn exposure(
    slot: &PositionSlot,
    risk: &MarketRisk,
    open_interest_lots: Option<u64>,
    now_seconds: i64,
) -> Result<Exposure> {
    let lots = open_interest_lots.unwrap_or(risk.open_interest_lots);
    Ok(Exposure {
        underlying: risk.underlying,
        position: risk.carry().folded(&slot.carried()).or_refuse()?,
        unpaid_q: slot.unpaid_q,
        prices: risk.prices(now_seconds),
        lot_divisor: risk.lot_divisor,
        ratios: crowded(risk, lots)?,
        liquidity_q: risk.liquidity_q,
        credit_ppm: risk.credit_ppm,
        sigma_ppm: risk.sigma_hour_ppm,
    })
}

/// R-S5: the ratios of a market whose larger side is `open_interest_lots`.
fn crowded(risk: &MarketRisk, open_interest_lots: u64) -> Result<SideRatios> {
    let mut ratios = risk.ratios();
    let params = &risk.liquidity_params;
    if open_interest_lots > params.crowded_low_lots {
        for side in [&mut ratios.long, &mut ratios.short] {
            side.initial_ppm = crowded_ppm_up(
                side.initial_ppm,
                open_interest_lots,
                params.crowded_low_lots,
                params.crowded_high_lots,
            )
            .or_refuse()?;
        }
    }
    Ok(ratios)
}

/// A collateral as its risk account sees it at this time, Unix seconds.
///
/// # Errors
/// An overflow.
pub fn pledge(slot: &CollateralSlot, risk: &MarketRisk, now_seconds: i64) -> Result<Pledge> {
    let counted_ppm = counted_ppm_down(
        risk.haircut_ppm,
        risk.listed_seconds,
        risk.onboarding_seconds,
        now_seconds,
    )
    .or_refuse()?;
    Ok(Pledge {
        underlying: risk.underlying,
        amount: slot.amount,
        divisor: risk.lot_divisor,
        prices: risk.prices(now_seconds),
        counted_ppm,
        ratios: risk.ratios().long,
        liquidity_q: risk.liquidity_q,
        sigma_ppm: risk.sigma_hour_ppm,
    })
}

/// R-H4: what the quote currency counts for: its price, and how far its ratios are above their calm.
pub fn quote(risk: &MarketRisk, now_seconds: i64) -> QuoteRisk {
    let prices = risk.prices(now_seconds);
    let calm_ppm = risk.params.floor_ppm;
    QuoteRisk {
        price_e8: prices.price_e8.min(prices.guard_e8),
        haircut_initial_ppm: risk.target_ppm.saturating_sub(calm_ppm),
        haircut_call_ppm: risk.ratios().long.call_ppm.saturating_sub(calm_ppm),
    }
}

/// Where a book's inputs come from: accounts in a transaction, or a client's copies of them.
pub trait RiskSource {
    /// What the quote currency counts for. Asked first.
    ///
    /// # Errors
    /// What the source refuses.
    fn quote(&mut self) -> Result<QuoteRisk>;
    /// The exposure of a position, in the order of the slots.
    ///
    /// # Errors
    /// What the source refuses.
    fn exposure(&mut self, slot: &PositionSlot) -> Result<Exposure>;
    /// A collateral, in the order of the slots, after the positions.
    ///
    /// # Errors
    /// What the source refuses.
    fn pledge(&mut self, slot: &CollateralSlot) -> Result<Pledge>;
    /// Calls `with` with what nets a book. Asked last.
    ///
    /// # Errors
    /// What the source refuses, and those of `with`.
    fn netted<T>(&mut self, with: impl FnOnce(&Netting) -> Result<T>) -> Result<T>;
    /// Whether every price given so far was within its market's limit (R-P9).
    fn is_fresh(&self) -> bool;
}

/// An account as it would be after a plan: one slot and the balance replaced.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    pub account: &'a MarginAccount,
    pub balance_q: i64,
    /// The slot that the plan replaces, and by what.
    pub replaced: Option<(usize, PositionSlot)>,
    /// The collateral slot that the plan replaces, and by what.
    pub released: Option<(usize, CollateralSlot)>,
}

impl<'a> Planned<'a> {
    /// The account as it is.
    pub fn unchanged(account: &'a MarginAccount) -> Self {
        Self {
            account,
            balance_q: account.balance_q,
            replaced: None,
            released: None,
        }
    }

    /// The slot at `index` after the plan.
    pub fn slot(&self, index: usize) -> &PositionSlot {
        match &self.replaced {
            Some((replaced, slot)) if *replaced == index => slot,
            _ => &self.account.positions[index],
        }
    }

    /// The account's book, given what each slot that is or was in use is worth. A slot that the plan
    /// empties is asked for too: it keeps its place in the list of risk accounts.
    ///
    /// # Errors
    /// Whatever `source` refuses, or an overflow.
    pub fn book(&self, source: &mut impl RiskSource) -> Result<Box<Book>> {
        let mut book = boxed(self.balance_q, &source.quote()?)?;
        for (index, before) in self.account.positions.iter().enumerate() {
            let slot = self.slot(index);
            if !slot.is_free() || !before.is_free() {
                book.hold(&source.exposure(slot)?).or_refuse()?;
            }
        }
        for (index, before) in self.account.collaterals.iter().enumerate() {
            if before.amount != 0 {
                let slot = match &self.released {
                    Some((released, slot)) if *released == index => slot,
                    _ => before,
                };
                book.pledge(&source.pledge(slot)?).or_refuse()?;
            }
        }
        Ok(book)
    }

    /// The account's margin.
    ///
    /// # Errors
    /// As [`Planned::book`].
    pub fn margin(&self, source: &mut impl RiskSource) -> Result<Margin> {
        let book = self.book(source)?;
        source.netted(|netting| book.margin(netting).or_refuse())
    }
}

/// A book with nothing but a quote balance, on the heap: two of them would fill a stack frame.
///
/// # Errors
/// An overflow.
#[inline(never)]
pub fn boxed(balance_q: i64, quote: &QuoteRisk) -> Result<Box<Book>> {
    Ok(Box::new(Book::new(balance_q, quote).or_refuse()?))
}

/// R-P9: fails where a risk account's price is older than its market allows for decisions.
///
/// # Errors
/// [`PlimsollError::RiskTooOld`].
pub fn check_fresh(risk: &MarketRisk, now_seconds: i64) -> Result<()> {
    check_younger(risk, risk.params.risk_age_seconds_max, now_seconds)
}

/// R-P9, with a limit in seconds. A settled price does not age (R-D3).
///
/// # Errors
/// [`PlimsollError::RiskTooOld`].
pub fn check_younger(risk: &MarketRisk, seconds_max: u32, now_seconds: i64) -> Result<()> {
    if risk.phase() == Phase::Settled {
        return Ok(());
    }
    check_age(risk.publish_seconds, seconds_max, now_seconds)
        .map_err(|_| PlimsollError::RiskTooOld.into())
}

/// The index of a collateral's risk account.
pub const fn collateral_risk_index(collateral_index: u16) -> u16 {
    collateral_index | COLLATERAL_RISK
}
