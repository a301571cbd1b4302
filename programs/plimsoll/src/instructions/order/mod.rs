mod caps;
mod expire_order;
mod place_order;
mod placing;
mod settle_order;
pub mod verdict;

pub use expire_order::*;
pub use place_order::*;
pub use settle_order::*;
