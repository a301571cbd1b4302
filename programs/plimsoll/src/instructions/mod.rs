//! One file per instruction: accounts, then a handler that loads, checks, plans (pure), writes, moves
//! tokens and emits.

pub mod account;
pub mod governance;
pub mod market;
pub mod order;
pub mod pool;
pub mod reduction;
pub mod settlement;

pub use account::*;
pub use governance::*;
pub use market::*;
pub use order::*;
pub use pool::*;
pub use reduction::*;
pub use settlement::*;
