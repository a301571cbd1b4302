mod create_collateral;
mod create_exchange;
mod create_market;
mod create_scenarios;
mod listing;
mod price_collateral;

pub use create_collateral::*;
pub use create_exchange::*;
pub use create_market::*;
pub use create_scenarios::*;
pub use price_collateral::*;
