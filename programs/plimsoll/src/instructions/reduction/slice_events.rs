//! A slice is done: written, its fees booked, and told leg by leg like single cuts and liquidations.

use super::fees::split_fee;
use super::leg::LegFill;
use super::sale::tidy_collateral;
use super::slicing::{Slice, SliceLeg, Sliced};
use crate::error::OrRefuse;
use crate::events::{CollateralSold, PositionCut, PositionLiquidated};
use crate::state::MarginAccount;
use crate::trade::FillPlan;
use anchor_lang::prelude::*;
use plimsoll_risk::account::Margin;
use plimsoll_risk::math::{add, to_i64};

/// Whose a slice is, and who made it.
pub struct Parties {
    pub margin_account: Pubkey,
    pub keeper: Pubkey,
    pub keeper_account: Pubkey,
}

/// What to tell of a slice.
pub struct Told {
    pub sold: Vec<CollateralSold>,
    pub cut: Vec<PositionCut>,
    pub liquidated: Vec<PositionLiquidated>,
}

impl Sliced {
    /// Writes the sales to both sides, then the fills, and pays the keeper.
    ///
    /// # Errors
    /// What the buyer must bring, or an overflow.
    pub fn apply(
        &self,
        slice: &Slice,
        account: &mut MarginAccount,
        keeper: &mut MarginAccount,
        (before, after): (&Margin, &Margin),
        parties: &Parties,
    ) -> Result<Told> {
        let mut told = Told {
            sold: Vec::with_capacity(self.sold.len()),
            cut: Vec::with_capacity(self.fills.len()),
            liquidated: Vec::with_capacity(self.fills.len()),
        };
        for sold in &self.sold {
            sold.take_from(account)?;
            sold.give_to(keeper, slice.now_seconds)?;
            let (seller, buyer) = (parties.margin_account, parties.keeper_account);
            told.sold.push(sold.event(seller, account, buyer));
            tidy_collateral(account, sold.sale.place);
        }
        for (leg, (closing, plan)) in slice.legs.iter().zip(&self.fills) {
            let mut event = leg.apply(account, (closing, plan), slice.liquidated.is_some())?;
            let earned_q = to_i64(event.keeper_fee_q).or_refuse()?;
            keeper.balance_q = add(keeper.balance_q, earned_q).or_refuse()?;
            event.margin_account = parties.margin_account;
            event.keeper = parties.keeper;
            if slice.liquidated.is_some() {
                event.equity_before_q = before.equity_liquidation_q;
                event.requirement_before_q = before.requirement_liquidation_q;
                event.equity_after_q = after.equity_liquidation_q;
                event.requirement_after_q = after.requirement_liquidation_q;
                told.liquidated.push(event);
            } else {
                event.equity_before_q = before.equity_call_q;
                event.requirement_before_q = before.requirement_call_q;
                event.equity_after_q = after.equity_call_q;
                event.requirement_after_q = after.requirement_call_q;
                told.cut.push(event.into());
            }
        }
        Ok(told)
    }
}

impl SliceLeg<'_> {
    /// Writes a leg and books its fee; what is told of it, but for whose it is and how the account stands.
    #[inline(never)]
    fn apply(
        &self,
        account: &mut MarginAccount,
        (closing, plan): (&LegFill, &FillPlan),
        liquidated: bool,
    ) -> Result<PositionLiquidated> {
        let (mut market, risk) = (self.market.load_mut()?, self.risk.load()?);
        plan.apply(account, &mut market)?;
        let (keeper_fee_q, insurance_fee_q) = if liquidated {
            split_fee(&mut market, &risk, closing.closed_q, plan.charged_q)?
        } else {
            (plan.charged_q, 0)
        };
        Ok(PositionLiquidated {
            margin_account: Pubkey::default(),
            sequence: account.next_sequence(),
            market_index: market.index,
            market_sequence: market.next_sequence(),
            keeper: Pubkey::default(),
            keeper_fee_q,
            insurance_fee_q,
            lots: plan.fill.lots,
            price_e8: risk.price_e8,
            cost_q: plan.fill.cost_q,
            carry_q: plan.carry_q,
            realised_q: plan.realised_q,
            unpaid_q: plan.payment.unpaid_q,
            equity_before_q: 0,
            requirement_before_q: 0,
            equity_after_q: 0,
            requirement_after_q: 0,
            position_lots: plan.slot.lots,
            balance_q: plan.balance_q,
        })
    }
}

impl From<PositionLiquidated> for PositionCut {
    /// A cut is told like a liquidation, but nothing of its fee insures.
    fn from(event: PositionLiquidated) -> Self {
        Self {
            margin_account: event.margin_account,
            sequence: event.sequence,
            market_index: event.market_index,
            market_sequence: event.market_sequence,
            keeper: event.keeper,
            keeper_fee_q: event.keeper_fee_q,
            lots: event.lots,
            price_e8: event.price_e8,
            cost_q: event.cost_q,
            carry_q: event.carry_q,
            realised_q: event.realised_q,
            unpaid_q: event.unpaid_q,
            equity_before_q: event.equity_before_q,
            requirement_before_q: event.requirement_before_q,
            equity_after_q: event.equity_after_q,
            requirement_after_q: event.requirement_after_q,
            position_lots: event.position_lots,
            balance_q: event.balance_q,
        }
    }
}
