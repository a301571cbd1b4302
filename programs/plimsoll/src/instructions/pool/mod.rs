mod deposit_insurance;
mod deposit_pool;
mod sweep_market;
mod worth;

pub use deposit_insurance::*;
pub use deposit_pool::*;
pub use sweep_market::*;
