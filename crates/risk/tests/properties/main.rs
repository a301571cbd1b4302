//! Properties that hold for every input, and the crate against the slow reference.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

#[path = "../reference/mod.rs"]
mod reference;
mod simulated;
mod strategies;

mod account;
mod actions;
mod arithmetic;
mod auction;
mod book;
mod book_attempts;
mod carry;
mod carry_markets;
mod claims;
mod decay;
mod deleverage;
mod depth;
mod grace;
mod guard;
mod haircut;
mod liquidation;
mod margin;
mod oracle;
mod order;
mod outflow;
mod outlook;
mod pool;
mod portfolio;
mod position;
mod pricing;
mod robustness;
mod score;
mod sensitivity;
mod side;
mod volatility;
