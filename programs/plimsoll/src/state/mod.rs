//! Account layouts. All are zero-copy, without padding, with a version byte and reserved bytes; sizes
//! are asserted here and every byte's place is tested in `tests/`.

mod claims;
mod collateral;
mod exchange;
mod insurance;
mod margin_account;
mod market;
mod market_risk;
mod order_slot;
mod pool;
mod scenario_set;
mod withdrawal;

pub use claims::*;
pub use collateral::*;
pub use exchange::*;
pub use insurance::*;
pub use margin_account::*;
pub use market::*;
pub use market_risk::*;
pub use order_slot::*;
pub use pool::*;
pub use scenario_set::*;
pub use withdrawal::*;
