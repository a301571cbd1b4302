//! Cuts, liquidations and what they leave behind.

use anchor_lang::prelude::*;

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionCut {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    /// Lots traded: negative where a long was cut.
    pub lots: i64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// What the lots cost, spread included.
    pub cost_q: i64,
    /// Carry since the position was last touched, which is in what is realised and in the entry.
    pub carry_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub equity_before_q: i64,
    pub requirement_before_q: u64,
    pub equity_after_q: i64,
    pub requirement_after_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionLiquidated {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    pub keeper: Pubkey,
    pub keeper_fee_q: u64,
    pub insurance_fee_q: u64,
    /// Lots traded: negative where a long was liquidated.
    pub lots: i64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// What the lots cost, spread included.
    pub cost_q: i64,
    /// Carry since the position was last touched, which is in what is realised and in the entry.
    pub carry_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub equity_before_q: i64,
    pub requirement_before_q: u64,
    pub equity_after_q: i64,
    pub requirement_after_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeficitAbsorbed {
    pub margin_account: Pubkey,
    pub market_index: u16,
    pub deficit_q: u64,
    pub insurance_q: u64,
    pub market_q: u64,
}

/// The account's balance made good what a market's cash lacked.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeficitRepaid {
    pub margin_account: Pubkey,
    pub market_index: u16,
    pub repaid_q: u64,
}

/// `moved_q` is positive from the insurance fund to the market.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsuranceSwept {
    pub market: Pubkey,
    pub sequence: u64,
    pub moved_q: i64,
    pub market_insurance_q: u64,
    pub balance_q: u64,
}

/// Collateral went to a buyer's margin account for quote currency from it.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollateralSold {
    pub margin_account: Pubkey,
    pub sequence: u64,
    /// The buyer's margin account.
    pub buyer: Pubkey,
    pub collateral_index: u16,
    pub amount: u64,
    /// The collateral's price, 1e-8.
    pub price_e8: u64,
    pub discount_ppm: u32,
    pub proceeds_q: u64,
    /// What the account holds of it since.
    pub held: u64,
    pub balance_q: i64,
}

/// An account's collateral was found to be for sale (or, at zero, no longer to be).
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaleFound {
    pub margin_account: Pubkey,
    pub since_seconds: i64,
}

/// Interest on a debt went to the market that it is owed to.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebtAccrued {
    pub margin_account: Pubkey,
    pub market_index: u16,
    pub interest_q: u64,
    pub balance_q: i64,
}

/// A liquidator took lots into an account of their own.
#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PositionTakenOver {
    pub margin_account: Pubkey,
    pub sequence: u64,
    pub market_index: u16,
    pub market_sequence: u64,
    /// The liquidator's margin account.
    pub taker: Pubkey,
    pub taker_fee_q: u64,
    pub insurance_fee_q: u64,
    /// Lots traded by the owner: negative where a long was taken over.
    pub lots: i64,
    /// The market's price, 1e-8.
    pub price_e8: u64,
    /// What the lots cost the owner; the taker paid the opposite.
    pub cost_q: i64,
    /// Carry since the position was last touched, which is in what is realised and in the entry.
    pub carry_q: i64,
    pub realised_q: i64,
    pub unpaid_q: u64,
    pub equity_before_q: i64,
    pub requirement_before_q: u64,
    pub equity_after_q: i64,
    pub requirement_after_q: u64,
    pub position_lots: i64,
    pub balance_q: i64,
    pub taker_lots: i64,
    pub taker_balance_q: i64,
}
