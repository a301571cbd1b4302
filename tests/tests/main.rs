//! Tests of the compiled program. Every refusal is checked to change no account, and the invariants
//! are checked after every transaction that goes through.

mod attacks_listing;
mod attacks_old_prices;
mod attacks_open_order;
mod attacks_own_keeper;
mod attacks_phantom_cash;
mod attacks_silent_market;
mod attacks_skew;
mod attacks_support;
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
