//! What owners do with their margin accounts.

use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginAccountCreated {
    pub margin_account: Pubkey,
    pub owner: Pubkey,
    pub sub_id: u16,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarginAccountClosed {
    pub margin_account: Pubkey,
    pub owner: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegateChanged {
    pub margin_account: Pubkey,
    pub delegate: Pubkey,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposited {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub amount_q: u64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawn {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub amount_q: u64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralPledged {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub collateral_index: u16,
    pub amount: u64,
    pub held: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralReleased {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub collateral_index: u16,
    pub amount: u64,
    pub held: u64,
}
