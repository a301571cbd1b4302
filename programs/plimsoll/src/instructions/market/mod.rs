mod collect_profit;
mod refresh_market;

pub use collect_profit::*;
pub use refresh_market::*;
