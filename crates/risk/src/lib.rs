//! The risk mathematics of Plimsoll, in integers.
//!
//! Every number that decides who owes what is computed here and nowhere else: the on-chain program,
//! the keeper, the simulator, the command line and the web page compile this one crate.
//!
//! Rounding is named by the functions (`_up`, `_down`) and goes against the user:
//!
//! | quantity | direction | why |
//! |---|---|---|
//! | requirement, ratio, variance to sigma, fee, cost of a fill | up | nobody owes less than exact |
//! | worth of a position, share of a pool, rebate | down | nobody gets more than exact |
//! | size of a cut or a liquidation | up, to the lot | the target is reached |
//! | confidence taken from a feed | up | noise is never understated |
//!
//! Numbers carry their unit as the last word of their name; [`units`] lists them. The numbered rules
//! (R-…) in the documentation are those of `docs/spec.md`.
#![no_std]

pub mod account;
pub mod assessment;
pub mod book;
pub mod carry;
pub mod decay;
pub mod depth;
mod entry;
pub mod error;
pub mod grace;
pub mod guard;
pub mod haircut;
mod holding;
pub mod liquidation;
pub mod margin;
pub mod math;
pub mod oracle;
pub mod outlook;
mod part;
pub mod pool;
pub mod portfolio;
pub mod position;
pub mod pricing;
pub mod score;
pub mod sensitivity;
pub mod settlement;
pub mod units;
pub mod volatility;

pub use error::{Result, RiskError};
