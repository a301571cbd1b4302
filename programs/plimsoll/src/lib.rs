//! Plimsoll: a perpetual-futures exchange whose margin follows volatility.
//!
//! The program holds accounts, checks and moves; all arithmetic of risk is `plimsoll-risk`. Rules and
//! invariants are numbered in `docs/spec.md`.
#![allow(clippy::result_large_err)]

use anchor_lang::prelude::*;
#[cfg(target_arch = "bpf")]
use sbf_builtins as _;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod oracle;
pub mod params;
mod refresh;
pub mod report;
pub mod risk_accounts;
pub mod state;
pub mod trade;
pub mod vault;
pub mod view;

use instructions::*;
use params::CollateralParams;
use report::MarginReport;

declare_id!("B8xGJvKmM6JY6yrEmRsT3ByXjCqJCzomCXo3drDVmtTb");

#[program]
pub mod plimsoll {
    use super::*;

    /// Creates an exchange with its pool and insurance fund.
    pub fn create_exchange(ctx: Context<CreateExchange>, args: CreateExchangeArgs) -> Result<()> {
        handle_create_exchange(ctx, args)
    }

    /// Lists a collateral and creates its vault.
    pub fn create_collateral(
        ctx: Context<CreateCollateral>,
        params: CollateralParams,
    ) -> Result<()> {
        handle_create_collateral(ctx, params)
    }

    /// Gives a collateral a price.
    pub fn price_collateral(
        ctx: Context<PriceCollateral>,
        args: PriceCollateralArgs,
    ) -> Result<()> {
        handle_price_collateral(ctx, args)
    }

    /// Creates the stress rows by which books are netted.
    pub fn create_scenarios(
        ctx: Context<CreateScenarios>,
        args: CreateScenariosArgs,
    ) -> Result<()> {
        handle_create_scenarios(ctx, args)
    }

    /// Lists a market.
    pub fn create_market(ctx: Context<CreateMarket>, args: CreateMarketArgs) -> Result<()> {
        handle_create_market(ctx, args)
    }

    /// Creates a margin account.
    pub fn create_margin_account(ctx: Context<CreateMarginAccount>, sub_id: u16) -> Result<()> {
        handle_create_margin_account(ctx, sub_id)
    }

    /// Closes an empty margin account.
    pub fn close_margin_account(ctx: Context<CloseMarginAccount>) -> Result<()> {
        handle_close_margin_account(ctx)
    }

    /// Names a key that may trade but not withdraw.
    pub fn set_delegate(ctx: Context<SetDelegate>, delegate: Pubkey) -> Result<()> {
        handle_set_delegate(ctx, delegate)
    }

    /// Deposits quote currency into a margin account.
    pub fn deposit(ctx: Context<Deposit>, amount_q: u64) -> Result<()> {
        handle_deposit(ctx, amount_q)
    }

    /// Withdraws quote currency from a margin account.
    pub fn withdraw<'info>(ctx: Context<'info, Withdraw<'info>>, amount_q: u64) -> Result<()> {
        handle_withdraw(ctx, amount_q)
    }

    /// Pledges a collateral other than the quote currency.
    pub fn pledge_collateral(ctx: Context<PledgeCollateral>, amount: u64) -> Result<()> {
        handle_pledge_collateral(ctx, amount)
    }

    /// Takes a collateral other than the quote currency back.
    pub fn release_collateral<'info>(
        ctx: Context<'info, ReleaseCollateral<'info>>,
        amount: u64,
    ) -> Result<()> {
        handle_release_collateral(ctx, amount)
    }

    /// Returns an account's margin as return data.
    pub fn margin_report<'info>(ctx: Context<'info, ReportMargin<'info>>) -> Result<MarginReport> {
        handle_margin_report(ctx)
    }

    /// Buys shares of the pool.
    pub fn deposit_pool<'info>(
        ctx: Context<'info, DepositPool<'info>>,
        amount_q: u64,
    ) -> Result<()> {
        handle_deposit_pool(ctx, amount_q)
    }

    /// Adds to the insurance fund.
    pub fn deposit_insurance(ctx: Context<DepositInsurance>, amount_q: u64) -> Result<()> {
        handle_deposit_insurance(ctx, amount_q)
    }

    /// Moves cash between a market and the pool.
    pub fn sweep_market(ctx: Context<SweepMarket>) -> Result<()> {
        handle_sweep_market(ctx)
    }

    /// Takes a newer price into a market's risk.
    pub fn refresh_market(ctx: Context<RefreshMarket>) -> Result<()> {
        handle_refresh_market(ctx)
    }

    /// Posts what is expected of a market's volatility.
    pub fn post_outlook(ctx: Context<PostOutlook>, args: PostOutlookArgs) -> Result<()> {
        handle_post_outlook(ctx, args)
    }

    /// Posts what moving a market's price elsewhere costs.
    pub fn post_depth(ctx: Context<PostDepth>, depths_q: [u64; 5]) -> Result<()> {
        handle_post_depth(ctx, depths_q)
    }

    /// Pays profit that waited for a market's cash.
    pub fn collect_profit(ctx: Context<CollectProfit>) -> Result<()> {
        handle_collect_profit(ctx)
    }

    /// Places a market order.
    pub fn place_order<'info>(
        ctx: Context<'info, PlaceOrder<'info>>,
        args: PlaceOrderArgs,
    ) -> Result<()> {
        handle_place_order(ctx, args)
    }

    /// Ends an order at the one update that its time names.
    pub fn settle_order<'info>(
        ctx: Context<'info, SettleOrder<'info>>,
        order_id: u64,
    ) -> Result<()> {
        handle_settle_order(ctx, order_id)
    }

    /// Ends an order that nobody settled in time.
    pub fn expire_order(ctx: Context<ExpireOrder>, order_id: u64) -> Result<()> {
        handle_expire_order(ctx, order_id)
    }

    /// Cuts a leg of an account in a margin call.
    pub fn cut_position<'info>(ctx: Context<'info, CutPosition<'info>>) -> Result<()> {
        handle_cut_position(ctx)
    }

    /// Liquidates a leg of an account below the liquidation line.
    pub fn liquidate_position<'info>(ctx: Context<'info, LiquidatePosition<'info>>) -> Result<()> {
        handle_liquidate_position(ctx)
    }

    /// Covers what an account without positions owes.
    pub fn absorb_deficit(ctx: Context<AbsorbDeficit>) -> Result<()> {
        handle_absorb_deficit(ctx)
    }

    /// Announces the settlement of a market or collateral whose feed is dead.
    pub fn start_settlement(ctx: Context<StartSettlement>, price_e8: u64) -> Result<()> {
        handle_start_settlement(ctx, price_e8)
    }

    /// Fixes the price of a market or collateral whose feed stayed dead.
    pub fn finish_settlement(ctx: Context<FinishSettlement>) -> Result<()> {
        handle_finish_settlement(ctx)
    }

    /// Closes a position in a settled market.
    pub fn close_settled(ctx: Context<CloseSettled>) -> Result<()> {
        handle_close_settled(ctx)
    }
}
