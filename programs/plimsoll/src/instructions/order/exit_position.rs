//! Closes part or all of a leg of an account in a margin call at once, at the worst of the prices known and the
//! spread of a forced reduction (R-O9), so that to wait for a call and choose the moment gains nothing.
//!
//! Requires: the owner's or delegate's signature; an account in a margin call; risk accounts as for a cut.
//! Guarantees: the account ends no further below either line (I4).

use crate::error::{OrRefuse, PlimsollError};
use crate::events::PositionExited;
use crate::instructions::reduction::leg::Leg;
use crate::risk_accounts::{Freshness, RiskAccounts};
use crate::state::{Exchange, MarginAccount, Market, MarketRisk, Phase};
use crate::trade::FillPlan;
use crate::view::Planned;
use anchor_lang::prelude::*;
use plimsoll_risk::account::AccountState;
use plimsoll_risk::order::exit_price_e8;
use plimsoll_risk::pricing::{reduction_fill, taker_fee_up};
use plimsoll_risk::units::notional_up;

#[event_cpi]
#[derive(Accounts)]
pub struct ExitPosition<'info> {
    pub authority: Signer<'info>,
    pub exchange: AccountLoader<'info, Exchange>,
    #[account(
        mut,
        constraint = margin_account.load()?.is_authority(authority.key)
            @ PlimsollError::NotAccountAuthority,
        constraint = margin_account.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
    )]
    pub margin_account: AccountLoader<'info, MarginAccount>,
    #[account(
        mut, constraint = market.load()?.exchange == exchange.key() @ PlimsollError::WrongExchange
    )]
    pub market: AccountLoader<'info, Market>,
    #[account(
        constraint = market_risk.load()?.exchange == exchange.key()
            @ PlimsollError::WrongExchange,
        constraint = market_risk.load()?.index == market.load()?.index
            @ PlimsollError::MarketMismatch,
    )]
    pub market_risk: AccountLoader<'info, MarketRisk>,
}

/// What closes up to `lots` of a leg now, for the taker fee.
fn exit(
    account: &MarginAccount,
    market: &Market,
    risk: &MarketRisk,
    lots: u64,
) -> Result<FillPlan> {
    let leg = Leg::find(account, market, risk)?;
    let size =
        i64::try_from(lots.min(leg.lots.unsigned_abs())).map_err(|_| PlimsollError::Overflow)?;
    require!(size != 0, PlimsollError::OrderSize);
    let signed = if leg.lots > 0 { -size } else { size };
    let price_e8 = exit_price_e8(
        signed > 0,
        risk.price_e8,
        risk.confidence_ppm,
        risk.slow_price_e8,
    )
    .or_refuse()?;
    let fill = reduction_fill(signed, price_e8, risk.lot_divisor, leg.spread_ppm).or_refuse()?;
    let notional_q = notional_up(size.unsigned_abs(), price_e8, risk.lot_divisor).or_refuse()?;
    let taker_fee_q = taker_fee_up(notional_q, market.params.taker_fee_ppm).or_refuse()?;
    FillPlan::new(account, market, &risk.carry(), fill, taker_fee_q)
}

pub fn handle_exit_position<'info>(
    ctx: Context<'info, ExitPosition<'info>>,
    lots: u64,
) -> Result<()> {
    let accounts = &*ctx.accounts;
    let now_seconds = Clock::get()?.unix_timestamp;
    let risk = accounts.market_risk.load()?;
    require!(risk.phase() != Phase::Settled, PlimsollError::MarketSettled);
    let mut market = accounts.market.load_mut()?;
    let mut account = accounts.margin_account.load_mut()?;
    // Whoever could exit once the price of an order is known would choose between the two.
    require!(
        !account.has_bound_order_in(market.index),
        PlimsollError::ExitAfterOrder
    );
    let others = ctx.remaining_accounts;
    let risks = RiskAccounts::new(&accounts.exchange, others, Freshness::Reducing, now_seconds)?
        .naming(&risk);
    let plan = exit(&account, &market, &risk, lots)?;
    let before = risks.margin(&Planned::unchanged(&account))?;
    match before.state() {
        AccountState::Healthy => return err!(PlimsollError::AboveTheLine),
        AccountState::MarginCall => {}
        _ => return err!(PlimsollError::LiquidateInstead),
    }
    let after = risks.margin(&plan.planned(&account))?;
    require!(
        after.headroom_call_q() >= before.headroom_call_q()
            && after.headroom_liquidation_q() >= before.headroom_liquidation_q(),
        PlimsollError::DoesNotImprove
    );

    plan.apply(&mut account, &mut market)?;
    market.fees_q = market
        .fees_q
        .checked_add(plan.charged_q)
        .ok_or(PlimsollError::Overflow)?;
    let event = PositionExited {
        margin_account: accounts.margin_account.key(),
        sequence: account.next_sequence(),
        market_index: market.index,
        market_sequence: market.next_sequence(),
        lots: plan.fill.lots,
        price_e8: risk.price_e8,
        cost_q: plan.fill.cost_q,
        taker_fee_q: plan.charged_q,
        carry_q: plan.carry_q,
        realised_q: plan.realised_q,
        unpaid_q: plan.payment.unpaid_q,
        position_lots: plan.slot.lots,
        balance_q: plan.balance_q,
    };
    drop((market, account, risk));
    emit_cpi!(event);
    Ok(())
}
