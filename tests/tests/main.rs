//! Tests of the compiled program. Every refusal is checked to change no account, and the invariants
//! are checked after every transaction that goes through.

mod bounds;
mod close_margin_account;
mod create_collateral;
mod create_exchange;
mod create_margin_account;
mod create_market;
mod deposit;
mod margin_report;
mod place_order;
mod price_updates;
mod refresh_market;
mod scenarios_walk;
mod set_delegate;
mod settle_order;
mod settle_outcomes;
mod withdraw;
