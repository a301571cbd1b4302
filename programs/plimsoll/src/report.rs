//! What an account's margin looks like to its owner: the program returns it, clients compute the same.

use crate::constants::POSITIONS_MAX;
use crate::error::OrRefuse;
use crate::state::MarginAccount;
use crate::view::{boxed, RiskSource};
use anchor_lang::prelude::*;

/// One position of a report. Quote atoms unless named otherwise.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct PositionReport {
    pub market_index: u16,
    pub lots: i64,
    pub price_e8: u64,
    pub notional_q: u64,
    /// Open profit or loss, with profit that waits for cash.
    pub profit_q: i64,
    /// R-K3: the price at which the account reaches its liquidation line, all else equal, 1e-8.
    pub liquidation_price_e8: u64,
    /// R-K4: change of the call requirement per percent of the market's volatility.
    pub volatility_slope_q: i64,
    /// R-K4: change of the call requirement per percent of the position's size, and of the price.
    pub size_slope_q: i64,
}

/// The margin of an account, at most 559 bytes.
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug, PartialEq, Eq)]
pub struct MarginReport {
    /// 0 healthy, 1 margin call, 2 liquidatable, 3 bankrupt.
    pub state: u8,
    /// Whether every price used is within its market's limit.
    pub fresh: bool,
    /// Whether any price used is doubted (R-G2).
    pub guarded: bool,
    pub balance_q: i64,
    pub equity_initial_q: i64,
    pub equity_call_q: i64,
    pub equity_liquidation_q: i64,
    pub requirement_initial_q: u64,
    pub requirement_call_q: u64,
    pub requirement_liquidation_q: u64,
    pub notional_q: u64,
    /// What the account loses in a move of one sigma of an hour.
    pub sigma_q: u64,
    /// R-K1: the probability that equity is lost within the hour, ppm.
    pub ruin_ppm: u32,
    /// R-K2: distance to the initial, the call and the liquidation line, 1e-4 sigmas; negative below it.
    pub distances_e4: [i32; 3],
    pub positions: Vec<PositionReport>,
}

/// The report of an account, from the risk accounts that `source` gives.
///
/// # Errors
/// What `source` refuses, or an overflow.
pub fn report(account: &MarginAccount, source: &mut impl RiskSource) -> Result<MarginReport> {
    let mut book = boxed(account.balance_q, &source.quote()?)?;
    let mut guarded = false;
    let mut positions = Vec::with_capacity(POSITIONS_MAX);
    let mut prices_e8 = Vec::with_capacity(POSITIONS_MAX);
    for slot in account.positions.iter().filter(|slot| !slot.is_free()) {
        let exposure = source.exposure(slot)?;
        let (notional_q, profit_q) = book.hold(&exposure).or_refuse()?;
        let price_e8 = exposure.prices.price_e8;
        guarded |= exposure.prices.guard_e8 != price_e8;
        if slot.lots != 0 {
            prices_e8.push(price_e8);
        }
        positions.push(PositionReport {
            market_index: slot.market_index,
            lots: slot.lots,
            price_e8,
            notional_q,
            profit_q,
            liquidation_price_e8: 0,
            volatility_slope_q: 0,
            size_slope_q: 0,
        });
    }
    for slot in account.collaterals.iter().filter(|slot| slot.amount != 0) {
        let pledge = source.pledge(slot)?;
        guarded |= pledge.prices.guard_e8 != pledge.prices.price_e8;
        book.pledge(&pledge).or_refuse()?;
    }
    let assessed = source.netted(|netting| book.assess(netting, &prices_e8).or_refuse())?;
    let open = positions.iter_mut().filter(|position| position.lots != 0);
    for (position, risk) in open.zip(&assessed.perps) {
        position.liquidation_price_e8 = risk.liquidation_price_e8;
        position.volatility_slope_q = risk.volatility_q;
        position.size_slope_q = risk.size_q;
    }
    let margin = &assessed.margin;
    Ok(MarginReport {
        state: margin.state() as u8,
        fresh: source.is_fresh(),
        guarded,
        balance_q: account.balance_q,
        equity_initial_q: margin.equity_initial_q,
        equity_call_q: margin.equity_call_q,
        equity_liquidation_q: margin.equity_liquidation_q,
        requirement_initial_q: margin.requirement_initial_q,
        requirement_call_q: margin.requirement_call_q,
        requirement_liquidation_q: margin.requirement_liquidation_q,
        notional_q: margin.notional_q,
        sigma_q: assessed.sigma_q,
        ruin_ppm: assessed.ruin_ppm,
        distances_e4: assessed.distances_e4,
        positions,
    })
}
