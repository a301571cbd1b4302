//! An exchange in memory, running the compiled program.
//!
//! [`World`] is the one way in which tests, benches and the simulator set up and drive an exchange. It
//! loads `target/deploy/plimsoll.so` (or the file that `PLIMSOLL_PROGRAM_SO` names) into LiteSVM, so
//! what runs is what would be deployed. Everything is deterministic: keys, clock, prices.

mod actions;
mod books;
mod collaterals;
mod error;
mod instructions;
mod keys;
mod machine;
mod operator;
mod price;
mod queries;
mod send;
mod settlement;
mod spec;
mod token;
mod world;

pub use actions::Order;
pub use books::{Books, Pledged};
pub use error::{Cause, Refusal, WorldError};
pub use keys::{address, key};
pub use machine::program_path;
pub use price::PriceUpdate;
pub use send::Sent;
pub use spec::{MarketSpec, YEAR_VARIANCE_E18};
pub use world::{Builder, Trader, TraderId, World};
