//! The same accounts in borsh, each in the form that suits borsh best: lists instead of fixed arrays and
//! no reserved bytes.

use crate::{empty_book, margin, NOW_SECONDS};
use anchor_lang::prelude::*;
use plimsoll::error::{OrRefuse, PlimsollError};
use plimsoll::params::{LiquidityParams, RiskParams};
use plimsoll::state::{MarginAccount, MarketRisk};
use plimsoll::view::exposure;
use plimsoll_risk::account::Margin;
use plimsoll_risk::book::{Exposure, Prices};
use plimsoll_risk::margin::{Ratios, SideRatios};
use plimsoll_risk::position::Position;

/// [`MarketRisk`] in borsh.
#[account]
pub struct SerializedMarketRisk {
    pub version: u8,
    pub bump: u8,
    pub index: u16,
    pub confidence_ppm: u32,
    pub exchange: Pubkey,
    pub feed_id: [u8; 32],
    pub price_e8: u64,
    pub slow_price_e8: u64,
    pub publish_seconds: i64,
    pub refreshed_seconds: i64,
    pub lot_divisor: u64,
    pub sequence: u64,
    pub volatility: [u64; 6],
    pub target_ppm: u32,
    pub live_ppm: u32,
    pub initial_ppm: [u32; 2],
    pub call_ppm: [u32; 2],
    pub liquidation_ppm: u32,
    pub sigma_hour_ppm: u32,
    pub ring_ppm: [u32; 32],
    pub ring_head_minutes: i64,
    pub guard_price_e8: u64,
    pub guarded_seconds: i64,
    pub outlooks: [u64; 4],
    pub depths_q: [u64; 5],
    pub depth_posted_seconds: i64,
    pub liquidity_q: u64,
    pub open_interest_cap_q: u64,
    pub open_interest_lots: u64,
    pub credit_ppm: u32,
    pub params: RiskParams,
    pub liquidity_params: LiquidityParams,
}

/// A position of [`SerializedMarginAccount`].
#[derive(AnchorSerialize, AnchorDeserialize, Clone, Debug)]
pub struct SerializedPosition {
    pub market_index: u16,
    pub lots: i64,
    pub entry_q: i64,
    pub unpaid_q: u64,
    pub last_cut_seconds: i64,
}

/// [`MarginAccount`] in borsh, without orders and other collaterals.
#[account]
pub struct SerializedMarginAccount {
    pub version: u8,
    pub bump: u8,
    pub sub_id: u16,
    pub exchange: Pubkey,
    pub owner: Pubkey,
    pub delegate: Pubkey,
    pub balance_q: i64,
    pub last_order_id: u64,
    pub sequence: u64,
    pub positions: Vec<SerializedPosition>,
}

impl From<&MarketRisk> for SerializedMarketRisk {
    fn from(risk: &MarketRisk) -> Self {
        let volatility = risk.volatility();
        Self {
            version: risk.version,
            bump: risk.bump,
            index: risk.index,
            confidence_ppm: risk.confidence_ppm,
            exchange: risk.exchange,
            feed_id: risk.feed_id,
            price_e8: risk.price_e8,
            slow_price_e8: risk.slow_price_e8,
            publish_seconds: risk.publish_seconds,
            refreshed_seconds: risk.refreshed_seconds,
            lot_divisor: risk.lot_divisor,
            sequence: risk.sequence,
            volatility: [
                volatility.anchor_price_e8,
                volatility.sampled_seconds.unsigned_abs(),
                volatility.fast_e18,
                volatility.slow_e18,
                volatility.long_e18,
                volatility.envelope_e18,
            ],
            target_ppm: risk.target_ppm,
            live_ppm: risk.live_ppm,
            initial_ppm: risk.initial_ppm,
            call_ppm: risk.call_ppm,
            liquidation_ppm: risk.liquidation_ppm,
            sigma_hour_ppm: risk.sigma_hour_ppm,
            ring_ppm: risk.ring_ppm,
            ring_head_minutes: risk.ring_head_minutes,
            guard_price_e8: risk.guard_price_e8,
            guarded_seconds: risk.guarded_seconds,
            outlooks: [
                risk.implied_e18,
                risk.implied_expires_seconds.unsigned_abs(),
                risk.forecast_e18,
                risk.forecast_expires_seconds.unsigned_abs(),
            ],
            depths_q: risk.depths_q,
            depth_posted_seconds: risk.depth_posted_seconds,
            liquidity_q: risk.liquidity_q,
            open_interest_cap_q: risk.open_interest_cap_q,
            open_interest_lots: risk.open_interest_lots,
            credit_ppm: risk.credit_ppm,
            params: risk.params,
            liquidity_params: risk.liquidity_params,
        }
    }
}

