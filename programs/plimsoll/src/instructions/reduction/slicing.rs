//! The same share of several legs and collaterals of one account, tried and then done (R-L12).

use super::held::Places;
use super::leg::{Leg, LegFill};
use super::sale::{Sale, Sold};
use crate::error::{OrRefuse, PlimsollError};
use crate::params::DebtParams;
use crate::risk_accounts::RiskAccounts;
use crate::state::{MarginAccount, Market, MarketRisk, PositionSlot};
use crate::trade::FillPlan;
use crate::view::check_younger;
use anchor_lang::prelude::*;
use plimsoll_risk::account::Margin;
use plimsoll_risk::liquidation::fee_ppm_down;
use plimsoll_risk::slice::{slice_fee_down, slice_fee_ppm_down, sliced_up};
use plimsoll_risk::units::{notional_up, share_down, ONE_PPM};

/// One leg of a slice.
pub struct SliceLeg<'info> {
    pub leg: Leg,
    pub market: AccountLoader<'info, Market>,
    pub risk: AccountLoader<'info, MarketRisk>,
}

/// What a slice is made of: legs by their bits, from the first position slot on; collaterals after them.
pub struct Slice<'info> {
    pub legs: Vec<SliceLeg<'info>>,
    pub sales: Vec<Sale>,
    /// The margin of an account that is liquidated; nothing where it is cut.
    pub liquidated: Option<Margin>,
    pub now_seconds: i64,
}

/// What limits a slice.
pub struct Limits {
    pub target_ppm: u32,
    pub most_ppm: u32,
    pub interval_seconds: u32,
}

/// A slice of some share: the account as it would leave it, and how.
pub struct Sliced {
    /// The account itself; on the heap, where a list lies.
    account: Vec<MarginAccount>,
    pub fills: Vec<(LegFill, FillPlan)>,
    pub sold: Vec<Sold>,
}

impl<'info> Slice<'info> {
    /// The legs and collaterals that `bits` name, each at a price that is fresh enough to reduce at. Their
    /// markets follow the risk accounts, in the order of the slots.
    ///
    /// # Errors
    /// [`PlimsollError::WrongLegs`], [`PlimsollError::RiskTooOld`], [`PlimsollError::MarketMismatch`],
    /// [`PlimsollError::WrongExchange`].
    pub fn find(
        bits: u16,
        account: &MarginAccount,
        risks: &RiskAccounts<'_, 'info>,
        others: &'info [AccountInfo<'info>],
    ) -> Result<Self> {
        let places = Places::new(risks, account);
        let markets = others.get(places.count(risks, account)..);
        let mut markets = markets.ok_or(PlimsollError::RiskAccountMissing)?.iter();
        let mut legs = Vec::with_capacity(account.positions.len());
        for (place, slot) in named(bits, &account.positions) {
            require!(slot.lots != 0, PlimsollError::WrongLegs);
            let info = markets.next().ok_or(PlimsollError::MarketAccountMissing)?;
            let market = AccountLoader::<Market>::try_from(info)?;
            let risk = places.position(others, account, place)?;
            legs.push(SliceLeg::new(account, slot, market, risk, risks)?);
        }
        require!(
            markets.next().is_none(),
            PlimsollError::RiskAccountUnexpected
        );
        let slice = Self {
            legs,
            sales: Vec::with_capacity(account.collaterals.len()),
            liquidated: None,
            now_seconds: risks.now_seconds,
        };
        let known = account
            .positions
            .len()
            .saturating_add(account.collaterals.len());
        require!(
            bits != 0 && u32::from(bits) >> known == 0,
            PlimsollError::WrongLegs
        );
        Ok(slice)
    }

    /// Adds the collaterals that `bits` name, at the discount of a sale that goes on since `since_seconds`.
    ///
    /// # Errors
    /// As [`Slice::find`].
    pub fn with_sales(
        &mut self,
        bits: u16,
        account: &MarginAccount,
        (risks, debt): (&RiskAccounts<'_, 'info>, &DebtParams),
        (quote_price_e8, since_seconds): (u64, i64),
    ) -> Result<()> {
        let places = Places::new(risks, account);
        let bits = bits
            .checked_shr(account.positions.len() as u32)
            .unwrap_or(0);
        for (place, slot) in named(bits, &account.collaterals) {
            require!(slot.amount != 0, PlimsollError::WrongLegs);
            let risk = places.collateral(risks.others, account, place)?;
            let when = (since_seconds, risks.now_seconds);
            let risk = risk.load()?;
            let sale = Sale::new((place, *slot), &risk, debt, quote_price_e8, when)?;
            self.sales.push(sale);
        }
        Ok(())
    }

    /// Whether every leg of the account is in the slice.
    pub fn has_all_legs(&self, account: &MarginAccount) -> bool {
        let open = account.positions.iter().filter(|slot| slot.lots != 0);
        open.count() == self.legs.len()
    }

    /// What the slice's legs and collaterals allow together: the highest target, the least limit, the longest
    /// interval.
    ///
    /// # Errors
    /// Where an account cannot be read.
    pub fn limits(&self) -> Result<Limits> {
        let mut limits = Limits {
            target_ppm: ONE_PPM,
            most_ppm: ONE_PPM,
            interval_seconds: 0,
        };
        for leg in &self.legs {
            let params = leg.risk.load()?.params;
            limits.meet(if self.liquidated.is_some() {
                (params.liquidation_target_ppm, ONE_PPM, 0)
            } else {
                (
                    params.cut_target_ppm,
                    params.cut_limit_ppm,
                    params.cut_interval_seconds,
                )
            });
        }
        for sale in &self.sales {
            limits.meet(if self.liquidated.is_some() {
                (sale.liquidation_target_ppm, ONE_PPM, 0)
            } else {
                sale.cut
            });
        }
        Ok(limits)
    }

    /// Tries a share of every leg and, on demand, of every collateral.
    ///
    /// # Errors
    /// An overflow.
    #[inline(never)]
    pub fn attempt(
        &self,
        account: &MarginAccount,
        share_ppm: u32,
        with_sales: bool,
        into: &mut Sliced,
    ) -> Result<()> {
        into.account[0] = *account;
        into.fills.clear();
        into.sold.clear();
        let sales = self.sales.iter().filter(|_| with_sales);
        for sale in sales {
            let amount = sliced_up(sale.slot.amount, share_ppm, |left| sale.is_dust(left));
            let sold = sale.of(amount.or_refuse()?)?;
            sold.take_from(&mut into.account[0])?;
            into.sold.push(sold);
        }
        let mut most_q = 0;
        for leg in &self.legs {
            most_q = leg.market.load()?.params.keeper_fee_q.max(most_q);
        }
        for leg in &self.legs {
            let mut fill = leg.attempt(&into.account[0], share_ppm, &self.liquidated, most_q)?;
            if self.liquidated.is_none() {
                fill.1.slot.last_cut_seconds = self.now_seconds;
            }
            let plan = &fill.1;
            most_q = most_q.saturating_sub(plan.charged_q);
            into.account[0].balance_q = plan.balance_q;
            into.account[0].positions[plan.slot_index] = plan.slot;
            into.fills.push(fill);
        }
        Ok(())
    }
}

