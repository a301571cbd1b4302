mod collect_profit;
mod post_depth;
mod post_outlook;
mod refresh_market;

pub use collect_profit::*;
pub use post_depth::*;
pub use post_outlook::*;
pub use refresh_market::*;
