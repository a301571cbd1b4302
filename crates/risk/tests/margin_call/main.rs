//! Accounts in a margin call or below the liquidation line: what cuts, liquidations and rises of
//! volatility can do to them (invariants I1 and I4), and what they could do if a rule were missing.
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

mod desk;
mod hedged;
mod paths;
mod reductions;
mod rounding;
mod share;
mod storm;
