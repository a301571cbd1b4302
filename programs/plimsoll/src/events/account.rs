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

/// A withdrawal waits for room: the amount is out of the balance, and is paid once `served_q` reaches `end_q`.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalRequested {
    pub ticket: Pubkey,
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub amount_q: u64,
    pub balance_q: i64,
    pub end_q: u64,
    pub served_q: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithdrawalPaid {
    pub ticket: Pubkey,
    pub owner: Pubkey,
    pub amount_q: u64,
    pub served_q: u64,
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
