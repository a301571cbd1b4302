//! What governance lists.

use crate::params::{
    CarryParams, CollateralParams, DebtParams, LiquidityParams, PoolParams, RiskParams,
    TradeParams, WithdrawalParams,
};
use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeCreated {
    pub exchange: Pubkey,
    pub governance: Pubkey,
    pub quote_mint: Pubkey,
    pub pool: PoolParams,
    pub withdrawal: WithdrawalParams,
    pub debt: DebtParams,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralCreated {
    pub exchange: Pubkey,
    pub mint: Pubkey,
    pub index: u16,
    pub params: CollateralParams,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralPriced {
    pub exchange: Pubkey,
    pub mint: Pubkey,
    pub index: u16,
    pub underlying: u16,
    pub feed_id: [u8; 32],
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenariosCreated {
    pub exchange: Pubkey,
    pub netting_floor_ppm: u32,
    pub rows: Vec<[i16; 16]>,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketCreated {
    pub exchange: Pubkey,
    pub market: Pubkey,
    pub index: u16,
    pub feed_id: [u8; 32],
    pub lot_exponent: i32,
    pub risk: RiskParams,
    pub liquidity: LiquidityParams,
    pub trade: TradeParams,
    pub carry: CarryParams,
}
