mod create_collateral;
mod create_exchange;
mod create_market;

pub use create_collateral::*;
pub use create_exchange::*;
pub use create_market::*;
