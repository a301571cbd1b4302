//! What happened, for indexers. Amounts carry their unit; `sequence` counts per market or account.
//!
//! Events that concern money are emitted by a call to the program itself, where logs cannot truncate
//! them; refreshes, which are frequent and can be read back from the account, go to the log.

mod account;
mod governance;
mod market;
mod order;
mod pool;
mod reduction;
mod settlement;

pub use account::*;
pub use governance::*;
pub use market::*;
pub use order::*;
pub use pool::*;
pub use reduction::*;
pub use settlement::*;