impl From<&MarginAccount> for SerializedMarginAccount {
    fn from(account: &MarginAccount) -> Self {
        let used = account.positions.iter().filter(|slot| !slot.is_free());
        Self {
            version: account.version,
            bump: account.bump,
            sub_id: account.sub_id,
            exchange: account.exchange,
            owner: account.owner,
            delegate: account.delegate,
            balance_q: account.balance_q,
            last_order_id: account.last_order_id,
            sequence: account.sequence,
            positions: used
                .map(|slot| SerializedPosition {
                    market_index: slot.market_index,
                    lots: slot.lots,
                    entry_q: slot.entry_q,
                    unpaid_q: slot.unpaid_q,
                    last_cut_seconds: slot.last_cut_seconds,
                })
                .collect(),
        }
    }
}

impl SerializedMarketRisk {
    /// Reads an account after the checks that Anchor's loader makes as well.
    ///
    /// # Errors
    /// A wrong owner, discriminator or length.
    pub fn load(info: &AccountInfo) -> Result<Self> {
        require_keys_eq!(*info.owner, crate::ID);
        Self::try_deserialize(&mut &info.data.borrow()[..])
    }

    /// A position in this market.
    pub fn exposure(&self, position: &Position, unpaid_q: u64) -> Exposure {
        let ratios = |side: usize| Ratios {
            initial_ppm: self.initial_ppm[side],
            call_ppm: self.call_ppm[side],
            liquidation_ppm: self.liquidation_ppm,
        };
        Exposure {
            underlying: self.index,
            position: *position,
            unpaid_q,
            prices: Prices {
                price_e8: self.price_e8,
                slow_e8: self.slow_price_e8,
                guard_e8: self.price_e8,
            },
            lot_divisor: self.lot_divisor,
            ratios: SideRatios {
                long: ratios(0),
                short: ratios(1),
            },
            liquidity_q: self.liquidity_q,
            credit_ppm: self.credit_ppm,
            sigma_ppm: self.sigma_hour_ppm,
        }
    }
}

/// Assesses a borsh margin account against zero-copy risk accounts.
pub(crate) fn assess<'info>(
    margin_account: &'info AccountInfo<'info>,
    others: &'info [AccountInfo<'info>],
    write: bool,
) -> Result<Margin> {
    require_keys_eq!(*margin_account.owner, crate::ID);
    let account = SerializedMarginAccount::try_deserialize(&mut &margin_account.data.borrow()[..])?;
    let mut rest = others.iter();
    let mut book = empty_book(account.balance_q)?;
    for position in &account.positions {
        let info = rest.next().ok_or(PlimsollError::RiskAccountMissing)?;
        let loader = AccountLoader::<MarketRisk>::try_from(info)?;
        let risk = loader.load()?;
        require!(
            risk.index == position.market_index,
            PlimsollError::RiskAccountMissing
        );
        require!(
            risk.exchange == account.exchange,
            PlimsollError::WrongExchange
        );
        let held = exposure(&position.slot(), &risk, None, NOW_SECONDS)?;
        book.hold(&held).or_refuse()?;
    }
    if write {
        let mut data = margin_account.data.borrow_mut();
        account.try_serialize(&mut &mut data[..])?;
    }
    margin(&book)
}

impl SerializedPosition {
    fn slot(&self) -> plimsoll::state::PositionSlot {
        plimsoll::state::PositionSlot {
            market_index: self.market_index,
            lots: self.lots,
            entry_q: self.entry_q,
            unpaid_q: self.unpaid_q,
            ..Default::default()
        }
    }
}
