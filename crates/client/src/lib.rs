//! What every off-chain user of Plimsoll needs: addresses, instructions, account views, margin, events.
//!
//! Nothing here computes: layouts, parameters and margin come from the program and the risk crate
//! themselves, so that a client cannot disagree with the chain.

pub mod addresses;
pub mod budgets;
pub mod errors;
pub mod events;
pub mod instructions;
pub mod margin;
pub mod views;

pub use addresses::{ExchangeAddresses, MarketAddresses};
pub use events::Event;