impl<'info> SliceLeg<'info> {
    fn new(
        account: &MarginAccount,
        slot: &PositionSlot,
        market: AccountLoader<'info, Market>,
        risk: AccountLoader<'info, MarketRisk>,
        risks: &RiskAccounts,
    ) -> Result<Self> {
        let leg = {
            let (market, risk) = (market.load()?, risk.load()?);
            require!(
                market.exchange == risks.exchange && risk.exchange == risks.exchange,
                PlimsollError::WrongExchange
            );
            require!(
                market.index == slot.market_index && risk.index == slot.market_index,
                PlimsollError::MarketMismatch
            );
            let limit = risk.params.reduction_age_seconds_max;
            check_younger(&risk, limit, risks.now_seconds)?;
            Leg::find(account, &market, &risk)?
        };
        Ok(Self { leg, market, risk })
    }

    /// Closes a share of the leg, for the fee of R-L12.
    #[inline(never)]
    fn attempt(
        &self,
        account: &MarginAccount,
        share_ppm: u32,
        liquidated: &Option<Margin>,
        most_q: u64,
    ) -> Result<(LegFill, FillPlan)> {
        let (market, risk) = (self.market.load()?, self.risk.load()?);
        let (params, divisor) = (&risk.params, risk.lot_divisor);
        let is_dust = |left| Ok(notional_up(left, risk.price_e8, divisor)? < params.dust_q);
        let lots = sliced_up(self.leg.lots.unsigned_abs(), share_ppm, is_dust).or_refuse()?;
        let closing = self.leg.close(&risk, lots)?;
        let fee_q = match liquidated {
            Some(before) => {
                let configured_ppm = params.liquidation_fee_ppm;
                let (equity_q, notional_q) = (before.equity_liquidation_q, before.notional_q);
                let spread_ppm = self.leg.spread_ppm;
                let fee_ppm = fee_ppm_down(configured_ppm, spread_ppm, equity_q, notional_q);
                let fee_ppm =
                    slice_fee_ppm_down(fee_ppm.or_refuse()?, spread_ppm, params.floor_ppm);
                share_down(closing.closed_q, fee_ppm.or_refuse()?).or_refuse()?
            }
            None => {
                let fee_q = slice_fee_down(closing.closed_q, params.floor_ppm).or_refuse()?;
                fee_q.min(most_q)
            }
        };
        Ok((
            closing,
            FillPlan::new(account, &market, &risk.carry(), closing.fill, fee_q)?,
        ))
    }
}

impl Limits {
    fn meet(&mut self, (target_ppm, most_ppm, interval_seconds): (u32, u32, u32)) {
        self.target_ppm = self.target_ppm.max(target_ppm);
        self.most_ppm = self.most_ppm.min(most_ppm);
        self.interval_seconds = self.interval_seconds.max(interval_seconds);
    }
}

impl Sliced {
    /// Room for any slice of the account.
    pub fn room(account: &MarginAccount) -> Self {
        Self {
            account: core::slice::from_ref(account).to_vec(),
            fills: Vec::with_capacity(account.positions.len()),
            sold: Vec::with_capacity(account.collaterals.len()),
        }
    }

    /// The account as the slice would leave it.
    pub fn account(&self) -> &MarginAccount {
        &self.account[0]
    }
}

/// The slots whose bits are set.
fn named<T>(bits: u16, slots: &[T]) -> impl Iterator<Item = (usize, &T)> {
    let places = slots.iter().enumerate();
    places.filter(move |(place, _)| bits.checked_shr(*place as u32).unwrap_or(0) & 1 == 1)
}
