mod close_margin_account;
mod create_margin_account;
mod deposit;
mod margin_report;
mod pledge_collateral;
mod release_collateral;
mod set_delegate;
mod withdraw;

pub use close_margin_account::*;
pub use create_margin_account::*;
pub use deposit::*;
pub use margin_report::*;
pub use pledge_collateral::*;
pub use release_collateral::*;
pub use set_delegate::*;
pub use withdraw::*;
