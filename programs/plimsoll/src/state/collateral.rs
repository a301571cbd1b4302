use crate::params::{CollateralParams, WithdrawalParams};
use crate::view::collateral_risk_index;
use anchor_lang::prelude::*;
use plimsoll_risk::outflow::{Outflow, OutflowLimits};

/// A mint that the exchange takes, and the vault that holds it.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Collateral {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    /// Place in the exchange's list; 0 is the quote currency.
    pub index: u16,
    /// One while it has a live price; [`MarketRisk`] says what it counts for.
    ///
    /// [`MarketRisk`]: crate::state::MarketRisk
    pub priced: u8,
    pub _pad: [u8; 3],
    pub exchange: Pubkey,
    pub mint: Pubkey,
    /// The token account that holds all of it, owned by the exchange.
    pub vault: Pubkey,
    /// What the books say the vault holds, atoms of the mint.
    pub vault_q: u64,
    /// When it was listed, Unix seconds.
    pub listed_seconds: i64,
    pub params: CollateralParams,
    /// See [`Outflow::gone_q`]; these are of the quote currency alone.
    pub gone_q: u64,
    /// See [`Outflow::exempt_q`].
    pub exempt_q: u64,
    /// See [`Outflow::ticketed_q`].
    pub ticketed_q: u64,
    /// See [`Outflow::served_q`].
    pub served_q: u64,
    /// See [`Outflow::since_seconds`].
    pub outflow_seconds: i64,
    /// What tickets hold that were not paid yet, quote atoms.
    pub owed_q: u64,
    pub _reserved: [u8; 200],
}

const _: () = assert!(core::mem::size_of::<Collateral>() == 8 + 3 * 32 + 2 * 8 + 24 + 6 * 8 + 200);

impl Collateral {
    /// The index of its risk account.
    pub const fn risk_index(&self) -> u16 {
        collateral_risk_index(self.index)
    }

    /// R-E1, R-E2: what has left as of now, and how much may.
    ///
    /// # Errors
    /// An overflow.
    pub fn outflow(
        &self,
        params: &WithdrawalParams,
        now_seconds: i64,
    ) -> plimsoll_risk::Result<(Outflow, OutflowLimits)> {
        let outflow = Outflow {
            gone_q: self.gone_q,
            exempt_q: self.exempt_q,
            ticketed_q: self.ticketed_q,
            served_q: self.served_q,
            since_seconds: self.outflow_seconds,
        };
        // Tickets that were given room have gone, though nobody fetched them.
        let unfetched_q = self.owed_q.saturating_sub(outflow.waiting_q());
        let limits = params.limits(self.vault_q.saturating_sub(unfetched_q), self.gone_q)?;
        Ok((outflow.settled(&limits, now_seconds)?, limits))
    }

    pub fn set_outflow(&mut self, outflow: Outflow) {
        self.gone_q = outflow.gone_q;
        self.exempt_q = outflow.exempt_q;
        self.ticketed_q = outflow.ticketed_q;
        self.served_q = outflow.served_q;
        self.outflow_seconds = outflow.since_seconds;
    }
}
