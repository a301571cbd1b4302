//! Example tables: every branch, boundary and error of each module, with values worked out by hand.
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

mod account;
mod arithmetic;
mod book;
mod book_equity;
mod carry;
mod decay;
mod depth;
mod grace;
mod guard;
mod haircut;
mod liquidation;
mod margin;
mod oracle;
mod outlook;
mod pool;
mod portfolio;
mod position;
mod pricing;
mod score;
mod sensitivity;
mod settlement;
mod volatility;
