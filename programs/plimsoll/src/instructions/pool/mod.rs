mod collect_redemption;
mod deposit_insurance;
mod deposit_pool;
mod redeem;
mod request_redemption;
mod sweep_market;
mod worth;

pub use collect_redemption::*;
pub use deposit_insurance::*;
pub use deposit_pool::*;
pub use redeem::*;
pub use request_redemption::*;
pub use sweep_market::*;
