mod close_settled;
mod finish_settlement;
mod start_settlement;

pub use close_settled::*;
pub use finish_settlement::*;
pub use start_settlement::*;
