use crate::error::PlimsollError;
use crate::params::PoolParams;
use anchor_lang::prelude::*;
use plimsoll_risk::pool::Redeemed;

/// The providers' pool, which takes the other side of every trade.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Pool {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub exchange: Pubkey,
    /// Cash not drawn by any market, quote atoms.
    pub cash_q: u64,
    /// Shares of all providers, those in tickets included.
    pub shares: u64,
    /// Shares in tickets.
    pub leaving_shares: u64,
    /// Number of the ticket that is redeemed next.
    pub redemption_head: u64,
    /// Number of the next ticket.
    pub redemption_next: u64,
    pub params: PoolParams,
    pub _reserved: [u8; 200],
}

impl Pool {
    /// Takes what is redeemed out of the pool and off its ticket; the queue moves on where nothing is left of it.
    ///
    /// # Errors
    /// An overflow.
    pub fn redeem(&mut self, ticket: &mut Redemption, part: &Redeemed) -> Result<()> {
        let less = |held: u64, taken: u64| held.checked_sub(taken).ok_or(PlimsollError::Overflow);
        self.cash_q = less(self.cash_q, part.amount_q)?;
        self.shares = less(self.shares, part.shares)?;
        self.leaving_shares = less(self.leaving_shares, part.shares)?;
        ticket.shares = less(ticket.shares, part.shares)?;
        ticket.paid_q = ticket.paid_q.saturating_add(part.amount_q);
        if ticket.shares == 0 {
            self.redemption_head = self.redemption_head.saturating_add(1);
        }
        Ok(())
    }
}

const _: () = assert!(core::mem::size_of::<Pool>() == 8 + 32 + 5 * 8 + 32 + 200);

/// One provider's part of a pool.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Provider {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub pool: Pubkey,
    pub owner: Pubkey,
    /// Shares held.
    pub shares: u64,
    /// What was deposited in all, quote atoms.
    pub deposited_q: u64,
    /// Redeemed and not collected yet, quote atoms.
    pub redeemed_q: u64,
    /// Tickets asked for so far.
    pub request_count: u64,
    pub _reserved: [u8; 112],
}

const _: () = assert!(core::mem::size_of::<Provider>() == 8 + 2 * 32 + 4 * 8 + 112);

/// A ticket: shares that wait to be redeemed. They bear gains and losses until then.
#[account(zero_copy)]
#[derive(Debug)]
pub struct Redemption {
    /// Layout version.
    pub version: u8,
    /// Bump of this account's address.
    pub bump: u8,
    pub _pad: [u8; 6],
    pub pool: Pubkey,
    /// Whose shares they were. Gets the rent back.
    pub owner: Pubkey,
    /// Place in the pool's queue.
    pub number: u64,
    /// Shares not redeemed yet.
    pub shares: u64,
    /// When it was asked for, Unix seconds.
    pub requested_seconds: i64,
    /// What it has paid so far, quote atoms.
    pub paid_q: u64,
    pub _reserved: [u8; 64],
}

const _: () = assert!(core::mem::size_of::<Redemption>() == 8 + 2 * 32 + 4 * 8 + 64);

impl Redemption {
    /// From when on it may be redeemed, Unix seconds.
    pub fn due_seconds(&self, params: &PoolParams) -> i64 {
        self.requested_seconds
            .saturating_add(i64::from(params.cooldown_seconds))
    }
}
