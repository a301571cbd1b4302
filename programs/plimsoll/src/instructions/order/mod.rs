mod cancel_order;
mod caps;
mod exit_position;
mod expire_order;
mod place_order;
mod placing;
mod settle_order;
mod trigger_order;
pub mod verdict;

pub use cancel_order::*;
pub use exit_position::*;
pub use expire_order::*;
pub use place_order::*;
pub use settle_order::*;
pub use trigger_order::*;
